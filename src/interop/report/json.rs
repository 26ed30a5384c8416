//! The results for programs.
//!
//! One object, whose `format` says which version of this page it follows; it grows only by new
//! keys as long as the version stays. All bytes are in hex.
//!
//! | key | value |
//! |---|---|
//! | `format` | 1 |
//! | `javatalk` | the version of this package |
//! | `seconds` | wall time of the run |
//! | `oracle` | the peer that judged, `java25` for example |
//! | `jdks` | of each JDK `peer`, `version`, `vendor` or null, `home`, `compiler` (true or false) |
//! | `counts` | how many cases have each verdict, by its word |
//! | `cases` | of each case `name`, `row`, `claim`, `client`, `server`, `verdict` (the word), `green` (whether the run is still green with it), `detail` (the verdict in a sentence), `blame` (null, or `peer`, `role`, `part`), `seconds`, and, where it is not a pass, `seen` and `oracle` |
//! | `seen`, `oracle` | null, or `ending`, `to_server` and `to_client` (each `bytes` and `end`), `client` and `server` (null for the harness itself, or `stdout`, `stderr`, `exit` in words) |

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use crate::interop::case::{Evidence, Judged};
use crate::interop::jdk::Jdk;
use crate::interop::outcome::Outcome;
use crate::interop::pairing::Peer;
use crate::interop::process::Finished;
use crate::interop::verdict::Verdict;
use crate::interop::wire::Flow;

/// The version of the format.
pub const FORMAT: u32 = 1;

/// The whole report.
///
/// # Errors
///
/// If it cannot be serialised, which would be a defect of this module.
pub fn report(jdks: &[Jdk], results: &[Judged], took: Duration) -> serde_json::Result<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for judged in results {
        *counts.entry(judged.verdict.word()).or_default() += 1;
    }
    serde_json::to_string_pretty(&Report {
        format: FORMAT,
        javatalk: env!("CARGO_PKG_VERSION"),
        seconds: took.as_secs_f64(),
        oracle: jdks.last().map(|jdk| Peer::Java(jdk.feature()).to_string()),
        jdks: jdks.iter().map(JdkEntry::new).collect(),
        counts,
        cases: results.iter().map(CaseEntry::new).collect(),
    })
}

#[derive(Serialize)]
struct Report<'a> {
    format: u32,
    javatalk: &'a str,
    seconds: f64,
    oracle: Option<String>,
    jdks: Vec<JdkEntry<'a>>,
    counts: BTreeMap<&'a str, usize>,
    cases: Vec<CaseEntry<'a>>,
}

#[derive(Serialize)]
struct JdkEntry<'a> {
    peer: String,
    version: &'a str,
    vendor: Option<&'a str>,
    home: String,
    compiler: bool,
}

impl<'a> JdkEntry<'a> {
    fn new(jdk: &'a Jdk) -> Self {
        Self {
            peer: Peer::Java(jdk.feature()).to_string(),
            version: jdk.version(),
            vendor: jdk.vendor(),
            home: jdk.home().display().to_string(),
            compiler: jdk.javac().is_some(),
        }
    }
}

#[derive(Serialize)]
struct CaseEntry<'a> {
    name: String,
    row: &'a str,
    claim: &'a str,
    client: String,
    server: String,
    verdict: &'a str,
    green: bool,
    detail: String,
    blame: Option<Blame>,
    seconds: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    seen: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    oracle: Option<serde_json::Value>,
}

#[derive(Serialize)]
struct Blame {
    peer: String,
    role: String,
    part: String,
}

impl<'a> CaseEntry<'a> {
    fn new(judged: &'a Judged) -> Self {
        let pairing = judged.case.pairing;
        let with_evidence = judged.verdict != Verdict::Pass;
        let evidence = |evidence: Option<&dyn Evidence>| {
            evidence.filter(|_| with_evidence).map(Evidence::json)
        };
        Self {
            name: judged.case.to_string(),
            row: &judged.case.row,
            claim: &judged.case.claim,
            client: pairing.client.to_string(),
            server: pairing.server.to_string(),
            verdict: judged.verdict.word(),
            green: judged.verdict.is_green(),
            detail: judged.verdict.to_string(),
            blame: judged.verdict.divergence().map(|divergence| Blame {
                peer: divergence.peer.to_string(),
                role: divergence.role.to_string(),
                part: divergence.part.to_string(),
            }),
            seconds: judged.took.as_secs_f64(),
            seen: evidence(judged.seen.as_deref()),
            oracle: evidence(judged.oracle.as_ref().map(|(_, oracle)| &**oracle)),
        }
    }
}

/// What was seen of two console programs.
pub(in crate::interop) fn outcome(outcome: &Outcome) -> serde_json::Value {
    serde_json::to_value(OutcomeEntry::new(outcome)).unwrap_or_default()
}

#[derive(Serialize)]
struct OutcomeEntry {
    ending: String,
    to_server: FlowEntry,
    to_client: FlowEntry,
    client: Option<ProgramEntry>,
    server: Option<ProgramEntry>,
}

impl OutcomeEntry {
    fn new(outcome: &Outcome) -> Self {
        Self {
            ending: outcome.ending.to_string(),
            to_server: FlowEntry::new(&outcome.wire.to_server),
            to_client: FlowEntry::new(&outcome.wire.to_client),
            client: outcome.client.as_ref().map(ProgramEntry::new),
            server: outcome.server.as_ref().map(ProgramEntry::new),
        }
    }
}

#[derive(Serialize)]
struct FlowEntry {
    bytes: String,
    end: &'static str,
}

impl FlowEntry {
    fn new(flow: &Flow) -> Self {
        Self {
            bytes: hex(&flow.bytes),
            end: flow.end.word(),
        }
    }
}

#[derive(Serialize)]
struct ProgramEntry {
    stdout: String,
    stderr: String,
    exit: String,
}

impl ProgramEntry {
    fn new(program: &Finished) -> Self {
        Self {
            stdout: hex(&program.stdout),
            stderr: hex(&program.stderr),
            exit: program
                .exit
                .map_or("killed by the harness".to_owned(), |exit| exit.to_string()),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
