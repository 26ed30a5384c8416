//! The summary of a fuzzing run.

use std::fmt::Write as _;
use std::time::Duration;

use crate::interop::fuzz::{End, Results};
use crate::interop::report::listed;
use crate::interop::scenario::language::Coverage;
use crate::sweep::table::a_second;
use crate::text::count::{counted, grouped};

/// A table of verdicts, the reasons for cases that did not run, and the counts.
pub(crate) fn summary(results: &Results) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    for remark in &results.remarks {
        let _ = writeln!(text, "{remark}");
    }
    if !results.peers.is_empty() {
        let _ = writeln!(text, "{}", listed(&results.peers));
    }
    let width = results.pairings.keys().map(String::len).max().unwrap_or(0);
    for (pairing, words) in &results.pairings {
        let words = words
            .iter()
            .map(|(word, count)| format!("{} {word}", grouped(*count)));
        let words: Vec<String> = words.collect();
        let _ = writeln!(text, "{pairing:width$}  {}", words.join(", "));
    }
    for (why, count) in &results.not_run {
        let _ = writeln!(text, "NOT RUN {}: {why}", counted(*count, "time"));
    }
    for (why, count) in &results.discarded {
        let _ = writeln!(text, "discarded {}: {why}", counted(*count, "case"));
    }
    let is_of_pairs = !results.pairs.is_empty();
    if !is_of_pairs {
        let _ = writeln!(
            text,
            "coverage: {} of {} cells of method, edge and role",
            results.coverage.len(),
            Coverage::required()
        );
    }
    let took = Duration::try_from_secs_f64(results.seconds).unwrap_or_default();
    let noun = if is_of_pairs { "case" } else { "dialogue" };
    let _ = write!(
        text,
        "seed {}: {}",
        results.seed,
        counted(results.dialogues, noun)
    );
    let _ = match is_of_pairs {
        true => write!(text, " compared"),
        false => write!(text, " of {}", counted(results.steps, "step")),
    };
    let _ = write!(
        text,
        " in {} in {:.1} s, {} a second; {} found",
        counted(results.pairings.len(), "pairing"),
        took.as_secs_f64(),
        grouped(a_second(results.dialogues, took)),
        results.found.len(),
    );
    if let Some(oracle) = &results.oracle {
        let _ = write!(text, "; the oracle is {oracle}");
    }
    if !results.shards.is_empty() {
        let shards: Vec<String> = results.shards.iter().map(ToString::to_string).collect();
        let _ = write!(text, "; shard {}", shards.join(", "));
    }
    text.push('\n');
    if is_of_pairs && results.dialogues == 0 && results.shards.is_empty() {
        text.push_str("NOTHING COMPARED: try --cases with a larger number, or another --seed\n");
    }
    match (results.end, results.cases) {
        (End::Whole, _) => {}
        (End::Interrupted, Some(cases)) => {
            let _ = writeln!(
                text,
                "interrupted: not all of {} were run",
                counted(cases, noun)
            );
        }
        (End::Interrupted, None) => text.push_str("interrupted\n"),
        (End::Enough, _) => {
            text.push_str("stopped: the limit of findings is reached; --most raises it\n");
        }
        (End::Stranded, _) => text.push_str("STOPPED: no pairing can run any more\n"),
    }
    text
}
