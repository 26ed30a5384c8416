//! What counts as equal, and which participant a difference is blamed on. This module is pure: it
//! plays nothing and reads nothing.

use super::model::known_difference::Expected;
use super::model::verdict::{Divergence, Verdict};

pub(crate) mod programs;
pub(crate) mod scenario;

/// The verdict of a case of which `verdict` says what is left when known differences are set aside, and
/// `divergence` what is seen first when they are not.
fn with_known(
    verdict: Verdict,
    expected: &[Expected],
    divergence: impl FnOnce() -> Option<Divergence>,
) -> Verdict {
    let occurred = expected.iter().find(|known| known.occurred);
    match (verdict, occurred) {
        (Verdict::Pass, Some(known)) => match divergence() {
            Some(divergence) => Verdict::KnownDifference(divergence, known.reason),
            None => Verdict::Pass,
        },
        (verdict, _) => verdict,
    }
}

/// Notes that a case is about a known difference, and whether it was seen there.
fn note(expected: &mut Vec<Expected>, reason: &'static str, occurred: bool) {
    match expected.iter_mut().find(|known| known.reason == reason) {
        Some(known) => known.occurred |= occurred,
        None => expected.push(Expected { reason, occurred }),
    }
}
