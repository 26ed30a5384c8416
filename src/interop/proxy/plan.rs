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

use std::fmt;
use std::str::FromStr;

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

    /// Adds a clause to the plan.
    ///
    /// # Errors
    ///
    /// If the clause repeats the shaping of a direction, or adds a second fault.
    pub fn add(&mut self, clause: &Clause) -> Result<(), String> {
        let amount = match clause.amount.as_deref().map(str::parse) {
            Some(Ok(amount)) => Some(amount),
            None => None,
            Some(Err(_)) => return Err(format!("{clause}: a number is expected at its end")),
        };
        let what = What::new(&clause.words, amount).ok_or_else(|| no_such(clause))?;
        for role in clause.senders.roles() {
            match what {
                What::Shaping(_) if self.sent_by(role).shaping != Shaping::Plain => {
                    return Err(format!("{clause}: how these bytes travel is already given"));
                }
                What::Shaping(shaping) => self.from(role).shaping = shaping,
                What::Fault(_) if self.fault().is_some() => {
                    return Err(format!("{clause}: a plan can have only one fault"));
                }
                What::Fault(fault) => self.from(role).fault = Some(fault),
            }
        }
        Ok(())
    }

    /// The plan, clause by clause.
    pub fn clauses(&self) -> Vec<Clause> {
        let clause = |senders, (words, amount): (String, Option<u64>)| Clause {
            senders,
            words,
            amount: amount.map(|amount| amount.to_string()),
        };
        let mut clauses = Vec::new();
        let shapings = [self.to_server.shaping, self.to_client.shaping];
        if shapings[0] == shapings[1] {
            clauses.extend(
                shapings[0]
                    .spelled()
                    .map(|said| clause(Senders::Both, said)),
            );
        } else {
            for (senders, shaping) in [Senders::Client, Senders::Server].into_iter().zip(shapings) {
                clauses.extend(shaping.spelled().map(|said| clause(senders, said)));
            }
        }
        for (senders, direction) in [
            (Senders::Client, self.to_server),
            (Senders::Server, self.to_client),
        ] {
            if let Some(Fault { at, kind }) = direction.fault {
                clauses.push(clause(senders, (format!("{} at", kind.word()), Some(at))));
            }
        }
        clauses
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

impl Shaping {
    fn spelled(self) -> Option<(String, Option<u64>)> {
        Some(match self {
            Self::Plain => return None,
            Self::Slice(size) => ("slice".to_owned(), Some(size)),
            Self::SliceRandomly(seed) => ("slice randomly".to_owned(), Some(seed)),
            Self::Coalesce => ("coalesce".to_owned(), None),
            Self::Pause(time) => ("pause".to_owned(), Some(time)),
            Self::Slow(rate) => ("slow".to_owned(), Some(rate)),
        })
    }
}

/// A clause of a plan as it is written; its number may be the name of a generator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    senders: Senders,
    words: String,
    /// A number, or the name of a generator.
    amount: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Senders {
    Client,
    Server,
    Both,
}

impl Senders {
    fn roles(self) -> Vec<Role> {
        match self {
            Self::Client => vec![Role::Client],
            Self::Server => vec![Role::Server],
            Self::Both => vec![Role::Client, Role::Server],
        }
    }
}

impl Clause {
    /// The name of the generator that supplies the number, if the clause uses one.
    pub fn name(&self) -> Option<&str> {
        self.amount
            .as_deref()
            .filter(|amount| !amount.starts_with(|first: char| first.is_ascii_digit()))
    }

    /// The same clause with this number.
    #[must_use]
    pub fn with_amount(&self, amount: &str) -> Self {
        Self {
            amount: Some(amount.to_owned()),
            ..self.clone()
        }
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.senders {
            Senders::Client => "client to server ",
            Senders::Server => "server to client ",
            Senders::Both => "both ways ",
        })?;
        f.write_str(&self.words)?;
        match &self.amount {
            Some(amount) => write!(f, " {amount}"),
            None => Ok(()),
        }
    }
}

impl FromStr for Clause {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let (senders, rest) = match words.as_slice() {
            ["client", "to", "server", rest @ ..] => (Senders::Client, rest),
            ["server", "to", "client", rest @ ..] => (Senders::Server, rest),
            ["both", "ways", rest @ ..] => (Senders::Both, rest),
            _ => {
                return Err(format!(
                    "{}: a network begins with client to server, server to client or both ways",
                    text.trim()
                ));
            }
        };
        let (words, amount) = match rest {
            [words @ .., "at", amount] => (words.join(" ") + " at", Some((*amount).to_owned())),
            ["coalesce"] => ("coalesce".to_owned(), None),
            [words @ .., amount] => (words.join(" "), Some((*amount).to_owned())),
            [] => (String::new(), None),
        };
        let clause = Self {
            senders,
            words,
            amount,
        };
        // Any number will do to check whether the words are known.
        match What::new(&clause.words, clause.amount.as_ref().map(|_| 1)) {
            Some(What::Fault(_)) if senders == Senders::Both => Err(format!(
                "{clause}: a fault happens to one direction, client to server or server to client"
            )),
            Some(_) => Ok(clause),
            None => Err(no_such(&clause)),
        }
    }
}

#[derive(Clone, Copy)]
enum What {
    Shaping(Shaping),
    Fault(Fault),
}

impl What {
    fn new(words: &str, amount: Option<u64>) -> Option<Self> {
        let shaping = |shaping| Some(Self::Shaping(shaping));
        match (words, amount) {
            ("slice", Some(size @ 1..)) => shaping(Shaping::Slice(size)),
            ("slice randomly", Some(seed)) => shaping(Shaping::SliceRandomly(seed)),
            ("coalesce", None) => shaping(Shaping::Coalesce),
            ("pause", Some(time @ 0..=10_000)) => shaping(Shaping::Pause(time)),
            ("slow", Some(rate @ 1..)) => shaping(Shaping::Slow(rate)),
            (words, Some(at)) => {
                let word = words.strip_suffix(" at")?;
                let kind = FaultKind::ALL.iter().find(|kind| kind.word() == word)?;
                Some(Self::Fault(Fault { at, kind: *kind }))
            }
            (_, None) => None,
        }
    }
}

fn no_such(clause: &Clause) -> String {
    let faults: Vec<String> = FaultKind::ALL
        .iter()
        .map(|kind| format!("{} at N", kind.word()))
        .collect();
    format!(
        "{clause}: no such thing; there are slice N, slice randomly SEED, coalesce, pause MS (10000 \
         at most), slow N, {}",
        faults.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_are_printed_as_they_are_read() {
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
    fn what_makes_no_sense_is_said() {
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
    fn the_oracle_plays_what_may_change_what_is_seen() {
        let essence = |plan: &str| plan.parse::<NetworkPlan>().unwrap().essence().to_string();
        assert_eq!(essence("both ways slice 1"), "plain");
        assert_eq!(essence("client to server split at 3"), "plain");
        assert_eq!(
            essence("both ways slice 1, client to server reset at 3"),
            "client to server reset at 3"
        );
    }
}
