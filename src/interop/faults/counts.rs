//! The results of a fault run, counted by kind of fault.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::interop::model::case::Judged;
use crate::interop::model::verdict::Verdict;
use crate::interop::proxy::plan::{FaultKind, NetworkPlan};
use crate::interop::scenario::language::Scenario;
use crate::text::count::{counted, grouped};

/// The counts of a run.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    pub counts: BTreeMap<FaultKind, Count>,
    /// How many pairings received each verdict, by its word.
    pub verdicts: BTreeMap<&'static str, usize>,
    /// The first pairings that differ from the oracle.
    pub differences: Vec<Difference>,
    /// How many places in long conversations were left out.
    pub left_out: usize,
    /// How many places were left out because the outcome depends on timing, or on how many socket
    /// calls a method makes.
    pub racing: usize,
    /// How many places were not played because the run was stopped.
    pub unplayed: usize,
    pub took: Duration,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// The number of places with this fault.
    pub places: usize,
    /// The number of pairings played there.
    pub pairings: usize,
    /// How many of them agreed with the oracle only after it had been played again.
    pub again: usize,
    /// How many of them differ from the oracle.
    pub differences: usize,
}

/// How many differences are kept. The first few show what is wrong.
const KEPT: usize = 20;

impl Counts {
    pub(crate) fn add<'a>(
        &mut self,
        network: &NetworkPlan,
        verdicts: impl Iterator<Item = &'a Verdict>,
        again: usize,
        differences: Vec<Difference>,
    ) {
        let Some((_, fault)) = network.fault() else {
            return;
        };
        let count = self.counts.entry(fault.kind).or_default();
        count.places += 1;
        count.again += again;
        count.differences += differences.len();
        for verdict in verdicts {
            count.pairings += 1;
            *self.verdicts.entry(verdict.word()).or_default() += 1;
        }
        let room = KEPT.saturating_sub(self.differences.len());
        self.differences.extend(differences.into_iter().take(room));
    }

    /// The number of places at which a conversation was broken.
    pub fn places(&self) -> usize {
        self.counts.values().map(|count| count.places).sum()
    }

    /// The number of pairings played there.
    pub fn pairings(&self) -> usize {
        self.counts.values().map(|count| count.pairings).sum()
    }

    /// The number of pairings that differ from the oracle.
    pub fn differences(&self) -> usize {
        self.counts.values().map(|count| count.differences).sum()
    }

    /// Whether the run was stopped early.
    pub fn is_partial(&self) -> bool {
        self.unplayed > 0
    }

    /// Whether everything was played and nothing differs.
    pub fn is_green(&self) -> bool {
        self.places() > 0 && self.differences() == 0 && !self.is_partial()
    }
}

/// The table, and the totals in a sentence.
impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:10}  {:>9}  {:>9}  {:>12}  {:>11}",
            "fault", "places", "pairings", "run again", "differences"
        )?;
        for (kind, count) in &self.counts {
            writeln!(
                f,
                "{:10}  {:>9}  {:>9}  {:>12}  {:>11}",
                kind.word(),
                grouped(count.places),
                grouped(count.pairings),
                grouped(count.again),
                grouped(count.differences)
            )?;
        }
        let verdicts: Vec<String> = self
            .verdicts
            .iter()
            .map(|(word, count)| format!("{} {word}", grouped(*count)))
            .collect();
        write!(
            f,
            "{}, {} run there: {}; {:.1} s",
            counted(self.places(), "place"),
            counted(self.pairings(), "pairing"),
            verdicts.join(", "),
            self.took.as_secs_f64()
        )?;
        for (count, why) in [
            (
                self.left_out,
                "left out of long conversations or by --sample",
            ),
            (
                self.racing,
                "left out because the outcome depends on timing, or on how many calls a method makes",
            ),
            (
                self.unplayed,
                "not run: the run was interrupted, and these results are partial",
            ),
        ] {
            if count > 0 {
                write!(f, "\n{} {why}", counted(count, "place"))?;
            }
        }
        Ok(())
    }
}

/// A pairing that differs from the oracle.
#[derive(Debug, Clone)]
pub struct Difference {
    /// The network plan with the fault.
    pub network: NetworkPlan,
    /// The scenario, with the fault in its network plan; none for a pair of programs.
    pub scenario: Option<Arc<Scenario>>,
    /// The case and its result.
    pub judged: Judged,
}
