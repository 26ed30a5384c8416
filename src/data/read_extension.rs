//! `ReadJavaExt`: Java's values from any reader.

use std::io::{self, Read};

use super::{DataInput, DataInputStream, text};
use crate::JavaString;

/// The methods of [`DataInput`] for every reader, without a stream around it.
///
/// The names differ from those of [`DataInput`], of [`Read`] and of `byteorder`, so that all can be
/// imported together. Errors are an [`Error`](super::Error) within an [`io::Error`]: `?` converts
/// them into any error that has `From<io::Error>`, and [`Error::from`](super::Error) gets the
/// original back.
///
/// `readLine` is missing: after `\r` it reads one byte that belongs to the next value, so there
/// must be a stream to hold that byte.
///
/// # Examples
///
/// ```
/// use std::io::{self, Read};
///
/// use javatalk::data::ReadJavaExt;
///
/// fn read_name(mut file: impl Read) -> io::Result<String> {
///     let version = file.read_java_int()?;
///     assert_eq!(version, 1);
///     Ok(file.read_java_utf()?.into_string_lossy())
/// }
///
/// assert_eq!(read_name(&b"\0\0\0\x01\0\x04name"[..])?, "name");
///
/// let error = read_name(&b"\0\0\0\x01\0\x04na"[..]).unwrap_err();
/// assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
/// assert_eq!(error.to_string(), "input ended after 2 of 4 bytes");
/// # Ok::<(), io::Error>(())
/// ```
pub trait ReadJavaExt: Read {
    /// Fills the buffer, as [`DataInput::read_fully`].
    ///
    /// Bytes: as many as the buffer holds.
    ///
    /// # Errors
    ///
    /// [`UnexpectedEof`](io::ErrorKind::UnexpectedEof) if the input ends too early; otherwise the error of the
    /// reader.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::ReadJavaExt;
    /// let mut buffer = [0; 2];
    /// (&b"ab"[..]).read_java_fully(&mut buffer)?;
    /// assert_eq!(&buffer, b"ab");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[inline]
    fn read_java_fully(&mut self, buffer: &mut [u8]) -> io::Result<()> {
        Ok(DataInputStream::new(self).read_fully(buffer)?)
    }

    /// Reads a `boolean`, as [`DataInput::read_boolean`].
    ///
    /// Bytes: one; zero is false, any other value is true.
    ///
    /// # Errors
    ///
    /// [`UnexpectedEof`](io::ErrorKind::UnexpectedEof) if the input ends too early; otherwise the error of the
    /// reader.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::ReadJavaExt;
    /// assert!((&b"\x01"[..]).read_java_boolean()?);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[inline]
    fn read_java_boolean(&mut self) -> io::Result<bool> {
        Ok(DataInputStream::new(self).read_boolean()?)
    }

    /// Reads a signed byte, as [`DataInput::read_byte`].
    ///
    /// Bytes: one.
    ///
    /// # Errors
    ///
    /// [`UnexpectedEof`](io::ErrorKind::UnexpectedEof) if the input ends too early; otherwise the error of the
    /// reader.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::ReadJavaExt;
    /// assert_eq!((&b"\xff"[..]).read_java_byte()?, -1);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[inline]
    fn read_java_byte(&mut self) -> io::Result<i8> {
        Ok(DataInputStream::new(self).read_byte()?)
    }

    /// Reads an unsigned byte, as [`DataInput::read_unsigned_byte`].
    ///
    /// Bytes: one.
    ///
    /// # Errors
    ///
    /// [`UnexpectedEof`](io::ErrorKind::UnexpectedEof) if the input ends too early; otherwise the error of the
    /// reader.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::ReadJavaExt;
    /// assert_eq!((&b"\xff"[..]).read_java_unsigned_byte()?, 255);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[inline]
    fn read_java_unsigned_byte(&mut self) -> io::Result<u8> {
        Ok(DataInputStream::new(self).read_unsigned_byte()?)
    }

    /// Reads a 16-bit number, as [`DataInput::read_short`].
    ///
    /// Bytes: two, high byte first.
    ///
    /// # Errors
    ///
    /// [`UnexpectedEof`](io::ErrorKind::UnexpectedEof) if the input ends too early; otherwise the error of the
    /// reader.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::ReadJavaExt;
    /// assert_eq!((&b"\xff\xfe"[..]).read_java_short()?, -2);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[inline]
    fn read_java_short(&mut self) -> io::Result<i16> {
        Ok(DataInputStream::new(self).read_short()?)
    }

    /// Reads an unsigned 16-bit number, as [`DataInput::read_unsigned_short`].
    ///
    /// Bytes: two, high byte first.
    ///
    /// # Errors
    ///
    /// [`UnexpectedEof`](io::ErrorKind::UnexpectedEof) if the input ends too early; otherwise the error of the
    /// reader.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::ReadJavaExt;
    /// assert_eq!((&b"\xff\xfe"[..]).read_java_unsigned_short()?, 65_534);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[inline]
    fn read_java_unsigned_short(&mut self) -> io::Result<u16> {
        Ok(DataInputStream::new(self).read_unsigned_short()?)
    }

    /// Reads a UTF-16 code unit, as [`DataInput::read_char`].
    ///
    /// Bytes: two, high byte first.
    ///
    /// # Errors
    ///
    /// [`UnexpectedEof`](io::ErrorKind::UnexpectedEof) if the input ends too early; otherwise the error of the
    /// reader.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::ReadJavaExt;
    /// assert_eq!((&b"\xd8\x3d"[..]).read_java_char()?, 0xD83D);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[inline]
    fn read_java_char(&mut self) -> io::Result<u16> {
        Ok(DataInputStream::new(self).read_char()?)
    }

    /// Reads a 32-bit number, as [`DataInput::read_int`].
    ///
    /// Bytes: four, highest byte first.
    ///
    /// # Errors
    ///
    /// [`UnexpectedEof`](io::ErrorKind::UnexpectedEof) if the input ends too early; otherwise the error of the
    /// reader.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::ReadJavaExt;
    /// assert_eq!((&b"\0\x01\0\0"[..]).read_java_int()?, 65_536);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[inline]
    fn read_java_int(&mut self) -> io::Result<i32> {
        Ok(DataInputStream::new(self).read_int()?)
    }

    /// Reads a 64-bit number, as [`DataInput::read_long`].
    ///
    /// Bytes: eight, highest byte first.
    ///
    /// # Errors
    ///
    /// [`UnexpectedEof`](io::ErrorKind::UnexpectedEof) if the input ends too early; otherwise the error of the
    /// reader.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::ReadJavaExt;
    /// assert_eq!((&b"\0\0\0\x01\0\0\0\0"[..]).read_java_long()?, 1 << 32);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[inline]
    fn read_java_long(&mut self) -> io::Result<i64> {
        Ok(DataInputStream::new(self).read_long()?)
    }

    /// Reads a single-precision number, as [`DataInput::read_float`].
    ///
    /// Bytes: four, highest byte first.
    ///
    /// # Errors
    ///
    /// [`UnexpectedEof`](io::ErrorKind::UnexpectedEof) if the input ends too early; otherwise the error of the
    /// reader.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::ReadJavaExt;
    /// assert_eq!((&b"\x3f\x80\0\0"[..]).read_java_float()?, 1.0);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[inline]
    fn read_java_float(&mut self) -> io::Result<f32> {
        Ok(DataInputStream::new(self).read_float()?)
    }

    /// Reads a double-precision number, as [`DataInput::read_double`].
    ///
    /// Bytes: eight, highest byte first.
    ///
    /// # Errors
    ///
    /// [`UnexpectedEof`](io::ErrorKind::UnexpectedEof) if the input ends too early; otherwise the error of the
    /// reader.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::ReadJavaExt;
    /// assert_eq!((&b"\xbf\xf0\0\0\0\0\0\0"[..]).read_java_double()?, -1.0);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[inline]
    fn read_java_double(&mut self) -> io::Result<f64> {
        Ok(DataInputStream::new(self).read_double()?)
    }

    /// Reads a string, as [`DataInput::read_utf`].
    ///
    /// Bytes: two for the unsigned length, then that many bytes of modified UTF-8.
    ///
    /// # Errors
    ///
    /// [`UnexpectedEof`](io::ErrorKind::UnexpectedEof) if the input ends too early, and [`InvalidData`](io::ErrorKind::InvalidData)
    /// if the bytes are not modified UTF-8; otherwise the error of the reader.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::ReadJavaExt;
    /// assert_eq!((&b"\0\x02hi"[..]).read_java_utf()?, "hi");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[inline]
    fn read_java_utf(&mut self) -> io::Result<JavaString> {
        Ok(DataInputStream::new(self).read_utf()?)
    }

    /// Reads the bytes of a string without decoding them: what [`DataInput::read_utf`] would decode.
    /// Decode them with the [`Rules`](crate::mutf8::Rules) of the format, or keep them.
    ///
    /// Bytes: two for the unsigned length, then that many. No more memory is allocated than the
    /// arriving bytes need, whatever the length says.
    ///
    /// # Errors
    ///
    /// [`UnexpectedEof`](io::ErrorKind::UnexpectedEof) if the input ends too early; otherwise the error of the
    /// reader.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::ReadJavaExt;
    /// use javatalk::mutf8::Rules;
    ///
    /// let bytes = (&b"\0\x04\xf0\x9f\x98\x80"[..]).read_java_utf_bytes()?;
    /// assert_eq!(Rules::Lenient.decode_vec(bytes).unwrap(), "😀");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    fn read_java_utf_bytes(&mut self) -> io::Result<Vec<u8>> {
        let mut input = DataInputStream::new(self);
        let len = input.read_unsigned_short()?.into();
        Ok(text::read_long(&mut input, len, Vec::new())?)
    }
}

impl<R: Read + ?Sized> ReadJavaExt for R {}
