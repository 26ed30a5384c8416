//! Splits the bytes of one direction into named fields, as the framing of the conversation defines
//! them.

use super::traffic;
use super::traffic::Field;
use crate::programs::charset::Charset;
use crate::text::count::plural;

/// How messages are framed on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fields {
    /// Messages of `writeUTF`: a length and the text.
    Utf,
    /// Lines of text in this charset.
    Lines(Charset),
    /// Bytes without any message boundary.
    Raw,
}

impl Fields {
    /// The fields of `flow`, which must hold every byte of the direction from the first on.
    pub fn fields(self, flow: &[u8]) -> Vec<Field> {
        match self {
            Self::Utf => traffic::fields(flow),
            Self::Lines(charset) => lines(flow, charset),
            Self::Raw => Vec::new(),
        }
    }
}

/// Splits a direction into lines and line ends.
fn lines(flow: &[u8], charset: Charset) -> Vec<Field> {
    let end: &[u8] = match charset {
        Charset::Utf16Be => b"\0\n",
        Charset::Utf8 | Charset::Latin1 | Charset::Ascii | Charset::Gbk => b"\n",
    };
    let mut fields = Vec::new();
    let mut start = 0;
    while start < flow.len() {
        let rest = &flow[start..];
        // A UTF-16 line end starts only at a code unit boundary.
        let ends = rest.chunks(end.len()).position(|unit| unit == end);
        let text = &rest[..ends.map_or(rest.len(), |units| units * end.len())];
        if !text.is_empty() {
            let said = traffic::shortened(&charset.decode(text));
            let what = if ends.is_some() {
                "the line"
            } else {
                "a line without its end"
            };
            fields.push(Field {
                start,
                bytes: text.to_vec(),
                meaning: format!("{what}, in {charset}: {said:?}"),
            });
        }
        start += text.len();
        if ends.is_some() {
            fields.push(Field {
                start,
                bytes: end.to_vec(),
                meaning: "its end".to_owned(),
            });
            start += end.len();
        }
    }
    fields
}

/// The part of a field that lies in one segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    /// The bytes of the field that lie in the segment.
    pub bytes: Vec<u8>,
    pub meaning: String,
}

/// The fields of the segment that begins at offset `start`. If no field covers the segment, the
/// whole segment is one field.
pub(crate) fn named(fields: &[Field], start: usize, piece: &[u8]) -> Vec<Named> {
    const SHOWN: usize = 24;
    let end = start + piece.len();
    let first = fields.partition_point(|field| field.start + field.bytes.len() <= start);
    let here = fields[first..].iter().take_while(|field| field.start < end);
    let mut named: Vec<Named> = here
        .map(|field| {
            let from = field.start.max(start);
            let to = (field.start + field.bytes.len()).min(end);
            let whole = field.bytes.len();
            let meaning = if to - from == whole {
                field.meaning.clone()
            } else {
                let (first, last) = (from - field.start + 1, to - field.start);
                format!("bytes {first} to {last} of {whole}, {}", field.meaning)
            };
            Named {
                bytes: piece[from - start..to - start].to_vec(),
                meaning,
            }
        })
        .collect();
    if named.is_empty() && !piece.is_empty() {
        named.push(Named {
            bytes: piece.to_vec(),
            meaning: format!(
                "{} {}: {}",
                piece.len(),
                plural(piece.len(), "byte"),
                traffic::quoted(piece, SHOWN)
            ),
        });
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(fields: Fields, flow: &[u8]) -> Vec<String> {
        let fields = fields.fields(flow);
        let shown = |field: &Field| format!("{} {}", field.start, field.meaning);
        fields.iter().map(shown).collect()
    }

    #[test]
    fn a_line_and_its_end_are_two_fields() {
        assert_eq!(
            shown(Fields::Lines(Charset::Utf8), b"hi\n\nx"),
            [
                "0 the line, in UTF-8: \"hi\"",
                "2 its end",
                "3 its end",
                "4 a line without its end, in UTF-8: \"x\"",
            ]
        );
        // A line end that straddles two code units does not count.
        assert_eq!(
            shown(Fields::Lines(Charset::Utf16Be), b"\x4e\x00\x0a\x41\x00\x0a"),
            ["0 the line, in UTF-16BE: \"一\\u{a41}\"", "4 its end"]
        );
    }

    #[test]
    fn a_field_that_comes_in_two_pieces_is_named_in_both() {
        let flow = b"\x00\x05hello";
        let fields = Fields::Utf.fields(flow);
        let meanings = |start: usize, end: usize| -> Vec<String> {
            let named = named(&fields, start, &flow[start..end]);
            named.into_iter().map(|named| named.meaning).collect()
        };
        assert_eq!(
            meanings(0, 4),
            [
                "length of the message: 5 bytes",
                "bytes 1 to 2 of 5, the message: \"hello\"",
            ]
        );
        assert_eq!(
            meanings(4, 7),
            ["bytes 3 to 5 of 5, the message: \"hello\""]
        );
        assert_eq!(meanings(1, 2).len(), 1);
        assert_eq!(
            named(&[], 0, b"hi"),
            [Named {
                bytes: b"hi".to_vec(),
                meaning: "2 bytes: \"hi\"".to_owned(),
            }]
        );
    }
}
