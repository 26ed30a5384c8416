//! A call of one method, and its result, in the text form of the peer protocol.
//!
//! `java/README.md` defines the text form. This file is its only implementation in Rust.

use std::fmt;
use std::str::FromStr;

pub use super::method::{Does, Method, Objects, Read, Socket, Stream, Way, Write};
pub use super::object::{ObjectContent, Primitive};
pub(crate) use super::value::decimal;
use super::value::shortened;
pub use super::value::{Count, Kind, ObjectArgument, Value};
use crate::JavaString;

/// A method and its argument. Its variants are the kinds of stream that the methods need.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Call {
    Write(Write),
    Stream(Stream),
    Read(Read),
    Socket(Socket),
    Objects(Objects),
}

impl Call {
    /// The call of `method` with this argument.
    ///
    /// # Errors
    ///
    /// If the method does not take it.
    pub fn new(method: Method, argument: Option<Value>) -> Result<Self, String> {
        method.call(argument).map_err(|argument| match argument {
            None => format!("{method} takes a value"),
            Some(_) if method.takes().is_none() => format!("{method} takes no value"),
            Some(other) => format!("{}: not what {method} takes", shortened(&other.to_string())),
        })
    }

    pub const fn method(&self) -> Method {
        match self {
            Self::Write(write) => write.method(),
            Self::Stream(stream) => stream.method(),
            Self::Read(read) => read.method(),
            Self::Socket(socket) => socket.method(),
            Self::Objects(objects) => objects.method(),
        }
    }

    /// The argument; `None` if the method takes none.
    pub fn argument(&self) -> Option<Value> {
        match self {
            Self::Write(write) => Some(write.argument()),
            Self::Read(read) => read.argument(),
            Self::Objects(objects) => objects.argument().cloned(),
            Self::Stream(_) | Self::Socket(_) => None,
        }
    }
}

/// The text form that follows `do`: `writeUTF u00680069`.
impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.method().fmt(f)?;
        match self.argument() {
            Some(argument) => write!(f, " {argument}"),
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
        Self::new(name.parse()?, word.map(str::parse).transpose()?)
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
    fn calls_parse_only_with_a_value_their_method_takes() {
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
    fn answers_round_trip_through_text() {
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
