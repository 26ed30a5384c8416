//! The outcomes of calls, in the encoding of `Sweep.java`.

use std::fmt;

use super::call::{Kind, put_len};
use crate::JavaString;
use crate::data::Error;
use crate::mutf8::DecodeError;

/// The encoded outcomes of a block, whose checksum is compared.
#[derive(Debug, Default)]
pub(crate) struct Outcomes {
    bytes: Vec<u8>,
    last: Option<(String, Option<JavaString>)>,
    /// The last error, if it was of this kind.
    last_malformed: Option<DecodeError>,
    /// The source or sink of each outcome, and the index of the call on it, if requested.
    labels: Option<Vec<Label>>,
}

/// The position of an outcome within a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Label {
    /// The index of the source or sink.
    pub(crate) stream: usize,
    /// The index of the call on the stream, over all rounds.
    pub(crate) call: usize,
}

impl Outcomes {
    pub(crate) fn with_labels() -> Self {
        Self {
            labels: Some(Vec::new()),
            ..Self::default()
        }
    }

    /// Clears everything, but keeps the allocated memory.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.last = None;
        self.last_malformed = None;
        if let Some(labels) = &mut self.labels {
            labels.clear();
        }
    }

    pub(crate) fn checksum(&self) -> Checksum {
        Checksum::of(&self.bytes)
    }

    pub(crate) fn labels(&self) -> &[Label] {
        self.labels.as_deref().unwrap_or_default()
    }

    pub(crate) fn parsed(&self) -> Option<Vec<Outcome>> {
        parse(&self.bytes)
    }

    #[inline]
    pub(crate) fn label(&mut self, stream: usize, call: usize) {
        if let Some(labels) = &mut self.labels {
            labels.push(Label { stream, call });
        }
    }

    #[inline]
    pub(crate) fn returned(&mut self, value: &[u8]) {
        self.bytes.push(RETURNED);
        self.put(value);
    }

    pub(crate) fn returned_text(&mut self, units: impl Iterator<Item = u16>) {
        self.bytes.push(RETURNED);
        let start = self.bytes.len();
        self.bytes.extend([0; 4]);
        self.bytes
            .reserve(2 * units.size_hint().1.unwrap_or_default());
        for unit in units {
            self.bytes.extend_from_slice(&unit.to_be_bytes());
        }
        let length = u32::try_from(self.bytes.len() - start - 4).unwrap_or(u32::MAX);
        self.bytes[start..start + 4].copy_from_slice(&length.to_be_bytes());
    }

    pub(crate) fn returned_null(&mut self) {
        self.bytes.push(NULL);
        self.put(&[]);
    }

    /// `given` is the partial result before the error.
    pub(crate) fn threw(&mut self, error: &Error, given: &[u8]) {
        if let Error::Malformed(malformed) = error
            && self.last_malformed == Some(*malformed)
        {
            // Most outcomes are repeated errors, and their text need not be formatted each time.
            self.bytes.push(THREW_AS_BEFORE);
            return self.put(given);
        }
        self.last_malformed = match error {
            Error::Malformed(malformed) => Some(*malformed),
            _ => None,
        };
        self.threw_class(error.java_class(), error.java_message());
        self.put(given);
    }

    /// A host that is not an address, and is not looked up. Java's message for it is not compared.
    pub(crate) fn refused_host(&mut self) {
        self.threw_class("java.net.UnknownHostException", None);
        self.put(&[]);
    }

    /// A constant that is refused. Java's message, which names the class, is not compared.
    pub(crate) fn refused_constant(&mut self) {
        self.threw_class("java.lang.ClassFormatError", None);
        self.put(&[]);
    }

    fn threw_class(&mut self, class: &str, message: Option<JavaString>) {
        let as_before = self
            .last
            .as_ref()
            .is_some_and(|(last, said)| last == class && *said == message);
        if as_before {
            self.bytes.push(THREW_AS_BEFORE);
        } else {
            self.bytes.push(THREW);
            put_text(&class.into(), &mut self.bytes);
            match &message {
                Some(message) => put_text(message, &mut self.bytes),
                None => self.bytes.extend(NO_TEXT.to_be_bytes()),
            }
            self.last = Some((class.to_owned(), message));
        }
    }

    /// The bytes consumed from the source, or `size()`: the last part of each outcome.
    #[inline]
    pub(crate) fn stands(&mut self, at: i32) {
        self.bytes.extend(at.to_be_bytes());
    }

    fn put(&mut self, bytes: &[u8]) {
        put_len(bytes.len(), &mut self.bytes);
        self.bytes.extend_from_slice(bytes);
    }
}

fn put_text(text: &JavaString, bytes: &mut Vec<u8>) {
    put_len(text.len_utf16(), bytes);
    bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
}

/// What is compared first: the length of the outcomes in bytes, and their CRC-32.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Checksum {
    pub(crate) length: u32,
    pub(crate) crc: u32,
}

impl Checksum {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self {
            length: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
            crc: crc32fast::hash(bytes),
        }
    }
}

/// The outcome of one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub end: End,
    /// The value that was read, big-endian or as code units; the buffer of `readFully`; or the
    /// bytes written to the sink. May be partial if the call threw.
    pub given: Vec<u8>,
    /// The bytes consumed from the source since the stream was created, or `size()`.
    pub stands: i32,
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    Returned,
    Null,
    Threw {
        /// The binary name of the exception's class.
        class: String,
        /// The result of `getMessage()`.
        message: Option<JavaString>,
    },
}

impl Outcome {
    /// The outcome in words.
    pub(crate) fn show(&self, kind: Kind, stands: &str) -> String {
        let given = Shown(&self.given, kind);
        let end = match &self.end {
            End::Returned => format!("gives {given}"),
            End::Null => "gives null".to_owned(),
            End::Threw { class, message } => {
                let message = message
                    .as_ref()
                    .map_or("no message".to_owned(), |message| format!("{message:?}"));
                let partly = if self.given.is_empty() {
                    String::new()
                } else {
                    format!(", gives {given} before that")
                };
                format!("throws {class}, {message}{partly}")
            }
        };
        if stands.is_empty() {
            end
        } else {
            format!("{end}; {stands} {}", self.stands)
        }
    }

    /// The value as text.
    pub fn text(&self) -> JavaString {
        text(&self.given)
    }
}

/// The bytes of a value, formatted for display.
struct Shown<'a>(&'a [u8], Kind);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(bytes, kind) = *self;
        let shown = bytes.len().min(SHOWN);
        match kind {
            Kind::Text => write!(f, "{:?}", text(&bytes[..shown]))?,
            Kind::Boolean => write!(f, "{}", bytes != [0])?,
            Kind::Integer => write!(f, "{}", integer(bytes))?,
            Kind::Bytes if bytes.is_empty() => f.write_str("no bytes")?,
            Kind::Bytes | Kind::Bits => {
                for (index, byte) in bytes[..shown].iter().enumerate() {
                    let space = if index == 0 { "" } else { " " };
                    write!(f, "{space}{byte:02x}")?;
                }
            }
        }
        if shown < bytes.len() {
            write!(f, " ... ({} bytes)", bytes.len())?;
        }
        Ok(())
    }
}

/// A number of any width, sign-extended.
pub(crate) fn integer(bytes: &[u8]) -> i64 {
    let sign = bytes.first().map_or(0, |byte| byte.cast_signed() >> 7);
    bytes.iter().fold(sign.into(), |value: i64, &byte| {
        value << 8 | i64::from(byte)
    })
}

/// Code units as a string.
pub(crate) fn text(units: &[u8]) -> JavaString {
    let units: Vec<u16> = units
        .chunks_exact(2)
        .map(|unit| u16::from_be_bytes([unit[0], unit[1]]))
        .collect();
    units.into()
}

/// Parses encoded outcomes. `None` if they are malformed.
pub(crate) fn parse(mut bytes: &[u8]) -> Option<Vec<Outcome>> {
    let mut outcomes = Vec::new();
    let mut last = None;
    while !bytes.is_empty() {
        let end = match take(&mut bytes, 1)?[0] {
            RETURNED => End::Returned,
            NULL => End::Null,
            THREW => {
                let class = take_text(&mut bytes)??.to_string();
                let message = take_text(&mut bytes)?;
                last = Some(End::Threw { class, message });
                last.clone()?
            }
            THREW_AS_BEFORE => last.clone()?,
            _ => return None,
        };
        let length = usize::try_from(take_int(&mut bytes)?).ok()?;
        outcomes.push(Outcome {
            end,
            given: take(&mut bytes, length)?.to_vec(),
            stands: take_int(&mut bytes)?,
        });
    }
    Some(outcomes)
}

fn take<'a>(bytes: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(count)?;
    *bytes = rest;
    Some(taken)
}

fn take_int(bytes: &mut &[u8]) -> Option<i32> {
    Some(i32::from_be_bytes(take(bytes, 4)?.try_into().ok()?))
}

fn take_text(bytes: &mut &[u8]) -> Option<Option<JavaString>> {
    match take_int(bytes)? {
        NO_TEXT => Some(None),
        length => {
            let units = take(bytes, 2 * usize::try_from(length).ok()?)?;
            Some(Some(text(units)))
        }
    }
}

const RETURNED: u8 = 0;
const NULL: u8 = 1;
const THREW: u8 = 2;
const THREW_AS_BEFORE: u8 = 3;
const NO_TEXT: i32 = -1;

/// How many bytes of a value are shown.
const SHOWN: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::EndOfInput;
    use crate::mutf8::DecodeErrorKind;

    #[test]
    fn outcomes_are_parsed_as_they_were_recorded() {
        let mut outcomes = Outcomes::default();
        outcomes.returned(&[0xFF, 0xFE]);
        outcomes.stands(2);
        outcomes.returned_text([0xD800, 0x61].into_iter());
        outcomes.stands(8);
        outcomes.returned_null();
        outcomes.stands(8);
        for stands in [9, 10] {
            outcomes.threw(&DecodeError::new(DecodeErrorKind::Lead, 3).into(), b"");
            outcomes.stands(stands);
        }
        outcomes.threw(&EndOfInput::new(4, 1).into(), b"x");
        outcomes.stands(10);

        let shown: Vec<String> = outcomes
            .parsed()
            .unwrap()
            .iter()
            .zip([
                Kind::Integer,
                Kind::Text,
                Kind::Text,
                Kind::Text,
                Kind::Text,
                Kind::Bytes,
            ])
            .map(|(outcome, kind)| outcome.show(kind, "at"))
            .collect();
        let malformed = r#"throws java.io.UTFDataFormatException, "malformed input around byte 3""#;
        assert_eq!(
            shown,
            [
                "gives -2; at 2",
                r#"gives "\uD800a"; at 8"#,
                "gives null; at 8",
                &format!("{malformed}; at 9"),
                &format!("{malformed}; at 10"),
                "throws java.io.EOFException, no message, gives 78 before that; at 10",
            ]
        );
    }

    #[test]
    fn truncated_outcomes_are_refused() {
        let mut outcomes = Outcomes::default();
        outcomes.threw(&EndOfInput::new(4, 1).into(), b"x");
        outcomes.stands(10);
        let bytes = outcomes.bytes;
        assert!(parse(&bytes).is_some());
        for end in 1..bytes.len() {
            assert_eq!(parse(&bytes[..end]), None, "{end}");
        }
    }
}
