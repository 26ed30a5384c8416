//! The network plan: what the relay does to the connection between client and server.
//!
//! A [`NetworkPlan`] says how bytes travel in each direction, and names at most one fault that
//! happens after a given number of bytes. The relay carries it out. Examples of plans:
//!
//! ```text
//! client to server slice 1
//! both ways coalesce
//! server to client reset at 3
//! ```

mod clause;

use std::fmt;
use std::str::FromStr;

pub(crate) use clause::Clause;

use crate::interop::model::participant::Role;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct NetworkPlan {
    /// The plan for the client's bytes.
    pub to_server: Direction,
    /// The plan for the server's bytes.
    pub to_client: Direction,
}

/// The plan for one direction.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Direction {
    pub shaping: Shaping,
    /// What fails on the way, if anything.
    pub fault: Option<Fault>,
}

/// How bytes travel. No shaping changes which bytes arrive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Shaping {
    #[default]
    Plain,
    /// `slice 3`: in pieces of this many bytes; each is sent only after the one before has been
    /// read.
    Slice(u64),
    /// `slice randomly 7`: in pieces of one to eight bytes; the number is the seed.
    SliceRandomly(u64),
    /// `coalesce`: bytes that the program sends together arrive in one piece.
    Coalesce,
    /// `pause 5`: delayed by this many milliseconds.
    Pause(u64),
    /// `slow 64`: this many bytes per millisecond; the sender has to wait.
    Slow(u64),
}

/// A failure of one direction, which happens once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fault {
    /// Fires after this many bytes of the direction, when both sides are idle.
    pub at: u64,
    pub kind: FaultKind,
}

/// Declares the kinds of fault once: name, word, meaning.
macro_rules! faults {
    ($($variant:ident $word:literal $meaning:literal,)*) => {
        /// A kind of failure.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum FaultKind {
            $(#[doc = $meaning] $variant,)*
        }

        impl FaultKind {
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The word used in a plan.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }
    };
}

faults! {
    Split "split" "The bytes arrive in two pieces.",
    HalfClose "half-close" "The direction ends; the other stays open.",
    Close "close" "The connection is closed towards both sides.",
    Reset "reset" "The connection is reset towards both sides.",
}

impl NetworkPlan {
    /// The plan for the direction in which `role` sends.
    pub fn sent_by(&self, role: Role) -> &Direction {
        match role {
            Role::Client => &self.to_server,
            Role::Server => &self.to_client,
        }
    }

    fn from(&mut self, role: Role) -> &mut Direction {
        match role {
            Role::Client => &mut self.to_server,
            Role::Server => &mut self.to_client,
        }
    }

    /// The same plan with the roles exchanged.
    #[must_use]
    pub fn mirrored(self) -> Self {
        Self {
            to_server: self.to_client,
            to_client: self.to_server,
        }
    }

    /// Only those parts of the plan that may change what the peers see: every fault except a split,
    /// and no shaping.
    ///
    /// The oracle plays under this plan.
    #[must_use]
    pub fn essence(self) -> Self {
        let essence = |direction: Direction| Direction {
            shaping: Shaping::Plain,
            fault: direction
                .fault
                .filter(|fault| fault.kind != FaultKind::Split),
        };
        Self {
            to_server: essence(self.to_server),
            to_client: essence(self.to_client),
        }
    }

    /// Whether part of the outcome depends on kernel timing. The kernel may discard bytes written
    /// to a connection that has been closed or reset, and it reports that to the writer sooner or
    /// later.
    pub fn leaves_a_race(&self) -> bool {
        self.fault()
            .is_some_and(|(_, fault)| matches!(fault.kind, FaultKind::Close | FaultKind::Reset))
    }

    /// The fault, and the role that sends in its direction.
    pub fn fault(&self) -> Option<(Role, Fault)> {
        [Role::Client, Role::Server]
            .into_iter()
            .find_map(|role| Some((role, self.sent_by(role).fault?)))
    }
}

/// The text form used after `--network`.
impl fmt::Display for NetworkPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clauses: Vec<String> = self.clauses().iter().map(Clause::to_string).collect();
        if clauses.is_empty() {
            f.write_str("plain")
        } else {
            f.write_str(&clauses.join(", "))
        }
    }
}

impl FromStr for NetworkPlan {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut network = Self::default();
        if text.trim() == "plain" {
            return Ok(network);
        }
        for clause in text.split(',') {
            network.add(&clause.parse()?)?;
        }
        Ok(network)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_round_trip_through_text() {
        for plan in [
            "plain",
            "client to server slice 1",
            "both ways slice randomly 7",
            "both ways coalesce",
            "client to server pause 5, server to client slow 64",
            "both ways slice 2, client to server split at 0",
            "server to client half-close at 3",
            "client to server close at 10",
            "client to server reset at 1",
        ] {
            assert_eq!(plan.parse::<NetworkPlan>().unwrap().to_string(), plan);
        }
    }

    #[test]
    fn invalid_plans_are_refused_with_a_reason() {
        for (plan, why) in [
            (
                "slice 1",
                "slice 1: a network begins with client to server, server to client or both ways",
            ),
            (
                "both ways reset at 1",
                "both ways reset at 1: a fault happens to one direction, client to server or \
                 server to client",
            ),
            (
                "client to server reset at 1, server to client reset at 1",
                "server to client reset at 1: a plan can have only one fault",
            ),
            (
                "both ways slice 1, client to server coalesce",
                "client to server coalesce: how these bytes travel is already given",
            ),
            (
                "client to server slice X",
                "client to server slice X: a number is expected at its end",
            ),
        ] {
            assert_eq!(plan.parse::<NetworkPlan>().unwrap_err(), why);
        }
        for plan in [
            "client to server",
            "client to server slice 0",
            "client to server burn 3",
            "both ways coalesce 3",
            "client to server pause 10001",
        ] {
            let why = plan.parse::<NetworkPlan>().unwrap_err();
            assert!(why.contains("no such thing; there are slice N"), "{why}");
        }
    }

    #[test]
    fn the_essence_of_a_plan_keeps_only_observable_faults() {
        let essence = |plan: &str| plan.parse::<NetworkPlan>().unwrap().essence().to_string();
        assert_eq!(essence("both ways slice 1"), "plain");
        assert_eq!(essence("client to server split at 3"), "plain");
        assert_eq!(
            essence("both ways slice 1, client to server reset at 3"),
            "client to server reset at 3"
        );
    }
}
