//! The results of a campaign as data: `--json` writes them, and the results of several machines can
//! be joined.
//!
//! The results are one object. `fuzz` is the version of the format described here; as long as it
//! stays the same, keys are only added.
//!
//! | key | value |
//! |---|---|
//! | `fuzz` | 1 |
//! | `javatalk` | the version of this package; for joined results, all versions |
//! | `seed` | the seed of the generated scenarios |
//! | `generator` | the version of the generator; 1 if absent. A seed and a number give the same scenario as long as this is the same |
//! | `cases` | how many scenarios were requested over all shards; null if only the time was limited |
//! | `shards` | the parts in these results, for example `2/4`; empty for all |
//! | `end` | `whole`, `interrupted`, `enough` (it ended because of the number of findings) or `stranded` (no pairing could be played any more) |
//! | `seconds` | wall time; for joined results, the sum |
//! | `oracle` | the oracle's pairing |
//! | `peers` | the participants, as in the results of `javatalk interop` |
//! | `pairs` | the names of the pairs of programs whose cases were changed; left out for scenarios |
//! | `dialogues`, `steps` | how many scenarios were played, and how many steps they had; of pairs, how many cases were compared, and how many lines they type |
//! | `pairings` | for each pairing, how often it received each verdict, by its word |
//! | `coverage` | how many scenarios tried an edge in every pairing: `method`, `edge`, `role`, `count` |
//! | `found` | for each finding `name`, `number`, `pairings` (in which it is not green), `steps` (as generated), `small` (whether it was minimized), `fleeting` (whether it was green when played again), `scenario` (the file; of a pair the `[[pair.case]]`), `again` (the command), `pair` and `cause` (of pairs only: the name of the pair, and what the finding is about; findings with the same two are probably one bug), and `case`, as in the results of `javatalk interop` |
//! | `discarded` | of pairs only: why cases were not compared, and how many |
//! | `remarks` | the first cases that were not equal and are blamed on no peer |
//! | `not_run` | why scenarios could not be played, and how often |

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::campaign::{Extent, Plan};
use super::counts::{Counts, End};
use super::finding::{Finding, Size};
use super::generate::GENERATOR;
use super::pairs::{self, PairCounts};
use crate::interop::model::evidence::PeerEntry;
use crate::interop::model::participant::{Pairing, Role};
use crate::interop::model::shard::Shard;
use crate::interop::model::verdict::VerdictKind;
use crate::interop::protocol::call::Method;
use crate::interop::report::join::{Apart, JoinError, fold, unite, versions};
use crate::interop::report::{CaseEntry, seconds};
use crate::interop::scenario::language::Coverage;

/// The version of the format.
pub(crate) const FORMAT: u32 = 1;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// Equals `FORMAT` when written by this version.
    pub fuzz: u32,
    /// The version of this package.
    pub javatalk: String,
    /// The seed of the generated scenarios.
    pub seed: u64,
    /// The version of the generator, `GENERATOR`.
    #[serde(default = "first_generator")]
    pub generator: u32,
    /// How many scenarios were requested; `None` if only the time was limited.
    pub cases: Option<usize>,
    /// The parts in these results; empty for all.
    pub shards: Vec<Shard>,
    /// How the campaign ended.
    pub end: End,
    #[serde(deserialize_with = "seconds")]
    pub seconds: f64,
    pub oracle: Option<String>,
    #[serde(default)]
    pub peers: Vec<PeerEntry>,
    /// The pairs whose cases were changed; empty for scenarios.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pairs: Vec<String>,
    /// How many scenarios were played.
    pub dialogues: usize,
    /// How many steps they had.
    pub steps: usize,
    pub pairings: BTreeMap<String, BTreeMap<String, usize>>,
    pub coverage: Vec<Cell>,
    pub found: Vec<Found>,
    /// The first cases that were not equal and are blamed on no peer.
    pub remarks: Vec<String>,
    /// Why scenarios could not be played, and how often.
    pub not_run: BTreeMap<String, usize>,
    /// Why cases of pairs were not compared, and how many.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub discarded: BTreeMap<String, usize>,
}

/// The version of the generator for results that do not name one.
fn first_generator() -> u32 {
    1
}

/// A cell of the table of methods, edges and roles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// The Java name.
    pub method: String,
    /// The heading of its column.
    pub edge: String,
    pub role: String,
    /// How many scenarios tried it.
    pub count: usize,
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// For example `fuzz-7-12`.
    pub name: String,
    /// For example 12.
    pub number: usize,
    /// The pairings in which it is not green.
    pub pairings: Vec<String>,
    /// The number of steps as generated.
    pub steps: usize,
    /// Whether it was minimized.
    pub small: bool,
    /// Whether it was green when played again.
    pub fleeting: bool,
    pub scenario: String,
    pub again: String,
    /// The name of the pair; empty for scenarios.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub pair: String,
    /// What it is about; empty for scenarios.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub cause: String,
    /// The result in the first of the pairings.
    pub case: CaseEntry,
}

impl Results {
    /// The results of a plan that these peers have played.
    pub fn new(
        plan: &Plan,
        oracle: Option<Pairing>,
        peers: Vec<PeerEntry>,
        counts: &Counts,
        took: Duration,
    ) -> Self {
        Self {
            generator: GENERATOR,
            end: counts.end,
            oracle: oracle.map(|pairing| pairing.to_string()),
            dialogues: counts.dialogues,
            steps: counts.steps,
            pairings: words(&counts.verdicts, |word| word),
            coverage: cells(&counts.coverage),
            remarks: counts.remarks.clone(),
            not_run: counts.not_run.clone(),
            ..Self::of(plan, peers, counts.findings.iter().map(Found::new), took)
        }
    }

    /// The results of a plan that these versions of pairs have played.
    pub(crate) fn of_pairs(
        plan: &Plan,
        oracle: Option<Pairing>,
        pairs: Vec<String>,
        versions: Vec<PeerEntry>,
        counts: PairCounts,
        took: Duration,
    ) -> Self {
        let discarded = counts.discarded.into_iter();
        Self {
            generator: pairs::GENERATOR,
            end: counts.end,
            oracle: oracle.map(|pairing| pairing.to_string()),
            pairs,
            dialogues: counts.compared,
            steps: counts.lines,
            pairings: words(&counts.verdicts, |kind| kind.word()),
            remarks: counts.remarks,
            not_run: counts.not_run,
            discarded: discarded
                .map(|(why, count)| (why.to_owned(), count))
                .collect(),
            ..Self::of(plan, versions, counts.found, took)
        }
    }

    /// What all plans have in common.
    fn of(
        plan: &Plan,
        peers: Vec<PeerEntry>,
        found: impl IntoIterator<Item = Found>,
        took: Duration,
    ) -> Self {
        let mut found: Vec<Found> = found.into_iter().collect();
        found.sort_by_key(|found| found.number);
        Self {
            fuzz: FORMAT,
            javatalk: env!("CARGO_PKG_VERSION").to_owned(),
            seed: plan.seed,
            generator: 0,
            cases: match plan.extent {
                Extent::Cases(count) => Some(count),
                Extent::Only(_) => Some(1),
                Extent::Time(_) => None,
            },
            shards: plan.shard.into_iter().collect(),
            end: End::default(),
            seconds: took.as_secs_f64(),
            oracle: None,
            peers,
            pairs: Vec::new(),
            dialogues: 0,
            steps: 0,
            pairings: BTreeMap::new(),
            coverage: Vec::new(),
            found,
            remarks: Vec::new(),
            not_run: BTreeMap::new(),
            discarded: BTreeMap::new(),
        }
    }

    /// Whether every requested scenario is green, and at least one was played.
    pub fn is_green(&self) -> bool {
        let cut_short = match self.end {
            End::Whole => false,
            // A campaign limited by time only is complete whenever the user ends it.
            End::Interrupted => self.cases.is_some(),
            End::Enough | End::Stranded => true,
        };
        self.found.is_empty()
            && self.not_run.is_empty()
            && !cut_short
            && (self.dialogues > 0 || !self.shards.is_empty())
    }

    /// How often each verdict was given, over all pairings.
    pub fn verdicts(&self) -> BTreeMap<&str, usize> {
        let mut all = BTreeMap::new();
        for (word, count) in self.pairings.values().flatten() {
            *all.entry(word.as_str()).or_default() += count;
        }
        all
    }

    /// The number of conversations: scenarios times pairings.
    pub fn conversations(&self) -> usize {
        let not_run = VerdictKind::NotRun.word();
        let played = self
            .verdicts()
            .into_iter()
            .filter(|(word, _)| *word != not_run);
        played.map(|(_, count)| count).sum()
    }

    /// Joins the results of shards.
    ///
    /// # Errors
    ///
    /// If they are not shards of one campaign, or a shard occurs twice.
    pub fn join(results: Vec<(String, Self)>) -> Result<Self, JoinError> {
        let mut whole = fold(
            results,
            |results| results.fuzz,
            FORMAT,
            |whole, other, files| {
                let partition = Shard::partition(&other.shards);
                let apart = [
                    (Apart::Generators, other.generator != whole.generator),
                    (Apart::Seeds, other.seed != whole.seed),
                    (Apart::Lengths, other.cases != whole.cases),
                    (Apart::Oracles, other.oracle != whole.oracle),
                    (
                        Apart::Searches,
                        partition.is_none()
                            || partition != Shard::partition(&whole.shards)
                            || other.pairs != whole.pairs,
                    ),
                ];
                if let Some((how, _)) = apart.into_iter().find(|(_, is_so)| *is_so) {
                    let files = files.map(str::to_owned);
                    return Err(JoinError::Apart { files, how });
                }
                if let Some(&shard) = other.shards.iter().find(|s| whole.shards.contains(s)) {
                    let file = files[1].to_owned();
                    return Err(JoinError::Twice { file, shard });
                }
                whole.add(other);
                Ok(())
            },
        )?;
        whole.found.sort_by_key(|found| found.number);
        Shard::close(&mut whole.shards);
        Ok(whole)
    }

    fn add(&mut self, other: Self) {
        self.javatalk = versions(&self.javatalk, &other.javatalk);
        self.shards.extend(other.shards);
        self.end = self.end.max(other.end);
        self.seconds += other.seconds;
        self.dialogues += other.dialogues;
        self.steps += other.steps;
        unite(&mut self.peers, other.peers);
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
        for (all, more) in [
            (&mut self.not_run, other.not_run),
            (&mut self.discarded, other.discarded),
        ] {
            for (why, count) in more {
                *all.entry(why).or_default() += count;
            }
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
            pair: String::new(),
            cause: String::new(),
            case: finding.case.clone(),
        }
    }
}

/// How often each pairing received each verdict, by its word.
fn words<K: Copy>(
    verdicts: &BTreeMap<Pairing, BTreeMap<K, usize>>,
    word: impl Fn(K) -> &'static str,
) -> BTreeMap<String, BTreeMap<String, usize>> {
    let words = |kinds: &BTreeMap<K, usize>| {
        let words = kinds.iter();
        words
            .map(|(kind, count)| (word(*kind).to_owned(), *count))
            .collect()
    };
    verdicts
        .iter()
        .map(|(pairing, kinds)| (pairing.to_string(), words(kinds)))
        .collect()
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
