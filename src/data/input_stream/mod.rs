//! `DataInputStream`: `DataInput` over any reader.

mod look_ahead;

use std::io::{self, ErrorKind, Read};

use super::{DataInput, EndOfInput, Error, text};
use crate::mutf8::ShortPlain;
use crate::{JavaString, mutf8};

/// Reads Java's primitive values and strings from any reader, as `java.io.DataInputStream`.
///
/// The stream takes exactly the bytes of the value from the reader, so the reader can be used
/// before, between and after the calls; [`get_mut`](DataInputStream::get_mut) borrows it. The
/// stream does not buffer: over a file or a socket, wrap the reader in a
/// [`BufReader`](std::io::BufReader). Over a slice, [`SliceInput`](super::SliceInput) can also borrow
/// strings.
///
/// # Over a buffer
///
/// If the reader is known to be a [`BufRead`](std::io::BufRead), as a `BufReader`, a slice and a
/// [`Cursor`](std::io::Cursor) are, methods of the stream itself take precedence over those of the
/// trait. They do the same, and are faster, because they decode values where they are in the buffer.
/// [`DataInput`] need not be imported for them.
///
/// # The held byte
///
/// There is one exception, the same as in Java. After `\r`, [`read_line`](DataInput::read_line) has
/// to read one more byte, and blocks until it arrives. If that byte is not `\n`, the stream holds
/// it and returns it first on the next read of any kind. To take back the reader without losing
/// this byte, use [`into_parts`](DataInputStream::into_parts).
///
/// # As a reader
///
/// The stream itself implements [`Read`], the counterpart of Java's `read(byte[])`. If a byte is
/// held, `read` returns that byte alone and does not wait for another; Java waits for at least one
/// more.
///
/// # At the end
///
/// [`EndOfInput`] says how many bytes of the value came. It does not for a number from a reader
/// that has no buffer: such a reader is asked for all bytes of the number in one call, and does not
/// say how many it found.
///
/// # Examples
///
/// ```
/// use javatalk::data::{DataInputStream, Error};
/// use std::io::BufReader;
///
/// # let file = &b"\xca\xfe\xba\xbe\x00\x00\x00\x3d"[..];
/// let mut input = DataInputStream::new(BufReader::new(file));
/// assert_eq!(input.read_int()?, 0xCAFE_BABE_u32 as i32);
/// assert_eq!(input.read_unsigned_short()?, 0);
/// assert_eq!(input.read_unsigned_short()?, 61);
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug)]
pub struct DataInputStream<R> {
    source: R,
    held: Option<u8>,
    /// Whether the source is known to have a buffer, which is empty at times.
    has_buffer: bool,
}

impl<R: Read> DataInputStream<R> {
    /// Creates a stream over a reader, as `new DataInputStream(InputStream)`.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::data::DataInputStream;
    ///
    /// let input = DataInputStream::new(&b"\0\x02hi"[..]);
    /// # let _ = input;
    /// ```
    pub const fn new(source: R) -> Self {
        Self {
            source,
            held: None,
            has_buffer: false,
        }
    }

    /// A reference to the reader.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::DataInputStream;
    /// let input = DataInputStream::new(&b"abc"[..]);
    /// assert_eq!(input.get_ref().len(), 3);
    /// ```
    pub const fn get_ref(&self) -> &R {
        &self.source
    }

    /// A mutable reference to the reader. Reading from it directly bypasses a held byte.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInputStream, Error};
    /// let mut input = DataInputStream::new(&b"abc"[..]);
    /// *input.get_mut() = &b"xyz"[..];
    /// assert_eq!(input.read_unsigned_byte()?, b'x');
    /// # Ok::<(), Error>(())
    /// ```
    pub const fn get_mut(&mut self) -> &mut R {
        &mut self.source
    }

    /// Returns the reader.
    ///
    /// After a [`read_line`](DataInput::read_line) a byte may be held, and it is **lost** here; use
    /// [`into_parts`](DataInputStream::into_parts) to keep it.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInputStream, Error};
    /// let mut input = DataInputStream::new(&b"\0\x01rest"[..]);
    /// input.read_short()?;
    /// assert_eq!(input.into_inner(), b"rest");
    /// # Ok::<(), Error>(())
    /// ```
    pub fn into_inner(self) -> R {
        self.source
    }

    /// Returns the reader, and the byte that [`read_line`](DataInput::read_line) holds, which comes
    /// before the rest of the reader.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInput, DataInputStream, Error};
    /// let mut input = DataInputStream::new(&b"line\rrest"[..]);
    /// input.read_line()?;
    /// assert_eq!(input.into_parts(), (&b"est"[..], Some(b'r')));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn into_parts(self) -> (R, Option<u8>) {
        (self.source, self.held)
    }

    /// Stores the held byte, if there is one.
    #[inline]
    fn take_held(&mut self, first: &mut u8) -> bool {
        let held = self.held.take();
        *first = held.unwrap_or(*first);
        held.is_some()
    }

    /// Calls `read` on the source once, and again if it is interrupted. Returns 0 at the end.
    ///
    /// # Panics
    ///
    /// If the source reports more bytes than fit into the buffer.
    #[inline]
    fn read_source(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.source.read(buffer) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Ok(count) if count > buffer.len() => broken_reader(count, buffer.len()),
                other => return other,
            }
        }
    }

    /// Reads the bytes of a primitive value.
    #[inline(always)]
    fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let there = self.in_memory();
        // A cursor does not say what it has in memory, but copies it as fast.
        let may_copy = there.0 >= N || there == (0, None) && !self.has_buffer;
        if self.held.is_some() || !may_copy {
            return self.array_in_pieces();
        }
        let bytes = self.exactly()?;
        // Not an assignment, which would be made for every number from a cursor.
        if there.0 == 0 && self.in_memory().0 > 0 {
            self.has_buffer = true;
        }
        Ok(bytes)
    }

    /// Like [`array`](Self::array), but always finds out how many bytes came before the end.
    #[inline]
    fn counted_array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        if self.held.is_none() && self.in_memory().0 >= N {
            return self.exactly();
        }
        self.array_in_pieces()
    }

    /// `read_exact` copies a number of bytes that is known at compile time; `read` may copy fewer,
    /// which takes several times as long.
    #[inline(always)]
    fn exactly<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let mut bytes = [0; N];
        match self.source.read_exact(&mut bytes) {
            Ok(()) => Ok(bytes),
            Err(error) => Err(failed(error, N)),
        }
    }

    /// Not marked as cold: a stream over a slice stays in registers only if this is inlined.
    #[inline]
    fn array_in_pieces<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let mut bytes = [0; N];
        self.read_fully(&mut bytes)?;
        Ok(bytes)
    }

    /// How many bytes the source has in memory, at least and at most: those of a slice, or those in
    /// the buffer of a `BufReader`, also behind references and boxes. `(0, None)` for a source that
    /// does not say. This decides only how bytes are read, never which.
    ///
    /// The iterator over its bytes says so. The compiler reduces this to a comparison or to a
    /// constant.
    #[inline(always)]
    #[expect(clippy::unbuffered_bytes, reason = "nothing is read")]
    fn in_memory(&mut self) -> (usize, Option<usize>) {
        self.source.by_ref().bytes().size_hint()
    }

    /// Reads `len` bytes into the memory of `body`, from a reader in memory. It allocates at most
    /// [`FIRST_CHUNK`] or twice what has arrived.
    fn body(&mut self, len: usize, mut body: Vec<u8>) -> Result<Vec<u8>, Error> {
        body.clear();
        while body.len() < len {
            let there = body.capacity() - body.len();
            let step = there.max(body.len()).max(FIRST_CHUNK).min(len - body.len());
            body.reserve_exact(step);
            // `read_to_end` does not zero the memory first. It starts with small reads, which would
            // matter only if each read were a system call.
            let taken = self
                .source
                .by_ref()
                .take(step as u64)
                .read_to_end(&mut body)?;
            if taken < step {
                return Err(EndOfInput::new(len, body.len()).into());
            }
        }
        Ok(body)
    }

    /// Reads a body of at most [`SHORT`](text::SHORT) bytes, which the source has in memory.
    #[inline(always)]
    fn short_body(&mut self, len: usize) -> Result<Vec<u8>, Error> {
        let mut body = mutf8::short_zeros(len);
        match self.source.read_exact(&mut body[..len]) {
            Ok(()) => Ok(body),
            Err(error) => Err(failed(error, len)),
        }
    }

    #[inline]
    #[expect(
        clippy::unbuffered_bytes,
        reason = "exactly one byte may be read; the caller decides whether to buffer"
    )]
    fn next_byte(&mut self) -> Result<Option<u8>, Error> {
        if let Some(byte) = self.held.take() {
            return Ok(Some(byte));
        }
        if self.in_memory().0 > 0 {
            // One `read` of one byte; the readers of the standard library have a fast path for this.
            return Ok(self.source.by_ref().bytes().next().transpose()?);
        }
        let mut byte = [0];
        let count = self.read_source(&mut byte)?;
        Ok((count > 0).then_some(byte[0]))
    }
}

macro_rules! primitives {
    ($($method:ident -> $number:ty;)*) => {$(
        #[inline]
        fn $method(&mut self) -> Result<$number, Error> {
            Ok(<$number>::from_be_bytes(self.array()?))
        }
    )*};
}
impl<R: Read> DataInput for DataInputStream<R> {
    #[inline]
    fn read_fully(&mut self, buffer: &mut [u8]) -> Result<(), Error> {
        let mut came = 0;
        if let Some(first) = buffer.first_mut() {
            came = self.take_held(first).into();
        }
        while came < buffer.len() {
            // Not `read_exact`: it does not specify the content of the buffer if there are fewer
            // bytes, nor say how many there were.
            match self.read_source(&mut buffer[came..])? {
                0 => return Err(EndOfInput::new(buffer.len(), came).into()),
                count => came += count,
            }
        }
        Ok(())
    }

    fn skip_bytes(&mut self, count: usize) -> Result<usize, Error> {
        if count == 0 {
            return Ok(0);
        }
        let mut skipped = usize::from(self.held.take().is_some());
        let mut scratch = [0; SKIP_CHUNK];
        while skipped < count {
            let chunk = (count - skipped).min(SKIP_CHUNK);
            match self.read_source(&mut scratch[..chunk])? {
                0 => break,
                taken => skipped += taken,
            }
        }
        Ok(skipped)
    }

    primitives! {
        read_byte -> i8;
        read_unsigned_byte -> u8;
        read_short -> i16;
        read_unsigned_short -> u16;
        read_int -> i32;
        read_long -> i64;
        read_float -> f32;
        read_double -> f64;
    }

    // Always inlined: returning a string through memory takes as long as reading a short one.
    #[inline(always)]
    fn read_utf(&mut self) -> Result<JavaString, Error> {
        let len = u16::from_be_bytes(self.counted_array()?).into();
        let there = self.in_memory().0;
        if len <= text::SHORT && there >= len {
            let body = self.short_body(len)?;
            return match ShortPlain::ascii_of(body, len) {
                Ok(text) => Ok(text.into()),
                Err(body) => Ok(mutf8::decode_owned(body)?),
            };
        }
        if len > text::SHORT && there > 0 {
            return Ok(mutf8::decode_owned(self.body(len, Vec::new())?)?);
        }
        text::read(self, len)
    }

    #[inline]
    fn read_utf_into(&mut self, text: &mut JavaString) -> Result<(), Error> {
        text.emptied();
        let len = u16::from_be_bytes(self.counted_array()?).into();
        let there = self.in_memory().0;
        if len <= text::SHORT && there >= len {
            return Ok(mutf8::decode_start_into(&self.short_body(len)?, len, text)?);
        }
        if len > text::SHORT && there > 0 {
            let memory = text.take_memory().into_bytes();
            *text = mutf8::decode_owned(self.body(len, memory)?)?;
            return Ok(());
        }
        text::read_into(self, len, text)
    }

    fn read_line(&mut self) -> Result<Option<JavaString>, Error> {
        let mut line = Vec::new();
        let mut first = true;
        loop {
            match self.next_byte()? {
                None if first => return Ok(None),
                None | Some(b'\n') => break,
                Some(b'\r') => {
                    self.held = self.next_byte()?.filter(|&byte| byte != b'\n');
                    break;
                }
                Some(byte) => line.push(byte),
            }
            first = false;
        }
        Ok(Some(text::line(line)))
    }
}

impl<R: Read> Read for DataInputStream<R> {
    /// Reads once from the reader, or returns the held byte alone.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let held = |first| self.take_held(first);
        if buffer.first_mut().is_some_and(held) {
            return Ok(1);
        }
        self.source.read(buffer)
    }
}

/// A panic and not an error of the input: the reader itself is faulty.
#[cold]
fn broken_reader(count: usize, room: usize) -> ! {
    panic!("the reader is broken: it says that it has read {count} bytes where {room} fit");
}

/// The error of a value of `wanted` bytes.
#[cold]
fn failed(error: io::Error, wanted: usize) -> Error {
    match Error::from(error) {
        Error::EndOfInput(end) if end.wanted().is_some() => end.into(),
        Error::EndOfInput(_) if wanted == 1 => EndOfInput::new(1, 0).into(),
        Error::EndOfInput(_) => EndOfInput::within(wanted).into(),
        other => other,
    }
}

/// How much a read from memory allocates before any byte of the body has arrived.
const FIRST_CHUNK: usize = 4096;

/// The chunk size with which the JDK's socket stream skips.
const SKIP_CHUNK: usize = 2048;
