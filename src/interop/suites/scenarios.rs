//! The scenarios as a suite: every scenario in every pairing, compared with Java with Java.

use std::sync::Arc;
use std::time::Instant;

use super::evaluation::Evaluation;
use crate::interop::model::case::{Case, Judged};
use crate::interop::model::participant::Pairing;
use crate::interop::peer::pool::PeerPool;
use crate::interop::runner::Suite;
use crate::interop::scenario::language::{Pairings, Scenario};
use crate::interop::scenario::runner::Runner;
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
}

impl Suite for Scenarios {
    fn cases(&self) -> Vec<Case> {
        let pool = self.runner.pool();
        let all = pool.pairings();
        let with_the_oracle: Vec<Pairing> = match pool.oracle() {
            Some(oracle) => {
                let is_paired =
                    |one: &Pairing| one.client == oracle.client || one.server == oracle.server;
                all.iter().copied().filter(is_paired).collect()
            }
            None => all.clone(),
        };
        let pairings = |pairings| match pairings {
            Pairings::All => &all,
            Pairings::WithTheOracle => &with_the_oracle,
        };
        let numbered = self.trials.iter().map(Evaluation::scenario).enumerate();
        numbered
            .flat_map(|(index, scenario)| {
                let pairings = pairings(scenario.pairings).iter();
                pairings.map(move |&pairing| Case {
                    suite: Self::NAME,
                    index,
                    group: scenario.script().to_owned(),
                    row: scenario.name.clone(),
                    claim: scenario.claim.clone(),
                    pairing,
                })
            })
            .collect()
    }

    fn run(&self, case: &Case) -> Judged {
        let start = Instant::now();
        let heard = self.trials[case.index].hear(&self.runner, case.pairing);
        heard.of(case.clone(), start.elapsed(), |seen| seen)
    }
}
