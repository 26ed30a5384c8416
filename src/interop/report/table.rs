//! The matrix as a table: rows are the inputs, columns the pairings.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use crate::interop::case::Judged;
use crate::interop::pairing::{Pairing, Peer, Role};
use crate::interop::verdict::Verdict;

/// Whether to colour; the stream that the table is printed to decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// With ANSI escapes.
    Colour,
    /// Plain text.
    Plain,
}

/// The tables: for each suite one of the pairings of two programs, and one of those with the
/// harness as a peer.
pub fn table(results: &[Judged], paint: Paint) -> String {
    let mut parts: Vec<(&str, bool, Vec<&Judged>)> = Vec::new();
    for judged in results {
        let (suite, raw) = (judged.case.suite, is_raw(judged.case.pairing));
        match parts
            .iter_mut()
            .find(|part| (part.0, part.1) == (suite, raw))
        {
            Some((_, _, part)) => part.push(judged),
            None => parts.push((suite, raw, vec![judged])),
        }
    }
    let mut text = String::new();
    for (_, _, part) in parts {
        if !text.is_empty() {
            text.push('\n');
        }
        one_table(&mut text, &part, paint);
    }
    text
}

fn is_raw(pairing: Pairing) -> bool {
    pairing.client == Peer::Raw || pairing.server == Peer::Raw
}

fn one_table(text: &mut String, part: &[&Judged], paint: Paint) {
    let columns = columns(part);
    // Rows in the order in which they were run, without a second mention.
    let mut seen = BTreeSet::new();
    let rows: Vec<&str> = part
        .iter()
        .map(|judged| judged.case.group.as_str())
        .filter(|row| seen.insert(*row))
        .collect();
    // Of several cases in one cell the first that did not pass is shown.
    let mut cells: BTreeMap<(&str, Pairing), &Verdict> = BTreeMap::new();
    for judged in part {
        let cell = cells
            .entry((judged.case.group.as_str(), judged.case.pairing))
            .or_insert(&judged.verdict);
        if **cell == Verdict::Pass {
            *cell = &judged.verdict;
        }
    }
    let first = rows.iter().map(|row| row.len()).max().unwrap_or_default();
    let width = |pairing: &Pairing| {
        let peers = [pairing.client, pairing.server].map(|peer| peer.to_string().len());
        let words = cells
            .iter()
            .filter(|((_, column), _)| column == pairing)
            .map(|(_, verdict)| verdict.word().len());
        words.chain(peers).max().unwrap_or_default()
    };
    let widths: Vec<usize> = columns.iter().map(width).collect();

    for role in [Role::Client, Role::Server] {
        let head = role.to_string();
        let peers = columns.iter().map(|pairing| pairing.peer(role).to_string());
        let cells = peers.map(|peer| (peer, Style::new()));
        line(text, &format!("{head:>first$}"), cells, &widths);
    }
    for row in rows {
        let cells = columns
            .iter()
            .map(|pairing| match cells.get(&(row, *pairing)) {
                Some(verdict) => (verdict.word().to_owned(), style(verdict, paint)),
                None => ("·".to_owned(), Style::new()),
            });
        line(text, &format!("{row:first$}"), cells, &widths);
    }
}

/// One line: the first cell as it is, the others two spaces apart, none after the last.
fn line(
    text: &mut String,
    first: &str,
    cells: impl Iterator<Item = (String, Style)>,
    widths: &[usize],
) {
    text.push_str(first);
    let mut gap = 0;
    for ((cell, style), width) in cells.zip(widths) {
        let _ = write!(text, "{:gap$}  {style}{cell}{style:#}", "");
        gap = width.saturating_sub(cell.chars().count());
    }
    text.push('\n');
}

/// The pairings in the order in which the rows have them.
fn columns(part: &[&Judged]) -> Vec<Pairing> {
    let mut columns: Vec<Pairing> = Vec::new();
    for judged in part {
        let pairing = judged.case.pairing;
        if !columns.contains(&pairing) {
            columns.push(pairing);
        }
    }
    // With a filter the first row may lack some: Rust first, the harness first, then by release.
    columns.sort_by_key(|pairing| {
        let order = |peer| match peer {
            Peer::Raw => (0, 0, ""),
            Peer::Rust => (1, 0, ""),
            Peer::Java(feature) => (2, feature, ""),
            Peer::Guest(name) => (3, 0, name),
        };
        (order(pairing.client), order(pairing.server))
    });
    columns
}

fn style(verdict: &Verdict, paint: Paint) -> Style {
    if paint == Paint::Plain {
        return Style::new();
    }
    match verdict {
        Verdict::Pass => AnsiColor::Green.on_default(),
        Verdict::OracleSplit(_) | Verdict::Unsupported(_) => AnsiColor::Yellow.on_default(),
        _ => AnsiColor::Red.on_default().bold(),
    }
}

/// What has to be said besides: where JDKs differ from each other, and where nobody could see the
/// wire; a line each.
pub fn remarks(results: &[Judged]) -> String {
    let mut text = String::new();
    for judged in results {
        if let Verdict::OracleSplit(_) = judged.verdict {
            let _ = writeln!(text, "{}: {}", judged.case, judged.verdict);
        }
    }
    let mut unobserved: BTreeMap<(String, String), usize> = BTreeMap::new();
    for judged in results {
        if let Some(why) = judged.seen.as_ref().and_then(|seen| seen.side().unobserved) {
            let key = (judged.case.group.clone(), why);
            *unobserved.entry(key).or_default() += 1;
        }
    }
    for ((row, why), count) in unobserved {
        let _ = writeln!(
            text,
            "{row}: compared without the wire in {count} cases, which nobody could observe: {why}"
        );
    }
    text
}

/// How many of each verdict, in words: `350 cases: 348 pass, 2 differs`.
pub fn counts(results: &[Judged]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for judged in results {
        *counts.entry(judged.verdict.word()).or_default() += 1;
    }
    let passed = counts.remove("pass").unwrap_or_default();
    let mut text = format!("{} cases: {passed} pass", results.len());
    for (word, count) in counts {
        let _ = write!(text, ", {count} {word}");
    }
    text
}
