//! A pair of console programs as a suite: every input in every pairing, compared with the oracles.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use crate::interop::compare::known_differences::judge_programs;
use crate::interop::model::case::{Case, Judged};
use crate::interop::model::known_difference::{Expected, KNOWN_DIFFERENCES};
use crate::interop::model::observation::Outcome;
use crate::interop::model::participant::Pairing;
use crate::interop::model::program_events::ProgramEvidence;
use crate::interop::model::verdict::Verdict;
use crate::interop::oracle;
use crate::interop::oracle::{Playable, ReferenceRuns};
use crate::interop::programs::{ChatCase, ProgramPair, Programs};
use crate::interop::proxy::plan::NetworkPlan;
use crate::interop::runner::Suite;
use crate::interop::toolbox::Toolbox;
use crate::system::cache::facts::Facts;
use crate::system::jdk::Freshness;
use crate::system::wait::Timeouts;

/// The inputs, the programs that play them, and the reference runs so far.
#[derive(Debug)]
pub struct Chat {
    programs: Programs,
    rows: Vec<ChatCase>,
    /// The JVMs of the pairings, and of an oracle that is known to be stable.
    freshness: Freshness,
    /// Shared with the suites that have the same one.
    oracle: Arc<Oracle>,
}

/// What the oracle alone has shown of a row.
type Oracle = BTreeMap<(usize, Option<Pairing>), ReferenceRuns<Outcome>>;

impl Chat {
    /// One suite for each pair of programs that every peer has.
    pub fn of_duets(toolbox: &Arc<Toolbox>, timeouts: Timeouts) -> Vec<Self> {
        let mut suites: Vec<Self> = Vec::new();
        for program_pair in ProgramPair::all() {
            let programs = Programs::new(program_pair, Arc::clone(toolbox), timeouts);
            let mut suite = Self::new(programs, program_pair.rows());
            let judge = program_pair.judge();
            let judged = suites
                .iter()
                .find(|other| other.programs.program_pair == judge);
            if let Some(other) = judged {
                suite.oracle = Arc::clone(&other.oracle);
            }
            suites.push(suite);
        }
        suites
    }

    /// The suite of the inputs `rows`, played by `programs`.
    pub fn new(programs: Programs, rows: Vec<ChatCase>) -> Self {
        let oracle: Oracle = rows
            .iter()
            .enumerate()
            .flat_map(|(index, row)| {
                let pairings = row
                    .pairings(&programs.peers(), programs.oracle())
                    .into_iter();
                let judge = programs.oracle();
                let alone = move |pairing: Pairing| Some(pairing.with_only(judge?));
                pairings.map(move |pairing| (index, alone(pairing)))
            })
            .map(|place| (place, ReferenceRuns::default()))
            .collect();
        Self {
            programs,
            rows,
            freshness: Freshness::Warm,
            oracle: Arc::new(oracle),
        }
    }

    /// Starts the Java programs of the pairings in such JVMs instead of warm ones.
    #[must_use]
    pub fn in_jvms(mut self, freshness: Freshness) -> Self {
        self.freshness = freshness;
        self
    }

    /// Applies `network` to every input without a network plan of its own. Programs whose output
    /// shows how the bytes are split are left alone: their output would depend on timing.
    #[must_use]
    pub fn through(mut self, network: NetworkPlan) -> Self {
        if self.programs.see_pieces() {
            return self;
        }
        for row in &mut self.rows {
            if row.network == NetworkPlan::default() {
                row.network = network;
            }
        }
        self
    }

    /// The pairing that judges this one; none if there is no oracle.
    fn alone(&self, pairing: Pairing) -> Option<Pairing> {
        Some(pairing.with_only(self.programs.oracle()?))
    }

    fn play(
        &self,
        row: &ChatCase,
        network: NetworkPlan,
        pairing: Pairing,
        freshness: Freshness,
    ) -> Result<Outcome, String> {
        let outcome = self.programs.run(row, network, pairing, freshness);
        outcome.map_err(|why| why.to_string())
    }
}

impl Suite for Chat {
    fn cases(&self) -> Vec<Case> {
        let (peers, oracle) = (self.programs.peers(), self.programs.oracle());
        self.rows
            .iter()
            .enumerate()
            .flat_map(|(index, row)| {
                row.pairings(&peers, oracle)
                    .into_iter()
                    .map(move |pairing| Case {
                        suite: self.programs.suite(),
                        index,
                        group: row.name.clone(),
                        row: row.name.clone(),
                        claim: row.claim.clone(),
                        pairing,
                    })
            })
            .collect()
    }

    fn run(&self, case: &Case) -> Judged {
        let start = Instant::now();
        let played = Played {
            chat: self,
            row: &self.rows[case.index],
        };
        let alone = self.alone(case.pairing);
        let judgement = self.oracle[&(case.index, alone)].evaluate(&played, alone, case.pairing);
        let framing = Some(self.programs.framing(played.row.charset));
        judgement.of(case.clone(), start.elapsed(), |outcome| {
            Arc::new(ProgramEvidence { outcome, framing })
        })
    }
}

/// A row, and the programs that play it.
struct Played<'a> {
    chat: &'a Chat,
    row: &'a ChatCase,
}

impl Played<'_> {
    /// For which inputs the oracle is known to be stable, and the input of this row. `None` if all
    /// JVMs are fresh.
    fn stable(&self, alone: Pairing) -> Option<(&Facts, String)> {
        let Chat {
            programs,
            freshness: Freshness::Warm,
            ..
        } = self.chat
        else {
            return None;
        };
        let facts = programs.stable()?;
        let pair = programs.program_pair.judge();
        Some((facts, format!("{pair:?} {alone} {:?}", self.row)))
    }
}

impl Playable for Played<'_> {
    type Seen = Outcome;

    fn play(&self, pairing: Pairing) -> Result<Outcome, String> {
        let network = self.row.network;
        self.chat
            .play(self.row, network, pairing, self.chat.freshness)
    }

    fn has_shortcut(&self) -> bool {
        self.chat.freshness == Freshness::Warm
    }

    fn play_afresh(&self, pairing: Pairing) -> Result<Outcome, String> {
        let network = self.row.network;
        self.chat.play(self.row, network, pairing, Freshness::Fresh)
    }

    fn play_oracle(&self, alone: Pairing, n: usize) -> Result<Outcome, String> {
        let network = if self.chat.programs.see_pieces() {
            self.row.network
        } else {
            oracle::network(self.row.network.essence(), n)
        };
        self.chat.play(self.row, network, alone, Freshness::Fresh)
    }

    fn is_stable(&self, alone: Pairing) -> bool {
        self.stable(alone)
            .is_some_and(|(facts, input)| facts.contains(&input))
    }

    fn set_stable(&self, alone: Pairing) {
        if let Some((facts, input)) = self.stable(alone) {
            // The next run finds it out again if it cannot be remembered.
            let _ = facts.add(&input);
        }
    }

    fn compare(
        &self,
        alone: Pairing,
        pairing: Pairing,
        oracle: &Outcome,
        seen: &Outcome,
    ) -> (Verdict, Vec<Expected>) {
        let row = format!("{}::{}", self.chat.programs.suite(), self.row.name);
        judge_programs(KNOWN_DIFFERENCES, &row, alone, pairing, oracle, seen)
    }

    fn races(&self) -> bool {
        self.row.network.leaves_a_race()
    }
}
