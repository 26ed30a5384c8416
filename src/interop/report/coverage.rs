//! What the scenarios of a run have tried: method by edge by role, in every pairing.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use super::run::Run;
use crate::interop::model::verdict::Verdict;
use crate::interop::scenario::language::{Coverage, Scenario};
use crate::interop::suites::scenarios::Scenarios;
use crate::text::count::counted;

/// How much of the table of methods, edges and roles each pairing has covered, a line for those
/// that have covered the same; empty if none of these scenarios was played.
///
/// What could not run, and what a peer does not support, covers nothing.
pub fn coverage(run: &Run, scenarios: &[Scenario]) -> String {
    let known: HashMap<&str, &Scenario> = scenarios
        .iter()
        .map(|scenario| (scenario.name.as_str(), scenario))
        .collect();
    let unplayed = [Verdict::NotRun, Verdict::Unsupported].map(|v| v(String::new()).word());
    let mut tried: HashMap<&str, Coverage> = HashMap::new();
    let mut pairings: BTreeMap<String, Coverage> = BTreeMap::new();
    for case in &run.cases {
        // Cases of other suites are no scenarios, whatever their rows are called.
        if case.suite != Scenarios::NAME || unplayed.contains(&case.verdict.as_str()) {
            continue;
        }
        let Some(scenario) = known.get(case.row.as_str()) else {
            continue;
        };
        let covers = tried
            .entry(&scenario.name)
            .or_insert_with(|| Coverage::of(std::slice::from_ref(*scenario)));
        let pairing = format!("{}-to-{}", case.client, case.server);
        pairings.entry(pairing).or_default().add(covers);
    }
    let mut alike: BTreeMap<Vec<String>, Vec<String>> = BTreeMap::new();
    for (pairing, coverage) in pairings {
        let missing = coverage.missing();
        let missing = missing
            .iter()
            .map(|(method, edge, role)| format!("{role} {method} {}", edge.heading()));
        alike.entry(missing.collect()).or_default().push(pairing);
    }
    let all = Coverage::required();
    let mut text = String::new();
    for (missing, pairings) in alike {
        let _ = write!(
            text,
            "coverage: {} of {all} cells of method, edge and role in {}",
            all - missing.len(),
            counted(pairings.len(), "pairing")
        );
        // Of a run that was meant to be whole the gaps are named, and of a small part of it not.
        if (1..=NAMED).contains(&missing.len()) {
            let _ = write!(
                text,
                " ({}); missing: {}",
                pairings.join(", "),
                missing.join(", ")
            );
        }
        text.push('\n');
    }
    text
}

/// So many gaps are named.
const NAMED: usize = 12;
