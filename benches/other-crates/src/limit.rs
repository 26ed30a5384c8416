//! Writers of a 16-bit length: what they do at 65,535 bytes, and beyond.

use javatalk::data::DataOutputStream;
use javatalk::mutf8;
use serde::Serialize;

use crate::numbers::grouped;
use crate::panics::caught;
use crate::subjects::Writer;
use crate::versions;

/// What was measured of one writer.
#[derive(Serialize)]
pub(crate) struct Measured {
    pub(crate) krate: &'static str,
    pub(crate) version: &'static str,
    pub(crate) function: &'static str,
    /// For each of [`TEXTS`].
    pub(crate) answers: Vec<Answer>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Answer {
    Error,
    Panic,
    /// All of it, as Java writes texts that are not too long.
    Written,
    /// A length, so many bytes behind it, and not all of the text or not its length.
    Wrong {
        length: u16,
        bytes: usize,
    },
}

/// A text at the limit: its name, the character it is made of, and how many times.
pub(crate) const TEXTS: [(&str, char, usize); 5] = [
    ("65,535 x `a`", 'a', 65_535),
    ("65,536 x `a`", 'a', 65_536),
    ("65,537 x `a`", 'a', 65_537),
    ("32,768 x NUL", '\0', 32_768),
    ("21,846 x U+4E2D", '\u{4E2D}', 21_846),
];

pub(crate) fn measure(writer: &Writer) -> Measured {
    Measured {
        krate: writer.krate,
        version: versions::of(writer.krate),
        function: writer.function,
        answers: answers(writer.write),
    }
}

/// What Java does.
pub(crate) fn java() -> Vec<Answer> {
    answers(|text| {
        let mut message = Vec::new();
        DataOutputStream::new(&mut message).write_utf(text).ok()?;
        Some(message)
    })
}

fn answers(write: impl Fn(&str) -> Option<Vec<u8>>) -> Vec<Answer> {
    let answer = |(_, character, count)| {
        let text = String::from(character).repeat(count);
        match caught(|| write(&text)) {
            None => Answer::Panic,
            Some(None) => Answer::Error,
            Some(Some(message)) => {
                let length = u16::from_be_bytes([message[0], message[1]]);
                let bytes = message.len() - 2;
                if usize::from(length) == bytes && message[2..] == mutf8::encode(&text) {
                    Answer::Written
                } else {
                    Answer::Wrong { length, bytes }
                }
            }
        }
    };
    TEXTS.into_iter().map(answer).collect()
}

impl Answer {
    pub(crate) fn in_words(self) -> String {
        match self {
            Self::Error => "error".to_owned(),
            Self::Panic => "panics".to_owned(),
            Self::Written => "written".to_owned(),
            Self::Wrong { length, bytes } if usize::from(length) == bytes => {
                format!("cut to {} bytes", grouped(length.into()))
            }
            Self::Wrong { length, bytes } => format!(
                "length {}, {} bytes",
                grouped(length.into()),
                grouped(bytes as u64),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapped_length_a_cut_and_an_error_are_distinguished() {
        let wraps = answers(|text| {
            let length = u16::try_from(text.len() % 65_536).expect("a remainder");
            Some([&length.to_be_bytes(), text.as_bytes()].concat())
        });
        assert_eq!(wraps[0].in_words(), "written");
        assert_eq!(wraps[1].in_words(), "length 0, 65,536 bytes");

        let cuts = answers(|text| {
            let body = &text.as_bytes()[..text.len().min(65_535)];
            let length = u16::try_from(body.len()).expect("cut");
            Some([&length.to_be_bytes(), body].concat())
        });
        assert_eq!(cuts[1].in_words(), "cut to 65,535 bytes");

        assert_eq!(java()[0].in_words(), "written");
        assert_eq!(java()[1].in_words(), "error");
    }
}
