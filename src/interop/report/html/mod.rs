//! A run as a single HTML file: the matrix, and a conversation behind each cell.
//!
//! The page loads nothing from elsewhere, and its own policy forbids it. The matrix is part of the
//! page; `page.js` draws the conversations, filters the rows, and keeps the address up to date.

mod data;

use data::{Data, Line, lines};
use maud::{DOCTYPE, Markup, PreEscaped, html as markup};

use super::baseline::{ChangeKind, Changes};
use super::causes::Cause;
use super::grid::{Grid, worst};
use super::run::{CaseEntry, Run};
use super::table::remarks;
use crate::interop::model::participant::java_release;
use crate::interop::model::verdict::{VerdictKind, blamed};
use crate::text::count::counted;
use crate::text::printable::{printable, printable_json};

pub fn html(run: &Run, changes: Option<&Changes>) -> Result<String, serde_json::Error> {
    let mut tables = Vec::new();
    for grid in Grid::of(run) {
        let lines = lines(&grid);
        tables.push((grid, lines));
    }
    // Red tables come before green ones.
    tables.sort_by_key(|(grid, _)| grid.is_green());
    let data = serde_json::to_string(&Data::new(run, &tables))?;
    // A `<` could begin the end tag of the script.
    let data = printable_json(&data).replace('<', "\\u003c");
    let headline = headline(run);
    let mut row = 0;
    let page = markup! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="color-scheme" content="light dark";
                title { (headline) " - javatalk" }
                style { (PreEscaped(include_str!("page.css"))) }
            }
            body {
                header {
                    h1 class=(if run.is_green() { "good" } else { "bad" }) { (headline) }
                    p { (explanation(run)) }
                    (facts(run))
                }
                @if !run.is_green() { (went_wrong(run)) }
                @if let Some(changes) = changes { (since(changes)) }
                (filter(run))
                main {
                    @for (number, (grid, lines)) in tables.iter().enumerate() {
                        (table(number, grid, lines, &mut row))
                    }
                }
                (legend(run))
                dialog #conversation aria-labelledby="case" {}
                script #data type="application/json" { (PreEscaped(data)) }
                script { (PreEscaped(include_str!("page.js"))) }
            }
        }
    };
    Ok(printable(&page.into_string()).into_owned())
}

/// Makes the browser load nothing from elsewhere and send nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
                      base-uri 'none'; form-action 'none'";

fn headline(run: &Run) -> String {
    let (all, failed) = (run.cases.len(), run.failures().count());
    let known = VerdictKind::KnownDifference.word();
    let known = run.counts().get(known).copied().unwrap_or_default();
    let right = match run.oracle.as_deref() {
        Some(oracle) if java_release(oracle).is_some() => "as in Java".to_owned(),
        Some(oracle) => format!("as with {oracle}"),
        None => "as with the oracle".to_owned(),
    };
    if run.partial {
        return format!("Interrupted: {failed} of the {all} cases that ran are not {right}");
    }
    match (all, failed) {
        (0, _) => "No cases".to_owned(),
        (_, 0) if !run.outdated_differences().is_empty() => {
            "A known difference no longer occurs".to_owned()
        }
        (_, 0) if !run.unused_masks().is_empty() => "A mask matches nothing".to_owned(),
        (_, 0) if !run.is_green() => format!("Nothing ran in {all} cases"),
        (_, 0) if known > 0 => format!(
            "{} {right}, {}",
            counted(all - known, "case"),
            counted(known, "known difference")
        ),
        (1, 0) => format!("1 case, {right}"),
        (_, 0) => format!("{all} cases, all {right}"),
        (_, 1) => format!("1 of {all} cases is not {right}"),
        (_, _) => format!("{failed} of {all} cases are not {right}"),
    }
}

fn explanation(run: &Run) -> String {
    let oracle = run.oracle.as_deref().unwrap_or("the oracle");
    format!(
        "Each cell is one conversation of a client with a server. It passes if what both show, and \
         every byte between them, is what {oracle} shows with itself in the same run. Choose a \
         cell to see the conversation."
    )
}

/// The counts, the time, and the participants.
fn facts(run: &Run) -> Markup {
    markup! {
        ul .facts {
            @for (verdict, count) in run.counts() {
                li { b { (count) } " " (verdict) }
            }
            li { b { (format!("{:.1}", run.seconds)) " s" } }
            @for peer in &run.peers {
                li title=(peer.home) {
                    b { (peer.name) } " " (peer.what)
                    @if run.oracle.as_ref() == Some(&peer.name) { " · the judge" }
                }
            }
            @if !run.shards.is_empty() {
                li { "shards " (run.shards.iter().map(|s| s.to_string()).collect::<Vec<_>>().join(", ")) }
            }
        }
    }
}

/// The failures by cause, the most frequent first.
fn went_wrong(run: &Run) -> Markup {
    let causes = Cause::of(run);
    let more = causes.len().saturating_sub(CAUSES);
    markup! {
        section .wrong aria-labelledby="wrong" {
            h2 #wrong { "What went wrong" }
            ul {
                @for cause in causes.iter().take(CAUSES) {
                    @let count = cause.others.len() + 1;
                    li {
                        b { (cause.title) } ": " (count) (if count == 1 { " case, " } else { " cases, the smallest " })
                        a href=(address(&cause.smallest.name)) { (cause.smallest.name) }
                        span .first-seen { (without_blame(cause.smallest)) }
                    }
                }
                @for outdated in run.outdated() { li { (outdated) } }
                @if more > 0 { li { "and " (more) " other causes" } }
            }
        }
    }
}

/// How many causes are listed above the matrix.
const CAUSES: usize = 8;

/// The last part of `differs: the encoder of rust as client: the bytes ...`.
fn without_blame(case: &CaseEntry) -> &str {
    let blame = case.blame.as_ref();
    let parts = blame.and_then(|blame| {
        let blamed = blamed(&blame.part, &blame.peer, &blame.role);
        case.detail.split_once(&format!("{blamed}: "))
    });
    parts.map_or(&case.detail, |(_, rest)| rest)
}

/// How many changes of one kind are listed.
const LISTED: usize = 200;

fn since(changes: &Changes) -> Markup {
    markup! {
        section .since aria-label="Changes" {
            h2 { (changes.summary()) }
            @for (kind, list) in changes.lists() {
                details open[kind == ChangeKind::NewlyFailing] {
                    summary { (list.len()) " " (kind) }
                    ul {
                        @for change in list.iter().take(LISTED) {
                            li {
                                @if change.now.is_some() {
                                    a href=(address(&change.name)) { (change.name) }
                                } @else {
                                    (change.name)
                                }
                                ": " (change)
                            }
                        }
                        @if list.len() > LISTED { li { "and " (list.len() - LISTED) " more" } }
                    }
                }
            }
        }
    }
}

fn filter(run: &Run) -> Markup {
    let failed = run.failures().count();
    markup! {
        form #filter role="search" {
            label { "Words in name or claim" input #words type="search" autocomplete="off"; }
            label { "Verdict"
                select #verdict {
                    option value="" { "all (" (run.cases.len()) ")" }
                    @if failed > 0 { option value="not green" { "not green (" (failed) ")" } }
                    @for (verdict, count) in run.counts() {
                        option value=(verdict) { (verdict) " (" (count) ")" }
                    }
                }
            }
            output #shown aria-live="polite" {}
        }
    }
}

fn table(number: usize, grid: &Grid<'_>, lines: &[Line<'_>], row: &mut usize) -> Markup {
    // Adjacent columns with the same client share a heading.
    let mut clients: Vec<(&str, usize)> = Vec::new();
    for (client, _) in &grid.columns {
        match clients.last_mut() {
            Some((last, count)) if last == client => *count += 1,
            _ => clients.push((client, 1)),
        }
    }
    let id = format!("suite{number}");
    markup! {
        section .suite {
            h2 id=(id) { (grid.suite) @if grid.raw { ", with the harness as one of the two" } }
            div .scroll role="region" aria-labelledby=(id) tabindex="0" {
                table aria-labelledby=(id) style={ "--columns:" (grid.columns.len()) } {
                    thead {
                        tr {
                            th { "client" }
                            @for (client, count) in clients {
                                th scope="colgroup" colspan=(count) .first { (client) }
                            }
                        }
                        tr {
                            th { "server" }
                            @for (i, (client, server)) in grid.columns.iter().enumerate() {
                                th scope="col" class=[edge(i, grid)] title={ (client) " to " (server) } {
                                    (server)
                                }
                            }
                        }
                    }
                    @for group in lines.chunk_by(|a, b| a.group == b.group) {
                        tbody {
                            @if group.len() > 1 || group[0].row != group[0].group {
                                (summary(grid, group))
                            }
                            @for line in group {
                                (one_line(grid, line, row))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The line of a group, with the worst verdict of each column.
fn summary(grid: &Grid<'_>, group: &[Line<'_>]) -> Markup {
    markup! {
        tr .group {
            th scope="row" {
                button type="button" aria-expanded="true" { (group[0].group) }
                " " small { (group.len()) (if group.len() == 1 { " case" } else { " cases" }) }
            }
            @for i in 0..grid.columns.len() {
                @let cell: Vec<&CaseEntry> = group.iter().filter_map(|line| line.cells[i]).collect();
                td class=[edge(i, grid)] {
                    @if let Some(case) = worst(&cell) {
                        a class=(class(case)) href=(address(&case.name)) {
                            @let like = cell.iter().filter(|c| c.verdict == case.verdict).count();
                            @if case.is_pass() {
                                b { "pass" } " " (like)
                            } @else {
                                b { (case.verdict) } " " (like) "/" (cell.len())
                            }
                        }
                    } @else { "·" }
                }
            }
        }
    }
}

fn one_line(grid: &Grid<'_>, line: &Line<'_>, row: &mut usize) -> Markup {
    let number = *row;
    *row += 1;
    let claim = line.cells.iter().flatten().next();
    markup! {
        tr data-row=(number) {
            th scope="row" {
                (line.row)
                @if let Some(case) = claim { " " small { (case.claim) } }
            }
            @for (i, cell) in line.cells.iter().enumerate() {
                td class=[edge(i, grid)] {
                    @if let Some(case) = cell {
                        a class=(class(case)) href=(address(&case.name)) { b { (case.verdict) } }
                    } @else { "·" }
                }
            }
        }
    }
}

/// The class of a column at which the client changes, which draws a line.
fn edge(column: usize, grid: &Grid<'_>) -> Option<&'static str> {
    let changes = column == 0 || grid.columns[column - 1].0 != grid.columns[column].0;
    changes.then_some("first")
}

fn class(case: &CaseEntry) -> &'static str {
    match (case.is_pass(), case.green) {
        (true, _) => "pass",
        (_, true) => "note",
        _ => "fail",
    }
}

/// The address of a case within the page.
fn address(name: &str) -> String {
    let mut address = "#case=".to_owned();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.:~".contains(&byte) {
            address.push(byte.into());
        } else {
            address.push_str(&format!("%{byte:02X}"));
        }
    }
    address
}

fn legend(run: &Run) -> Markup {
    markup! {
        footer {
            @for remark in remarks(run).lines() { p { (remark) } }
            details {
                summary { "What the verdicts mean" }
                dl {
                    @for (word, meaning) in VERDICTS { dt { (word) } dd { (meaning) } }
                }
            }
            p { "javatalk " (run.javatalk) ", format " (run.format) }
        }
    }
}

const VERDICTS: [(&str, &str); 12] = [
    (
        "pass",
        "equal to what the judge shows: values, exceptions, every byte, how each direction ended",
    ),
    (
        "differs",
        "not equal; it is said where first, who is to blame, and for which part of its work",
    ),
    (
        "deadlock",
        "both waited for bytes, and nothing was under way",
    ),
    ("timeout", "it did not come to its end in time"),
    ("crash", "a program was ended by a signal, or panicked"),
    (
        "protocol violation",
        "a program did not keep to what a client and a server must do",
    ),
    (
        "unsupported",
        "a peer said that it cannot do this; neither passed nor failed",
    ),
    (
        "known difference",
        "not equal, and a listed fact with a reason explains all of it",
    ),
    (
        "oracle split",
        "in results of older versions: two JDKs differ from each other",
    ),
    (
        "oracle unstable",
        "the judge differs from itself between two runs",
    ),
    ("vacuous", "nothing was observed, so nothing is proved"),
    ("not run", "it could not run here, so nothing is proved"),
];
