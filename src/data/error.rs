//! What can go wrong, and what Java calls it.

use std::io::{self, ErrorKind};
use std::{error, fmt};

use crate::mutf8::DecodeError;
use crate::{JavaStr, JavaString};

/// Why a value could not be read or written.
///
/// Each variant is an exception of Java's, told by [`java_class`](Error::java_class) and
/// [`java_message`](Error::java_message). The `?` operator turns it into an [`io::Error`] and back:
/// an error that made the trip is the original again.
///
/// # Examples
///
/// ```
/// use javatalk::data::{DataInput, DataInputStream, Error};
///
/// let mut input = DataInputStream::new(&b"\0\0"[..]);
/// match input.read_int() {
///     Err(Error::EndOfInput) => {}
///     other => panic!("{other:?}"),
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The input ended before the value was complete: `java.io.EOFException`, without a message.
    EndOfInput,
    /// The bytes of a string are not modified UTF-8: `java.io.UTFDataFormatException`. All of them
    /// have been consumed.
    Malformed(DecodeError),
    /// The string is too long for `writeUTF`: `java.io.UTFDataFormatException`. Nothing of it has
    /// been written.
    TooLong(TooLong),
    /// The source or the sink failed, and this is its own error, untouched.
    ///
    /// One of kind [`UnexpectedEof`](ErrorKind::UnexpectedEof) is the source's word that its data
    /// was cut short (a compressed stream, a TLS connection), and has a message of its own where
    /// [`EndOfInput`](Error::EndOfInput) has none. In Java both are an `EOFException`.
    Io(io::Error),
}

impl Error {
    /// The binary name of the exception that Java throws.
    ///
    /// For [`Io`](Error::Io) it follows the kind of the error, and takes sockets for the cause
    /// where it is a matter of networks; where nothing is closer, `java.io.IOException`.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::data::Error;
    /// use std::io::{self, ErrorKind};
    ///
    /// assert_eq!(Error::EndOfInput.java_class(), "java.io.EOFException");
    ///
    /// let refused = Error::from(io::Error::from(ErrorKind::ConnectionRefused));
    /// assert_eq!(refused.java_class(), "java.net.ConnectException");
    /// ```
    #[must_use]
    pub fn java_class(&self) -> &'static str {
        match self {
            Self::EndOfInput => "java.io.EOFException",
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
        }
    }

    /// The message of the exception that Java throws, as JDK 17 and later word it; `None` where
    /// `getMessage()` is null.
    ///
    /// For [`Io`](Error::Io) it is the error's own text.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::data::{DataOutput, DataOutputStream, Error};
    ///
    /// assert_eq!(Error::EndOfInput.java_message(), None);
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
            Self::EndOfInput => None,
            Self::Malformed(error) => Some(error.java_message().into()),
            Self::TooLong(error) => Some(error.java_message()),
            Self::Io(error) => Some(error.to_string().into()),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EndOfInput => f.write_str("input ended before the value was complete"),
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
        }
    }
}

impl error::Error for Error {
    /// What is below an [`Io`](Error::Io), whose own text [`Display`](fmt::Display) has shown.
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Io(error) => error.source(),
            _ => None,
        }
    }
}

impl From<io::Error> for Error {
    /// Unwraps an [`Error`] that had been turned into an [`io::Error`]. One of kind
    /// [`UnexpectedEof`](ErrorKind::UnexpectedEof) that says no more than that, as
    /// [`read_exact`](io::Read::read_exact) does at the end, is [`EndOfInput`](Error::EndOfInput).
    /// Anything else is [`Io`](Error::Io).
    fn from(error: io::Error) -> Self {
        let is_bare = error.get_ref().is_none() && error.raw_os_error().is_none();
        if is_bare && error.kind() == ErrorKind::UnexpectedEof {
            return Self::EndOfInput;
        }
        error.downcast::<Self>().unwrap_or_else(Self::Io)
    }
}

impl From<DecodeError> for Error {
    fn from(error: DecodeError) -> Self {
        Self::Malformed(error)
    }
}

impl From<Error> for io::Error {
    /// Gives an [`Io`](Error::Io) back as it was. The others are wrapped, in the kinds
    /// [`UnexpectedEof`](ErrorKind::UnexpectedEof), [`InvalidData`](ErrorKind::InvalidData) for
    /// malformed and [`InvalidInput`](ErrorKind::InvalidInput) for too long.
    fn from(error: Error) -> Self {
        let kind = match error {
            Error::Io(error) => return error,
            Error::EndOfInput => ErrorKind::UnexpectedEof,
            Error::Malformed(_) => ErrorKind::InvalidData,
            Error::TooLong(_) => ErrorKind::InvalidInput,
        };
        Self::new(kind, error)
    }
}

/// A string whose modified UTF-8 is longer than the 65535 bytes that `writeUTF` can announce.
///
/// # Examples
///
/// ```
/// use javatalk::data::{DataOutput, DataOutputStream, Error};
///
/// let text = "a".repeat(65_536);
/// match DataOutputStream::new(Vec::new()).write_utf(&text) {
///     Err(Error::TooLong(error)) => assert_eq!(error.encoded_len(), 65_536),
///     other => panic!("{other:?}"),
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooLong(Box<Details>);

/// Boxed, so that an [`Error`] stays within two words.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Details {
    encoded_len: usize,
    first: Vec<u16>,
    last: Vec<u16>,
}

impl TooLong {
    pub(super) fn new(text: JavaStr<'_>, encoded_len: usize) -> Self {
        // Java cuts a surrogate pair in two where it straddles the edge.
        let beyond = text.len_utf16().saturating_sub(SHOWN_UNITS);
        Self(Box::new(Details {
            encoded_len,
            first: text.encode_utf16().take(SHOWN_UNITS).collect(),
            last: text.encode_utf16().skip(beyond).collect(),
        }))
    }

    /// How many bytes of modified UTF-8 the string has.
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

/// How many code units of either end the JDK puts into its message.
const SHOWN_UNITS: usize = 8;
