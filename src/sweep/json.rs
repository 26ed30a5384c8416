//! The results as JSON.
//!
//! One object. `format` is its version; within a version, only new keys are added.
//!
//! | key | value |
//! |---|---|
//! | `format` | 1 |
//! | `javatalk` | the version of this package |
//! | `seconds` | wall time of the run |
//! | `peers` | the peers, as in the results of `javatalk interop` |
//! | `partial` | whether the run was interrupted, so that cases are missing |
//! | `seed` | the seed of random cases |
//! | `cases` | the number of cases in all families, each counted once |
//! | `mismatches` | the number of calls whose outcome differs from Java's, over all JDKs |
//! | `sections` | for each family `name`, `claim`, `cases`, `seconds`, `partial`, `judged` |
//! | `judged` | for each JDK `peer` (such as `java25`), `equal` (true or false), `mismatches`, `failure` (null, or why its JVM stopped answering), `shown` |
//! | `shown` | for the first mismatches `test` (lines of Rust), `java` and `javatalk` (the outcomes, in words), `way` (empty for the blocking streams, otherwise the mode) |

use std::time::Duration;

use serde::Serialize;

use super::run::{Judged, Swept};
use crate::interop::model::evidence::PeerEntry;

/// The version of the format.
pub(crate) const FORMAT: u32 = 1;

/// The results as a JSON object.
///
/// # Errors
///
/// If serialisation fails, which would be a bug in this module.
pub(crate) fn report(
    results: &[Swept],
    peers: Vec<PeerEntry>,
    partial: bool,
    seed: u64,
    took: Duration,
) -> serde_json::Result<String> {
    serde_json::to_string_pretty(&Report {
        format: FORMAT,
        javatalk: env!("CARGO_PKG_VERSION"),
        seconds: took.as_secs_f64(),
        peers,
        partial,
        seed,
        cases: results.iter().map(|swept| swept.cases).sum(),
        mismatches: results
            .iter()
            .flat_map(|swept| &swept.judged)
            .map(|judged| judged.mismatches)
            .sum(),
        sections: results.iter().map(FamilyEntry::new).collect(),
    })
}

#[derive(Serialize)]
struct Report {
    format: u32,
    javatalk: &'static str,
    seconds: f64,
    peers: Vec<PeerEntry>,
    partial: bool,
    seed: u64,
    cases: usize,
    mismatches: usize,
    sections: Vec<FamilyEntry>,
}

#[derive(Serialize)]
struct FamilyEntry {
    name: &'static str,
    claim: &'static str,
    cases: usize,
    seconds: f64,
    partial: bool,
    judged: Vec<JudgedEntry>,
}

impl FamilyEntry {
    fn new(swept: &Swept) -> Self {
        Self {
            name: swept.family.name,
            claim: swept.family.claim,
            cases: swept.cases,
            seconds: swept.took.as_secs_f64(),
            partial: swept.partial,
            judged: swept.judged.iter().map(JudgedEntry::new).collect(),
        }
    }
}

#[derive(Serialize)]
struct JudgedEntry {
    peer: String,
    equal: bool,
    mismatches: usize,
    failure: Option<String>,
    shown: Vec<MismatchEntry>,
}

impl JudgedEntry {
    fn new(judged: &Judged) -> Self {
        Self {
            peer: format!("java{}", judged.feature),
            equal: judged.is_equal(),
            mismatches: judged.mismatches,
            failure: judged.failure.as_ref().map(ToString::to_string),
            shown: judged
                .shown
                .iter()
                .map(|mismatch| MismatchEntry {
                    test: mismatch.test.clone(),
                    java: mismatch.java.clone(),
                    javatalk: mismatch.ours.clone(),
                    way: mismatch.way.clone(),
                })
                .collect(),
        }
    }
}

#[derive(Serialize)]
struct MismatchEntry {
    test: String,
    java: String,
    javatalk: String,
    way: String,
}
