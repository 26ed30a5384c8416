//! A run for the terminal: failures first, so that the matrix and the counts stand at the end.

use std::fmt::Write as _;

use super::changes::Changes;
use super::coverage::coverage;
use super::failure::failure;
use super::run::Run;
use super::table::{Paint, counts, remarks, table};
use crate::interop::printable::printable;
use crate::interop::script;

/// So many failures are told in full; after that they repeat themselves.
const SHOWN: usize = 5;

/// So many changes of one kind are named; a peer that is gone takes hundreds of cases with it.
const LISTED: usize = 20;

/// Failures, tables, remarks, what has changed, and the counts in the last line.
pub fn terminal(run: &Run, changes: Option<&Changes>, paint: Paint) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    for case in run.failures().take(SHOWN) {
        let _ = writeln!(text, "{}", failure(case, &case.again()));
    }
    let more: Vec<String> = run
        .failures()
        .skip(SHOWN)
        .map(|case| format!("{}: {}", case.name, case.detail))
        .collect();
    if !more.is_empty() {
        let _ = writeln!(text, "and {} more:\n  {}\n", more.len(), more.join("\n  "));
    }
    // The table alone has escapes of our own; what is in its cells is made printable there.
    let mut below = remarks(run);
    below.push_str(&coverage(run, &script::embedded()));
    if let Some(changes) = changes {
        told(&mut below, changes);
    }
    let _ = writeln!(below, "{}", last_line(run));
    format!(
        "{}{}\n{}",
        printable(&text),
        table(run, paint),
        printable(&below)
    )
}

/// Each change in a line, below the title of its list.
fn told(text: &mut String, changes: &Changes) {
    for (title, list) in changes.lists() {
        let _ = writeln!(text, "{title} since the baseline:");
        for change in list.iter().take(LISTED) {
            let said = change.to_string();
            let first = said.lines().next().unwrap_or_default();
            let _ = writeln!(text, "  {}: {first}", change.name);
        }
        if list.len() > LISTED {
            let _ = writeln!(text, "  and {} more", list.len() - LISTED);
        }
    }
    let _ = writeln!(text, "{}", changes.summary());
}

/// `459 cases: 459 pass in 23.8 s; the oracle is java25 with java25`.
fn last_line(run: &Run) -> String {
    let oracle = run.oracle.as_deref().unwrap_or("nobody");
    format!(
        "{} in {:.1} s; the oracle is {oracle} with {oracle}",
        counts(run),
        run.seconds
    )
}
