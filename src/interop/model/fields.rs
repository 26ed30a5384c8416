//! The fields of one direction, under the names that the framing of the conversation gives them.

use crate::programs::framing::{Field, Framing};
use crate::text::count::plural;
use crate::text::quotation::quoted;

/// The fields of `flow`, which must hold every byte of the direction from the first on. If the
/// framing is unknown or gives the bytes no meaning, the whole flow is one field.
pub(crate) fn fields(framing: Option<Framing>, flow: &[u8]) -> Vec<Field> {
    let fields = framing.map_or_else(Vec::new, |framing| framing.fields(flow));
    if !fields.is_empty() || flow.is_empty() {
        return fields;
    }
    vec![Field {
        start: 0,
        bytes: flow.to_vec(),
        meaning: unnamed(flow),
    }]
}

/// The part of a field that lies in one segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    /// The bytes of the field that lie in the segment.
    pub bytes: Vec<u8>,
    pub meaning: String,
}

/// The parts of `fields` in the segment that begins at offset `start`. If no field covers the
/// segment, the whole segment is one field.
pub(crate) fn named(fields: &[Field], start: usize, piece: &[u8]) -> Vec<Named> {
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
            meaning: unnamed(piece),
        });
    }
    named
}

/// What is said of bytes without a meaning.
fn unnamed(bytes: &[u8]) -> String {
    const SHOWN: usize = 24;
    let count = bytes.len();
    let text = quoted(bytes, SHOWN);
    format!("{count} {}: {text}", plural(count, "byte"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flow_without_lengths_is_one_field() {
        let whole = |flow: &[u8], meaning: &str| Field {
            start: 0,
            bytes: flow.to_vec(),
            meaning: meaning.to_owned(),
        };
        for framing in [None, Some(Framing::Raw)] {
            assert_eq!(
                fields(framing, b"hi\xff"),
                [whole(b"hi\xff", r#"3 bytes: b"hi\xff""#)]
            );
            assert_eq!(fields(framing, b""), []);
        }
        assert_eq!(fields(Some(Framing::Utf), b"\0\x01x").len(), 2);
    }

    #[test]
    fn a_field_split_over_two_pieces_is_named_in_both() {
        let flow = b"\x00\x05hello";
        let fields = Framing::Utf.fields(flow);
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
