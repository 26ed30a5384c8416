//! The results of a search as data: what `--json` writes, and how those of many machines are one.
//!
//! One object, whose `fuzz` says which version of this page it follows; it grows only by new keys
//! as long as the version stays.
//!
//! | key | value |
//! |---|---|
//! | `fuzz` | 1 |
//! | `javatalk` | the version of this package; of results that were joined, all of them |
//! | `seed` | what the dialogues were made from |
//! | `generator` | the version of what made them from it; without the key it is 1. A seed and a number are the same dialogue as long as this is the same |
//! | `cases` | how many dialogues were asked for, over all shards; null if the time ended it |
//! | `shards` | which parts these are, `2/4` for example; empty: all of it |
//! | `end` | `whole`, `interrupted`, `enough` (so much was found that it ended) or `stranded` (nobody could play any more) |
//! | `seconds` | wall time; of results that were joined, the sum |
//! | `oracle` | the pairing that judged |
//! | `peers` | who took part, as in the results of `javatalk interop` |
//! | `dialogues`, `steps` | how many were played, and how many steps they had |
//! | `pairings` | of each pairing how often it came to which verdict, by its word |
//! | `coverage` | how many dialogues tried what in every pairing: `method`, `edge`, `role`, `count` |
//! | `found` | of each dialogue that was found `name`, `number`, `pairings` (where it is not green), `steps` (as it was made), `small` (whether it was made small), `fleeting` (whether it was green the next time), `scenario` (the file), `again` (the command), and `case`, as in the results of `javatalk interop` |
//! | `remarks` | what was not equal and is held against nobody, the first of it |
//! | `not_run` | why something could not be played, and how often |

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::campaign::{Extent, Plan};
use super::counts::{Counts, End};
use super::finding::{Finding, Size};
use super::generate::GENERATOR;
use crate::interop::model::evidence::PeerEntry;
use crate::interop::model::participant::{Pairing, Role};
use crate::interop::model::shard::Shard;
use crate::interop::model::verdict::Verdict;
use crate::interop::protocol::call::Method;
use crate::interop::report::{CaseEntry, seconds};
use crate::interop::scenario::language::Coverage;

/// The version of the format.
pub(crate) const FORMAT: u32 = 1;

/// All results.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// [`FORMAT`].
    pub fuzz: u32,
    /// The version of this package.
    pub javatalk: String,
    /// What the dialogues were made from.
    pub seed: u64,
    /// [`GENERATOR`] of who made them.
    #[serde(default = "first_generator")]
    pub generator: u32,
    /// How many were asked for; none if the time ended it.
    pub cases: Option<usize>,
    /// Which parts these are; empty if it is all.
    pub shards: Vec<Shard>,
    /// How it came to its end.
    pub end: End,
    /// Wall time.
    #[serde(deserialize_with = "seconds")]
    pub seconds: f64,
    /// Who judged.
    pub oracle: Option<String>,
    /// Who took part.
    #[serde(default)]
    pub peers: Vec<PeerEntry>,
    /// How many were played.
    pub dialogues: usize,
    /// How many steps they had.
    pub steps: usize,
    /// Verdicts by pairing.
    pub pairings: BTreeMap<String, BTreeMap<String, usize>>,
    /// What was tried.
    pub coverage: Vec<Cell>,
    /// What was found.
    pub found: Vec<Found>,
    /// What is worth knowing.
    pub remarks: Vec<String>,
    /// What could not be played.
    pub not_run: BTreeMap<String, usize>,
}

/// That of results that do not name one.
fn first_generator() -> u32 {
    1
}

/// A cell of the table of methods, edges and roles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// By its Java name.
    pub method: String,
    /// By the heading of its column.
    pub edge: String,
    /// `client` or `server`.
    pub role: String,
    /// How many dialogues tried it.
    pub count: usize,
}

/// What was found in one dialogue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// `fuzz-7-12`.
    pub name: String,
    /// 12.
    pub number: usize,
    /// Where it is not green.
    pub pairings: Vec<String>,
    /// As it was made.
    pub steps: usize,
    /// Whether it was made small.
    pub small: bool,
    /// Whether it was green the next time.
    pub fleeting: bool,
    /// The file.
    pub scenario: String,
    /// The command.
    pub again: String,
    /// What came of it in the first pairing.
    pub case: CaseEntry,
}

impl Results {
    /// What came of a plan that these peers have played.
    pub fn new(
        plan: &Plan,
        oracle: Option<Pairing>,
        peers: Vec<PeerEntry>,
        counts: &Counts,
        took: Duration,
    ) -> Self {
        let mut found: Vec<Found> = counts.findings.iter().map(Found::new).collect();
        found.sort_by_key(|found| found.number);
        let words = |words: &BTreeMap<&str, usize>| {
            let owned = words
                .iter()
                .map(|(word, count)| ((*word).to_owned(), *count));
            owned.collect()
        };
        Self {
            fuzz: FORMAT,
            javatalk: env!("CARGO_PKG_VERSION").to_owned(),
            seed: plan.seed,
            generator: GENERATOR,
            cases: match plan.extent {
                Extent::Cases(count) => Some(count),
                Extent::Only(_) => Some(1),
                Extent::Time(_) => None,
            },
            shards: plan.shard.into_iter().collect(),
            end: counts.end,
            seconds: took.as_secs_f64(),
            oracle: oracle.map(|pairing| pairing.to_string()),
            peers,
            dialogues: counts.dialogues,
            steps: counts.steps,
            pairings: counts
                .verdicts
                .iter()
                .map(|(pairing, counts)| (pairing.to_string(), words(counts)))
                .collect(),
            coverage: cells(&counts.coverage),
            found,
            remarks: counts.remarks.clone(),
            not_run: counts.not_run.clone(),
        }
    }

    /// Whether every dialogue that was asked for is green, and there was one.
    pub fn is_green(&self) -> bool {
        let cut_short = match self.end {
            End::Whole => false,
            // What was asked for by the time only was played as long as somebody wanted.
            End::Interrupted => self.cases.is_some(),
            End::Enough | End::Stranded => true,
        };
        self.found.is_empty()
            && self.not_run.is_empty()
            && !cut_short
            && (self.dialogues > 0 || !self.shards.is_empty())
    }

    /// The shards that nobody has brought.
    pub fn missing_shards(&self) -> Vec<Shard> {
        let Some(of) = self.shards.first().map(|shard| shard.of()) else {
            return Vec::new();
        };
        let mut missing = Shard::all(of);
        missing.retain(|shard| !self.shards.contains(shard));
        missing
    }

    /// How often each verdict was come to, over all pairings.
    pub fn verdicts(&self) -> BTreeMap<&str, usize> {
        let mut all = BTreeMap::new();
        for (word, count) in self.pairings.values().flatten() {
            *all.entry(word.as_str()).or_default() += count;
        }
        all
    }

    /// How many conversations that were: dialogues, each in every pairing.
    pub fn conversations(&self) -> usize {
        let not_run = Verdict::NotRun(String::new()).word();
        let played = self
            .verdicts()
            .into_iter()
            .filter(|(word, _)| *word != not_run);
        played.map(|(_, count)| count).sum()
    }

    /// Joins the results of shards, whose files are named in what is wrong.
    ///
    /// # Errors
    ///
    /// If they are no parts of one search, or the same part twice.
    pub fn join(results: Vec<(String, Self)>) -> Result<Self, String> {
        let mut results = results.into_iter();
        let (first, mut whole) = results.next().ok_or("there are no results to join")?;
        let check = |file: &str, other: &Self| {
            if other.fuzz != FORMAT {
                let version = other.fuzz;
                return Err(format!(
                    "{file}: these results are of format {version}, and this program reads {FORMAT}"
                ));
            }
            Ok(())
        };
        check(&first, &whole)?;
        for (file, other) in results {
            check(&file, &other)?;
            let apart = |what: &str| Err(format!("{first} and {file} {what}"));
            let of = |results: &Self| results.shards.first().map(|shard| shard.of());
            if other.generator != whole.generator {
                return apart("were made by different versions of the generator");
            }
            if other.seed != whole.seed {
                return apart("were made from different seeds");
            }
            if other.cases != whole.cases {
                return apart("are parts of searches of different length");
            }
            if other.oracle != whole.oracle {
                return apart("were judged by different oracles");
            }
            if of(&other).is_none() || of(&other) != of(&whole) {
                return apart("are no shards of one search");
            }
            if let Some(shard) = other.shards.iter().find(|s| whole.shards.contains(s)) {
                return Err(format!("{file}: shard {shard} is there already"));
            }
            whole.add(other);
        }
        whole.shards.sort_unstable();
        whole.found.sort_by_key(|found| found.number);
        if whole.missing_shards().is_empty() {
            whole.shards.clear();
        }
        Ok(whole)
    }

    fn add(&mut self, other: Self) {
        let versions: BTreeSet<&str> = self
            .javatalk
            .split(", ")
            .chain([&*other.javatalk])
            .collect();
        self.javatalk = versions.into_iter().collect::<Vec<_>>().join(", ");
        self.shards.extend(other.shards);
        self.end = self.end.max(other.end);
        self.seconds += other.seconds;
        self.dialogues += other.dialogues;
        self.steps += other.steps;
        for peer in other.peers {
            if !self.peers.contains(&peer) {
                self.peers.push(peer);
            }
        }
        for (pairing, words) in other.pairings {
            let own = self.pairings.entry(pairing).or_default();
            for (word, count) in words {
                *own.entry(word).or_default() += count;
            }
        }
        for cell in other.coverage {
            let same = |own: &&mut Cell| {
                (&own.method, &own.edge, &own.role) == (&cell.method, &cell.edge, &cell.role)
            };
            match self.coverage.iter_mut().find(same) {
                Some(own) => own.count += cell.count,
                None => self.coverage.push(cell),
            }
        }
        self.found.extend(other.found);
        self.remarks.extend(other.remarks);
        for (why, count) in other.not_run {
            *self.not_run.entry(why).or_default() += count;
        }
    }
}

impl Found {
    fn new(finding: &Finding) -> Self {
        Self {
            name: finding.dialogue.to_string(),
            number: finding.dialogue.number,
            pairings: finding.pairings.iter().map(ToString::to_string).collect(),
            steps: finding.steps,
            small: finding.size == Size::Small,
            fleeting: finding.size == Size::Fleeting,
            scenario: finding.file(),
            again: finding.again(),
            case: finding.case.clone(),
        }
    }
}

/// Every cell that was tried.
fn cells(coverage: &Coverage) -> Vec<Cell> {
    let mut cells = Vec::new();
    for &method in Method::ALL {
        for edge in method.edges() {
            for role in [Role::Client, Role::Server] {
                let count = coverage.count(method, edge, role);
                if count > 0 {
                    cells.push(Cell {
                        method: method.to_string(),
                        edge: edge.heading().to_owned(),
                        role: role.to_string(),
                        count,
                    });
                }
            }
        }
    }
    cells
}
