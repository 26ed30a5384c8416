//! A peer that is led: started once, told what to do, heard as it answers.
//!
//! `java/README.md` is the contract between the two sides; this is the harness's. Commands are sent
//! without waiting for answers, which come in the same order. Nothing here blocks: a thread writes,
//! a thread reads, and a bell rings for whoever waits. What a peer does wrong is told apart by
//! [`Trouble`]; after that it is of no more use, and dropping it kills it with all that it started.

mod command_line;
mod error;
mod hearing;
mod words;

use std::collections::VecDeque;
use std::io::Write;
use std::path::Path;
use std::process::ChildStdin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

pub use command_line::{CommandLineError, PeerCommand};
pub use error::{PeerError, Trouble};
pub use words::{Answer, Command, Identity};

use super::bell::{Bell, Patience};
use super::process::{Exit, Invocation, Running};
use hearing::Hearing;
use words::Asked;
pub(super) use words::shortened;

/// A peer that runs.
#[derive(Debug)]
pub struct PeerProcess {
    invocation: String,
    identity: Identity,
    /// None once its stdin is closed.
    commands: Option<Sender<String>>,
    /// What has been asked and not been answered yet.
    asked: VecDeque<Asked>,
    hearing: Hearing,
    /// It has closed its stdin and goes on living.
    is_deaf: Arc<AtomicBool>,
    running: Running,
    bell: Arc<Bell>,
    trouble: Option<PeerError>,
}

/// A JVM on a busy machine needs seconds to start, and a peer may be a script that compiles first.
const HELLO: Duration = Duration::from_secs(30);

impl PeerProcess {
    /// Starts a peer and waits until it has said who it is.
    ///
    /// `javatalk` is the executable that guards it; `bell` rings whenever it answers or ends.
    ///
    /// # Errors
    ///
    /// If it cannot be started, or what it did instead of saying who it is.
    pub fn start(
        invocation: &Invocation,
        javatalk: &Path,
        bell: &Arc<Bell>,
    ) -> Result<Self, PeerError> {
        Self::start_within(HELLO, invocation, javatalk, bell)
    }

    /// The same, with so much time to say who it is.
    ///
    /// # Errors
    ///
    /// As [`PeerProcess::start`].
    pub fn start_within(
        patience: Duration,
        invocation: &Invocation,
        javatalk: &Path,
        bell: &Arc<Bell>,
    ) -> Result<Self, PeerError> {
        let (running, input, output) =
            invocation.start_with_pipes(javatalk, bell).map_err(|why| {
                let trouble = Trouble::NotStarted(why.reason().to_string());
                PeerError::new(invocation.to_string(), trouble, String::new())
            })?;
        let hearing = Hearing::of(output, bell);
        let is_deaf = Arc::new(AtomicBool::new(false));
        let (commands, to_send) = channel();
        {
            let (bell, is_deaf) = (Arc::clone(bell), Arc::clone(&is_deaf));
            let is_silent = hearing.closed();
            thread::spawn(move || {
                if pass_on(&to_send, input).is_err() {
                    // A peer that has ended does not read either; that is seen in a moment.
                    let _ = bell.wait(TO_END, || is_silent.load(Ordering::Acquire));
                    is_deaf.store(true, Ordering::Release);
                    bell.ring();
                }
            });
        }
        let mut peer = Self {
            invocation: invocation.to_string(),
            identity: Identity::default(),
            commands: Some(commands),
            asked: VecDeque::from([Asked::hello()]),
            hearing,
            is_deaf,
            running,
            bell: Arc::clone(bell),
            trouble: None,
        };
        match peer.answer_text(patience)? {
            Some((_, hello)) => {
                peer.identity = hello
                    .parse()
                    .map_err(|()| peer.fails(Trouble::WrongHello(shortened(&hello))))?;
                Ok(peer)
            }
            None => Err(peer.fails(Trouble::NoHello(patience))),
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
        if let Some(trouble) = &self.trouble {
            return Err(trouble.clone());
        }
        let mut line = command.to_string();
        self.asked.push_back(Asked::by(command, &line));
        line.push('\n');
        // Whether it arrives shows in the answer, or in the lack of one.
        let _ = self.commands.as_ref().map(|commands| commands.send(line));
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
    pub fn answer(&mut self, patience: Duration) -> Result<Answer, PeerError> {
        let bell = Arc::clone(&self.bell);
        let mut polled = Ok(None);
        let _ = bell.wait(at_most(patience), || {
            polled = self.poll();
            !matches!(polled, Ok(None))
        });
        polled?.ok_or_else(|| {
            let command = self.asked.front().map(|asked| asked.command.clone());
            self.fails(Trouble::Silent(command.unwrap_or_default(), patience))
        })
    }

    /// Whether it has been dismissed or has gone wrong.
    pub fn is_of_no_more_use(&self) -> bool {
        self.commands.is_none() || self.trouble.is_some()
    }

    /// How many commands have not been answered yet.
    pub fn unanswered(&self) -> usize {
        self.asked.len()
    }

    /// Closes its stdin and returns how it ended; none if it did not within `patience`.
    ///
    /// It is of no more use then.
    pub fn dismiss(&mut self, patience: Duration) -> Option<Exit> {
        self.commands = None;
        let _ = self.running.wait(at_most(patience));
        self.running.exit()
    }

    /// The end of what it has printed to stderr so far.
    pub fn stderr_tail(&self) -> String {
        tail(&self.running.stderr())
    }

    /// The end of what it has printed to stdout so far that was no answer.
    pub fn noise_tail(&self) -> String {
        tail(&self.hearing.noise())
    }

    fn poll_text(&mut self) -> Result<Option<(Asked, String)>, PeerError> {
        if let Some(trouble) = &self.trouble {
            return Err(trouble.clone());
        }
        // Asked before the answers are looked at: those that came first are not to be lost.
        let is_over = self.running.is_over() && self.hearing.is_closed();
        let is_deaf = self.is_deaf.load(Ordering::Acquire);
        let floods = self.hearing.floods();
        let trouble = match (self.hearing.next(), self.asked.pop_front()) {
            (Some(text), Some(asked)) => return Ok(Some((asked, text))),
            (Some(text), None) => Trouble::Unasked(shortened(&text)),
            (None, asked) => {
                let command = asked.as_ref().map(|asked| asked.command.clone());
                let is_hello = asked.as_ref().is_some_and(Asked::is_hello);
                if let Some(asked) = asked {
                    self.asked.push_front(asked);
                }
                match self.running.exit() {
                    _ if floods => Trouble::Floods,
                    Some(exit) if is_over && is_hello => Trouble::DiedAtStart(exit),
                    Some(exit) if is_over => Trouble::Died(command, exit),
                    _ if is_deaf => Trouble::Deaf,
                    _ => return Ok(None),
                }
            }
        };
        Err(self.fails(trouble))
    }

    fn answer_text(&mut self, patience: Duration) -> Result<Option<(Asked, String)>, PeerError> {
        let bell = Arc::clone(&self.bell);
        let mut polled = Ok(None);
        let _ = bell.wait(at_most(patience), || {
            polled = self.poll_text();
            !matches!(polled, Ok(None))
        });
        polled
    }

    fn fails(&mut self, trouble: Trouble) -> PeerError {
        let error = PeerError::new(self.invocation.clone(), trouble, self.stderr_tail());
        self.trouble = Some(error.clone());
        error
    }
}

/// Writes what is to be sent until nothing more is, or nobody reads.
fn pass_on(to_send: &Receiver<String>, mut input: ChildStdin) -> std::io::Result<()> {
    while let Ok(mut lines) = to_send.recv() {
        // All that has come meanwhile in one write.
        lines.extend(to_send.try_iter());
        input.write_all(lines.as_bytes())?;
    }
    Ok(())
}

/// How long the end of a peer that reads no more may take to be noticed.
const TO_END: Patience = at_most(Duration::from_secs(1));

const fn at_most(patience: Duration) -> Patience {
    Patience {
        quiet: patience,
        total: patience,
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
