//! The results of the servers, side by side.

use std::time::Duration;

use serde_json::{Value, json};

use crate::programs::load::Report;
use crate::system::process::Usage;
use crate::text::count::{grouped, plural};

/// The results of one server.
pub(crate) struct Column {
    name: String,
    report: Report,
    /// The number of connections before the first message, silent and slow clients included.
    open: usize,
    /// Its memory in bytes: before the first connection, and when all clients were connected.
    memory: [Option<u64>; 2],
    /// Its memory in bytes, in each second after that.
    while_talking: Vec<u64>,
    /// Its processor time from the first message to the last.
    processor: Option<Duration>,
    /// Its processor time before the first message.
    processor_before: Option<Duration>,
}

impl Column {
    pub(crate) fn new(name: String, usage: Option<Usage>) -> Self {
        Self {
            name,
            report: Report::default(),
            open: 0,
            memory: [usage.map(|usage| usage.memory), None],
            while_talking: Vec::new(),
            processor: None,
            processor_before: None,
        }
    }

    pub(crate) fn open(&mut self, count: usize, usage: Option<Usage>) {
        self.open = count;
        self.memory[1] = usage.map(|usage| usage.memory);
        self.processor_before = usage.map(|usage| usage.processor);
    }

    pub(crate) fn talking(&mut self, usage: Option<Usage>) {
        self.while_talking.extend(usage.map(|usage| usage.memory));
    }

    pub(crate) fn finish(&mut self, report: Report, usage: Option<Usage>) {
        let now = usage.map(|usage| usage.processor);
        let spent = |(now, before): (Duration, Duration)| now.saturating_sub(before);
        self.processor = now.zip(self.processor_before).map(spent);
        self.report = report;
    }

    /// Whether every answer was correct and on time.
    pub(crate) fn is_well(&self) -> bool {
        self.report.is_well()
    }

    /// The processor time of the server for each message.
    fn processor_a_message(&self) -> Option<Duration> {
        let nanoseconds = self.processor?.as_nanos();
        let each = nanoseconds.checked_div(self.report.answered.into())?;
        Some(Duration::from_nanos(u64::try_from(each).ok()?))
    }

    /// The additional memory for each connection, before the first message.
    fn bytes_a_connection(&self) -> Option<u64> {
        let [before, open] = self.memory;
        let more = open?.saturating_sub(before?);
        more.checked_div(u64::try_from(self.open).ok()?)
    }

    fn cells(&self) -> Vec<(&'static str, String)> {
        let report = &self.report;
        let mebibytes = |bytes: Option<u64>| bytes.map_or("-".to_owned(), mebibytes);
        let seconds = |time: Option<Duration>| {
            time.map_or("-".to_owned(), |time| {
                format!("{:.2} s", time.as_secs_f64())
            })
        };
        let count = |count: u64| grouped(usize::try_from(count).unwrap_or(usize::MAX));
        let early = self.while_talking.get(self.while_talking.len() / 10);
        vec![
            ("clients connected", count(report.connected)),
            ("clients served to the end", count(report.finished)),
            ("open before the first message", count(self.open as u64)),
            ("until they were open", seconds(report.opening)),
            ("messages answered", count(report.answered)),
            ("time", seconds(Some(report.talking))),
            ("messages a second", a_second(report.answers_a_second())),
            ("clients a second", a_second(report.clients_a_second())),
            ("half answered within", milliseconds(report.within(0.5))),
            ("99 % answered within", milliseconds(report.within(0.99))),
            ("99.9 % answered within", milliseconds(report.within(0.999))),
            ("slowest answer", milliseconds(report.slowest())),
            (
                "processor time a message",
                self.processor_a_message()
                    .map_or("-".to_owned(), microseconds),
            ),
            ("memory before", mebibytes(self.memory[0])),
            ("memory with all open", mebibytes(self.memory[1])),
            (
                "bytes a connection",
                self.bytes_a_connection().map_or("-".to_owned(), count),
            ),
            (
                "memory after a tenth of the time",
                mebibytes(early.copied()),
            ),
            (
                "memory at the end",
                mebibytes(self.while_talking.last().copied()),
            ),
            (
                "largest memory",
                mebibytes(self.while_talking.iter().max().copied()),
            ),
            ("failures", count(report.failures.values().sum())),
        ]
    }
}

/// A line for each figure, a column for each server, and the failures below.
pub(crate) fn table(columns: &[Column]) -> String {
    let cells: Vec<_> = columns.iter().map(Column::cells).collect();
    let names: Vec<&str> = cells
        .first()
        .map(|first| first.iter().map(|(name, _)| *name).collect())
        .unwrap_or_default();
    let first = names.iter().map(|name| name.len()).max().unwrap_or(0);
    let widths: Vec<usize> = columns
        .iter()
        .zip(&cells)
        .map(|(column, cells)| {
            let widest = cells.iter().map(|(_, cell)| cell.chars().count()).max();
            widest.unwrap_or(0).max(column.name.len())
        })
        .collect();
    let mut text = " ".repeat(first);
    for (column, width) in columns.iter().zip(&widths) {
        text.push_str(&format!("  {:>width$}", column.name));
    }
    for (line, name) in names.iter().enumerate() {
        text.push_str(&format!("\n{name:first$}"));
        for (cells, width) in cells.iter().zip(&widths) {
            text.push_str(&format!("  {:>width$}", cells[line].1));
        }
    }
    for column in columns {
        for (why, count) in &column.report.failures {
            text.push_str(&format!(
                "\n{}: {count} {}: {why}",
                column.name,
                plural(*count, "time")
            ));
        }
    }
    text
}

/// The same as JSON.
pub(crate) fn json(columns: &[Column], partial: bool) -> String {
    let servers: Vec<Value> = columns.iter().map(as_json).collect();
    let mut text = json!({ "format": 1, "partial": partial, "servers": servers }).to_string();
    text.push('\n');
    text
}

fn as_json(column: &Column) -> Value {
    let report = &column.report;
    json!({
        "name": column.name,
        "connected": report.connected,
        "finished": report.finished,
        "open": column.open,
        "opening_seconds": report.opening.map(|time| time.as_secs_f64()),
        "answered": report.answered,
        "talking_seconds": report.talking.as_secs_f64(),
        "latency_seconds": {
            "0.5": report.within(0.5).as_secs_f64(),
            "0.99": report.within(0.99).as_secs_f64(),
            "0.999": report.within(0.999).as_secs_f64(),
            "1": report.slowest().as_secs_f64(),
        },
        "processor_seconds": column.processor.map(|time| time.as_secs_f64()),
        "memory_before": column.memory[0],
        "memory_open": column.memory[1],
        "memory_each_second": column.while_talking,
        "failures": report.failures,
    })
}

fn a_second(count: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count, and no large one"
    )]
    grouped(count.round() as usize)
}

fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}

fn microseconds(time: Duration) -> String {
    format!("{:.2} µs", time.as_secs_f64() * 1e6)
}

fn mebibytes(bytes: u64) -> String {
    let tenths = bytes * 10 / (1 << 20);
    format!(
        "{}.{} MiB",
        grouped(usize::try_from(tenths / 10).unwrap_or(usize::MAX)),
        tenths % 10
    )
}
