//! A call of one method, its argument and its result, in the text form of the peer protocol.
//!
//! `java/README.md` defines the text form. This file is its only implementation in Rust.

use std::fmt;
use std::str::FromStr;

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};

use crate::JavaString;

/// The set of values that a method takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// An integer between these bounds, both included.
    Whole(i64, i64),
    Boolean,
    /// The 32 bits of a `float`.
    Float,
    /// The 64 bits of a `double`.
    Double,
    Text,
    Bytes,
}

/// Declares each method once: Rust name, Java name, and the kind of value it takes.
macro_rules! methods {
    ($($variant:ident $name:literal $takes:expr,)*) => {
        /// A method that a peer can be asked to call, by its exact Java name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Method {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
        }

        impl Method {
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name used in Java, in scenario files and in the peer protocol.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The kind of value it takes; `None` if it takes no argument.
            pub const fn takes(self) -> Option<Kind> {
                match self {
                    $(Self::$variant => $takes,)*
                }
            }
        }
    };
}

const BYTE: Kind = Kind::Whole(i8::MIN as i64, i8::MAX as i64);
const SHORT: Kind = Kind::Whole(i16::MIN as i64, i16::MAX as i64);
const CHAR: Kind = Kind::Whole(0, u16::MAX as i64);
const INT: Kind = Kind::Whole(i32::MIN as i64, i32::MAX as i64);
const LONG: Kind = Kind::Whole(i64::MIN, i64::MAX);
const COUNT: Kind = Kind::Whole(0, i32::MAX as i64);

methods! {
    Write "write" Some(Kind::Bytes),
    WriteBoolean "writeBoolean" Some(Kind::Boolean),
    WriteByte "writeByte" Some(BYTE),
    WriteShort "writeShort" Some(SHORT),
    WriteChar "writeChar" Some(CHAR),
    WriteInt "writeInt" Some(INT),
    WriteLong "writeLong" Some(LONG),
    WriteFloat "writeFloat" Some(Kind::Float),
    WriteDouble "writeDouble" Some(Kind::Double),
    WriteBytes "writeBytes" Some(Kind::Text),
    WriteChars "writeChars" Some(Kind::Text),
    WriteUtf "writeUTF" Some(Kind::Text),
    Flush "flush" None,
    Size "size" None,
    ReadFully "readFully" Some(COUNT),
    SkipBytes "skipBytes" Some(COUNT),
    ReadBoolean "readBoolean" None,
    ReadByte "readByte" None,
    ReadUnsignedByte "readUnsignedByte" None,
    ReadShort "readShort" None,
    ReadUnsignedShort "readUnsignedShort" None,
    ReadChar "readChar" None,
    ReadInt "readInt" None,
    ReadLong "readLong" None,
    ReadFloat "readFloat" None,
    ReadDouble "readDouble" None,
    ReadLine "readLine" None,
    ReadUtf "readUTF" None,
    ShutdownOutput "shutdownOutput" None,
    Close "close" None,
    Reset "reset" None,
}

impl Method {
    /// Whether it waits for bytes from the other side.
    pub fn reads(self) -> bool {
        self.name().starts_with("read") || self == Self::SkipBytes
    }

    /// Whether it sends bytes.
    pub fn writes(self) -> bool {
        self.name().starts_with("write")
    }
}

impl FromStr for Method {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL
            .iter()
            .copied()
            .find(|method| method.name() == name)
            .ok_or_else(|| format!("{name}: no method of DataInput or DataOutput has this name"))
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
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
}

impl Value {
    /// Whether a method that takes `kind` accepts this value.
    pub fn is(&self, kind: Kind) -> bool {
        match (self, kind) {
            (Self::Whole(number), Kind::Whole(least, most)) => (least..=most).contains(number),
            (Self::Boolean(_), Kind::Boolean)
            | (Self::Float(_), Kind::Float)
            | (Self::Double(_), Kind::Double)
            | (Self::Text(_), Kind::Text)
            | (Self::Bytes(_), Kind::Bytes) => true,
            _ => false,
        }
    }
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

fn shortened(word: &str) -> String {
    const SHOWN: usize = 40;
    let mut shown: String = word.chars().take(SHOWN).collect();
    if word.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

/// A method and its argument.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Call {
    pub method: Method,
    /// The argument; `None` if the method takes none.
    pub value: Option<Value>,
}

/// The text form that follows `do`: `writeUTF u00680069`.
impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.method.fmt(f)?;
        match &self.value {
            Some(value) => write!(f, " {value}"),
            None => Ok(()),
        }
    }
}

impl FromStr for Call {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, word) = match text.split_once(' ') {
            Some((name, word)) => (name, Some(word)),
            None => (text, None),
        };
        let method: Method = name.parse()?;
        let value: Option<Value> = word.map(str::parse).transpose()?;
        match (method.takes(), &value) {
            (None, None) => {}
            (Some(kind), Some(value)) if value.is(kind) => {}
            (None, Some(_)) => return Err(format!("{method} takes no value")),
            (Some(_), None) => return Err(format!("{method} takes a value")),
            (Some(_), Some(value)) => {
                return Err(format!(
                    "{}: not what {method} takes",
                    shortened(&value.to_string())
                ));
            }
        }
        Ok(Self { method, value })
    }
}

/// The result of one call, as reported by the role that made it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Observation {
    /// The value it returned, or the exception it threw.
    pub result: CallResult,
    /// How many bytes the role has read from the connection so far.
    pub read: u64,
    /// How many bytes the role has written to the connection so far.
    pub written: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CallResult {
    Returned(Value),
    /// An exception of this class, with this message.
    Threw(String, Option<JavaString>),
}

/// The text form that follows `@@ `: `returned u00680069 4 0`.
impl fmt::Display for Observation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.result {
            CallResult::Returned(value) => write!(f, "returned {value}")?,
            CallResult::Threw(class, message) => {
                let message = message.clone().map_or(Value::Null, Value::Text);
                write!(f, "threw {class} {message}")?;
            }
        }
        write!(f, " {} {}", self.read, self.written)
    }
}

impl FromStr for Observation {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |why: &str| format!("{:?}: {why}", shortened(text));
        let words: Vec<&str> = text.split(' ').collect();
        let (result, counts) = match words.as_slice() {
            ["returned", value, counts @ ..] => (CallResult::Returned(value.parse()?), counts),
            ["threw", class, message, counts @ ..] => {
                let message = match message.parse()? {
                    Value::Null => None,
                    Value::Text(text) => Some(text),
                    _ => return Err(wrong("the message is neither a string nor null")),
                };
                (CallResult::Threw((*class).to_owned(), message), counts)
            }
            _ => return Err(wrong("neither returned, threw nor unsupported")),
        };
        let count = |word: &str| decimal(word).ok_or_else(|| wrong("a count is no number"));
        let [read, written] = counts else {
            return Err(wrong("two counts are expected at the end"));
        };
        Ok(Self {
            result,
            read: count(read)?,
            written: count(written)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_values_are_the_same() {
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

    #[test]
    fn calls_take_what_their_method_takes() {
        for call in [
            "writeUTF u0068",
            "writeByte -128",
            "readInt",
            "write x",
            "skipBytes 3",
        ] {
            assert_eq!(call.parse::<Call>().unwrap().to_string(), call);
        }
        for (call, why) in [
            ("writeByte 128", "128: not what writeByte takes"),
            ("writeUTF", "writeUTF takes a value"),
            ("readInt 1", "readInt takes no value"),
            ("skipBytes -1", "-1: not what skipBytes takes"),
            (
                "noSuchMethod",
                "noSuchMethod: no method of DataInput or DataOutput has this name",
            ),
        ] {
            assert_eq!(call.parse::<Call>().unwrap_err(), why);
        }
    }

    #[test]
    fn answers_are_read_as_they_are_written() {
        for answer in [
            "returned u00680069 4 0",
            "returned void 0 4",
            "threw java.io.EOFException null 3 0",
            "threw java.io.UTFDataFormatException u006d 3 12",
        ] {
            assert_eq!(answer.parse::<Observation>().unwrap().to_string(), answer);
        }
        for answer in [
            "",
            "returned",
            "returned 1 2",
            "threw x 1 2 3",
            "returned 1 a 2",
        ] {
            assert!(answer.parse::<Observation>().is_err(), "{answer:?}");
        }
    }
}
