//! A reader that reads all available bytes, not only the requested ones.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};

/// A reader with a small buffer: a short message takes one system call, not one each for its first
/// byte, the rest of its length, and its body.
///
/// The buffer is part of the struct: an idle client needs no other memory.
#[derive(Debug)]
pub(crate) struct ReadAhead<R> {
    source: R,
    bytes: [u8; ROOM],
    /// The bytes that have not been requested yet.
    from: u8,
    to: u8,
}

/// Enough for most messages, and small compared with the rest of a conversation.
const ROOM: usize = u8::MAX as usize;

impl<R> ReadAhead<R> {
    pub(crate) fn new(source: R) -> Self {
        Self {
            source,
            bytes: [0; ROOM],
            from: 0,
            to: 0,
        }
    }

    /// The number of bytes that have been read and not requested yet.
    pub(crate) fn held(&self) -> u64 {
        (self.to - self.from).into()
    }

    pub(crate) fn get_ref(&self) -> &R {
        &self.source
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for ReadAhead<R> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.from == this.to {
            if buffer.remaining() >= ROOM {
                // The buffer of the caller is larger than this one.
                return Pin::new(&mut this.source).poll_read(context, buffer);
            }
            let mut ahead = ReadBuf::new(&mut this.bytes);
            ready!(Pin::new(&mut this.source).poll_read(context, &mut ahead))?;
            let come = u8::try_from(ahead.filled().len());
            (this.from, this.to) = (0, come.map_err(io::Error::other)?);
        }
        let held = &this.bytes[this.from.into()..this.to.into()];
        let count = held.len().min(buffer.remaining());
        buffer.put_slice(&held[..count]);
        this.from += u8::try_from(count).map_err(io::Error::other)?;
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use tokio::io::AsyncReadExt;

    use super::*;

    /// How much each call of the system brought.
    struct Calls<'a>(&'a [u8], Vec<usize>);

    impl AsyncRead for Calls<'_> {
        fn poll_read(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
            buffer: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            let before = buffer.filled().len();
            let mut rest = self.0;
            ready!(Pin::new(&mut rest).poll_read(context, buffer))?;
            self.0 = rest;
            self.1.push(buffer.filled().len() - before);
            Poll::Ready(Ok(()))
        }
    }

    fn read(input: &mut ReadAhead<Calls<'_>>, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        let mut reading = Box::pin(input.read_exact(&mut bytes));
        let mut context = Context::from_waker(Waker::noop());
        assert!(matches!(
            reading.as_mut().poll(&mut context),
            Poll::Ready(Ok(_))
        ));
        drop(reading);
        bytes
    }

    #[test]
    fn available_messages_are_read_in_one_call() {
        let mut input = ReadAhead::new(Calls(b"\x00\x02hi\x00\x01x", Vec::new()));
        for expected in [&b"\x00"[..], b"\x02", b"hi", b"\x00", b"\x01", b"x"] {
            assert_eq!(read(&mut input, expected.len()), expected);
        }
        assert_eq!(input.get_ref().1, [7]);
    }

    #[test]
    fn reads_larger_than_the_buffer_bypass_it() {
        let bytes: Vec<u8> = (0..=255).cycle().take(1000).collect();
        let mut input = ReadAhead::new(Calls(&bytes, Vec::new()));
        assert_eq!(read(&mut input, 2), bytes[..2]);
        assert_eq!(read(&mut input, 998), bytes[2..]);
        assert_eq!(input.get_ref().1, [255, 745]);
    }
}
