//! Character by character: the reference for the code in `simd`, and what says where an error is.

use alloc::{string::String, vec::Vec};
use core::str;

use super::{DecodeError, DecodeErrorKind};

/// Whether the bytes are UTF-8 without four-byte characters.
#[cfg(test)]
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    !has_four_byte_lead(bytes) && str::from_utf8(bytes).is_ok()
}

/// Appends the text of modified UTF-8. Returns false, and appends nothing, if the bytes are
/// malformed or hold an unpaired surrogate.
pub(super) fn transcode(bytes: &[u8], text: &mut String) -> bool {
    let before = text.len();
    let done = !has_four_byte_lead(bytes) && put_pieces(bytes, text);
    if !done {
        text.truncate(before);
    }
    done
}

/// Copies plain stretches in one step, and decodes the characters between them one by one.
fn put_pieces(bytes: &[u8], text: &mut String) -> bool {
    text.reserve(bytes.len());
    let mut rest = bytes;
    loop {
        match str::from_utf8(rest) {
            Ok(plain) => {
                text.push_str(plain);
                return true;
            }
            Err(error) => {
                let (plain, other) = rest.split_at(error.valid_up_to());
                text.push_str(str::from_utf8(plain).expect("it is valid up to there"));
                let Some((character, width)) = character(other) else {
                    return false;
                };
                text.push(character);
                rest = &other[width..];
            }
        }
    }
}

/// The first character and its length in bytes, unless it is malformed or an unpaired surrogate.
fn character(bytes: &[u8]) -> Option<(char, usize)> {
    let (unit, width) = unit(bytes)?;
    if let Some(character) = char::from_u32(unit.into()) {
        return Some((character, width));
    }
    let (second, second_width) = self::unit(&bytes[width..])?;
    let character = char::decode_utf16([unit, second]).next()?.ok()?;
    Some((character, width + second_width))
}

/// Decodes modified UTF-8 to code units.
pub(super) fn units(bytes: &[u8]) -> Result<Vec<u16>, DecodeError> {
    // Every code unit has exactly one byte that is not a continuation byte. Of few bytes, room for
    // all is allocated: counting takes longer.
    let count = match bytes.len() {
        few @ 0..=16 => few,
        _ => bytes.iter().filter(|&byte| byte & 0xC0 != 0x80).count(),
    };
    let mut units = Vec::with_capacity(count);
    let mut rest = bytes;
    while let Some((unit, width)) = unit(rest) {
        units.push(unit);
        rest = &rest[width..];
    }
    let at = bytes.len() - rest.len();
    match *rest {
        [] => Ok(units),
        // The JDK checks for a truncated character before it looks at the continuation bytes.
        [0xC0..=0xEF] | [0xE0..=0xEF, _] => {
            Err(DecodeError::new(DecodeErrorKind::PartialAtEnd, at))
        }
        [0xC0..=0xEF, ..] => Err(DecodeError::new(DecodeErrorKind::Continuation, at)),
        _ => Err(DecodeError::new(DecodeErrorKind::Lead, at)),
    }
}

/// The first code unit and its length in bytes; `None` if there is none or it is malformed.
fn unit(bytes: &[u8]) -> Option<(u16, usize)> {
    match *bytes {
        [byte @ 0x00..=0x7F, ..] => Some((byte.into(), 1)),
        [lead @ 0xC0..=0xDF, second @ 0x80..=0xBF, ..] => {
            Some((low_bits(lead, 5) << 6 | low_bits(second, 6), 2))
        }
        [
            lead @ 0xE0..=0xEF,
            second @ 0x80..=0xBF,
            third @ 0x80..=0xBF,
            ..,
        ] => {
            let high = low_bits(lead, 4) << 12 | low_bits(second, 6) << 6;
            Some((high | low_bits(third, 6), 3))
        }
        _ => None,
    }
}

/// Appends the modified UTF-8 of a text. Stretches that are the same in UTF-8 are copied in one
/// step, and the characters between them are encoded one by one.
#[cfg(test)]
pub(super) fn encode(text: &str, bytes: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| byte == 0 || byte >= 0xF0) {
        let (same, other) = rest.split_at(at);
        bytes.extend_from_slice(same.as_bytes());
        let mut characters = other.chars();
        if let Some(character) = characters.next() {
            for unit in character.encode_utf16(&mut [0; 2]) {
                push(*unit, bytes);
            }
        }
        rest = characters.as_str();
    }
    bytes.extend_from_slice(rest.as_bytes());
}

/// Appends the modified UTF-8 of a code unit.
pub(super) fn push(unit: u16, bytes: &mut Vec<u8>) {
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

/// The length of a code unit in modified UTF-8, in bytes.
pub(super) fn width(unit: u16) -> usize {
    match unit {
        0x0001..=0x007F => 1,
        0x0000 | 0x0080..=0x07FF => 2,
        0x0800..=0xFFFF => 3,
    }
}

/// The number of bytes by which the modified UTF-8 of a text is longer than its UTF-8: one for each
/// NUL, and two for each four-byte character.
#[cfg(test)]
pub(super) fn longer_by(text: &str) -> usize {
    let more = |byte: u8| usize::from(byte == 0) + 2 * usize::from(byte >= 0xF0);
    text.bytes().map(more).sum()
}

/// Finds the largest byte, which is faster than searching for the first byte of F0 or above.
fn has_four_byte_lead(bytes: &[u8]) -> bool {
    bytes.iter().fold(0, |largest, &byte| byte.max(largest)) >= 0xF0
}

fn low_bits(byte: u8, count: u32) -> u16 {
    u16::from(byte & ((1 << count) - 1))
}
