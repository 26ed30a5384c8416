//! The calls that are swept: those of the peer protocol, in the encoding of `Sweep.java`.

use crate::JavaString;
pub(crate) use crate::interop::protocol::call::{Count, Read, Write};

impl Read {
    /// Its code and argument for `Sweep.java`.
    pub(crate) fn code(self) -> (u8, i32) {
        match self {
            Self::Fully(Count(count)) => (0, count),
            Self::Skip(Count(count)) => (1, count),
            Self::Boolean => (2, 0),
            Self::Byte => (3, 0),
            Self::UnsignedByte => (4, 0),
            Self::Short => (5, 0),
            Self::UnsignedShort => (6, 0),
            Self::Char => (7, 0),
            Self::Int => (8, 0),
            Self::Long => (9, 0),
            Self::Float => (10, 0),
            Self::Double => (11, 0),
            Self::Line => (12, 0),
            Self::Utf => (13, 0),
        }
    }

    /// How the bytes of its value are to be interpreted.
    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::Fully(_) => Kind::Bytes,
            Self::Boolean => Kind::Boolean,
            Self::Char | Self::Float | Self::Double => Kind::Bits,
            Self::Line | Self::Utf => Kind::Text,
            Self::Skip(_)
            | Self::Byte
            | Self::UnsignedByte
            | Self::Short
            | Self::UnsignedShort
            | Self::Int
            | Self::Long => Kind::Integer,
        }
    }
}

impl Write {
    /// Appends its code and value for `Sweep.java`.
    pub(crate) fn encode(&self, payload: &mut Vec<u8>) {
        match self {
            Self::All(bytes) => {
                payload.push(0);
                put_len(bytes.len(), payload);
                payload.extend_from_slice(bytes);
            }
            Self::Boolean(value) => payload.extend([1, u8::from(*value)]),
            Self::Byte(value) => put_int(2, (*value).into(), payload),
            Self::UnsignedByte(value) => put_int(2, (*value).into(), payload),
            Self::Short(value) => put_int(3, (*value).into(), payload),
            Self::UnsignedShort(value) => put_int(3, (*value).into(), payload),
            Self::Char(value) => put_int(4, (*value).into(), payload),
            Self::Int(value) => put_int(5, *value, payload),
            Self::Long(value) => {
                payload.push(6);
                payload.extend(value.to_be_bytes());
            }
            Self::Float(bits) => {
                payload.push(7);
                payload.extend(bits.to_be_bytes());
            }
            Self::Double(bits) => {
                payload.push(8);
                payload.extend(bits.to_be_bytes());
            }
            Self::Bytes(text) => put_text(9, text, payload),
            Self::Chars(text) => put_text(10, text, payload),
            Self::Utf(text) => put_text(11, text, payload),
        }
    }
}

/// How a value is displayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Bytes,
    Boolean,
    Integer,
    Bits,
    Text,
}

/// Appends a length for `Sweep.java`.
///
/// # Panics
///
/// If it does not fit into an `int`; no block is that large.
pub(crate) fn put_len(length: usize, payload: &mut Vec<u8>) {
    let length = i32::try_from(length).expect("a block is far smaller than 2 GiB");
    payload.extend(length.to_be_bytes());
}

fn put_int(method: u8, value: i32, payload: &mut Vec<u8>) {
    payload.push(method);
    payload.extend(value.to_be_bytes());
}

fn put_text(method: u8, text: &JavaString, payload: &mut Vec<u8>) {
    payload.push(method);
    put_string(text, payload);
}

/// Appends a string for `Sweep.java`.
pub(crate) fn put_string(text: &JavaString, payload: &mut Vec<u8>) {
    put_len(text.len_utf16(), payload);
    payload.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
}
