//! What a call of a Java method came to.

use std::fmt;

use crate::JavaString;
use crate::sweep::outcome::{End, Outcome};

/// What a reading call of Java came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer<T> {
    /// The value that it returned, or what it threw.
    pub result: Result<T, Exception>,
    /// How many bytes it has taken from its source, also if it threw.
    pub consumed: usize,
}

impl<T> Answer<T> {
    pub(crate) fn of(outcome: &Outcome, value: impl FnOnce(&[u8]) -> T) -> Self {
        Self {
            result: match Exception::of(outcome) {
                Some(exception) => Err(exception),
                None => Ok(value(&outcome.given)),
            },
            consumed: usize::try_from(outcome.stands).unwrap_or_default(),
        }
    }
}

/// What a Java method threw.
///
/// # Examples
///
/// ```
/// use javatalk::testing::Exception;
///
/// let thrown = Exception::new("java.io.EOFException", None);
/// assert_eq!(thrown.to_string(), "java.io.EOFException");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    class: String,
    message: Option<JavaString>,
}

impl Exception {
    /// An exception of this class, by its binary name, with this message.
    ///
    /// Your own error as Java would throw it, for [`Decoder::exceptions`](super::Decoder::exceptions).
    #[must_use]
    pub fn new(class: impl Into<String>, message: Option<JavaString>) -> Self {
        Self {
            class: class.into(),
            message,
        }
    }

    /// The binary name of its class, such as `java.io.UTFDataFormatException`.
    #[must_use]
    pub fn class(&self) -> &str {
        &self.class
    }

    /// The result of `getMessage()`; `None` for null.
    #[must_use]
    pub fn message(&self) -> Option<&JavaString> {
        self.message.as_ref()
    }

    pub(crate) fn of(outcome: &Outcome) -> Option<Self> {
        match &outcome.end {
            End::Returned | End::Null => None,
            End::Threw { class, message } => Some(Self::new(class, message.clone())),
        }
    }
}

/// As Java's `toString()`: the class and, unless it is null, the message.
impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.class)?;
        match &self.message {
            Some(message) => write!(f, ": {message}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Exception {}
