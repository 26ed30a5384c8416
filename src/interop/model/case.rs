//! A case, and its result.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::evidence::{Event, MaskEntry, Side};
use super::known_difference::Expected;
use super::participant::Pairing;
use super::verdict::Verdict;

/// One input of a suite, played in one pairing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The first part of the case name.
    pub suite: &'static str,
    /// The position of the input in its suite.
    pub index: usize,
    /// The table row that shows this case; several inputs may share one row.
    pub group: String,
    /// The name of what is played.
    pub row: String,
    /// The claim that the case tests, in one sentence.
    pub claim: String,
    pub pairing: Pairing,
}

/// The name: `chat::emoji::rust-to-java17`.
impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{}::{}", self.suite, self.row, self.pairing)
    }
}

/// A case and its result.
#[derive(Debug, Clone)]
pub struct Judged {
    pub case: Case,
    pub verdict: Verdict,
    /// The known differences that it is about.
    pub(crate) expected: Vec<Expected>,
    /// What was seen; none if it could not run.
    pub seen: Option<Arc<dyn Evidence>>,
    /// The oracle's pairing and what it showed; `None` if the case could not run.
    pub oracle: Option<(Pairing, Arc<dyn Evidence>)>,
    /// How often the oracle was played again before it agreed with this pairing. The oracle may
    /// legally end in more than one way.
    pub again: usize,
    /// What the user may write to mend the case, a paragraph each.
    pub advice: Vec<String>,
    /// Wall time. It includes the oracle's run if this case was the first to need it.
    pub took: Duration,
}

/// What was seen of one run, for the reports.
pub trait Evidence: fmt::Debug + Send + Sync {
    /// The run in the form that the reports show.
    fn side(&self) -> Side;

    /// Its events alone, as in [`side`](Self::side).
    fn events(&self) -> Vec<Event>;

    /// Why the traffic could not be recorded, if it could not.
    fn unobserved(&self) -> Option<&str>;

    /// What was masked before the comparison, a mask an entry.
    fn masks(&self) -> Vec<MaskEntry>;
}
