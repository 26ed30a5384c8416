//! A case that no pair file has: one that a search has made from a case of a file.

use std::sync::Arc;

use super::{OfPair, Pairs, Played, Row, group};
use crate::interop::model::case::{Case, Judged};
use crate::interop::model::pair::run::PairEnding;
use crate::interop::model::participant::Pairing;
use crate::interop::model::verdict::Verdict;
use crate::interop::oracle::ReferenceRuns;
use crate::interop::programs::pairs::definition::{Pair, PairCase};
use crate::interop::proxy::plan::NetworkPlan;

/// A case that is played once, over an undisturbed network.
#[derive(Debug)]
pub(crate) struct Trial<'a> {
    played: &'a Played,
    row: Row,
    again: bool,
}

/// Why a case cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unplayable {
    /// The old programs cannot be started, for this reason.
    NotRun(String),
    /// The old programs do not play it to an end that judges anything, for this reason.
    Unjudged(&'static str),
}

impl Pairs {
    /// The pair and the case of a row.
    pub(crate) fn origin(&self, row: usize) -> (&Arc<Pair>, &Arc<PairCase>) {
        let row = &self.rows[row];
        (&self.pairs[row.pair].pair, &row.case)
    }

    /// The number of the pair of a row.
    pub(crate) fn pair_of(&self, row: usize) -> usize {
        self.rows[row].pair
    }

    /// A case that is made from that of a row, under this name in the results. It is compared like
    /// the case of the row: with its known differences too.
    pub(crate) fn trial(&self, row: usize, name: &str, case: PairCase) -> Trial<'_> {
        let pair = self.rows[row].pair;
        let played = &self.pairs[pair];
        let group = group(&played.pair, name);
        Trial {
            played,
            row: Row {
                name: group.clone(),
                group,
                pair,
                case: Arc::new(case),
                network: NetworkPlan::default(),
                oracle: ReferenceRuns::default(),
            },
            again: true,
        }
    }
}

impl Trial<'_> {
    /// The same, but any difference counts at once: for a search, which plays what matters again.
    pub(crate) fn at_first_sight(self) -> Self {
        Self {
            again: false,
            ..self
        }
    }

    /// Every pairing except the oracle's own.
    pub(crate) fn pairings(&self) -> Vec<Pairing> {
        let mut pairings = self.played.versions.pairings();
        let alone = self.played.versions.oracle();
        pairings.retain(|pairing| Some(*pairing) != alone);
        pairings
    }

    /// Plays the old programs alone, and says whether they can judge the others.
    pub(crate) fn play_oracle(&self) -> Result<(), Unplayable> {
        let alone = self.played.versions.oracle();
        let alone = alone.ok_or_else(|| Unplayable::NotRun(NO_JDK.to_owned()))?;
        let first = self.row.oracle.first(&self.of_pair(), alone);
        let (run, verdict) = first.map_err(Unplayable::NotRun)?;
        match verdict {
            Verdict::NotRun(_) => Err(Unplayable::Unjudged(unjudged(&run.ending))),
            Verdict::Pass
            | Verdict::Differs(_)
            | Verdict::Deadlock(_)
            | Verdict::Timeout(_)
            | Verdict::Crash(_)
            | Verdict::ProtocolViolation(_)
            | Verdict::OracleUnstable(_)
            | Verdict::KnownDifference(..)
            | Verdict::Unsupported(_)
            | Verdict::Vacuous => Ok(()),
        }
    }

    /// Plays it in this pairing, and compares it with the oracle.
    pub(crate) fn judge(&self, pairing: Pairing) -> Judged {
        self.of_pair().judged(&Case {
            suite: Pairs::NAME,
            index: 0,
            group: self.row.group.clone(),
            row: self.row.name.clone(),
            claim: self.row.case.claim.clone(),
            pairing,
        })
    }

    fn of_pair(&self) -> OfPair<'_> {
        OfPair {
            again: self.again,
            ..OfPair::new(self.played, &self.row)
        }
    }
}

const NO_JDK: &str = "there is no JDK to judge it";

/// Why an oracle that ends like this judges nothing.
fn unjudged(ending: &PairEnding) -> &'static str {
    match ending {
        PairEnding::Waiting(..) | PairEnding::EndedBefore(..) => {
            "the old programs do not do what a step waits for"
        }
        PairEnding::Silent(..) | PairEnding::Overdue(..) => "the old programs do not end in time",
        PairEnding::Crashed(..) => "an old program crashes",
        PairEnding::Complete => "the old server does not stop when it is told to",
        PairEnding::NoListener(..)
        | PairEnding::NeverListened(_)
        | PairEnding::Unreachable(_)
        | PairEnding::NeverConnected(_)
        | PairEnding::NotStarted(..) => "the old programs do not come together",
    }
}
