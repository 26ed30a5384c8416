//! A pair of console programs as a suite: every input in every pairing, compared with the oracles.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::interop::compare::programs::{diverges, judge};
use crate::interop::model::case::{Case, Evidence, Judged};
use crate::interop::model::evidence::Side;
use crate::interop::model::fields::Fields;
use crate::interop::model::observation::Outcome;
use crate::interop::model::participant::Pairing;
use crate::interop::model::verdict::Verdict;
use crate::interop::model::{program_events, traffic};
use crate::interop::oracle;
use crate::interop::oracle::ReferenceRuns;
use crate::interop::programs::{ChatCase, ProgramPair, Programs};
use crate::interop::proxy::plan::NetworkPlan;
use crate::interop::runner::Suite;
use crate::interop::toolbox::Toolbox;
use crate::system::wait::Timeouts;

/// The inputs, the programs that play them, and the reference runs so far.
#[derive(Debug)]
pub struct Chat {
    programs: Programs,
    rows: Vec<ChatCase>,
    /// The reference runs of each oracle, by input and pairing.
    oracle: BTreeMap<(usize, Pairing), ReferenceRuns<Outcome>>,
}

impl Chat {
    /// One suite for each pair of programs that every peer has.
    pub fn of_duets(toolbox: &Arc<Toolbox>, timeouts: Timeouts) -> Vec<Self> {
        let suite = |program_pair: ProgramPair| {
            let programs = Programs::new(program_pair, Arc::clone(toolbox), timeouts);
            Self::new(programs, program_pair.rows())
        };
        ProgramPair::ALL.into_iter().map(suite).collect()
    }

    /// The suite of the inputs `rows`, played by `programs`.
    pub fn new(programs: Programs, rows: Vec<ChatCase>) -> Self {
        let oracle = rows
            .iter()
            .enumerate()
            .flat_map(|(index, row)| {
                let pairings = row.pairings(&programs.peers());
                pairings.into_iter().map(move |pairing| (index, pairing))
            })
            .map(|place| (place, ReferenceRuns::default()))
            .collect();
        Self {
            programs,
            rows,
            oracle,
        }
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

    fn judge(&self, case: &Case, judged: &mut Judged) -> Result<Verdict, String> {
        let pairing = case.pairing;
        let judges = self.programs.judges();
        let Some(first) = judges.first() else {
            return Err("there is no JDK to judge it".to_owned());
        };
        let judge_pairing = pairing.with_only(*first);
        let oracle = self.oracle(case.index, judge_pairing)?;
        judged.oracle = Some((judge_pairing, self.evidence(&oracle)));
        let row = &self.rows[case.index];
        let play = || self.play(row, row.network, pairing);
        let outcome = Arc::new(play()?);
        judged.seen = Some(self.evidence(&outcome));
        let verdict = judge(pairing, &oracle, &outcome);
        let Verdict::Differs(divergence) = verdict else {
            return Ok(verdict);
        };
        let races = row.network.leaves_a_race();
        let agreement = self.shown(case.index, judge_pairing)?.agreement(
            Arc::clone(&outcome),
            self.player(case.index, judge_pairing),
            races.then_some(&play),
            |oracle, seen| judge(pairing, oracle, seen) == Verdict::Pass,
        )?;
        if let Some(agreement) = agreement {
            judged.again = agreement.again;
            judged.oracle = Some((judge_pairing, self.evidence(&agreement.oracle)));
            judged.seen = Some(self.evidence(&agreement.seen));
            return Ok(Verdict::Pass);
        }
        if pairing == judge_pairing {
            return Ok(Verdict::OracleUnstable(divergence));
        }
        // An older JDK may differ from the newest. A pairing that agrees with the JDK it contains
        // is not to blame, and neither is a pairing of JDKs alone. The same holds for Python and
        // C++.
        for judge in &judges[1..] {
            if pairing.client == *judge || pairing.server == *judge {
                let own = self.oracle(case.index, pairing.with_only(*judge))?;
                if diverges(pairing, &own, &outcome).is_none() {
                    return Ok(Verdict::OracleSplit(divergence));
                }
            }
        }
        if pairing.is_among(&judges) {
            return Ok(Verdict::OracleSplit(divergence));
        }
        Ok(Verdict::Differs(divergence))
    }

    fn evidence(&self, outcome: &Arc<Outcome>) -> Arc<dyn Evidence> {
        match self.programs.fields() {
            Fields::Utf => Arc::clone(outcome) as _,
            fields => Arc::new(Named(Arc::clone(outcome), fields)),
        }
    }

    /// The first reference run of this oracle for this input.
    fn oracle(&self, row: usize, pairing: Pairing) -> Result<Arc<Outcome>, String> {
        self.shown(row, pairing)?.first(self.player(row, pairing))
    }

    /// The reference runs of this oracle for this input.
    fn shown(&self, row: usize, pairing: Pairing) -> Result<&ReferenceRuns<Outcome>, String> {
        let shown = self.oracle.get(&(row, pairing));
        shown.ok_or_else(|| format!("{pairing} is no oracle"))
    }

    /// Returns a function that plays reference run after reference run of this oracle.
    fn player(
        &self,
        row: usize,
        pairing: Pairing,
    ) -> impl Fn(usize) -> Result<Outcome, String> + use<'_> {
        let row = &self.rows[row];
        move |run| {
            let network = if self.programs.see_pieces() {
                row.network
            } else {
                oracle::network(row.network.essence(), run)
            };
            self.play(row, network, pairing)
        }
    }

    fn play(
        &self,
        row: &ChatCase,
        network: NetworkPlan,
        pairing: Pairing,
    ) -> Result<Outcome, String> {
        let outcome = self.programs.run(row, network, pairing);
        outcome.map_err(|why| why.to_string())
    }
}

/// An outcome whose messages are not framed by `writeUTF`.
#[derive(Debug)]
struct Named(Arc<Outcome>, Fields);

impl Evidence for Named {
    fn side(&self) -> Side {
        program_events::side(&self.0, |flow| match self.1 {
            Fields::Raw => traffic::unmarked(flow),
            fields => fields.fields(flow),
        })
    }
}

impl Suite for Chat {
    fn cases(&self) -> Vec<Case> {
        let peers = self.programs.peers();
        self.rows
            .iter()
            .enumerate()
            .flat_map(|(index, row)| {
                row.pairings(&peers).into_iter().map(move |pairing| Case {
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
        Judged::by(case, |judged| self.judge(case, judged))
    }
}
