//! From strings to bytes.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::few::{self, FEW};
use super::scalar::push;
use super::simd;
use crate::JavaStr;

/// Encodes text or code units in modified UTF-8, as `DataOutput.writeUTF` does after its length.
///
/// # Examples
///
/// ```
/// use javatalk::mutf8;
///
/// assert_eq!(mutf8::encode("a\0😀"), b"a\xc0\x80\xed\xa0\xbd\xed\xb8\x80");
/// assert_eq!(mutf8::encode(&[0x0061, 0xD83D]), b"a\xed\xa0\xbd");
/// ```
#[must_use]
pub fn encode<'a>(text: impl Into<JavaStr<'a>>) -> Vec<u8> {
    let text = text.into();
    if let Some(few) = text.as_str().filter(|text| text.len() <= FEW) {
        if !few::is_same(few) {
            return encode_few(few);
        }
        let mut bytes = Vec::with_capacity(few.len() + TERMINATOR);
        bytes.extend_from_slice(few.as_bytes());
        return bytes;
    }
    let encoded_len = encoded_len(text);
    let mut bytes = Vec::with_capacity(encoded_len + TERMINATOR);
    append(text, encoded_len, &mut bytes);
    bytes
}

/// Encodes a text of at most [`FEW`] bytes that is not the same in modified UTF-8.
fn encode_few(text: &str) -> Vec<u8> {
    // Emoji become half as long again.
    let mut bytes = Vec::with_capacity(text.len() + text.len() / 2 + TERMINATOR);
    simd::encode_all(text, &mut bytes);
    bytes
}

/// Like [`encode`], but borrows the bytes of text that is the same in UTF-8: text without NUL and
/// without characters above U+FFFF.
///
/// # Examples
///
/// ```
/// use std::borrow::Cow;
///
/// use javatalk::mutf8;
///
/// assert!(matches!(mutf8::encode_cow("héllo"), Cow::Borrowed(_)));
/// assert_eq!(mutf8::encode_cow("a\0"), &b"a\xc0\x80"[..]);
/// ```
#[must_use]
#[inline]
pub fn encode_cow<'a>(text: impl Into<JavaStr<'a>>) -> Cow<'a, [u8]> {
    let text = text.into();
    match text.as_str() {
        Some(same) if few::is_same(same) => Cow::Borrowed(same.as_bytes()),
        _ => encode_cow_other(text),
    }
}

fn encode_cow_other(text: JavaStr<'_>) -> Cow<'_, [u8]> {
    if let Some(few) = text.as_str().filter(|text| text.len() <= FEW) {
        return Cow::Owned(encode_few(few));
    }
    let encoded_len = encoded_len(text);
    match text.as_str() {
        Some(same) if same.len() == encoded_len => Cow::Borrowed(same.as_bytes()),
        _ => {
            let mut bytes = Vec::with_capacity(encoded_len + TERMINATOR);
            append(text, encoded_len, &mut bytes);
            Cow::Owned(bytes)
        }
    }
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
    match text.as_str() {
        Some(same) if few::is_same(same) => bytes.extend_from_slice(same.as_bytes()),
        Some(few) if few.len() <= FEW => simd::encode_all(few, bytes),
        _ => append(text, encoded_len(text), bytes),
    }
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
            append_units(text.as_units().unwrap_or_default(), bytes);
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
        Some(text) if few::is_same(text) => text.len(),
        Some(text) => text.len() + simd::longer_by(text),
        None => {
            let units = text.as_units().unwrap_or_default();
            // Not `width`, whose branches would be taken one by one.
            let beyond = |unit: u16| {
                let two = unit.wrapping_sub(1) >= 0x7F;
                u32::from(two) + u32::from(unit >= 0x800)
            };
            let pieces = units.chunks(PIECE);
            let more =
                pieces.map(|piece| piece.iter().map(|&unit| beyond(unit)).sum::<u32>() as usize);
            units.len() + more.sum::<usize>()
        }
    }
}

/// Appends the modified UTF-8 of code units: those of ASCII many at a time.
fn append_units(mut units: &[u16], bytes: &mut Vec<u8>) {
    while let Some((piece, rest)) = units.split_first_chunk::<PIECE>() {
        units = rest;
        // Subtracting one turns NUL into FFFF.
        let largest = piece
            .iter()
            .fold(0, |largest: u16, unit| largest.max(unit.wrapping_sub(1)));
        if largest < 0x7F {
            bytes.extend_from_slice(&piece.map(|unit| unit.to_be_bytes()[1]));
        } else {
            piece.iter().for_each(|&unit| push(unit, bytes));
        }
    }
    units.iter().for_each(|&unit| push(unit, bytes));
}

/// Room for the zero byte that ends the strings of JNI, so that `CString` does not allocate again.
const TERMINATOR: usize = 1;

/// How many code units are tested together.
const PIECE: usize = 64;
