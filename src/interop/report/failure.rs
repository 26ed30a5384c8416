//! One failure, told so that somebody who has never seen the harness can say what is wrong.

use std::fmt::Write as _;

use crate::interop::case::Judged;
use crate::interop::pairing::Role;

/// The case and its claim, where it diverged, both conversations with the first difference
/// marked, the ends of both stderr, and the command that runs just this again.
pub fn failure(judged: &Judged, again: &str) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{}", judged.case);
    let _ = writeln!(text, "  claim    {}", judged.case.claim);
    let _ = writeln!(text, "  verdict  {}", judged.verdict);
    if let Some(seen) = &judged.seen {
        let ours = seen.trace();
        match &judged.oracle {
            Some((judge, oracle)) => {
                text.push('\n');
                compare(
                    &mut text,
                    (&judged.case.pairing.to_string(), &ours),
                    (&format!("the oracle, {judge}"), &oracle.trace()),
                );
            }
            None => ours.iter().for_each(|line| {
                let _ = writeln!(text, "  {line}");
            }),
        }
        for role in [Role::Client, Role::Server] {
            if let Some(stderr) = seen.stderr(role) {
                stderr_tail(&mut text, role, stderr);
            }
        }
    }
    let _ = writeln!(text, "\n  again    {again}");
    text
}

/// Two traces, one above the other where they agree, and both where they do not.
fn compare(
    text: &mut String,
    (name, ours): (&str, &[String]),
    (oracle, theirs): (&str, &[String]),
) {
    let common = ours.iter().zip(theirs).take_while(|(a, b)| a == b).count();
    for line in &ours[..common] {
        let _ = writeln!(text, "    {line}");
    }
    if common == ours.len() && common == theirs.len() {
        return;
    }
    let _ = writeln!(text, "  here {name} and {oracle} part:");
    for line in &ours[common..] {
        let _ = writeln!(text, "  - {line}");
    }
    if common == ours.len() {
        let _ = writeln!(text, "  - (nothing more)");
    }
    for line in &theirs[common..] {
        let _ = writeln!(text, "  + {line}");
    }
    if common == theirs.len() {
        let _ = writeln!(text, "  + (nothing more)");
    }
    let _ = writeln!(text, "  (- {name}, + {oracle})");
}

fn stderr_tail(text: &mut String, role: Role, stderr: &[u8]) {
    const LINES: usize = 6;
    let stderr = String::from_utf8_lossy(stderr);
    let lines: Vec<&str> = stderr.lines().collect();
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n  stderr of the {role}:");
    for line in &lines[lines.len().saturating_sub(LINES)..] {
        let _ = writeln!(text, "    {line}");
    }
}
