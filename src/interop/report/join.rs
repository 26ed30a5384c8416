//! Joins the results of several shards into one run.

use std::collections::BTreeMap;

use thiserror::Error;

use super::grid::{PairingOrder, pairing_order, peer_order};
use super::run::{CaseEntry, FORMAT, Run};
use crate::system::toolchain::Language;

/// Why results cannot be joined. The variants name the files.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum JoinError {
    #[error("there are no results to join")]
    Nothing,
    /// A file has another version of the format.
    #[error("{file}: these results are of format {format}, and this program reads {FORMAT}")]
    Format { file: String, format: u32 },
    /// Two files have different oracles.
    #[error("{0} and {1} were judged by different oracles")]
    Oracles(String, String),
    /// Two files are shards of different partitions.
    #[error("{0} and {1} are shards of different partitions")]
    Partitions(String, String),
    /// Two files contain the same case with different results.
    #[error("{} and {} both have {case}, and differ about it", .files[0], .files[1])]
    Overlap { case: String, files: [String; 2] },
}

/// Joins the results of these files.
///
/// The order of the files does not matter. Wall times are added and the lists of participants
/// merged. A case that occurs in two files must be the same in both.
pub fn join(runs: Vec<(String, Run)>) -> Result<Run, JoinError> {
    for (file, run) in &runs {
        if run.format != FORMAT {
            let (file, format) = (file.clone(), run.format);
            return Err(JoinError::Format { file, format });
        }
    }
    let mut runs = runs.into_iter();
    let Some((first, mut whole)) = runs.next() else {
        return Err(JoinError::Nothing);
    };
    // The index of each case, and the file it came from.
    let mut home: BTreeMap<String, (usize, String)> = BTreeMap::new();
    for (at, case) in whole.cases.iter().enumerate() {
        home.insert(case.name.clone(), (at, first.clone()));
    }
    for (file, run) in runs {
        whole.oracle = match (whole.oracle, run.oracle.clone()) {
            (one, other) if one == other => one,
            // A file in which nothing was compared has no oracle.
            (None, judge) | (judge, None) => judge,
            // A file in which only raw framing was played has the oracle of raw framing.
            (one, other) if other == judge_of_raw_wires() => one,
            (one, other) if one == judge_of_raw_wires() => other,
            _ => return Err(JoinError::Oracles(first, file)),
        };
        let partition = |run: &Run| run.shards.first().map(|shard| shard.of());
        if partition(&run) != partition(&whole) {
            return Err(JoinError::Partitions(first, file));
        }
        whole.seconds += run.seconds;
        whole.partial |= run.partial;
        whole.filtered |= run.filtered;
        unite(&mut whole.shards, run.shards);
        unite(&mut whole.peers, run.peers);
        unite(&mut whole.good, run.good);
        if !whole.javatalk.split(", ").any(|v| v == run.javatalk) {
            whole.javatalk = format!("{}, {}", whole.javatalk, run.javatalk);
        }
        for case in run.cases {
            match home.get(&case.name) {
                Some((at, _)) if whole.cases[*at] == case => {}
                Some((_, other)) => {
                    return Err(JoinError::Overlap {
                        case: case.name,
                        files: [other.clone(), file],
                    });
                }
                None => {
                    home.insert(case.name.clone(), (whole.cases.len(), file.clone()));
                    whole.cases.push(case);
                }
            }
        }
    }
    whole.shards.sort_unstable();
    if whole.missing_shards().is_empty() {
        whole.shards.clear();
    }
    whole
        .peers
        .sort_by(|a, b| peer_order(&a.name).cmp(&peer_order(&b.name)));
    in_order(&mut whole);
    Ok(whole)
}

fn judge_of_raw_wires() -> Option<String> {
    Some(Language::ALL[0].to_string())
}

/// Adds the entries that are not there yet.
fn unite<T: PartialEq>(whole: &mut Vec<T>, part: Vec<T>) {
    for entry in part {
        if !whole.contains(&entry) {
            whole.push(entry);
        }
    }
}

fn pairing_of(case: &CaseEntry) -> PairingOrder<'_> {
    pairing_order(&case.client, &case.server)
}

/// Sorts everything into the order of a single run: by suite, input and pairing.
fn in_order(run: &mut Run) {
    let mut suites: Vec<String> = Vec::new();
    for case in &run.cases {
        if !suites.contains(&case.suite) {
            suites.push(case.suite.clone());
        }
    }
    let suite = |name: &str| suites.iter().position(|suite| suite == name);
    run.cases.sort_by(|a, b| {
        suite(&a.suite)
            .cmp(&suite(&b.suite))
            .then(a.index.cmp(&b.index))
            .then_with(|| a.row.cmp(&b.row))
            .then_with(|| pairing_of(a).cmp(&pairing_of(b)))
    });
    let mut places = BTreeMap::new();
    for (place, case) in run.cases.iter().enumerate() {
        let judge = case.judge.as_deref().unwrap_or_default();
        places
            .entry((&case.suite, &case.row, judge))
            .or_insert(place);
    }
    run.good.sort_by_key(|good| {
        let place = places.get(&(&good.suite, &good.row, good.pairing.as_str()));
        place.copied()
    });
}
