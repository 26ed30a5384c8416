//! The observations of one run in the form that the reports store and show.

use std::fmt;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};

use super::traffic::{Flow, hex};

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Side {
    pub pairing: String,
    /// How the run ended.
    pub ending: String,
    /// Why the traffic could not be recorded, if it could not.
    pub unobserved: Option<String>,
    /// The events of the run, in order.
    pub events: Vec<Event>,
    /// What the client sent.
    pub to_server: FlowEntry,
    /// What the server sent.
    pub to_client: FlowEntry,
    /// What the client printed on stderr.
    pub client_stderr: String,
    /// What the server printed on stderr.
    pub server_stderr: String,
    /// The programs of a user's pair; none in the other suites.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub programs: Vec<ProgramEntry>,
    /// The connections of a user's pair; none in the other suites, which have one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub connections: Vec<ConnectionEntry>,
    /// What was masked before the comparison, a mask an entry.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub masks: Vec<MaskEntry>,
}

/// One program of a user's pair.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ProgramEntry {
    /// The name in the script: `server`, `client`, or as the user calls it.
    pub name: String,
    pub role: String,
    /// How it ended.
    pub end: String,
    /// The files that it left, each with its size; empty unless files are compared.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
}

/// One connection of a user's pair.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ConnectionEntry {
    /// The name of the client.
    pub client: String,
    /// The port, by its number or name.
    pub port: String,
    /// The number among the connections of this client to this port, from 1.
    pub number: usize,
    /// `tcp` or `udp`.
    pub transport: String,
    pub to_server: FlowEntry,
    pub to_client: FlowEntry,
}

/// What a mask has hidden.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct MaskEntry {
    pub name: String,
    /// How often it has matched.
    pub count: usize,
    /// The first text that it has hidden; empty if it has matched nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub example: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Event {
    /// The role that acted; `None` if both did.
    pub role: Option<String>,
    pub text: String,
    /// The fields that the event put on the wire.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bytes: Vec<FieldEntry>,
}

/// The event as a line of a trace, followed by one line for each field.
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

/// Some bytes and their meaning.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FieldEntry {
    /// The bytes in hex; the middle of a long field is left out.
    pub hex: String,
    /// What the bytes mean; empty if the text of the event already says so.
    pub meaning: String,
}

/// One direction of the connection.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FlowEntry {
    /// All bytes, in hex.
    pub bytes: String,
    pub end: String,
}

impl FlowEntry {
    pub fn new(flow: &Flow) -> Self {
        Self {
            bytes: HEXLOWER.encode(&flow.bytes),
            end: flow.end.word().to_owned(),
        }
    }
}

impl FieldEntry {
    /// An entry for `bytes`; the middle of a long field is left out.
    pub fn new(bytes: &[u8], meaning: impl Into<String>) -> Self {
        Self {
            hex: hex(bytes),
            meaning: meaning.into(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerEntry {
    /// The name that pairings use.
    pub name: String,
    /// Version, and vendor or language.
    pub what: String,
    /// The home directory, or the command that starts the peer.
    pub home: String,
    /// The version; empty if unknown.
    #[serde(default)]
    pub version: String,
}
