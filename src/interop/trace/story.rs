//! The calls of both sides and the segments between them, as one story in the order of time.
//!
//! Both clocks are the system's. `strace` looks at a call before the system begins with it and after
//! it has come to its end, the kernel stamps a segment in between: so whoever is the cause comes
//! before what it causes.

use std::collections::{HashMap, VecDeque};

use serde::{Serialize, Serializer};

use super::naming::{Named, Naming, named};
use super::segment::{Frame, Segment};
use super::sockets::{SocketCall, accepts};
use super::strace::Nanos;
use crate::interop::jdk::stack::{Frames, Read};
use crate::interop::pairing::Role;

/// All that was seen of a conversation.
#[derive(Debug, Serialize)]
pub struct Story {
    /// Who connects.
    pub client: Side,
    /// Who listens.
    pub server: Side,
    /// Where.
    pub port: u16,
    /// What could not be seen, and what to do about it.
    pub missing: Vec<String>,
    /// What happened.
    pub moments: Vec<Moment>,
}

/// One of the two programs.
#[derive(Debug, Serialize)]
pub struct Side {
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
pub struct Unseen {
    /// What it was: `accept`, `read of 2 bytes`.
    pub call: String,
    /// Who has called it, in Java; the innermost first.
    pub stack: Frames,
}

impl Seen {
    /// Takes the stacks out, for want of calls that they could stand under.
    pub fn unseen(&mut self) -> Vec<Unseen> {
        let accept = self.accept.take().map(|stack| Unseen {
            call: "accept".to_owned(),
            stack,
        });
        let reads = self.reads.drain(..).map(|read| Unseen {
            call: format!("read of {} bytes", read.bytes),
            stack: read.stack,
        });
        accept.into_iter().chain(reads).collect()
    }
}

/// What was seen of one of the two, before it is told.
#[derive(Debug, Default)]
pub struct Seen {
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
pub struct Moment {
    /// When, in microseconds since the first.
    pub at: u64,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

/// A call or a segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// One of the two has made a call, or come back from one.
    Call(Told),
    /// A segment has passed.
    Segment(Passed),
}

/// A call, or the beginning or the end of one that had to wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Told {
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
pub enum Part {
    /// From its beginning to its end.
    Whole,
    /// It was made, and waits.
    Waits,
    /// What it waited for has come.
    Returns,
}

/// A segment on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Passed {
    /// Who has sent it.
    #[serde(serialize_with = "as_text")]
    pub from: Role,
    /// The port of the client.
    pub client_port: u16,
    /// Its flags.
    pub flags: Vec<&'static str>,
    /// The number of its first byte, the first of the direction being 1 and its SYN 0.
    pub sequence: u32,
    /// The number of the byte that is expected next.
    pub acknowledged: Option<u32>,
    /// How many bytes it carries.
    pub length: usize,
    /// Which they are.
    #[serde(serialize_with = "fields_as_hex")]
    pub fields: Vec<Named>,
}

fn as_text<S: Serializer>(role: &Role, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(role)
}

fn in_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn as_hex<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&in_hex(bytes))
}

fn fields_as_hex<S: Serializer>(fields: &[Named], serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Shown<'a> {
        bytes: String,
        meaning: &'a str,
    }
    serializer.collect_seq(fields.iter().map(|field| Shown {
        bytes: in_hex(&field.bytes),
        meaning: &field.meaning,
    }))
}

/// The segments of a conversation, each with what it is in the story.
#[derive(Debug, Default)]
pub struct Passage {
    segments: Vec<(Nanos, Passed)>,
    /// The frames of it.
    pub frames: Vec<Frame>,
    /// How many bytes of it were not captured.
    pub lost: usize,
}

impl Passage {
    /// Picks the segments of the server on `port` out of what was captured, and names their bytes.
    pub fn of(frames: Vec<Frame>, port: u16, naming: Naming) -> Self {
        let mut segments = Vec::new();
        let mut kept = Vec::new();
        for frame in frames {
            if let Some(segment) = Segment::of(&frame, port) {
                segments.push(segment);
                kept.push(frame);
            }
        }
        let flows = Flows::of(&segments);
        let fields: HashMap<_, _> = flows
            .bytes
            .iter()
            .map(|(direction, bytes)| (*direction, naming.fields(bytes)))
            .collect();
        let passed = segments.iter().map(|segment| {
            let direction = (segment.client_port, segment.from);
            let other = (segment.client_port, segment.from.other());
            let relative = |number: u32, direction| {
                number.wrapping_sub(flows.first.get(&direction).copied().unwrap_or(number))
            };
            let sequence = relative(segment.sequence, direction);
            let offset = usize::try_from(sequence).unwrap_or(0).saturating_sub(1);
            let fields = fields.get(&direction).map_or(&[][..], Vec::as_slice);
            Passed {
                from: segment.from,
                client_port: segment.client_port,
                flags: segment.flags.clone(),
                sequence,
                acknowledged: segment.acknowledged.map(|number| relative(number, other)),
                length: segment.payload.len(),
                fields: named(fields, offset, &segment.payload),
            }
        });
        Self {
            segments: kept.iter().map(|frame| frame.at).zip(passed).collect(),
            frames: kept,
            lost: flows.lost,
        }
    }

    /// Each frame with its fields in words, for a file of packets.
    pub fn commented(&self) -> impl Iterator<Item = (&Frame, Option<String>)> {
        self.frames
            .iter()
            .zip(&self.segments)
            .map(|(frame, (_, passed))| {
                let named = passed
                    .fields
                    .iter()
                    .filter(|field| !field.meaning.is_empty());
                let lines: Vec<String> = named
                    .map(|field| {
                        let hex = crate::interop::wire::hex(&field.bytes);
                        format!("{hex}: {}", field.meaning)
                    })
                    .collect();
                (frame, (!lines.is_empty()).then(|| lines.join("\n")))
            })
    }

    /// Whether anything has passed.
    pub fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }
}

type Direction = (u16, Role);

/// The bytes of each direction, in the order in which they were numbered.
#[derive(Default)]
struct Flows {
    first: HashMap<Direction, u32>,
    bytes: HashMap<Direction, Vec<u8>>,
    lost: usize,
}

impl Flows {
    fn of(segments: &[Segment]) -> Self {
        let mut flows = Self::default();
        for segment in segments {
            let direction = (segment.client_port, segment.from);
            // Without a SYN, the first byte that was seen is number 1.
            let first = if segment.has("SYN") {
                segment.sequence
            } else {
                segment.sequence.wrapping_sub(1)
            };
            let first = *flows.first.entry(direction).or_insert(first);
            if segment.payload.is_empty() {
                continue;
            }
            let offset = segment.sequence.wrapping_sub(first).wrapping_sub(1);
            let offset = usize::try_from(offset).unwrap_or(0);
            let flow = flows.bytes.entry(direction).or_default();
            if offset > flow.len() && offset - flow.len() < MOST_LOST {
                flows.lost += offset - flow.len();
                flow.resize(offset, 0);
            }
            // What is sent again is known already.
            let known = flow.len().saturating_sub(offset);
            if offset <= flow.len() {
                flow.extend(segment.payload.iter().skip(known));
            }
        }
        flows
    }
}

/// A gap that is longer is none, but another connection with the same port.
const MOST_LOST: usize = 1 << 24;

/// Tells what both have done and what has passed as one.
pub fn moments(client: Seen, server: Seen, passage: &Passage) -> Vec<Moment> {
    let segments = &passage.segments;
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
                let moves = |passed: &Passed| {
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
            let told = |part: Part| Told {
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
        .map(|(at, what)| Moment {
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
    segments: &'a [(Nanos, Passed)],
    /// Whether there is one connection, so that it is clear whose bytes are read.
    is_one: bool,
    /// How many bytes have been read.
    read: usize,
}

impl<'a> Causes<'a> {
    fn of(role: Role, segments: &'a [(Nanos, Passed)]) -> Self {
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
    use etherparse::PacketBuilder;

    use super::*;

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

    fn frame(at: Nanos, from: Role, number: u32, payload: &[u8]) -> Frame {
        let ports = match from {
            Role::Client => (40_000, 666),
            Role::Server => (666, 40_000),
        };
        let local = [127, 0, 0, 1];
        let builder = PacketBuilder::ethernet2([0; 6], [0; 6])
            .ipv4(local, local, 64)
            .tcp(ports.0, ports.1, number, 512);
        let builder = if payload.is_empty() {
            builder.syn()
        } else {
            builder.psh().ack(1)
        };
        let mut bytes = Vec::new();
        builder.write(&mut bytes, payload).unwrap();
        Frame {
            at: at * 1_000,
            bytes,
        }
    }

    fn told(moments: &[Moment]) -> Vec<String> {
        let told = |moment: &Moment| match &moment.what {
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
        let passage = Passage::of(frames, 666, Naming::Utf);
        assert_eq!(
            told(&moments(client, server, &passage)),
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
        let passage = Passage::of(frames, 666, Naming::Utf);
        let mut told = told(&moments(Seen::default(), server, &passage));
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
        let told = moments(Seen::default(), server, &Passage::default());
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

    #[test]
    fn numbers_begin_at_the_syn_and_what_was_not_captured_is_counted() {
        let frames = vec![
            frame(1, Role::Client, u32::MAX, b""),
            frame(2, Role::Client, 0, b"\x00\x04"),
            frame(3, Role::Client, 0, b"\x00\x04"),
            frame(4, Role::Client, 4, b"!!"),
        ];
        let passage = Passage::of(frames, 666, Naming::Utf);
        let numbers: Vec<u32> = passage.segments.iter().map(|s| s.1.sequence).collect();
        assert_eq!(numbers, [0, 1, 1, 5]);
        assert_eq!(passage.lost, 2);
        let comments: Vec<Option<String>> = passage.commented().map(|c| c.1).collect();
        assert_eq!(comments[0], None);
        assert_eq!(
            comments[1].as_deref(),
            Some("00 04: length of the message: 4 bytes")
        );
    }
}
