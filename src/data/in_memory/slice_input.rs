//! `SliceInput`: `DataInput` over a slice, from which strings are borrowed.

use std::borrow::Cow;

use crate::data::{DataInput, EndOfInput, Error, text};
use crate::{JavaString, mutf8};

/// Reads Java's primitive values and strings from a slice, and borrows what need not be copied.
///
/// It reads what [`DataInputStream`](crate::data::DataInputStream) reads from the same slice. In
/// addition, [`read_utf_cow`](SliceInput::read_utf_cow),
/// [`read_utf_bytes`](SliceInput::read_utf_bytes) and [`read_slice`](SliceInput::read_slice) return
/// parts of the slice.
///
/// # Examples
///
/// ```
/// use std::borrow::Cow;
///
/// use javatalk::data::{DataInput, Error, SliceInput};
///
/// let file = b"\0\0\0\x07\0\x05hello\xca\xfe";
/// let mut input = SliceInput::new(file);
/// assert_eq!(input.read_int()?, 7);
/// assert!(matches!(input.read_utf_cow()?, Cow::Borrowed("hello")));
/// assert_eq!(input.remaining(), b"\xca\xfe");
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct SliceInput<'a> {
    rest: &'a [u8],
    position: usize,
}

impl<'a> SliceInput<'a> {
    /// Creates an input over a slice.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::data::SliceInput;
    ///
    /// assert_eq!(SliceInput::new(b"abc").remaining(), b"abc");
    /// ```
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            position: 0,
        }
    }

    /// What has not been read yet.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInput, Error, SliceInput};
    /// let mut input = SliceInput::new(b"\0\x01rest");
    /// input.read_short()?;
    /// assert_eq!(input.remaining(), b"rest");
    /// # Ok::<(), Error>(())
    /// ```
    #[must_use]
    pub const fn remaining(&self) -> &'a [u8] {
        self.rest
    }

    /// The number of bytes that have been read.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInput, Error, SliceInput};
    /// let mut input = SliceInput::new(b"\0\x01rest");
    /// input.read_short()?;
    /// assert_eq!(input.position(), 2);
    /// # Ok::<(), Error>(())
    /// ```
    #[must_use]
    pub const fn position(&self) -> usize {
        self.position
    }

    /// Reads `len` bytes without a copy.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if fewer bytes are left; they are consumed.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInput, Error, SliceInput};
    /// let mut input = SliceInput::new(b"\0\0\0\x02hi");
    /// let len = usize::try_from(input.read_int()?).unwrap_or(0);
    /// assert_eq!(input.read_slice(len)?, b"hi");
    /// # Ok::<(), Error>(())
    /// ```
    #[inline]
    pub fn read_slice(&mut self, len: usize) -> Result<&'a [u8], Error> {
        match self.rest.split_at_checked(len) {
            Some((slice, rest)) => {
                self.rest = rest;
                self.position += len;
                Ok(slice)
            }
            None => Err(self.ended(len)),
        }
    }

    /// Reads the bytes of a string without decoding them, as `DataInput.readUTF()` finds them after
    /// the length. They need not be modified UTF-8.
    ///
    /// Bytes: two for the unsigned length, then that many.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if the input ends before the last byte.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{Error, SliceInput};
    /// let mut input = SliceInput::new(b"\0\x02\xff!");
    /// let bytes = input.read_utf_bytes()?;
    /// assert_eq!(bytes, b"\xff!");
    /// assert!(javatalk::mutf8::decode(bytes).is_err());
    /// # Ok::<(), Error>(())
    /// ```
    #[inline]
    pub fn read_utf_bytes(&mut self) -> Result<&'a [u8], Error> {
        let len = self.read_unsigned_short()?.into();
        self.read_slice(len)
    }

    /// Reads a string as text, as `DataInput.readUTF()`, and borrows it if its bytes are the same in
    /// UTF-8.
    ///
    /// Bytes: two for the unsigned length, then that many bytes of modified UTF-8.
    ///
    /// # Errors
    ///
    /// The same as [`read_utf`](DataInput::read_utf), and [`Error::Malformed`] for an unpaired
    /// surrogate, which a `str` cannot hold.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::borrow::Cow;
    /// # use javatalk::data::{Error, SliceInput};
    /// let mut input = SliceInput::new(b"\0\x02hi\0\x06\xed\xa0\xbd\xed\xb8\x80");
    /// assert!(matches!(input.read_utf_cow()?, Cow::Borrowed("hi")));
    /// assert!(matches!(input.read_utf_cow()?, Cow::Owned(text) if text == "😀"));
    /// # Ok::<(), Error>(())
    /// ```
    #[inline]
    pub fn read_utf_cow(&mut self) -> Result<Cow<'a, str>, Error> {
        Ok(mutf8::decode_cow(self.read_utf_bytes()?)?)
    }

    /// Consumes a string; returns its bytes with all that follows, and their number.
    #[inline(always)]
    fn utf_ahead(&mut self) -> Result<(&'a [u8], usize), Error> {
        let len = self.read_unsigned_short()?.into();
        let ahead = self.rest;
        self.read_slice(len)?;
        Ok((ahead, len))
    }

    #[inline]
    fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        match self.rest.split_first_chunk() {
            Some((bytes, rest)) => {
                self.rest = rest;
                self.position += N;
                Ok(*bytes)
            }
            None => Err(self.ended(N)),
        }
    }

    /// Consumes the rest, which is shorter than a value.
    #[cold]
    fn ended(&mut self, wanted: usize) -> Error {
        let came = self.rest.len();
        self.rest = &[];
        self.position += came;
        EndOfInput::new(wanted, came).into()
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

impl DataInput for SliceInput<'_> {
    #[inline]
    fn read_fully(&mut self, buffer: &mut [u8]) -> Result<(), Error> {
        let rest = self.rest;
        match self.read_slice(buffer.len()) {
            Ok(bytes) => {
                buffer.copy_from_slice(bytes);
                Ok(())
            }
            Err(error) => {
                buffer[..rest.len()].copy_from_slice(rest);
                Err(error)
            }
        }
    }

    fn skip_bytes(&mut self, count: usize) -> Result<usize, Error> {
        let count = count.min(self.rest.len());
        self.read_slice(count)?;
        Ok(count)
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
        if self.rest.is_empty() {
            return Ok(None);
        }
        let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
        let len = self.rest.iter().position(is_end);
        let line = self.read_slice(len.unwrap_or(self.rest.len()))?.to_vec();
        // The byte behind a lone CR is not taken, so there is none to be held.
        let end = match self.rest {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => 0,
        };
        self.read_slice(end)?;
        Ok(Some(text::line(line)))
    }

    // Always inlined: returning a string through memory takes as long as reading a short one.
    #[inline(always)]
    fn read_utf(&mut self) -> Result<JavaString, Error> {
        let (ahead, len) = self.utf_ahead()?;
        Ok(mutf8::decode_start(ahead, len)?)
    }

    #[inline]
    fn read_utf_into(&mut self, text: &mut JavaString) -> Result<(), Error> {
        text.emptied();
        let (ahead, len) = self.utf_ahead()?;
        Ok(mutf8::decode_start_into(ahead, len, text)?)
    }
}
