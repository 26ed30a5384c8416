//! A case, and what came of it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::evidence::Side;
use super::known_difference::Expected;
use super::observation::Outcome;
use super::participant::Pairing;
use super::verdict::Verdict;

/// One row of one suite in one pairing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// What its name begins with.
    pub suite: &'static str,
    /// Where it stands among the rows of its suite.
    pub index: usize,
    /// The row of the tables that it belongs to; several cases may share one.
    pub group: String,
    /// The name of what is played.
    pub row: String,
    /// What it claims, one sentence.
    pub claim: String,
    /// Who talks to whom.
    pub pairing: Pairing,
}

impl Case {
    /// Whether `filter` selects it: a part of its name, or all of it.
    pub fn is_selected_by(&self, filter: &str) -> bool {
        self.to_string().contains(filter)
    }
}

/// The name: `chat::emoji::rust-to-java17`.
impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{}::{}", self.suite, self.row, self.pairing)
    }
}

/// A case and what came of it.
#[derive(Debug, Clone)]
pub struct Judged {
    pub case: Case,
    /// What is said of it.
    pub verdict: Verdict,
    /// The known differences that it is about.
    pub(crate) expected: Vec<Expected>,
    /// What was seen; none if it could not run.
    pub seen: Option<Arc<dyn Evidence>>,
    /// What the oracle showed, and who that was; none if it could not run.
    pub oracle: Option<(Pairing, Arc<dyn Evidence>)>,
    /// How often the oracle had to be played again before it showed the same, since it can end one
    /// way or the other.
    pub again: usize,
    /// Wall time, that of the oracle included if this case was the first to ask for it.
    pub took: Duration,
}

/// What was seen of one run, for the reports.
pub trait Evidence: fmt::Debug + Send + Sync {
    /// As the reports show it.
    fn side(&self) -> Side;
}

impl Evidence for Outcome {
    fn side(&self) -> Side {
        super::program_events::side(self, super::traffic::fields)
    }
}
