//! The calls of both sides and the segments between them, as one story in the order of time.
//!
//! Both clocks are the system's. `strace` looks at a call before the system begins with it and after
//! it has come to its end, the kernel stamps a segment in between: so whoever is the cause comes
//! before what it causes.

use std::collections::{HashMap, VecDeque};

use serde::Serialize;

use super::serialize::{as_hex, as_text};
use super::socket_calls::{SocketCall, accepts};
use super::strace::parse::Nanos;
use super::streams::{SegmentEvent, Streams};
use crate::interop::model::participant::Role;
use crate::system::jdk::stack::{Frames, Read};
use crate::text::count::plural;

/// All that was seen of a conversation.
#[derive(Debug, Serialize)]
pub(crate) struct Timeline {
    /// Who connects.
    pub client: Side,
    /// Who listens.
    pub server: Side,
    /// Where.
    pub port: u16,
    /// What could not be seen, and what to do about it.
    pub missing: Vec<String>,
    /// What happened.
    pub moments: Vec<TimelineEvent>,
}

/// One of the two programs.
#[derive(Debug, Serialize)]
pub(crate) struct Side {
    /// Who it is: `rust`, `java17`, or the command.
    pub name: String,
    /// The command.
    pub command: String,
    /// What it printed.
    pub stdout: String,
    /// What it said on stderr.
    pub stderr: String,
    /// How it ended; none if it was still running.
    pub exit: Option<String>,
    /// The stacks under calls that were not seen themselves.
    pub stacks: Vec<Unseen>,
}

/// A call of which nothing but the stack is known.
#[derive(Debug, Serialize)]
pub(crate) struct Unseen {
    /// What it was: `accept`, `read of 2 bytes`.
    pub call: String,
    /// Who has called it, in Java; the innermost first.
    pub stack: Frames,
}

impl Seen {
    /// Takes the stacks out, for want of calls that they could stand under.
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

/// What was seen of one of the two, before it is told.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Its calls on sockets.
    pub calls: Vec<SocketCall>,
    /// Where it was when it accepted.
    pub accept: Option<Frames>,
    /// Where it was at each of its reads.
    pub reads: Vec<Read>,
    /// The thread that waits to the end, and where it is.
    pub waits: Option<(u32, Frames)>,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct TimelineEvent {
    /// When, in microseconds since the first.
    pub at: u64,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

/// A call or a segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum What {
    /// One of the two has made a call, or come back from one.
    Call(CallEvent),
    /// A segment has passed.
    Segment(SegmentEvent),
}

/// A call, or the beginning or the end of one that had to wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct CallEvent {
    /// Who.
    #[serde(serialize_with = "as_text")]
    pub role: Role,
    /// The name of the call.
    pub name: String,
    /// What it was given.
    pub given: String,
    /// What it returned.
    pub result: Option<String>,
    /// Whether this is all of it.
    pub part: Part,
    /// What it has read or written.
    #[serde(serialize_with = "as_hex")]
    pub moved: Vec<u8>,
    /// Who has called it, in Java; the innermost first.
    pub stack: Frames,
    /// Whether it is one of those by which a conversation is held.
    pub is_plain: bool,
}

/// How much of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Part {
    /// From its beginning to its end.
    Whole,
    /// It was made, and waits.
    Waits,
    /// What it waited for has come.
    Returns,
}

/// Tells what both have done and what has passed as one.
pub(crate) fn moments(client: Seen, server: Seen, streams: &Streams) -> Vec<TimelineEvent> {
    let segments = streams.segments();
    let sides = [(Role::Client, client), (Role::Server, server)];
    let calls_of = |role: Role| &sides[usize::from(role == Role::Server)].1.calls;
    let mut all: Vec<(Nanos, What)> = Vec::new();
    for (role, seen) in &sides {
        let mut reads = Stacks::of(&seen.reads);
        let mut accept = seen.accept.as_ref();
        let mut causes = Causes::of(*role, segments);
        for call in &seen.calls {
            let cause = causes.next(call);
            let ended = call.ended.map(|ended| ended.max(cause));
            // Whether what it waited for came in between.
            let waited = ended.is_some_and(|ended| {
                let between = |at: Nanos| call.began < at && at < ended;
                let moves = |passed: &SegmentEvent| {
                    passed.from != *role && (passed.length > 0 || passed.flags[0] != "ACK")
                };
                if segments.is_empty() {
                    let other = calls_of(role.other());
                    return other.iter().any(|call| between(call.began));
                }
                segments
                    .iter()
                    .any(|(at, passed)| between(*at) && moves(passed))
            });
            let waits = seen.waits.as_ref().filter(|_| call.ended.is_none());
            let waits = waits.filter(|(thread, _)| *thread == call.thread);
            let stack = if let Some((_, stack)) = waits {
                Some(stack.clone())
            } else if accepts(&call.name) {
                accept.take().cloned()
            } else if call.reads() && call.is_plain {
                reads.next(call)
            } else {
                None
            };
            let told = |part: Part| CallEvent {
                role: *role,
                name: call.name.clone(),
                given: call.given.clone(),
                result: call.result.clone().filter(|_| part != Part::Waits),
                part,
                moved: if part == Part::Waits {
                    Vec::new()
                } else {
                    call.moved.clone()
                },
                stack: Frames::new(),
                is_plain: call.is_plain,
            };
            let whole = ended.is_some() && !(waited && call.waits());
            let first = if whole { Part::Whole } else { Part::Waits };
            let mut first = told(first);
            first.stack = stack.unwrap_or_default();
            all.push((call.began, What::Call(first)));
            if let Some(ended) = ended.filter(|_| !whole) {
                all.push((ended, What::Call(told(Part::Returns))));
            }
        }
    }
    all.extend(
        segments
            .iter()
            .map(|(at, passed)| (*at, What::Segment(passed.clone()))),
    );
    // What is equal in time was pushed in the order of causes: calls, then segments.
    all.sort_by_key(|(at, _)| *at);
    let start = all.first().map_or(0, |(at, _)| *at);
    all.into_iter()
        .map(|(at, what)| TimelineEvent {
            at: (at - start) / 1_000,
            what,
        })
        .collect()
}

/// The segments that calls have waited for.
///
/// How long a call took is measured from a moment after the one that is written as its beginning, so
/// it may seem to have ended too early: before what it has waited for, which cannot be.
struct Causes<'a> {
    role: Role,
    segments: &'a [(Nanos, SegmentEvent)],
    /// Whether there is one connection, so that it is clear whose bytes are read.
    is_one: bool,
    /// How many bytes have been read.
    read: usize,
}

impl<'a> Causes<'a> {
    fn of(role: Role, segments: &'a [(Nanos, SegmentEvent)]) -> Self {
        let mut ports = segments.iter().map(|(_, passed)| passed.client_port);
        let first = ports.next();
        Self {
            role,
            segments,
            is_one: ports.all(|port| Some(port) == first),
            read: 0,
        }
    }

    /// The earliest moment at which this call, the next one, can have ended.
    fn next(&mut self, call: &SocketCall) -> Nanos {
        let Some(result) = &call.result else { return 0 };
        self.read += if call.reads() { call.moved.len() } else { 0 };
        let other = self.segments.iter();
        let mut other = other.filter(|(_, passed)| passed.from != self.role);
        let cause = if accepts(&call.name) {
            let port = result
                .rsplit_once(':')
                .and_then(|(_, port)| port.parse().ok());
            // The third segment makes the connection.
            other.find(|(_, passed)| {
                Some(passed.client_port) == port && !passed.flags.contains(&"SYN")
            })
        } else if call.reads() && self.is_one && !call.moved.is_empty() {
            other.find(|(_, passed)| {
                let first = usize::try_from(passed.sequence).unwrap_or(0).max(1);
                passed.length > 0 && first - 1 + passed.length >= self.read
            })
        } else if call.reads() && self.is_one && result == "0" {
            other.find(|(_, passed)| passed.flags.contains(&"FIN"))
        } else {
            None
        };
        cause.map_or(0, |(at, _)| at + 1_000)
    }
}

/// The stacks of reads, to be given to the calls that they belong to.
struct Stacks<'a> {
    left: HashMap<Option<u32>, VecDeque<&'a Read>>,
}

impl<'a> Stacks<'a> {
    fn of(reads: &'a [Read]) -> Self {
        let mut left: HashMap<_, VecDeque<_>> = HashMap::new();
        for read in reads {
            left.entry(read.thread).or_default().push_back(read);
        }
        Self { left }
    }

    /// The stack of this call: of the next read of its thread that has brought as many bytes.
    fn next(&mut self, call: &SocketCall) -> Option<Frames> {
        call.result.as_ref()?;
        let thread = Some(call.thread);
        let thread = if self.left.contains_key(&thread) {
            thread
        } else {
            None
        };
        let left = self.left.get_mut(&thread)?;
        let fits = |read: &&Read| read.bytes == call.moved.len();
        let at = left.iter().position(fits)?;
        left.drain(..=at).next_back().map(|read| read.stack.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interop::model::fields::Fields;
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

    fn told(moments: &[TimelineEvent]) -> Vec<String> {
        let told = |moment: &TimelineEvent| match &moment.what {
            What::Call(call) => {
                let part = match call.part {
                    Part::Whole => "",
                    Part::Waits => " waits",
                    Part::Returns => " returns",
                };
                format!("{} {} {}{part}", moment.at, call.role, call.name)
            }
            What::Segment(passed) => {
                let meanings: Vec<&str> = passed.fields.iter().map(|f| &*f.meaning).collect();
                format!(
                    "{} {} [{}]",
                    moment.at,
                    passed.flags.join(" "),
                    meanings.join("; ")
                )
            }
        };
        moments.iter().map(told).collect()
    }

    #[test]
    fn who_waits_is_told_twice_and_who_does_not_once() {
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
        let streams = Streams::of(frames, 666, [Fields::Utf; 2]);
        assert_eq!(
            told(&moments(client, server, &streams)),
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
    fn nobody_comes_back_before_what_was_waited_for() {
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
        let streams = Streams::of(frames, 666, [Fields::Utf; 2]);
        let mut told = told(&moments(Seen::default(), server, &streams));
        told.retain(|told| !told.contains("PSH"));
        assert_eq!(
            told,
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
    fn each_read_is_given_the_stack_of_its_own_thread_and_size() {
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
        let told = moments(Seen::default(), server, &Streams::default());
        let stacks: Vec<Frames> = told
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
