//! What came of all places, counted by fault.

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
    /// How many pairings came to each verdict, by its word.
    pub verdicts: BTreeMap<&'static str, usize>,
    /// The first of the pairings that are not as Java with Java.
    pub differences: Vec<Difference>,
    /// Places of long conversations that were left out.
    pub left_out: usize,
    /// Places where who is faster decides, or how many calls of the socket a method makes.
    pub racing: usize,
    /// Places that were to be played, and were not: the run was stopped.
    pub unplayed: usize,
    pub took: Duration,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// The places at which it happened.
    pub places: usize,
    /// The pairings that were played there.
    pub pairings: usize,
    /// Those that were as Java with Java only when that had been played again.
    pub again: usize,
    /// Those that are not as Java with Java.
    pub differences: usize,
}

/// So many differences are kept: the first tell what is wrong.
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

    /// At how many places the conversations broke.
    pub fn places(&self) -> usize {
        self.counts.values().map(|count| count.places).sum()
    }

    /// How many pairings were played there.
    pub fn pairings(&self) -> usize {
        self.counts.values().map(|count| count.pairings).sum()
    }

    /// How many pairings are not as Java with Java.
    pub fn differences(&self) -> usize {
        self.counts.values().map(|count| count.differences).sum()
    }

    /// Whether the run was stopped before all was played.
    pub fn is_partial(&self) -> bool {
        self.unplayed > 0
    }

    /// Whether everything was played, and nothing differs.
    pub fn is_green(&self) -> bool {
        self.places() > 0 && self.differences() == 0 && !self.is_partial()
    }
}

/// The table, and the sum in a sentence.
impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:10}  {:>9}  {:>9}  {:>12}  {:>11}",
            "fault", "places", "pairings", "played again", "differences"
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
            "{}, {} played there: {}; {:.1} s",
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
                "left out since who is faster, or how many calls a method makes, decides there",
            ),
            (
                self.unplayed,
                "not played: the run was interrupted, and these results are partial",
            ),
        ] {
            if count > 0 {
                write!(f, "\n{} {why}", counted(count, "place"))?;
            }
        }
        Ok(())
    }
}

/// A pairing that is not as Java with Java.
#[derive(Debug, Clone)]
pub struct Difference {
    /// The scenario, its network among it.
    pub scenario: Arc<Scenario>,
    /// The case and what came of it.
    pub judged: Judged,
}
