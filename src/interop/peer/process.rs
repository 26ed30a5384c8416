//! A peer that is led: started once, told what to do, heard as it answers.
//!
//! `java/README.md` is the contract between the two sides; this is the harness's. Commands are sent
//! without waiting for answers, which come in the same order. Nothing here blocks: what a pipe does
//! not take at once is written later, what is not there yet is read later, and whoever waits is told
//! for what. What a peer does wrong is told apart by [`Trouble`]; after that it is of no more use,
//! and dropping it kills it with all that it started.

use std::collections::VecDeque;
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::{ChildStdin, ChildStdout};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::io::ioctl_fionbio;

use super::reader::Hearing;
use crate::interop::model::traffic::shortened;
use crate::interop::peer::error::{PeerError, Trouble};
use crate::interop::protocol::message::{Answer, Asked, Command, Identity, IdentityError};
use crate::system::poll::PollSet;
use crate::system::process::{Exit, Invocation, Running};
use crate::system::wait::{Notify, Timeouts};

/// A peer that runs.
#[derive(Debug)]
pub struct PeerProcess {
    invocation: String,
    identity: Identity,
    /// None once it is closed.
    input: Option<ChildStdin>,
    /// What is still to be written to it.
    unsent: VecDeque<u8>,
    /// Since when it does not read any more.
    deaf: Option<Instant>,
    /// What has been asked and not been answered yet.
    asked: VecDeque<Asked>,
    hearing: Hearing<ChildStdout>,
    running: Running,
    trouble: Option<PeerError>,
}

/// A JVM on a busy machine needs seconds to start, and a peer may be a script that compiles first.
const HELLO: Duration = Duration::from_secs(30);

impl PeerProcess {
    /// Starts a peer and waits until it has said who it is.
    ///
    /// `javatalk` is the executable that guards it.
    ///
    /// # Errors
    ///
    /// If it cannot be started, or what it did instead of saying who it is.
    pub fn start(invocation: &Invocation, javatalk: &Path) -> Result<Self, PeerError> {
        Self::start_within(HELLO, invocation, javatalk)
    }

    /// The same, with so much time to say who it is.
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
                Trouble::NotStarted(why),
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
            input: Some(input),
            unsent: VecDeque::new(),
            deaf: None,
            asked: VecDeque::from([Asked::hello()]),
            hearing: Hearing::of(output),
            running,
            trouble: None,
        };
        match peer.waited(timeouts, Self::poll_text)? {
            Some((_, hello)) => {
                peer.identity = hello.parse().map_err(|why| {
                    peer.fails(match why {
                        IdentityError::NoIdentity => Trouble::WrongHello(shortened(&hello)),
                        IdentityError::Word(why) => Trouble::WrongName(why),
                    })
                })?;
                Ok(peer)
            }
            None => Err(peer.fails(Trouble::NoHello(timeouts))),
        }
    }

    /// Who it says it is.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The command line.
    pub fn invocation(&self) -> &str {
        &self.invocation
    }

    /// Tells it to do something. This never waits; the answer is among those that [`poll`] returns.
    ///
    /// # Errors
    ///
    /// What has gone wrong before.
    ///
    /// [`poll`]: PeerProcess::poll
    pub fn send(&mut self, command: &Command) -> Result<(), PeerError> {
        self.prepare(command)?;
        self.write();
        Ok(())
    }

    /// The same, to be written with the next [`send`](PeerProcess::send) or
    /// [`poll`](PeerProcess::poll): many commands in one go.
    ///
    /// # Errors
    ///
    /// What has gone wrong before.
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

    /// The next answer, if it is there.
    ///
    /// # Errors
    ///
    /// What the peer did instead of answering; the same whenever it is asked again.
    pub fn poll(&mut self) -> Result<Option<Answer>, PeerError> {
        let Some((asked, text)) = self.poll_text()? else {
            return Ok(None);
        };
        match asked.answer(&text) {
            Ok(answer) => Ok(Some(answer)),
            Err(why) => Err(self.fails(Trouble::Nonsense {
                command: asked.command,
                answer: shortened(&text),
                why,
            })),
        }
    }

    /// The next answer, waited for.
    ///
    /// # Errors
    ///
    /// As [`poll`](PeerProcess::poll); or if there is none within `patience`.
    pub fn answer(&mut self, timeouts: Duration) -> Result<Answer, PeerError> {
        self.waited(timeouts, Self::poll)?.ok_or_else(|| {
            let command = self.asked.front().map(|asked| asked.command.clone());
            self.fails(Trouble::Silent(command.unwrap_or_default(), timeouts))
        })
    }

    /// What has to happen before [`poll`](PeerProcess::poll) can say more than it did.
    pub(crate) fn await_more<'a>(&'a self, awaited: &mut PollSet<'a>) {
        if self.trouble.is_some() {
            return;
        }
        if let Some(input) = &self.input
            && !self.unsent.is_empty()
            && self.deaf.is_none()
        {
            awaited.room(input);
        }
        if !self.hearing.is_closed() {
            awaited.input(self.hearing.output());
        }
        if self.hearing.is_closed() || self.deaf.is_some() {
            // What it comes to shows elsewhere, and soon.
            awaited.look_again_in(A_MOMENT);
        }
    }

    /// Whether it has been dismissed or has gone wrong.
    pub fn is_of_no_more_use(&self) -> bool {
        self.input.is_none() || self.trouble.is_some()
    }

    /// Closes its stdin and returns how it ended; none if it did not within `patience`.
    ///
    /// It is of no more use then.
    pub fn dismiss(&mut self, timeouts: Duration) -> Option<Exit> {
        self.input = None;
        let _ = self.running.wait(at_most(timeouts));
        self.running.exit()
    }

    /// The end of what it has printed to stderr so far.
    pub fn stderr_tail(&self) -> String {
        tail(&self.running.stderr())
    }

    /// The number of its process; none if it has ended, or this system does not tell.
    pub(crate) fn process(&self) -> Option<u32> {
        self.running.id()
    }

    /// The end of what it has printed to stdout so far that was no answer.
    pub fn noise_tail(&self) -> String {
        tail(self.hearing.noise())
    }

    fn poll_text(&mut self) -> Result<Option<(Asked, String)>, PeerError> {
        if let Some(trouble) = &self.trouble {
            return Err(trouble.clone());
        }
        self.write();
        let heard = self.hearing.next().or_else(|| {
            self.hearing.listen();
            self.hearing.next()
        });
        let trouble = match (heard, self.asked.pop_front()) {
            (Some(text), Some(asked)) => return Ok(Some((asked, text))),
            (Some(text), None) => Trouble::Unasked(shortened(&text)),
            (None, asked) => {
                let command = asked.as_ref().map(|asked| asked.command.clone());
                let is_hello = asked.as_ref().is_some_and(Asked::is_hello);
                if let Some(asked) = asked {
                    self.asked.push_front(asked);
                }
                let is_over = self.hearing.is_closed() && self.running.is_over();
                match self.running.exit() {
                    _ if self.hearing.floods() => Trouble::Floods,
                    Some(exit) if is_over && is_hello => Trouble::DiedAtStart(exit),
                    Some(exit) if is_over => Trouble::Died(command, exit),
                    // One that has ended does not read either; that is seen in a moment.
                    _ if self.deaf.is_some_and(|since| since.elapsed() > TO_END) => Trouble::Deaf,
                    _ => return Ok(None),
                }
            }
        };
        Err(self.fails(trouble))
    }

    /// Writes what the pipe takes.
    fn write(&mut self) {
        let Some(input) = &mut self.input else { return };
        while !self.unsent.is_empty() && self.deaf.is_none() {
            match input.write(self.unsent.as_slices().0) {
                Ok(count) => drop(self.unsent.drain(..count)),
                Err(why) if why.kind() == ErrorKind::Interrupted => {}
                Err(why) if why.kind() == ErrorKind::WouldBlock => return,
                // Whether it has ended, or only reads no more, shows in what it says.
                Err(_) => self.deaf = Some(Instant::now()),
            }
        }
    }

    /// Asks again and again, until there is something, or for as long as `patience`.
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

    fn fails(&mut self, trouble: Trouble) -> PeerError {
        let error = PeerError::new(self.invocation.clone(), trouble, self.stderr_tail());
        self.trouble = Some(error.clone());
        error
    }
}

/// How long the end of a peer that reads no more may take to be noticed.
const TO_END: Duration = Duration::from_secs(1);

/// What nothing tells of is looked for so often.
const A_MOMENT: Duration = Duration::from_millis(5);

const fn at_most(timeouts: Duration) -> Timeouts {
    Timeouts {
        idle: timeouts,
        total: timeouts,
    }
}

/// The last lines.
fn tail(said: &[u8]) -> String {
    const SHOWN: usize = 4 << 10;
    let start = said.len().saturating_sub(SHOWN);
    String::from_utf8_lossy(&said[start..])
        .trim_end()
        .to_owned()
}
