//! What the bytes of a direction mean, which the wire of a conversation decides.

use super::traffic;
use super::traffic::Field;
use crate::programs::charset::Charset;
use crate::text::count::plural;

/// How messages are said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fields {
    /// With `writeUTF`: a length, a text.
    Utf,
    /// In lines of text of this character set.
    Lines(Charset),
    /// As bytes, and nothing tells where one begins.
    Raw,
}

impl Fields {
    /// The fields of a direction, all its bytes from the first on.
    pub fn fields(self, flow: &[u8]) -> Vec<Field> {
        match self {
            Self::Utf => traffic::fields(flow),
            Self::Lines(charset) => lines(flow, charset),
            Self::Raw => Vec::new(),
        }
    }
}

/// A line, its end, a line, its end ...
fn lines(flow: &[u8], charset: Charset) -> Vec<Field> {
    let end: &[u8] = match charset {
        Charset::Utf16Be => b"\0\n",
        Charset::Utf8 | Charset::Latin1 | Charset::Ascii | Charset::Gbk => b"\n",
    };
    let mut fields = Vec::new();
    let mut start = 0;
    while start < flow.len() {
        let rest = &flow[start..];
        // Of UTF-16 an end begins where a code unit does.
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

/// A field as far as it stands in one piece of the direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    /// Its bytes in this piece.
    pub bytes: Vec<u8>,
    /// What it is.
    pub meaning: String,
}

/// The fields of the piece from `start` on; where there are none it is one itself.
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
        // The second byte of the first unit and the first of the second are no end.
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
