//! The results of a run as data: what all reports are made from, and what `--json` writes.
//!
//! One object, whose `format` says which version of this page it follows; it grows only by new
//! keys as long as the version stays. Bytes are in hex.
//!
//! | key | value |
//! |---|---|
//! | `format` | 1 |
//! | `javatalk` | the version of this package |
//! | `seconds` | wall time of the run |
//! | `oracle` | the peer that judged, `java25` for example |
//! | `peers` | of each peer `name`, `what` (version, vendor), `home` (where it is) |
//! | `cases` | of each case `name`, `suite`, `group` (its row in the tables), `row`, `claim`, `client`, `server`, `verdict` (the word), `green` (whether the run is still green with it), `detail` (the verdict in a sentence), `blame` (null, or `peer`, `role`, `part`), `seconds`, and, where it is not a pass, `seen` and `judged_by` |
//! | `seen`, `judged_by` | null, or a side |
//! | a side | `pairing`, `ending`, `unobserved` (null, or why nobody could see the wire), `events`, `to_server` and `to_client` (`bytes`, `end`), `client_stderr`, `server_stderr` |
//! | an event | `role` (`client` or `server`; null for both), `text`, and `bytes`: what it put on the wire, as fields with `hex` and `meaning` |

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::interop::case::Judged;
use crate::interop::jdk::Jdk;
use crate::interop::pairing::{Pairing, Peer};
use crate::interop::verdict::Verdict;
use crate::interop::wire::{Flow, hex};

/// The version of the format.
pub const FORMAT: u32 = 1;

/// A run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// [`FORMAT`].
    pub format: u32,
    /// The version of this package.
    pub javatalk: String,
    /// Wall time.
    pub seconds: f64,
    /// The peer that judged.
    pub oracle: Option<String>,
    /// Who took part.
    pub peers: Vec<PeerEntry>,
    /// Every case, in the order in which they stand in the tables.
    pub cases: Vec<CaseEntry>,
}

/// A peer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerEntry {
    /// As in the pairings.
    pub name: String,
    /// Version and vendor.
    pub what: String,
    /// Where it is.
    pub home: String,
}

/// A case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseEntry {
    /// `chat::emoji::rust-to-java17`.
    pub name: String,
    /// `chat`.
    pub suite: String,
    /// The row of the tables.
    pub group: String,
    /// `emoji`.
    pub row: String,
    /// One sentence.
    pub claim: String,
    /// Who connects.
    pub client: String,
    /// Who listens.
    pub server: String,
    /// The word.
    pub verdict: String,
    /// Whether the run is still green with it.
    pub green: bool,
    /// The verdict in a sentence.
    pub detail: String,
    /// Who is to blame, if somebody is.
    pub blame: Option<Blame>,
    /// Wall time.
    pub seconds: f64,
    /// What was seen, unless it passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Side>,
    /// What the oracle showed, unless it passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judged_by: Option<Side>,
}

/// Who is to blame.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blame {
    /// The peer.
    pub peer: String,
    /// `client` or `server`.
    pub role: String,
    /// `encoder`, `decoder` ...
    pub part: String,
}

/// One performance.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Side {
    /// Who played.
    pub pairing: String,
    /// How it came to its end.
    pub ending: String,
    /// Why nobody could see the wire, if nobody could.
    pub unobserved: Option<String>,
    /// The conversation, in the order in which it went.
    pub events: Vec<Event>,
    /// What the client sent.
    pub to_server: FlowEntry,
    /// What the server sent.
    pub to_client: FlowEntry,
    /// What the client said on stderr.
    pub client_stderr: String,
    /// What the server said on stderr.
    pub server_stderr: String,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Event {
    /// Who did it; none for both.
    pub role: Option<String>,
    /// What it was.
    pub text: String,
    /// What it put on the wire.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bytes: Vec<FieldEntry>,
}

/// A line of a trace.
impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(role) = &self.role {
            write!(f, "{role} ")?;
        }
        f.write_str(&self.text)?;
        for field in &self.bytes {
            write!(f, "\n    {}", field.hex)?;
            if !field.meaning.is_empty() {
                write!(f, "  {}", field.meaning)?;
            }
        }
        Ok(())
    }
}

/// Some bytes and what they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldEntry {
    /// The bytes, the middle of long ones left out.
    pub hex: String,
    /// What they are; empty if they are what the event says.
    pub meaning: String,
}

/// One direction of the wire.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FlowEntry {
    /// All bytes, in hex.
    pub bytes: String,
    /// How it ended.
    pub end: String,
}

impl Run {
    /// The results of a run with these JDKs.
    pub fn new(jdks: &[Jdk], results: &[Judged], took: Duration) -> Self {
        let rust = PeerEntry {
            name: Peer::Rust.to_string(),
            what: format!("javatalk {}", env!("CARGO_PKG_VERSION")),
            home: String::new(),
        };
        let java = |jdk: &Jdk| PeerEntry {
            name: Peer::Java(jdk.feature()).to_string(),
            what: match jdk.vendor() {
                Some(vendor) => format!("{} ({vendor})", jdk.version()),
                None => jdk.version().to_owned(),
            },
            home: jdk.home().display().to_string(),
        };
        Self {
            format: FORMAT,
            javatalk: env!("CARGO_PKG_VERSION").to_owned(),
            seconds: took.as_secs_f64(),
            oracle: jdks.last().map(|jdk| Peer::Java(jdk.feature()).to_string()),
            peers: std::iter::once(rust).chain(jdks.iter().map(java)).collect(),
            cases: results.iter().map(CaseEntry::new).collect(),
        }
    }

    /// How many cases have each verdict.
    pub fn counts(&self) -> BTreeMap<&str, usize> {
        let mut counts = BTreeMap::new();
        for case in &self.cases {
            *counts.entry(case.verdict.as_str()).or_default() += 1;
        }
        counts
    }
}

impl CaseEntry {
    /// A case and what came of it.
    pub fn new(judged: &Judged) -> Self {
        let case = &judged.case;
        let evidence = judged.verdict != Verdict::Pass;
        let side = |pairing: Pairing, side: Side| Side {
            pairing: pairing.to_string(),
            ..side
        };
        Self {
            name: case.to_string(),
            suite: case.suite.to_owned(),
            group: case.group.clone(),
            row: case.row.clone(),
            claim: case.claim.clone(),
            client: case.pairing.client.to_string(),
            server: case.pairing.server.to_string(),
            verdict: judged.verdict.word().to_owned(),
            green: judged.verdict.is_green(),
            detail: judged.verdict.to_string(),
            blame: judged.verdict.divergence().map(|divergence| Blame {
                peer: divergence.peer.to_string(),
                role: divergence.role.to_string(),
                part: divergence.part.to_string(),
            }),
            seconds: judged.took.as_secs_f64(),
            seen: judged
                .seen
                .as_ref()
                .filter(|_| evidence)
                .map(|seen| side(case.pairing, seen.side())),
            judged_by: judged
                .oracle
                .as_ref()
                .filter(|_| evidence)
                .map(|(pairing, oracle)| side(*pairing, oracle.side())),
        }
    }
}

impl FlowEntry {
    /// All of a direction.
    pub fn new(flow: &Flow) -> Self {
        Self {
            bytes: flow
                .bytes
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
            end: flow.end.word().to_owned(),
        }
    }
}

impl FieldEntry {
    /// These bytes, with the middle of long ones left out.
    pub fn new(bytes: &[u8], meaning: impl Into<String>) -> Self {
        Self {
            hex: hex(bytes),
            meaning: meaning.into(),
        }
    }
}
