//! Who talks to whom.

use std::fmt;

use crate::system::toolchain::Language;

/// The two ends of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// The one that connects and speaks first.
    Client,
    /// The one that listens and answers.
    Server,
}

impl Role {
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Client => "client",
            Self::Server => "server",
        })
    }
}

/// Somebody who can play a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Participant {
    /// The programs of this package.
    Rust,
    /// The original programs on the JDK of this feature release.
    Java(u32),
    /// The small socket programs in this language.
    Socket(Language),
    /// A program from outside that keeps to the contract of peers.
    ExternalPeer(&'static str),
    /// The harness itself, which sends whatever bytes it likes.
    Raw,
}

impl Participant {
    /// A guest of this name. Names live as long as the process: there are as many as there are
    /// peers on the command line.
    pub fn external_peer(name: &str) -> Self {
        Self::ExternalPeer(Box::leak(name.to_owned().into_boxed_str()))
    }
}

impl fmt::Display for Participant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rust => f.pad("rust"),
            Self::Java(feature) => f.pad(&format!("java{feature}")),
            Self::Socket(language) => language.fmt(f),
            Self::ExternalPeer(name) => f.pad(name),
            Self::Raw => f.pad("raw"),
        }
    }
}

/// A peer in the client role and a peer in the server role; filed as `rust-to-java17`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pairing {
    pub client: Participant,
    pub server: Participant,
}

impl Pairing {
    /// Who plays `role`.
    pub fn peer(self, role: Role) -> Participant {
        match role {
            Role::Client => self.client,
            Role::Server => self.server,
        }
    }

    /// The pairing in which `peer` plays whatever is not played by the harness itself.
    #[must_use]
    pub fn with_only(self, peer: Participant) -> Self {
        let replaced = |other| match other {
            Participant::Raw => Participant::Raw,
            Participant::Rust
            | Participant::Java(_)
            | Participant::Socket(_)
            | Participant::ExternalPeer(_) => peer,
        };
        Self {
            client: replaced(self.client),
            server: replaced(self.server),
        }
    }
}

impl fmt::Display for Pairing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}-to-{}", self.client, self.server))
    }
}
