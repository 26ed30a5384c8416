//! What the scenarios of a run have tried: methods by edge and role, in every pairing.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use super::run::Run;
use crate::interop::scenario::language::{Coverage, Scenario};
use crate::interop::suites::scenarios::Scenarios;
use crate::text::count::counted;

/// How much of the table of methods, edges and roles each pairing has covered. Pairings with the
/// same coverage share a line. Empty if no scenario was played.
///
/// A case that could not run, or that a peer does not support, covers nothing.
pub fn coverage(run: &Run, scenarios: &[Scenario]) -> String {
    let known: HashMap<&str, &Scenario> = scenarios
        .iter()
        .map(|scenario| (scenario.name.as_str(), scenario))
        .collect();
    let mut tried: HashMap<&str, Coverage> = HashMap::new();
    let mut pairings: BTreeMap<String, Coverage> = BTreeMap::new();
    for case in &run.cases {
        // Cases of other suites are not scenarios, whatever their names.
        if case.suite != Scenarios::NAME || !case.is_compared() {
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
        // Gaps are named only if they are few: a partial run has too many.
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

/// At most this many gaps are named.
const NAMED: usize = 12;
