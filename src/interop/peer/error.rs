//! What a peer does instead of what it should.

use std::fmt;
use std::time::Duration;

use crate::system::process::Exit;

/// A peer that is of no more use, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerError {
    invocation: String,
    trouble: Trouble,
    stderr: String,
}

/// What went wrong with a peer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trouble {
    /// It could not be started, for this reason.
    NotStarted(String),
    /// It did not say who it is for so long.
    NoHello(Duration),
    /// What it said first does not tell who it is.
    WrongHello(String),
    /// It said who it is, and its name, language or version is not allowed, for this reason.
    WrongName(String),
    /// It ended before it had said who it is.
    DiedAtStart(Exit),
    /// It ended; the command is the one that waited for an answer.
    Died(Option<String>, Exit),
    /// It did not answer this command for so long.
    Silent(String, Duration),
    /// It lives, and has closed its stdin.
    Deaf,
    /// It prints and prints, and no answer is among it.
    Floods,
    /// Its answer to a command is none.
    Nonsense {
        /// The command, or its beginning.
        command: String,
        /// The answer, or its beginning.
        answer: String,
        /// What is wrong with it.
        why: String,
    },
    /// It answered, and nobody had asked.
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

    /// Whether it has ended, as opposed to having done something that it should not.
    pub fn is_death(&self) -> bool {
        matches!(
            self.trouble,
            Trouble::NotStarted(_) | Trouble::DiedAtStart(_) | Trouble::Died(..)
        )
    }

    /// The end of what it had printed to stderr by then.
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
            Self::Died(None, exit) => write!(f, "ended with nothing left to do: {exit}"),
            Self::Silent(command, time) => {
                write!(f, "did not answer `{command}` within {time:?}")
            }
            Self::Deaf => f.write_str("has closed its stdin, and lives on"),
            Self::Floods => f.write_str("prints without end, and no answer is among it"),
            Self::Nonsense {
                command,
                answer,
                why,
            } => write!(f, "answered `{command}` with `@@ {answer}`: {why}"),
            Self::Unasked(answer) => write!(f, "answered `@@ {answer}` to no command"),
        }
    }
}

const HELLO: &str = "`@@ peer NAME LANGUAGE VERSION`";

/// One line that says who and what, and then what it printed to stderr.
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
