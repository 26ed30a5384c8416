//! The error type of the streams, and the Java exception for each error.

use std::io::{self, ErrorKind};
use std::{error, fmt};

use super::EndOfInput;
#[cfg(feature = "object")]
use super::object::ObjectError;
use crate::mutf8::DecodeError;
use crate::{JavaStr, JavaString};

/// Why a value could not be read or written.
///
/// Each variant corresponds to a Java exception, given by [`java_class`](Error::java_class) and
/// [`java_message`](Error::java_message). The `?` operator converts it into an [`io::Error`] and
/// back; after both conversions the error is the original one. The methods of
/// [`ReadJavaExt`](super::ReadJavaExt) and [`WriteJavaExt`](super::WriteJavaExt) return it within an
/// [`io::Error`], so that `?` also converts it into any error type that has `From<io::Error>`.
///
/// Errors can be compared, for tests. Two [`Io`](Error::Io) errors are equal if their kinds, their
/// OS error codes and their texts are.
///
/// # Examples
///
/// ```
/// use javatalk::data::{DataInputStream, EndOfInput, Error};
///
/// let mut input = DataInputStream::new(&b"\0\x05he"[..]);
/// match input.read_utf() {
///     Err(Error::EndOfInput(end)) => assert_eq!(end.came(), Some(2)),
///     other => panic!("{other:?}"),
/// }
///
/// let mut input = DataInputStream::new(&b"\0\x05he"[..]);
/// assert_eq!(input.read_utf(), Err(Error::EndOfInput(EndOfInput::new(5, 2))));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The input ended before the value was complete: `java.io.EOFException`, without a message.
    EndOfInput(EndOfInput),
    /// The bytes of a string are not modified UTF-8: `java.io.UTFDataFormatException`. The whole
    /// string has been consumed.
    Malformed(DecodeError),
    /// The string is too long for `writeUTF`: `java.io.UTFDataFormatException`. Nothing has been
    /// written.
    TooLong(TooLong),
    /// The source or the sink failed; this is its error, unchanged.
    ///
    /// An error of kind [`UnexpectedEof`](ErrorKind::UnexpectedEof) means that the source itself
    /// reported truncated data (a compressed stream, a TLS connection). It has a message, and
    /// [`EndOfInput`](Error::EndOfInput) has none in Java. In Java both are an `EOFException`.
    Io(io::Error),
    /// What only an object stream can fail with, such as `java.io.StreamCorruptedException`.
    #[cfg(feature = "object")]
    Object(Box<ObjectError>),
}

impl Error {
    /// The binary name of the exception that Java throws.
    ///
    /// For [`Io`](Error::Io) the class follows from the error kind. Network errors are taken to
    /// come from a socket. If no class fits better, it is `java.io.IOException`.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::data::{EndOfInput, Error};
    /// use std::io::{self, ErrorKind};
    ///
    /// let end = Error::EndOfInput(EndOfInput::new(4, 2));
    /// assert_eq!(end.java_class(), "java.io.EOFException");
    ///
    /// let refused = Error::from(io::Error::from(ErrorKind::ConnectionRefused));
    /// assert_eq!(refused.java_class(), "java.net.ConnectException");
    /// ```
    #[must_use]
    pub fn java_class(&self) -> &'static str {
        match self {
            Self::EndOfInput(_) => "java.io.EOFException",
            Self::Malformed(_) | Self::TooLong(_) => "java.io.UTFDataFormatException",
            Self::Io(error) => match error.kind() {
                ErrorKind::UnexpectedEof => "java.io.EOFException",
                ErrorKind::Interrupted => "java.io.InterruptedIOException",
                ErrorKind::NotFound => "java.io.FileNotFoundException",
                ErrorKind::ConnectionRefused => "java.net.ConnectException",
                ErrorKind::HostUnreachable => "java.net.NoRouteToHostException",
                ErrorKind::AddrInUse | ErrorKind::AddrNotAvailable => "java.net.BindException",
                ErrorKind::TimedOut | ErrorKind::WouldBlock => "java.net.SocketTimeoutException",
                ErrorKind::ConnectionReset
                | ErrorKind::ConnectionAborted
                | ErrorKind::NotConnected
                | ErrorKind::BrokenPipe
                | ErrorKind::NetworkDown
                | ErrorKind::NetworkUnreachable => "java.net.SocketException",
                _ => "java.io.IOException",
            },
            #[cfg(feature = "object")]
            Self::Object(error) => error.java_class(),
        }
    }

    /// The message of the exception that Java throws, in the wording of JDK 17 and later; `None`
    /// where `getMessage()` returns null, and for an unpaired surrogate, which Java accepts.
    ///
    /// For [`Io`](Error::Io) it is the error's own text.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::data::{DataOutputStream, EndOfInput, Error};
    ///
    /// assert_eq!(Error::EndOfInput(EndOfInput::new(4, 2)).java_message(), None);
    ///
    /// let text = format!("greeting{}farewell", "中".repeat(22_000));
    /// let error = DataOutputStream::new(Vec::new()).write_utf(&text).unwrap_err();
    /// assert_eq!(
    ///     error.java_message().unwrap(),
    ///     "encoded string (greeting...farewell) too long: 66016 bytes"
    /// );
    /// ```
    #[must_use]
    pub fn java_message(&self) -> Option<JavaString> {
        match self {
            Self::EndOfInput(_) => None,
            Self::Malformed(error) => error.java_message().map(JavaString::from),
            Self::TooLong(error) => Some(error.java_message()),
            Self::Io(error) => Some(error.to_string().into()),
            #[cfg(feature = "object")]
            Self::Object(error) => error.java_message(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EndOfInput(end) => end.fmt(f),
            Self::Malformed(error) => {
                write!(f, "{error}; check that the other side called writeUTF here")
            }
            Self::TooLong(error) => write!(
                f,
                "encoded string of {} bytes: writeUTF takes {} at most, write it in pieces or as a \
                 length and bytes",
                error.encoded_len(),
                u16::MAX,
            ),
            Self::Io(error) => error.fmt(f),
            #[cfg(feature = "object")]
            Self::Object(error) => error.fmt(f),
        }
    }
}

impl error::Error for Error {
    /// The source of an [`Io`](Error::Io) error: its [`Display`](fmt::Display) already shows the
    /// text of the error itself.
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Io(error) => error.source(),
            Self::EndOfInput(_) | Self::Malformed(_) | Self::TooLong(_) => None,
            #[cfg(feature = "object")]
            Self::Object(_) => None,
        }
    }
}

impl PartialEq for Error {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::EndOfInput(end), Self::EndOfInput(other)) => end == other,
            (Self::Malformed(error), Self::Malformed(other)) => error == other,
            (Self::TooLong(error), Self::TooLong(other)) => error == other,
            (Self::Io(error), Self::Io(other)) => {
                error.kind() == other.kind()
                    && error.raw_os_error() == other.raw_os_error()
                    && error.to_string() == other.to_string()
            }
            #[cfg(feature = "object")]
            (Self::Object(error), Self::Object(other)) => error == other,
            #[cfg(feature = "object")]
            (Self::Object(_), _) => false,
            (Self::EndOfInput(_) | Self::Malformed(_) | Self::TooLong(_) | Self::Io(_), _) => false,
        }
    }
}

impl Eq for Error {}

impl From<io::Error> for Error {
    /// Unwraps an [`Error`] that was converted into an [`io::Error`]. A bare
    /// [`UnexpectedEof`](ErrorKind::UnexpectedEof), without a message or an OS error code, as
    /// [`read_exact`](io::Read::read_exact) returns it at the end, becomes
    /// [`EndOfInput`](Error::EndOfInput) of unknown size. Any other error becomes
    /// [`Io`](Error::Io).
    fn from(error: io::Error) -> Self {
        let is_bare = error.get_ref().is_none() && error.raw_os_error().is_none();
        if is_bare && error.kind() == ErrorKind::UnexpectedEof {
            return Self::EndOfInput(EndOfInput::UNKNOWN);
        }
        error.downcast::<Self>().unwrap_or_else(Self::Io)
    }
}

impl From<EndOfInput> for Error {
    fn from(end: EndOfInput) -> Self {
        Self::EndOfInput(end)
    }
}

impl From<DecodeError> for Error {
    fn from(error: DecodeError) -> Self {
        Self::Malformed(error)
    }
}

#[cfg(feature = "object")]
impl From<ObjectError> for Error {
    fn from(error: ObjectError) -> Self {
        Self::Object(Box::new(error))
    }
}

impl From<Error> for io::Error {
    /// Returns the error within an [`Io`](Error::Io) unchanged. The other variants are wrapped: the
    /// kind is [`UnexpectedEof`](ErrorKind::UnexpectedEof) for the end of the input,
    /// [`InvalidData`](ErrorKind::InvalidData) for malformed strings and
    /// [`InvalidInput`](ErrorKind::InvalidInput) for strings that are too long.
    fn from(error: Error) -> Self {
        let kind = match error {
            #[cfg(feature = "object")]
            Error::Object(ref error) => error.kind(),
            Error::Io(error) => return error,
            Error::EndOfInput(_) => ErrorKind::UnexpectedEof,
            Error::Malformed(_) => ErrorKind::InvalidData,
            Error::TooLong(_) => ErrorKind::InvalidInput,
        };
        Self::new(kind, error)
    }
}

/// A string whose modified UTF-8 is longer than 65535 bytes, the limit of `writeUTF`.
///
/// # Examples
///
/// ```
/// use javatalk::data::{DataOutputStream, Error};
///
/// let text = "a".repeat(65_536);
/// match DataOutputStream::new(Vec::new()).write_utf(&text) {
///     Err(Error::TooLong(error)) => assert_eq!(error.encoded_len(), 65_536),
///     other => panic!("{other:?}"),
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooLong(Box<Details>);

/// Boxed, so that an [`Error`] is no larger than two words.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Details {
    encoded_len: usize,
    first: Vec<u16>,
    last: Vec<u16>,
}

impl TooLong {
    pub(super) fn new(text: JavaStr<'_>, encoded_len: usize) -> Self {
        // Java truncates by code unit, even in the middle of a surrogate pair.
        let beyond = text.len_utf16().saturating_sub(SHOWN_UNITS);
        Self(Box::new(Details {
            encoded_len,
            first: text.encode_utf16().take(SHOWN_UNITS).collect(),
            last: text.encode_utf16().skip(beyond).collect(),
        }))
    }

    /// The length of the string in modified UTF-8, in bytes.
    #[must_use]
    pub fn encoded_len(&self) -> usize {
        self.0.encoded_len
    }

    fn java_message(&self) -> JavaString {
        let mut units: Vec<u16> = "encoded string (".encode_utf16().collect();
        units.extend(&self.0.first);
        units.extend("...".encode_utf16());
        units.extend(&self.0.last);
        units.extend(format!(") too long: {} bytes", self.0.encoded_len).encode_utf16());
        units.into()
    }
}

/// How many code units from each end of the string the JDK quotes in its message.
const SHOWN_UNITS: usize = 8;
