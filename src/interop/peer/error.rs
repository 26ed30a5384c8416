//! Errors of peers: how a peer fails to start, to answer, or to keep to the peer protocol.

use std::fmt;
use std::time::Duration;

use crate::system::process::Exit;

/// A failed peer. It cannot be used any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerError {
    invocation: String,
    trouble: Trouble,
    stderr: String,
}

/// How a peer failed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trouble {
    /// It could not be started, for this reason.
    NotStarted(String),
    /// It did not identify itself within this time.
    NoHello(Duration),
    /// Its first line is not an identification.
    WrongHello(String),
    /// It identified itself with a name, language or version that is not allowed, for this reason.
    WrongName(String),
    /// It exited before it identified itself.
    DiedAtStart(Exit),
    /// It exited. Holds the command whose answer was pending, if there was one.
    Died(Option<String>, Exit),
    /// It did not answer this command within this time.
    Silent(String, Duration),
    /// It is still running, but has closed its stdin.
    Deaf,
    /// It prints without end, and none of it is an answer.
    Floods,
    /// Its answer to a command is not valid.
    Nonsense {
        /// The command, shortened.
        command: String,
        /// The answer, shortened.
        answer: String,
        /// Why the answer is not valid.
        why: String,
    },
    /// It sent this answer although no command was pending.
    Unasked(String),
}

impl PeerError {
    pub(crate) fn new(invocation: String, trouble: Trouble, stderr: String) -> Self {
        Self {
            invocation,
            trouble,
            stderr,
        }
    }

    pub fn trouble(&self) -> &Trouble {
        &self.trouble
    }

    /// Whether the peer exited or did not start, as opposed to misbehaving while it ran.
    pub fn is_death(&self) -> bool {
        matches!(
            self.trouble,
            Trouble::NotStarted(_) | Trouble::DiedAtStart(_) | Trouble::Died(..)
        )
    }

    /// The end of what it had printed on stderr by then.
    pub fn stderr_tail(&self) -> &str {
        &self.stderr
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotStarted(why) => write!(f, "cannot be started: {why}"),
            Self::NoHello(time) => write!(
                f,
                "did not say who it is within {time:?}; a peer begins with {HELLO}, flushed at once"
            ),
            Self::WrongHello(said) => {
                write!(f, "said `@@ {said}` first; a peer begins with {HELLO}")
            }
            Self::WrongName(why) => write!(f, "did not say who it is as {HELLO}: {why}"),
            Self::DiedAtStart(exit) => {
                write!(f, "could not start: {exit} before it said who it is")
            }
            Self::Died(Some(command), exit) => write!(f, "ended at `{command}`: {exit}"),
            Self::Died(None, exit) => write!(f, "ended while no command was pending: {exit}"),
            Self::Silent(command, time) => {
                write!(f, "did not answer `{command}` within {time:?}")
            }
            Self::Deaf => f.write_str("has closed its stdin, and is still running"),
            Self::Floods => f.write_str("prints without end, and none of it is an answer"),
            Self::Nonsense {
                command,
                answer,
                why,
            } => write!(f, "answered `{command}` with `@@ {answer}`: {why}"),
            Self::Unasked(answer) => write!(f, "sent the answer `@@ {answer}` without a command"),
        }
    }
}

const HELLO: &str = "`@@ peer NAME LANGUAGE VERSION`";

/// One line with the command and the error, followed by the end of the peer's stderr.
impl fmt::Display for PeerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.invocation, self.trouble)?;
        if !self.stderr.is_empty() {
            write!(f, "\nits stderr ends with:")?;
            for line in self.stderr.lines() {
                write!(f, "\n  {line}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for PeerError {}
