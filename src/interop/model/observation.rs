//! Everything the harness observed while one pairing of programs ran.

use std::fmt;
use std::time::Duration;

use super::deadlock::Deadlock;
use super::participant::Role;
use super::traffic::Traffic;
use crate::system::process::{Exit, Finished};

/// The observations of one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The client program; `None` if the harness played the client.
    pub client: Option<Finished>,
    /// The server program; `None` if the harness played the server.
    pub server: Option<Finished>,
    /// The recorded traffic; empty if it could not be recorded.
    pub wire: Traffic,
    /// Why the traffic could not be recorded, if it could not.
    pub unobserved: Option<String>,
    /// How the run ended.
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

    /// Whether the programs printed nothing and sent no byte.
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

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// Both programs exited, and both directions of the connection were closed.
    Complete,
    /// No activity within the idle timeout; these roles were still running.
    Silent(Vec<Role>),
    /// The kernel confirms that both roles wait for each other.
    Deadlock(Deadlock),
    /// Activity continued past the total timeout; these roles were still running.
    Overdue(Vec<Role>),
    /// The server exited before it listened on this port, or before it announced its port.
    NeverListened(Option<u16>),
    /// The server is running, but nothing listens on this port, or the server has not announced its
    /// port.
    NoListener {
        /// The port agreed in advance; `None` if the server has to announce it.
        port: Option<u16>,
        /// How long the harness waited.
        waited: Duration,
    },
    /// The client is running, but did not connect within this time.
    NoCaller(Duration),
    /// The server announced an invalid port, or a port that does not accept connections.
    Unreachable(String),
    /// The client exited before it connected.
    NeverConnected,
    /// The program in this role failed before it printed or connected. Holds its command and its
    /// exit status.
    NotStarted(Role, String, Exit),
    /// A signal ended this role, or it panicked.
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
                f.write_str("the programs ended, but the connection is still open")
            }
            Self::Silent(roles) => {
                write!(f, "no further activity, with {} still running", list(roles))
            }
            Self::Deadlock(deadlock) => deadlock.fmt(f),
            Self::Overdue(roles) => {
                write!(
                    f,
                    "the time limit passed with {} still running",
                    list(roles)
                )
            }
            Self::NeverListened(None) => f.write_str("the server ended without saying its port"),
            Self::NeverListened(Some(port)) => {
                write!(f, "the server ended without having listened on port {port}")
            }
            Self::NoListener { port: None, waited } => write!(
                f,
                "the server did not say its port within {}",
                rounded(*waited)
            ),
            Self::NoListener {
                port: Some(port),
                waited,
            } => write!(
                f,
                "no program listened on port {port} within {}",
                rounded(*waited)
            ),
            Self::NoCaller(waited) => {
                write!(f, "the client did not connect within {}", rounded(*waited))
            }
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

/// A time in words: whole seconds, or milliseconds below one second.
fn rounded(time: Duration) -> humantime::FormattedDuration {
    humantime::format_duration(if time < Duration::from_secs(1) {
        time - Duration::from_nanos((time.subsec_nanos() % 1_000_000).into())
    } else {
        Duration::from_secs(time.as_secs())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_said_in_seconds_or_below_one_in_milliseconds() {
        for (milliseconds, words) in [(5_003, "5s"), (90_999, "1m 30s"), (300, "300ms")] {
            let waited = Duration::from_millis(milliseconds) + Duration::from_micros(7);
            assert_eq!(
                Ending::NoCaller(waited).to_string(),
                format!("the client did not connect within {words}")
            );
        }
    }
}
