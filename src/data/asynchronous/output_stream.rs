//! `AsyncDataOutputStream`: `AsyncDataOutput` over any asynchronous writer.

use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::AsyncWrite;

use super::AsyncDataOutput;
use crate::data::Error;

/// Writes Java's primitive values and strings to any asynchronous writer, as
/// `java.io.DataOutputStream`.
///
/// The stream does not buffer: over a socket, wrap the writer in a `tokio::io::BufWriter` if it
/// sends many small values in a row, and call [`flush`](AsyncDataOutputStream::flush) before
/// waiting for an answer.
///
/// # Unsent bytes
///
/// If a future is dropped after some bytes of its value have been sent, the stream keeps the rest
/// and sends it before anything else: with the next write, [`flush`](AsyncDataOutputStream::flush)
/// or [`shutdown`](AsyncDataOutputStream::shutdown).
///
/// # Examples
///
/// ```
/// use javatalk::data::Error;
/// use javatalk::data::asynchronous::{AsyncDataOutput, AsyncDataOutputStream};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Error> {
/// let mut output = AsyncDataOutputStream::new(Vec::new());
/// output.write_int(7).await?;
/// output.write_utf("hi").await?;
/// output.flush().await?;
/// assert_eq!(output.size(), 8);
/// assert_eq!(output.into_inner(), b"\0\0\0\x07\0\x02hi");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct AsyncDataOutputStream<W> {
    sink: W,
    unsent: VecDeque<u8>,
    written: i32,
}

impl<W> AsyncDataOutputStream<W> {
    /// Creates a stream over a writer, as `new DataOutputStream(OutputStream)`.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::data::asynchronous::AsyncDataOutputStream;
    ///
    /// let output = AsyncDataOutputStream::new(Vec::<u8>::new());
    /// assert_eq!(output.size(), 0);
    /// ```
    pub const fn new(sink: W) -> Self {
        Self {
            sink,
            unsent: VecDeque::new(),
            written: 0,
        }
    }

    /// A reference to the writer.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::asynchronous::AsyncDataOutputStream;
    /// let output = AsyncDataOutputStream::new(Vec::<u8>::new());
    /// assert_eq!(output.get_ref(), b"");
    /// ```
    pub const fn get_ref(&self) -> &W {
        &self.sink
    }

    /// A mutable reference to the writer. Bytes written directly to it overtake unsent bytes, and
    /// do not count in [`size`](AsyncDataOutputStream::size).
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::asynchronous::AsyncDataOutputStream;
    /// let mut output = AsyncDataOutputStream::new(Vec::new());
    /// output.get_mut().push(1);
    /// assert_eq!(output.size(), 0);
    /// ```
    pub const fn get_mut(&mut self) -> &mut W {
        &mut self.sink
    }

    /// Returns the writer, without flushing it. Unsent bytes are **lost** here; use
    /// [`into_parts`](AsyncDataOutputStream::into_parts) to keep them.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, asynchronous::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut output = AsyncDataOutputStream::new(Vec::new());
    /// output.write_short(1).await?;
    /// assert_eq!(output.into_inner(), b"\x00\x01");
    /// # Ok(())
    /// # }
    /// ```
    pub fn into_inner(self) -> W {
        self.sink
    }

    /// Returns the writer, and the bytes that still have to be written to it.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::asynchronous::AsyncDataOutputStream;
    /// let output = AsyncDataOutputStream::new(Vec::<u8>::new());
    /// assert_eq!(output.into_parts(), (vec![], vec![]));
    /// ```
    pub fn into_parts(self) -> (W, Vec<u8>) {
        (self.sink, self.unsent.into())
    }

    /// How many bytes have been written, as `DataOutputStream.size()`.
    ///
    /// A method that fails does not count, even if some of its bytes were written. If a future is
    /// dropped after some bytes were sent, all bytes of its value count, because the rest follows.
    /// The count stops at 2147483647.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, asynchronous::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut output = AsyncDataOutputStream::new(Vec::new());
    /// output.write_utf("hi").await?;
    /// assert_eq!(output.size(), 4);
    /// # Ok(())
    /// # }
    /// ```
    pub const fn size(&self) -> i32 {
        self.written
    }

    fn count(&mut self, bytes: usize) {
        let bytes = i32::try_from(bytes).unwrap_or(i32::MAX);
        self.written = self.written.saturating_add(bytes);
    }
}

impl<W: AsyncWrite + Unpin> AsyncDataOutputStream<W> {
    /// Sends unsent bytes and flushes the writer, as `DataOutputStream.flush()`.
    ///
    /// Cancel-safe: call it again.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the writer fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, asynchronous::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut output = AsyncDataOutputStream::new(tokio::io::BufWriter::new(Vec::new()));
    /// output.write_int(1).await?;
    /// assert_eq!(output.get_ref().get_ref().len(), 0);
    /// output.flush().await?;
    /// assert_eq!(output.get_ref().get_ref().len(), 4);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn flush(&mut self) -> Result<(), Error> {
        let flushed = std::future::poll_fn(|context| Pin::new(&mut *self).poll_flush(context));
        Ok(flushed.await?)
    }

    /// Sends unsent bytes and shuts the writer down, as `Socket.shutdownOutput()` does for a
    /// connection: the other side reads the rest and then the end of the input.
    ///
    /// Cancel-safe: call it again.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the writer fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, asynchronous::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let (here, there) = tokio::io::duplex(64);
    /// let mut output = AsyncDataOutputStream::new(here);
    /// output.write_int(1).await?;
    /// output.shutdown().await?;
    /// let mut input = AsyncDataInputStream::new(there);
    /// assert_eq!(input.read_int().await?, 1);
    /// assert!(matches!(input.read_byte().await, Err(Error::EndOfInput(_))));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn shutdown(&mut self) -> Result<(), Error> {
        let shut = std::future::poll_fn(|context| Pin::new(&mut *self).poll_shutdown(context));
        Ok(shut.await?)
    }

    /// Writes once to the sink, and again if it is interrupted; writing nothing is an error.
    fn poll_sink(sink: &mut W, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        loop {
            match ready!(Pin::new(&mut *sink).poll_write(context, bytes)) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Ok(0) => return Poll::Ready(Err(ErrorKind::WriteZero.into())),
                Ok(count) => {
                    assert!(
                        count <= bytes.len(),
                        "the writer is broken: it says that it has taken {count} bytes of {}",
                        bytes.len()
                    );
                    return Poll::Ready(Ok(count));
                }
                other => return Poll::Ready(other),
            }
        }
    }

    /// Sends the rest of a value whose future was dropped; if that fails, the rest is lost.
    fn poll_unsent(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.unsent.is_empty() {
            let (bytes, _) = self.unsent.as_slices();
            match ready!(Self::poll_sink(&mut self.sink, context, bytes)) {
                Ok(count) => drop(self.unsent.drain(..count)),
                Err(error) => {
                    self.unsent = VecDeque::new();
                    return Poll::Ready(Err(error));
                }
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<W: AsyncWrite + Unpin + Send> AsyncDataOutput for AsyncDataOutputStream<W> {
    async fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let sending = Sending {
            stream: self,
            bytes,
            sent: 0,
        };
        Ok(sending.await?)
    }
}

impl<W: AsyncWrite + Unpin> AsyncWrite for AsyncDataOutputStream<W> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_unsent(context))?;
        let count = ready!(Pin::new(&mut self.sink).poll_write(context, bytes))?;
        self.count(count);
        Poll::Ready(Ok(count))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_unsent(context))?;
        Pin::new(&mut self.sink).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_unsent(context))?;
        Pin::new(&mut self.sink).poll_shutdown(context)
    }
}

/// Sends bytes. If it is dropped before it completes, the stream keeps the rest.
struct Sending<'a, W> {
    stream: &'a mut AsyncDataOutputStream<W>,
    bytes: &'a [u8],
    /// How many bytes have been sent; 0 once the write has completed or failed.
    sent: usize,
}

impl<W: AsyncWrite + Unpin> Future for Sending<'_, W> {
    type Output = io::Result<()>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self {
            stream,
            bytes,
            sent,
        } = self.get_mut();
        ready!(stream.poll_unsent(context))?;
        let ended = loop {
            if *sent == bytes.len() {
                stream.count(bytes.len());
                break Ok(());
            }
            let sink = &mut stream.sink;
            match ready!(AsyncDataOutputStream::poll_sink(
                sink,
                context,
                &bytes[*sent..]
            )) {
                Ok(count) => *sent += count,
                Err(error) => break Err(error),
            }
        };
        *sent = 0;
        Poll::Ready(ended)
    }
}

impl<W> Drop for Sending<'_, W> {
    fn drop(&mut self) {
        if self.sent > 0 {
            self.stream.unsent.extend(&self.bytes[self.sent..]);
            self.stream.count(self.bytes.len());
        }
    }
}
