//! One scenario and its oracle: Java with Java plays it once, and every pairing is compared.

use std::sync::Arc;

use crate::interop::compare::known_differences::judge_scenario;
use crate::interop::model::known_difference::{Expected, KNOWN_DIFFERENCES};
use crate::interop::model::participant::Pairing;
use crate::interop::model::verdict::Verdict;
use crate::interop::oracle;
use crate::interop::oracle::{Playable, ReferenceRuns};
use crate::interop::scenario::language::Scenario;
use crate::interop::scenario::runner::Runner;
use crate::interop::scenario::transcript::Transcript;

/// A scenario, and what the oracle has shown of it so far.
#[derive(Debug)]
pub struct Evaluation {
    scenario: Arc<Scenario>,
    /// The scenario with only those faults of its network plan that may change what the peers see.
    /// Java with Java plays this one: slicing and pauses must not change any result.
    essence: Arc<Scenario>,
    oracle: ReferenceRuns<Transcript>,
    /// Whether what the oracle shows as the judge is what it shows as one of the pairings.
    once: bool,
    /// Whether Java is played again before a difference counts.
    again: bool,
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
            once: false,
            again: true,
        }
    }

    /// The same, but Java with Java plays once and not twice where the network lets it: for a search,
    /// which plays what differs again anyway, and finds out then if Java differs from itself.
    pub fn with_the_oracle_once(scenario: Arc<Scenario>) -> Self {
        let mut trial = Self::new(scenario);
        trial.once = Arc::ptr_eq(&trial.scenario, &trial.essence);
        trial
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

    fn oracle_plays_once(&self) -> bool {
        self.evaluation.once
    }

    fn plays_again(&self) -> bool {
        self.evaluation.again
    }
}

fn play(runner: &Runner, scenario: &Arc<Scenario>, pairing: Pairing) -> Result<Transcript, String> {
    let transcript = runner.play(scenario, pairing);
    transcript.map_err(|why| why.to_string())
}
