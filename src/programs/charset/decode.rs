//! Decodes as `InputStreamReader` does, one character at a time.

use super::{Charset, gbk};

/// The beginning of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// A character, and its length in bytes.
    Char(char, usize),
    /// This many malformed bytes, which become one U+FFFD.
    Malformed(usize),
    /// More bytes are needed to decide. At the end of the input, all remaining bytes become one
    /// U+FFFD.
    More,
}

impl Charset {
    /// Decodes these bytes. Bytes that Java cannot decode become U+FFFD, exactly as many as in Java.
    #[must_use]
    pub fn decode(self, mut bytes: &[u8]) -> String {
        let mut text = String::with_capacity(bytes.len());
        while !bytes.is_empty() {
            let (character, length) = match self.step(bytes) {
                Step::Char(character, length) => (character, length),
                Step::Malformed(length) => (char::REPLACEMENT_CHARACTER, length),
                Step::More => (char::REPLACEMENT_CHARACTER, bytes.len()),
            };
            text.push(character);
            bytes = &bytes[length..];
        }
        text
    }

    /// What these bytes begin with. Further bytes do not change the answer.
    pub(crate) fn step(self, bytes: &[u8]) -> Step {
        let Some(&first) = bytes.first() else {
            return Step::More;
        };
        match self {
            Self::Latin1 => Step::Char(first.into(), 1),
            Self::Utf8 | Self::Ascii | Self::Gbk if first < 0x80 => Step::Char(first.into(), 1),
            Self::Ascii => Step::Malformed(1),
            Self::Utf8 => utf8(bytes),
            Self::Utf16Be => utf16(bytes),
            Self::Gbk => gbk(bytes),
        }
    }
}

/// As `String::from_utf8_lossy`, except that an encoded surrogate becomes one U+FFFD, as in Java.
fn utf8(bytes: &[u8]) -> Step {
    let bytes = &bytes[..bytes.len().min(4)];
    let valid = match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(e) if e.valid_up_to() > 0 => {
            str::from_utf8(&bytes[..e.valid_up_to()]).unwrap_or_default()
        }
        Err(e) => {
            return match (bytes, e.error_len()) {
                ([0xED, 0xA0..=0xBF], _) => Step::More,
                ([0xED, 0xA0..=0xBF, 0x80..=0xBF, ..], _) => Step::Malformed(3),
                ([0xED, 0xA0..=0xBF, ..], _) => Step::Malformed(2),
                (_, Some(length)) => Step::Malformed(length),
                (_, None) => Step::More,
            };
        }
    };
    match valid.chars().next() {
        Some(character) => Step::Char(character, character.len_utf8()),
        None => Step::More,
    }
}

/// An unpaired high surrogate consumes the next code unit too, even if that is a line end.
fn utf16(bytes: &[u8]) -> Step {
    let unit = |at: usize| Some(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]));
    match (unit(0), unit(2)) {
        (None, _) | (Some(0xD800..=0xDBFF), None) => Step::More,
        (Some(high @ 0xD800..=0xDBFF), Some(low)) => match char::decode_utf16([high, low]).next() {
            Some(Ok(character)) => Step::Char(character, 4),
            _ => Step::Malformed(4),
        },
        (Some(other), _) => match char::from_u32(other.into()) {
            Some(character) => Step::Char(character, 2),
            None => Step::Malformed(2),
        },
    }
}

/// Even a byte that cannot begin a pair needs the next byte.
fn gbk(bytes: &[u8]) -> Step {
    let (Some(&first), Some(&second)) = (bytes.first(), bytes.get(1)) else {
        return Step::More;
    };
    match gbk::character(first, second) {
        Some(character) => Step::Char(character, 2),
        // The second byte of an invalid pair is decoded again, unless it is invalid by itself too.
        None if gbk::is_lead(first) && second == 0xFF => Step::Malformed(2),
        None => Step::Malformed(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decoding_step_is_not_changed_by_later_bytes() {
        let classes = [
            0x00, 0x0A, 0x30, 0x40, 0x7F, 0x80, 0x81, 0x90, 0xA0, 0xBF, 0xC2, 0xD8, 0xDC, 0xE0,
            0xED, 0xF0, 0xF4, 0xFE, 0xFF,
        ];
        let count = classes.len();
        for number in 0..count.pow(4) {
            let bytes: Vec<u8> = (0..4)
                .map(|place| classes[number / count.pow(place) % count])
                .collect();
            for charset in Charset::ALL {
                let whole = charset.step(&bytes);
                for length in 0..4 {
                    let part = charset.step(&bytes[..length]);
                    assert!(
                        part == whole || part == Step::More,
                        "{charset} {bytes:02x?}"
                    );
                }
            }
        }
    }

    // `javatalk sweep charset_decode` compares these, and all others of their kind, with a JDK.
    #[test]
    fn malformed_bytes_are_replaced_as_in_java() {
        for (charset, bytes, text) in [
            (
                Charset::Utf8,
                &b"\xed\xa0\x80x\xed\xa0"[..],
                "\u{fffd}x\u{fffd}",
            ),
            (Charset::Utf8, b"\xf0\x9f\x98", "\u{fffd}"),
            (Charset::Latin1, b"\x80\xff", "\u{80}\u{ff}"),
            (Charset::Ascii, b"a\x80\xff", "a\u{fffd}\u{fffd}"),
            (Charset::Utf16Be, b"\xd8\x3d\0\n\0a", "\u{fffd}a"),
            (Charset::Utf16Be, b"\xd8\x3d\xde", "\u{fffd}"),
            (Charset::Utf16Be, b"\xff\xfe\xfe\xff", "\u{fffe}\u{feff}"),
            (
                Charset::Gbk,
                b"\x81\xff\x81\x7f\x80",
                "\u{fffd}\u{fffd}\x7f\u{fffd}",
            ),
        ] {
            assert_eq!(charset.decode(bytes), text, "{charset} {bytes:02x?}");
        }
    }

    #[test]
    fn undecodable_bytes_become_replacement_characters() {
        assert_eq!(
            Charset::Gbk.decode(b"\xca\xc0!\xff\xca"),
            "世!\u{fffd}\u{fffd}"
        );
    }
}
