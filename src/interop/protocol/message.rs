//! The messages of the peer protocol: commands and answers. The text form of calls is in `call`, the
//! line with which a peer identifies itself in `identity`.

use std::fmt;
use std::str::FromStr;

use super::call::{Call, Observation, decimal};

/// A command to a peer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Listen on a free port.
    Listen,
    Accept,
    /// Connect to this port.
    Connect(u16),
    Do(Call),
    /// Close all sockets and discard all state.
    End,
    /// This line as it stands, valid or not.
    Raw(String),
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen => f.write_str("listen"),
            Self::Accept => f.write_str("accept"),
            Self::Connect(port) => write!(f, "connect {port}"),
            Self::Do(call) => write!(f, "do {call}"),
            Self::End => f.write_str("end"),
            Self::Raw(line) => f.write_str(line),
        }
    }
}

/// A peer's answer to a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The command succeeded.
    Ok,
    /// The peer listens on this port.
    Port(u16),
    /// The command failed, for this reason.
    Failed(String),
    /// The peer does not offer the method.
    Unsupported,
    /// The result of a call.
    Observed(Observation),
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ok => f.write_str("ok"),
            Self::Port(port) => write!(f, "port {port}"),
            Self::Failed(why) => write!(f, "failed {why}"),
            Self::Unsupported => f.write_str("unsupported"),
            Self::Observed(observation) => observation.fmt(f),
        }
    }
}

impl FromStr for Answer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(why) = text.strip_prefix("failed ") {
            return Ok(Self::Failed(why.to_owned()));
        }
        if let Some(port) = text.strip_prefix("port ") {
            return match decimal(port) {
                Some(0) | None => Err(format!("{} is no port", shortened(port))),
                Some(port) => Ok(Self::Port(port)),
            };
        }
        match text {
            "ok" => Ok(Self::Ok),
            "unsupported" => Ok(Self::Unsupported),
            "failed" => Ok(Self::Failed(String::new())),
            _ => text.parse().map(Self::Observed),
        }
    }
}

/// A command whose answer is pending.
#[derive(Debug)]
pub(crate) struct Asked {
    /// The command line, shortened if it is long.
    pub(crate) command: String,
    takes: fn(&Answer) -> bool,
    is_hello: bool,
}

impl Asked {
    /// The identification that every peer sends at its start, without a command.
    pub(crate) fn hello() -> Self {
        Self {
            command: String::new(),
            takes: |_| false,
            is_hello: true,
        }
    }

    pub(crate) fn by(command: &Command, line: &str) -> Self {
        Self {
            command: shortened(line),
            takes: match command {
                Command::Listen => {
                    |a| matches!(a, Answer::Port(_) | Answer::Failed(_) | Answer::Unsupported)
                }
                Command::Accept | Command::Connect(_) => {
                    |a| matches!(a, Answer::Ok | Answer::Failed(_) | Answer::Unsupported)
                }
                Command::Do(_) => |a| {
                    matches!(
                        a,
                        Answer::Observed(_) | Answer::Failed(_) | Answer::Unsupported
                    )
                },
                Command::End => |a| matches!(a, Answer::Ok),
                Command::Raw(_) => |_| true,
            },
            is_hello: false,
        }
    }

    pub(crate) fn is_hello(&self) -> bool {
        self.is_hello
    }

    /// Parses the answer to this command.
    pub(crate) fn answer(&self, text: &str) -> Result<Answer, String> {
        let answer: Answer = text.parse()?;
        if (self.takes)(&answer) {
            Ok(answer)
        } else {
            Err("no answer to this command".to_owned())
        }
    }
}

/// The beginning of a line, for a message. Invisible characters are escaped.
pub(crate) fn shortened(line: &str) -> String {
    const SHOWN: usize = 60;
    let mut shown = String::new();
    for c in line.chars().take(SHOWN) {
        if c.is_control() {
            shown.extend(c.escape_debug());
        } else {
            shown.push(c);
        }
    }
    if line.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_round_trip_through_text() {
        for text in [
            "ok",
            "port 41234",
            "failed for a reason",
            "unsupported",
            "returned void 0 4",
            "threw java.io.EOFException null 3 0",
        ] {
            let answer: Answer = text.parse().unwrap();
            assert_eq!(answer.to_string(), text);
        }
        for text in [
            "",
            "OK",
            "ok ",
            "ok\r",
            "port",
            "port 0",
            "port x",
            "port 65536",
        ] {
            assert!(text.parse::<Answer>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn an_answer_must_fit_its_command() {
        let line = |command: &Command| Asked::by(command, &command.to_string());
        line(&Command::Listen).answer("port 1").unwrap();
        line(&Command::Listen).answer("ok").unwrap_err();
        line(&Command::End).answer("unsupported").unwrap_err();
        line(&Command::Raw("what".to_owned()))
            .answer("port 1")
            .unwrap();
    }
}
