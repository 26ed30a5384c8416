//! What differs between the releases of the JDK: a table in Markdown.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::folder::Files;
use super::model::{Call, Outcome, Test};
use super::notation;

/// How many ids a row names.
const NAMED: usize = 3;

/// The table. Tests that differ in the same way share a row.
pub(crate) fn table(files: &Files) -> String {
    let mut asked: BTreeMap<u32, &str> = BTreeMap::new();
    let mut rows: BTreeMap<Vec<(BTreeSet<u32>, String)>, Vec<&str>> = BTreeMap::new();
    let mut tests = 0;
    for file in files.values() {
        asked.extend(
            file.jdks
                .iter()
                .map(|(release, version)| (*release, version.as_str())),
        );
        for (_, test) in file.tests() {
            tests += 1;
            if !test.differs.is_empty() {
                rows.entry(columns(test, &file.jdks))
                    .or_default()
                    .push(&test.id);
            }
        }
    }
    let versions: Vec<&str> = asked.values().copied().collect();
    let differing: usize = rows.values().map(Vec::len).sum();
    let mut text = format!(
        "{tests} vectors were given to JDK {}. {differing} of them have different outcomes.\n",
        versions.join(", ")
    );
    if rows.is_empty() {
        return text;
    }
    text.push_str("\n| vectors | JDK | outcome |\n|---|---|---|\n");
    for (columns, ids) in rows {
        let mut named: Vec<String> = ids.iter().take(NAMED).map(|id| format!("`{id}`")).collect();
        if ids.len() > NAMED {
            named.push(format!("and {} more", ids.len() - NAMED));
        }
        let mut first = named.join(", ");
        for (releases, outcome) in columns {
            let releases: Vec<String> = releases.iter().map(u32::to_string).collect();
            let _ = writeln!(text, "| {first} | {} | {outcome} |", releases.join(", "));
            first.clear();
        }
    }
    text
}

/// The releases that agree, and the first call in which they differ from others.
fn columns(test: &Test, asked: &BTreeMap<u32, String>) -> Vec<(BTreeSet<u32>, String)> {
    let mut outcomes: Vec<(BTreeSet<u32>, Outcome)> = test
        .differs
        .iter()
        .map(|other| (other.jdks.clone(), other.outcome.clone()))
        .collect();
    let others: BTreeSet<u32> = test
        .differs
        .iter()
        .flat_map(|other| other.jdks.clone())
        .collect();
    let rest = asked
        .keys()
        .copied()
        .filter(|release| !others.contains(release));
    outcomes.push((rest.collect(), test.outcome()));
    outcomes.sort_by_key(|(releases, _)| releases.first().copied());
    let differing = (0..test.calls.len()).find(|&index| {
        let mut calls = outcomes.iter().map(|(_, outcome)| outcome.calls.get(index));
        let first = calls.next();
        calls.any(|call| Some(call) != first)
    });
    outcomes
        .into_iter()
        .map(|(releases, outcome)| {
            let shown = match differing.and_then(|index| outcome.calls.get(index)) {
                Some(call) => in_words(call),
                None => format!("the file holds `{}`", outcome.file.unwrap_or_default()),
            };
            (releases, shown)
        })
        .collect()
}

/// What a call came to, without numbers of its own input.
fn in_words(call: &Call) -> String {
    let method = &call.method;
    match (&call.throws, &call.returns) {
        (Some(class), _) => {
            let class = class.as_str().unwrap_or_default();
            let message = match (&call.message, &call.message_units) {
                (Some(message), _) => general(&message.to_string()),
                // Unpaired surrogates become U+FFFD, and what is quoted is left out.
                (None, Some(units)) => {
                    let text = notation::text(units).unwrap_or_default();
                    general(&format!("\"{}\"", text.to_string_lossy()))
                }
                (None, None) => "not compared".to_owned(),
            };
            format!("`{method}` throws `{class}`, message `{message}`")
        }
        (None, Some(value)) => format!("`{method}` returns `{value}`"),
        (None, None) => format!("`{method}` returns"),
    }
}

/// A message with `N` for numbers and `...` for the text that it quotes, so that messages that
/// differ in the same way are counted together.
fn general(message: &str) -> String {
    let quoted = match (message.find('('), message.rfind(')')) {
        (Some(open), Some(close)) if open < close => {
            format!("{}(...){}", &message[..open], &message[close + 1..])
        }
        _ => message.to_owned(),
    };
    let mut text = String::new();
    for character in quoted.chars() {
        match character {
            '0'..='9' if text.ends_with('N') => {}
            '0'..='9' => text.push('N'),
            '|' => text.push_str("\\|"),
            other => text.push(other),
        }
    }
    text
}
