//! The source and the sink under the streams under test: they count bytes, and fail on request.
//!
//! They are the counterparts of `Source` and `Sink` in `Sweep.java`. For the asynchronous streams
//! they are wrapped in [`Halting`], which can make them wait for each byte.

use std::io::{self, Read, Write};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The message of a source or sink that fails; the same as in `Sweep.java`.
const FAILURE: &str = "so it was told";

/// Returns its bytes, and may fail once.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    bytes: &'a [u8],
    given: usize,
    failing: Option<usize>,
}

impl<'a> Source<'a> {
    pub(crate) fn new(bytes: &'a [u8], failing: Option<usize>) -> Self {
        Self {
            bytes,
            given: 0,
            failing,
        }
    }

    pub(crate) fn given(&self) -> usize {
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

/// Takes bytes, and may fail once.
#[derive(Debug)]
pub(crate) struct Sink {
    taken: Vec<u8>,
    left: usize,
}

impl Sink {
    pub(crate) fn new(failing: Option<usize>) -> Self {
        Self {
            taken: Vec::new(),
            left: failing.unwrap_or(usize::MAX),
        }
    }

    /// The bytes taken since it was last cleared.
    pub(crate) fn taken(&self) -> &[u8] {
        &self.taken
    }

    pub(crate) fn clear(&mut self) {
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

/// A source or sink as `AsyncRead` or `AsyncWrite`.
#[derive(Debug)]
pub(crate) struct Halting<S> {
    stream: S,
    /// Whether it returns `Pending` before each byte.
    halts: bool,
    /// Whether it has returned `Pending` before the next byte.
    has_halted: bool,
}

impl<S> Halting<S> {
    pub(crate) fn new(stream: S, halts: bool) -> Self {
        Self {
            stream,
            halts,
            has_halted: false,
        }
    }

    pub(crate) fn get_ref(&self) -> &S {
        &self.stream
    }

    pub(crate) fn get_mut(&mut self) -> &mut S {
        &mut self.stream
    }

    /// How many bytes may be transferred now.
    fn poll_limit(&mut self, context: &mut Context<'_>) -> Poll<usize> {
        if !self.halts {
            return Poll::Ready(usize::MAX);
        }
        self.has_halted = !self.has_halted;
        if self.has_halted {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(1)
    }
}

impl<S: Read + Unpin> AsyncRead for Halting<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let limit = ready!(self.poll_limit(context)).min(buffer.remaining());
        let count = self.stream.read(buffer.initialize_unfilled_to(limit))?;
        buffer.advance(count);
        Poll::Ready(Ok(()))
    }
}

impl<S: Write + Unpin> AsyncWrite for Halting<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let limit = ready!(self.poll_limit(context)).min(bytes.len());
        Poll::Ready(self.stream.write(&bytes[..limit]))
    }

    fn poll_flush(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.stream.flush())
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_source_fails_once_and_continues() {
        let mut source = Source::new(b"abc", Some(2));
        let mut buffer = [0; 8];
        assert_eq!(source.read(&mut buffer).unwrap(), 2);
        assert_eq!(source.read(&mut buffer).unwrap_err().to_string(), FAILURE);
        assert_eq!(source.read(&mut buffer).unwrap(), 1);
        assert_eq!(source.read(&mut buffer).unwrap(), 0);
        assert_eq!(source.given(), 3);
    }

    #[test]
    fn a_failing_sink_accepts_bytes_up_to_its_failure() {
        let mut sink = Sink::new(Some(2));
        assert!(sink.write_all(b"abc").is_err());
        assert_eq!(sink.taken(), b"ab");
        sink.clear();
        sink.write_all(b"de").unwrap();
        assert_eq!(sink.taken(), b"de");
    }
}
