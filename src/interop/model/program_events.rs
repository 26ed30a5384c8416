//! Turns the observations of two console programs into a sequence of events for the reports.

use std::sync::Arc;

use super::case::Evidence;
use super::evidence::{Event, FieldEntry, FlowEntry, MaskEntry, Side};
use super::fields::fields;
use super::observation::Outcome;
use super::participant::Role;
use super::participant::Role::{Client, Server};
use super::traffic::End;
use crate::programs::framing::Framing;
use crate::text::quotation;

/// A run of two programs, as evidence.
#[derive(Debug)]
pub(crate) struct ProgramEvidence {
    pub(crate) outcome: Arc<Outcome>,
    /// How the messages are framed, if that is known: it names the bytes.
    pub(crate) framing: Option<Framing>,
}

impl Evidence for ProgramEvidence {
    fn side(&self) -> Side {
        let outcome = &self.outcome;
        let stderr = |role| {
            outcome.program(role).map_or(String::new(), |program| {
                String::from_utf8_lossy(&program.stderr).into_owned()
            })
        };
        Side {
            pairing: String::new(),
            ending: outcome.ending.to_string(),
            unobserved: outcome.unobserved.clone(),
            events: self.events(),
            to_server: FlowEntry::new(&outcome.wire.to_server),
            to_client: FlowEntry::new(&outcome.wire.to_client),
            client_stderr: stderr(Client),
            server_stderr: stderr(Server),
            ..Side::default()
        }
    }

    fn events(&self) -> Vec<Event> {
        events(&self.outcome, self.framing)
    }

    fn unobserved(&self) -> Option<&str> {
        self.outcome.unobserved.as_deref()
    }

    fn masks(&self) -> Vec<MaskEntry> {
        Vec::new()
    }
}

/// What each role printed and sent, and how it closed and exited.
fn events(outcome: &Outcome, framing: Option<Framing>) -> Vec<Event> {
    let mut events = Vec::new();
    // The first line of the client and the first two of the server are printed before the first
    // message arrives. The rest follows the message from the other side.
    let client = printed(outcome, Client);
    let server = printed(outcome, Server);
    let (client_greets, client_answers) = client.split_at(client.len().min(1));
    let (server_greets, server_answers) = server.split_at(server.len().min(2));
    events.extend_from_slice(client_greets);
    events.extend_from_slice(server_greets);
    events.extend(sent(outcome, Client, framing));
    events.extend_from_slice(server_answers);
    events.extend(sent(outcome, Server, framing));
    events.extend_from_slice(client_answers);
    for role in [Client, Server] {
        events.extend(closed(outcome, role));
    }
    for role in [Client, Server] {
        events.extend(exited(outcome, role));
    }
    events
}

fn event(role: Role, text: String) -> Event {
    Event {
        role: Some(role.to_string()),
        text,
        bytes: Vec::new(),
    }
}

/// At most this many lines and fields are shown for each role: a flood has millions.
const SHOWN: usize = 1000;

fn printed(outcome: &Outcome, role: Role) -> Vec<Event> {
    let Some(program) = outcome.program(role) else {
        return Vec::new();
    };
    let mut lines = program.stdout.split_inclusive(|&byte| byte == b'\n');
    let shown = lines.by_ref().take(SHOWN);
    let mut events: Vec<Event> = shown
        .map(|line| event(role, format!("prints {}", quoted(line))))
        .collect();
    let more = lines.count();
    if more > 0 {
        events.push(event(role, format!("prints {more} more lines")));
    }
    events
}

fn sent(outcome: &Outcome, role: Role, framing: Option<Framing>) -> Option<Event> {
    let fields = fields(framing, &outcome.wire.sent_by(role).bytes);
    let more = fields.len().saturating_sub(SHOWN);
    let shown = fields.iter().take(SHOWN);
    let mut bytes: Vec<FieldEntry> = shown
        .map(|field| FieldEntry::new(&field.bytes, field.meaning.clone()))
        .collect();
    if more > 0 {
        bytes.push(FieldEntry {
            hex: format!("… {more} more"),
            meaning: String::new(),
        });
    }
    (!bytes.is_empty()).then(|| Event {
        bytes,
        ..event(role, "sends".to_owned())
    })
}

fn closed(outcome: &Outcome, role: Role) -> Option<Event> {
    match outcome.wire.sent_by(role).end {
        End::Open => None,
        End::Finished => Some(event(role, "closes".to_owned())),
        End::Reset => Some(event(role, "resets the connection".to_owned())),
    }
}

fn exited(outcome: &Outcome, role: Role) -> Option<Event> {
    let text = match outcome.program(role)?.exit {
        Some(exit) if exit.success() => "succeeds".to_owned(),
        Some(exit) => format!("fails: {exit}"),
        None => "had to be killed".to_owned(),
    };
    Some(event(role, text))
}

fn quoted(line: &[u8]) -> String {
    const SHOWN: usize = 40;
    let Ok(text) = str::from_utf8(line) else {
        return quotation::quoted(line, SHOWN);
    };
    let mut shown: String = text.chars().take(SHOWN).collect();
    let rest = text.chars().count().saturating_sub(SHOWN);
    if rest > 0 {
        shown.push('…');
        return format!("{shown:?} and {rest} more");
    }
    format!("{shown:?}")
}
