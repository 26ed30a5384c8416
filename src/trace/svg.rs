//! The timeline as a sequence diagram: two lifelines, with calls as boxes beside them and segments
//! between them.
//!
//! It contains no script and no font. `maud` escapes all text from the programs.

use maud::{Markup, PreEscaped, html};

use super::streams::SegmentEvent;
use super::text::{call_label, clipped, hex, label, width};
use super::timeline::{CallEvent, Part, Timeline, TimelineEvent, What};
use crate::interop::model::fields::Named;
use crate::interop::model::participant::Role;

const WIDTH: usize = 760;

/// The horizontal positions of the lifelines.
const LIVES: [usize; 2] = [190, 570];

/// The boxes of calls, on the lifelines: their left edges, and their width.
const BOXES: [usize; 2] = [8, 388];
const BOX: usize = 364;

/// The height of a line of text, and of a stack frame.
const LINE: usize = 16;
const STACK_LINE: usize = 13;

/// The width of a character of text, and of a stack frame, with a margin for wider fonts.
const COLUMN: f64 = 7.4;
const STACK_COLUMN: f64 = 6.2;

/// How many frames of a stack are drawn.
const FRAMES: usize = 12;

/// Draws the diagram; with `all`, including every call on a socket.
pub(crate) fn svg(timeline: &Timeline, all: bool) -> String {
    let mut y = 56;
    let mut drawn = Vec::new();
    let mut before = [Vec::new(), Vec::new()];
    for TimelineEvent { at, what } in &timeline.moments {
        match what {
            What::Call(event) if event.is_plain || all => {
                let before = &mut before[usize::from(event.role == Role::Server)];
                let is_new = !event.stack.is_empty() && *before != event.stack;
                if is_new {
                    before.clone_from(&event.stack);
                }
                drawn.push(call(event, *at, &mut y, is_new));
            }
            What::Call(_) => {}
            What::Segment(event) => drawn.push(segment(event, *at, &mut y)),
        }
    }
    let life_ends = y + 4;
    y += 28;
    let mut notes = Vec::new();
    for (role, side) in [
        (Role::Client, &timeline.client),
        (Role::Server, &timeline.server),
    ] {
        let exit = side.exit.as_deref().unwrap_or("was still running");
        notes.push(format!("{role} {}: {exit}", side.name));
        for unseen in &side.stacks {
            notes.push(format!("{}:", unseen.call));
            notes.extend(unseen.stack.iter().map(|frame| format!("at {frame}")));
        }
    }
    notes.extend(
        timeline
            .missing
            .iter()
            .map(|why| format!("not shown: {why}")),
    );
    let notes: Vec<Markup> = notes
        .iter()
        .map(|note| {
            y += LINE;
            let shown = clipped(&plain(note), columns(WIDTH - 40, COLUMN));
            html! { text.faint x="20" y=(y) { (shown) title { (plain(note)) } } }
        })
        .collect();
    let height = y + 20;
    let head = |role: Role, name: &str| {
        let name = clipped(&plain(name), columns(BOX, COLUMN + 1.5));
        let x = life(role);
        html! { text.head x=(x) y="30" text-anchor="middle" { (role) " " (name) } }
    };
    let names = [
        (Role::Client, &timeline.client),
        (Role::Server, &timeline.server),
    ];
    let title = format!(
        "{} talks to {} on port {}",
        plain(&timeline.client.name),
        plain(&timeline.server.name),
        timeline.port
    );
    let made = html! {
        svg xmlns="http://www.w3.org/2000/svg" width=(WIDTH) height=(height)
            viewBox={ "0 0 " (WIDTH) " " (height) } role="img" aria-label=(title) {
            title { (title) }
            style { (PreEscaped(include_str!("svg.css"))) }
            rect.paper width="100%" height="100%" {}
            @for (role, side) in names {
                (head(role, &side.name))
                line.life x1=(life(role)) y1="40" x2=(life(role)) y2=(life_ends) {}
            }
            text.faint x=(WIDTH / 2) y="30" text-anchor="middle" { "port " (timeline.port) }
            @for part in &drawn { (part) }
            @for note in &notes { (note) }
        }
    };
    made.into_string()
}

fn life(role: Role) -> usize {
    LIVES[usize::from(role == Role::Server)]
}

/// How many characters fit into this width.
fn columns(room: usize, column: f64) -> usize {
    let mut count = 0_u32;
    let room = u32::try_from(room).map_or(f64::MAX, f64::from);
    while f64::from(count + 1) * column <= room {
        count += 1;
    }
    usize::try_from(count).unwrap_or(0)
}

/// Removes characters that XML cannot represent.
fn plain(text: &str) -> String {
    let plain = text.chars().map(|c| {
        let is_known = !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}');
        if is_known {
            c.to_string()
        } else {
            c.escape_default().to_string()
        }
    });
    plain.collect()
}

fn time(at: u64) -> String {
    format!("{}.{:03} ms", at / 1_000, at % 1_000)
}

fn call(event: &CallEvent, at: u64, y: &mut usize, with_stack: bool) -> Markup {
    let x = BOXES[usize::from(event.role == Role::Server)];
    let mut lines = vec![clipped(
        &plain(&call_label(event)),
        columns(BOX - 16, COLUMN),
    )];
    if !event.moved.is_empty() {
        lines.push(hex(&event.moved));
    }
    let frames = if with_stack { &event.stack[..] } else { &[] };
    let shown = &frames[..frames.len().min(FRAMES)];
    let left_out = frames.len() - shown.len();
    let stack_lines = shown.len() + usize::from(left_out > 0);
    let top = *y;
    let height = lines.len() * LINE + stack_lines * STACK_LINE + 8;
    *y += height + 6;
    let class = if event.part == Part::Waits {
        "call wait"
    } else {
        "call"
    };
    let whole = std::iter::once(format!("{}: {}", time(at), call_label(event)))
        .chain(event.stack.iter().map(|frame| format!("at {frame}")));
    let whole = plain_lines(whole);
    html! {
        g {
            title { (whole) }
            rect class=(class) x=(x) y=(top) width=(BOX) height=(height) rx="4" {}
            @for (at, line) in lines.iter().enumerate() {
                text x=(x + 8) y=(top + 16 + at * LINE) { (line) }
            }
            @for (at, frame) in shown.iter().enumerate() {
                text.stack x=(x + 14) y=(top + 14 + lines.len() * LINE + at * STACK_LINE) {
                    (clipped_left(&plain(frame), columns(BOX - 20, STACK_COLUMN)))
                }
            }
            @if left_out > 0 {
                text.stack x=(x + 14) y=(top + 14 + lines.len() * LINE + shown.len() * STACK_LINE) {
                    "… " (left_out) " more"
                }
            }
        }
    }
}

fn plain_lines(lines: impl Iterator<Item = String>) -> String {
    lines
        .map(|line| plain(&line))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Truncates at the left: the end of a frame is more specific than its beginning.
fn clipped_left(text: &str, room: usize) -> String {
    let mut skipped = 0;
    let wide = width(text);
    if wide <= room {
        return text.to_owned();
    }
    let rest = text.chars().skip_while(|c| {
        skipped += width(&c.to_string());
        skipped <= wide + 1 - room
    });
    format!("…{}", rest.collect::<String>())
}

fn segment(event: &SegmentEvent, at: u64, y: &mut usize) -> Markup {
    let top = *y;
    let arrow = top + LINE + 4;
    let [left, right] = [LIVES[0] + 6, LIVES[1] - 6];
    let points = match event.from {
        Role::Client => format!(
            "{right},{arrow} {0},{1} {0},{2}",
            right - 9,
            arrow - 4,
            arrow + 4
        ),
        Role::Server => format!(
            "{left},{arrow} {0},{1} {0},{2}",
            left + 9,
            arrow - 4,
            arrow + 4
        ),
    };
    *y = arrow + 8 + event.fields.len() * LINE + if event.fields.is_empty() { 4 } else { 10 };
    let room = columns(WIDTH - LIVES[0] - 24, COLUMN);
    html! {
        g {
            title { (time(at)) ": " (label(event)) }
            text.flags x=((LIVES[0] + LIVES[1]) / 2) y=(top + 14) text-anchor="middle" { (label(event)) }
            line.way x1=(left) y1=(arrow) x2=(right) y2=(arrow) {}
            polygon.tip points=(points) {}
            @for (line, Named { bytes, meaning }) in event.fields.iter().enumerate() {
                text.field x=(LIVES[0] + 14) y=(arrow + 18 + line * LINE) {
                    title { (plain(meaning)) }
                    (clipped(&plain(&format!("{} {meaning}", hex(bytes))), room))
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clipped_stack_frame_keeps_its_end() {
        assert_eq!(clipped_left("a.b.Server.accept", 10), "…er.accept");
        assert_eq!(clipped_left("accept", 10), "accept");
    }

    #[test]
    fn characters_not_allowed_in_xml_are_escaped() {
        assert_eq!(plain("a\0\u{ffff}<b>"), "a\\u{0}\\u{ffff}<b>");
    }
}
