//! The transcript of a scenario: everything that one pairing did.

use std::fmt;
use std::sync::Arc;

use super::language::{Scenario, Step};
use crate::interop::model::case::Evidence;
use crate::interop::model::deadlock::Deadlock;
use crate::interop::model::evidence::{Event, FieldEntry, FlowEntry, MaskEntry, Side};
use crate::interop::model::participant::Role;
use crate::interop::model::traffic::{End, Traffic, hex};
use crate::interop::protocol::call::{CallResult, Method, Observation, Value};
use crate::interop::proxy::plan::NetworkPlan;

/// Everything that was observed while a scenario was played.
#[derive(Debug, Clone)]
pub struct Transcript {
    pub scenario: Arc<Scenario>,
    /// The result of each step, in the order of the file; `None` for `sync`.
    pub entries: Vec<Option<Entry>>,
    /// The traffic between the peers.
    pub wire: Traffic,
    /// How the session ended.
    pub ending: Ending,
    /// The end of what the client printed on stderr.
    pub client_stderr: String,
    /// The end of what the server printed on stderr.
    pub server_stderr: String,
}

/// The result of one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    Observed(Observation),
    /// The peer does not offer the method.
    Unsupported,
    /// The peer had not answered when the session ended.
    Unanswered,
}

/// How a session ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// The peers answered every step.
    Complete,
    /// The kernel confirms that neither role can continue.
    Deadlock(Deadlock),
    /// A timeout expired. Holds the role that did not answer, if it is known.
    Timeout(Option<Role>),
    Crash(Role, String),
    /// This peer violated the peer protocol.
    Violation(Role, String),
    /// This peer does not offer a method that the scenario calls. The steps after it prove nothing.
    Unsupported(Role, Method),
}

impl Ending {
    /// Whether the peer in `role` behaved well. `None` if the session does not tell: the other peer
    /// failed, or both waited for each other, which the calls themselves may have caused.
    pub(crate) fn behaved(&self, role: Role) -> Option<bool> {
        match self {
            Self::Complete => Some(true),
            Self::Deadlock(_) | Self::Timeout(None) => None,
            Self::Unsupported(who, _) => (*who == role).then_some(true),
            Self::Timeout(Some(who)) | Self::Crash(who, _) | Self::Violation(who, _) => {
                (*who == role).then_some(false)
            }
        }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Complete => f.write_str("came to its end"),
            Self::Deadlock(deadlock) => deadlock.fmt(f),
            Self::Timeout(Some(role)) => write!(f, "no further activity: the {role} is silent"),
            Self::Timeout(None) => f.write_str("no further activity"),
            Self::Crash(role, why) => write!(f, "the {role} died: {why}"),
            Self::Violation(role, why) => write!(f, "the {role} broke the protocol: {why}"),
            Self::Unsupported(role, method) => {
                write!(f, "ended early: the {role} does not offer {method}")
            }
        }
    }
}

impl Transcript {
    /// How many bytes `role` had written before step `index` and after it, by its own count.
    pub(crate) fn written(&self, role: Role, index: usize) -> (u64, u64) {
        let count = |entry: &Entry| match entry {
            Entry::Observed(observation) => Some(observation.written),
            Entry::Unsupported | Entry::Unanswered => None,
        };
        let before = self.scenario.steps[..index]
            .iter()
            .zip(&self.entries)
            .filter(|(step, _)| step.role() == Some(role))
            .filter_map(|(_, entry)| entry.as_ref().and_then(count))
            .next_back()
            .unwrap_or(0);
        let after = self.entries[index].as_ref().and_then(count);
        (before, after.unwrap_or(before))
    }

    /// The bytes that `role` sent in step `index`.
    fn sent(&self, role: Role, index: usize) -> &[u8] {
        let (before, after) = self.written(role, index);
        let bytes = &self.wire.sent_by(role).bytes;
        let clamp = |count: u64| {
            usize::try_from(count)
                .unwrap_or(usize::MAX)
                .min(bytes.len())
        };
        &bytes[clamp(before)..clamp(after).max(clamp(before))]
    }
}

impl Evidence for Transcript {
    fn side(&self) -> Side {
        Side {
            pairing: String::new(),
            ending: self.ending.to_string(),
            unobserved: None,
            events: self.events(),
            to_server: FlowEntry::new(&self.wire.to_server),
            to_client: FlowEntry::new(&self.wire.to_client),
            client_stderr: self.client_stderr.clone(),
            server_stderr: self.server_stderr.clone(),
            ..Side::default()
        }
    }

    fn unobserved(&self) -> Option<&str> {
        None
    }

    fn masks(&self) -> Vec<MaskEntry> {
        Vec::new()
    }

    /// One event for each step: the call, the bytes it sent, and its result.
    fn events(&self) -> Vec<Event> {
        let mut events = Vec::new();
        if self.scenario.network != NetworkPlan::default() {
            events.push(Event {
                text: format!("network: {}", self.scenario.network),
                ..Event::default()
            });
        }
        for (index, (step, entry)) in self.scenario.steps.iter().zip(&self.entries).enumerate() {
            let (Step::Call { role, call, .. }, Some(entry)) = (step, entry) else {
                events.push(Event {
                    text: "sync".to_owned(),
                    ..Event::default()
                });
                continue;
            };
            let given = call.argument().map(|value| format!(" {}", shown(&value)));
            let sent = self.sent(*role, index);
            events.push(Event {
                role: Some(role.to_string()),
                text: format!(
                    "{}{}{}",
                    call.method(),
                    given.unwrap_or_default(),
                    result(entry)
                ),
                bytes: (!sent.is_empty())
                    .then(|| FieldEntry::new(sent, ""))
                    .into_iter()
                    .collect(),
            });
        }
        for role in [Role::Client, Role::Server] {
            let text = match self.wire.sent_by(role).end {
                End::Open => continue,
                End::Finished => "closes its direction",
                End::Reset => "resets the connection",
            };
            events.push(Event {
                role: Some(role.to_string()),
                text: text.to_owned(),
                ..Event::default()
            });
        }
        if self.ending != Ending::Complete {
            events.push(Event {
                text: self.ending.to_string(),
                ..Event::default()
            });
        }
        events
    }
}

fn result(entry: &Entry) -> String {
    let observation = match entry {
        Entry::Unsupported => return "  unsupported".to_owned(),
        Entry::Unanswered => return "  no answer".to_owned(),
        Entry::Observed(observation) => observation,
    };
    let result = match &observation.result {
        CallResult::Returned(Value::Void) => String::new(),
        CallResult::Returned(value) => format!("  = {}", shown(value)),
        CallResult::Threw(class, None) => format!("  throws {class}"),
        CallResult::Threw(class, Some(message)) => format!("  throws {class}: {message}"),
    };
    format!(
        "{result}  (read {}, written {})",
        observation.read, observation.written
    )
}

/// A value for display: strings in quotes; the middle of long values is left out.
pub(crate) fn shown(value: &Value) -> String {
    const SHOWN: usize = 24;
    match value {
        Value::Text(text) => {
            let units = text.len_utf16();
            if units <= SHOWN {
                return format!("{text:?}");
            }
            let head: Vec<u16> = text.encode_utf16().take(SHOWN).collect();
            format!("{:?}… ({units} units)", crate::JavaString::from(head))
        }
        Value::Bytes(bytes) => format!("[{}]", hex(bytes)),
        Value::Float(bits) => format!("{bits:#010x} ({:?})", f32::from_bits(*bits)),
        Value::Double(bits) => format!("{bits:#018x} ({:?})", f64::from_bits(*bits)),
        Value::Object(_) => {
            const SHOWN: usize = 80;
            let text = value.to_string();
            match text.get(..SHOWN) {
                Some(head) if text.len() > SHOWN => format!("{head}…"),
                _ => text,
            }
        }
        other => other.to_string(),
    }
}
