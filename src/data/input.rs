//! The trait `DataInput`, independent of the type of the source.

use super::{Error, text};
use crate::JavaString;

/// Reads Java's primitive values and strings, as `java.io.DataInput`.
///
/// An implementation must supply [`read_fully`](DataInput::read_fully),
/// [`skip_bytes`](DataInput::skip_bytes) and [`read_line`](DataInput::read_line); the default
/// implementations of all other methods use these. [`DataInputStream`](super::DataInputStream)
/// implements the trait over any [`Read`](std::io::Read).
///
/// Every method may fail with [`Error::EndOfInput`] if the input ends too early; the rest of the
/// input has been consumed then. Every method may fail with [`Error::Io`] if the source fails; the
/// bytes read before the failure are lost.
///
/// # Examples
///
/// ```
/// use javatalk::data::{DataInput, DataInputStream, Error};
///
/// fn read_point(input: &mut dyn DataInput) -> Result<(i32, i32), Error> {
///     Ok((input.read_int()?, input.read_int()?))
/// }
///
/// let mut input = DataInputStream::new(&b"\0\0\0\x03\xff\xff\xff\xff"[..]);
/// assert_eq!(read_point(&mut input)?, (3, -1));
/// # Ok::<(), Error>(())
/// ```
pub trait DataInput {
    /// Fills the buffer, as `DataInput.readFully(byte[])`.
    ///
    /// Bytes: as many as the buffer holds. An empty buffer does not access the source.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if fewer bytes are left; they are in the buffer, and consumed.
    /// [`Error::Io`] if the source fails; the bytes read before that are also in the buffer, and
    /// consumed.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInput, DataInputStream, Error};
    /// let mut input = DataInputStream::new(&b"abc"[..]);
    /// let mut buffer = [0; 2];
    /// input.read_fully(&mut buffer)?;
    /// assert_eq!(&buffer, b"ab");
    /// assert!(matches!(input.read_fully(&mut buffer), Err(Error::EndOfInput(_))));
    /// assert_eq!(&buffer, b"cb");
    /// # Ok::<(), Error>(())
    /// ```
    fn read_fully(&mut self, buffer: &mut [u8]) -> Result<(), Error>;

    /// Skips up to `count` bytes and returns how many were skipped, as `DataInput.skipBytes(int)`.
    ///
    /// Bytes: `count`, or all that are left if there are fewer.
    ///
    /// # Errors
    ///
    /// The end of the input is not an error: the result is smaller then. [`Error::Io`] if the
    /// source fails; the bytes skipped before that are lost.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInput, DataInputStream, Error};
    /// let mut input = DataInputStream::new(&b"abc"[..]);
    /// assert_eq!(input.skip_bytes(2)?, 2);
    /// assert_eq!(input.skip_bytes(2)?, 1);
    /// assert_eq!(input.skip_bytes(2)?, 0);
    /// # Ok::<(), Error>(())
    /// ```
    fn skip_bytes(&mut self, count: usize) -> Result<usize, Error>;

    /// Reads a `boolean`, as `DataInput.readBoolean()`.
    ///
    /// Bytes: one; zero is false, any other value is true.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if no byte is left; [`Error::Io`] if the source fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInputStream, Error};
    /// let mut input = DataInputStream::new(&b"\x00\x80"[..]);
    /// assert_eq!(input.read_boolean()?, false);
    /// assert_eq!(input.read_boolean()?, true);
    /// # Ok::<(), Error>(())
    /// ```
    fn read_boolean(&mut self) -> Result<bool, Error> {
        Ok(self.read_unsigned_byte()? != 0)
    }

    /// Reads a signed byte, as `DataInput.readByte()`.
    ///
    /// Bytes: one.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if no byte is left; [`Error::Io`] if the source fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInputStream, Error};
    /// let mut input = DataInputStream::new(&b"\xff"[..]);
    /// assert_eq!(input.read_byte()?, -1);
    /// # Ok::<(), Error>(())
    /// ```
    fn read_byte(&mut self) -> Result<i8, Error> {
        Ok(i8::from_be_bytes(read_array(self)?))
    }

    /// Reads an unsigned byte, as `DataInput.readUnsignedByte()`.
    ///
    /// Bytes: one.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if no byte is left; [`Error::Io`] if the source fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInputStream, Error};
    /// let mut input = DataInputStream::new(&b"\xff"[..]);
    /// assert_eq!(input.read_unsigned_byte()?, 255);
    /// # Ok::<(), Error>(())
    /// ```
    fn read_unsigned_byte(&mut self) -> Result<u8, Error> {
        Ok(u8::from_be_bytes(read_array(self)?))
    }

    /// Reads a 16-bit number, as `DataInput.readShort()`.
    ///
    /// Bytes: two, high byte first.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if fewer bytes are left; [`Error::Io`] if the source fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInputStream, Error};
    /// let mut input = DataInputStream::new(&b"\xff\xfe"[..]);
    /// assert_eq!(input.read_short()?, -2);
    /// # Ok::<(), Error>(())
    /// ```
    fn read_short(&mut self) -> Result<i16, Error> {
        Ok(i16::from_be_bytes(read_array(self)?))
    }

    /// Reads an unsigned 16-bit number, as `DataInput.readUnsignedShort()`.
    ///
    /// Bytes: two, high byte first.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if fewer bytes are left; [`Error::Io`] if the source fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInputStream, Error};
    /// let mut input = DataInputStream::new(&b"\xff\xfe"[..]);
    /// assert_eq!(input.read_unsigned_short()?, 65_534);
    /// # Ok::<(), Error>(())
    /// ```
    fn read_unsigned_short(&mut self) -> Result<u16, Error> {
        Ok(u16::from_be_bytes(read_array(self)?))
    }

    /// Reads a UTF-16 code unit, as `DataInput.readChar()`.
    ///
    /// Bytes: two, high byte first. An unpaired surrogate is a valid result.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if fewer bytes are left; [`Error::Io`] if the source fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInputStream, Error};
    /// let mut input = DataInputStream::new(&b"\x00\x61\xd8\x3d"[..]);
    /// assert_eq!(input.read_char()?, u16::from(b'a'));
    /// assert_eq!(input.read_char()?, 0xD83D);
    /// # Ok::<(), Error>(())
    /// ```
    fn read_char(&mut self) -> Result<u16, Error> {
        self.read_unsigned_short()
    }

    /// Reads a 32-bit number, as `DataInput.readInt()`.
    ///
    /// Bytes: four, highest byte first.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if fewer bytes are left; [`Error::Io`] if the source fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInputStream, Error};
    /// let mut input = DataInputStream::new(&b"\x00\x01\x00\x00"[..]);
    /// assert_eq!(input.read_int()?, 65_536);
    /// # Ok::<(), Error>(())
    /// ```
    fn read_int(&mut self) -> Result<i32, Error> {
        Ok(i32::from_be_bytes(read_array(self)?))
    }

    /// Reads a 64-bit number, as `DataInput.readLong()`.
    ///
    /// Bytes: eight, highest byte first.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if fewer bytes are left; [`Error::Io`] if the source fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInputStream, Error};
    /// let mut input = DataInputStream::new(&b"\0\0\0\x01\0\0\0\0"[..]);
    /// assert_eq!(input.read_long()?, 1 << 32);
    /// # Ok::<(), Error>(())
    /// ```
    fn read_long(&mut self) -> Result<i64, Error> {
        Ok(i64::from_be_bytes(read_array(self)?))
    }

    /// Reads a single-precision number, as `DataInput.readFloat()`.
    ///
    /// Bytes: four, highest byte first. All bits are kept, including those of a NaN.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if fewer bytes are left; [`Error::Io`] if the source fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInputStream, Error};
    /// let mut input = DataInputStream::new(&b"\x3f\x80\x00\x00"[..]);
    /// assert_eq!(input.read_float()?, 1.0);
    /// # Ok::<(), Error>(())
    /// ```
    fn read_float(&mut self) -> Result<f32, Error> {
        Ok(f32::from_be_bytes(read_array(self)?))
    }

    /// Reads a double-precision number, as `DataInput.readDouble()`.
    ///
    /// Bytes: eight, highest byte first. All bits are kept, including those of a NaN.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if fewer bytes are left; [`Error::Io`] if the source fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInputStream, Error};
    /// let mut input = DataInputStream::new(&b"\xbf\xf0\0\0\0\0\0\0"[..]);
    /// assert_eq!(input.read_double()?, -1.0);
    /// # Ok::<(), Error>(())
    /// ```
    fn read_double(&mut self) -> Result<f64, Error> {
        Ok(f64::from_be_bytes(read_array(self)?))
    }

    /// Reads a line without its terminator, as `DataInput.readLine()`; `None` at the end of the
    /// input.
    ///
    /// Bytes: up to and including `\n`, `\r` or `\r\n`, or up to the end of the input. Each byte
    /// becomes the character with that code, so the text is decoded as Latin-1, whatever its
    /// encoding was.
    ///
    /// # Errors
    ///
    /// The end of the input is not an error: it also ends the last line. [`Error::Io`] if the
    /// source fails; the part of the line read before that is lost.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInput, DataInputStream, Error};
    /// let mut input = DataInputStream::new(&b"one\r\ntwo"[..]);
    /// assert_eq!(input.read_line()?.unwrap(), "one");
    /// assert_eq!(input.read_line()?.unwrap(), "two");
    /// assert_eq!(input.read_line()?, None);
    /// # Ok::<(), Error>(())
    /// ```
    fn read_line(&mut self) -> Result<Option<JavaString>, Error>;

    /// Reads a string, as `DataInput.readUTF()`.
    ///
    /// Bytes: two for the unsigned length, then that many bytes of modified UTF-8.
    ///
    /// # Errors
    ///
    /// [`Error::EndOfInput`] if the input ends before the last byte, even if the bytes before are
    /// malformed. [`Error::Malformed`] if all bytes are there but are not modified UTF-8; they are
    /// consumed, and the next value can be read. [`Error::Io`] if the source fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataInputStream, Error};
    /// let mut input = DataInputStream::new(&b"\x00\x03\xe4\xb8\xad\x00\x01\xff\x00\x02hi"[..]);
    /// assert_eq!(input.read_utf()?, "中");
    /// assert!(matches!(input.read_utf(), Err(Error::Malformed(_))));
    /// assert_eq!(input.read_utf()?, "hi");
    /// # Ok::<(), Error>(())
    /// ```
    // Always inlined: returning a string through memory takes as long as reading a short one.
    #[inline(always)]
    fn read_utf(&mut self) -> Result<JavaString, Error> {
        let len = self.read_unsigned_short()?.into();
        text::read(self, len)
    }

    /// Reads a string into an existing one and reuses its memory, for callers that read many
    /// strings; otherwise as [`read_utf`](DataInput::read_utf).
    ///
    /// Bytes: the same as `read_utf`.
    ///
    /// # Errors
    ///
    /// The same as `read_utf`; the string is empty after an error.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::JavaString;
    /// # use javatalk::data::{DataInputStream, Error};
    /// let mut input = DataInputStream::new(&b"\x00\x03one\x00\x03two"[..]);
    /// let mut text = JavaString::new();
    /// input.read_utf_into(&mut text)?;
    /// assert_eq!(text, "one");
    /// input.read_utf_into(&mut text)?;
    /// assert_eq!(text, "two");
    /// # Ok::<(), Error>(())
    /// ```
    fn read_utf_into(&mut self, text: &mut JavaString) -> Result<(), Error> {
        text.emptied();
        let len = self.read_unsigned_short()?.into();
        text::read_into(self, len, text)
    }
}

#[inline]
fn read_array<const N: usize>(input: &mut (impl DataInput + ?Sized)) -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    input.read_fully(&mut bytes)?;
    Ok(bytes)
}
