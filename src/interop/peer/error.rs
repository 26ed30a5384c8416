//! Errors of peers: how a peer fails to start, to answer, or to keep to the peer protocol.

use std::time::Duration;

use thiserror::Error;

use crate::system::process::Exit;

/// A failed peer. It cannot be used any more.
///
/// The message is one line with the command and the error, followed by the end of the peer's
/// stderr.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{invocation}` {failure}{}", quoted(.stderr))]
pub struct PeerError {
    invocation: String,
    failure: PeerFailure,
    stderr: String,
}

/// How a peer failed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PeerFailure {
    /// It could not be started, for this reason.
    #[error("cannot be started: {0}")]
    NotStarted(String),
    /// It did not identify itself within this time.
    #[error("did not identify itself within {0:?}; a peer begins with {HELLO}, flushed at once")]
    NoHello(Duration),
    /// Its first line is not an identification.
    #[error("said `@@ {0}` first; a peer begins with {HELLO}")]
    WrongHello(String),
    /// It identified itself with a name, language or version that is not allowed, for this reason.
    #[error("did not identify itself as {HELLO}: {0}")]
    WrongName(String),
    /// It exited before it identified itself.
    #[error("could not start: {0} before it identified itself")]
    DiedAtStart(Exit),
    /// It exited. Holds the command whose answer was pending, if there was one.
    #[error("ended {at}: {exit}", at = at(.0.as_deref()), exit = .1)]
    Died(Option<String>, Exit),
    /// It did not answer this command within this time.
    #[error("did not answer `{0}` within {1:?}")]
    NoAnswer(String, Duration),
    /// It is still running, but has closed its stdin.
    #[error("has closed its stdin, and is still running")]
    ClosedStdin,
    /// It prints without end, and none of it is an answer.
    #[error("prints without end, and none of it is an answer")]
    EndlessOutput,
    /// Its answer to a command is not valid.
    #[error("answered `{command}` with `@@ {answer}`: {why}")]
    InvalidAnswer {
        /// The command, shortened.
        command: String,
        /// The answer, shortened.
        answer: String,
        /// Why the answer is not valid.
        why: String,
    },
    /// It sent this answer although no command was pending.
    #[error("sent the answer `@@ {0}` without a command")]
    UnexpectedAnswer(String),
}

impl PeerError {
    pub(crate) fn new(invocation: String, failure: PeerFailure, stderr: String) -> Self {
        Self {
            invocation,
            failure,
            stderr,
        }
    }

    pub fn failure(&self) -> &PeerFailure {
        &self.failure
    }

    /// Whether the peer exited or did not start, as opposed to misbehaving while it ran.
    pub fn is_death(&self) -> bool {
        matches!(
            self.failure,
            PeerFailure::NotStarted(_) | PeerFailure::DiedAtStart(_) | PeerFailure::Died(..)
        )
    }

    /// The end of what it had printed on stderr by then.
    pub fn stderr_tail(&self) -> &str {
        &self.stderr
    }
}

const HELLO: &str = "`@@ peer NAME LANGUAGE VERSION`";

/// When a peer exited.
fn at(command: Option<&str>) -> String {
    match command {
        Some(command) => format!("at `{command}`"),
        None => "while no command was pending".to_owned(),
    }
}

/// The end of a peer's stderr, below its error; nothing if it is empty.
fn quoted(stderr: &str) -> String {
    if stderr.is_empty() {
        return String::new();
    }
    let lines: String = stderr.lines().map(|line| format!("\n  {line}")).collect();
    format!("\nits stderr ends with:{lines}")
}
