//! How the files write bytes and text: in hex, with repeated parts written once.
//!
//! Bytes are pairs of digits and text is its UTF-16 code units, of four digits each. A space may stand
//! between any two. `PART*COUNT` repeats the digits before the `*`, back to the last space:
//! `ffff 61*65535`.

use std::fmt::Write as _;

use crate::JavaString;

/// Writes bytes.
pub(crate) fn of_bytes(bytes: &[u8]) -> String {
    joined(bytes, "", |byte, text| {
        let _ = write!(text, "{byte:02x}");
    })
}

/// Writes the code units of a text.
pub(crate) fn of_text(text: &JavaString) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    joined(&units, " ", |unit, text| {
        let _ = write!(text, "{unit:04x}");
    })
}

/// Reads bytes. `None` if it is no notation of bytes.
pub(crate) fn bytes(notation: &str) -> Option<Vec<u8>> {
    parsed(notation, 2, |digits| u8::from_str_radix(digits, 16).ok())
}

/// Reads a text. `None` if it is no notation of code units.
pub(crate) fn text(notation: &str) -> Option<JavaString> {
    let units = parsed(notation, 4, |digits| u16::from_str_radix(digits, 16).ok())?;
    Some(units.into())
}

/// A run of the same part is written once if it is this long.
const RUN: usize = 24;

/// The longest part of a run: a surrogate pair of modified UTF-8.
const PART: usize = 6;

fn joined<T: Copy + Eq>(all: &[T], between: &str, put: impl Fn(T, &mut String)) -> String {
    let mut tokens: Vec<String> = Vec::new();
    let mut plain: Vec<String> = Vec::new();
    let digits = |of: &[T]| -> Vec<String> {
        let digit = |&each: &T| {
            let mut text = String::new();
            put(each, &mut text);
            text
        };
        of.iter().map(digit).collect()
    };
    let mut at = 0;
    while at < all.len() {
        match run(&all[at..]) {
            Some((part, count)) => {
                if !plain.is_empty() {
                    tokens.push(std::mem::take(&mut plain).join(between));
                }
                tokens.push(format!("{}*{count}", digits(&all[at..at + part]).concat()));
                at += part * count;
            }
            None => {
                plain.extend(digits(&all[at..=at]));
                at += 1;
            }
        }
    }
    if !plain.is_empty() {
        tokens.push(plain.join(between));
    }
    tokens.join(" ")
}

/// The length of the part that is repeated here, and how often; `None` if no run begins here.
fn run<T: Eq>(rest: &[T]) -> Option<(usize, usize)> {
    (1..=PART.min(rest.len())).find_map(|part| {
        let again = rest.chunks_exact(part);
        let count = again.take_while(|each| **each == rest[..part]).count();
        (part * count >= RUN && count > 1).then_some((part, count))
    })
}

fn parsed<T: Clone>(
    notation: &str,
    width: usize,
    digit: impl Fn(&str) -> Option<T>,
) -> Option<Vec<T>> {
    let mut all = Vec::new();
    for token in notation.split_ascii_whitespace() {
        let (digits, count) = match token.split_once('*') {
            Some((digits, count)) => (digits, count.parse().ok()?),
            None => (token, 1),
        };
        let is_hex = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte);
        if digits.is_empty() || digits.len() % width != 0 || !digits.as_bytes().iter().all(is_hex) {
            return None;
        }
        let part: Option<Vec<T>> = (0..digits.len() / width)
            .map(|index| digit(&digits[width * index..width * (index + 1)]))
            .collect();
        let part = part?;
        // A file of others must not take all memory.
        if part.len().checked_mul(count)? > MOST {
            return None;
        }
        all.extend(std::iter::repeat_n(part, count).flatten());
    }
    Some(all)
}

/// No value is longer.
const MOST: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn round_trips(value: &[u8], notation: &str) {
        assert_eq!(of_bytes(value), notation);
        assert_eq!(bytes(notation).as_deref(), Some(value));
    }

    #[test]
    fn bytes_round_trip_with_runs_written_once() {
        round_trips(b"", "");
        round_trips(b"\0\x02hi", "00026869");
        round_trips(&[b'a'; 23], &"61".repeat(23));
        round_trips(&[b'a'; 24], "61*24");
        let mut long = b"\xff\xff".to_vec();
        long.extend("中".repeat(21_845).bytes());
        long.push(0x2E);
        round_trips(&long, "ffff e4b8ad*21845 2e");
    }

    #[test]
    fn text_is_its_code_units() {
        let text_of = |units: Vec<u16>| JavaString::from(units);
        assert_eq!(of_text(&text_of(vec![0x68, 0xD800])), "0068 d800");
        assert_eq!(text("0068 d800"), Some(text_of(vec![0x68, 0xD800])));
        let pairs = text_of([0xD83D, 0xDE00].repeat(100));
        assert_eq!(of_text(&pairs), "d83dde00*100");
        assert_eq!(text("d83dde00*100"), Some(pairs));
    }

    #[test]
    fn anything_else_is_refused() {
        for wrong in ["0", "xy", "*3", "61*", "61*-1", "+1", "61*99999999999"] {
            assert_eq!(bytes(wrong), None, "{wrong}");
        }
        assert_eq!(text("00"), None);
    }
}
