//! `AsyncDataInputStream`: `AsyncDataInput` over any asynchronous reader.

use std::io::{self, ErrorKind};
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};

use super::AsyncDataInput;
use crate::data::{DataInputStream, EndOfInput, Error, text};
use crate::{JavaString, mutf8};

/// Reads Java's primitive values and strings from any asynchronous reader, as
/// `java.io.DataInputStream`.
///
/// The stream takes exactly the bytes of the value from the reader. It does not buffer: over a
/// socket, wrap the reader in a `tokio::io::BufReader`.
///
/// # Held bytes
///
/// The stream holds the bytes that a future had taken when it was dropped, and the byte after a
/// `\r` that [`read_line`](AsyncDataInput::read_line) had to read. The next read of any kind gets
/// them first. To take back the reader without losing these bytes, use
/// [`into_parts`](AsyncDataInputStream::into_parts).
///
/// Only bytes that have arrived are held: a length prefix alone does not allocate memory.
///
/// # Examples
///
/// ```
/// use javatalk::data::Error;
/// use javatalk::data::asynchronous::{AsyncDataInput, AsyncDataInputStream};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Error> {
/// let mut input = AsyncDataInputStream::new(&b"\xca\xfe\xba\xbe\0\0"[..]);
/// assert_eq!(input.read_int().await?, 0xCAFE_BABE_u32 as i32);
/// assert_eq!(input.read_unsigned_short().await?, 0);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct AsyncDataInputStream<R> {
    source: R,
    held: Vec<u8>,
}

impl<R> AsyncDataInputStream<R> {
    /// Creates a stream over a reader, as `new DataInputStream(InputStream)`.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::data::asynchronous::AsyncDataInputStream;
    ///
    /// let input = AsyncDataInputStream::new(&b"\0\x02hi"[..]);
    /// # let _ = input;
    /// ```
    pub const fn new(source: R) -> Self {
        Self {
            source,
            held: Vec::new(),
        }
    }

    /// A reference to the reader.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::asynchronous::AsyncDataInputStream;
    /// let input = AsyncDataInputStream::new(&b"abc"[..]);
    /// assert_eq!(input.get_ref().len(), 3);
    /// ```
    pub const fn get_ref(&self) -> &R {
        &self.source
    }

    /// A mutable reference to the reader. Reading from it directly bypasses held bytes.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::asynchronous::AsyncDataInputStream;
    /// let mut input = AsyncDataInputStream::new(&b"abc"[..]);
    /// *input.get_mut() = &b"xyz"[..];
    /// assert_eq!(input.get_ref(), b"xyz");
    /// ```
    pub const fn get_mut(&mut self) -> &mut R {
        &mut self.source
    }

    /// Returns the reader. Held bytes are **lost** here; use
    /// [`into_parts`](AsyncDataInputStream::into_parts) to keep them.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, asynchronous::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut input = AsyncDataInputStream::new(&b"\0\x01rest"[..]);
    /// input.read_short().await?;
    /// assert_eq!(input.into_inner(), b"rest");
    /// # Ok(())
    /// # }
    /// ```
    pub fn into_inner(self) -> R {
        self.source
    }

    /// Returns the reader, and the held bytes, which come before the rest of the reader.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, asynchronous::*};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let mut input = AsyncDataInputStream::new(&b"line\rrest"[..]);
    /// input.read_line().await?;
    /// assert_eq!(input.into_parts(), (&b"est"[..], b"r".to_vec()));
    /// # Ok(())
    /// # }
    /// ```
    pub fn into_parts(self) -> (R, Vec<u8>) {
        (self.source, self.held)
    }

    /// Moves held bytes into the buffer, as many as fit.
    fn take_held(&mut self, buffer: &mut [u8]) -> usize {
        let count = self.held.len().min(buffer.len());
        buffer[..count].copy_from_slice(&self.held[..count]);
        self.consume(count);
        count
    }

    fn consume(&mut self, count: usize) {
        if count == 0 {
            return;
        }
        self.held.drain(..count);
        // Thousands of idle streams must not each keep the memory of their longest string.
        if self.held.is_empty() && self.held.capacity() > KEPT {
            self.held = Vec::new();
        }
    }
}

impl<R: AsyncRead + Unpin> AsyncDataInputStream<R> {
    /// Reads once from the source into an empty buffer, and again if it is interrupted. 0 is the
    /// end.
    ///
    /// # Panics
    ///
    /// If the source has replaced the buffer: its results cannot be trusted then.
    fn poll_source(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<usize>> {
        let (start, room) = (buffer.filled().as_ptr(), buffer.capacity());
        loop {
            let read = ready!(Pin::new(&mut self.source).poll_read(context, buffer));
            assert!(
                buffer.filled().as_ptr() == start && buffer.capacity() == room,
                "the reader is broken: it has put another buffer in the place of its own"
            );
            match read {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                other => return Poll::Ready(other.map(|()| buffer.filled().len())),
            }
        }
    }

    /// Reads until exactly `count` bytes are held. Returns false if the input ends first.
    ///
    /// A dropped future loses no bytes. If the source fails, the held bytes are discarded.
    async fn hold(&mut self, count: usize) -> Result<bool, Error> {
        std::future::poll_fn(|context| {
            let mut chunk = [MaybeUninit::uninit(); CHUNK];
            while self.held.len() < count {
                let missing = (count - self.held.len()).min(CHUNK);
                let mut buffer = ReadBuf::uninit(&mut chunk[..missing]);
                match ready!(self.poll_source(context, &mut buffer)) {
                    Ok(0) => return Poll::Ready(Ok(false)),
                    Ok(taken) => {
                        let arrived = self.held.len() + taken;
                        if arrived > self.held.capacity().max(KEPT) {
                            // Room for twice what has arrived, at most for what is needed.
                            let room = count.min(2 * arrived);
                            self.held.reserve_exact(room - self.held.len());
                        }
                        self.held.extend_from_slice(buffer.filled());
                    }
                    Err(error) => {
                        self.consume(self.held.len());
                        return Poll::Ready(Err(error.into()));
                    }
                }
            }
            Poll::Ready(Ok(true))
        })
        .await
    }

    /// Like [`hold`](Self::hold), but the end of the input is an error, for values of a fixed size.
    /// The first `before` bytes belong to another value.
    async fn hold_all(&mut self, count: usize, before: usize) -> Result<(), Error> {
        if self.hold(count).await? {
            return Ok(());
        }
        let came = self.held.len();
        self.consume(came);
        Err(EndOfInput::new(count - before, came - before).into())
    }

    /// Waits for all bytes of a string. Returns their number, including the length prefix.
    async fn hold_string(&mut self) -> Result<usize, Error> {
        self.hold_all(LENGTH, 0).await?;
        let body = DataInputStream::new(&self.held[..]).read_unsigned_short()?;
        let all = LENGTH + usize::from(body);
        self.hold_all(all, LENGTH).await?;
        Ok(all)
    }
}

impl<R: AsyncRead + Unpin + Send> AsyncDataInput for AsyncDataInputStream<R> {
    async fn read_fully(&mut self, buffer: &mut [u8]) -> Result<(), Error> {
        let filling = Filling {
            stream: self,
            buffer,
            filled: 0,
        };
        filling.await
    }

    async fn skip_bytes(&mut self, count: usize) -> Result<usize, Error> {
        let held = self.held.len().min(count);
        self.consume(held);
        let mut skipped = held;
        std::future::poll_fn(|context| {
            let mut chunk = [MaybeUninit::uninit(); CHUNK];
            while skipped < count {
                let rest = (count - skipped).min(CHUNK);
                let mut buffer = ReadBuf::uninit(&mut chunk[..rest]);
                match ready!(self.poll_source(context, &mut buffer))? {
                    0 => break,
                    taken => skipped += taken,
                }
            }
            Poll::Ready(Ok(skipped))
        })
        .await
    }

    async fn read_line(&mut self) -> Result<Option<JavaString>, Error> {
        let mut length = 0;
        let end = loop {
            // The length of the line is unknown: the capacity doubles.
            self.held.reserve(1);
            if !self.hold(length + 1).await? {
                break length;
            }
            match self.held[length] {
                b'\n' => break length + 1,
                b'\r' => {
                    let followed = self.hold(length + 2).await? && self.held[length + 1] == b'\n';
                    break length + 1 + usize::from(followed);
                }
                _ => length += 1,
            }
        };
        if end == 0 {
            return Ok(None);
        }
        if length <= KEPT {
            let line = text::line(self.held[..length].to_vec());
            self.consume(end);
            return Ok(Some(line));
        }
        let behind = self.held.split_off(end);
        let mut line = std::mem::replace(&mut self.held, behind);
        line.truncate(length);
        Ok(Some(text::line(line)))
    }

    async fn read_utf_into(&mut self, text: &mut JavaString) -> Result<(), Error> {
        match self.hold_string().await {
            Ok(all) => {
                let decoded = mutf8::decode_start_into(&self.held[LENGTH..], all - LENGTH, text);
                self.consume(all);
                Ok(decoded?)
            }
            Err(error) => {
                *text = JavaString::new();
                Err(error)
            }
        }
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for AsyncDataInputStream<R> {
    /// Reads once from the reader, or returns held bytes alone.
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let count = self.held.len().min(buffer.remaining());
        if count == 0 {
            return Pin::new(&mut self.source).poll_read(context, buffer);
        }
        buffer.put_slice(&self.held[..count]);
        self.consume(count);
        Poll::Ready(Ok(()))
    }
}

/// Fills a buffer. If the future is dropped before it completes, all bytes are put back.
struct Filling<'a, R> {
    stream: &'a mut AsyncDataInputStream<R>,
    buffer: &'a mut [u8],
    /// How many bytes have to be put back on drop.
    filled: usize,
}

impl<R: AsyncRead + Unpin> Future for Filling<'_, R> {
    type Output = Result<(), Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self {
            stream,
            buffer,
            filled,
        } = self.get_mut();
        *filled += stream.take_held(&mut buffer[*filled..]);
        let ended = loop {
            if *filled == buffer.len() {
                break Ok(());
            }
            let mut rest = ReadBuf::new(&mut buffer[*filled..]);
            match ready!(stream.poll_source(context, &mut rest)) {
                Ok(0) => break Err(EndOfInput::new(buffer.len(), *filled).into()),
                Ok(count) => *filled += count,
                Err(error) => break Err(error.into()),
            }
        };
        // The value is complete, or the bytes are lost: nothing to put back.
        *filled = 0;
        Poll::Ready(ended)
    }
}

impl<R> Drop for Filling<'_, R> {
    fn drop(&mut self) {
        let back = &self.buffer[..self.filled];
        self.stream.held.splice(..0, back.iter().copied());
    }
}

/// The size of the length prefix in bytes.
const LENGTH: usize = 2;

/// The size of the read buffer on the stack.
const CHUNK: usize = 4096;

/// How much memory is kept for the next string; most strings are shorter.
const KEPT: usize = 512;
