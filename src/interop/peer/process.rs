//! A peer process: started once, it receives commands and returns answers.
//!
//! `java/README.md` defines the protocol; this is the harness's side of it. Commands are sent
//! without waiting for answers, which arrive in the same order. Nothing here blocks: bytes that a
//! pipe does not take are written later, and answers that have not arrived are read later;
//! `await_more` names the events to wait for. [`PeerFailure`] classifies the errors of a peer. After an
//! error the peer is unusable, and dropping it kills it together with every process it started.

use std::collections::VecDeque;
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::{ChildStdin, ChildStdout};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::io::ioctl_fionbio;

use super::reader::AnswerReader;
use crate::interop::peer::error::{PeerError, PeerFailure};
use crate::interop::protocol::identity::{Identity, IdentityError};
use crate::interop::protocol::message::{Answer, Asked, Command, shortened};
use crate::system::poll::PollSet;
use crate::system::process::{Exit, Invocation, Running};
use crate::system::wait::{Notify, Timeouts};

/// A running peer.
#[derive(Debug)]
pub struct PeerProcess {
    invocation: String,
    identity: Identity,
    id: Option<u32>,
    /// `None` once closed.
    input: Option<ChildStdin>,
    /// The bytes that have yet to be written to it.
    unsent: VecDeque<u8>,
    /// When it was found to have closed its stdin.
    stdin_closed: Option<Instant>,
    /// The commands whose answers are pending.
    asked: VecDeque<Asked>,
    reader: AnswerReader<ChildStdout>,
    running: Running,
    trouble: Option<PeerError>,
}

/// A JVM on a busy machine needs seconds to start, and a peer may be a script that first compiles.
const HELLO: Duration = Duration::from_secs(30);

impl PeerProcess {
    /// Starts a peer and waits until it has identified itself.
    ///
    /// `javatalk` is the executable that supervises it.
    ///
    /// # Errors
    ///
    /// If the peer cannot be started, or does not identify itself.
    pub fn start(invocation: &Invocation, javatalk: &Path) -> Result<Self, PeerError> {
        Self::start_within(HELLO, invocation, javatalk)
    }

    /// Starts a peer that has to identify itself within `timeouts`.
    ///
    /// # Errors
    ///
    /// As [`PeerProcess::start`].
    pub fn start_within(
        timeouts: Duration,
        invocation: &Invocation,
        javatalk: &Path,
    ) -> Result<Self, PeerError> {
        let not_started = |why: String| {
            PeerError::new(
                invocation.to_string(),
                PeerFailure::NotStarted(why),
                String::new(),
            )
        };
        let (running, input, output) = invocation
            .start_with_pipes(javatalk, &Arc::new(Notify::default()))
            .map_err(|why| not_started(why.reason().to_string()))?;
        ioctl_fionbio(&input, true)
            .and_then(|()| ioctl_fionbio(&output, true))
            .map_err(|why| not_started(why.to_string()))?;
        let mut peer = Self {
            invocation: invocation.to_string(),
            identity: Identity::default(),
            id: None,
            input: Some(input),
            unsent: VecDeque::new(),
            stdin_closed: None,
            asked: VecDeque::from([Asked::hello()]),
            reader: AnswerReader::of(output),
            running,
            trouble: None,
        };
        match peer.waited(timeouts, Self::poll_text)? {
            Some((_, hello)) => {
                peer.identity = hello.parse().map_err(|why| {
                    peer.fails(match why {
                        IdentityError::NoIdentity => PeerFailure::WrongHello(shortened(&hello)),
                        IdentityError::Word(why) => PeerFailure::WrongName(why),
                    })
                })?;
                peer.id = peer.running.id();
                Ok(peer)
            }
            None => Err(peer.fails(PeerFailure::NoHello(timeouts))),
        }
    }

    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    pub fn invocation(&self) -> &str {
        &self.invocation
    }

    /// Sends a command without waiting for the answer, which [`poll`] will return.
    ///
    /// # Errors
    ///
    /// The earlier error of the peer, if there was one.
    ///
    /// [`poll`]: PeerProcess::poll
    pub fn send(&mut self, command: &Command) -> Result<(), PeerError> {
        self.prepare(command)?;
        self.write();
        Ok(())
    }

    /// Queues a command. It is written with the next [`send`](PeerProcess::send) or
    /// [`poll`](PeerProcess::poll), so that many commands are written together.
    ///
    /// # Errors
    ///
    /// The earlier error of the peer, if there was one.
    pub(crate) fn prepare(&mut self, command: &Command) -> Result<(), PeerError> {
        if let Some(trouble) = &self.trouble {
            return Err(trouble.clone());
        }
        let line = command.to_string();
        self.asked.push_back(Asked::by(command, &line));
        self.unsent.extend(line.as_bytes());
        self.unsent.push_back(b'\n');
        Ok(())
    }

    /// The next answer, if it has arrived.
    ///
    /// # Errors
    ///
    /// The peer's error; every later call returns the same one.
    pub fn poll(&mut self) -> Result<Option<Answer>, PeerError> {
        let Some((asked, text)) = self.poll_text()? else {
            return Ok(None);
        };
        match asked.answer(&text) {
            Ok(answer) => Ok(Some(answer)),
            Err(why) => Err(self.fails(PeerFailure::InvalidAnswer {
                command: asked.command,
                answer: shortened(&text),
                why,
            })),
        }
    }

    /// Waits for the next answer.
    ///
    /// # Errors
    ///
    /// As [`poll`](PeerProcess::poll), or if no answer arrives within `timeouts`.
    pub fn answer(&mut self, timeouts: Duration) -> Result<Answer, PeerError> {
        self.waited(timeouts, Self::poll)?.ok_or_else(|| {
            let command = self.asked.front().map(|asked| asked.command.clone());
            self.fails(PeerFailure::NoAnswer(command.unwrap_or_default(), timeouts))
        })
    }

    /// Adds the events that must happen before [`poll`](PeerProcess::poll) can return something
    /// new.
    pub(crate) fn await_more<'a>(&'a self, awaited: &mut PollSet<'a>) {
        if self.trouble.is_some() {
            return;
        }
        if let Some(input) = &self.input
            && !self.unsent.is_empty()
            && self.stdin_closed.is_none()
        {
            awaited.room(input);
        }
        if !self.reader.is_closed() {
            awaited.input(self.reader.output());
        }
        if self.reader.is_closed() || self.stdin_closed.is_some() {
            // The peer is about to exit; no event announces that here.
            awaited.look_again_in(CHECK_INTERVAL);
        }
    }

    /// Whether the peer has been dismissed or has failed.
    pub fn is_unusable(&self) -> bool {
        self.input.is_none() || self.trouble.is_some()
    }

    /// Closes its stdin and returns its exit status; `None` if it does not exit within `timeouts`.
    ///
    /// The peer is unusable afterwards.
    pub fn dismiss(&mut self, timeouts: Duration) -> Option<Exit> {
        self.input = None;
        let _ = self.running.wait(at_most(timeouts));
        self.running.exit()
    }

    /// The end of what it has printed on stderr so far.
    pub fn stderr_tail(&self) -> String {
        tail(&self.running.stderr())
    }

    /// Its process ID; `None` if the system does not provide it.
    pub(crate) fn id(&self) -> Option<u32> {
        self.id
    }

    /// The end of what it has printed on stdout so far that is not an answer.
    pub fn noise_tail(&self) -> String {
        tail(self.reader.noise())
    }

    fn poll_text(&mut self) -> Result<Option<(Asked, String)>, PeerError> {
        if let Some(trouble) = &self.trouble {
            return Err(trouble.clone());
        }
        self.write();
        let heard = self.reader.next().or_else(|| {
            self.reader.fill();
            self.reader.next()
        });
        let trouble = match (heard, self.asked.pop_front()) {
            (Some(text), Some(asked)) => return Ok(Some((asked, text))),
            (Some(text), None) => PeerFailure::UnexpectedAnswer(shortened(&text)),
            (None, asked) => {
                let command = asked.as_ref().map(|asked| asked.command.clone());
                let is_hello = asked.as_ref().is_some_and(Asked::is_hello);
                if let Some(asked) = asked {
                    self.asked.push_front(asked);
                }
                let is_over = self.reader.is_closed() && self.running.is_over();
                match self.running.exit() {
                    _ if self.reader.floods() => PeerFailure::EndlessOutput,
                    Some(exit) if is_over && is_hello => PeerFailure::DiedAtStart(exit),
                    Some(exit) if is_over => PeerFailure::Died(command, exit),
                    // A peer that is exiting does not read either; its exit shows in a moment.
                    _ if self
                        .stdin_closed
                        .is_some_and(|since| since.elapsed() > EXIT_TIMEOUT) =>
                    {
                        PeerFailure::ClosedStdin
                    }
                    _ => return Ok(None),
                }
            }
        };
        Err(self.fails(trouble))
    }

    /// Writes as much as the pipe takes.
    fn write(&mut self) {
        let Some(input) = &mut self.input else { return };
        while !self.unsent.is_empty() && self.stdin_closed.is_none() {
            match input.write(self.unsent.as_slices().0) {
                Ok(count) => drop(self.unsent.drain(..count)),
                Err(why) if why.kind() == ErrorKind::Interrupted => {}
                Err(why) if why.kind() == ErrorKind::WouldBlock => return,
                // Its output will show whether it has exited or only closed its stdin.
                Err(_) => self.stdin_closed = Some(Instant::now()),
            }
        }
    }

    /// Calls `poll` until it returns something, or until the time is over.
    fn waited<T>(
        &mut self,
        timeouts: Duration,
        mut poll: impl FnMut(&mut Self) -> Result<Option<T>, PeerError>,
    ) -> Result<Option<T>, PeerError> {
        let start = Instant::now();
        loop {
            let polled = poll(self)?;
            let left = timeouts.saturating_sub(start.elapsed());
            if polled.is_some() || left.is_zero() {
                return Ok(polled);
            }
            let mut awaited = PollSet::default();
            self.await_more(&mut awaited);
            awaited.wait(left);
        }
    }

    fn fails(&mut self, trouble: PeerFailure) -> PeerError {
        let error = PeerError::new(self.invocation.clone(), trouble, self.stderr_tail());
        self.trouble = Some(error.clone());
        error
    }
}

/// How long the exit of a peer that has closed its stdin may take to show.
const EXIT_TIMEOUT: Duration = Duration::from_secs(1);

/// How often a state is checked that no event announces.
const CHECK_INTERVAL: Duration = Duration::from_millis(5);

const fn at_most(timeouts: Duration) -> Timeouts {
    Timeouts {
        idle: timeouts,
        total: timeouts,
    }
}

fn tail(said: &[u8]) -> String {
    const SHOWN: usize = 4 << 10;
    let start = said.len().saturating_sub(SHOWN);
    String::from_utf8_lossy(&said[start..])
        .trim_end()
        .to_owned()
}
