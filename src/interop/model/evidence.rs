//! What was observed of one run, as the reports show it.

use std::fmt;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};

use super::traffic::{Flow, hex};

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Side {
    pub pairing: String,
    /// How it came to its end.
    pub ending: String,
    /// Why nobody could see the wire, if nobody could.
    pub unobserved: Option<String>,
    /// The conversation, in the order in which it went.
    pub events: Vec<Event>,
    /// What the client sent.
    pub to_server: FlowEntry,
    /// What the server sent.
    pub to_client: FlowEntry,
    /// What the client said on stderr.
    pub client_stderr: String,
    /// What the server said on stderr.
    pub server_stderr: String,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Event {
    /// Who did it; none for both.
    pub role: Option<String>,
    pub text: String,
    /// What it put on the wire.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bytes: Vec<FieldEntry>,
}

/// A line of a trace.
impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(role) = &self.role {
            write!(f, "{role} ")?;
        }
        f.write_str(&self.text)?;
        for field in &self.bytes {
            write!(f, "\n    {}", field.hex)?;
            if !field.meaning.is_empty() {
                write!(f, "  {}", field.meaning)?;
            }
        }
        Ok(())
    }
}

/// Some bytes and what they are.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FieldEntry {
    /// The bytes, the middle of long ones left out.
    pub hex: String,
    /// What they are; empty if they are what the event says.
    pub meaning: String,
}

/// One direction of the wire.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FlowEntry {
    /// All bytes, in hex.
    pub bytes: String,
    pub end: String,
}

impl FlowEntry {
    /// All of a direction.
    pub fn new(flow: &Flow) -> Self {
        Self {
            bytes: HEXLOWER.encode(&flow.bytes),
            end: flow.end.word().to_owned(),
        }
    }
}

impl FieldEntry {
    /// These bytes, with the middle of long ones left out.
    pub fn new(bytes: &[u8], meaning: impl Into<String>) -> Self {
        Self {
            hex: hex(bytes),
            meaning: meaning.into(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerEntry {
    /// As in the pairings.
    pub name: String,
    /// Version, and vendor or language.
    pub what: String,
    /// Where it is, or the command that starts it.
    pub home: String,
    /// The version; empty if it is not known.
    #[serde(default)]
    pub version: String,
}
