//! The two ends of a pipe that exists in memory alone, and misbehaves as told.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};

/// Gives what it was told to give, in that order, and counts.
#[derive(Debug, Default)]
pub(crate) struct Source {
    events: VecDeque<Event>,
    pub(crate) calls: usize,
    pub(crate) given: usize,
    /// The longest buffer that a reader has offered.
    pub(crate) largest_offer: usize,
}

#[derive(Debug)]
enum Event {
    Bytes(Vec<u8>),
    Failure(io::Error),
}

impl Source {
    /// At most these bytes, by one call.
    pub(crate) fn then(mut self, bytes: &[u8]) -> Self {
        self.events.push_back(Event::Bytes(bytes.to_vec()));
        self
    }

    pub(crate) fn then_fail(self, kind: ErrorKind) -> Self {
        self.then_error(kind.into())
    }

    pub(crate) fn then_error(mut self, error: io::Error) -> Self {
        self.events.push_back(Event::Failure(error));
        self
    }
}

/// All of these bytes by one call, if it asks for so many.
pub(crate) fn source(bytes: &[u8]) -> Source {
    Source::default().then(bytes)
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        assert!(!buffer.is_empty(), "a call that cannot give anything");
        self.calls += 1;
        self.largest_offer = self.largest_offer.max(buffer.len());
        match self.events.pop_front() {
            None => Ok(0),
            Some(Event::Failure(error)) => Err(error),
            Some(Event::Bytes(mut bytes)) => {
                let count = bytes.len().min(buffer.len());
                buffer[..count].copy_from_slice(&bytes[..count]);
                self.given += count;
                bytes.drain(..count);
                if !bytes.is_empty() {
                    self.events.push_front(Event::Bytes(bytes));
                }
                Ok(count)
            }
        }
    }
}

/// Takes so many bytes, then fails for ever; records each call by itself.
#[derive(Debug)]
pub(crate) struct Sink {
    room: usize,
    failure: ErrorKind,
    pub(crate) taken: Vec<u8>,
    pub(crate) calls: Vec<usize>,
}

impl Sink {
    pub(crate) fn with_room_for(room: usize, failure: ErrorKind) -> Self {
        Self {
            room,
            failure,
            taken: Vec::new(),
            calls: Vec::new(),
        }
    }

    pub(crate) fn endless() -> Self {
        Self::with_room_for(usize::MAX, ErrorKind::Other)
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.calls.push(bytes.len());
        let count = bytes.len().min(self.room - self.taken.len());
        if count == 0 && !bytes.is_empty() {
            return Err(self.failure.into());
        }
        self.taken.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.room == self.taken.len() {
            Err(self.failure.into())
        } else {
            Ok(())
        }
    }
}
