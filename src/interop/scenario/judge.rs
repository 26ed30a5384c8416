//! The comparison of a performance with the oracle's. Pure.

use super::performance::{Entry, Finale, Performance, shown};
use crate::interop::call::{CallResult, Observation};
use crate::interop::pairing::{Pairing, Role};
use crate::interop::script::Step;
use crate::interop::verdict::{Divergence, Part, Verdict};
use crate::interop::wire::hex;

/// Judges a pairing by the oracle's performance of the same scenario.
pub fn judge(pairing: Pairing, oracle: &Performance, seen: &Performance) -> Verdict {
    if oracle.finale != Finale::Complete {
        return Verdict::NotRun(format!(
            "there is no oracle: alone with itself, {}",
            oracle.finale
        ));
    }
    let divergence = diverges(pairing, oracle, seen);
    let cause = |finale: &Finale| match &divergence {
        Some(divergence) => format!("{finale}; before that, {divergence}"),
        None => finale.to_string(),
    };
    match &seen.finale {
        Finale::Complete => match divergence {
            Some(divergence) => Verdict::Differs(divergence),
            None if seen.entries.iter().flatten().next().is_none() => Verdict::Vacuous,
            None => Verdict::Pass,
        },
        finale @ Finale::Deadlock => Verdict::Deadlock(cause(finale)),
        finale @ Finale::Timeout(_) => Verdict::Timeout(cause(finale)),
        finale @ Finale::Crash(..) => Verdict::Crash(cause(finale)),
        finale @ Finale::Violation(..) => Verdict::ProtocolViolation(finale.to_string()),
        Finale::Unsupported(role, method) => {
            let peer = pairing.peer(*role);
            Verdict::Unsupported(format!("{peer} as {role}: {method}"))
        }
    }
}

/// The first divergence along the conversation.
///
/// Bytes that differ where a role writes are its encoder's, even if the other role was the first to
/// notice; equal bytes that are seen differently are the reader's decoder's.
pub(super) fn diverges(
    pairing: Pairing,
    oracle: &Performance,
    seen: &Performance,
) -> Option<Divergence> {
    let step = first_step(oracle, seen);
    let wrong_bytes = [Role::Client, Role::Server]
        .into_iter()
        .filter_map(|role| first_byte(oracle, seen, role))
        .collect::<Vec<_>>();
    let blame = |role, part, detail| Divergence {
        peer: pairing.peer(role),
        role,
        part,
        detail,
    };
    if let Some((index, role, what)) = &step {
        // A role that noticed something odd may only have read what the other wrote wrongly.
        let fed_wrongly = wrong_bytes.iter().find(|bytes| {
            bytes.role == role.other() && (bytes.at as u64) < read_so_far(oracle, seen, *index)
        });
        // And of two oddities the one that comes first in the file counts.
        let wrote_earlier = wrong_bytes
            .iter()
            .filter(|bytes| bytes.step.is_some_and(|step| step <= *index))
            .min_by_key(|bytes| bytes.step);
        if let Some(bytes) = fed_wrongly.or(wrote_earlier) {
            return Some(blame(bytes.role, Part::Encoder, bytes.detail.clone()));
        }
        let part = match (&seen.scenario.steps[*index], what.part) {
            (Step::Call { call, .. }, _) if call.method.writes() => Part::Encoder,
            (_, part) => part,
        };
        return Some(blame(*role, part, what.detail.clone()));
    }
    if let Some(bytes) = wrong_bytes.first() {
        return Some(blame(bytes.role, Part::Encoder, bytes.detail.clone()));
    }
    [Role::Client, Role::Server].into_iter().find_map(|role| {
        let (expected, actual) = (oracle.wire.sent_by(role).end, seen.wire.sent_by(role).end);
        (expected != actual).then(|| {
            let detail = format!(
                "its direction is {}, the oracle's {}",
                actual.word(),
                expected.word()
            );
            blame(role, Part::Close, detail)
        })
    })
}

/// What is odd about a step.
struct Odd {
    part: Part,
    detail: String,
}

/// The first step, in the order of the file, of which something else was seen.
fn first_step(oracle: &Performance, seen: &Performance) -> Option<(usize, Role, Odd)> {
    let steps = seen.scenario.steps.iter().enumerate();
    steps
        .zip(oracle.entries.iter().zip(&seen.entries))
        .find_map(|((index, step), entries)| {
            let Step::Call { role, call, line } = step else {
                return None;
            };
            let (Some(expected), Some(actual)) = entries else {
                return None;
            };
            let odd = match (expected, actual) {
                (Entry::Observed(expected), Entry::Observed(actual)) => compare(expected, actual)?,
                (_, Entry::Unanswered) => Odd {
                    part: Part::Decoder,
                    detail: "it has not answered".to_owned(),
                },
                _ => return None,
            };
            let detail = format!("line {line}, {}: {}", call.method, odd.detail);
            Some((index, *role, Odd { detail, ..odd }))
        })
}

fn compare(expected: &Observation, actual: &Observation) -> Option<Odd> {
    let odd = |part, detail| Some(Odd { part, detail });
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
            if COMPARED_BY_TEXT.contains(&expected.as_str()) && told != said {
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
                "has read {} bytes by then, the oracle {}",
                actual.read, expected.read
            ),
        );
    }
    if expected.written != actual.written {
        return odd(
            Part::Encoder,
            format!(
                "has written {} bytes by then, the oracle {}",
                actual.written, expected.written
            ),
        );
    }
    None
}

/// Their texts are the JDK's own; those of sockets are the system's, and compared by class.
const COMPARED_BY_TEXT: [&str; 2] = ["java.io.EOFException", "java.io.UTFDataFormatException"];

/// Where a role's bytes differ from the oracle's.
struct WrongBytes {
    role: Role,
    at: usize,
    /// The step in which they were written, if one can be named.
    step: Option<usize>,
    detail: String,
}

fn first_byte(oracle: &Performance, seen: &Performance, role: Role) -> Option<WrongBytes> {
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
            && [oracle, seen].iter().any(|performance| {
                let (_, after) = performance.written(role, index);
                after > at as u64
            })
    });
    let place = step.map_or(String::new(), |index| match &seen.scenario.steps[index] {
        Step::Call { call, line, .. } => format!("line {line}, {}: ", call.method),
        Step::Sync { .. } => String::new(),
    });
    let from_there = |bytes: &[u8]| match &bytes[at..] {
        [] => "nothing more".to_owned(),
        bytes => hex(&bytes[..bytes.len().min(8)]),
    };
    Some(WrongBytes {
        role,
        at,
        step,
        detail: format!(
            "{place}the bytes on the wire differ at byte {at}: {}, the oracle's {}",
            from_there(actual),
            from_there(expected)
        ),
    })
}

/// How many bytes the role of step `index` had read after it, in whichever of the two was further.
fn read_so_far(oracle: &Performance, seen: &Performance, index: usize) -> u64 {
    [oracle, seen]
        .iter()
        .filter_map(|performance| match &performance.entries[index] {
            Some(Entry::Observed(observation)) => Some(observation.read),
            // Who has not answered may have read everything.
            Some(Entry::Unanswered) => Some(u64::MAX),
            _ => None,
        })
        .max()
        .unwrap_or(0)
}
