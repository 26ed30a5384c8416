//! `DataInputStream` over a reader whose buffer it can look into.

use std::io::{self, BufRead, ErrorKind};

use super::{DataInput, DataInputStream, EndOfInput, Error};
use crate::mutf8::{DecodeError, ShortPlain};
use crate::{JavaString, mutf8};

/// What a [`BufRead`] offers: values are decoded where they are, in its buffer.
///
/// These methods take precedence over those of [`DataInput`] if the reader is known to be a
/// [`BufRead`], as a [`BufReader`](std::io::BufReader), a slice and a [`Cursor`](std::io::Cursor)
/// are. The results are the same. They are faster, because the bytes are not copied before they are
/// decoded.
impl<R: BufRead> DataInputStream<R> {
    /// Reads a `boolean`, as [`DataInput::read_boolean`].
    ///
    /// Bytes: one; zero is false, any other value is true.
    ///
    /// # Errors
    ///
    /// The same as [`DataInput::read_boolean`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInputStream, Error};
    /// assert!(DataInputStream::new(&b"\x01"[..]).read_boolean()?);
    /// # Ok::<(), Error>(())
    /// ```
    #[inline(always)]
    pub fn read_boolean(&mut self) -> Result<bool, Error> {
        Ok(self.read_unsigned_byte()? != 0)
    }

    /// Reads a signed byte, as [`DataInput::read_byte`].
    ///
    /// Bytes: one.
    ///
    /// # Errors
    ///
    /// The same as [`DataInput::read_byte`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInputStream, Error};
    /// assert_eq!(DataInputStream::new(&b"\xff"[..]).read_byte()?, -1);
    /// # Ok::<(), Error>(())
    /// ```
    #[inline(always)]
    pub fn read_byte(&mut self) -> Result<i8, Error> {
        Ok(i8::from_be_bytes(self.array_ahead()?))
    }

    /// Reads an unsigned byte, as [`DataInput::read_unsigned_byte`].
    ///
    /// Bytes: one.
    ///
    /// # Errors
    ///
    /// The same as [`DataInput::read_unsigned_byte`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInputStream, Error};
    /// assert_eq!(DataInputStream::new(&b"\xff"[..]).read_unsigned_byte()?, 255);
    /// # Ok::<(), Error>(())
    /// ```
    #[inline(always)]
    pub fn read_unsigned_byte(&mut self) -> Result<u8, Error> {
        Ok(u8::from_be_bytes(self.array_ahead()?))
    }

    /// Reads a 16-bit number, as [`DataInput::read_short`].
    ///
    /// Bytes: two, high byte first.
    ///
    /// # Errors
    ///
    /// The same as [`DataInput::read_short`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInputStream, Error};
    /// assert_eq!(DataInputStream::new(&b"\xff\xfe"[..]).read_short()?, -2);
    /// # Ok::<(), Error>(())
    /// ```
    #[inline(always)]
    pub fn read_short(&mut self) -> Result<i16, Error> {
        Ok(i16::from_be_bytes(self.array_ahead()?))
    }

    /// Reads an unsigned 16-bit number, as [`DataInput::read_unsigned_short`].
    ///
    /// Bytes: two, high byte first.
    ///
    /// # Errors
    ///
    /// The same as [`DataInput::read_unsigned_short`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInputStream, Error};
    /// assert_eq!(DataInputStream::new(&b"\xff\xfe"[..]).read_unsigned_short()?, 65534);
    /// # Ok::<(), Error>(())
    /// ```
    #[inline(always)]
    pub fn read_unsigned_short(&mut self) -> Result<u16, Error> {
        Ok(u16::from_be_bytes(self.array_ahead()?))
    }

    /// Reads a code unit, as [`DataInput::read_char`].
    ///
    /// Bytes: two, high byte first.
    ///
    /// # Errors
    ///
    /// The same as [`DataInput::read_char`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInputStream, Error};
    /// assert_eq!(DataInputStream::new(&b"\0a"[..]).read_char()?, u16::from(b'a'));
    /// # Ok::<(), Error>(())
    /// ```
    #[inline(always)]
    pub fn read_char(&mut self) -> Result<u16, Error> {
        self.read_unsigned_short()
    }

    /// Reads a 32-bit number, as [`DataInput::read_int`].
    ///
    /// Bytes: four, high byte first.
    ///
    /// # Errors
    ///
    /// The same as [`DataInput::read_int`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInputStream, Error};
    /// assert_eq!(DataInputStream::new(&b"\0\0\x01\0"[..]).read_int()?, 256);
    /// # Ok::<(), Error>(())
    /// ```
    #[inline(always)]
    pub fn read_int(&mut self) -> Result<i32, Error> {
        Ok(i32::from_be_bytes(self.array_ahead()?))
    }

    /// Reads a 64-bit number, as [`DataInput::read_long`].
    ///
    /// Bytes: eight, high byte first.
    ///
    /// # Errors
    ///
    /// The same as [`DataInput::read_long`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInputStream, Error};
    /// assert_eq!(DataInputStream::new(&b"\0\0\0\0\0\0\x01\0"[..]).read_long()?, 256);
    /// # Ok::<(), Error>(())
    /// ```
    #[inline(always)]
    pub fn read_long(&mut self) -> Result<i64, Error> {
        Ok(i64::from_be_bytes(self.array_ahead()?))
    }

    /// Reads a `float`, as [`DataInput::read_float`].
    ///
    /// Bytes: four, high byte first.
    ///
    /// # Errors
    ///
    /// The same as [`DataInput::read_float`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInputStream, Error};
    /// assert_eq!(DataInputStream::new(&b"\x3f\x80\0\0"[..]).read_float()?, 1.0);
    /// # Ok::<(), Error>(())
    /// ```
    #[inline(always)]
    pub fn read_float(&mut self) -> Result<f32, Error> {
        Ok(f32::from_be_bytes(self.array_ahead()?))
    }

    /// Reads a `double`, as [`DataInput::read_double`].
    ///
    /// Bytes: eight, high byte first.
    ///
    /// # Errors
    ///
    /// The same as [`DataInput::read_double`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInputStream, Error};
    /// assert_eq!(DataInputStream::new(&b"\x3f\xf0\0\0\0\0\0\0"[..]).read_double()?, 1.0);
    /// # Ok::<(), Error>(())
    /// ```
    #[inline(always)]
    pub fn read_double(&mut self) -> Result<f64, Error> {
        Ok(f64::from_be_bytes(self.array_ahead()?))
    }

    /// Reads a string, as [`DataInput::read_utf`].
    ///
    /// Bytes: two for the unsigned length, then that many bytes of modified UTF-8.
    ///
    /// # Errors
    ///
    /// The same as [`DataInput::read_utf`].
    ///
    /// # Examples
    ///
    /// ```
    /// use std::io::BufReader;
    ///
    /// use javatalk::data::{DataInputStream, Error};
    ///
    /// # let file = &b"\0\x02hi"[..];
    /// let mut input = DataInputStream::new(BufReader::new(file));
    /// assert_eq!(input.read_utf()?, "hi");
    /// # Ok::<(), Error>(())
    /// ```
    // Always inlined: returning a string through memory takes as long as reading a short one.
    #[inline(always)]
    pub fn read_utf(&mut self) -> Result<JavaString, Error> {
        if let Some(ascii) = self.short_ascii()? {
            return Ok(ascii.text().into());
        }
        self.read_other_utf()
    }

    /// Reads a string into existing memory, as [`DataInput::read_utf_into`].
    ///
    /// Bytes: two for the unsigned length, then that many bytes of modified UTF-8.
    ///
    /// # Errors
    ///
    /// The same as [`DataInput::read_utf_into`].
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::JavaString;
    /// use javatalk::data::{DataInputStream, Error};
    ///
    /// let mut input = DataInputStream::new(&b"\0\x02hi\0\x05again"[..]);
    /// let mut text = JavaString::new();
    /// input.read_utf_into(&mut text)?;
    /// input.read_utf_into(&mut text)?;
    /// assert_eq!(text, "again");
    /// # Ok::<(), Error>(())
    /// ```
    #[inline]
    pub fn read_utf_into(&mut self, text: &mut JavaString) -> Result<(), Error> {
        text.emptied();
        if let Some(ascii) = self.short_ascii()? {
            ascii.put_text(text.emptied());
            return Ok(());
        }
        self.read_other_utf_into(text)
    }

    /// The bytes of a primitive value.
    #[inline(always)]
    fn array_ahead<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        if self.held.is_none() {
            match self.source.fill_buf() {
                Ok([]) => return Err(ended(N)),
                Ok(buffer) => {
                    let there = buffer.len();
                    if let Some(&bytes) = buffer.first_chunk() {
                        self.consume(N, there);
                        return Ok(bytes);
                    }
                }
                Err(error) => not_filled(error)?,
            }
        }
        // Not returned as it is: the bytes above would then go through memory too.
        let bytes = self.array_in_pieces()?;
        Ok(bytes)
    }

    /// The next string, consumed, if it is short and ASCII, and the buffer has all of it.
    #[inline(always)]
    fn short_ascii(&mut self) -> Result<Option<ShortPlain>, Error> {
        if self.held.is_none() {
            match self.source.fill_buf() {
                Ok([]) => return Err(ended(PREFIX)),
                Ok(buffer) => {
                    let there = buffer.len();
                    let string = string_in(buffer);
                    let short =
                        string.and_then(|(ahead, len)| ShortPlain::ascii_at_start(ahead, len));
                    if let Some(ascii) = short {
                        self.consume(PREFIX + ascii.len(), there);
                        return Ok(Some(ascii));
                    }
                }
                Err(error) => not_filled(error)?,
            }
        }
        Ok(None)
    }

    /// Consumes bytes of a buffer that has so many.
    #[inline(always)]
    fn consume(&mut self, count: usize, there: usize) {
        self.source.consume(count);
        if count == there {
            // An empty buffer cannot be told from none.
            self.has_buffer = true;
        }
    }

    #[cold]
    #[inline(never)]
    fn read_other_utf(&mut self) -> Result<JavaString, Error> {
        match self.with_utf_ahead(mutf8::decode_start)? {
            Some(text) => Ok(text),
            None => DataInput::read_utf(self),
        }
    }

    #[cold]
    #[inline(never)]
    fn read_other_utf_into(&mut self, text: &mut JavaString) -> Result<(), Error> {
        let decode = |ahead: &[u8], len| mutf8::decode_start_into(ahead, len, text);
        match self.with_utf_ahead(decode)? {
            Some(()) => Ok(()),
            None => DataInput::read_utf_into(self, text),
        }
    }

    /// Decodes the next string and consumes it, if the buffer has all of it.
    #[inline(always)]
    fn with_utf_ahead<T>(
        &mut self,
        decode: impl FnOnce(&[u8], usize) -> Result<T, DecodeError>,
    ) -> Result<Option<T>, Error> {
        if self.held.is_some() {
            return Ok(None);
        }
        match self.source.fill_buf() {
            Ok([]) => return Err(ended(PREFIX)),
            Ok(buffer) => {
                let there = buffer.len();
                if let Some((ahead, len)) = string_in(buffer) {
                    let decoded = decode(ahead, len);
                    self.consume(PREFIX + len, there);
                    return Ok(Some(decoded?));
                }
            }
            Err(error) => not_filled(error)?,
        }
        Ok(None)
    }
}

/// Nothing of a value came. The reader is not asked again.
#[cold]
fn ended(wanted: usize) -> Error {
    EndOfInput::new(wanted, 0).into()
}

/// The bytes of the string at the start of a buffer with all that follows, and their number, if the
/// buffer has all of them.
#[inline(always)]
fn string_in(buffer: &[u8]) -> Option<(&[u8], usize)> {
    let (length, ahead) = buffer.split_first_chunk()?;
    let len = u16::from_be_bytes(*length).into();
    (ahead.len() >= len).then_some((ahead, len))
}

/// A reader that is interrupted is asked again, by the methods of the trait.
#[cold]
fn not_filled(error: io::Error) -> Result<(), Error> {
    match error.kind() {
        ErrorKind::Interrupted => Ok(()),
        _ => Err(error.into()),
    }
}

/// The size of the length in bytes.
const PREFIX: usize = size_of::<u16>();
