//! What the scenarios of a run have tried: method by edge by role, in every pairing.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use crate::interop::case::Judged;
use crate::interop::pairing::Pairing;
use crate::interop::script::{Coverage, Scenario};
use crate::interop::verdict::Verdict;

/// How much of the table of methods, edges and roles each pairing has covered; empty if no
/// scenario was played.
///
/// What could not run, and what a peer does not support, covers nothing.
pub fn coverage(results: &[Judged], scenarios: &[Scenario]) -> String {
    let mut tried: HashMap<&str, Coverage> = HashMap::new();
    let known: HashMap<&str, &Scenario> = scenarios
        .iter()
        .map(|scenario| (scenario.name.as_str(), scenario))
        .collect();
    let mut pairings: BTreeMap<Pairing, Coverage> = BTreeMap::new();
    for judged in results {
        let case = &judged.case;
        let played = !matches!(judged.verdict, Verdict::NotRun(_) | Verdict::Unsupported(_));
        // Cases of other suites are no scenarios.
        let Some(scenario) = known.get(case.row.as_str()).filter(|_| played) else {
            continue;
        };
        let covers = tried
            .entry(&scenario.name)
            .or_insert_with(|| Coverage::of(std::slice::from_ref(*scenario)));
        pairings.entry(case.pairing).or_default().add(covers);
    }
    // Pairings that lack the same say so together.
    let mut alike: BTreeMap<Vec<String>, Vec<Pairing>> = BTreeMap::new();
    for (pairing, coverage) in &pairings {
        let missing = coverage.missing();
        let missing = missing
            .iter()
            .map(|(method, edge, role)| format!("{role} {method} {}", edge.heading()));
        alike.entry(missing.collect()).or_default().push(*pairing);
    }
    let all = Coverage::required();
    let mut text = String::new();
    for (missing, pairings) in alike {
        let _ = write!(
            text,
            "coverage: {} of {all} cells of method, edge and role in {} pairings",
            all - missing.len(),
            pairings.len()
        );
        if !missing.is_empty() {
            let names: Vec<String> = pairings.iter().map(Pairing::to_string).collect();
            let _ = write!(text, " ({}); missing: ", names.join(", "));
            let shown = &missing[..missing.len().min(SHOWN)];
            let _ = write!(text, "{}", shown.join(", "));
            if missing.len() > SHOWN {
                let _ = write!(text, " and {} more", missing.len() - SHOWN);
            }
        }
        text.push('\n');
    }
    text
}

/// So many missing cells are named; with a filter nearly all are missing.
const SHOWN: usize = 6;
