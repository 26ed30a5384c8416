//! The trait `DataOutput`, independent of the type of the sink.

use super::{Error, text};
use crate::JavaStr;

/// Writes Java's primitive values and strings, as `java.io.DataOutput`.
/// An implementation must supply [`write`](DataOutput::write); all other methods call it once.
/// [`DataOutputStream`](super::DataOutputStream) implements the trait over any
/// [`Write`](std::io::Write).
///
/// The strings of `write_bytes`, `write_chars` and `write_utf` may be `&str`, `&String`,
/// `&JavaString` or [`JavaStr`]. These three methods are generic, so they cannot be called directly
/// on a `dyn DataOutput`. Call them on a reference to it or a box of it, which also implement
/// `DataOutput`, or call their `..._str` counterparts.
///
/// Every method may fail with [`Error::Io`] if the sink fails; the sink decides how much of the
/// value it has written by then.
///
/// # Examples
///
/// ```
/// use javatalk::data::{DataOutput, DataOutputStream, Error};
///
/// fn write_name(mut output: &mut dyn DataOutput) -> Result<(), Error> {
///     output.write_int(7)?;
///     (&mut output).write_utf("name")
/// }
///
/// let mut output = DataOutputStream::new(Vec::new());
/// write_name(&mut output)?;
/// assert_eq!(output.into_inner(), b"\0\0\0\x07\0\x04name");
/// # Ok::<(), Error>(())
/// ```
pub trait DataOutput {
    /// Writes bytes unchanged, as `DataOutput.write(byte[])`.
    ///
    /// Bytes: exactly the given ones.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the sink fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataOutputStream, Error};
    /// let mut output = DataOutputStream::new(Vec::new());
    /// output.write(b"\xca\xfe")?;
    /// assert_eq!(output.into_inner(), b"\xca\xfe");
    /// # Ok::<(), Error>(())
    /// ```
    fn write(&mut self, bytes: &[u8]) -> Result<(), Error>;

    /// Writes a `boolean`, as `DataOutput.writeBoolean(boolean)`.
    ///
    /// Bytes: one, `01` or `00`.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the sink fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataOutput, DataOutputStream, Error};
    /// let mut output = DataOutputStream::new(Vec::new());
    /// output.write_boolean(true)?;
    /// assert_eq!(output.into_inner(), b"\x01");
    /// # Ok::<(), Error>(())
    /// ```
    fn write_boolean(&mut self, value: bool) -> Result<(), Error> {
        self.write(&[u8::from(value)])
    }

    /// Writes a signed byte, as `DataOutput.writeByte(int)`.
    ///
    /// Bytes: one.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the sink fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataOutput, DataOutputStream, Error};
    /// let mut output = DataOutputStream::new(Vec::new());
    /// output.write_byte(-1)?;
    /// assert_eq!(output.into_inner(), b"\xff");
    /// # Ok::<(), Error>(())
    /// ```
    fn write_byte(&mut self, value: i8) -> Result<(), Error> {
        self.write(&value.to_be_bytes())
    }

    /// Writes an unsigned byte, as `DataOutput.writeByte(int)`.
    ///
    /// Bytes: one.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the sink fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataOutput, DataOutputStream, Error};
    /// let mut output = DataOutputStream::new(Vec::new());
    /// output.write_unsigned_byte(200)?;
    /// assert_eq!(output.into_inner(), b"\xc8");
    /// # Ok::<(), Error>(())
    /// ```
    fn write_unsigned_byte(&mut self, value: u8) -> Result<(), Error> {
        self.write(&[value])
    }

    /// Writes a 16-bit number, as `DataOutput.writeShort(int)`.
    ///
    /// Bytes: two, high byte first.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the sink fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataOutput, DataOutputStream, Error};
    /// let mut output = DataOutputStream::new(Vec::new());
    /// output.write_short(-2)?;
    /// assert_eq!(output.into_inner(), b"\xff\xfe");
    /// # Ok::<(), Error>(())
    /// ```
    fn write_short(&mut self, value: i16) -> Result<(), Error> {
        self.write(&value.to_be_bytes())
    }

    /// Writes an unsigned 16-bit number, as `DataOutput.writeShort(int)`.
    ///
    /// Bytes: two, high byte first.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the sink fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataOutput, DataOutputStream, Error};
    /// let mut output = DataOutputStream::new(Vec::new());
    /// output.write_unsigned_short(65_534)?;
    /// assert_eq!(output.into_inner(), b"\xff\xfe");
    /// # Ok::<(), Error>(())
    /// ```
    fn write_unsigned_short(&mut self, value: u16) -> Result<(), Error> {
        self.write(&value.to_be_bytes())
    }

    /// Writes a UTF-16 code unit, as `DataOutput.writeChar(int)`.
    ///
    /// Bytes: two, high byte first.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the sink fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataOutput, DataOutputStream, Error};
    /// let mut output = DataOutputStream::new(Vec::new());
    /// output.write_char(u16::from(b'a'))?;
    /// assert_eq!(output.into_inner(), b"\x00\x61");
    /// # Ok::<(), Error>(())
    /// ```
    fn write_char(&mut self, unit: u16) -> Result<(), Error> {
        self.write(&unit.to_be_bytes())
    }

    /// Writes a 32-bit number, as `DataOutput.writeInt(int)`.
    ///
    /// Bytes: four, highest byte first.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the sink fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataOutput, DataOutputStream, Error};
    /// let mut output = DataOutputStream::new(Vec::new());
    /// output.write_int(65_536)?;
    /// assert_eq!(output.into_inner(), b"\x00\x01\x00\x00");
    /// # Ok::<(), Error>(())
    /// ```
    fn write_int(&mut self, value: i32) -> Result<(), Error> {
        self.write(&value.to_be_bytes())
    }

    /// Writes a 64-bit number, as `DataOutput.writeLong(long)`.
    ///
    /// Bytes: eight, highest byte first.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the sink fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataOutput, DataOutputStream, Error};
    /// let mut output = DataOutputStream::new(Vec::new());
    /// output.write_long(1 << 32)?;
    /// assert_eq!(output.into_inner(), b"\0\0\0\x01\0\0\0\0");
    /// # Ok::<(), Error>(())
    /// ```
    fn write_long(&mut self, value: i64) -> Result<(), Error> {
        self.write(&value.to_be_bytes())
    }

    /// Writes a single-precision number, as `DataOutput.writeFloat(float)`.
    ///
    /// Bytes: four, highest byte first. Every NaN is `7f c0 00 00`.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the sink fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataOutput, DataOutputStream, Error};
    /// let mut output = DataOutputStream::new(Vec::new());
    /// output.write_float(1.0)?;
    /// output.write_float(-f32::NAN)?;
    /// assert_eq!(output.into_inner(), b"\x3f\x80\x00\x00\x7f\xc0\x00\x00");
    /// # Ok::<(), Error>(())
    /// ```
    fn write_float(&mut self, value: f32) -> Result<(), Error> {
        let value = if value.is_nan() { FLOAT_NAN } else { value };
        self.write(&value.to_be_bytes())
    }

    /// Writes a double-precision number, as `DataOutput.writeDouble(double)`.
    ///
    /// Bytes: eight, highest byte first. Every NaN is `7f f8 00 00 00 00 00 00`.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the sink fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataOutput, DataOutputStream, Error};
    /// let mut output = DataOutputStream::new(Vec::new());
    /// output.write_double(-1.0)?;
    /// assert_eq!(output.into_inner(), b"\xbf\xf0\0\0\0\0\0\0");
    /// # Ok::<(), Error>(())
    /// ```
    fn write_double(&mut self, value: f64) -> Result<(), Error> {
        let value = if value.is_nan() { DOUBLE_NAN } else { value };
        self.write(&value.to_be_bytes())
    }

    /// Writes the low byte of each code unit, as `DataOutput.writeBytes(String)`.
    ///
    /// Bytes: one for each UTF-16 code unit, without the high eight bits; no length, no terminator.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the sink fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataOutput, DataOutputStream, Error};
    /// let mut output = DataOutputStream::new(Vec::new());
    /// output.write_bytes("aé中")?;
    /// assert_eq!(output.into_inner(), b"\x61\xe9\x2d");
    /// # Ok::<(), Error>(())
    /// ```
    fn write_bytes<'a>(&mut self, text: impl Into<JavaStr<'a>>) -> Result<(), Error>
    where
        Self: Sized,
    {
        self.write_bytes_str(text.into())
    }

    /// [`write_bytes`](DataOutput::write_bytes), callable on `dyn DataOutput`.
    ///
    /// Bytes: the same as `write_bytes`.
    ///
    /// # Errors
    ///
    /// The same as `write_bytes`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataOutput, DataOutputStream, Error};
    /// let output: &mut dyn DataOutput = &mut DataOutputStream::new(Vec::new());
    /// output.write_bytes_str("hi".into())?;
    /// # Ok::<(), Error>(())
    /// ```
    fn write_bytes_str(&mut self, text: JavaStr<'_>) -> Result<(), Error> {
        match text.as_str() {
            Some(ascii) if ascii.is_ascii() => self.write(ascii.as_bytes()),
            _ => {
                let mut bytes = Vec::with_capacity(text.len_utf16());
                bytes.extend(text.encode_utf16().map(|unit| unit.to_be_bytes()[1]));
                self.write(&bytes)
            }
        }
    }

    /// Writes each code unit, as `DataOutput.writeChars(String)`.
    ///
    /// Bytes: two for each UTF-16 code unit, high byte first; no length, no terminator.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the sink fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataOutput, DataOutputStream, Error};
    /// let mut output = DataOutputStream::new(Vec::new());
    /// output.write_chars("a😀")?;
    /// assert_eq!(output.into_inner(), b"\x00\x61\xd8\x3d\xde\x00");
    /// # Ok::<(), Error>(())
    /// ```
    fn write_chars<'a>(&mut self, text: impl Into<JavaStr<'a>>) -> Result<(), Error>
    where
        Self: Sized,
    {
        self.write_chars_str(text.into())
    }

    /// [`write_chars`](DataOutput::write_chars), callable on `dyn DataOutput`.
    ///
    /// Bytes: the same as `write_chars`.
    ///
    /// # Errors
    ///
    /// The same as `write_chars`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataOutput, DataOutputStream, Error};
    /// let output: &mut dyn DataOutput = &mut DataOutputStream::new(Vec::new());
    /// output.write_chars_str("hi".into())?;
    /// # Ok::<(), Error>(())
    /// ```
    fn write_chars_str(&mut self, text: JavaStr<'_>) -> Result<(), Error> {
        let mut bytes = Vec::with_capacity(2 * text.len_utf16());
        bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
        self.write(&bytes)
    }

    /// Writes a string, as `DataOutput.writeUTF(String)`.
    ///
    /// Bytes: two for the unsigned length, then that many bytes of modified UTF-8, all in one call.
    ///
    /// # Errors
    ///
    /// [`Error::TooLong`] if the body would be longer than 65535 bytes; nothing is written then.
    /// [`Error::Io`] if the sink fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataOutputStream, Error};
    /// let mut output = DataOutputStream::new(Vec::new());
    /// output.write_utf("a\0中")?;
    /// assert_eq!(output.into_inner(), b"\x00\x06a\xc0\x80\xe4\xb8\xad");
    /// # Ok::<(), Error>(())
    /// ```
    #[inline]
    fn write_utf<'a>(&mut self, text: impl Into<JavaStr<'a>>) -> Result<(), Error>
    where
        Self: Sized,
    {
        self.write_utf_str(text.into())
    }

    /// [`write_utf`](DataOutput::write_utf), callable on `dyn DataOutput`.
    ///
    /// Bytes: the same as `write_utf`.
    ///
    /// # Errors
    ///
    /// The same as `write_utf`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use javatalk::data::{DataOutput, DataOutputStream, Error};
    /// let output: &mut dyn DataOutput = &mut DataOutputStream::new(Vec::new());
    /// output.write_utf_str("hi".into())?;
    /// # Ok::<(), Error>(())
    /// ```
    #[inline]
    fn write_utf_str(&mut self, text: JavaStr<'_>) -> Result<(), Error> {
        text::write(self, text)
    }
}

/// The float that Java's `floatToIntBits` returns for every NaN.
const FLOAT_NAN: f32 = f32::from_bits(0x7FC0_0000);

/// The double that Java's `doubleToLongBits` returns for every NaN.
const DOUBLE_NAN: f64 = f64::from_bits(0x7FF8_0000_0000_0000);
