//! A program that is asked and answers, over and over.
//!
//! Both pipes belong to the asker; stderr is heard out as for any other program. Sending and
//! receiving are bounded: a program that keeps its asker waiting for too long is killed, and its
//! pipes end.

use std::io::{self, ErrorKind, Read, Write};
use std::process::{ChildStdin, ChildStdout};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::{Finished, Running};
use crate::system::wait::Timeouts;

/// The asker's hold on a program that answers; the program is killed when this is dropped.
#[derive(Debug)]
pub struct RequestPipe {
    input: Option<ChildStdin>,
    output: Option<ChildStdout>,
    timeout: Duration,
    watch: Arc<Deadline>,
    watchman: Option<JoinHandle<()>>,
    running: Arc<Running>,
}

impl RequestPipe {
    pub(crate) fn new(
        running: Running,
        input: Option<ChildStdin>,
        output: Option<ChildStdout>,
        timeout: Duration,
    ) -> io::Result<Self> {
        let running = Arc::new(running);
        let watch = Arc::new(Deadline::default());
        let watchman = {
            let (watch, running) = (Arc::clone(&watch), Arc::clone(&running));
            thread::Builder::new().spawn(move || {
                if watch.is_overdue() {
                    running.kill();
                }
            })?
        };
        Ok(Self {
            input,
            output,
            timeout,
            watch,
            watchman: Some(watchman),
            running,
        })
    }

    /// The command line.
    pub fn invocation(&self) -> &str {
        self.running.invocation()
    }

    /// Writes to the program's stdin, all of it.
    ///
    /// # Errors
    ///
    /// If the program has ended, or was killed because it did not read.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let _watched = self.watch.until(Instant::now() + self.timeout);
        let input = self.input.as_mut().ok_or(ErrorKind::BrokenPipe)?;
        input.write_all(bytes)?;
        input.flush()
    }

    /// Reads from the program's stdout until the buffer is full.
    ///
    /// # Errors
    ///
    /// If the program has ended, or was killed because it did not answer.
    pub fn receive(&mut self, buffer: &mut [u8]) -> io::Result<()> {
        let _watched = self.watch.until(Instant::now() + self.timeout);
        let output = self.output.as_mut().ok_or(ErrorKind::UnexpectedEof)?;
        output.read_exact(buffer).map_err(|e| match e.kind() {
            ErrorKind::UnexpectedEof => io::Error::new(e.kind(), "its output ended in an answer"),
            _ => e,
        })
    }

    /// Closes the program's stdin, gives it a moment to end by itself, and says what it has said on
    /// stderr and how it ended.
    pub fn end(mut self) -> Finished {
        self.input = None;
        let _ = self.running.wait(TO_END);
        let exit = self.running.exit();
        self.running.kill();
        let _ = self.running.wait(TO_END);
        Finished {
            stdout: Vec::new(),
            printed: Vec::new(),
            stderr: self.running.stderr(),
            exit,
        }
    }
}

impl Drop for RequestPipe {
    fn drop(&mut self) {
        self.watch.end();
        if let Some(watchman) = self.watchman.take() {
            // It holds the program too: only after it is the program let go.
            let _ = watchman.join();
        }
    }
}

/// How long a program may take to end once its input has.
const TO_END: Timeouts = Timeouts {
    idle: Duration::from_secs(2),
    total: Duration::from_secs(5),
};

/// Until when the program may keep its asker waiting.
#[derive(Debug, Default)]
struct Deadline {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default, Clone, Copy)]
enum State {
    /// Nobody waits.
    #[default]
    Idle,
    Until(Instant),
    Over,
}

impl Deadline {
    fn until(self: &Arc<Self>, deadline: Instant) -> Watched {
        self.set(State::Until(deadline));
        Watched(Arc::clone(self))
    }

    fn end(&self) {
        self.set(State::Over);
    }

    fn set(&self, state: State) {
        *self.lock() = state;
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns when a deadline has passed, or when nothing is watched any more.
    fn is_overdue(&self) -> bool {
        let mut state = self.lock();
        loop {
            state = match *state {
                State::Over => return false,
                State::Idle => self
                    .changed
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner),
                State::Until(deadline) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return true;
                    }
                    self.changed
                        .wait_timeout(state, left)
                        .unwrap_or_else(PoisonError::into_inner)
                        .0
                }
            };
        }
    }
}

/// Somebody waits as long as this lives.
struct Watched(Arc<Deadline>);

impl Drop for Watched {
    fn drop(&mut self) {
        self.0.set(State::Idle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_that_passes_is_noticed_and_one_that_is_met_is_not() {
        let watch = Arc::new(Deadline::default());
        drop(watch.until(Instant::now()));
        let watched = watch.until(Instant::now());
        assert!(watch.is_overdue());
        drop(watched);
        watch.end();
        assert!(!watch.is_overdue());
    }
}
