//! Why bytes are refused, and where.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use core::{error, fmt};

/// Why bytes cannot be decoded, and where the valid part ends.
///
/// The position is that of [`valid_up_to`](DecodeError::valid_up_to), as in
/// [`Utf8Error`](std::str::Utf8Error). Java's exception names a byte of its own, which does not
/// tell the position: [`java_byte`](DecodeError::java_byte) is 2 for `e2 41 80` and for `61 62 80`.
///
/// # Examples
///
/// ```
/// use javatalk::mutf8::{self, DecodeErrorKind};
///
/// let error = mutf8::decode(b"\xe2\x41\x80").unwrap_err();
/// assert_eq!(error.kind(), DecodeErrorKind::Continuation);
/// assert_eq!((error.valid_up_to(), error.java_byte()), (0, Some(2)));
///
/// let error = mutf8::decode(b"ab\x80").unwrap_err();
/// assert_eq!(error.kind(), DecodeErrorKind::Lead);
/// assert_eq!((error.valid_up_to(), error.java_byte()), (2, Some(2)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DecodeError {
    valid_up_to: usize,
    kind: DecodeErrorKind,
}

/// What is wrong with the first character that cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// The input ends within the character. `readUTF` says `malformed input: partial character at
    /// end`.
    PartialAtEnd,
    /// The byte cannot start a character. `readUTF` says `malformed input around byte N`, where N
    /// is the index of the byte.
    Lead,
    /// The second or third byte of the character is no continuation byte. `readUTF` says `malformed
    /// input around byte N`, where N is the index of the first byte plus two.
    Continuation,
    /// A zero byte, which `readUTF` accepts and a class file must not contain.
    ZeroByte,
    /// A character in more bytes than it needs, which `readUTF` accepts and a class file of version
    /// 48 or later must not contain.
    Overlong,
    /// An unpaired surrogate, which every Java accepts and a `str` cannot hold.
    UnpairedSurrogate,
}

impl DecodeError {
    /// An error of this kind at this position, to compare with in a test.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::mutf8::{self, DecodeError, DecodeErrorKind};
    ///
    /// let expected = DecodeError::new(DecodeErrorKind::Lead, 3);
    /// assert_eq!(mutf8::decode(b"abc\xff"), Err(expected));
    /// ```
    #[must_use]
    pub const fn new(kind: DecodeErrorKind, valid_up_to: usize) -> Self {
        Self { valid_up_to, kind }
    }

    /// What is wrong.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::mutf8::{self, DecodeErrorKind};
    ///
    /// let error = mutf8::decode(b"\xe4\xb8").unwrap_err();
    /// assert_eq!(error.kind(), DecodeErrorKind::PartialAtEnd);
    /// ```
    #[must_use]
    #[inline]
    pub const fn kind(self) -> DecodeErrorKind {
        self.kind
    }

    /// The length of the valid part, in bytes: the index of the first byte of the character that
    /// cannot be decoded. The bytes before it can be decoded on their own.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::mutf8;
    ///
    /// let bytes = b"sound\xe4\xb8\x41";
    /// let error = mutf8::decode(bytes).unwrap_err();
    /// assert_eq!(mutf8::decode(&bytes[..error.valid_up_to()])?, "sound");
    /// # Ok::<(), mutf8::DecodeError>(())
    /// ```
    #[must_use]
    #[inline]
    pub const fn valid_up_to(self) -> usize {
        self.valid_up_to
    }

    /// The number in the JDK's message, if there is one.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::mutf8;
    ///
    /// assert_eq!(mutf8::decode(b"\xe4\xb8\x41").unwrap_err().java_byte(), Some(2));
    /// assert_eq!(mutf8::decode(b"\xe4\xb8").unwrap_err().java_byte(), None);
    /// ```
    #[must_use]
    pub const fn java_byte(self) -> Option<usize> {
        match self.kind {
            DecodeErrorKind::Lead => Some(self.valid_up_to),
            // The JDK has added the length of the character, at most three, before it checks it.
            DecodeErrorKind::Continuation => Some(self.valid_up_to + 2),
            DecodeErrorKind::PartialAtEnd
            | DecodeErrorKind::ZeroByte
            | DecodeErrorKind::Overlong
            | DecodeErrorKind::UnpairedSurrogate => None,
        }
    }

    /// The message of the `UTFDataFormatException` that `readUTF` throws; `None` if it accepts the
    /// bytes, which other [`Rules`](super::Rules) or a `str` do not.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::mutf8;
    ///
    /// let error = mutf8::decode(b"abc\xff").unwrap_err();
    /// assert_eq!(error.java_message().unwrap(), "malformed input around byte 3");
    ///
    /// let error = mutf8::decode_cow(b"abc\xed\xa0\x80").unwrap_err();
    /// assert_eq!(error.java_message(), None);
    /// ```
    #[must_use]
    pub fn java_message(self) -> Option<String> {
        if self.kind == DecodeErrorKind::PartialAtEnd {
            return Some("malformed input: partial character at end".to_owned());
        }
        self.java_byte()
            .map(|number| format!("malformed input around byte {number}"))
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.valid_up_to;
        match self.kind {
            DecodeErrorKind::PartialAtEnd => {
                write!(
                    f,
                    "at byte {at}: partial character of modified UTF-8 at the end"
                )
            }
            DecodeErrorKind::Lead => write!(f, "at byte {at}: not modified UTF-8"),
            DecodeErrorKind::Continuation => {
                write!(f, "at byte {at}: not a character of modified UTF-8")
            }
            DecodeErrorKind::ZeroByte => write!(f, "at byte {at}: a zero byte in a class file"),
            DecodeErrorKind::Overlong => {
                write!(f, "at byte {at}: overlong character in a class file")
            }
            DecodeErrorKind::UnpairedSurrogate => {
                write!(f, "at byte {at}: unpaired surrogate, which str cannot hold")
            }
        }
    }
}

impl error::Error for DecodeError {}
