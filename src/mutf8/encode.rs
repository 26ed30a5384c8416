//! From strings to bytes.

use alloc::vec::Vec;

use super::scalar::{push, width};
use super::{simd, word};
use crate::JavaStr;

/// Encodes a string in modified UTF-8, as `DataOutput.writeUTF` does after its length.
///
/// # Examples
///
/// ```
/// use javatalk::mutf8;
///
/// assert_eq!(mutf8::encode("a\0😀"), b"a\xc0\x80\xed\xa0\xbd\xed\xb8\x80");
/// ```
#[must_use]
pub fn encode<'a>(text: impl Into<JavaStr<'a>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode_into(text, &mut bytes);
    bytes
}

/// Like [`encode`], but appends to a vector.
///
/// # Examples
///
/// ```
/// use javatalk::mutf8;
///
/// let mut constant = vec![0x01, 0x00, 0x02]; // CONSTANT_Utf8_info, two bytes
/// mutf8::encode_into("hi", &mut constant);
/// assert_eq!(constant, b"\x01\x00\x02hi");
/// ```
pub fn encode_into<'a>(text: impl Into<JavaStr<'a>>, bytes: &mut Vec<u8>) {
    let text = text.into();
    append(text, encoded_len(text), bytes);
}

/// Like [`encode_into`], for callers that already know the encoded length.
pub(crate) fn append(text: JavaStr<'_>, encoded_len: usize, bytes: &mut Vec<u8>) {
    match text.as_str() {
        // Modified UTF-8 is never shorter than UTF-8: equal lengths mean equal bytes.
        Some(plain) if plain.len() == encoded_len => bytes.extend_from_slice(plain.as_bytes()),
        Some(text) => {
            bytes.reserve(encoded_len);
            simd::encode(text, encoded_len - text.len(), bytes);
        }
        None => {
            bytes.reserve(encoded_len);
            text.encode_utf16().for_each(|unit| push(unit, bytes));
        }
    }
}

/// The number of bytes that [`encode`] returns. `writeUTF` allows at most 65535.
///
/// # Examples
///
/// ```
/// use javatalk::mutf8;
///
/// assert_eq!(mutf8::encoded_len("a"), 1);
/// assert_eq!(mutf8::encoded_len("\0"), 2);
/// assert_eq!(mutf8::encoded_len("中"), 3);
/// assert_eq!(mutf8::encoded_len("😀"), 6);
/// ```
#[must_use]
#[inline]
pub fn encoded_len<'a>(text: impl Into<JavaStr<'a>>) -> usize {
    let text = text.into();
    match text.as_str() {
        Some(text) if word::is_same(text) => text.len(),
        Some(text) => text.len() + simd::longer_by(text),
        None => text.encode_utf16().map(width).sum(),
    }
}
