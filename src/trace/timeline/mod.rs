//! The calls of both sides and the segments between them, in order of time.
//!
//! Both clocks are the system's. `strace` takes its timestamps before the kernel starts a call and
//! after the call has ended; the kernel timestamps a segment in between. So a cause always comes
//! before its effect.

mod merge;

pub(crate) use merge::moments;
use serde::Serialize;

use super::serialize::{as_hex, as_text};
use super::socket_calls::SocketCall;
use super::streams::SegmentEvent;
use crate::interop::model::participant::Role;
use crate::system::jdk::stack::{Frames, Read};
use crate::text::count::plural;

/// Everything that was observed of a conversation.
#[derive(Debug, Serialize)]
pub(crate) struct Timeline {
    pub client: Side,
    pub server: Side,
    pub port: u16,
    /// What could not be observed, and how to change that.
    pub missing: Vec<String>,
    pub moments: Vec<TimelineEvent>,
}

/// One of the two programs.
#[derive(Debug, Serialize)]
pub(crate) struct Side {
    /// The name of the peer, `rust` or `java17`, or the command.
    pub name: String,
    pub command: String,
    pub stdout: String,
    /// Its stderr.
    pub stderr: String,
    /// How it ended. `None` if it was still running.
    pub exit: Option<String>,
    /// The stacks of calls that strace did not observe.
    pub stacks: Vec<Unseen>,
}

/// A call of which only the stack is known.
#[derive(Debug, Serialize)]
pub(crate) struct Unseen {
    /// The call: `accept`, `read of 2 bytes`.
    pub call: String,
    /// The Java stack of the call, innermost frame first.
    pub stack: Frames,
}

impl Seen {
    /// Takes out the stacks, if there are no calls to attach them to.
    pub(crate) fn unseen(&mut self) -> Vec<Unseen> {
        let accept = self.accept.take().map(|stack| Unseen {
            call: "accept".to_owned(),
            stack,
        });
        let reads = self.reads.drain(..).map(|read| Unseen {
            call: format!("read of {} {}", read.bytes, plural(read.bytes, "byte")),
            stack: read.stack,
        });
        accept.into_iter().chain(reads).collect()
    }
}

/// The observations of one program, before they are merged.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Its calls on sockets.
    pub calls: Vec<SocketCall>,
    /// The stack of its accept.
    pub accept: Option<Frames>,
    /// Its reads, with their stacks.
    pub reads: Vec<Read>,
    /// The thread that was still waiting when the trace ended, and its stack.
    pub waits: Option<(u32, Frames)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct TimelineEvent {
    /// The time in microseconds since the first event.
    pub at: u64,
    #[serde(flatten)]
    pub what: What,
}

/// A call or a segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum What {
    /// A program has made a call, or a call has returned.
    Call(CallEvent),
    /// A segment was sent.
    Segment(SegmentEvent),
}

/// A call, or the start or the end of a call that had to wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct CallEvent {
    #[serde(serialize_with = "as_text")]
    pub role: Role,
    pub name: String,
    /// The arguments.
    pub given: String,
    pub result: Option<String>,
    /// Which part of the call this event is.
    pub part: Part,
    /// The bytes that it read or wrote.
    #[serde(serialize_with = "as_hex")]
    pub moved: Vec<u8>,
    /// The Java stack of the call, innermost frame first.
    pub stack: Frames,
    /// Whether the call is part of the conversation, and not a query or an option.
    pub is_plain: bool,
}

/// A part of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Part {
    /// From start to end.
    Whole,
    /// The start of a call that waits.
    Waits,
    /// The end of a call that has waited.
    Returns,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programs::framing::Framing;
    use crate::trace::strace::parse::Nanos;
    use crate::trace::streams::Streams;
    use crate::trace::streams::tests::frame;

    fn call(name: &str, began: Nanos, ended: Option<Nanos>, moved: &[u8]) -> SocketCall {
        SocketCall {
            thread: 9,
            name: name.to_owned(),
            given: "5".to_owned(),
            result: ended.map(|_| moved.len().to_string()),
            began: began * 1_000,
            ended: ended.map(|at| at * 1_000),
            moved: moved.to_vec(),
            is_plain: true,
        }
    }

    fn lines(moments: &[TimelineEvent]) -> Vec<String> {
        let line = |moment: &TimelineEvent| match &moment.what {
            What::Call(call) => {
                let part = match call.part {
                    Part::Whole => "",
                    Part::Waits => " waits",
                    Part::Returns => " returns",
                };
                format!("{} {} {}{part}", moment.at, call.role, call.name)
            }
            What::Segment(event) => {
                let meanings: Vec<&str> = event.fields.iter().map(|f| &*f.meaning).collect();
                format!(
                    "{} {} [{}]",
                    moment.at,
                    event.flags_in_words(),
                    meanings.join("; ")
                )
            }
        };
        moments.iter().map(line).collect()
    }

    #[test]
    fn a_call_that_waits_is_shown_at_its_start_and_its_return() {
        let message = b"\x00\x02hi";
        let server = Seen {
            calls: vec![
                call("accept", 10, Some(40), b""),
                call("read", 50, Some(70), message),
                call("read", 71, Some(72), b"x"),
                call("accept", 80, None, b""),
            ],
            ..Seen::default()
        };
        let client = Seen {
            calls: vec![
                call("connect", 20, Some(45), b""),
                call("write", 60, Some(65), message),
            ],
            ..Seen::default()
        };
        let frames = vec![
            frame(30, Role::Client, 1_000, b""),
            frame(62, Role::Client, 1_001, message),
        ];
        let streams = Streams::of(frames, 666, [Some(Framing::Utf); 2]);
        assert_eq!(
            lines(&moments(client, server, &streams)),
            [
                "0 server accept waits",
                "10 client connect",
                "20 SYN []",
                "30 server accept returns",
                "40 server read waits",
                "50 client write",
                "52 PSH ACK [length of the message: 2 bytes; the message: \"hi\"]",
                "60 server read returns",
                "61 server read",
                "70 server accept waits",
            ]
        );
    }

    #[test]
    fn a_waiting_call_returns_after_what_it_waited_for() {
        let mut accept = call("accept", 10, Some(15), b"");
        accept.result = Some("5, 127.0.0.1:40000".to_owned());
        let server = Seen {
            calls: vec![
                accept,
                call("read", 50, Some(55), b"\x00"),
                call("read", 70, Some(71), b"\x01x"),
            ],
            ..Seen::default()
        };
        let frames = vec![
            frame(30, Role::Client, 1_000, b""),
            frame(40, Role::Client, 1_001, b"\x00"),
            frame(75, Role::Client, 1_002, b"\x01x"),
        ];
        let streams = Streams::of(frames, 666, [Some(Framing::Utf); 2]);
        let mut lines = lines(&moments(Seen::default(), server, &streams));
        lines.retain(|line| !line.contains("PSH"));
        assert_eq!(
            lines,
            [
                "0 server accept waits",
                "20 SYN []",
                "31 server accept returns",
                "40 server read",
                "60 server read waits",
                "66 server read returns",
            ]
        );
    }

    #[test]
    fn each_read_gets_the_stack_of_its_own_thread_and_size() {
        let read = |thread, bytes, stack: &str| Read {
            thread: Some(thread),
            bytes,
            stack: vec![stack.to_owned()],
        };
        let server = Seen {
            calls: vec![
                call("read", 1, Some(2), b"\x00\x01"),
                call("read", 3, Some(4), b"x"),
                call("read", 5, Some(6), b""),
                call("read", 7, None, b""),
            ],
            accept: None,
            reads: vec![
                read(8, 2, "another"),
                read(9, 2, "first"),
                read(9, 0, "end"),
            ],
            waits: Some((9, vec!["to the end".to_owned()])),
        };
        let lines = moments(Seen::default(), server, &Streams::default());
        let stacks: Vec<Frames> = lines
            .into_iter()
            .filter_map(|moment| match moment.what {
                What::Call(call) => Some(call.stack),
                What::Segment(_) => None,
            })
            .collect();
        assert_eq!(
            stacks,
            [
                vec!["first".to_owned()],
                vec![],
                vec!["end".to_owned()],
                vec!["to the end".to_owned()]
            ]
        );
    }
}
