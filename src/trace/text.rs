//! The story as text: the client's calls at the left, the server's at the right, segments between.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthChar;

use super::streams::SegmentEvent;
use super::timeline::{CallEvent, Part, Side, Timeline, TimelineEvent, What};
use crate::interop::model::fields::Named;
use crate::interop::model::participant::Role;
use crate::interop::model::traffic;

/// How wide it is where nobody says how wide it may be.
pub(crate) const WIDTH: usize = 100;

/// Below this the columns would have no room for seven bytes.
const NARROWEST: usize = 72;

/// Where the columns stand: the time, the client's calls, the wire, the server's calls.
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

    /// How wide the columns of the client's calls and of the wire are; a space is behind each.
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

/// The story with its colours, in lines of `width` columns or little less; with every call of a socket
/// if `all`. Less than 72 columns are not enough.
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
            What::Call(told) if told.is_plain || all => {
                call(&mut text, &layout, &time, told);
                let before = &mut before[usize::from(told.role == Role::Server)];
                if !told.stack.is_empty() && *before != told.stack {
                    stack(&mut text, &layout, told);
                    before.clone_from(&told.stack);
                }
            }
            What::Call(_) => {}
            What::Segment(passed) => segment(&mut text, &layout, &time, passed),
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

/// What is written where, in which style.
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

fn call(text: &mut String, layout: &Layout, time: &str, told: &CallEvent) {
    let column = match told.role {
        Role::Client => layout.client,
        Role::Server => layout.server,
    };
    let room = match told.role {
        Role::Client => layout.column(),
        Role::Server => layout.width - layout.server,
    };
    let mut shown = broken(&said(told), room);
    if !told.moved.is_empty() {
        shown.push(format!("  {}", hex(&told.moved)));
    }
    for (at, part) in shown.iter().enumerate() {
        let time = if at == 0 { time } else { "" };
        line(text, &[(0, time, TIME), (column, part, CALLS)]);
    }
}

/// A call in words.
pub(crate) fn said(told: &CallEvent) -> String {
    let CallEvent { name, given, .. } = told;
    match (told.part, &told.result) {
        (Part::Waits, _) => {
            // How much room there was is said when it returns.
            let given = given.split(", room").next().unwrap_or_default();
            format!("{name}({given}) waits")
        }
        (_, Some(result)) => format!("{name}({given}) = {result}"),
        (_, None) => format!("{name}({given}) does not return"),
    }
}

fn stack(text: &mut String, layout: &Layout, told: &CallEvent) {
    let longest = told.stack.iter().map(|frame| width(frame) + AT.len()).max();
    let column = match told.role {
        Role::Client => layout.client + 2,
        Role::Server => {
            let fits = layout.width.saturating_sub(longest.unwrap_or(0));
            fits.clamp(layout.client + 2, layout.server + 2)
        }
    };
    for frame in &told.stack {
        let frame = clipped(&format!("{AT}{frame}"), layout.width - column);
        line(text, &[(column, &frame, STACK)]);
    }
}

const AT: &str = "at ";

fn segment(text: &mut String, layout: &Layout, time: &str, passed: &SegmentEvent) {
    let label = label(passed);
    let dashes = "─".repeat(layout.column().saturating_sub(width(&label) + 4));
    let arrow = match passed.from {
        Role::Client => format!("─ {label} {dashes}>"),
        Role::Server => format!("<{dashes} {label} ─"),
    };
    line(text, &[(0, time, TIME), (layout.wire, &arrow, SEGMENTS)]);
    for Named { bytes, meaning } in &passed.fields {
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

/// How many columns the bytes of a field have, so that their meanings stand in one.
const HEX: usize = 20;

/// A segment in words.
pub(crate) fn label(passed: &SegmentEvent) -> String {
    let mut label = passed.flags.join(" ");
    let _ = write!(label, " seq {}", passed.sequence);
    if let Some(acknowledged) = passed.acknowledged {
        let _ = write!(label, " ack {acknowledged}");
    }
    if passed.length > 0 {
        let _ = write!(label, " len {}", passed.length);
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

/// A line that a program has printed, without what a terminal would obey or set its own way.
pub(crate) fn printable(text: &str) -> String {
    crate::text::printable::printable(text).replace('\t', "    ")
}

/// Some bytes in hex; of many the first.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const SHOWN: usize = 7;
    if bytes.len() <= SHOWN {
        return traffic::hex(bytes);
    }
    format!("{} …", traffic::hex(&bytes[..SHOWN - 1]))
}

/// How many columns it takes.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

/// The text, cut where there is no more room.
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

/// The text in lines that are no wider than there is room, the second and all further indented.
pub(crate) fn broken(text: &str, room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    // What was returned stays with its sign.
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
    fn what_is_too_wide_is_cut_or_broken() {
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
    fn of_many_bytes_the_first_are_shown() {
        assert_eq!(hex(b"\x00\x05hello"), "00 05 68 65 6c 6c 6f");
        assert_eq!(hex(b"\x00\x06hello!"), "00 06 68 65 6c 6c …");
    }
}
