//! A process that runs one program after another, so that only the first waits for its start.
//!
//! The host is started like any other program, under a supervisor. Its stdin takes a line for each
//! program, and its stdout answers with single bytes; `java/WarmLauncher.java` is the other side.
//! Each program has standard streams of its own: pipes of the harness, which the host opens under
//! `/proc`. While a program runs, its [`Running`] behaves as if the host were its process: it is
//! killed by killing the host, and if the host ends, the program has ended in the same way.

use std::io::{self, Read, Write};
use std::os::fd::AsRawFd;
use std::path::Path;
use std::process::{ChildStdin, ChildStdout};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::output::{Capture, Limit};
use super::{Exit, Invocation, Running, StartError, Started, write_all};
use crate::system::poll::PollSet;
use crate::system::wait::{Notify, Timeouts};

/// A process that is ready to run a program.
#[derive(Debug)]
pub(crate) struct Host {
    process: Arc<Running>,
    requests: ChildStdin,
    answers: ChildStdout,
}

/// What a host answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// The program has started.
    Started,
    /// It cannot be started there, and has not run.
    Refused,
    /// It has ended with this status.
    Ended(u8),
}

impl Answer {
    fn of(byte: u8) -> Option<Self> {
        match byte {
            b'S' => Some(Self::Started),
            b'F' => Some(Self::Refused),
            b'0' | b'1' => Some(Self::Ended(byte - b'0')),
            _ => None,
        }
    }
}

/// A JVM on a busy machine needs seconds to start.
const START: Duration = Duration::from_secs(30);

/// The host separates the words of a request by these.
const SEPARATORS: [char; 2] = ['\t', '\n'];

impl Host {
    /// Starts a host under the supervisor in `javatalk`.
    ///
    /// # Errors
    ///
    /// If it cannot be started.
    pub(crate) fn start(invocation: &Invocation, javatalk: &Path) -> Result<Self, StartError> {
        let notify = Arc::new(Notify::default());
        let (process, requests, answers) = invocation.start_with_pipes(javatalk, &notify)?;
        Ok(Self {
            process: Arc::new(process),
            requests,
            answers,
        })
    }

    /// Whether a program that consists of these words can be requested.
    pub(crate) fn can_be_asked(words: &[&str]) -> bool {
        !words.iter().any(|word| word.contains(SEPARATORS))
    }

    /// Runs the program that consists of these words, with `stdin` as its complete input.
    ///
    /// `shown` is the command line that would run it in a process of its own. When the program has
    /// ended and the host can run another one, the host is passed to `free`. Returns `None` if the
    /// host does not run the program.
    ///
    /// # Errors
    ///
    /// If the system allows no more pipes or threads.
    pub(crate) fn run(
        self,
        words: &[&str],
        shown: String,
        stdin: Vec<u8>,
        notify: &Arc<Notify>,
        free: impl FnOnce(Self) + Send + 'static,
    ) -> Result<Option<Running>, StartError> {
        let running = self.try_run(words, &shown, stdin, notify, free);
        running.map_err(|why| StartError::new(shown, why))
    }

    fn try_run(
        mut self,
        words: &[&str],
        shown: &str,
        stdin: Vec<u8>,
        notify: &Arc<Notify>,
        free: impl FnOnce(Self) + Send + 'static,
    ) -> io::Result<Option<Running>> {
        let (input, pipe) = io::pipe()?;
        let (stdout, output) = io::pipe()?;
        let (stderr, error) = io::pipe()?;
        if !self.takes(words, [&input, &output, &error]) {
            return Ok(None);
        }
        // From here on only the host holds these ends.
        drop((input, output, error));
        let stdout = Capture::of(Some(stdout), Limit::OF_STDOUT, notify)?;
        let stderr = Capture::of(Some(stderr), Limit::OF_STDERR, notify)?;
        let running = Running {
            invocation: shown.to_owned(),
            child: Started::In(Arc::clone(&self.process)),
            stdout,
            stderr,
            exit: Arc::new(Mutex::new(None)),
            notify: Arc::clone(notify),
        };
        write_all(pipe, stdin)?;
        let (exit, notify) = (Arc::clone(&running.exit), Arc::clone(notify));
        thread::Builder::new().spawn(move || {
            let (how, is_free) = self.end();
            // First this: from now on nothing that is done to the program concerns the host.
            *exit.lock().unwrap_or_else(PoisonError::into_inner) = Some(how);
            if is_free {
                free(self);
            }
            notify.notify();
        })?;
        Ok(Some(running))
    }

    /// Sends the request, and waits until the program has started.
    fn takes(&mut self, words: &[&str], streams: [&dyn AsRawFd; 3]) -> bool {
        let harness = std::process::id();
        let path = |stream: &dyn AsRawFd| format!("/proc/{harness}/fd/{}", stream.as_raw_fd());
        let mut request: Vec<String> = vec![words[0].to_owned()];
        request.extend(streams.map(path));
        request.extend(words[1..].iter().map(|&word| word.to_owned()));
        let request = request.join("\t") + "\n";
        if self.requests.write_all(request.as_bytes()).is_err() {
            return false;
        }
        let mut awaited = PollSet::default();
        awaited.input(&self.answers);
        awaited.wait(START) && self.answer() == Some(Answer::Started)
    }

    /// Waits for the end of the program. Returns how it ended, and whether the host can run another.
    fn end(&mut self) -> (Exit, bool) {
        match self.answer() {
            Some(Answer::Ended(status)) => (Exit::Code(status.into()), true),
            Some(Answer::Started | Answer::Refused) | None => {
                // Its stdout is closed or cannot be trusted: it is ending, or has to.
                if self.process.wait(TO_END).is_err() {
                    self.process.kill();
                    let _ = self.process.wait(TO_END);
                }
                (self.process.exit().unwrap_or(Exit::Code(-1)), false)
            }
        }
    }

    /// The next answer. `None` once the host has ended.
    fn answer(&mut self) -> Option<Answer> {
        let mut byte = [0];
        self.answers.read_exact(&mut byte).ok()?;
        Answer::of(byte[0])
    }
}

/// How long a host that runs no further program may take to exit.
const TO_END: Timeouts = Timeouts {
    idle: Duration::from_secs(2),
    total: Duration::from_secs(5),
};
