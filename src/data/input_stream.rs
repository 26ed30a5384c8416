//! `DataInputStream`: `DataInput` over any reader.

use std::any::type_name;
use std::io::{self, BufReader, ErrorKind, Read};

use super::{DataInput, Error};
use crate::JavaString;

/// Reads Java's primitive values and strings from any reader, as `java.io.DataInputStream`.
///
/// It takes from the reader what the value needs and not a byte more, so the reader can be used
/// before, between and afterwards; [`get_mut`](DataInputStream::get_mut) lends it. It does not
/// buffer: over a file or a socket, put a [`BufReader`](std::io::BufReader) between.
///
/// # The held byte
///
/// There is one exception, and it is Java's. After `\r`,
/// [`read_line`](DataInput::read_line) has to look at one byte more, which blocks until it is
/// there. If it is not `\n`, the stream holds it, and the next read of any kind gets it first. So
/// whoever takes the reader back has to ask for it: [`into_parts`](DataInputStream::into_parts).
///
/// # As a reader
///
/// The stream is a [`Read`] itself, for what Java reads with `read(byte[])`. Its `read` serves a
/// held byte alone and never waits for another; Java's would wait for at least one more.
///
/// # Examples
///
/// ```
/// use javatalk::data::{DataInput, DataInputStream, Error};
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
}

impl<R: Read> DataInputStream<R> {
    /// A stream over this reader, as `new DataInputStream(InputStream)`.
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
        Self { source, held: None }
    }

    /// The reader.
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

    /// The reader, to use it. What is read from it directly passes by a held byte.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInput, DataInputStream, Error};
    /// let mut input = DataInputStream::new(&b"abc"[..]);
    /// *input.get_mut() = &b"xyz"[..];
    /// assert_eq!(input.read_unsigned_byte()?, b'x');
    /// # Ok::<(), Error>(())
    /// ```
    pub const fn get_mut(&mut self) -> &mut R {
        &mut self.source
    }

    /// The reader, back.
    ///
    /// After a [`read_line`](DataInput::read_line) a byte may be held, and it is **lost** here:
    /// then use [`into_parts`](DataInputStream::into_parts).
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInput, DataInputStream, Error};
    /// let mut input = DataInputStream::new(&b"\0\x01rest"[..]);
    /// input.read_short()?;
    /// assert_eq!(input.into_inner(), b"rest");
    /// # Ok::<(), Error>(())
    /// ```
    pub fn into_inner(self) -> R {
        self.source
    }

    /// The reader, back, and the byte before it that [`read_line`](DataInput::read_line) holds.
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

    /// One `read` on the source, tried again when interrupted; 0 is its end.
    #[inline]
    fn read_source(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.source.read(buffer) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                other => return other,
            }
        }
    }

    /// The bytes of a primitive.
    #[inline]
    fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let mut bytes = [0; N];
        if self.held.is_none() && is_slice::<R>() {
            // Here alone `read_exact` tells the end, for nothing else can fail, and it copies as
            // many bytes as the compiler knows of, where `read` may copy fewer.
            return match self.source.read_exact(&mut bytes) {
                Ok(()) => Ok(bytes),
                Err(_) => Err(Error::EndOfInput),
            };
        }
        if N <= 2 && is_buffered::<R>() {
            // Two bytes are taken from a buffer sooner than `memcpy` is called.
            for byte in &mut bytes {
                *byte = self.next_byte()?.ok_or(Error::EndOfInput)?;
            }
            return Ok(bytes);
        }
        self.read_fully(&mut bytes)?;
        Ok(bytes)
    }

    #[inline]
    #[expect(
        clippy::unbuffered_bytes,
        reason = "a byte is all that may be taken; to buffer is the caller's affair"
    )]
    fn next_byte(&mut self) -> Result<Option<u8>, Error> {
        if let Some(byte) = self.held.take() {
            return Ok(Some(byte));
        }
        // One `read` of one byte, again when interrupted, which readers of the standard library do
        // without a detour.
        Ok(self.source.by_ref().bytes().next().transpose()?)
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
    fn read_fully(&mut self, mut buffer: &mut [u8]) -> Result<(), Error> {
        if !buffer.is_empty()
            && let Some(byte) = self.held.take()
        {
            buffer[0] = byte;
            buffer = &mut buffer[1..];
        }
        while !buffer.is_empty() {
            // Not `read_exact`: it gives no way to tell the end from a source that says it was cut
            // short, and leaves open what is in the buffer then.
            match self.read_source(buffer)? {
                0 => return Err(Error::EndOfInput),
                count => buffer = &mut buffer[count..],
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

    fn read_line(&mut self) -> Result<Option<JavaString>, Error> {
        let mut line = String::new();
        let mut first = true;
        loop {
            match self.next_byte()? {
                None if first => return Ok(None),
                None | Some(b'\n') => break,
                Some(b'\r') => {
                    self.held = self.next_byte()?.filter(|&byte| byte != b'\n');
                    break;
                }
                Some(byte) => line.push(char::from(byte)),
            }
            first = false;
        }
        Ok(Some(line.into()))
    }
}

impl<R: Read> Read for DataInputStream<R> {
    /// One read on the reader, or the held byte alone.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !buffer.is_empty()
            && let Some(byte) = self.held.take()
        {
            buffer[0] = byte;
            return Ok(1);
        }
        self.source.read(buffer)
    }
}

/// Whether this reader is a slice.
#[inline]
fn is_slice<R>() -> bool {
    // A name is all that a stable compiler tells of a type that may borrow. No other type has this
    // one, and comparing it costs nothing at run time.
    type_name::<R>() == type_name::<&[u8]>()
}

/// Whether this reader is a [`BufReader`]; whether it is does not matter to what is read.
#[inline]
fn is_buffered<R>() -> bool {
    const INNER: &str = "&[u8]>";
    let name = type_name::<R>().as_bytes();
    let example = type_name::<BufReader<&[u8]>>().as_bytes();
    let outer = &example[..example.len() - INNER.len()];
    name.len() > outer.len() && name[..outer.len()] == *outer
}

/// As much as a JDK's socket stream skips at a time.
const SKIP_CHUNK: usize = 2048;
