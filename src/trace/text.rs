//! The timeline as text: the client's calls on the left, the server's on the right, segments
//! between them.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthChar;

use super::streams::SegmentEvent;
use super::timeline::{CallEvent, Part, Side, Timeline, TimelineEvent, What};
use crate::interop::model::fields::Named;
use crate::interop::model::participant::Role;
use crate::interop::model::traffic;

/// The default width.
pub(crate) const WIDTH: usize = 100;

/// With fewer columns there is no room for seven bytes.
const NARROWEST: usize = 72;

/// The positions of the columns: time, the client's calls, segments, the server's calls.
struct Layout {
    width: usize,
    client: usize,
    wire: usize,
    server: usize,
}

impl Layout {
    fn of(width: usize) -> Self {
        const TIMES: usize = 10;
        let width = width.max(NARROWEST);
        let column = (width - TIMES) / 3;
        Self {
            width,
            client: TIMES,
            wire: TIMES + column,
            server: TIMES + 2 * column,
        }
    }

    /// The width of the columns for the client's calls and for segments, each followed by a space.
    fn column(&self) -> usize {
        self.wire - self.client - 1
    }
}

const TIME: Style = Style::new().dimmed();
const STACK: Style = Style::new().dimmed();
const HEAD: Style = Style::new().bold();
const CALLS: Style = AnsiColor::Cyan.on_default();
const SEGMENTS: Style = AnsiColor::Yellow.on_default();
const FIELDS: Style = AnsiColor::Green.on_default();

/// The timeline with colours, in lines of about `width` columns, at least 72. With `all`, it
/// includes every call on a socket.
pub(crate) fn text(timeline: &Timeline, all: bool, width: usize) -> String {
    let layout = Layout::of(width);
    let mut text = String::new();
    let server = clipped(
        &format!("server {}", timeline.server.name),
        layout.width - layout.server,
    );
    let client = clipped(&format!("client {}", timeline.client.name), layout.column());
    let port = format!("port {}", timeline.port);
    line(
        &mut text,
        &[
            (0, "      ms", HEAD),
            (layout.client, &client, HEAD),
            (layout.wire, &format!("{port:^0$}", layout.column()), HEAD),
            (layout.server, &server, HEAD),
        ],
    );
    let mut before = [Vec::new(), Vec::new()];
    for TimelineEvent { at, what } in &timeline.moments {
        let time = format!("{:>5}.{:03}", at / 1_000, at % 1_000);
        match what {
            What::Call(event) if event.is_plain || all => {
                call(&mut text, &layout, &time, event);
                let before = &mut before[usize::from(event.role == Role::Server)];
                if !event.stack.is_empty() && *before != event.stack {
                    stack(&mut text, &layout, event);
                    before.clone_from(&event.stack);
                }
            }
            What::Call(_) => {}
            What::Segment(event) => segment(&mut text, &layout, &time, event),
        }
    }
    for (role, side) in [
        (Role::Client, &timeline.client),
        (Role::Server, &timeline.server),
    ] {
        end(&mut text, &layout, role, side);
    }
    for missing in &timeline.missing {
        text.push('\n');
        for part in broken(&printable(&format!("not shown: {missing}")), layout.width) {
            let _ = writeln!(text, "{part}");
        }
    }
    text
}

/// Position, content and style of a piece of a line.
type Cell<'a> = (usize, &'a str, Style);

fn line(text: &mut String, cells: &[Cell<'_>]) {
    let mut column = 0;
    for (start, cell, style) in cells {
        let cell = &printable(cell.trim_end());
        if cell.is_empty() {
            continue;
        }
        let gap = start.saturating_sub(column);
        let _ = write!(text, "{:gap$}{style}{cell}{style:#}", "");
        column += gap + width(cell);
    }
    text.push('\n');
}

fn call(text: &mut String, layout: &Layout, time: &str, event: &CallEvent) {
    let column = match event.role {
        Role::Client => layout.client,
        Role::Server => layout.server,
    };
    let room = match event.role {
        Role::Client => layout.column(),
        Role::Server => layout.width - layout.server,
    };
    let mut shown = broken(&call_label(event), room);
    if !event.moved.is_empty() {
        shown.push(format!("  {}", hex(&event.moved)));
    }
    for (at, part) in shown.iter().enumerate() {
        let time = if at == 0 { time } else { "" };
        line(text, &[(0, time, TIME), (column, part, CALLS)]);
    }
}

/// A call as text.
pub(crate) fn call_label(event: &CallEvent) -> String {
    let CallEvent { name, given, .. } = event;
    match (event.part, &event.result) {
        (Part::Waits, _) => {
            // The size of the buffer is shown when the call returns.
            let given = given.split(", room").next().unwrap_or_default();
            format!("{name}({given}) waits")
        }
        (_, Some(result)) => format!("{name}({given}) = {result}"),
        (_, None) => format!("{name}({given}) does not return"),
    }
}

fn stack(text: &mut String, layout: &Layout, event: &CallEvent) {
    let longest = event
        .stack
        .iter()
        .map(|frame| width(frame) + AT.len())
        .max();
    let column = match event.role {
        Role::Client => layout.client + 2,
        Role::Server => {
            let fits = layout.width.saturating_sub(longest.unwrap_or(0));
            fits.clamp(layout.client + 2, layout.server + 2)
        }
    };
    for frame in &event.stack {
        let frame = clipped(&format!("{AT}{frame}"), layout.width - column);
        line(text, &[(column, &frame, STACK)]);
    }
}

const AT: &str = "at ";

fn segment(text: &mut String, layout: &Layout, time: &str, event: &SegmentEvent) {
    let label = label(event);
    let dashes = "─".repeat(layout.column().saturating_sub(width(&label) + 4));
    let arrow = match event.from {
        Role::Client => format!("─ {label} {dashes}>"),
        Role::Server => format!("<{dashes} {label} ─"),
    };
    line(text, &[(0, time, TIME), (layout.wire, &arrow, SEGMENTS)]);
    for Named { bytes, meaning } in &event.fields {
        let hex = hex(bytes);
        let wide = width(&hex).max(HEX);
        let start = layout.wire - 4;
        let meaning = clipped(meaning, layout.width.saturating_sub(start + wide + 2));
        line(
            text,
            &[(start, &hex, FIELDS), (start + wide + 2, &meaning, FIELDS)],
        );
    }
}

/// The width of the bytes of a field, so that the meanings are aligned.
const HEX: usize = 20;

/// A segment as text.
pub(crate) fn label(event: &SegmentEvent) -> String {
    let mut label = event.flags_in_words();
    let _ = write!(label, " seq {}", event.sequence);
    if let Some(acknowledged) = event.acknowledged {
        let _ = write!(label, " ack {acknowledged}");
    }
    if event.length > 0 {
        let _ = write!(label, " len {}", event.length);
    }
    label
}

fn end(text: &mut String, layout: &Layout, role: Role, side: &Side) {
    let ended = match &side.exit {
        Some(exit) => exit.as_str(),
        None => "was still running",
    };
    let _ = writeln!(
        text,
        "\n{HEAD}{role} {}{HEAD:#}: {ended}",
        clipped(&printable(&side.name), layout.width - 40)
    );
    for unseen in &side.stacks {
        let _ = writeln!(text, "  {CALLS}{}{CALLS:#}", unseen.call);
        for frame in &unseen.stack {
            let frame = clipped(frame, layout.width - 4 - AT.len());
            let _ = writeln!(text, "    {STACK}{AT}{frame}{STACK:#}");
        }
    }
    for (stream, said) in [("stdout", &side.stdout), ("stderr", &side.stderr)] {
        for said in said.lines() {
            let said = printable(said);
            let _ = writeln!(
                text,
                "  {STACK}{stream}{STACK:#}  {}",
                clipped(&said, layout.width - 10)
            );
        }
    }
}

/// A line that a program has printed, with control characters made visible and tabs expanded.
pub(crate) fn printable(text: &str) -> String {
    crate::text::printable::printable(text).replace('\t', "    ")
}

/// Bytes in hex, truncated after the first few.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const SHOWN: usize = 7;
    if bytes.len() <= SHOWN {
        return traffic::hex(bytes);
    }
    format!("{} …", traffic::hex(&bytes[..SHOWN - 1]))
}

/// The number of columns that a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

/// Truncates a text to a number of columns.
pub(crate) fn clipped(text: &str, room: usize) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let mut shown = String::new();
    let mut left = room.saturating_sub(1);
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if wide > left {
            break;
        }
        left -= wide;
        shown.push(c);
    }
    shown.push('…');
    shown
}

/// Wraps a text to a number of columns; continuation lines are indented.
pub(crate) fn broken(text: &str, room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    // The result stays on the same line as its sign.
    let text = text.replace(" = ", " =\u{a0}");
    for word in text.split(' ') {
        let wide = width(&line) + 1 + width(word);
        if !line.trim().is_empty() && wide > room {
            lines.push(std::mem::replace(&mut line, "   ".to_owned()));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    let lines = lines.iter().map(|line| line.replace('\u{a0}', " "));
    lines.map(|line| clipped(&line, room)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_is_too_wide_is_clipped_or_wrapped() {
        assert_eq!(clipped("世界", 4), "世界");
        assert_eq!(clipped("世界世", 4), "世…");
        assert_eq!(
            broken("connect(5, 127.0.0.1:40124) = 0", 24),
            ["connect(5,", "    127.0.0.1:40124) = 0"]
        );
        assert_eq!(
            broken("connect(5, 127.0.0.1:40124) = 0", 29),
            ["connect(5, 127.0.0.1:40124)", "    = 0"]
        );
        assert_eq!(broken(&"x".repeat(30), 10), [format!("{}…", "x".repeat(9))]);
    }

    #[test]
    fn a_long_hex_dump_shows_the_first_bytes() {
        assert_eq!(hex(b"\x00\x05hello"), "00 05 68 65 6c 6c 6f");
        assert_eq!(hex(b"\x00\x06hello!"), "00 06 68 65 6c 6c …");
    }
}
