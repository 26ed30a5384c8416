//! Collects the output of a program while it runs.

use std::collections::VecDeque;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{io, mem, thread};

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::Errno;

use crate::system::poll::PollSet;
use crate::system::wait::Notify;

/// The bytes read from a pipe so far. A thread drains it until the end.
#[derive(Debug)]
pub(crate) struct Capture {
    /// `None` if the caller reads it.
    pipe: Option<OwnedFd>,
    limit: Limit,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    first: Vec<u8>,
    last: VecDeque<u8>,
    /// How many bytes were dropped between the head and the tail.
    left_out: usize,
    /// How many bytes had been kept at which time.
    times: Vec<(usize, Instant)>,
    closed: bool,
    buffer: Vec<u8>,
}

/// How much of a program's output is kept. Longer output is still read, but its middle is dropped.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit {
    first: usize,
    last: usize,
}

impl Limit {
    /// More than any program of the harness prints. Stdout is compared, so a marker in its middle
    /// would be wrong.
    pub(crate) const OF_STDOUT: Self = Self {
        first: 16 << 20,
        last: 0,
    };
    /// Stderr is for people: the listening address at the beginning, the error at the end.
    pub(crate) const OF_STDERR: Self = Self {
        first: 64 << 10,
        last: 64 << 10,
    };
}

impl State {
    fn take(&mut self, bytes: &[u8], limit: Limit) {
        let room = limit.first.saturating_sub(self.first.len());
        let (first, rest) = bytes.split_at(bytes.len().min(room));
        self.first.extend_from_slice(first);
        self.times.push((self.first.len(), Instant::now()));
        self.last.extend(rest);
        let too_many = self.last.len().saturating_sub(limit.last);
        self.last.drain(..too_many);
        self.left_out += too_many;
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.first.clone();
        if self.left_out > 0 && !self.last.is_empty() {
            let mark = format!("\n[{} bytes left out]\n", self.left_out);
            bytes.extend_from_slice(mark.as_bytes());
        }
        bytes.extend(&self.last);
        bytes
    }
}

impl Capture {
    /// Drains `pipe` in a thread of its own; `None` if the caller reads it.
    pub(crate) fn of(
        pipe: Option<impl Into<OwnedFd>>,
        limit: Limit,
        notify: &Arc<Notify>,
    ) -> io::Result<Arc<Self>> {
        let pipe = pipe.map(Into::into);
        if let Some(pipe) = &pipe {
            // This is the reading end; the program's writing end still blocks.
            fcntl_setfl(pipe, fcntl_getfl(pipe)? | OFlags::NONBLOCK)?;
        }
        let capture = Arc::new(Self {
            state: Mutex::new(State {
                closed: pipe.is_none(),
                ..State::default()
            }),
            pipe,
            limit,
        });
        if capture.pipe.is_some() {
            let (capture, notify) = (Arc::clone(&capture), Arc::clone(notify));
            thread::Builder::new().spawn(move || capture.drain(&notify))?;
        }
        Ok(capture)
    }

    fn drain(&self, notify: &Notify) {
        while !self.is_closed() {
            let mut awaited = PollSet::default();
            self.pipe.iter().for_each(|pipe| awaited.input(pipe));
            awaited.wait(Duration::MAX);
            self.read_available();
            notify.notify();
        }
    }

    /// Reads what the program has printed by now, without waiting for more. What it prints later
    /// has a later time.
    pub(crate) fn read_available(&self) {
        let Some(pipe) = &self.pipe else { return };
        self.with(|state| {
            let mut buffer = mem::take(&mut state.buffer);
            buffer.resize(CHUNK, 0);
            // A program that prints without end must not keep the lock.
            for _ in 0..CHUNKS {
                match rustix::io::read(pipe, &mut buffer) {
                    Ok(0) => state.closed = true,
                    Ok(count) => {
                        state.take(&buffer[..count], self.limit);
                        continue;
                    }
                    Err(Errno::INTR) => continue,
                    Err(Errno::AGAIN) => {}
                    Err(_) => state.closed = true,
                }
                break;
            }
            state.buffer = buffer;
        });
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.with(|state| state.bytes())
    }

    /// Calls `look` with the beginning of the output, up to the limit, without a copy.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&[u8]) -> T) -> T {
        self.with(|state| look(&state.first))
    }

    pub(crate) fn times(&self) -> Vec<(usize, Instant)> {
        self.with(|state| state.times.clone())
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.with(|state| state.closed)
    }

    fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A pipe holds as much by default.
const CHUNK: usize = 64 << 10;

/// The most chunks read under one lock.
const CHUNKS: usize = 16;

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn output_is_recorded_with_the_time_it_was_read() {
        // No thread drains this pipe: a busy machine may not run it for as long as it likes.
        let (reader, mut writer) = io::pipe().unwrap();
        let capture = Capture {
            pipe: Some(reader.into()),
            limit: Limit::OF_STDOUT,
            state: Mutex::default(),
        };
        fcntl_setfl(capture.pipe.as_ref().unwrap(), OFlags::NONBLOCK).unwrap();
        writer.write_all(b"one").unwrap();
        capture.read_available();
        let moment = Instant::now();
        writer.write_all(b"two").unwrap();
        capture.read_available();
        let [(3, one), (6, two)] = capture.times()[..] else {
            panic!("{capture:?}");
        };
        assert!(one <= moment && moment <= two);
        assert!(!capture.is_closed());
        drop(writer);
        capture.read_available();
        assert!(capture.is_closed());
    }

    #[test]
    fn the_middle_of_a_flood_is_omitted_and_counted() {
        let limit = Limit { first: 4, last: 3 };
        for size in [1, 2, 5, 10] {
            let mut state = State::default();
            for piece in b"0123456".chunks(size) {
                state.take(piece, limit);
            }
            assert_eq!(state.bytes(), b"0123456", "pieces of {size}");
            for piece in b"789".chunks(size) {
                state.take(piece, limit);
            }
            assert_eq!(
                String::from_utf8(state.bytes()).unwrap(),
                "0123\n[3 bytes left out]\n789",
                "pieces of {size}"
            );
        }
    }
}
