//! From strings to bytes.

use crate::JavaStr;

/// The modified UTF-8 of a string: what `DataOutput.writeUTF` puts after its length.
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

/// As [`encode`], behind what the vector already holds.
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
    let encoded_len = encoded_len(text);
    bytes.reserve(encoded_len);
    append(text, encoded_len, bytes);
}

/// As [`encode_into`], for those who know the encoded length already.
pub(crate) fn append(text: JavaStr<'_>, encoded_len: usize, bytes: &mut Vec<u8>) {
    match text.as_str() {
        // Nothing in it is longer than in UTF-8, so all of it is the same.
        Some(plain) if plain.len() == encoded_len => bytes.extend_from_slice(plain.as_bytes()),
        _ => text.encode_utf16().for_each(|unit| push(unit, bytes)),
    }
}

/// How many bytes [`encode`] gives: for `writeUTF`, at most 65535.
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
pub fn encoded_len<'a>(text: impl Into<JavaStr<'a>>) -> usize {
    let text = text.into();
    match text.as_str() {
        Some(plain) => {
            plain.len()
                + plain
                    .as_bytes()
                    .chunks(SUMMED_IN_A_BYTE)
                    .map(longer_by)
                    .sum::<usize>()
        }
        None => text.encode_utf16().map(width).sum(),
    }
}

/// How much longer these bytes of UTF-8 become: zero takes one byte more, and what takes four
/// takes six.
fn longer_by(bytes: &[u8]) -> usize {
    let more = |byte: u8| u8::from(byte == 0) + 2 * u8::from(byte >= 0xF0);
    usize::from(bytes.iter().fold(0, |sum, &byte| sum + more(byte)))
}

fn width(unit: u16) -> usize {
    match unit {
        0x0001..=0x007F => 1,
        0x0000 | 0x0080..=0x07FF => 2,
        0x0800..=0xFFFF => 3,
    }
}

fn push(unit: u16, bytes: &mut Vec<u8>) {
    let last = 0x80 | (unit & 0x3F) as u8;
    match width(unit) {
        1 => bytes.push((unit & 0x7F) as u8),
        2 => bytes.extend([0xC0 | (unit >> 6 & 0x1F) as u8, last]),
        _ => bytes.extend([
            0xE0 | (unit >> 12) as u8,
            0x80 | (unit >> 6 & 0x3F) as u8,
            last,
        ]),
    }
}

/// So many bytes grow by 255 at most, and sums of bytes are what a compiler makes vectors of.
const SUMMED_IN_A_BYTE: usize = 127;
