//! A program that answers requests over its stdin and stdout.
//!
//! The caller owns both pipes; stderr is collected as for any other program. Every send and receive
//! has a deadline: a program that misses it is killed, and its pipes close.

use std::io::{self, ErrorKind, Read, Write};
use std::process::{ChildStdin, ChildStdout};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::{Finished, Running};
use crate::system::wait::Timeouts;

/// The caller's side of the pipes; dropping it kills the program.
#[derive(Debug)]
pub struct RequestPipe {
    input: Option<ChildStdin>,
    output: Option<ChildStdout>,
    timeout: Duration,
    deadline: Arc<Deadline>,
    timer: Option<JoinHandle<()>>,
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
        let deadline = Arc::new(Deadline::default());
        let timer = {
            let (deadline, running) = (Arc::clone(&deadline), Arc::clone(&running));
            thread::Builder::new().spawn(move || {
                if deadline.is_overdue() {
                    running.kill();
                }
            })?
        };
        Ok(Self {
            input,
            output,
            timeout,
            deadline,
            timer: Some(timer),
            running,
        })
    }

    pub fn invocation(&self) -> &str {
        self.running.invocation()
    }

    /// Writes all bytes to the program's stdin.
    ///
    /// # Errors
    ///
    /// If the program has ended, or was killed because it did not read.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let _guard = self.deadline.until(Instant::now() + self.timeout);
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
        let _guard = self.deadline.until(Instant::now() + self.timeout);
        let output = self.output.as_mut().ok_or(ErrorKind::UnexpectedEof)?;
        output.read_exact(buffer).map_err(|e| match e.kind() {
            ErrorKind::UnexpectedEof => {
                io::Error::new(e.kind(), "its output ended within an answer")
            }
            _ => e,
        })
    }

    /// Closes the program's stdin, gives it a moment to exit, and returns its stderr and how it
    /// ended.
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
        self.deadline.end();
        if let Some(timer) = self.timer.take() {
            // The timeout thread also owns the program, so the program is released only after it
            // ends.
            let _ = timer.join();
        }
    }
}

/// How long a program may take to exit after its stdin is closed.
const TO_END: Timeouts = Timeouts {
    idle: Duration::from_secs(2),
    total: Duration::from_secs(5),
};

/// The deadline of the current request.
#[derive(Debug, Default)]
struct Deadline {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default, Clone, Copy)]
enum State {
    #[default]
    Idle,
    Until(Instant),
    Over,
}

impl Deadline {
    fn until(self: &Arc<Self>, deadline: Instant) -> DeadlineGuard {
        self.set(State::Until(deadline));
        DeadlineGuard(Arc::clone(self))
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

    /// Blocks until a deadline passes, or until no further deadline will be set.
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

/// Sets a deadline, and removes it when dropped.
struct DeadlineGuard(Arc<Deadline>);

impl Drop for DeadlineGuard {
    fn drop(&mut self) {
        self.0.set(State::Idle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_missed_deadline_is_overdue() {
        let deadline = Arc::new(Deadline::default());
        drop(deadline.until(Instant::now()));
        let guard = deadline.until(Instant::now());
        assert!(deadline.is_overdue());
        drop(guard);
        deadline.end();
        assert!(!deadline.is_overdue());
    }
}
