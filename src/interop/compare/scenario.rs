//! Compares the transcript of a scenario with the oracle's. Pure: it plays nothing and reads
//! nothing.

use crate::interop::model::participant::{Pairing, Role};
use crate::interop::model::traffic::hex;
use crate::interop::model::verdict::{Broken, Divergence, Part, Verdict};
use crate::interop::protocol::call::{CallResult, Observation};
use crate::interop::protocol::exception::is_worded_by_the_jdk;
use crate::interop::scenario::language::Step;
use crate::interop::scenario::transcript::{Ending, Entry, Transcript, shown};
use crate::text::count::plural;

/// Judges the transcript of a pairing by the oracle's transcript of the same scenario.
pub fn judge(pairing: Pairing, oracle: &Transcript, seen: &Transcript) -> Verdict {
    if oracle.ending != Ending::Complete {
        return Verdict::NotRun(format!(
            "there is no oracle: alone with itself, {}",
            oracle.ending
        ));
    }
    let divergence = diverges(pairing, oracle, seen);
    let by = |role: Role, part| Divergence {
        peer: pairing.peer(role),
        role,
        part,
        method: None,
        detail: seen.ending.to_string(),
    };
    match &seen.ending {
        Ending::Complete => match divergence {
            Some(divergence) => Verdict::Differs(divergence),
            None if seen.entries.iter().flatten().next().is_none() => Verdict::Vacuous,
            None => Verdict::Pass,
        },
        ending @ Ending::Deadlock(_) => Verdict::Deadlock(Broken::after(divergence, ending)),
        // The roles never connected, so all that is known is which role did not answer.
        Ending::Timeout(Some(role)) if !has_met(seen, *role) => {
            Verdict::Timeout(Broken::by(by(*role, Part::Contract), None))
        }
        ending @ Ending::Timeout(_) => Verdict::Timeout(Broken::after(divergence, ending)),
        Ending::Crash(role, _) => {
            // Bytes that the other role sent may have caused the crash. Missing bytes cannot have
            // caused it.
            let sent = |cause: &Divergence| {
                cause.role != *role
                    && first_byte(oracle, seen, cause.role).is_some_and(|wrong| wrong.is_sent)
            };
            Verdict::Crash(Broken::by(by(*role, Part::Exit), divergence.filter(sent)))
        }
        Ending::Violation(role, _) => {
            Verdict::ProtocolViolation(Broken::by(by(*role, Part::Contract), None))
        }
        Ending::Unsupported(role, method) => {
            let peer = pairing.peer(*role);
            Verdict::Unsupported(format!("{peer} as {role}: {method}"))
        }
    }
}

/// Whether `role` has made a call, or anything has passed.
fn has_met(seen: &Transcript, role: Role) -> bool {
    let mut steps = seen.scenario.steps.iter().zip(&seen.entries);
    !seen.wire.order.is_empty()
        || steps.any(|(step, entry)| {
            step.role() == Some(role) && matches!(entry, Some(Entry::Observed(_)))
        })
}

/// The first divergence in time.
///
/// What a role does depends on its own calls before and on the bytes that it has been sent by then,
/// and on nothing else. So of each role the first call counts that is not as the oracle has it, and
/// of the two the one that cannot come from what the other did otherwise; if neither can, the one
/// that comes first in the file. Bytes that differ where a role writes are its encoder's, even if
/// the other role was the first to notice.
pub(crate) fn diverges(
    pairing: Pairing,
    oracle: &Transcript,
    seen: &Transcript,
) -> Option<Divergence> {
    let both = Both { oracle, seen };
    let client = both.first_of(Role::Client);
    let server = both.first_of(Role::Server);
    let first = match (client, server) {
        (Some(client), Some(server)) => {
            let follows = |one: &Odd, other: &Odd| both.follows(one, other);
            let server_is_first = match (follows(&client, &server), follows(&server, &client)) {
                (true, false) => true,
                (false, true) => false,
                _ => server.place() < client.place(),
            };
            if server_is_first { server } else { client }
        }
        (client, server) => client.or(server)?,
    };
    let method = first
        .step
        .and_then(|index| match &seen.scenario.steps[index] {
            Step::Call { call, .. } => Some(call.method()),
            Step::Sync { .. } => None,
        });
    Some(Divergence {
        peer: pairing.peer(first.role),
        role: first.role,
        part: first.part,
        method,
        detail: first.detail,
    })
}

/// The first difference of one role from the oracle.
struct Odd {
    role: Role,
    part: Part,
    /// The step, if the difference belongs to a call.
    step: Option<usize>,
    /// The offset of the role's first wrong byte, written in this call or later.
    wrong_byte: Option<usize>,
    detail: String,
}

impl Odd {
    /// The position in the file; a difference that belongs to no call comes last.
    fn place(&self) -> usize {
        self.step.unwrap_or(usize::MAX)
    }
}

/// The oracle's transcript and the pairing's transcript, side by side.
struct Both<'a> {
    oracle: &'a Transcript,
    seen: &'a Transcript,
}

impl Both<'_> {
    /// The first difference of `role` from the oracle, in the order of its own calls.
    fn first_of(&self, role: Role) -> Option<Odd> {
        let bytes = first_byte(self.oracle, self.seen, role);
        let wrong_byte = bytes.as_ref().map(|bytes| bytes.at);
        let step = self.first_step(role);
        match (step, bytes) {
            // Bytes written wrongly before this call, or in it, come first.
            (Some((index, _)), Some(bytes)) if bytes.step.is_some_and(|step| step <= index) => {
                Some(bytes.odd(role))
            }
            (Some((index, (part, detail))), _) => Some(Odd {
                role,
                part,
                step: Some(index),
                wrong_byte,
                detail,
            }),
            (None, Some(bytes)) => Some(bytes.odd(role)),
            (None, None) => self.end_of(role),
        }
    }

    /// The first call of `role` whose result differs from the oracle's.
    fn first_step(&self, role: Role) -> Option<(usize, (Part, String))> {
        let steps = self.seen.scenario.steps.iter().enumerate();
        let entries = self.oracle.entries.iter().zip(&self.seen.entries);
        steps.zip(entries).find_map(|((index, step), entries)| {
            let Step::Call {
                role: caller,
                call,
                line,
            } = step
            else {
                return None;
            };
            let (Some(expected), Some(actual)) = entries else {
                return None;
            };
            if *caller != role {
                return None;
            }
            let (part, detail) = match (expected, actual) {
                (Entry::Observed(expected), Entry::Observed(actual)) => compare(expected, actual)?,
                (_, Entry::Unanswered) => (Part::Decoder, "it has not answered".to_owned()),
                _ => return None,
            };
            let part = if call.method().writes() {
                Part::Encoder
            } else {
                part
            };
            let detail = format!("line {line}, {}: {detail}", call.method());
            Some((index, (part, detail)))
        })
    }

    /// The difference in how `role` ended its direction.
    fn end_of(&self, role: Role) -> Option<Odd> {
        let (expected, actual) = (
            self.oracle.wire.sent_by(role).end,
            self.seen.wire.sent_by(role).end,
        );
        (expected != actual).then(|| Odd {
            role,
            part: Part::Close,
            step: None,
            wrong_byte: None,
            detail: format!(
                "its direction is {}, the oracle's {}",
                actual.word(),
                expected.word()
            ),
        })
    }

    /// Whether `one` can be a consequence of `other`.
    fn follows(&self, one: &Odd, other: &Odd) -> bool {
        let Some(index) = one.step else {
            return other.step.is_some() && !self.has_closed(one.role);
        };
        if let Some(wrong) = other.wrong_byte {
            return self.needed(index) > wrong as u64;
        }
        other.part == Part::Close && self.has_closed(other.role)
    }

    /// How many bytes the role must have received before the call `index` could complete. For a
    /// call that writes, these are the bytes read by the calls before it.
    fn needed(&self, index: usize) -> u64 {
        let read = |transcript: &Transcript| match &transcript.entries[index] {
            Some(Entry::Observed(observation)) => Some(observation.read),
            _ => None,
        };
        let most = read(self.oracle).max(read(self.seen));
        most.unwrap_or_default()
    }

    /// Whether `role` has made a call that ends its direction, or every step was played.
    fn has_closed(&self, role: Role) -> bool {
        let mut steps = self.seen.scenario.steps.iter().zip(&self.seen.entries);
        self.seen.ending == Ending::Complete
            || steps.any(|(step, entry)| {
                let ends = match step {
                    Step::Call { call, .. } => call.method().ends_output(),
                    Step::Sync { .. } => false,
                };
                ends && step.role() == Some(role) && matches!(entry, Some(Entry::Observed(_)))
            })
    }
}

fn compare(expected: &Observation, actual: &Observation) -> Option<(Part, String)> {
    let odd = |part, detail| Some((part, detail));
    match (&expected.result, &actual.result) {
        (CallResult::Returned(expected), CallResult::Returned(actual)) if expected != actual => {
            return odd(
                Part::Decoder,
                format!("returns {}, the oracle {}", shown(actual), shown(expected)),
            );
        }
        (CallResult::Threw(expected, told), CallResult::Threw(actual, said)) => {
            if expected != actual {
                return odd(
                    Part::Exception,
                    format!("throws {actual}, the oracle {expected}"),
                );
            }
            if is_worded_by_the_jdk(expected) && told != said {
                let text = |text: &Option<_>| {
                    text.as_ref()
                        .map_or("null".to_owned(), |text| format!("{text:?}"))
                };
                return odd(
                    Part::Exception,
                    format!(
                        "its {actual} says {}, the oracle's {}",
                        text(said),
                        text(told)
                    ),
                );
            }
        }
        (CallResult::Returned(expected), CallResult::Threw(actual, _)) => {
            return odd(
                Part::Exception,
                format!("throws {actual}, the oracle returns {}", shown(expected)),
            );
        }
        (CallResult::Threw(expected, _), CallResult::Returned(actual)) => {
            return odd(
                Part::Exception,
                format!("returns {}, the oracle throws {expected}", shown(actual)),
            );
        }
        (CallResult::Returned(_), CallResult::Returned(_)) => {}
    }
    if expected.read != actual.read {
        return odd(
            Part::Consumed,
            format!(
                "has read {} {} by then, the oracle {}",
                actual.read,
                plural(actual.read, "byte"),
                expected.read
            ),
        );
    }
    if expected.written != actual.written {
        return odd(
            Part::Encoder,
            format!(
                "has written {} {} by then, the oracle {}",
                actual.written,
                plural(actual.written, "byte"),
                expected.written
            ),
        );
    }
    None
}

/// The first difference between a role's bytes and the oracle's.
struct WrongBytes {
    at: usize,
    /// Whether the role sent a byte at this offset at all.
    is_sent: bool,
    /// The step that wrote the byte, if it is known.
    step: Option<usize>,
    detail: String,
}

impl WrongBytes {
    fn odd(self, role: Role) -> Odd {
        Odd {
            role,
            part: Part::Encoder,
            step: self.step,
            wrong_byte: Some(self.at),
            detail: self.detail,
        }
    }
}

fn first_byte(oracle: &Transcript, seen: &Transcript, role: Role) -> Option<WrongBytes> {
    let (expected, actual) = (
        &oracle.wire.sent_by(role).bytes,
        &seen.wire.sent_by(role).bytes,
    );
    if expected == actual {
        return None;
    }
    let at = expected
        .iter()
        .zip(actual)
        .take_while(|(a, b)| a == b)
        .count();
    let step = (0..seen.scenario.steps.len()).find(|&index| {
        seen.scenario.steps[index].role() == Some(role)
            && [oracle, seen].iter().any(|transcript| {
                let (_, after) = transcript.written(role, index);
                after > at as u64
            })
    });
    let place = step.map_or(String::new(), |index| match &seen.scenario.steps[index] {
        Step::Call { call, line, .. } => format!("line {line}, {}: ", call.method()),
        Step::Sync { .. } => String::new(),
    });
    let from_there = |bytes: &[u8]| match &bytes[at..] {
        [] => "nothing more".to_owned(),
        bytes => hex(&bytes[..bytes.len().min(8)]),
    };
    Some(WrongBytes {
        at,
        is_sent: at < actual.len(),
        step,
        detail: format!(
            "{place}the bytes on the wire differ at byte {at}: {}, the oracle's {}",
            from_there(actual),
            from_there(expected)
        ),
    })
}
