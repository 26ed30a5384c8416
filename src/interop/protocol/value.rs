//! Values: what methods take and return, in the text form of the peer protocol.
//!
//! `java/README.md` defines the text form. This file is its only implementation in Rust.

use std::fmt;
use std::str::FromStr;

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};

use super::object::ObjectValue;
use crate::JavaString;

/// The set of values that a method takes or returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// An integer between these bounds, both included.
    Whole(i64, i64),
    /// A number of bytes: a non-negative `int`.
    Count,
    Boolean,
    /// The 32 bits of a `float`.
    Float,
    /// The 64 bits of a `double`.
    Double,
    Text,
    Bytes,
    /// A string, a boxed value, an array of primitive values, or null.
    Object,
}

/// A value that a method takes or returns.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value {
    /// The result of a method that returns `void`.
    Void,
    /// An integer or a character.
    Whole(i64),
    Boolean(bool),
    /// The bits of a `float`.
    Float(u32),
    /// The bits of a `double`.
    Double(u64),
    Text(JavaString),
    Null,
    Bytes(Vec<u8>),
    /// An object that is no string, or one with a number.
    Object(ObjectValue),
}

/// The text form of the peer protocol: `u00680069`, `0x7fc00000`, `-128`, and so on.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Void => f.write_str("void"),
            Self::Whole(number) => number.fmt(f),
            Self::Boolean(truth) => truth.fmt(f),
            Self::Float(bits) => write!(f, "{bits:#010x}"),
            Self::Double(bits) => write!(f, "{bits:#018x}"),
            Self::Null => f.write_str("null"),
            Self::Text(text) => {
                let mut bytes = Vec::with_capacity(2 * text.len_utf16());
                for unit in text.encode_utf16() {
                    bytes.extend_from_slice(&unit.to_be_bytes());
                }
                write!(f, "u{}", HEXLOWER.encode(&bytes))
            }
            Self::Bytes(bytes) => write!(f, "x{}", HEXLOWER.encode(bytes)),
            Self::Object(object) => object.fmt(f),
        }
    }
}

impl FromStr for Value {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let wrong = || format!("{}: no value", shortened(word));
        match word {
            "void" => return Ok(Self::Void),
            "null" => return Ok(Self::Null),
            "true" => return Ok(Self::Boolean(true)),
            "false" => return Ok(Self::Boolean(false)),
            _ => {}
        }
        if word.contains('=') || word.ends_with([')', ']']) {
            return ObjectValue::parse(word).map(Self::Object).ok_or_else(wrong);
        }
        let bytes = |digits: &str| HEXLOWER_PERMISSIVE.decode(digits.as_bytes());
        if let Some(digits) = word.strip_prefix('u') {
            let bytes = bytes(digits).map_err(|_| wrong())?;
            let (units, []) = bytes.as_chunks() else {
                return Err(wrong());
            };
            let units: Vec<u16> = units.iter().copied().map(u16::from_be_bytes).collect();
            return Ok(Self::Text(units.into()));
        }
        if let Some(digits) = word.strip_prefix("0x") {
            if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                return Err(wrong());
            }
            return match digits.len() {
                8 => u32::from_str_radix(digits, 16).map(Self::Float),
                16 => u64::from_str_radix(digits, 16).map(Self::Double),
                _ => return Err(wrong()),
            }
            .map_err(|_| wrong());
        }
        if let Some(digits) = word.strip_prefix('x') {
            return bytes(digits).map(Self::Bytes).map_err(|_| wrong());
        }
        decimal(word).map(Self::Whole).ok_or_else(wrong)
    }
}

/// Parses a decimal integer with an optional `-`. A leading `+` is rejected.
pub(crate) fn decimal<T: FromStr>(word: &str) -> Option<T> {
    let digits = word.strip_prefix('-').unwrap_or(word);
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    word.parse().ok()
}

pub(super) fn shortened(word: &str) -> String {
    const SHOWN: usize = 40;
    let mut shown: String = word.chars().take(SHOWN).collect();
    if word.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

/// A number of bytes, as Java's `int`. The methods take a negative one for 0, and no value of the
/// protocol is negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Count(pub i32);

impl Count {
    pub(crate) fn bytes(self) -> usize {
        usize::try_from(self.0).unwrap_or(0)
    }
}

/// The argument of `writeObject`: a string, another object, or null.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ObjectArgument(Value);

impl ObjectArgument {
    pub fn as_value(&self) -> &Value {
        &self.0
    }
}

/// A type in which a call holds its argument.
pub(super) trait Argument: Sized {
    const KIND: Kind;

    /// The argument with this value, or the value if it is none.
    fn of(value: Value) -> Result<Self, Value>;

    fn value(&self) -> Value;
}

macro_rules! whole_arguments {
    ($($number:ty)*) => {$(
        impl Argument for $number {
            const KIND: Kind = Kind::Whole(<$number>::MIN as i64, <$number>::MAX as i64);

            fn of(value: Value) -> Result<Self, Value> {
                let Value::Whole(number) = value else {
                    return Err(value);
                };
                number.try_into().map_err(|_| value)
            }

            fn value(&self) -> Value {
                Value::Whole((*self).into())
            }
        }
    )*};
}

whole_arguments!(i8 i16 u16 i32 i64);

impl Argument for Count {
    const KIND: Kind = Kind::Count;

    fn of(value: Value) -> Result<Self, Value> {
        match i32::of(value)? {
            count @ 0.. => Ok(Self(count)),
            negative => Err(negative.value()),
        }
    }

    fn value(&self) -> Value {
        self.0.value()
    }
}

impl Argument for ObjectArgument {
    const KIND: Kind = Kind::Object;

    fn of(value: Value) -> Result<Self, Value> {
        if value == Value::Null || value.as_object().is_some() {
            Ok(Self(value))
        } else {
            Err(value)
        }
    }

    fn value(&self) -> Value {
        self.0.clone()
    }
}

macro_rules! arguments {
    ($($type:ty: $kind:ident;)*) => {$(
        impl Argument for $type {
            const KIND: Kind = Kind::$kind;

            fn of(value: Value) -> Result<Self, Value> {
                let Value::$kind(argument) = value else {
                    return Err(value);
                };
                Ok(argument)
            }

            fn value(&self) -> Value {
                Value::$kind(self.clone())
            }
        }
    )*};
}

// Java has no unsigned integers but `char`, so these two are free for the bits of floats.
arguments! {
    bool: Boolean;
    u32: Float;
    u64: Double;
    JavaString: Text;
    Vec<u8>: Bytes;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_round_trip_through_text() {
        for word in [
            "void",
            "null",
            "true",
            "false",
            "0",
            "-128",
            "9223372036854775807",
            "0x7fc00000",
            "0x7ff8000000000001",
            "u",
            "u00680069",
            "ud800",
            "x",
            "x00ff",
        ] {
            let value: Value = word.parse().unwrap();
            assert_eq!(value.to_string(), word);
        }
        for word in [
            "",
            "u123",
            "x1",
            "0x1",
            "1.5",
            "ux",
            "u+123",
            "x+1",
            "é",
            "ué123",
            "+1",
            "-",
            "--1",
            "-+1",
            "0x+1234567",
            "0X12345678",
            "U0068",
            "X00",
            "٣",
        ] {
            assert!(word.parse::<Value>().is_err(), "{word:?}");
        }
        for (word, value) in [
            ("-0", "0"),
            ("007", "7"),
            ("-007", "-7"),
            ("0x7FC0000a", "0x7fc0000a"),
            ("u00E9", "u00e9"),
            ("xFFaB", "xffab"),
        ] {
            assert_eq!(word.parse::<Value>().unwrap().to_string(), value);
        }
    }
}
