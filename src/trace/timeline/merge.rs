//! Merges what was observed of both programs with the segments between them.

use std::collections::{HashMap, VecDeque};

use super::{CallEvent, Part, Seen, TimelineEvent, What};
use crate::interop::model::participant::Role;
use crate::system::jdk::stack::{Frames, Read};
use crate::trace::segment::Flag;
use crate::trace::socket_calls::{SocketCall, accepts};
use crate::trace::strace::parse::Nanos;
use crate::trace::streams::{SegmentEvent, Streams};

/// Merges the calls of both programs and the segments into one timeline.
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
            // Whether the event that it waited for occurred in between.
            let waited = ended.is_some_and(|ended| {
                let between = |at: Nanos| call.began < at && at < ended;
                let moves = |event: &SegmentEvent| {
                    event.from != *role && (event.length > 0 || event.flags != [Flag::Ack])
                };
                if segments.is_empty() {
                    let other = calls_of(role.other());
                    return other.iter().any(|call| between(call.began));
                }
                segments
                    .iter()
                    .any(|(at, event)| between(*at) && moves(event))
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
            let event = |part: Part| CallEvent {
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
            let mut first = event(first);
            first.stack = stack.unwrap_or_default();
            all.push((call.began, What::Call(first)));
            if let Some(ended) = ended.filter(|_| !whole) {
                all.push((ended, What::Call(event(Part::Returns))));
            }
        }
    }
    all.extend(
        segments
            .iter()
            .map(|(at, event)| (*at, What::Segment(event.clone()))),
    );
    // Events with equal times were added in the order of cause and effect: calls, then segments.
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
/// `strace` starts to measure the duration of a call slightly after the timestamp of its start. So
/// the call may seem to end before the segment that it waited for, which is impossible.
struct Causes<'a> {
    role: Role,
    segments: &'a [(Nanos, SegmentEvent)],
    /// Whether there is only one connection, so that all bytes read belong to it.
    is_one: bool,
    /// The number of bytes read so far.
    read: usize,
}

impl<'a> Causes<'a> {
    fn of(role: Role, segments: &'a [(Nanos, SegmentEvent)]) -> Self {
        let mut ports = segments.iter().map(|(_, event)| event.client_port);
        let first = ports.next();
        Self {
            role,
            segments,
            is_one: ports.all(|port| Some(port) == first),
            read: 0,
        }
    }

    /// The earliest time at which this call, the next one, can have ended.
    fn next(&mut self, call: &SocketCall) -> Nanos {
        let Some(result) = &call.result else { return 0 };
        self.read += if call.reads() { call.moved.len() } else { 0 };
        let other = self.segments.iter();
        let mut other = other.filter(|(_, event)| event.from != self.role);
        let cause = if accepts(&call.name) {
            let port = result
                .rsplit_once(':')
                .and_then(|(_, port)| port.parse().ok());
            // The third segment of the handshake establishes the connection.
            other.find(|(_, event)| {
                Some(event.client_port) == port && !event.flags.contains(&Flag::Syn)
            })
        } else if call.reads() && self.is_one && !call.moved.is_empty() {
            other.find(|(_, event)| {
                let first = usize::try_from(event.sequence).unwrap_or(0).max(1);
                event.length > 0 && first - 1 + event.length >= self.read
            })
        } else if call.reads() && self.is_one && result == "0" {
            other.find(|(_, event)| event.flags.contains(&Flag::Fin))
        } else {
            None
        };
        cause.map_or(0, |(at, _)| at + 1_000)
    }
}

/// The stacks of reads, to be assigned to the calls.
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

    /// The stack of a call: that of its thread's next read with the same number of bytes.
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
