//! Roles, participants and pairings.

use std::fmt;

use crate::system::toolchain::Language;

/// The two ends of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// The role that connects and speaks first.
    Client,
    /// The role that listens and answers.
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

/// A program, a peer, or the harness: anything that can take a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Participant {
    /// This package's own programs and peer.
    Rust,
    /// The Java programs and peer, on the JDK of this feature release.
    Java(u32),
    /// The small socket programs in this language.
    Socket(Language),
    /// A peer given on the command line, which speaks the peer protocol.
    ExternalPeer(&'static str),
    /// The harness itself, which can send arbitrary bytes.
    Raw,
}

impl Participant {
    /// The external peer of this name. Leaks the name: the number of names is bounded by the number
    /// of peers on the command line.
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

/// The feature release in the name of a Java participant, such as `java17`.
pub(crate) fn java_release(name: &str) -> Option<u32> {
    name.strip_prefix("java")?.parse().ok()
}

/// A participant in the client role and one in the server role; displayed as `rust-to-java17`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pairing {
    pub client: Participant,
    pub server: Participant,
}

impl Pairing {
    /// The participant in `role`.
    pub fn peer(self, role: Role) -> Participant {
        match role {
            Role::Client => self.client,
            Role::Server => self.server,
        }
    }

    /// The same pairing, with `peer` in every role that the harness does not play itself.
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

/// In which pairings an input is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pairings {
    /// Every peer with every peer.
    #[default]
    All,
    /// Every peer with the oracle, in both roles: for a long input with which a peer does the same
    /// whichever peer it talks to.
    WithTheOracle,
}

impl Pairings {
    /// The pairings of `peers`. Without an oracle they are all.
    pub fn of(self, peers: &[Participant], oracle: Option<Participant>) -> Vec<Pairing> {
        let clients = peers.iter();
        let all =
            clients.flat_map(|&client| peers.iter().map(move |&server| Pairing { client, server }));
        match (self, oracle) {
            (Self::WithTheOracle, Some(oracle)) => all
                .filter(|pairing| pairing.client == oracle || pairing.server == oracle)
                .collect(),
            (Self::WithTheOracle, None) | (Self::All, _) => all.collect(),
        }
    }
}

impl fmt::Display for Pairing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}-to-{}", self.client, self.server))
    }
}
