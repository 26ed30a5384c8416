//! The places at which a conversation can break.

use std::collections::BTreeSet;

use crate::interop::model::participant::Role;
use crate::interop::protocol::call::{Call, Method};
use crate::interop::protocol::format::Format;
use crate::interop::proxy::plan::{Direction, Fault, FaultKind, NetworkPlan};
use crate::interop::scenario::language::simulate::{answered_when_idle, simulate, written_by};
use crate::interop::scenario::language::{Scenario, Step};
use crate::system::random::Random;

/// The places of one scenario.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Points {
    /// The network plans to play the scenario with, one for each place and fault.
    pub networks: Vec<NetworkPlan>,
    /// How many places in long conversations were left out.
    pub left_out: usize,
    /// How many places were left out because the outcome depends on timing, or on how many socket
    /// calls a method makes.
    pub racing: usize,
}

/// In a conversation up to this long, every place is played.
const SHORT: u64 = 256;

/// In a longer conversation, this many places around the ends of its calls are played ...
const BOUNDARIES: usize = 48;

/// The bytes after a place, which the relay withholds until both sides wait, must fit into the socket
/// buffers. Otherwise the sender blocks in the middle of a call. Earlier places are left out.
const FITS: u64 = 64 << 10;

/// A direction longer than this has no places, because each place costs a transfer of all bytes.
const MOST_BYTES: u64 = 1 << 20;

/// ... and this many other places.
const SAMPLE: usize = 16;

/// The places of `scenario` for these faults. `seed` chooses the places in long conversations.
pub(crate) fn points(scenario: &Scenario, kinds: &[FaultKind], seed: u64) -> Points {
    let mut points = Points::default();
    if scenario.network != NetworkPlan::default() {
        // The scenario already has a network plan.
        return points;
    }
    let Ok(ends) = ends(scenario) else {
        points.racing += 1;
        return points;
    };
    for (sender, ends) in [Role::Client, Role::Server].into_iter().zip(ends) {
        let total = ends.last().copied().unwrap_or_default();
        let places = places(&scenario.name, sender, &ends, seed);
        let all = usize::try_from(total)
            .unwrap_or(usize::MAX)
            .saturating_add(1);
        points.left_out += (all - places.len()) * kinds.len();
        for at in places {
            let rest = answered_when_idle(scenario, sender, at).ok();
            for &kind in kinds {
                // A split makes two pieces, and neither may be empty.
                if kind == FaultKind::Split && (at == 0 || at == total) {
                    continue;
                }
                if rest.is_some_and(|rest| is_decided(scenario, kind, rest)) {
                    points.networks.push(network(sender, Fault { at, kind }));
                } else {
                    points.racing += 1;
                }
            }
        }
    }
    points
}

/// Whether the outcome of this scenario's fault, if it has one, is certain.
pub(crate) fn is_sure(scenario: &Scenario) -> bool {
    let Some((sender, fault)) = scenario.network.fault() else {
        return true;
    };
    answered_when_idle(scenario, sender, fault.at)
        .is_ok_and(|rest| is_decided(scenario, fault.kind, rest))
}

/// Whether the outcome of a fault is certain that fires when this many calls of each role are
/// answered.
fn is_decided(scenario: &Scenario, kind: FaultKind, answered: [usize; 2]) -> bool {
    match kind {
        FaultKind::Split | FaultKind::HalfClose => true,
        FaultKind::Close => {
            !counts_calls(scenario, answered) && !writes_objects(scenario, answered)
        }
        FaultKind::Reset => !writes_objects(scenario, answered),
    }
}

/// Whether a role still writes to an object stream. A block is two writes in Java and one in Rust, and
/// after an object that could not be written Java collects the exception.
fn writes_objects(scenario: &Scenario, answered: [usize; 2]) -> bool {
    let mut roles = [Role::Client, Role::Server].into_iter().zip(answered);
    roles.any(|(own, answered)| {
        let calls = scenario.steps.iter().filter_map(|step| match step {
            Step::Call { role, call, .. } => (*role == own).then_some(call),
            Step::Sync { .. } => None,
        });
        let opens = |call: &Call| call.method() == Method::NewObjectOutputStream;
        let opened = calls.clone().position(opens);
        let writes = |call: &Call| match call {
            Call::Write(_) | Call::Stream(_) => true,
            Call::Objects(_) => call.method().writes(),
            Call::Read(_) | Call::Socket(_) => false,
        };
        let later = calls.enumerate().skip(answered);
        let mut behind = later.filter(|(index, _)| opened.is_some_and(|opened| *index >= opened));
        behind.any(|(_, call)| writes(call))
    })
}

/// The offset that each role has reached after each of its calls that write.
fn ends(scenario: &Scenario) -> Result<[Vec<u64>; 2], ()> {
    let simulated = simulate(scenario, Role::Client).map_err(|_| ())?;
    let of = |own: Role| {
        let steps = scenario.steps.iter().zip(&simulated);
        // On an object stream, `flush` writes too.
        let ends = steps.filter_map(|(step, simulated)| match (step, simulated) {
            (Step::Call { role, call, .. }, Some(simulated))
                if *role == own && !call.method().reads() =>
            {
                Some(simulated.bytes.end as u64)
            }
            _ => None,
        });
        ends.collect()
    };
    Ok([Role::Client, Role::Server].map(of))
}

/// Whether the observations after a close reveal how many socket calls a method makes. On a closed
/// connection the first write succeeds and the second fails, and `writeBytes` and `writeChars` make
/// several writes in Java but one in Rust.
fn counts_calls(scenario: &Scenario, answered: [usize; 2]) -> bool {
    [Role::Client, Role::Server]
        .into_iter()
        .zip(answered)
        .any(|(own, answered)| {
            let calls = scenario.steps.iter().filter_map(|step| match step {
                Step::Call { role, call, .. } => (*role == own).then_some(call),
                Step::Sync { .. } => None,
            });
            let first = calls.skip(answered).find_map(written_format);
            first.is_some_and(Format::is_written_piecemeal)
        })
}

/// The format of what the call writes. `None` if it writes nothing: it does not write, has nothing
/// to write, or `writeUTF` rejects its argument.
fn written_format(call: &Call) -> Option<Format> {
    match call {
        Call::Write(write) => {
            let format = write.method().format_written();
            format.filter(|_| !written_by(write).is_empty())
        }
        Call::Stream(_) | Call::Read(_) | Call::Socket(_) | Call::Objects(_) => None,
    }
}

/// The places in a direction in which messages end at `ends`, the last of them the end of the
/// direction. `name` and `seed` choose those of a long direction.
pub(super) fn places(name: &str, sender: Role, ends: &[u64], seed: u64) -> BTreeSet<u64> {
    let total = ends.last().copied().unwrap_or_default();
    if total <= SHORT {
        return (0..=total).collect();
    }
    if total > MOST_BYTES {
        return BTreeSet::new();
    }
    let first = total.saturating_sub(FITS);
    let mut random = Random::of(seed, &format!("{name} {sender}"), 0);
    let mut boundaries: Vec<u64> = ends
        .iter()
        .chain([&0])
        .flat_map(|end| [end.saturating_sub(1), *end, end + 1, end + 2])
        .filter(|at| (first..=total).contains(at))
        .collect();
    boundaries.sort_unstable();
    boundaries.dedup();
    let mut places: BTreeSet<u64> = [0, 1, total - 1, total].into();
    places.retain(|at| *at >= first);
    if boundaries.len() <= BOUNDARIES {
        places.extend(boundaries);
    } else {
        places.extend((0..BOUNDARIES).map(|_| random.pick(&boundaries)));
    }
    places.extend((0..SAMPLE).map(|_| first + random.next() % (total - first)));
    places
}

/// The plan with this fault of what `sender` sends.
pub(super) fn network(sender: Role, fault: Fault) -> NetworkPlan {
    let direction = Direction {
        fault: Some(fault),
        ..Direction::default()
    };
    match sender {
        Role::Client => NetworkPlan {
            to_server: direction,
            ..NetworkPlan::default()
        },
        Role::Server => NetworkPlan {
            to_client: direction,
            ..NetworkPlan::default()
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interop::scenario::language::Script;

    fn scenario(steps: &str) -> Scenario {
        let text = format!("# A claim.\n{steps}\n");
        Script::parse("a.scenario", &text)
            .unwrap()
            .scenarios()
            .remove(0)
    }

    #[test]
    fn every_byte_of_a_short_conversation_is_a_place() {
        let scenario = scenario("client writeInt 1\nserver readInt\nserver writeByte 1");
        let of = |kind| {
            let points = points(&scenario, &[kind], 1);
            assert_eq!((points.left_out, points.racing), (0, 0));
            let networks = points.networks.iter();
            networks.map(NetworkPlan::to_string).collect::<Vec<_>>()
        };
        assert_eq!(
            of(FaultKind::Reset),
            [
                "client to server reset at 0",
                "client to server reset at 1",
                "client to server reset at 2",
                "client to server reset at 3",
                "client to server reset at 4",
                "server to client reset at 0",
                "server to client reset at 1",
            ]
        );
        assert_eq!(
            of(FaultKind::Split),
            [
                "client to server split at 1",
                "client to server split at 2",
                "client to server split at 3",
            ]
        );
    }

    #[test]
    fn places_that_reveal_only_the_number_of_calls_are_omitted() {
        let of = |steps| {
            let points = points(&scenario(steps), &[FaultKind::Close], 1);
            (points.networks.len(), points.racing)
        };
        assert_eq!(
            of("client writeByte 1\nserver readByte\nserver writeInt 1"),
            (7, 0)
        );
        // Before that byte has arrived, the server has yet to write.
        assert_eq!(
            of("client writeByte 1\nserver readByte\nserver writeBytes \"abc\""),
            (5, 1)
        );
    }

    #[test]
    fn a_rejected_string_does_not_count_as_a_write_after_a_close() {
        let of = |text: &str| {
            let steps = format!(
                "server writeInt 1\nclient readInt\nclient writeUTF \"a\" * {text}\nclient writeBytes \"ab\""
            );
            points(&scenario(&steps), &[FaultKind::Close], 1).racing
        };
        // Every place but the one after the last of the server's four bytes: after that, the client
        // writes.
        assert_eq!([of("65535"), of("65536")], [0, 4]);
    }

    #[test]
    fn is_sure_checks_a_single_place() {
        let sure = |at| {
            is_sure(&Scenario {
                network: network(
                    Role::Client,
                    Fault {
                        at,
                        kind: FaultKind::Close,
                    },
                ),
                ..scenario("client writeByte 1\nserver readByte\nserver writeBytes \"abc\"")
            })
        };
        assert_eq!([sure(0), sure(1)], [false, true]);
    }

    #[test]
    fn all_places_of_a_very_long_direction_are_omitted_and_counted() {
        let steps = "repeat 2\nclient write [00] * 600000\nend\nserver skipBytes 1200000";
        let points = points(&scenario(steps), &[FaultKind::Reset], 1);
        // The place before the first byte of the other direction remains.
        assert_eq!((points.networks.len(), points.left_out), (1, 1_200_001));
    }

    #[test]
    fn bytes_after_a_place_fit_into_the_socket_buffers() {
        let steps = "repeat 2\nclient write [00] * 100000\nend\nserver skipBytes 200000";
        let points = points(&scenario(steps), &[FaultKind::Reset], 1);
        let networks = points.networks.iter();
        let at: Vec<u64> = networks
            .filter_map(|network| Some(network.to_server.fault?.at))
            .collect();
        assert!(at.iter().all(|at| 200_000 - at <= FITS), "{at:?}");
        assert!(at.contains(&199_999) && at.len() > SAMPLE, "{at:?}");
        assert_eq!(at.len() + points.left_out, 200_001);
    }

    #[test]
    fn a_long_conversation_is_sampled_and_the_rest_counted() {
        let scenario = scenario("client writeUTF \"a\" * 60000\nserver readUTF");
        let some = points(&scenario, &[FaultKind::Close], 1);
        let at: Vec<u64> = some
            .networks
            .iter()
            .filter_map(|network| Some(network.to_server.fault?.at))
            .collect();
        for boundary in [0, 1, 2, 60_001, 60_002] {
            assert!(at.contains(&boundary), "{boundary}");
        }
        assert!(at.len() > SAMPLE, "{at:?}");
        assert_eq!(at.len() + some.left_out, 60_003);
        assert_eq!(points(&scenario, &[FaultKind::Close], 1), some);
        assert_ne!(points(&scenario, &[FaultKind::Close], 2), some);
    }
}
