//! `WriteJavaExt`: Java's values to any writer.

use std::io::{self, Write};

use super::{DataOutput, DataOutputStream};
use crate::JavaStr;

/// The methods of [`DataOutput`] for every writer, without a stream around it.
///
/// The names differ from those of [`DataOutput`], of [`Write`] and of `byteorder`, so that all can
/// be imported together. Errors are an [`Error`](super::Error) within an [`io::Error`], as in
/// [`ReadJavaExt`](super::ReadJavaExt). Each method makes one call of [`write_all`](Write::write_all).
///
/// # Examples
///
/// ```
/// use std::io;
///
/// use javatalk::data::WriteJavaExt;
///
/// let mut bytes = Vec::new();
/// bytes.write_java_int(1)?;
/// bytes.write_java_utf("name")?;
/// assert_eq!(bytes, b"\0\0\0\x01\0\x04name");
/// # Ok::<(), io::Error>(())
/// ```
pub trait WriteJavaExt: Write {
    /// Writes a `boolean`, as [`DataOutput::write_boolean`].
    ///
    /// Bytes: one.
    ///
    /// # Errors
    ///
    /// The error of the writer.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::WriteJavaExt;
    /// let mut bytes = Vec::new();
    /// bytes.write_java_boolean(true)?;
    /// assert_eq!(bytes, b"\x01");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[inline]
    fn write_java_boolean(&mut self, value: bool) -> io::Result<()> {
        Ok(DataOutputStream::new(self).write_boolean(value)?)
    }

    /// Writes a signed byte, as [`DataOutput::write_byte`].
    ///
    /// Bytes: one.
    ///
    /// # Errors
    ///
    /// The error of the writer.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::WriteJavaExt;
    /// let mut bytes = Vec::new();
    /// bytes.write_java_byte(-1)?;
    /// assert_eq!(bytes, b"\xff");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[inline]
    fn write_java_byte(&mut self, value: i8) -> io::Result<()> {
        Ok(DataOutputStream::new(self).write_byte(value)?)
    }

    /// Writes an unsigned byte, as [`DataOutput::write_unsigned_byte`].
    ///
    /// Bytes: one.
    ///
    /// # Errors
    ///
    /// The error of the writer.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::WriteJavaExt;
    /// let mut bytes = Vec::new();
    /// bytes.write_java_unsigned_byte(255)?;
    /// assert_eq!(bytes, b"\xff");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[inline]
    fn write_java_unsigned_byte(&mut self, value: u8) -> io::Result<()> {
        Ok(DataOutputStream::new(self).write_unsigned_byte(value)?)
    }

    /// Writes a 16-bit number, as [`DataOutput::write_short`].
    ///
    /// Bytes: two, high byte first.
    ///
    /// # Errors
    ///
    /// The error of the writer.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::WriteJavaExt;
    /// let mut bytes = Vec::new();
    /// bytes.write_java_short(-2)?;
    /// assert_eq!(bytes, b"\xff\xfe");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[inline]
    fn write_java_short(&mut self, value: i16) -> io::Result<()> {
        Ok(DataOutputStream::new(self).write_short(value)?)
    }

    /// Writes an unsigned 16-bit number, as [`DataOutput::write_unsigned_short`].
    ///
    /// Bytes: two, high byte first.
    ///
    /// # Errors
    ///
    /// The error of the writer.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::WriteJavaExt;
    /// let mut bytes = Vec::new();
    /// bytes.write_java_unsigned_short(65_534)?;
    /// assert_eq!(bytes, b"\xff\xfe");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[inline]
    fn write_java_unsigned_short(&mut self, value: u16) -> io::Result<()> {
        Ok(DataOutputStream::new(self).write_unsigned_short(value)?)
    }

    /// Writes a UTF-16 code unit, as [`DataOutput::write_char`].
    ///
    /// Bytes: two, high byte first.
    ///
    /// # Errors
    ///
    /// The error of the writer.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::WriteJavaExt;
    /// let mut bytes = Vec::new();
    /// bytes.write_java_char(0xD83D)?;
    /// assert_eq!(bytes, b"\xd8\x3d");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[inline]
    fn write_java_char(&mut self, unit: u16) -> io::Result<()> {
        Ok(DataOutputStream::new(self).write_char(unit)?)
    }

    /// Writes a 32-bit number, as [`DataOutput::write_int`].
    ///
    /// Bytes: four, highest byte first.
    ///
    /// # Errors
    ///
    /// The error of the writer.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::WriteJavaExt;
    /// let mut bytes = Vec::new();
    /// bytes.write_java_int(65_536)?;
    /// assert_eq!(bytes, b"\0\x01\0\0");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[inline]
    fn write_java_int(&mut self, value: i32) -> io::Result<()> {
        Ok(DataOutputStream::new(self).write_int(value)?)
    }

    /// Writes a 64-bit number, as [`DataOutput::write_long`].
    ///
    /// Bytes: eight, highest byte first.
    ///
    /// # Errors
    ///
    /// The error of the writer.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::WriteJavaExt;
    /// let mut bytes = Vec::new();
    /// bytes.write_java_long(1 << 32)?;
    /// assert_eq!(bytes, b"\0\0\0\x01\0\0\0\0");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[inline]
    fn write_java_long(&mut self, value: i64) -> io::Result<()> {
        Ok(DataOutputStream::new(self).write_long(value)?)
    }

    /// Writes a single-precision number, as [`DataOutput::write_float`].
    ///
    /// Bytes: four, highest byte first; every NaN is `7f c0 00 00`.
    ///
    /// # Errors
    ///
    /// The error of the writer.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::WriteJavaExt;
    /// let mut bytes = Vec::new();
    /// bytes.write_java_float(1.0)?;
    /// assert_eq!(bytes, b"\x3f\x80\0\0");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[inline]
    fn write_java_float(&mut self, value: f32) -> io::Result<()> {
        Ok(DataOutputStream::new(self).write_float(value)?)
    }

    /// Writes a double-precision number, as [`DataOutput::write_double`].
    ///
    /// Bytes: eight, highest byte first; every NaN is `7f f8 00 00 00 00 00 00`.
    ///
    /// # Errors
    ///
    /// The error of the writer.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::WriteJavaExt;
    /// let mut bytes = Vec::new();
    /// bytes.write_java_double(-1.0)?;
    /// assert_eq!(bytes, b"\xbf\xf0\0\0\0\0\0\0");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[inline]
    fn write_java_double(&mut self, value: f64) -> io::Result<()> {
        Ok(DataOutputStream::new(self).write_double(value)?)
    }

    /// Writes the low byte of each code unit, as [`DataOutput::write_bytes`].
    ///
    /// Bytes: one for each UTF-16 code unit.
    ///
    /// # Errors
    ///
    /// The error of the writer.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::WriteJavaExt;
    /// let mut bytes = Vec::new();
    /// bytes.write_java_bytes("hi")?;
    /// assert_eq!(bytes, b"hi");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[inline]
    fn write_java_bytes<'a>(&mut self, text: impl Into<JavaStr<'a>>) -> io::Result<()> {
        Ok(DataOutputStream::new(self).write_bytes(text)?)
    }

    /// Writes each code unit, as [`DataOutput::write_chars`].
    ///
    /// Bytes: two for each UTF-16 code unit.
    ///
    /// # Errors
    ///
    /// The error of the writer.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::WriteJavaExt;
    /// let mut bytes = Vec::new();
    /// bytes.write_java_chars("hi")?;
    /// assert_eq!(bytes, b"\0h\0i");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[inline]
    fn write_java_chars<'a>(&mut self, text: impl Into<JavaStr<'a>>) -> io::Result<()> {
        Ok(DataOutputStream::new(self).write_chars(text)?)
    }

    /// Writes a string, as [`DataOutput::write_utf`].
    ///
    /// Bytes: two for the unsigned length, then that many bytes of modified UTF-8.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](io::ErrorKind::InvalidInput) if there would be more than 65535 of these; nothing is
    /// written then. Otherwise the error of the writer.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::WriteJavaExt;
    /// let mut bytes = Vec::new();
    /// bytes.write_java_utf("hi")?;
    /// assert_eq!(bytes, b"\0\x02hi");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[inline]
    fn write_java_utf<'a>(&mut self, text: impl Into<JavaStr<'a>>) -> io::Result<()> {
        Ok(DataOutputStream::new(self).write_utf(text)?)
    }
}

impl<W: Write + ?Sized> WriteJavaExt for W {}
