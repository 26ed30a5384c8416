//! `AsyncDataInputStream`: `AsyncDataInput` over any asynchronous reader.

use std::io::{self, ErrorKind};
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};

use super::AsyncDataInput;
use crate::JavaString;
use crate::data::{DataInput, DataInputStream, Error, text};

/// Reads Java's primitive values and strings from any asynchronous reader, as
/// `java.io.DataInputStream`.
///
/// It takes from the reader what the value needs and not a byte more, and does not buffer: over a
/// socket, put a `tokio::io::BufReader` between.
///
/// # Held bytes
///
/// The stream holds what a future had taken that was dropped before it was ready, and the byte
/// behind a `\r` that [`read_line`](AsyncDataInput::read_line) had to look at. The next read of any
/// kind gets them first. Whoever takes the reader back has to ask for them:
/// [`into_parts`](AsyncDataInputStream::into_parts).
///
/// What is held has arrived: a length that the other side announces allocates nothing.
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
    /// A stream over this reader, as `new DataInputStream(InputStream)`.
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

    /// The reader.
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

    /// The reader, to use it. What is read from it directly passes by held bytes.
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

    /// The reader, back. Held bytes are **lost** here: then use
    /// [`into_parts`](AsyncDataInputStream::into_parts).
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

    /// The reader, back, and the bytes before it that are held.
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
        // Thousands of streams that wait must not keep the memory of their longest strings.
        if self.held.is_empty() && self.held.capacity() > KEPT {
            self.held = Vec::new();
        }
    }
}

impl<R: AsyncRead + Unpin> AsyncDataInputStream<R> {
    /// One read on the source into an empty buffer, tried again when interrupted; 0 is its end.
    ///
    /// # Panics
    ///
    /// If the source has put another buffer in the place of this one: then nothing that it says can
    /// be believed.
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

    /// Reads until so many bytes are held, and not a byte more; tells whether there are so many.
    ///
    /// Nothing is lost when the future is dropped. If the source fails nothing is held any more.
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
                            // Room for twice what has arrived, and for no more than is wanted.
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

    /// As [`hold`](Self::hold), for a value that is nothing without all its bytes.
    async fn hold_all(&mut self, count: usize) -> Result<(), Error> {
        if self.hold(count).await? {
            return Ok(());
        }
        self.consume(self.held.len());
        Err(Error::EndOfInput)
    }

    /// Waits for all bytes of a string, and tells how many they are with the length before them.
    async fn hold_string(&mut self) -> Result<usize, Error> {
        self.hold_all(LENGTH).await?;
        let body = DataInputStream::new(&self.held[..]).read_unsigned_short()?;
        let all = LENGTH + usize::from(body);
        self.hold_all(all).await?;
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
            // How long it will be is not known: the room doubles.
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
                let read = text::decode_into(&self.held[LENGTH..all], text);
                self.consume(all);
                read
            }
            Err(error) => {
                *text = JavaString::new();
                Err(error)
            }
        }
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for AsyncDataInputStream<R> {
    /// One read on the reader, or held bytes alone.
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

/// Fills a buffer, and puts everything back if it is dropped halfway.
struct Filling<'a, R> {
    stream: &'a mut AsyncDataInputStream<R>,
    buffer: &'a mut [u8],
    /// How much would have to be put back.
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
                Ok(0) => break Err(Error::EndOfInput),
                Ok(count) => *filled += count,
                Err(error) => break Err(error.into()),
            }
        };
        // Read for good, or gone.
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

/// The bytes of the length before a string.
const LENGTH: usize = 2;

/// So much is read at a time, on the stack.
const CHUNK: usize = 4096;

/// So much memory is kept for the next string: most are shorter.
const KEPT: usize = 512;
