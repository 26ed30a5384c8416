//! Dialogues: scenarios that are made from a seed and a number.

pub(crate) mod phrase;
pub(crate) mod profile;
pub(crate) mod steps;
pub(crate) mod value;

use std::fmt;

use steps::Generator;

use crate::interop::faults::points;
use crate::interop::model::participant::Role;
use crate::interop::protocol::call::Method;
use crate::interop::proxy::plan::{Direction, FaultKind, NetworkPlan, Shaping};
use crate::interop::scenario::language::simulate::{Simulated, simulate};
use crate::interop::scenario::language::{Scenario, Step};
use crate::system::random::Random;

/// The version of what makes dialogues: as long as it is the same, a seed and a number are the same
/// dialogue. Version 2 makes text that is easily changed, and lengths beyond 65,536.
pub(crate) const GENERATOR: u32 = 2;

/// A dialogue by its seed and number: the same on every machine, however a run is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct GeneratedScenario {
    /// What the run was started with.
    pub seed: u64,
    /// Which of the run it is, from 0.
    pub number: usize,
}

impl GeneratedScenario {
    /// What is played.
    pub fn scenario(self) -> Scenario {
        let mut random = Random::of(self.seed, "dialogue", self.number);
        loop {
            let steps = Generator::new(&mut random).improvise();
            let scenario = Scenario {
                name: self.to_string(),
                claim: format!(
                    "Dialogue {} of seed {} is the same in every pairing.",
                    self.number, self.seed
                ),
                network: NetworkPlan::default(),
                steps,
                file: format!("{self}.scenario"),
            };
            if is_sound(&scenario) {
                let network = network(self, &scenario);
                return Scenario {
                    network,
                    ..scenario
                }
                .as_printed();
            }
        }
    }
}

/// What happens on the way: mostly nothing, sometimes pieces, sometimes a fault at one of the places
/// where it is sure what comes of it.
fn network(dialogue: GeneratedScenario, scenario: &Scenario) -> NetworkPlan {
    let mut random = Random::of(dialogue.seed, "network", dialogue.number);
    match random.below(8) {
        0 => {
            let points = points(scenario, FaultKind::ALL, dialogue.seed);
            if points.networks.is_empty() {
                NetworkPlan::default()
            } else {
                random.pick(&points.networks)
            }
        }
        1 => NetworkPlan {
            to_server: shaping(&mut random),
            to_client: shaping(&mut random),
        },
        _ => NetworkPlan::default(),
    }
}

fn shaping(random: &mut Random) -> Direction {
    let shaping = match random.below(4) {
        0 => Shaping::Slice(1 + random.below(4) as u64),
        1 => Shaping::SliceRandomly(random.below(1000) as u64),
        2 => Shaping::Coalesce,
        _ => Shaping::Plain,
    };
    Direction {
        shaping,
        fault: None,
    }
}

/// The name: `fuzz-7-12`.
impl fmt::Display for GeneratedScenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "fuzz-{}-{}", self.seed, self.number)
    }
}

/// Whether it comes to its end, and to the same one whoever is faster.
pub(crate) fn is_sound(scenario: &Scenario) -> bool {
    sound(scenario).is_some()
}

/// What its calls do, if it comes to its end, and to the same one whoever is faster.
pub(crate) fn sound(scenario: &Scenario) -> Option<Vec<Option<Simulated>>> {
    if !scenario.steps.iter().any(|step| step.role().is_some()) {
        return None;
    }
    let one = simulate(scenario, Role::Client).ok()?;
    let other = simulate(scenario, Role::Server).ok()?;
    // How much lies there unread depends on who is faster, and nobody sees it.
    let same = one.iter().zip(&other).all(|pair| match pair {
        (Some(one), Some(other)) => one.outcome == other.outcome && one.bytes == other.bytes,
        (one, other) => one == other,
    });
    let peaceful = resets_in_peace(scenario, &one)
        && closes_in_peace(scenario, &one)
        && closes_in_peace(scenario, &other);
    (same && peaceful).then_some(one)
}

/// Whether nobody closes with bytes unread before the other side is known to have read all.
///
/// The kernel sends a reset then, and drops what it has not sent yet: of more small writes than fit
/// into the first window that are the last ones, now and then.
fn closes_in_peace(scenario: &Scenario, simulated: &[Option<Simulated>]) -> bool {
    let steps = || scenario.steps.iter().zip(simulated);
    // How far the bytes of one direction have come in the calls of this role.
    let end = |until: usize, own: Role, reads: bool| {
        let ends = steps().take(until).filter_map(|(step, what)| match step {
            Step::Call { role, call, .. } if *role == own && call.method.reads() == reads => {
                Some(what.as_ref()?.bytes.end)
            }
            _ => None,
        });
        ends.max().unwrap_or(0)
    };
    let is_sync = |step: &Step| matches!(step, Step::Sync { .. });
    steps()
        .enumerate()
        .all(|(at, (step, what))| match (step, what) {
            (Step::Call { role, call, .. }, Some(what))
                if call.method == Method::Close && what.unread > 0 =>
            {
                let sync = scenario.steps[..at].iter().rposition(is_sync).unwrap_or(0);
                end(sync, role.other(), true) >= end(at, *role, false)
            }
            _ => true,
        })
}

/// Whether the relay is sure to see a reset as what it is, if there is one.
///
/// It has its two connections only once something has passed, and a reset before that looks as if
/// there had been no server. And after it the relay ends the other direction sooner or later, if
/// nobody else does.
fn resets_in_peace(scenario: &Scenario, simulated: &[Option<Simulated>]) -> bool {
    let calls = || {
        let steps = scenario.steps.iter().zip(simulated);
        steps.filter_map(|(step, what)| match step {
            Step::Call { role, call, .. } => Some((*role, call.method, what.as_ref()?)),
            Step::Sync { .. } => None,
        })
    };
    let Some(reset) = calls().position(|(_, method, _)| method == Method::Reset) else {
        return true;
    };
    let passed = calls()
        .take(reset)
        .any(|(_, method, what)| method.reads() && !what.bytes.is_empty());
    let ends = [Method::ShutdownOutput, Method::Close, Method::Reset];
    let both_end = [Role::Client, Role::Server]
        .into_iter()
        .all(|role| calls().any(|(own, method, _)| own == role && ends.contains(&method)));
    passed && both_end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interop::scenario::language::Script;

    fn is_sound_as(steps: &str) -> bool {
        let text = format!("# A claim.\n{steps}");
        let script = Script::parse("a.scenario", &text).unwrap();
        is_sound(&script.scenarios()[0])
    }

    // Java with Java loses the last of many small writes here, once in some hundred times.
    #[test]
    fn who_closes_with_bytes_unread_waits_until_the_others_have_arrived() {
        let talk = "client writeByte 1\nserver writeChars \"abc\"\n";
        assert!(!is_sound_as(&format!("{talk}server close\n")));
        assert!(!is_sound_as(&format!(
            "{talk}client readFully 6\nserver close\n"
        )));
        assert!(is_sound_as(&format!(
            "{talk}client readFully 6\nsync\nserver close\n"
        )));
    }

    #[test]
    fn a_reset_comes_when_both_are_connected_and_both_end() {
        let read = "client writeByte 1\nserver readByte\nsync\n";
        assert!(is_sound_as(&format!(
            "{read}client reset\nserver readByte\nserver close\n"
        )));
        assert!(!is_sound_as(&format!("{read}client reset\n")));
        assert!(!is_sound_as(
            "client reset\nserver readByte\nserver close\n"
        ));
    }
}
