//! A conversation as lines, in the order in which it went.

use crate::interop::outcome::Outcome;
use crate::interop::pairing::Role::{self, Client, Server};
use crate::interop::wire::{End, fields, hex};

/// What was seen of a run: who printed, sent, closed and ended.
pub(in crate::interop) fn trace(outcome: &Outcome) -> Vec<String> {
    let mut lines = Vec::new();
    // Of what a program prints, the first line of the client and the first two of the server come
    // before the first message, the rest after the message from the other side.
    let client = printed(outcome, Client);
    let server = printed(outcome, Server);
    let (client_greets, client_answers) = client.split_at(client.len().min(1));
    let (server_greets, server_answers) = server.split_at(server.len().min(2));
    lines.extend_from_slice(client_greets);
    lines.extend_from_slice(server_greets);
    lines.extend(sent(outcome, Client));
    lines.extend_from_slice(server_answers);
    lines.extend(sent(outcome, Server));
    lines.extend_from_slice(client_answers);
    if outcome.unobserved.is_some() {
        lines.push("(nobody could observe the wire)".to_owned());
    }
    lines.extend(
        [Client, Server]
            .into_iter()
            .filter_map(|role| closed(outcome, role)),
    );
    lines.extend(
        [Client, Server]
            .into_iter()
            .filter_map(|role| exited(outcome, role)),
    );
    lines
}

fn printed(outcome: &Outcome, role: Role) -> Vec<String> {
    let Some(program) = outcome.program(role) else {
        return Vec::new();
    };
    program
        .stdout
        .split_inclusive(|&byte| byte == b'\n')
        .map(|line| format!("{role} prints {}", quoted(line)))
        .collect()
}

fn sent(outcome: &Outcome, role: Role) -> Vec<String> {
    fields(&outcome.wire.sent_by(role).bytes)
        .into_iter()
        .map(|field| format!("{role} sends  {}  {}", hex(&field.bytes), field.meaning))
        .collect()
}

fn closed(outcome: &Outcome, role: Role) -> Option<String> {
    match outcome.wire.sent_by(role).end {
        End::Open => None,
        End::Finished => Some(format!("{role} closes")),
        End::Reset => Some(format!("{role} resets the connection")),
    }
}

fn exited(outcome: &Outcome, role: Role) -> Option<String> {
    let program = outcome.program(role)?;
    Some(match program.exit {
        Some(exit) if exit.success() => format!("{role} succeeds"),
        Some(exit) => format!("{role} fails: {exit}"),
        None => format!("{role} had to be killed"),
    })
}

fn quoted(line: &[u8]) -> String {
    const SHOWN: usize = 40;
    let text = String::from_utf8_lossy(line);
    let mut shown: String = text.chars().take(SHOWN).collect();
    let rest = text.chars().count().saturating_sub(SHOWN);
    if rest > 0 {
        shown.push('…');
        return format!("{shown:?} and {rest} more");
    }
    format!("{shown:?}")
}
