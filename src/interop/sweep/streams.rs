//! What the streams under test stand on: a source and a sink that count, and fail when told to.
//!
//! They are the twins of `Source` and `Sink` in `Sweep.java`.

use std::io::{self, Read, Write};

/// What a source or sink says when it fails; the same as in `Sweep.java`.
const FAILURE: &str = "so it was told";

/// Gives the bytes it was made with, and may fail once on the way.
#[derive(Debug)]
pub(super) struct Source<'a> {
    bytes: &'a [u8],
    given: usize,
    failing: Option<usize>,
}

impl<'a> Source<'a> {
    pub(super) fn new(bytes: &'a [u8], failing: Option<usize>) -> Self {
        Self {
            bytes,
            given: 0,
            failing,
        }
    }

    pub(super) fn given(&self) -> usize {
        self.given
    }
}

impl Read for Source<'_> {
    #[inline]
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut end = self.bytes.len();
        if let Some(failing) = self.failing {
            if failing == self.given && !buffer.is_empty() {
                self.failing = None;
                return Err(io::Error::other(FAILURE));
            }
            end = failing;
        }
        let rest = &self.bytes[self.given..end];
        let count = rest.len().min(buffer.len());
        if count == 1 {
            buffer[0] = rest[0];
        } else {
            buffer[..count].copy_from_slice(&rest[..count]);
        }
        self.given += count;
        Ok(count)
    }
}

/// Takes bytes, and may fail once on the way.
#[derive(Debug)]
pub(super) struct Sink {
    taken: Vec<u8>,
    left: usize,
}

impl Sink {
    pub(super) fn new(failing: Option<usize>) -> Self {
        Self {
            taken: Vec::new(),
            left: failing.unwrap_or(usize::MAX),
        }
    }

    /// What it has taken since it was last cleared.
    pub(super) fn taken(&self) -> &[u8] {
        &self.taken
    }

    pub(super) fn clear(&mut self) {
        self.taken.clear();
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = bytes.len().min(self.left);
        if count == 0 && !bytes.is_empty() {
            self.left = usize::MAX;
            return Err(io::Error::other(FAILURE));
        }
        self.taken.extend_from_slice(&bytes[..count]);
        self.left -= count;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_fails_once_and_goes_on() {
        let mut source = Source::new(b"abc", Some(2));
        let mut buffer = [0; 8];
        assert_eq!(source.read(&mut buffer).unwrap(), 2);
        assert_eq!(source.read(&mut buffer).unwrap_err().to_string(), FAILURE);
        assert_eq!(source.read(&mut buffer).unwrap(), 1);
        assert_eq!(source.read(&mut buffer).unwrap(), 0);
        assert_eq!(source.given(), 3);
    }

    #[test]
    fn a_sink_takes_what_fits_before_it_fails() {
        let mut sink = Sink::new(Some(2));
        assert!(sink.write_all(b"abc").is_err());
        assert_eq!(sink.taken(), b"ab");
        sink.clear();
        sink.write_all(b"de").unwrap();
        assert_eq!(sink.taken(), b"de");
    }
}
