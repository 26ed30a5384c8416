//! A run for the terminal: failures first, so that the matrix and the counts are at the end.

use std::fmt::Write as _;

use super::baseline::Changes;
use super::causes::Cause;
use super::coverage::coverage;
use super::failure::failure;
use super::participants::listed;
use super::run::Run;
use super::table::{Paint, counts, oracle, remarks, table};
use crate::interop::scenario::language;
use crate::interop::suites::scenarios::Scenarios;
use crate::text::printable::printable;

/// How many failures are shown in full, each with another cause.
const SHOWN: usize = 5;

/// How many names of failures with the same cause are listed.
const NAMED: usize = 3;

/// How many changes of one kind are listed. A missing peer changes hundreds of cases.
const LISTED: usize = 20;

/// The failures, tables, participants, remarks and changes, and the counts in the last line.
pub fn terminal(run: &Run, changes: Option<&Changes>, paint: Paint) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let causes = Cause::of(run);
    for cause in causes.iter().take(SHOWN) {
        let case = cause.smallest;
        text.push_str(&failure(case, &case.again()));
        if let Some(also) = cause.also(NAMED) {
            let _ = writeln!(text, "  also     {also}");
        }
        text.push('\n');
    }
    let more = causes.get(SHOWN..).unwrap_or_default();
    if !more.is_empty() {
        let _ = writeln!(text, "and {} more causes:", more.len());
    }
    for cause in more {
        let (case, others) = (cause.smallest, cause.others.len());
        let _ = write!(text, "  {}: {}", case.name, case.detail);
        let _ = match others {
            0 => writeln!(text),
            _ => writeln!(text, " (and {others} more)"),
        };
    }
    if !more.is_empty() {
        text.push('\n');
    }
    // Only the table contains escape sequences of our own; it makes its cells printable itself.
    let mut below = format!("{}\n", listed(&run.peers));
    below.push_str(&remarks(run));
    // Reading all scenarios takes a while.
    if run.cases.iter().any(|case| case.suite == Scenarios::NAME) {
        below.push_str(&coverage(run, &language::embedded()));
    }
    if let Some(changes) = changes {
        write_changes(&mut below, changes);
    }
    let _ = writeln!(below, "{}", last_line(run));
    format!(
        "{}{}\n{}",
        printable(&text),
        table(run, paint),
        printable(&below)
    )
}

/// The changes, one a line, under the title of their list.
fn write_changes(text: &mut String, changes: &Changes) {
    for (kind, list) in changes.lists() {
        let _ = writeln!(text, "{kind} since the baseline:");
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

/// The last line: `459 cases: 459 pass in 23.8 s; the oracle is java25 with java25`.
fn last_line(run: &Run) -> String {
    let oracle = match oracle(run) {
        Some(oracle) => format!("the oracle is {oracle}"),
        None => "there was no oracle".to_owned(),
    };
    format!("{} in {:.1} s; {oracle}", counts(run), run.seconds)
}
