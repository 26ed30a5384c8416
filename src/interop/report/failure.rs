//! The text of one failure, written for a reader who does not know the harness.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::run::CaseEntry;
use super::table::hidden;
use crate::interop::model::evidence::{Event, Side};
use crate::text::printable::{clipped, printable};

/// The case and its claim, where it diverged, both conversations with the first difference marked,
/// the end of both stderr outputs, and the command that reruns the case.
pub fn failure(case: &CaseEntry, again: &str) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{}", case.name);
    let _ = writeln!(text, "  claim    {}", case.claim);
    let _ = writeln!(text, "  verdict  {}", case.detail);
    if let Some(seen) = &case.seen {
        text.push('\n');
        compare(&mut text, seen, case.judged_by.as_ref());
        stderr_tail(&mut text, "client", &seen.client_stderr);
        stderr_tail(&mut text, "server", &seen.server_stderr);
    }
    let masked: Vec<String> = case.masks.iter().map(|mask| hidden("", mask)).collect();
    if !masked.is_empty() {
        let _ = writeln!(text, "\n  masked   {}", masked.join("\n           "));
    }
    for advice in &case.advice {
        let lines: Vec<&str> = advice.lines().collect();
        let _ = writeln!(text, "\n  advice   {}", lines.join("\n           "));
    }
    let _ = writeln!(text, "\n  again    {again}");
    let text = printable(&text);
    let lines: Vec<Cow<'_, str>> = text.lines().map(|line| clipped(line, COLUMNS)).collect();
    lines.join("\n") + "\n"
}

/// Longer lines are truncated.
const COLUMNS: usize = 2000;

/// Prints the two sides: once as far as they agree, and separately from the first difference on.
fn compare(text: &mut String, seen: &Side, oracle: Option<&Side>) {
    let theirs: &[Event] = oracle.map_or(&[], |oracle| &oracle.events);
    let ours = &seen.events;
    let common = ours.iter().zip(theirs).take_while(|(a, b)| a == b).count();
    events(text, ' ', &ours[..common]);
    let Some(oracle) = oracle.filter(|_| (common, common) != (ours.len(), theirs.len())) else {
        events(text, ' ', &ours[common..]);
        return;
    };
    let (name, judge) = (&seen.pairing, format!("the oracle, {}", oracle.pairing));
    let _ = writeln!(text, "  here {name} (-) and {judge} (+) part:");
    events(text, '-', &ours[common..]);
    if common == ours.len() {
        let _ = writeln!(text, "  - (nothing more)");
    }
    events(text, '+', &theirs[common..]);
    if common == theirs.len() {
        let _ = writeln!(text, "  + (nothing more)");
    }
}

fn events(text: &mut String, mark: char, events: &[Event]) {
    for line in events.iter().flat_map(lines) {
        let _ = writeln!(text, "  {mark} {line}");
    }
}

fn lines(event: &Event) -> Vec<String> {
    event.to_string().lines().map(str::to_owned).collect()
}

fn stderr_tail(text: &mut String, role: &str, stderr: &str) {
    const LINES: usize = 6;
    let lines: Vec<&str> = stderr.lines().collect();
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n  stderr of the {role}:");
    for line in &lines[lines.len().saturating_sub(LINES)..] {
        let _ = writeln!(text, "    {}", clipped(line, COLUMNS));
    }
}
