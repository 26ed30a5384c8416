//! What one run of one pairing did, as far as the harness can see it.

use std::fmt;

use super::deadlock::Deadlock;
use super::participant::Role;
use super::traffic::Traffic;
use crate::system::process::{Exit, Finished};

/// All that was observed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The program in the client role; none if the harness played it.
    pub client: Option<Finished>,
    /// The program in the server role; none if the harness played it.
    pub server: Option<Finished>,
    /// What passed between them; empty if it could not be observed.
    pub wire: Traffic,
    /// Why the wire could not be observed, if it could not.
    pub unobserved: Option<String>,
    /// How the run came to its end.
    pub ending: Ending,
}

impl Outcome {
    /// The program in `role`.
    pub fn program(&self, role: Role) -> Option<&Finished> {
        match role {
            Role::Client => self.client.as_ref(),
            Role::Server => self.server.as_ref(),
        }
    }

    /// Whether nothing was seen at all: no output, no byte.
    pub fn is_vacuous(&self) -> bool {
        let silent = |program: &Option<Finished>| {
            program
                .as_ref()
                .is_none_or(|program| program.stdout.is_empty())
        };
        silent(&self.client)
            && silent(&self.server)
            && self.wire.to_server.bytes.is_empty()
            && self.wire.to_client.bytes.is_empty()
    }
}

/// How a run came to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// All programs ended, and both directions of the wire.
    Complete,
    /// Nothing moved any more, and these roles still ran.
    Silent(Vec<Role>),
    /// Both wait for each other: the kernel says so.
    Deadlock(Deadlock),
    /// It went on and on, and these roles still ran.
    Overdue(Vec<Role>),
    /// The server ended without listening on this port, or without saying on which it listens.
    NeverListened(Option<u16>),
    /// The server runs, and no one listens on this port; or it has not said on which it listens.
    NoListener {
        /// The port on which both are to meet; none if the server is to say it.
        port: Option<u16>,
        /// For how long that was waited for.
        seconds: u64,
    },
    /// The client runs, and has not connected for so many seconds.
    NoCaller(u64),
    /// The server said something that is no port, or no port that answers.
    Unreachable(String),
    /// The client ended without having connected.
    NeverConnected,
    /// The program in this role could not start: it failed before it had printed or connected
    /// anything. Its command, and how it ended.
    NotStarted(Role, String, Exit),
    /// This role was ended by a signal, or panicked.
    Crashed(Role, Exit),
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |roles: &[Role]| {
            let words: Vec<String> = roles.iter().map(Role::to_string).collect();
            words.join(" and ")
        };
        match self {
            Self::Complete => f.write_str("came to its end"),
            Self::Silent(roles) if roles.is_empty() => {
                f.write_str("the programs ended, and the connection did not")
            }
            Self::Silent(roles) => {
                write!(f, "nothing moved any more, and {} still ran", list(roles))
            }
            Self::Deadlock(deadlock) => deadlock.fmt(f),
            Self::Overdue(roles) => {
                write!(f, "it took too long, and {} still ran", list(roles))
            }
            Self::NeverListened(None) => f.write_str("the server ended without saying its port"),
            Self::NeverListened(Some(port)) => {
                write!(f, "the server ended without having listened on port {port}")
            }
            Self::NoListener {
                port: None,
                seconds,
            } => write!(f, "the server did not say its port within {seconds} s"),
            Self::NoListener {
                port: Some(port),
                seconds,
            } => write!(f, "no one listened on port {port} within {seconds} s"),
            Self::NoCaller(seconds) => write!(f, "the client did not connect within {seconds} s"),
            Self::Unreachable(why) => write!(f, "the server cannot be reached: {why}"),
            Self::NeverConnected => f.write_str("the client ended without having connected"),
            Self::NotStarted(role, command, exit) => {
                write!(
                    f,
                    "the {role} could not start: `{command}` ended with {exit}"
                )
            }
            Self::Crashed(role, exit) => write!(f, "the {role} crashed: {exit}"),
        }
    }
}
