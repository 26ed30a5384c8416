//! A user's own pair of programs, and the pair that it is compared with.

use crate::interop::model::evidence::PeerEntry;
use crate::interop::model::participant::{Participant, Role};
use crate::programs::framing::Framing;
use crate::system::process::Invocation;

/// A user's own client and server, and the client and server that they are compared with.
///
/// They are started as they are, without a host or port: theirs are fixed.
#[derive(Debug, Clone)]
pub struct ExternalPair {
    /// The candidate client and server.
    pub candidate: [Invocation; 2],
    /// The reference client and server, which are right by definition.
    pub reference: [Invocation; 2],
    /// The port on which client and server meet.
    pub port: u16,
    /// How their messages are framed; `None` if that is unknown. The reports name the bytes
    /// accordingly.
    pub framing: Option<Framing>,
}

/// The pair under test.
pub(super) const CANDIDATE: Participant = Participant::ExternalPeer("candidate");

/// The pair it is compared with.
pub(super) const REFERENCE: Participant = Participant::ExternalPeer("reference");

impl ExternalPair {
    /// The entries of both pairs for the reports.
    pub fn entries(&self) -> Vec<PeerEntry> {
        let pairs = [(CANDIDATE, &self.candidate), (REFERENCE, &self.reference)];
        let entry = |(peer, [client, server]): (Participant, &[Invocation; 2])| PeerEntry {
            name: peer.to_string(),
            what: format!("`{client}` and `{server}`"),
            home: String::new(),
            version: String::new(),
        };
        pairs.map(entry).into()
    }

    pub(super) fn invocation(&self, peer: Participant, role: Role) -> Invocation {
        let [client, server] = if peer == CANDIDATE {
            &self.candidate
        } else {
            &self.reference
        };
        match role {
            Role::Client => client.clone(),
            Role::Server => server.clone(),
        }
    }
}
