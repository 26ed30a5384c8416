//! Dialogues: scenarios that are made from a seed and a number.

use std::fmt;

use super::improviser::Improviser;
use crate::interop::call::Method;
use crate::interop::network::Network;
use crate::interop::pairing::Role;
use crate::interop::random::Random;
use crate::interop::script::rehearsal::{Rehearsed, rehearse};
use crate::interop::script::{Scenario, Step};

/// A dialogue by its seed and number: the same on every machine, however a run is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dialogue {
    /// What the run was started with.
    pub seed: u64,
    /// Which of the run it is, from 0.
    pub number: usize,
}

impl Dialogue {
    /// What is played.
    pub fn scenario(self) -> Scenario {
        let mut random = Random::of(self.seed, "dialogue", self.number);
        loop {
            let steps = Improviser::new(&mut random).improvise();
            let scenario = Scenario {
                name: self.to_string(),
                claim: format!(
                    "Dialogue {} of seed {} is the same in every pairing.",
                    self.number, self.seed
                ),
                network: Network::default(),
                steps,
                file: format!("{self}.scenario"),
            };
            if is_sound(&scenario) {
                return scenario;
            }
        }
    }
}

/// The name: `fuzz-7-12`.
impl fmt::Display for Dialogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "fuzz-{}-{}", self.seed, self.number)
    }
}

/// Whether it comes to its end, and to the same one whoever is faster.
pub(super) fn is_sound(scenario: &Scenario) -> bool {
    sound(scenario).is_some()
}

/// What its calls do, if it comes to its end, and to the same one whoever is faster.
pub(super) fn sound(scenario: &Scenario) -> Option<Vec<Option<Rehearsed>>> {
    if !scenario.steps.iter().any(|step| step.role().is_some()) {
        return None;
    }
    let one = rehearse(scenario, Role::Client).ok()?;
    let other = rehearse(scenario, Role::Server).ok()?;
    // How much lies there unread depends on who is faster, and nobody sees it.
    let same = one.iter().zip(&other).all(|pair| match pair {
        (Some(one), Some(other)) => one.outcome == other.outcome && one.bytes == other.bytes,
        (one, other) => one == other,
    });
    (same && resets_in_peace(scenario, &one)).then_some(one)
}

/// Whether the relay is sure to see a reset as what it is, if there is one.
///
/// It has its two connections only once something has passed, and a reset before that looks as if
/// there had been no server. And after it the relay ends the other direction sooner or later, if
/// nobody else does.
fn resets_in_peace(scenario: &Scenario, rehearsed: &[Option<Rehearsed>]) -> bool {
    let calls = || {
        let steps = scenario.steps.iter().zip(rehearsed);
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
