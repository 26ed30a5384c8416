//! The clauses of a network plan, as they are written.

use std::fmt;
use std::str::FromStr;

use super::{Fault, FaultKind, NetworkPlan, Shaping};
use crate::interop::model::participant::Role;

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

impl NetworkPlan {
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
