//! What the bytes on the wire of a pair mean.

use std::ops::Range;

use strum::EnumCount;

use crate::data::DataInputStream;
use crate::mutf8;
use crate::programs::framing::{Field, Framing};
use crate::text::quotation::{quoted, shortened};

/// What the bytes of a direction mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wire {
    /// Nothing is known: reports show bytes and text.
    Unknown,
    /// Messages of this framing.
    Framing(Framing),
    /// These fields, over and over again.
    Fields(Vec<FieldType>),
}

/// One value of `DataOutputStream` on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumCount)]
pub enum FieldType {
    Boolean,
    Byte,
    Short,
    Char,
    Int,
    Long,
    Float,
    Double,
    Utf,
}

impl Wire {
    /// The fields of `flow`, which must hold every byte of one direction from the first on. None if
    /// the bytes have no known meaning.
    pub(crate) fn fields(&self, flow: &[u8]) -> Vec<Field> {
        match self {
            Self::Unknown => Vec::new(),
            Self::Framing(framing) => framing.fields(flow),
            Self::Fields(types) => split(types, flow),
        }
    }

    /// Where the texts of `flow` stand that have a length of two bytes in front, as `writeUTF` puts
    /// it.
    pub(crate) fn texts(&self, flow: &[u8]) -> Vec<Range<usize>> {
        let types = match self {
            Self::Unknown => return Vec::new(),
            Self::Framing(framing) => return framing.texts(flow),
            Self::Fields(types) => types,
        };
        let fields = split(types, flow).into_iter().zip(types.iter().cycle());
        fields
            .filter(|(field, kind)| **kind == FieldType::Utf && field.bytes.len() >= 2)
            .map(|(field, _)| field.start + 2..field.start + field.bytes.len())
            .collect()
    }
}

/// Splits a flow into these fields, over and over again. Where it ends within a field, the last one
/// is incomplete.
fn split(types: &[FieldType], flow: &[u8]) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut start = 0;
    for kind in types.iter().cycle() {
        let rest = &flow[start..];
        if rest.is_empty() {
            break;
        }
        let size = kind.size(rest);
        let whole = size.filter(|&size| size <= rest.len());
        let bytes = &rest[..whole.unwrap_or(rest.len())];
        let meaning = match (whole, size) {
            (Some(_), _) => kind.meaning(bytes),
            (None, Some(size)) => {
                format!("{}, cut after {} of {size} bytes", kind.name(), bytes.len())
            }
            (None, None) => format!("{}, cut within its length", kind.name()),
        };
        start += bytes.len();
        fields.push(Field {
            start: start - bytes.len(),
            bytes: bytes.to_vec(),
            meaning,
        });
    }
    fields
}

impl FieldType {
    pub(crate) const ALL: [Self; Self::COUNT] = [
        Self::Boolean,
        Self::Byte,
        Self::Short,
        Self::Char,
        Self::Int,
        Self::Long,
        Self::Float,
        Self::Double,
        Self::Utf,
    ];

    /// The name in a pair file.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Byte => "byte",
            Self::Short => "short",
            Self::Char => "char",
            Self::Int => "int",
            Self::Long => "long",
            Self::Float => "float",
            Self::Double => "double",
            Self::Utf => "utf",
        }
    }

    /// The size of the field that begins like this; none if its length is incomplete.
    fn size(self, rest: &[u8]) -> Option<usize> {
        match self {
            Self::Boolean | Self::Byte => Some(1),
            Self::Short | Self::Char => Some(2),
            Self::Int | Self::Float => Some(4),
            Self::Long | Self::Double => Some(8),
            Self::Utf => {
                let (length, _) = rest.split_first_chunk::<2>()?;
                Some(2 + usize::from(u16::from_be_bytes(*length)))
            }
        }
    }

    /// The type and the value of a whole field.
    fn meaning(self, bytes: &[u8]) -> String {
        const SHOWN: usize = 24;
        let mut input = DataInputStream::new(bytes);
        let value = match self {
            Self::Boolean => match bytes {
                [0 | 1] => input.read_boolean().map(|value| value.to_string()),
                // Java reads every other byte as true too, but writes 1.
                _ => Ok(format!("true (as {})", bytes[0])),
            },
            Self::Byte => input.read_byte().map(|value| value.to_string()),
            Self::Short => input.read_short().map(|value| value.to_string()),
            Self::Char => input.read_char().map(|unit| {
                let shown = char::from_u32(unit.into());
                shown.map_or_else(|| format!("\\u{unit:04x}"), |c| format!("{c:?}"))
            }),
            Self::Int => input.read_int().map(|value| value.to_string()),
            Self::Long => input.read_long().map(|value| value.to_string()),
            Self::Float => input.read_float().map(|value| value.to_string()),
            Self::Double => input.read_double().map(|value| value.to_string()),
            Self::Utf => Ok(match mutf8::decode(&bytes[2..]) {
                Ok(text) => format!("{:?}", shortened(&text.to_string_lossy(), SHOWN)),
                Err(why) => format!("{}, not modified UTF-8: {why}", quoted(&bytes[2..], SHOWN)),
            }),
        };
        match value {
            Ok(value) => format!("{} {value}", self.name()),
            // The field is whole, so that it can be read.
            Err(why) => format!("{}: {why}", self.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meanings(types: &[FieldType], flow: &[u8]) -> Vec<String> {
        let fields = Wire::Fields(types.to_vec()).fields(flow);
        fields.into_iter().map(|field| field.meaning).collect()
    }

    #[test]
    fn fields_repeat_and_the_last_may_be_cut() {
        use FieldType::{Boolean, Int, Utf};
        let flow = b"\0\0\0\x05\0\x02hi\x01\xff\xff\xff\xff\0\x03hi";
        assert_eq!(
            meanings(&[Int, Utf, Boolean], flow),
            [
                "int 5",
                "utf \"hi\"",
                "boolean true",
                "int -1",
                "utf, cut after 4 of 5 bytes",
            ]
        );
        assert_eq!(meanings(&[Utf], b"\0"), ["utf, cut within its length"]);
        assert!(meanings(&[Utf], b"").is_empty());
        assert!(Wire::Unknown.fields(b"hi").is_empty());
    }

    #[test]
    fn every_type_shows_its_value() {
        for (kind, bytes, meaning) in [
            (FieldType::Boolean, &b"\0"[..], "boolean false"),
            (FieldType::Boolean, b"\x02", "boolean true (as 2)"),
            (FieldType::Byte, b"\xff", "byte -1"),
            (FieldType::Short, b"\x01\0", "short 256"),
            (FieldType::Char, b"\x4e\x16", "char '世'"),
            (FieldType::Char, b"\xd8\0", "char \\ud800"),
            (FieldType::Long, b"\0\0\0\0\0\0\0\x07", "long 7"),
            (FieldType::Float, b"\x3f\x80\0\0", "float 1"),
            (FieldType::Double, b"\x3f\xe0\0\0\0\0\0\0", "double 0.5"),
        ] {
            assert_eq!(meanings(&[kind], bytes), [meaning]);
        }
        let malformed = meanings(&[FieldType::Utf], b"\0\x01\xff");
        assert!(malformed[0].starts_with("utf b\"\\xff\", not modified UTF-8: "));
    }
}
