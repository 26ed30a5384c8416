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
    /// The other end.
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
pub enum Peer {
    /// The programs of this package.
    Rust,
    /// The original programs on the JDK of this feature release.
    Java(u32),
    /// The small socket programs in this language.
    Socket(Language),
    /// A program from outside that keeps to the contract of peers.
    Guest(&'static str),
    /// The harness itself, which sends whatever bytes it likes.
    Raw,
}

impl Peer {
    /// A guest of this name. Names live as long as the process: there are as many as there are
    /// peers on the command line.
    pub fn guest(name: &str) -> Self {
        Self::Guest(Box::leak(name.to_owned().into_boxed_str()))
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rust => f.pad("rust"),
            Self::Java(feature) => f.pad(&format!("java{feature}")),
            Self::Socket(language) => language.fmt(f),
            Self::Guest(name) => f.pad(name),
            Self::Raw => f.pad("raw"),
        }
    }
}

/// A peer in the client role and a peer in the server role; filed as `rust-to-java17`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pairing {
    /// Who connects.
    pub client: Peer,
    /// Who listens.
    pub server: Peer,
}

impl Pairing {
    /// Who plays `role`.
    pub fn peer(self, role: Role) -> Peer {
        match role {
            Role::Client => self.client,
            Role::Server => self.server,
        }
    }

    /// The pairing in which `peer` plays whatever is not played by the harness itself.
    #[must_use]
    pub fn with_only(self, peer: Peer) -> Self {
        let replaced = |other| match other {
            Peer::Raw => Peer::Raw,
            Peer::Rust | Peer::Java(_) | Peer::Socket(_) | Peer::Guest(_) => peer,
        };
        Self {
            client: replaced(self.client),
            server: replaced(self.server),
        }
    }

    /// Whether no peer but the JDK takes part.
    pub fn is_java_alone(self) -> bool {
        [self.client, self.server]
            .iter()
            .all(|peer| matches!(peer, Peer::Java(_) | Peer::Raw))
    }

    /// Whether nobody takes part but these peers and the harness.
    pub fn is_among(self, peers: &[Peer]) -> bool {
        [self.client, self.server]
            .iter()
            .all(|peer| *peer == Peer::Raw || peers.contains(peer))
    }

    /// The feature releases that take part, each once.
    pub fn javas(self) -> Vec<u32> {
        let mut javas: Vec<u32> = [self.client, self.server]
            .into_iter()
            .filter_map(|peer| match peer {
                Peer::Java(feature) => Some(feature),
                Peer::Rust | Peer::Socket(_) | Peer::Guest(_) | Peer::Raw => None,
            })
            .collect();
        javas.sort_unstable();
        javas.dedup();
        javas
    }
}

impl fmt::Display for Pairing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}-to-{}", self.client, self.server))
    }
}
