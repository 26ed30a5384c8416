//! The scenarios as a suite: every scenario in every pairing, compared with Java with Java.

use std::sync::Arc;

use super::evaluation::Evaluation;
use crate::interop::model::case::{Case, Judged};
use crate::interop::peer::pool::PeerPool;
use crate::interop::runner::Suite;
use crate::interop::scenario::language::Scenario;
use crate::interop::scenario::runner::Runner;
use crate::system::jdk::Freshness;
use crate::system::wait::Timeouts;

/// The scenarios, and the runner that plays them.
#[derive(Debug)]
pub struct Scenarios {
    runner: Runner,
    trials: Vec<Evaluation>,
}

impl Scenarios {
    /// The first part of the names of these cases.
    pub const NAME: &str = "scenario";

    /// The suite of `scenarios`, played by the peers of `pool`.
    pub fn new(pool: PeerPool, scenarios: Vec<Scenario>, timeouts: Timeouts) -> Self {
        let runner = Runner::new(pool, timeouts);
        let scenarios = scenarios.into_iter().map(Arc::new);
        let trials = scenarios.map(Evaluation::new).collect();
        Self { runner, trials }
    }

    /// Plays the oracle once where an earlier run has found it to be stable, unless all JVMs are to be
    /// fresh.
    #[must_use]
    pub fn in_jvms(mut self, freshness: Freshness) -> Self {
        if freshness == Freshness::Warm {
            let trials = self.trials.into_iter();
            self.trials = trials.map(Evaluation::remembered).collect();
        }
        self
    }
}

impl Suite for Scenarios {
    fn cases(&self) -> Vec<Case> {
        let pool = self.runner.pool();
        let oracle = pool.oracle().map(|alone| alone.client);
        let numbered = self.trials.iter().enumerate();
        numbered
            .flat_map(|(index, trial)| {
                let pairings = trial.scenario().pairings.of(pool.peers(), oracle);
                let pairings = pairings.into_iter();
                pairings.map(move |pairing| trial.case(index, pairing))
            })
            .collect()
    }

    fn run(&self, case: &Case) -> Judged {
        self.trials[case.index].judge(&self.runner, case)
    }
}
