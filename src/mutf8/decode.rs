//! From bytes to code units.

use alloc::{borrow::ToOwned, format, string::String, vec::Vec};
use core::{error, fmt};

use super::{scalar, simd};
use crate::JavaString;

/// Decodes modified UTF-8, as `DataInput.readUTF` decodes what follows its length.
///
/// # Errors
///
/// The first malformed byte or character, numbered as in the JDK.
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
#[inline(always)]
pub fn decode(bytes: &[u8]) -> Result<JavaString, DecodeError> {
    match simd::as_plain(bytes) {
        Some(text) => Ok(text.into()),
        None => decode_other(bytes, String::new()),
    }
}

/// Like [`decode`], but reuses the vector if its bytes are already valid content of a `String`.
pub(crate) fn decode_vec(bytes: Vec<u8>) -> Result<JavaString, DecodeError> {
    match simd::into_plain(bytes) {
        Ok(text) => Ok(text.into()),
        Err(bytes) => decode_other(&bytes, String::new()),
    }
}

/// Like [`decode`], for bytes that are not plain, into the memory of another string.
#[cold]
pub(crate) fn decode_other(bytes: &[u8], mut memory: String) -> Result<JavaString, DecodeError> {
    memory.clear();
    let is_fresh = memory.capacity() == 0;
    if simd::transcode(bytes, &mut memory) {
        // The capacity was for the number of bytes; the text may be much shorter.
        if is_fresh && memory.capacity() > 2 * memory.len() {
            memory.shrink_to_fit();
        }
        return Ok(memory.into());
    }
    // Code units take up to twice the memory of the bytes, so the text is freed first.
    drop(memory);
    JavaString::unpaired(scalar::units(bytes)?).or_else(|units| {
        // The vector code leaves overlong characters to the scalar code.
        drop(units);
        let mut text = String::new();
        scalar::transcode(bytes, &mut text);
        Ok(text.into())
    })
}

/// Decodes modified UTF-8 to code units, for callers that want a `char[]` and no string.
///
/// # Errors
///
/// The first malformed byte or character, numbered as in the JDK.
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
    if simd::is_word(bytes) {
        if bytes.is_ascii() {
            return Ok(bytes.iter().copied().map(u16::from).collect());
        }
        return scalar::units(bytes);
    }
    match simd::units(bytes) {
        Some(units) => Ok(units),
        None => scalar::units(bytes),
    }
}

/// Why bytes are not modified UTF-8, as in Java's `UTFDataFormatException`.
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
    /// The input ends within a character: `malformed input: partial character at end`.
    PartialAtEnd,
    /// `malformed input around byte N`. For a byte that cannot start a character, N is its index.
    /// For a character with a bad second or third byte, N is the index of its first byte plus two.
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

impl error::Error for DecodeError {}
