//! What can go wrong in an object stream, beside what can go wrong in any stream.

use std::{error, fmt};

use super::super::TooLong;
use crate::mutf8::DecodeError;
use crate::{JavaStr, JavaString};

/// Why an object stream could not be read or written, where [`data::Error`](crate::data::Error) has
/// no variant for it.
///
/// It is within [`Error::Object`](crate::data::Error::Object), whose
/// [`java_class`](crate::data::Error::java_class) and
/// [`java_message`](crate::data::Error::java_message) are those of Java's exception.
///
/// # Examples
///
/// ```
/// use javatalk::data::Error;
/// use javatalk::object::{ObjectError, ObjectInput};
///
/// let error = ObjectInput::new(&b"HTTP/1.1"[..]).unwrap_err();
/// assert_eq!(error.java_class(), "java.io.StreamCorruptedException");
/// assert_eq!(error.java_message().unwrap(), "invalid stream header: 48545450");
/// assert!(matches!(error, Error::Object(why) if matches!(*why, ObjectError::Corrupted(_))));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ObjectError {
    /// The bytes are no object stream: `java.io.StreamCorruptedException`, with this message.
    Corrupted(String),
    /// `readObject` found primitive data, or the end of the data that an object has written:
    /// `java.io.OptionalDataException`, whose fields these are.
    OptionalData {
        /// How many bytes of the block are left. They can be read as primitive data.
        length: u32,
        /// Whether an object's own data has ended.
        eof: bool,
    },
    /// The bytes of a string are not modified UTF-8: `java.io.UTFDataFormatException`, without a
    /// message. In block data the bytes after the malformed character have **not** been consumed.
    Malformed(DecodeError),
    /// The string is too long for `writeUTF`: `java.io.UTFDataFormatException`, without a message.
    /// Nothing has been written.
    ///
    /// JDK 24 and later have no such exception: they write a length of eight bytes, which no
    /// `readUTF` can read.
    TooLong(TooLong),
    /// The object is of a class that has no counterpart here: `java.lang.ClassNotFoundException`,
    /// whose message is the name of the class. The object has been consumed, and the next one can be
    /// read.
    ClassNotFound(JavaString),
    /// A class descriptor is not that of the class: `java.io.InvalidClassException`.
    InvalidClass {
        /// The class; `None` where Java names none.
        class: Option<JavaString>,
        /// What is wrong with it.
        reason: String,
    },
    /// A reference that cannot be read: `java.io.InvalidObjectException`, with this message.
    InvalidObject(String),
    /// The other side failed while it wrote an object, and wrote its exception instead:
    /// `java.io.WriteAbortedException`.
    WriteAborted {
        /// The class of that exception.
        class: JavaString,
        /// Its message.
        message: Option<JavaString>,
    },
    /// A descriptor is null, or a reference to something that is no descriptor. In Java this is an
    /// unchecked exception of this class.
    Unchecked(&'static str),
    /// Objects that have no counterpart here, or classes, are nested too deeply to be skipped. In
    /// Java this may be a `java.lang.StackOverflowError`.
    TooDeep,
}

impl ObjectError {
    pub(crate) fn java_class(&self) -> &'static str {
        match self {
            Self::Corrupted(_) => "java.io.StreamCorruptedException",
            Self::OptionalData { .. } => "java.io.OptionalDataException",
            Self::Malformed(_) | Self::TooLong(_) => "java.io.UTFDataFormatException",
            Self::ClassNotFound(_) => "java.lang.ClassNotFoundException",
            Self::InvalidClass { .. } => "java.io.InvalidClassException",
            Self::InvalidObject(_) => "java.io.InvalidObjectException",
            Self::WriteAborted { .. } => "java.io.WriteAbortedException",
            Self::Unchecked(class) => class,
            Self::TooDeep => "java.lang.StackOverflowError",
        }
    }

    pub(crate) fn java_message(&self) -> Option<JavaString> {
        match self {
            Self::Corrupted(message) | Self::InvalidObject(message) => Some(message.clone().into()),
            Self::ClassNotFound(class) => Some(class.clone()),
            Self::InvalidClass { class, reason } => Some(match class {
                Some(class) => joined([class.as_java_str(), "; ".into(), reason.as_str().into()]),
                None => reason.clone().into(),
            }),
            Self::WriteAborted { class, message } => {
                let start = joined(["writing aborted; ".into(), class.as_java_str()]);
                Some(match message {
                    Some(message) => {
                        joined([start.as_java_str(), ": ".into(), message.as_java_str()])
                    }
                    None => start,
                })
            }
            Self::OptionalData { .. }
            | Self::Malformed(_)
            | Self::TooLong(_)
            | Self::Unchecked(_)
            | Self::TooDeep => None,
        }
    }

    pub(crate) fn kind(&self) -> std::io::ErrorKind {
        match self {
            Self::TooLong(_) => std::io::ErrorKind::InvalidInput,
            Self::ClassNotFound(_) => std::io::ErrorKind::Unsupported,
            Self::Corrupted(_)
            | Self::OptionalData { .. }
            | Self::Malformed(_)
            | Self::InvalidClass { .. }
            | Self::InvalidObject(_)
            | Self::WriteAborted { .. }
            | Self::Unchecked(_)
            | Self::TooDeep => std::io::ErrorKind::InvalidData,
        }
    }
}

impl fmt::Display for ObjectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Corrupted(message) => write!(
                f,
                "not a sound object stream: {message}; check that the other side uses \
                 ObjectOutputStream, and one for the whole connection"
            ),
            Self::OptionalData { eof: true, .. } => {
                f.write_str("the data that the object has written for itself has ended")
            }
            Self::OptionalData { length, .. } => write!(
                f,
                "{length} bytes of primitive data come before the next object; read them first"
            ),
            Self::Malformed(error) => {
                write!(f, "{error}; check that the other side called writeUTF here")
            }
            Self::TooLong(error) => write!(
                f,
                "encoded string of {} bytes: writeUTF takes {} at most, write it as an object",
                error.encoded_len(),
                u16::MAX,
            ),
            Self::ClassNotFound(class) => write!(
                f,
                "an object of {class}, which has no counterpart here; it has been skipped, and the \
                 next object can be read"
            ),
            Self::InvalidClass { class, reason } => match class {
                Some(class) => write!(f, "the class {class} does not match: {reason}"),
                None => write!(f, "a class does not match: {reason}"),
            },
            Self::InvalidObject(message) => f.write_str(message),
            Self::WriteAborted { class, message } => {
                write!(f, "the other side failed while it wrote an object: {class}")?;
                match message {
                    Some(message) => write!(f, ": {message}"),
                    None => Ok(()),
                }
            }
            Self::Unchecked(class) => write!(
                f,
                "not a sound object stream: a class descriptor is none, for which Java throws a {class}"
            ),
            Self::TooDeep => f.write_str(
                "objects without a counterpart here are nested too deeply to be skipped",
            ),
        }
    }
}

impl error::Error for ObjectError {}

fn joined<const N: usize>(parts: [JavaStr<'_>; N]) -> JavaString {
    let units: Vec<u16> = parts
        .into_iter()
        .flat_map(|part| part.encode_utf16().collect::<Vec<u16>>())
        .collect();
    units.into()
}
