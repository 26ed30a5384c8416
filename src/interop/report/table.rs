//! The matrix as a table: a row for each input, a column for each pairing.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::MaskEntry;
use super::grid::{Grid, worst};
use super::run::{CaseEntry, Run};
use crate::interop::model::verdict::VerdictKind;
use crate::text::count::counted;
use crate::text::printable::printable;

/// Whether to use colour. The stream that the table is printed to decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    Colour,
    Plain,
}

/// The tables: for each suite one of the pairings of two programs, and one of the pairings with the
/// harness.
pub fn table(run: &Run, paint: Paint) -> String {
    let tables: Vec<String> = Grid::of(run).iter().map(|g| one_table(g, paint)).collect();
    tables.join("\n")
}

fn one_table(grid: &Grid<'_>, paint: Paint) -> String {
    let mut text = String::new();
    let names = grid.rows.iter().map(|row| row.group.chars().count());
    let first = names.chain(["server".len()]).max().unwrap_or_default();
    let width = |(i, (client, server)): (usize, &(&str, &str))| {
        let words = grid
            .rows
            .iter()
            .filter_map(|row| worst(&row.cells[i]))
            .map(|case| case.verdict.as_str());
        words
            .chain([*client, *server])
            .map(|word| word.chars().count())
            .max()
            .unwrap_or_default()
    };
    let widths: Vec<usize> = grid.columns.iter().enumerate().map(width).collect();

    let (clients, servers): (Vec<&str>, Vec<&str>) = grid.columns.iter().copied().unzip();
    for (head, peers) in [("client", clients), ("server", servers)] {
        let cells = peers.into_iter().map(|peer| (peer, Style::new()));
        line(&mut text, &format!("{head:>first$}"), cells, &widths);
    }
    for row in &grid.rows {
        let cells = row.cells.iter().map(|cell| match worst(cell) {
            Some(case) => (case.verdict.as_str(), style(case, paint)),
            None => ("·", Style::new()),
        });
        line(&mut text, &format!("{:first$}", row.group), cells, &widths);
    }
    text
}

/// One line: the first cell without indentation, the others separated by two spaces, no trailing
/// spaces.
fn line<'a>(
    text: &mut String,
    first: &str,
    cells: impl Iterator<Item = (&'a str, Style)>,
    widths: &[usize],
) {
    text.push_str(&printable(first));
    let mut gap = 0;
    for ((cell, style), width) in cells.zip(widths) {
        let cell = printable(cell);
        // Writing to a string cannot fail.
        let _ = write!(text, "{:gap$}  {style}{cell}{style:#}", "");
        gap = width.saturating_sub(cell.chars().count());
    }
    text.push('\n');
}

fn style(case: &CaseEntry, paint: Paint) -> Style {
    match paint {
        Paint::Plain => Style::new(),
        Paint::Colour if case.is_pass() => AnsiColor::Green.on_default(),
        Paint::Colour if case.green => AnsiColor::Yellow.on_default(),
        Paint::Colour => AnsiColor::Red.on_default().bold(),
    }
}

/// What has to be said besides: what is missing, which known differences occurred or no longer do, and
/// where the traffic could not be recorded; a line each.
pub fn remarks(run: &Run) -> String {
    let mut text = String::new();
    for gap in run.gaps() {
        let _ = writeln!(text, "{gap}");
    }
    for outdated in run.outdated() {
        let _ = writeln!(text, "{outdated}");
    }
    for known in run.known_differences() {
        let entirely = known.occurred - known.partly;
        if entirely > 0 {
            let cases = counted(entirely, "case");
            let _ = writeln!(text, "known difference in {cases}: {}", known.reason);
        }
        if known.partly > 0 {
            let cases = counted(known.partly, "case");
            let _ = writeln!(
                text,
                "a known difference explains only a part of {cases}: {}",
                known.reason
            );
        }
    }
    for ((pair, _), mask) in run.masks() {
        if mask.count > 0 {
            let _ = writeln!(text, "masked: {}", hidden(pair, &mask));
        }
    }
    for case in run.cases.iter().filter(|case| case.green) {
        for advice in &case.advice {
            let _ = writeln!(text, "{}: {advice}", case.name);
        }
    }
    for case in &run.cases {
        if case.is_split() {
            let _ = writeln!(text, "{}: {}", case.name, case.detail);
        }
    }
    let again: Vec<&CaseEntry> = run
        .cases
        .iter()
        .filter(|case| case.oracle_again > 0)
        .collect();
    if let Some(first) = again.first() {
        let _ = writeln!(
            text,
            "{} of the cases that pass did so only after the oracle was run again, because it can end \
             in more than one way: {}{}",
            again.len(),
            first.name,
            if again.len() > 1 { ", ..." } else { "" }
        );
    }
    let mut unobserved: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for case in &run.cases {
        if let Some(why) = &case.unobserved {
            *unobserved.entry((&case.group, why)).or_default() += 1;
        }
    }
    for ((row, why), count) in unobserved {
        let _ = writeln!(
            text,
            "{row}: compared without the traffic in {}, because it could not be recorded: {why}",
            counted(count, "case")
        );
    }
    text
}

/// What a mask of this pair has hidden: `time of guess, 4 times, first "10:00"`.
pub(super) fn hidden(pair: &str, mask: &MaskEntry) -> String {
    let of = match pair {
        "" => String::new(),
        pair => format!(" of {pair}"),
    };
    match mask.count {
        0 => format!("{}{of}, never", mask.name),
        count => format!(
            "{}{of}, {}, first {}",
            mask.name,
            counted(count, "time"),
            mask.example
        ),
    }
}

/// The oracle: `java25 with java25`; `None` if no case was compared.
pub(crate) fn oracle(run: &Run) -> Option<String> {
    let oracle = run.oracle.as_deref()?;
    Some(format!("{oracle} with {oracle}"))
}

/// The number of cases with each verdict, in words: `350 cases: 348 pass, 2 differs`.
pub fn counts(run: &Run) -> String {
    let mut counts = run.counts();
    let passed = counts.remove(VerdictKind::Pass.word()).unwrap_or_default();
    let mut text = format!("{}: {passed} pass", counted(run.cases.len(), "case"));
    for (word, count) in counts {
        let _ = write!(text, ", {count} {word}");
    }
    text
}
