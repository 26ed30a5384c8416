//! A peer over many conversations. It is restarted after one that it broke.

use std::path::Path;
use std::time::Duration;

use super::probe::Broken;
use super::report::Found;
use crate::interop::peer::error::{PeerError, PeerFailure};
use crate::interop::peer::process::PeerProcess;
use crate::interop::protocol::identity::Identity;
use crate::system::process::Invocation;

/// A peer, and the state of its check.
#[derive(Debug)]
pub(crate) struct Session<'a> {
    invocation: &'a Invocation,
    javatalk: &'a Path,
    timeout: Duration,
    identity: Identity,
    process: Option<PeerProcess>,
    broken: usize,
    nonsense: Option<String>,
    noise: String,
}

/// The peer is given up after this many broken conversations: one that hangs in each would take all
/// day.
const GIVEN_UP_AFTER: usize = 4;

/// The time the reference gets for an answer.
const LONG: Duration = Duration::from_secs(30);

/// Why a conversation was not completed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Incomplete {
    /// The peer broke it, in this way.
    #[error("{0}")]
    Wrong(String),
    /// It was not started, for this reason.
    #[error("{0}")]
    NotChecked(String),
}

impl From<Incomplete> for Found {
    fn from(incomplete: Incomplete) -> Self {
        match incomplete {
            Incomplete::Wrong(how) => Self::Wrong(vec![how]),
            Incomplete::NotChecked(why) => Self::NotChecked(why),
        }
    }
}

impl<'a> Session<'a> {
    /// Starts the peer. It gets `timeout` for each answer.
    pub(crate) fn start(
        invocation: &'a Invocation,
        javatalk: &'a Path,
        timeout: Option<Duration>,
    ) -> Result<Self, PeerError> {
        let process = match timeout {
            Some(timeout) => PeerProcess::start_within(hello(timeout), invocation, javatalk),
            None => PeerProcess::start(invocation, javatalk),
        }?;
        Ok(Self {
            invocation,
            javatalk,
            timeout: timeout.unwrap_or(LONG),
            identity: process.identity().clone(),
            process: Some(process),
            broken: 0,
            nonsense: None,
            noise: String::new(),
        })
    }

    pub(crate) fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The first invalid answer.
    pub(crate) fn nonsense(&self) -> Option<&str> {
        self.nonsense.as_deref()
    }

    /// The end of what it printed on stdout that is not an answer.
    pub(crate) fn noise(&self) -> String {
        match &self.process {
            Some(process) if self.noise.is_empty() => process.noise_tail(),
            _ => self.noise.clone(),
        }
    }

    /// Plays with the peer, after restarting it if it broke the last conversation.
    pub(crate) fn keep<T>(
        &mut self,
        play: impl FnOnce(&mut PeerProcess, Duration) -> Result<T, Broken>,
    ) -> Result<T, Incomplete> {
        if self.broken >= GIVEN_UP_AFTER {
            return Err(Incomplete::NotChecked(format!(
                "given up after {GIVEN_UP_AFTER} conversations that it broke"
            )));
        }
        let result = match self.process.take() {
            Some(process) => Ok(process),
            None => PeerProcess::start_within(hello(self.timeout), self.invocation, self.javatalk),
        }
        .map_err(Broken::Peer)
        .and_then(|mut process| {
            let result = play(&mut process, self.timeout);
            if self.noise.is_empty() {
                self.noise = process.noise_tail();
            }
            // A peer that broke the conversation, or has exited, is not used again.
            let is_of_use = result.is_ok() && !process.is_unusable();
            self.process = Some(process).filter(|_| is_of_use);
            result
        });
        result.map_err(|broken| {
            self.broken += 1;
            Incomplete::Wrong(match broken {
                Broken::NoConnection(why) => why,
                Broken::Peer(error) => {
                    if let PeerFailure::InvalidAnswer { .. } = error.failure() {
                        self.nonsense
                            .get_or_insert(format!("it {}", error.failure()));
                    }
                    sentence(&error)
                }
            })
        })
    }
}

/// Starting takes longer than answering.
fn hello(timeout: Duration) -> Duration {
    timeout * 4
}

/// The error as a sentence about the peer, with the end of its stderr.
pub(crate) fn sentence(error: &PeerError) -> String {
    let last = error.stderr_tail().lines().next_back();
    match last {
        Some(line) => format!("it {}; its stderr ends with: {line}", error.failure()),
        None => format!("it {}", error.failure()),
    }
}
