//! One run of many: what shards of a matrix have shown, put together.

use std::collections::BTreeMap;
use std::fmt;

use super::grid::{PairingOrder, pairing_order, peer_order};
use super::run::{CaseEntry, FORMAT, Run};
use crate::system::toolchain::Language;

/// Why results cannot be joined; each names its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JoinError {
    Nothing,
    /// A file follows another version of the format.
    Format {
        file: String,
        format: u32,
    },
    /// Two files were judged by different oracles.
    Oracles(String, String),
    /// Two files are shards of different partitions.
    Partitions(String, String),
    /// Two files have a case in common, and do not say the same about it.
    Overlap {
        case: String,
        files: [String; 2],
    },
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => write!(f, "there are no results to join"),
            Self::Format { file, format } => write!(
                f,
                "{file}: these results are of format {format}, and this program reads {FORMAT}"
            ),
            Self::Oracles(a, b) => write!(f, "{a} and {b} were judged by different oracles"),
            Self::Partitions(a, b) => {
                write!(f, "{a} and {b} are shards of different partitions")
            }
            Self::Overlap {
                case,
                files: [a, b],
            } => {
                write!(f, "{a} and {b} both have {case}, and differ about it")
            }
        }
    }
}

impl std::error::Error for JoinError {}

/// Joins the results of these files.
///
/// The order of the files does not matter. Wall times are added, peers united; what is in two
/// files must be the same in both.
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
    // Where each case stands, and the file that brought it.
    let mut home: BTreeMap<String, (usize, String)> = BTreeMap::new();
    for (at, case) in whole.cases.iter().enumerate() {
        home.insert(case.name.clone(), (at, first.clone()));
    }
    for (file, run) in runs {
        whole.oracle = match (whole.oracle, run.oracle.clone()) {
            (one, other) if one == other => one,
            // Where nothing was played no one has judged.
            (None, judge) | (judge, None) => judge,
            // Where nothing was played but raw wires, the judge of those has judged.
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

/// Adds what is not there yet.
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

/// Puts all in the order of one run: suite by suite, row by row, pairing by pairing.
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
