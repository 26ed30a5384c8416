//! How much of a value came before the input ended.

use std::fmt;

/// How many bytes a value has, and how many of them came before the input ended.
///
/// A value is a number, an array of `read_fully`, the length of a string, or the body of a string:
/// a string that is announced with 17,228 bytes and cut after 23 wanted 17,228 and got 23.
///
/// # Examples
///
/// ```
/// use javatalk::data::{DataInputStream, EndOfInput, Error};
///
/// let mut input = DataInputStream::new(&b"\x43\x4cONTENT"[..]);
/// match input.read_utf() {
///     Err(Error::EndOfInput(end)) => assert_eq!(end, EndOfInput::new(17_228, 6)),
///     other => panic!("{other:?}"),
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EndOfInput {
    /// Four bytes each, so that an error is no larger than two words.
    wanted: u32,
    came: u32,
}

impl EndOfInput {
    /// The end of the input after `came` of `wanted` bytes. Numbers beyond 4,294,967,294 count as
    /// that many.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::data::EndOfInput;
    ///
    /// assert_eq!(EndOfInput::new(4, 2).wanted(), Some(4));
    /// ```
    #[must_use]
    pub const fn new(wanted: usize, came: usize) -> Self {
        Self {
            wanted: clamped(wanted),
            came: clamped(came),
        }
    }

    /// The end of the input, reported by somebody who does not say where.
    pub(super) const UNKNOWN: Self = Self {
        wanted: UNKNOWN,
        came: UNKNOWN,
    };

    /// The end of the input within a value of `wanted` bytes, after an unknown number of them.
    pub(super) const fn within(wanted: usize) -> Self {
        Self {
            wanted: clamped(wanted),
            came: UNKNOWN,
        }
    }

    /// How many bytes the value has. `None` if it is unknown: if the error was made from a bare
    /// [`UnexpectedEof`](std::io::ErrorKind::UnexpectedEof).
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::data::{DataInputStream, Error};
    ///
    /// let mut input = DataInputStream::new(&b"\0\0"[..]);
    /// let Err(Error::EndOfInput(end)) = input.read_int() else { panic!() };
    /// assert_eq!(end.wanted(), Some(4));
    /// ```
    #[must_use]
    pub const fn wanted(self) -> Option<usize> {
        known(self.wanted)
    }

    /// How many bytes of the value came. They are consumed.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::data::{DataInputStream, Error};
    ///
    /// let mut input = DataInputStream::new(&b"\0\x05he"[..]);
    /// let Err(Error::EndOfInput(end)) = input.read_utf() else { panic!() };
    /// assert_eq!((end.wanted(), end.came()), (Some(5), Some(2)));
    /// ```
    #[must_use]
    pub const fn came(self) -> Option<usize> {
        known(self.came)
    }
}

impl fmt::Display for EndOfInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.wanted(), self.came()) {
            (Some(wanted), Some(came)) => {
                write!(f, "input ended after {came} of {wanted} bytes")
            }
            (Some(wanted), None) => write!(f, "input ended within a value of {wanted} bytes"),
            (None, _) => f.write_str("input ended before the value was complete"),
        }
    }
}

impl std::error::Error for EndOfInput {}

const fn clamped(count: usize) -> u32 {
    #[expect(clippy::cast_possible_truncation, reason = "it is checked to fit")]
    if count < UNKNOWN as usize {
        count as u32
    } else {
        UNKNOWN - 1
    }
}

const fn known(count: u32) -> Option<usize> {
    if count == UNKNOWN {
        None
    } else {
        Some(count as usize)
    }
}

const UNKNOWN: u32 = u32::MAX;
