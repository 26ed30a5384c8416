//! A run as Markdown, for the summary of a CI system: the counts, the matrix, and the failures,
//! collapsed.

use std::fmt::Write as _;

use super::baseline::{ChangeKind, Changes};
use super::causes::Cause;
use super::failure::failure;
use super::grid::{Grid, GridRow, worst};
use super::run::{CaseEntry, Run};
use super::table::{counts, oracle, remarks};
use crate::text::count::counted;
use crate::text::printable::printable;

/// How many failures are shown in full, each with another cause. GitHub limits a summary to one
/// megabyte, and drops a longer one altogether.
const SHOWN: usize = 30;

/// How many changes of one kind, and how many further failures, are named.
const LISTED: usize = 100;

/// The most lines shown of one failure.
const LINES: usize = 200;

/// The most bytes shown of one failure, so that all of them together stay below half a megabyte.
const BYTES: usize = 16 << 10;

pub fn markdown(run: &Run, changes: Option<&Changes>) -> String {
    let mut text = String::new();
    let failures: Vec<&CaseEntry> = run.failures().collect();
    let counts = escaped(&counts(run));
    // Writing to a string cannot fail.
    let _ = match failures.len() {
        0 if run.is_green() => writeln!(text, "## ✅ javatalk: {counts}\n"),
        0 if !run.outdated_differences().is_empty() => {
            writeln!(
                text,
                "## ❌ javatalk: a known difference no longer occurs; {counts}\n"
            )
        }
        0 if !run.unused_masks().is_empty() => {
            writeln!(text, "## ❌ javatalk: a mask matches nothing; {counts}\n")
        }
        0 if run.proves_something() || run.partial => {
            writeln!(text, "## ❌ javatalk: cases are missing; {counts}\n")
        }
        0 => writeln!(text, "## ❌ javatalk: nothing ran: {counts}\n"),
        n => writeln!(text, "## ❌ javatalk: {n} not green of {counts}\n"),
    };
    let _ = match oracle(run) {
        Some(oracle) => writeln!(
            text,
            "Judged by {}, in {:.1} s.\n",
            escaped(&oracle),
            run.seconds
        ),
        None => writeln!(text, "There was no oracle, in {:.1} s.\n", run.seconds),
    };
    for peer in &run.peers {
        let _ = writeln!(
            text,
            "- **{}** {}",
            escaped(&peer.name),
            escaped(&peer.what)
        );
    }
    if let Some(changes) = changes {
        since(&mut text, changes);
    }
    for grid in Grid::of(run) {
        matrix(&mut text, &grid);
    }
    for remark in remarks(run).lines() {
        let _ = writeln!(text, "\n{}", escaped(remark));
    }
    if !failures.is_empty() {
        let _ = writeln!(text, "\n### Failures");
    }
    let causes = Cause::of(run);
    for cause in causes.iter().take(SHOWN) {
        folded(&mut text, cause);
    }
    let more = causes.get(SHOWN..).unwrap_or_default();
    if !more.is_empty() {
        let _ = writeln!(text, "\nand {} more causes:\n", more.len());
        for cause in more.iter().take(LISTED) {
            let (name, verdict) = (&cause.smallest.name, &cause.smallest.verdict);
            let _ = writeln!(text, "- {}: {}", escaped(name), escaped(verdict));
        }
        if more.len() > LISTED {
            let _ = writeln!(text, "- …");
        }
    }
    text
}

/// The changes since the baseline: regressions visible, the rest collapsed.
fn since(text: &mut String, changes: &Changes) {
    let _ = writeln!(text, "\n**{}**", escaped(&changes.summary()));
    for (kind, list) in changes.lists() {
        let open = if kind == ChangeKind::NewlyFailing {
            " open"
        } else {
            ""
        };
        let _ = writeln!(
            text,
            "\n<details{open}><summary>{} {kind}</summary>\n",
            list.len()
        );
        for change in list.iter().take(LISTED) {
            let said = escaped(&change.to_string());
            let _ = writeln!(text, "- {}: {said}", escaped(&change.name));
        }
        if list.len() > LISTED {
            let _ = writeln!(text, "- and {} more", list.len() - LISTED);
        }
        let _ = writeln!(text, "\n</details>");
    }
}

/// One table: rows that contain anything but passes are visible, the others collapsed.
fn matrix(text: &mut String, grid: &Grid<'_>) {
    let raw = if grid.raw {
        ", with the harness as one of the two"
    } else {
        ""
    };
    let _ = writeln!(text, "\n### {}{raw}\n", escaped(grid.suite));
    let (passed, others): (Vec<&GridRow<'_>>, Vec<_>) =
        grid.rows.iter().partition(|row| row.is_all_pass());
    if !others.is_empty() {
        rows(text, grid, &others);
    }
    if !passed.is_empty() {
        let rows_that_pass = counted(passed.len(), "row");
        let _ = writeln!(
            text,
            "\n<details><summary>✅ {rows_that_pass} with nothing but passes</summary>\n"
        );
        rows(text, grid, &passed);
        let _ = writeln!(text, "\n</details>");
    }
}

fn rows(text: &mut String, grid: &Grid<'_>, rows: &[&GridRow<'_>]) {
    text.push_str("| client→server |");
    for (client, server) in &grid.columns {
        let _ = write!(text, " {}→{} |", escaped(client), escaped(server));
    }
    let _ = writeln!(text, "\n|---|{}", "---|".repeat(grid.columns.len()));
    for row in rows {
        let _ = write!(text, "| {} |", escaped(row.group));
        for cell in &row.cells {
            let _ = match worst(cell) {
                Some(case) if case.is_pass() => write!(text, " ✅ |"),
                Some(case) => write!(text, " {} {} |", sign(case), escaped(&case.verdict)),
                None => write!(text, " · |"),
            };
        }
        text.push('\n');
    }
}

fn sign(case: &CaseEntry) -> &'static str {
    if case.green { "⚠️" } else { "❌" }
}

/// A failure, collapsed under its name and verdict, and the names of the failures with the same
/// cause.
fn folded(text: &mut String, cause: &Cause<'_>) {
    let case = cause.smallest;
    let mut told = failure(case, &case.again());
    let mut more = String::new();
    if let Some(also) = cause.also(LISTED) {
        let _ = write!(told, "  also     {also}");
        more = format!(", and {} more", cause.others.len());
    }
    let lines: Vec<&str> = told.lines().collect();
    let mut bytes = 0;
    let fits = |line: &&&str| {
        bytes += line.len();
        bytes <= BYTES
    };
    let count = lines.iter().take(LINES).take_while(fits).count();
    let mut shown = lines[..count].join("\n");
    if lines.len() > count {
        let _ = write!(shown, "\n… {}", counted(lines.len() - count, "more line"));
    }
    // The fence must be longer than any run of backticks inside.
    let fence = "`".repeat(longest_run(&shown, '`').max(2) + 1);
    let _ = writeln!(
        text,
        "\n<details><summary><b>{}</b>: {}{more}</summary>\n\n{fence}text\n{shown}\n{fence}\n\n</details>",
        escaped(&case.name),
        escaped(&case.verdict)
    );
}

fn longest_run(text: &str, of: char) -> usize {
    let runs = text.split(|c| c != of).map(str::len);
    runs.max().unwrap_or_default()
}

/// Escapes text so that it is literal in a paragraph, in a table cell and inside HTML.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in printable(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\r' => escaped.push(' '),
            // Markdown takes entities literally, inside HTML as well.
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '@' | '$' => {
                let _ = write!(escaped, "&#{};", u32::from(c));
            }
            c => escaped.push(c),
        }
    }
    escaped
}
