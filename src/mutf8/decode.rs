//! From bytes to code units.

use std::fmt;
use std::str;

use crate::JavaString;

/// Decodes modified UTF-8, as `DataInput.readUTF` decodes what follows its length.
///
/// # Errors
///
/// The first malformation, numbered as the JDK numbers it.
///
/// # Examples
///
/// ```
/// use javatalk::mutf8::{self, DecodeError};
///
/// let text = mutf8::decode(b"a\xc0\x80\xed\xa0\xbd\xed\xb8\x80")?;
/// assert_eq!(text, "a\0😀");
///
/// assert_eq!(mutf8::decode(b"abc\xff"), Err(DecodeError::AroundByte(3)));
/// # Ok::<(), DecodeError>(())
/// ```
pub fn decode(bytes: &[u8]) -> Result<JavaString, DecodeError> {
    match as_plain(bytes) {
        Some(text) => Ok(text.into()),
        None => decode_utf16(bytes).map(JavaString::from),
    }
}

/// As [`decode`], and the text keeps the vector where the bytes are already what a `String` holds.
pub(crate) fn decode_vec(bytes: Vec<u8>) -> Result<JavaString, DecodeError> {
    if has_four_byte_lead(&bytes) {
        return decode_utf16(&bytes).map(JavaString::from);
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text.into()),
        Err(other) => decode_utf16(other.as_bytes()).map(JavaString::from),
    }
}

/// Decodes modified UTF-8 to code units, for those who want a `char[]` and no string.
///
/// # Errors
///
/// The first malformation, numbered as the JDK numbers it.
///
/// # Examples
///
/// ```
/// use javatalk::mutf8::{self, DecodeError};
///
/// assert_eq!(mutf8::decode_utf16(b"a\xed\xa0\x80")?, [0x0061, 0xD800]);
/// # Ok::<(), DecodeError>(())
/// ```
pub fn decode_utf16(bytes: &[u8]) -> Result<Vec<u16>, DecodeError> {
    let mut units = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    loop {
        let (unit, width) = match *rest {
            [] => return Ok(units),
            [byte @ 0x00..=0x7F, ..] => (u16::from(byte), 1),
            [lead @ 0xC0..=0xDF, second @ 0x80..=0xBF, ..] => {
                (low_bits(lead, 5) << 6 | low_bits(second, 6), 2)
            }
            [
                lead @ 0xE0..=0xEF,
                second @ 0x80..=0xBF,
                third @ 0x80..=0xBF,
                ..,
            ] => {
                let high = low_bits(lead, 4) << 12 | low_bits(second, 6) << 6;
                (high | low_bits(third, 6), 3)
            }
            // A character that the end cuts off is partial before its bytes are looked at.
            [0xC0..=0xEF] | [0xE0..=0xEF, _] => return Err(DecodeError::PartialAtEnd),
            [lead, ..] => {
                let at = bytes.len() - rest.len();
                // The JDK has counted the two or three bytes of the character before it looks at
                // them, and has counted nothing yet for a byte that leads none.
                let counted = if matches!(lead, 0xC0..=0xEF) { 2 } else { 0 };
                return Err(DecodeError::AroundByte(at + counted));
            }
        };
        units.push(unit);
        rest = &rest[width..];
    }
}

/// What is wrong with bytes that are not modified UTF-8, in the words of Java's
/// `UTFDataFormatException`.
///
/// # Examples
///
/// ```
/// use javatalk::mutf8::{self, DecodeError};
///
/// assert_eq!(mutf8::decode(b"\xe4\xb8"), Err(DecodeError::PartialAtEnd));
/// assert_eq!(mutf8::decode(b"\xe4\xb8\x41"), Err(DecodeError::AroundByte(2)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DecodeError {
    /// The last character needs more bytes than there are: `malformed input: partial character at
    /// end`.
    PartialAtEnd,
    /// `malformed input around byte N`: the index of a byte that leads no character; for a
    /// character with a bad second or third byte, the index of its first byte and two more.
    AroundByte(usize),
}

impl DecodeError {
    /// The message of the JDK's `UTFDataFormatException`.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::mutf8::DecodeError;
    ///
    /// assert_eq!(DecodeError::AroundByte(3).java_message(), "malformed input around byte 3");
    /// ```
    #[must_use]
    pub fn java_message(self) -> String {
        match self {
            Self::PartialAtEnd => "malformed input: partial character at end".to_owned(),
            Self::AroundByte(number) => format!("malformed input around byte {number}"),
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PartialAtEnd => f.write_str("at the end: partial character of modified UTF-8"),
            Self::AroundByte(number) => write!(f, "around byte {number}: not modified UTF-8"),
        }
    }
}

impl std::error::Error for DecodeError {}

/// Valid UTF-8 without characters of four bytes decodes to itself, a zero byte included.
fn as_plain(bytes: &[u8]) -> Option<&str> {
    if has_four_byte_lead(bytes) {
        return None;
    }
    str::from_utf8(bytes).ok()
}

/// The largest byte decides; that is faster found than the first of many.
fn has_four_byte_lead(bytes: &[u8]) -> bool {
    bytes.iter().fold(0, |largest, &byte| byte.max(largest)) >= 0xF0
}

fn low_bits(byte: u8, count: u32) -> u16 {
    u16::from(byte & ((1 << count) - 1))
}
