//! Collects the output of a program while it runs.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use crate::system::wait::Notify;

/// The bytes read from a pipe so far, by a thread that drains it until the end.
#[derive(Debug, Default)]
pub(crate) struct Capture {
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
    pub(crate) fn of<R: Read + Send + 'static>(
        pipe: Option<R>,
        limit: Limit,
        notify: &Arc<Notify>,
    ) -> io::Result<Arc<Self>> {
        let capture = Arc::new(Self::default());
        match pipe {
            Some(pipe) => {
                let (capture, notify) = (Arc::clone(&capture), Arc::clone(notify));
                thread::Builder::new().spawn(move || capture.drain(pipe, limit, &notify))?;
            }
            // The caller reads it.
            None => capture.with(|state| state.closed = true),
        }
        Ok(capture)
    }

    fn drain(&self, mut pipe: impl Read, limit: Limit, notify: &Notify) {
        let mut buffer = vec![0; 64 << 10];
        loop {
            match pipe.read(&mut buffer) {
                Ok(0) => break,
                Ok(n) => self.with(|state| state.take(&buffer[..n], limit)),
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                Err(_) => break,
            }
            notify.notify();
        }
        self.with(|state| state.closed = true);
        notify.notify();
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.with(|state| state.bytes())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_flood_the_middle_is_left_out_and_counted() {
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
