//! The differences that the user knows and accepts.

use super::Rules;
use crate::interop::model::known_difference::Expected;
use crate::interop::model::pair::KnownPairDifference;
use crate::interop::model::participant::Pairing;

/// The known differences that are about a case in a pairing.
pub(super) struct Known<'a>(Vec<&'a KnownPairDifference>);

impl<'a> Known<'a> {
    pub(super) fn of(rules: &Rules<'a>, pairing: Pairing) -> Self {
        let pairing = pairing.to_string();
        let is_about = |known: &&KnownPairDifference| {
            known.case.as_ref().is_none_or(|case| case == rules.case)
                && known.pairing.as_ref().is_none_or(|other| *other == pairing)
        };
        Self(rules.known_differences.iter().filter(is_about).collect())
    }

    /// Which of them explains a difference of which this is said.
    pub(super) fn explains(&self, message: &str) -> Option<usize> {
        self.0
            .iter()
            .position(|known| known.matches.is_match(message))
    }

    pub(super) fn reason(&self, which: usize) -> String {
        self.0[which].reason.clone()
    }

    /// All of them, and whether they were among those that `occurred`.
    pub(super) fn expected(&self, occurred: &[usize]) -> Vec<Expected> {
        let known = self.0.iter().enumerate();
        known
            .map(|(which, known)| Expected {
                reason: known.reason.clone().into(),
                occurred: occurred.contains(&which),
                listed_in: LISTED_IN,
            })
            .collect()
    }
}

/// Where the user finds the entries.
const LISTED_IN: &str = "the pair file";
