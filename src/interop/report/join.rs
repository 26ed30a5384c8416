//! Joins the results of several shards into one run.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use super::grid::{PairingOrder, pairing_order, peer_order};
use super::run::{CaseEntry, FORMAT, Run};
use crate::interop::model::shard::Shard;
use crate::system::toolchain::Language;

/// Why results cannot be joined. The variants name the files.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum JoinError {
    #[error("there are no results to join")]
    Nothing,
    /// A file has another version of the format.
    #[error("{file}: these results are of format {format}, and this program reads {reads}")]
    Format {
        file: String,
        format: u32,
        reads: u32,
    },
    /// Two files are not parts of one whole.
    #[error("{} and {} {how}", .files[0], .files[1])]
    Apart { files: [String; 2], how: Apart },
    /// Two files contain the same case with different results.
    #[error("{} and {} both have {case}, and differ about it", .files[0], .files[1])]
    Overlap { case: String, files: [String; 2] },
    /// A file is of a shard that another file is of too.
    #[error("{file}: shard {shard} is there already")]
    Twice { file: String, shard: Shard },
}

/// How two files are not parts of one whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Apart {
    #[error("were judged by different oracles")]
    Oracles,
    #[error("are shards of different partitions")]
    Partitions,
    #[error("are no shards of one search")]
    Searches,
    #[error("were made by different versions of the generator")]
    Generators,
    #[error("were made from different seeds")]
    Seeds,
    #[error("are parts of searches of different length")]
    Lengths,
}

/// Joins results by adding each to the first. `add` gets the result so far, the next part, and the
/// files of the first and of this part.
///
/// # Errors
///
/// If there are none, if one is not of the format that this program `reads`, or the error of `add`.
pub(crate) fn fold<T>(
    parts: Vec<(String, T)>,
    format: impl Fn(&T) -> u32,
    reads: u32,
    mut add: impl FnMut(&mut T, T, [&str; 2]) -> Result<(), JoinError>,
) -> Result<T, JoinError> {
    for (file, part) in &parts {
        let (file, format) = (file.clone(), format(part));
        if format != reads {
            return Err(JoinError::Format {
                file,
                format,
                reads,
            });
        }
    }
    let mut parts = parts.into_iter();
    let (first, mut whole) = parts.next().ok_or(JoinError::Nothing)?;
    for (file, part) in parts {
        add(&mut whole, part, [&first, &file])?;
    }
    Ok(whole)
}

/// Joins the results of these files.
///
/// The order of the files does not matter. Wall times are added and the lists of participants
/// merged. A case that occurs in two files must be the same in both.
pub fn join(runs: Vec<(String, Run)>) -> Result<Run, JoinError> {
    // The file and the index of each case.
    let mut home: BTreeMap<String, (String, usize)> = BTreeMap::new();
    if let Some((first, run)) = runs.first() {
        let cases = run.cases.iter().enumerate();
        home.extend(cases.map(|(at, case)| (case.name.clone(), (first.clone(), at))));
    }
    let mut whole = fold(
        runs,
        |run| run.format,
        FORMAT,
        |whole, run, files| {
            let apart = |how| {
                let files = files.map(str::to_owned);
                Err(JoinError::Apart { files, how })
            };
            whole.oracle = match (whole.oracle.take(), run.oracle) {
                (one, other) if one == other => one,
                // A file in which nothing was compared has no oracle.
                (None, judge) | (judge, None) => judge,
                // A file in which only raw framing was played has the oracle of raw framing.
                (one, other) if other == judge_of_raw_wires() => one,
                (one, other) if one == judge_of_raw_wires() => other,
                _ => return apart(Apart::Oracles),
            };
            if Shard::partition(&run.shards) != Shard::partition(&whole.shards) {
                return apart(Apart::Partitions);
            }
            whole.seconds += run.seconds;
            whole.partial |= run.partial;
            whole.filtered |= run.filtered;
            unite(&mut whole.shards, run.shards);
            unite(&mut whole.peers, run.peers);
            unite(&mut whole.good, run.good);
            whole.javatalk = versions(&whole.javatalk, &run.javatalk);
            let [_, file] = files;
            for case in run.cases {
                match home.get(&case.name) {
                    Some((_, at)) if whole.cases[*at] == case => {}
                    Some((other, _)) => {
                        return Err(JoinError::Overlap {
                            case: case.name,
                            files: [other.clone(), file.to_owned()],
                        });
                    }
                    None => {
                        let here = (file.to_owned(), whole.cases.len());
                        home.insert(case.name.clone(), here);
                        whole.cases.push(case);
                    }
                }
            }
            Ok(())
        },
    )?;
    Shard::close(&mut whole.shards);
    whole
        .peers
        .sort_by(|a, b| peer_order(&a.name).cmp(&peer_order(&b.name)));
    in_order(&mut whole);
    Ok(whole)
}

fn judge_of_raw_wires() -> Option<String> {
    Some(Language::ALL[0].to_string())
}

/// All versions of two results, each of which may have several.
pub(crate) fn versions(one: &str, other: &str) -> String {
    let all: BTreeSet<&str> = one.split(", ").chain(other.split(", ")).collect();
    Vec::from_iter(all).join(", ")
}

/// Adds the entries that are not there yet.
pub(crate) fn unite<T: PartialEq>(whole: &mut Vec<T>, part: Vec<T>) {
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
