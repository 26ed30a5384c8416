//! The results of a run as data. Every report is made from them, and `--json` writes them.
//!
//! The results are one object. `format` is the version of the format described here; as long as it
//! stays the same, keys are only added. Bytes are in hex.
//!
//! | key | value |
//! |---|---|
//! | `format` | 1 |
//! | `javatalk` | the version of this package |
//! | `seconds` | wall time of the run; of runs that were joined, the sum |
//! | `partial` | whether the run was interrupted, so that cases are missing; never green |
//! | `filtered` | whether only cases with certain names were played; left out if not |
//! | `shards` | which parts of the matrix these are, `2/4` for example; empty: all of it |
//! | `oracle` | the peer that judged, `java25` for example |
//! | `peers` | of each peer `name`, `what` (version, vendor or language), `home` (where it is, or its command), `version` (empty if unknown) |
//! | `cases` | of each case `name`, `suite`, `index` (of its row in the suite), `group` (its row in the tables), `row`, `claim`, `client`, `server`, `verdict` (the word), `green` (whether the run is still green with it), `detail` (the verdict in a sentence), `blame` (null, or `peer`, `role`, `part`, and `method`, the call, if it is one's), `judge` (the pairing it was compared with), `oracle_again` (how often the oracle had to be played again before it showed the same, left out if never), `unobserved` (why the traffic could not be recorded, if it could not), `known_differences` (those that the case is about, each with its `reason` and whether it `occurred`; left out if there are none), `masks` (what was masked before the comparison: of each mask its `name`, the `count` of its matches and one `example`; left out without masks), `advice` (what the user may write to mend the case; left out if there is none), `seconds`, and, where it is not a pass, `with` (the options that it needs to be played again), `seen` and `judged_by` |
//! | `known_differences` | of each known difference that cases are about its `reason`, the number of these `cases`, and in how many it `occurred`; counted from the cases, and not read again |
//! | `good` | what a pass shows: of each row `suite`, `row`, `pairing` (the judge) and its `events`, the middle of long conversations left out |
//! | `seen`, `judged_by` | null, or a side |
//! | a side | `pairing`, `ending`, `unobserved` (null, or why the traffic could not be recorded), `events`, `to_server` and `to_client` (`bytes`, `end`), `client_stderr`, `server_stderr`, and of a user's pair `programs` (`name`, `role`, `end`, `files`), `connections` (`client`, `port`, `number`, `transport`, `to_server`, `to_client`) and `masks` |
//! | an event | `role` (`client` or `server`; null for both), `text`, and `bytes`: the bytes it sent, as fields with `hex` and `meaning` |

use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::{Event, MaskEntry, PeerEntry, Side};
use crate::interop::model::known_difference::LISTED_IN;
use crate::interop::model::shard::Shard;
use crate::interop::model::verdict::VerdictKind;
use crate::text::count::counted;
use crate::text::printable::printable_json;

/// The version of the format.
pub const FORMAT: u32 = 1;

/// What older versions said of two JDKs that differ. Their results can still be read.
const SPLIT: &str = "oracle split";

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Equals [`FORMAT`] when written by this version.
    pub format: u32,
    /// The version of this package.
    pub javatalk: String,
    #[serde(deserialize_with = "seconds")]
    pub seconds: f64,
    /// Whether the run was interrupted, so that cases are missing.
    #[serde(default)]
    pub partial: bool,
    /// Whether only cases with certain names were played.
    #[serde(default, skip_serializing_if = "is_false")]
    pub filtered: bool,
    /// Which parts of the matrix these are; empty if it is all of it.
    #[serde(default)]
    pub shards: Vec<Shard>,
    /// The peer that served as the oracle.
    pub oracle: Option<String>,
    pub peers: Vec<PeerEntry>,
    /// Every case, in the order of the tables.
    pub cases: Vec<CaseEntry>,
    /// What a pass shows, for each input.
    #[serde(default)]
    pub good: Vec<GoodEntry>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseEntry {
    /// For example `chat::emoji::rust-to-java17`.
    pub name: String,
    /// For example `chat`.
    pub suite: String,
    /// The position of the input in its suite.
    #[serde(default)]
    pub index: usize,
    /// The row of the tables.
    pub group: String,
    /// For example `emoji`.
    pub row: String,
    pub claim: String,
    pub client: String,
    pub server: String,
    pub verdict: String,
    /// Whether the run stays green with this case.
    pub green: bool,
    /// The verdict in a sentence.
    pub detail: String,
    /// The participant to blame, if there is one.
    pub blame: Option<Blame>,
    /// The pairing that the case was compared with.
    #[serde(default)]
    pub judge: Option<String>,
    /// How often the oracle had to be played again before it agreed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub oracle_again: usize,
    /// Why the traffic could not be recorded, if it could not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unobserved: Option<String>,
    /// The known differences that it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub known_differences: Vec<KnownEntry>,
    /// What was masked before the comparison.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub masks: Vec<MaskEntry>,
    /// What the user may write to mend the case, a paragraph each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub advice: Vec<String>,
    /// The options of the command line that it needs to be played again, if it did not pass.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub with: String,
    #[serde(deserialize_with = "seconds")]
    pub seconds: f64,
    /// What the pairing showed, unless it passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Side>,
    /// What the oracle showed, unless the case passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judged_by: Option<Side>,
}

/// What the oracle, and every pairing that passed, showed for an input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoodEntry {
    /// For example `chat`.
    pub suite: String,
    /// For example `emoji`.
    pub row: String,
    pub pairing: String,
    /// The conversation, without the middle of a long one.
    pub events: Vec<Event>,
}

/// A known difference that a case is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownEntry {
    pub reason: String,
    /// Whether it was seen there.
    pub occurred: bool,
    /// Where its entry stands.
    #[serde(
        default = "known_difference_file",
        skip_serializing_if = "is_known_difference_file"
    )]
    pub listed_in: String,
}

/// How often a known difference was met in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct KnownCount<'a> {
    pub reason: &'a str,
    /// How many cases are about it.
    pub cases: usize,
    /// In how many of them it was seen.
    pub occurred: usize,
    /// How many of these fail nevertheless: it explains only a part of what differs there.
    #[serde(skip)]
    pub partly: usize,
    /// Where its entry stands.
    #[serde(skip)]
    pub listed_in: &'a str,
}

/// A run as `--json` writes it: with the counts that a reader would have to make.
#[derive(Serialize)]
struct Written<'a> {
    #[serde(flatten)]
    run: &'a Run,
    known_differences: Vec<KnownCount<'a>>,
}

/// The results as JSON.
pub fn json(run: &Run) -> Result<String, serde_json::Error> {
    let written = Written {
        run,
        known_differences: run.known_differences(),
    };
    let mut text = serde_json::to_string_pretty(&written)?;
    text.push('\n');
    Ok(printable_json(&text).into_owned())
}

/// Who is to blame.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blame {
    pub peer: String,
    pub role: String,
    /// For example `encoder` or `decoder`.
    pub part: String,
    /// For example `writeUTF`; `None` for a whole program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
}

/// Reads a duration; anything else is an error.
pub(crate) fn seconds<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    let seconds = f64::deserialize(from)?;
    if (0.0..=MOST_SECONDS).contains(&seconds) {
        Ok(seconds)
    } else {
        Err(D::Error::custom(format!(
            "{seconds} seconds are no wall time: 0 to {MOST_SECONDS} are"
        )))
    }
}

const MOST_SECONDS: f64 = 1e9;

impl Run {
    /// Makes the cases that could not run green, unless nothing else was played.
    pub fn accept_not_run(&mut self) {
        if !self.proves_something() {
            return;
        }
        for case in &mut self.cases {
            case.green |= case.is_not_run();
        }
    }

    /// Whether every case is green and none is missing, and the list of known differences is up to
    /// date. Only a shard may hold no case at all.
    pub fn is_green(&self) -> bool {
        let is_empty_shard = self.cases.is_empty() && !self.shards.is_empty();
        self.gaps().is_empty()
            && self.outdated().is_empty()
            && self.cases.iter().all(|case| case.green)
            && (self.proves_something() || is_empty_shard)
    }

    /// Whether at least one case was compared.
    pub fn proves_something(&self) -> bool {
        let mut cases = self.cases.iter();
        cases.any(CaseEntry::is_compared)
    }

    /// Why the run would prove nothing even if all its cases were green, one sentence for each
    /// reason.
    pub fn gaps(&self) -> Vec<String> {
        let mut gaps = Vec::new();
        if self.partial {
            let ran = counted(self.cases.len(), "case");
            gaps.push(format!("partial: the run was interrupted after {ran}"));
        } else if self.cases.is_empty() && self.shards.is_empty() {
            // Only a shard may be empty.
            gaps.push("no case ran, so nothing is proved".to_owned());
        }
        gaps
    }

    /// The known differences that cases of this run are about, by their reasons.
    pub fn known_differences(&self) -> Vec<KnownCount<'_>> {
        let mut counts: BTreeMap<&str, KnownCount<'_>> = BTreeMap::new();
        let cases = self.cases.iter();
        let all = cases.flat_map(|case| case.known_differences.iter().map(move |k| (case, k)));
        for (case, known) in all {
            let reason = known.reason.as_str();
            let count = counts.entry(reason).or_insert(KnownCount {
                reason,
                cases: 0,
                occurred: 0,
                partly: 0,
                listed_in: &known.listed_in,
            });
            count.cases += 1;
            count.occurred += usize::from(known.occurred);
            count.partly += usize::from(known.occurred && !case.green);
        }
        counts.into_values().collect()
    }

    /// What the masks of all cases have hidden, by the pair and the name of the mask.
    pub fn masks(&self) -> BTreeMap<(&str, &str), MaskEntry> {
        let mut masks: BTreeMap<(&str, &str), MaskEntry> = BTreeMap::new();
        for case in &self.cases {
            // Each pair has masks of its own.
            let (pair, _) = case.row.split_once("::").unwrap_or_default();
            for mask in &case.masks {
                let all = masks
                    .entry((pair, &mask.name))
                    .or_insert_with(|| MaskEntry {
                        name: mask.name.clone(),
                        ..MaskEntry::default()
                    });
                if all.count == 0 {
                    all.example.clone_from(&mask.example);
                }
                all.count += mask.count;
            }
        }
        masks
    }

    /// What the run shows to be out of date, in sentences: known differences that no longer occur,
    /// and masks that match nothing. Each fails the run. Only a complete run can tell.
    pub fn outdated(&self) -> Vec<String> {
        let mut outdated = self.outdated_differences();
        outdated.extend(self.unused_masks());
        outdated
    }

    /// The known differences that no longer occur.
    pub(super) fn outdated_differences(&self) -> Vec<String> {
        let known = self.known_differences().into_iter();
        known
            .filter(|known| known.occurred == 0 && self.is_complete())
            .map(|known| {
                format!(
                    "a known difference no longer occurs: {}: {} about it, and none shows it; \
                     correct or remove its entry in {}",
                    known.reason,
                    match known.cases {
                        1 => "1 case is".to_owned(),
                        cases => format!("{cases} cases are"),
                    },
                    known.listed_in
                )
            })
            .collect()
    }

    /// The masks that match nothing.
    pub(super) fn unused_masks(&self) -> Vec<String> {
        let masks = self.masks().into_iter();
        masks
            .filter(|(_, mask)| mask.count == 0 && self.is_complete())
            .map(|((pair, name), _)| {
                let of = match pair {
                    "" => String::new(),
                    pair => format!(" of the pair {pair}"),
                };
                format!(
                    "the mask {name}{of} matches nothing that is compared, in any case; correct its \
                     pattern or remove it from the pair file"
                )
            })
            .collect()
    }

    /// Whether every case was played.
    fn is_complete(&self) -> bool {
        !self.partial && !self.filtered && self.shards.is_empty()
    }

    /// The cases that are not green.
    pub fn failures(&self) -> impl Iterator<Item = &CaseEntry> {
        self.cases.iter().filter(|case| !case.green)
    }

    /// The number of cases with each verdict.
    pub fn counts(&self) -> BTreeMap<&str, usize> {
        let mut counts = BTreeMap::new();
        for case in &self.cases {
            *counts.entry(case.verdict.as_str()).or_default() += 1;
        }
        counts
    }
}

impl CaseEntry {
    /// Whether the case could not run.
    pub fn is_not_run(&self) -> bool {
        self.kind() == Some(VerdictKind::NotRun)
    }

    /// Whether the case is equal to the oracle.
    pub fn is_pass(&self) -> bool {
        self.kind() == Some(VerdictKind::Pass)
    }

    /// Whether the case was played to its end and compared.
    pub(crate) fn is_compared(&self) -> bool {
        !matches!(
            self.kind(),
            Some(VerdictKind::NotRun | VerdictKind::Unsupported)
        )
    }

    /// Whether an older version found that two JDKs differ.
    pub(crate) fn is_split(&self) -> bool {
        self.verdict == SPLIT
    }

    /// The kind of the verdict; `None` if another version of this package gave it.
    pub(crate) fn kind(&self) -> Option<VerdictKind> {
        VerdictKind::of_word(&self.verdict)
    }

    /// The command that reruns only this case.
    pub fn again(&self) -> String {
        // The options come from a file that may have been edited. If they are not valid shell
        // words, they are quoted as a single word.
        let with = shlex::split(&self.with).unwrap_or_else(|| vec![self.with.clone()]);
        let mut words = vec!["javatalk", "interop", &self.name];
        words.extend(with.iter().map(String::as_str));
        // Only a NUL cannot be quoted, and no argument can contain one.
        shlex::try_join(words).unwrap_or_else(|_| "javatalk interop".to_owned())
    }
}

fn known_difference_file() -> String {
    LISTED_IN.to_owned()
}

fn is_known_difference_file(listed_in: &str) -> bool {
    listed_in == LISTED_IN
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a reference"
)]
fn is_false(flag: &bool) -> bool {
    !flag
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a reference"
)]
fn is_zero(count: &usize) -> bool {
    *count == 0
}
