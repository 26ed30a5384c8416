//! One scenario and its oracle: Java with Java plays it once, and every pairing is compared.

use std::sync::Arc;
use std::time::Instant;

use super::scenarios::Scenarios;
use crate::interop::compare::known_differences::judge_scenario;
use crate::interop::model::case::{Case, Judged};
use crate::interop::model::known_difference::{Expected, KNOWN_DIFFERENCES};
use crate::interop::model::participant::Pairing;
use crate::interop::model::verdict::Verdict;
use crate::interop::oracle;
use crate::interop::oracle::{Playable, ReferenceRuns};
use crate::interop::scenario::language::Scenario;
use crate::interop::scenario::runner::Runner;
use crate::interop::scenario::transcript::Transcript;
use crate::system::cache::facts::Facts;

/// A scenario, and what the oracle has shown of it so far.
#[derive(Debug)]
pub struct Evaluation {
    scenario: Arc<Scenario>,
    /// The scenario with only those faults of its network plan that may change what the peers see.
    /// Java with Java plays this one: slicing and pauses must not change any result.
    essence: Arc<Scenario>,
    oracle: ReferenceRuns<Transcript>,
    /// What is known of the oracle's stability.
    stability: Stability,
    /// Whether Java is played again before a difference counts.
    again: bool,
}

/// Whether the oracle shows the same whenever it plays a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stability {
    /// That is to be found out.
    Unknown,
    /// Earlier runs may have found it out, and later ones are told.
    Remembered,
    /// It is taken for granted.
    Assumed,
}

/// What came of one pairing.
pub(crate) type Judgement = oracle::Judgement<Transcript>;

impl Evaluation {
    /// Nothing is played before a verdict is asked for.
    pub fn new(scenario: Arc<Scenario>) -> Self {
        let network = scenario.network.essence();
        let essence = if network == scenario.network {
            Arc::clone(&scenario)
        } else {
            Arc::new(Scenario {
                network,
                ..Scenario::clone(&scenario)
            })
        };
        Self {
            scenario,
            essence,
            oracle: ReferenceRuns::default(),
            stability: Stability::Unknown,
            again: true,
        }
    }

    /// The same, but Java with Java plays once and not twice where the network lets it: for a search,
    /// which plays what differs again anyway, and finds out then if Java differs from itself.
    pub fn with_the_oracle_once(scenario: Arc<Scenario>) -> Self {
        Self {
            stability: Stability::Assumed,
            ..Self::new(scenario)
        }
    }

    /// The same, but Java with Java plays once if an earlier run has found it to be stable.
    #[must_use]
    pub(crate) fn remembered(self) -> Self {
        Self {
            stability: Stability::Remembered,
            ..self
        }
    }

    /// The same, but any difference counts at once: for a first look at many scenarios, of which
    /// the one that matters is played again.
    pub fn at_first_sight(scenario: Arc<Scenario>) -> Self {
        Self {
            again: false,
            ..Self::new(scenario)
        }
    }

    pub fn scenario(&self) -> &Arc<Scenario> {
        &self.scenario
    }

    /// The scenario in this pairing, as a case of the suite [`Scenarios`], where it has this index.
    pub fn case(&self, index: usize, pairing: Pairing) -> Case {
        Case {
            suite: Scenarios::NAME,
            index,
            group: self.scenario.script().to_owned(),
            row: self.scenario.name.clone(),
            claim: self.scenario.claim.clone(),
            pairing,
        }
    }

    /// Plays the scenario in the pairing of `case`, and compares it with the oracle.
    pub fn judge(&self, runner: &Runner, case: &Case) -> Judged {
        let start = Instant::now();
        let heard = self.hear(runner, case.pairing);
        heard.of(case.clone(), start.elapsed(), |seen| seen)
    }

    /// Plays the scenario in this pairing, and compares it with the oracle.
    pub fn hear(&self, runner: &Runner, pairing: Pairing) -> Judgement {
        let played = Played {
            evaluation: self,
            runner,
        };
        let alone = runner.pool().oracle();
        self.oracle.evaluate(&played, alone, pairing)
    }
}

/// A scenario, and the runner that plays it.
struct Played<'a> {
    evaluation: &'a Evaluation,
    runner: &'a Runner,
}

impl Played<'_> {
    /// Whether the pairings play the scenario on the network of the oracle.
    fn is_undisturbed(&self) -> bool {
        Arc::ptr_eq(&self.evaluation.scenario, &self.evaluation.essence)
    }

    /// For which inputs the oracle is known to be stable, and the input of this scenario. `None` if
    /// this is not remembered, or not for this network.
    fn stable(&self) -> Option<(&Facts, String)> {
        if self.evaluation.stability != Stability::Remembered || !self.is_undisturbed() {
            return None;
        }
        let facts = self.runner.pool().stable()?;
        Some((facts, format!("scenario\n{}", self.evaluation.scenario)))
    }
}

impl Playable for Played<'_> {
    type Seen = Transcript;

    fn play(&self, pairing: Pairing) -> Result<Transcript, String> {
        play(self.runner, &self.evaluation.scenario, pairing)
    }

    fn play_oracle(&self, alone: Pairing, n: usize) -> Result<Transcript, String> {
        let essence = &self.evaluation.essence;
        let network = oracle::network(essence.network, n);
        if network == essence.network {
            return play(self.runner, essence, alone);
        }
        let delayed = Scenario {
            network,
            ..Scenario::clone(essence)
        };
        play(self.runner, &Arc::new(delayed), alone)
    }

    fn compare(
        &self,
        alone: Pairing,
        pairing: Pairing,
        oracle: &Transcript,
        seen: &Transcript,
    ) -> (Verdict, Vec<Expected>) {
        judge_scenario(KNOWN_DIFFERENCES, alone, pairing, oracle, seen)
    }

    // What is written to a connection that has just been closed is lost, and the kernel says so
    // sooner or later.
    fn races(&self) -> bool {
        self.evaluation.scenario.network.leaves_a_race()
    }

    fn is_stable(&self, _: Pairing) -> bool {
        match self.evaluation.stability {
            Stability::Unknown => false,
            Stability::Remembered => self
                .stable()
                .is_some_and(|(facts, input)| facts.contains(&input)),
            Stability::Assumed => self.is_undisturbed(),
        }
    }

    fn set_stable(&self, _: Pairing) {
        if let Some((facts, input)) = self.stable() {
            // The next run finds it out again if it cannot be remembered.
            let _ = facts.add(&input);
        }
    }

    fn plays_again(&self) -> bool {
        self.evaluation.again
    }
}

fn play(runner: &Runner, scenario: &Arc<Scenario>, pairing: Pairing) -> Result<Transcript, String> {
    let transcript = runner.play(scenario, pairing);
    transcript.map_err(|why| why.to_string())
}
