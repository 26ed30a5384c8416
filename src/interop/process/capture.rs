//! What a program prints, as it prints it.

use std::io::Read;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use crate::interop::bell::Bell;

/// The bytes read from a pipe so far, by a thread that never stops reading.
#[derive(Debug, Default)]
pub(super) struct Capture {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    bytes: Vec<u8>,
    /// How many bytes there were when.
    times: Vec<(usize, Instant)>,
    closed: bool,
}

/// More than any program of this family prints; a flood is read on and thrown away.
const LIMIT: usize = 16 << 20;

impl Capture {
    pub(super) fn of<R: Read + Send + 'static>(pipe: Option<R>, bell: &Arc<Bell>) -> Arc<Self> {
        let capture = Arc::new(Self::default());
        match pipe {
            Some(pipe) => {
                let (capture, bell) = (Arc::clone(&capture), Arc::clone(bell));
                thread::spawn(move || capture.drain(pipe, &bell));
            }
            // Somebody else reads it.
            None => capture.with(|state| state.closed = true),
        }
        capture
    }

    fn drain(&self, mut pipe: impl Read, bell: &Bell) {
        let mut buffer = vec![0; 64 << 10];
        loop {
            match pipe.read(&mut buffer) {
                Ok(0) => break,
                Ok(n) => self.with(|state| {
                    let room = LIMIT.saturating_sub(state.bytes.len());
                    state.bytes.extend_from_slice(&buffer[..n.min(room)]);
                    state.times.push((state.bytes.len(), Instant::now()));
                }),
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                Err(_) => break,
            }
            bell.ring();
        }
        self.with(|state| state.closed = true);
        bell.ring();
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        self.with(|state| state.bytes.clone())
    }

    pub(super) fn times(&self) -> Vec<(usize, Instant)> {
        self.with(|state| state.times.clone())
    }

    pub(super) fn is_closed(&self) -> bool {
        self.with(|state| state.closed)
    }

    fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
