//! The data of the HTML page besides its matrix: the conversations, in a compact form.
//!
//! Most conversations of a run differ only at their end. So each event is written once, and a
//! conversation is a list of event numbers. The oracle's conversation is written once for each row.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::interop::model::evidence::{Event, FlowEntry, Side};
use crate::interop::report::grid::Grid;
use crate::interop::report::run::{CaseEntry, Run};
use crate::interop::report::table::hidden;
use crate::text::count::counted;

/// The whole data; `page.js` reads these names.
#[derive(Serialize)]
pub(crate) struct Data<'a> {
    tables: Vec<Vec<(&'a str, &'a str)>>,
    rows: Vec<RowData<'a>>,
    events: Vec<&'a Event>,
    notes: Vec<Event>,
    /// The lines of all stderr outputs.
    said: Vec<&'a str>,
    failures: BTreeMap<&'a str, Failure<'a>>,
}

/// One row of one table.
#[derive(Serialize)]
struct RowData<'a> {
    /// For example `chat::emoji`.
    name: String,
    claim: &'a str,
    /// The oracle pairings, each with its conversation.
    good: Vec<(&'a str, Vec<i64>)>,
    /// For each column, which of them is its oracle; -1 if unknown.
    judges: Vec<i64>,
}

/// A case that is not a pass.
#[derive(Serialize)]
struct Failure<'a> {
    detail: &'a str,
    again: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    unobserved: Option<&'a str>,
    /// The conversation: events by number, notes as -1, -2, and so on; `None` if nothing was
    /// observed.
    #[serde(skip_serializing_if = "Option::is_none")]
    seen: Option<Vec<i64>>,
    /// The oracle pairing and its conversation; `None` if it is the row's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    judge: Option<(&'a str, Vec<i64>)>,
    /// The stderr lines of client and server, by number.
    stderr: [Vec<i64>; 2],
    /// What the masks have hidden.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    masked: Vec<String>,
    /// What the user may write to mend the case.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    advice: &'a [String],
    /// How each program ended, and every connection with its bytes; of a user's pair.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    connections: Vec<String>,
}

/// A row of a table.
pub(crate) struct Line<'a> {
    /// The row of the other reports that it belongs to.
    pub(crate) group: &'a str,
    pub(crate) row: &'a str,
    /// For each column, its case, if there is one.
    pub(crate) cells: Vec<Option<&'a CaseEntry>>,
}

/// The rows of a table, group by group. Unlike the rows of the grid, each input has a row of its
/// own.
pub(crate) fn lines<'a>(grid: &Grid<'a>) -> Vec<Line<'a>> {
    let mut lines: Vec<Line<'a>> = Vec::new();
    for row in &grid.rows {
        let from = lines.len();
        for (column, cell) in row.cells.iter().enumerate() {
            for &case in cell {
                let known = lines[from..].iter().position(|line| line.row == case.row);
                let place = known.map_or(lines.len(), |known| from + known);
                if known.is_none() {
                    lines.push(Line {
                        group: row.group,
                        row: &case.row,
                        cells: vec![None; grid.columns.len()],
                    });
                }
                lines[place].cells[column] = Some(case);
            }
        }
    }
    lines
}

#[derive(Default)]
struct Pool<'a> {
    numbers: HashMap<&'a Event, i64>,
    events: Vec<&'a Event>,
    notes: Vec<Event>,
    lines: HashMap<&'a str, i64>,
    said: Vec<&'a str>,
}

impl<'a> Pool<'a> {
    fn number(&mut self, event: &'a Event) -> i64 {
        *self.numbers.entry(event).or_insert_with(|| {
            self.events.push(event);
            number(self.events.len() - 1)
        })
    }

    fn numbers(&mut self, events: &'a [Event]) -> Vec<i64> {
        events.iter().map(|event| self.number(event)).collect()
    }

    /// The end of a program's stderr.
    fn tail(&mut self, stderr: &'a str) -> Vec<i64> {
        const LINES: usize = 12;
        const CHARS: usize = 400;
        let lines: Vec<&str> = stderr.lines().collect();
        let tail = &lines[lines.len().saturating_sub(LINES)..];
        tail.iter()
            .map(|line| {
                let end = line.char_indices().nth(CHARS);
                let line = &line[..end.map_or(line.len(), |(end, _)| end)];
                *self.lines.entry(line).or_insert_with(|| {
                    self.said.push(line);
                    number(self.said.len() - 1)
                })
            })
            .collect()
    }

    /// A note of the report in place of events that it leaves out.
    fn note(&mut self, text: String) -> i64 {
        let note = Event {
            text,
            ..Event::default()
        };
        let place = self.notes.iter().position(|known| *known == note);
        -1 - number(place.unwrap_or_else(|| {
            self.notes.push(note);
            self.notes.len() - 1
        }))
    }
}

/// The number as JavaScript sees it.
fn number(place: usize) -> i64 {
    i64::try_from(place).unwrap_or(i64::MAX)
}

/// For each suite and row, the oracle pairings and their conversations.
type Good<'a> = HashMap<(&'a str, &'a str), Vec<(&'a str, &'a [Event])>>;

impl<'a> Data<'a> {
    /// The data of `run` for the rows of these tables.
    pub(crate) fn new(run: &'a Run, tables: &[(Grid<'a>, Vec<Line<'a>>)]) -> Self {
        let mut pool = Pool::default();
        let mut good: Good<'_> = HashMap::new();
        for entry in &run.good {
            let row = good.entry((&entry.suite, &entry.row)).or_default();
            row.push((&entry.pairing, &entry.events));
        }
        let mut rows = Vec::new();
        for (grid, lines) in tables {
            for line in lines {
                let known = good.get(&(grid.suite, line.row));
                rows.push(row(&mut pool, grid, line, known.map_or(&[], Vec::as_slice)));
            }
        }
        let mut failures = BTreeMap::new();
        for case in run.cases.iter().filter(|case| !case.is_pass()) {
            failures.insert(case.name.as_str(), failure(&mut pool, case, &good));
        }
        Self {
            tables: tables
                .iter()
                .map(|(grid, _)| grid.columns.clone())
                .collect(),
            rows,
            events: pool.events,
            notes: pool.notes,
            said: pool.said,
            failures,
        }
    }
}

fn row<'a>(
    pool: &mut Pool<'a>,
    grid: &Grid<'a>,
    line: &Line<'a>,
    known: &[(&'a str, &'a [Event])],
) -> RowData<'a> {
    // A row that occurs in two tables shows in each only the oracles of its own columns.
    let judges_here: Vec<&str> = line
        .cells
        .iter()
        .flatten()
        .filter_map(|case| case.judge.as_deref())
        .collect();
    let known: Vec<_> = known
        .iter()
        .filter(|(pairing, _)| judges_here.contains(pairing))
        .collect();
    let judge = |cell: &Option<&CaseEntry>| {
        let judge = cell.and_then(|case| case.judge.as_deref());
        let place = known
            .iter()
            .position(|(pairing, _)| Some(*pairing) == judge);
        place.map_or(-1, number)
    };
    let claim = line.cells.iter().flatten().next();
    RowData {
        name: format!("{}::{}", grid.suite, line.row),
        claim: claim.map_or("", |case| case.claim.as_str()),
        judges: line.cells.iter().map(judge).collect(),
        good: known
            .iter()
            .map(|(pairing, events)| (*pairing, pool.numbers(events)))
            .collect(),
    }
}

fn failure<'a>(pool: &mut Pool<'a>, case: &'a CaseEntry, good: &Good<'a>) -> Failure<'a> {
    let none: &[Event] = &[];
    let events = |side: &'a Option<Side>| side.as_ref().map_or(none, |side| &side.events);
    let (seen, judge) = (events(&case.seen), events(&case.judged_by));
    let common = seen.iter().zip(judge).take_while(|(a, b)| a == b).count();
    let mut around = |side: &'a Side| around(pool, &side.events, common);
    let seen = case.seen.as_ref().map(&mut around);
    let judge = case.judged_by.as_ref();
    let judge = judge.map(|side| (side.pairing.as_str(), around(side)));
    let known = good.get(&(case.suite.as_str(), case.row.as_str()));
    let is_good = judge.as_ref().is_some_and(|(pairing, numbers)| {
        let mut known = known.into_iter().flatten();
        known.any(|(who, events)| who == pairing && pool.numbers(events) == *numbers)
    });
    let mut stderr = |said: fn(&Side) -> &String| {
        let said = case.seen.as_ref().map(said);
        pool.tail(said.map_or("", String::as_str))
    };
    Failure {
        detail: &case.detail,
        again: case.again(),
        unobserved: case.unobserved.as_deref(),
        stderr: [
            stderr(|side| &side.client_stderr),
            stderr(|side| &side.server_stderr),
        ],
        masked: case.masks.iter().map(|mask| hidden("", mask)).collect(),
        advice: &case.advice,
        connections: case.seen.as_ref().map_or_else(Vec::new, connections),
        seen,
        judge: judge.filter(|_| !is_good),
    }
}

/// The connections of a user's pair, a line each.
fn connections(side: &Side) -> Vec<String> {
    let connections = side.connections.iter();
    connections
        .map(|connection| {
            let direction = |flow: &FlowEntry| {
                format!("{}, {}", counted(flow.bytes.len() / 2, "byte"), flow.end)
            };
            format!(
                "{} {} of {} to {}: client {}; server {}",
                connection.transport,
                connection.number,
                connection.client,
                connection.port,
                direction(&connection.to_server),
                direction(&connection.to_client)
            )
        })
        .collect()
}

/// The conversation around its first difference; the first `common` events are the same on the
/// other side. Events far from the difference are left out and counted.
fn around<'a>(pool: &mut Pool<'a>, events: &'a [Event], common: usize) -> Vec<i64> {
    const FIRST: usize = 6;
    const BEFORE: usize = 24;
    const AFTER: usize = 40;
    let (same, own) = events.split_at(common.min(events.len()));
    let mut numbers = Vec::new();
    if same.len() > FIRST + BEFORE {
        let left_out = same.len() - FIRST - BEFORE;
        numbers.extend(pool.numbers(&same[..FIRST]));
        numbers.push(pool.note(format!("… {left_out} more, the same in both …")));
        numbers.extend(pool.numbers(&same[FIRST + left_out..]));
    } else {
        numbers.extend(pool.numbers(same));
    }
    numbers.extend(pool.numbers(&own[..own.len().min(AFTER)]));
    if own.len() > AFTER {
        let left_out = own.len() - AFTER;
        numbers.push(pool.note(format!("… {left_out} more …")));
    }
    numbers
}
