//! Encodes as `OutputStreamWriter` does.

use super::{Charset, gbk};
use crate::JavaStr;

impl Charset {
    /// Appends a text and LF, as `println` writes them.
    ///
    /// Characters that the charset cannot encode become `?`, one for each surrogate pair. In
    /// UTF-16BE an unpaired surrogate becomes U+FFFD.
    pub fn encode_line<'a>(self, text: impl Into<JavaStr<'a>>, bytes: &mut Vec<u8>) {
        let text = text.into();
        match (self, text.as_str()) {
            (Self::Utf8, Some(text)) => bytes.extend_from_slice(text.as_bytes()),
            _ => char::decode_utf16(text.encode_utf16())
                .for_each(|character| self.encode(character.ok(), bytes)),
        }
        self.encode(Some('\n'), bytes);
    }

    /// Appends a character; none stands for an unpaired surrogate.
    fn encode(self, character: Option<char>, bytes: &mut Vec<u8>) {
        let below = |limit: u32| {
            character
                .map(u32::from)
                .filter(|&code| code < limit)
                .and_then(|code| u8::try_from(code).ok())
        };
        match self {
            Self::Utf8 => {
                let text = character.unwrap_or(REPLACEMENT);
                bytes.extend_from_slice(text.encode_utf8(&mut [0; 4]).as_bytes());
            }
            Self::Utf16Be => {
                let text = character.unwrap_or(char::REPLACEMENT_CHARACTER);
                for unit in text.encode_utf16(&mut [0; 2]) {
                    bytes.extend(unit.to_be_bytes());
                }
            }
            Self::Latin1 => bytes.push(below(0x100).unwrap_or(REPLACED)),
            Self::Ascii => bytes.push(below(0x80).unwrap_or(REPLACED)),
            Self::Gbk => match (below(0x80), character.and_then(gbk::pair)) {
                (Some(ascii), _) => bytes.push(ascii),
                (None, Some(pair)) => bytes.extend(pair),
                (None, None) => bytes.push(REPLACED),
            },
        }
    }
}

/// The replacement for characters that Java's encoders cannot encode.
const REPLACEMENT: char = '?';

/// The same as a byte.
const REPLACED: u8 = b'?';

#[cfg(test)]
mod tests {
    use super::*;
    use crate::JavaString;

    fn encoded(charset: Charset, text: &JavaString) -> Vec<u8> {
        let mut bytes = Vec::new();
        charset.encode_line(text, &mut bytes);
        bytes
    }

    // `javatalk sweep charset_encode` compares these, and all others of their kind, with a JDK.
    #[test]
    fn unencodable_characters_are_replaced_as_in_java() {
        let text = JavaString::from("aé世😀€");
        for (charset, bytes) in [
            (Charset::Utf8, "aé世😀€\n".as_bytes()),
            (Charset::Latin1, b"a\xe9???\n"),
            (Charset::Ascii, b"a????\n"),
            (
                Charset::Utf16Be,
                b"\0a\0\xe9\x4e\x16\xd8\x3d\xde\x00\x20\xac\0\n",
            ),
            (Charset::Gbk, b"a\xa8\xa6\xca\xc0?\xa2\xe3\n"),
        ] {
            assert_eq!(encoded(charset, &text), bytes, "{charset}");
        }
    }

    #[test]
    fn each_unpaired_surrogate_is_one_replacement() {
        let text = JavaString::from_utf16(&[0xD83D, 0x61, 0xDE00, 0xD83D]);
        for charset in Charset::ALL {
            let expected: &[u8] = match charset {
                Charset::Utf16Be => b"\xff\xfd\0a\xff\xfd\xff\xfd\0\n",
                _ => b"?a??\n",
            };
            assert_eq!(encoded(charset, &text), expected, "{charset}");
        }
    }

    #[test]
    fn characters_without_an_encoding_become_question_marks() {
        let mut sent = Vec::new();
        Charset::Latin1.encode_line("é世😀", &mut sent);
        assert_eq!(sent, b"\xe9??\n");
    }
}
