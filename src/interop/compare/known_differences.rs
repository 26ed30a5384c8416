//! The comparison with the oracle, with known differences set aside. Pure.
//!
//! Whatever a known difference explains is taken for what the oracle showed, and what is left is
//! compared as ever. So a known difference excuses nothing that it does not explain.

use super::{programs, scenario};
use crate::interop::model::known_difference::{Expected, KnownDifference, LISTED_IN, Thrown};
use crate::interop::model::observation::Outcome;
use crate::interop::model::participant::{Pairing, Participant, Role};
use crate::interop::model::verdict::{Divergence, Verdict};
use crate::interop::protocol::call::{CallResult, Observation};
use crate::interop::scenario::language::Step;
use crate::interop::scenario::transcript::{Entry, Transcript};

/// Judges a scenario by what `alone`, the pairing that judges, showed; also returns which of the
/// known differences `known` the case is about.
pub(crate) fn judge_scenario(
    known: &[KnownDifference],
    alone: Pairing,
    pairing: Pairing,
    oracle: &Transcript,
    seen: &Transcript,
) -> (Verdict, Vec<Expected>) {
    let mut expected = Vec::new();
    let mut rest: Option<Transcript> = None;
    let entries = oracle.entries.iter().zip(&seen.entries).enumerate();
    for (step, (index, entries)) in seen.scenario.steps.iter().zip(entries) {
        let Step::Call { role, call, .. } = step else {
            continue;
        };
        let (Some(Entry::Observed(judging)), Some(Entry::Observed(observed))) = entries else {
            continue;
        };
        let peer = pairing.peer(*role);
        let Some(threw) = thrown(alone.peer(*role), judging) else {
            continue;
        };
        for difference in known {
            if !difference.is_about(call.method(), threw, peer) {
                continue;
            }
            let explains = |thrown| difference.explains(threw, thrown);
            let occurred = thrown(peer, observed).is_some_and(explains);
            note(&mut expected, difference.reason, occurred);
            if occurred {
                let rest = rest.get_or_insert_with(|| seen.clone());
                rest.entries[index] = Some(Entry::Observed(Observation {
                    result: judging.result.clone(),
                    ..observed.clone()
                }));
            }
        }
    }
    let verdict = scenario::judge(pairing, oracle, rest.as_ref().unwrap_or(seen));
    let divergence = || scenario::diverges(pairing, oracle, seen);
    (with_known(verdict, &expected, divergence), expected)
}

/// Judges whole programs in this row, named with its suite, as [`judge_scenario`] judges a scenario.
pub(crate) fn judge_programs(
    known: &[KnownDifference],
    row: &str,
    alone: Pairing,
    pairing: Pairing,
    oracle: &Outcome,
    seen: &Outcome,
) -> (Verdict, Vec<Expected>) {
    let mut expected = Vec::new();
    let mut rest: Option<Outcome> = None;
    for role in [Role::Client, Role::Server] {
        let (judge, peer) = (alone.peer(role), pairing.peer(role));
        let [oracle_end, end] = [oracle, seen].map(|run| run.wire.sent_by(role).end);
        for difference in known {
            if !difference.is_about_close(row, judge, peer) {
                continue;
            }
            let occurred = difference.explains_close((judge, oracle_end), (peer, end));
            note(&mut expected, difference.reason, occurred);
            if occurred {
                let rest = rest.get_or_insert_with(|| seen.clone());
                rest.wire.from(role).end = oracle_end;
            }
        }
    }
    let verdict = programs::judge(pairing, oracle, rest.as_ref().unwrap_or(seen));
    let divergence = || programs::diverges(pairing, oracle, seen);
    (with_known(verdict, &expected, divergence), expected)
}

/// `verdict` is what was left when the known differences were set aside, `divergence` the first
/// difference when they are not.
fn with_known(
    verdict: Verdict,
    expected: &[Expected],
    divergence: impl FnOnce() -> Option<Divergence>,
) -> Verdict {
    let occurred = expected.iter().find(|known| known.occurred);
    match (verdict, occurred) {
        (Verdict::Pass, Some(known)) => match divergence() {
            Some(divergence) => Verdict::KnownDifference(divergence, known.reason.clone()),
            None => Verdict::Pass,
        },
        (verdict, _) => verdict,
    }
}

/// Notes that a case is about a known difference, and whether it was seen there.
fn note(expected: &mut Vec<Expected>, reason: &'static str, occurred: bool) {
    match expected.iter_mut().find(|known| known.reason == reason) {
        Some(known) => known.occurred |= occurred,
        None => expected.push(Expected {
            reason: reason.into(),
            occurred,
            listed_in: LISTED_IN,
        }),
    }
}

fn thrown(by: Participant, observation: &Observation) -> Option<Thrown<'_>> {
    match &observation.result {
        CallResult::Threw(class, message) => Some(Thrown {
            by,
            class,
            message: message.as_ref(),
        }),
        CallResult::Returned(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::interop::model::known_difference::KNOWN_DIFFERENCES;
    use crate::interop::model::observation;
    use crate::interop::model::traffic::{End, Traffic};
    use crate::interop::protocol::call::Value;
    use crate::interop::scenario::language::Script;
    use crate::interop::scenario::transcript::Ending;
    use crate::system::process::{Exit, Finished};

    const OLD: &str = "encoded string too long: 65536 bytes";
    const NEW: &str = "encoded string (aaaaaaaa...aaaaaaaa) too long: 65536 bytes";

    fn pairing(client: Participant, server: Participant) -> Pairing {
        Pairing { client, server }
    }

    fn alone(java: u32) -> Pairing {
        pairing(Participant::Java(java), Participant::Java(java))
    }

    /// A string that is too long, whose exception says this, and another that the server reads.
    fn too_long(message: &str, read: &str) -> Transcript {
        let steps =
            "# A claim.\nclient writeUTF \"a\"*65536\nclient writeUTF \"b\"\nserver readUTF\n";
        let script = Script::parse("known.scenario", steps).unwrap();
        let [scenario] = script.scenarios().try_into().unwrap();
        let entry = |result, read, written| {
            Some(Entry::Observed(Observation {
                result,
                read,
                written,
            }))
        };
        let class = "java.io.UTFDataFormatException".to_owned();
        Transcript {
            scenario: Arc::new(scenario),
            entries: vec![
                entry(CallResult::Threw(class, Some(message.into())), 0, 0),
                entry(CallResult::Returned(Value::Void), 0, 3),
                entry(CallResult::Returned(Value::Text(read.into())), 3, 0),
            ],
            wire: Traffic::default(),
            ending: Ending::Complete,
            client_stderr: String::new(),
            server_stderr: String::new(),
        }
    }

    fn known() -> &'static [KnownDifference] {
        KNOWN_DIFFERENCES
    }

    #[test]
    fn a_wording_is_a_known_difference_only_if_it_is_listed() {
        let (oracle, seen) = (too_long(NEW, "b"), too_long(OLD, "b"));
        for other in [Participant::Rust, Participant::Java(25)] {
            let pairing = pairing(Participant::Java(11), other);
            let (verdict, expected) = judge_scenario(known(), alone(25), pairing, &oracle, &seen);
            let Verdict::KnownDifference(divergence, reason) = &verdict else {
                panic!("{verdict}");
            };
            assert!(verdict.is_green());
            assert_eq!(divergence.peer, Participant::Java(11));
            let occurred = Expected {
                reason: reason.clone(),
                occurred: true,
                listed_in: LISTED_IN,
            };
            assert_eq!(expected, [occurred]);
            let (verdict, expected) = judge_scenario(&[], alone(25), pairing, &oracle, &seen);
            assert_eq!(verdict, Verdict::Differs(divergence.clone()));
            assert!(!verdict.is_green() && expected.is_empty());
        }
    }

    #[test]
    fn the_newer_wording_is_a_known_difference_for_an_older_oracle() {
        let (oracle, seen) = (too_long(OLD, "b"), too_long(NEW, "b"));
        let ours = pairing(Participant::Rust, Participant::Rust);
        let (verdict, _) = judge_scenario(known(), alone(11), ours, &oracle, &seen);
        assert!(matches!(verdict, Verdict::KnownDifference(..)), "{verdict}");
    }

    #[test]
    fn an_unlisted_difference_between_two_jdks_differs() {
        let (oracle, seen) = (too_long(NEW, "b"), too_long(OLD, "b"));
        let (verdict, _) = judge_scenario(known(), alone(25), alone(17), &oracle, &seen);
        assert!(matches!(verdict, Verdict::Differs(_)), "{verdict}");
    }

    #[test]
    fn a_difference_beside_a_known_one_is_blamed_and_fails() {
        let (oracle, seen) = (too_long(NEW, "b"), too_long(OLD, "c"));
        let pairing = pairing(Participant::Java(11), Participant::Rust);
        let (verdict, expected) = judge_scenario(known(), alone(25), pairing, &oracle, &seen);
        let Verdict::Differs(divergence) = verdict else {
            panic!("{verdict}");
        };
        assert_eq!(divergence.peer, Participant::Rust);
        assert!(expected[0].occurred);
    }

    #[test]
    fn an_absent_known_difference_is_expected_but_did_not_occur() {
        let oracle = too_long(NEW, "b");
        for (pairing, count) in [(alone(11), 1), (alone(17), 0)] {
            let (verdict, expected) = judge_scenario(known(), alone(25), pairing, &oracle, &oracle);
            assert_eq!(verdict, Verdict::Pass);
            assert_eq!(expected.len(), count);
            assert!(expected.iter().all(|known| !known.occurred));
        }
    }

    fn closing(end: End) -> Outcome {
        let mut outcome = Outcome {
            client: None,
            server: Some(Finished {
                stdout: b"---server---\n".to_vec(),
                printed: Vec::new(),
                stderr: Vec::new(),
                exit: Some(Exit::Code(0)),
            }),
            wire: Traffic::default(),
            unobserved: None,
            ending: observation::Ending::Complete,
        };
        outcome.wire.end(Role::Server, end);
        outcome
    }

    #[test]
    fn a_listed_reset_is_a_known_difference_only_in_its_rows() {
        let (oracle, seen) = (closing(End::Finished), closing(End::Reset));
        let raw = |java| pairing(Participant::Raw, Participant::Java(java));
        let judge = |known: &[KnownDifference], row, java| {
            judge_programs(known, row, raw(25), raw(java), &oracle, &seen).0
        };
        let row = "chat::a-message-and-a-half";
        let verdict = judge(known(), row, 11);
        assert!(matches!(verdict, Verdict::KnownDifference(..)), "{verdict}");
        for verdict in [
            judge(&[], row, 11),
            judge(known(), row, 17),
            judge(known(), "chat::ascii", 11),
        ] {
            assert!(matches!(verdict, Verdict::Differs(_)), "{verdict}");
        }
    }
}
