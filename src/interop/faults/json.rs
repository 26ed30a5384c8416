//! The results of a fault run as JSON.
//!
//! The report is one object. `format` is the version of the format described here; as long as it
//! stays the same, keys are only added.
//!
//! | key | value |
//! |---|---|
//! | `format` | 1 |
//! | `javatalk` | the version of this package |
//! | `seconds` | wall time of the run |
//! | `peers` | the participants, as in the results of `javatalk interop` |
//! | `partial` | whether the run was interrupted, so that places are missing |
//! | `seed` | the seed that chose the places in long conversations |
//! | `faults` | for each kind of fault `fault` (its word in a plan), `places`, `pairings`, `again` (pairings that agreed with Java only after it was played again), `differences` |
//! | `verdicts` | how many pairings received each verdict, by its word |
//! | `left_out`, `racing`, `unplayed` | places that were not played: because the conversation is long; because the outcome depends on timing or on how many calls a method makes; because the run was stopped |
//! | `shown` | for the first differences `pairing`, `verdict`, and `scenario` (a file that can be played); for a pair of programs `case` and `network` in its place |

use std::collections::BTreeMap;

use serde::Serialize;

use super::counts::{Counts, Difference};
use crate::interop::model::case::Case;
use crate::interop::model::evidence::PeerEntry;

/// The version of the format.
pub(crate) const FORMAT: u32 = 1;

/// The whole report.
///
/// # Errors
///
/// If it cannot be serialized, which would be a bug in this module.
pub(crate) fn report(
    counts: &Counts,
    peers: &[PeerEntry],
    seed: u64,
) -> serde_json::Result<String> {
    serde_json::to_string_pretty(&Report {
        format: FORMAT,
        javatalk: env!("CARGO_PKG_VERSION"),
        seconds: counts.took.as_secs_f64(),
        peers,
        partial: counts.is_partial(),
        seed,
        faults: counts
            .counts
            .iter()
            .map(|(kind, count)| FaultEntry {
                fault: kind.word(),
                places: count.places,
                pairings: count.pairings,
                again: count.again,
                differences: count.differences,
            })
            .collect(),
        verdicts: &counts.verdicts,
        left_out: counts.left_out,
        racing: counts.racing,
        unplayed: counts.unplayed,
        shown: counts
            .differences
            .iter()
            .map(|difference| Shown {
                scenario: difference.scenario.as_ref().map(ToString::to_string),
                case: pair_case(difference).map(|case| format!("{}::{}", case.suite, case.row)),
                network: pair_case(difference).map(|_| difference.network.to_string()),
                pairing: difference.judged.case.pairing.to_string(),
                verdict: difference.judged.verdict.to_string(),
            })
            .collect(),
    })
}

/// The case of a pair of programs.
fn pair_case(difference: &Difference) -> Option<&Case> {
    match difference.scenario {
        Some(_) => None,
        None => Some(&difference.judged.case),
    }
}

#[derive(Serialize)]
struct Report<'a> {
    format: u32,
    javatalk: &'static str,
    seconds: f64,
    peers: &'a [PeerEntry],
    partial: bool,
    seed: u64,
    faults: Vec<FaultEntry>,
    verdicts: &'a BTreeMap<&'static str, usize>,
    left_out: usize,
    racing: usize,
    unplayed: usize,
    shown: Vec<Shown>,
}

#[derive(Serialize)]
struct FaultEntry {
    fault: &'static str,
    places: usize,
    pairings: usize,
    again: usize,
    differences: usize,
}

#[derive(Serialize)]
struct Shown {
    #[serde(skip_serializing_if = "Option::is_none")]
    scenario: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    network: Option<String>,
    pairing: String,
    verdict: String,
}
