//! The results for programs.
//!
//! One object, whose `format` says which version of this page it follows; it grows only by new
//! keys as long as the version stays.
//!
//! | key | value |
//! |---|---|
//! | `format` | 1 |
//! | `javatalk` | the version of this package |
//! | `seconds` | wall time of the run |
//! | `peers` | who took part, as in the results of `javatalk interop` |
//! | `partial` | whether the run was interrupted, so that cases are missing |
//! | `seed` | what the random cases were made from |
//! | `cases` | how many there are in all sections, each counted once |
//! | `mismatches` | how many calls came to something else than in Java, over all JDKs |
//! | `sections` | of each section `name`, `claim`, `cases`, `seconds`, `partial`, `judged` |
//! | `judged` | of each JDK `peer` (`java25` for example), `equal` (true or false), `mismatches`, `failure` (null, or why it could not say any more), `shown` |
//! | `shown` | of the first mismatches `test` (lines of Rust), `java` and `javatalk` (what it came to, in words), `way` (empty, or with which other streams than the blocking ones) |

use std::time::Duration;

use serde::Serialize;

use super::run::{Judged, Swept};
use crate::interop::model::evidence::PeerEntry;

/// The version of the format.
pub(crate) const FORMAT: u32 = 1;

/// The whole report.
///
/// # Errors
///
/// If it cannot be serialised, which would be a defect of this module.
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
        sections: results.iter().map(SectionEntry::new).collect(),
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
    sections: Vec<SectionEntry>,
}

#[derive(Serialize)]
struct SectionEntry {
    name: &'static str,
    claim: &'static str,
    cases: usize,
    seconds: f64,
    partial: bool,
    judged: Vec<JudgedEntry>,
}

impl SectionEntry {
    fn new(swept: &Swept) -> Self {
        Self {
            name: swept.section.name,
            claim: swept.section.claim,
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
                    way: mismatch.way,
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
    way: &'static str,
}
