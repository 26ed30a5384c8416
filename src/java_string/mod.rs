//! A string that can hold any Java string: any sequence of UTF-16 code units.
//!
//! Nearly every Java string is well-formed text, which Rust programs want as `str`. A few are not:
//! cutting a string with `substring`, for example, can leave an unpaired surrogate, which no `str`
//! can hold. So there are two forms, and the content alone decides which one is used:
//!
//! ```text
//!   well-formed      Text(String)      "h é l l o"
//!   anything else    Units(Box<[u16]>) 0068 d83d 0021
//! ```
//!
//! The consequences: `as_str` is free, and code that builds a string from code units must go through
//! [`JavaString::from_utf16`] or [`From<Vec<u16>>`], which choose the form. A boxed slice leaves
//! room for the tag, so a `JavaString` is no larger than a `String`.
//!
//! The borrowed string, [`JavaStr`], is a view of either form. It may also view code units of a
//! caller, which it takes as they are: equality, order and hash do not depend on the form.

mod borrowed;
mod chars;
mod comparison;
mod conversion;
mod display;
mod key;

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

pub use borrowed::JavaStr;
pub use chars::Chars;
pub use conversion::IntoStringError;
pub use key::Key;

/// An owned string of any UTF-16 code units, like `java.lang.String`.
///
/// Well-formed text is stored as a [`String`], so conversion from and to `String` does not copy.
/// Only a string with an unpaired surrogate is stored as code units.
///
/// # Examples
///
/// ```
/// use javatalk::JavaString;
///
/// let text = JavaString::from("héllo");
/// assert_eq!(text.as_str(), Some("héllo"));
///
/// let half = JavaString::from_utf16(&[0x0068, 0xD83D]);
/// assert_eq!(half.as_str(), None);
/// assert_eq!(format!("{half:?}"), r#""h\uD83D""#);
/// ```
#[derive(Clone)]
pub struct JavaString(Form);

#[derive(Clone)]
enum Form {
    Text(String),
    /// Always holds at least one unpaired surrogate.
    Units(Box<[u16]>),
}

impl JavaString {
    /// Creates an empty string, without allocating.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(javatalk::JavaString::new(), "");
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        Self(Form::Text(String::new()))
    }

    /// Creates a string from code units, as Java's `new String(char[])`.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::JavaString;
    ///
    /// assert_eq!(JavaString::from_utf16(&[0xD83D, 0xDE00]), "😀");
    /// assert!(JavaString::from_utf16(&[0xDE00, 0xD83D]).as_str().is_none());
    /// ```
    #[must_use]
    pub fn from_utf16(units: &[u16]) -> Self {
        match String::from_utf16(units) {
            Ok(text) => Self(Form::Text(text)),
            Err(_) => Self(Form::Units(units.into())),
        }
    }

    /// The code units, as Java's `charAt` counts them.
    ///
    /// # Examples
    ///
    /// ```
    /// let units: Vec<u16> = javatalk::JavaString::from("a😀").encode_utf16().collect();
    /// assert_eq!(units, [0x0061, 0xD83D, 0xDE00]);
    /// ```
    pub fn encode_utf16(&self) -> impl Iterator<Item = u16> + Clone {
        self.as_java_str().encode_utf16()
    }

    /// The characters, and the code unit of each unpaired surrogate: see [`JavaStr::chars`].
    ///
    /// # Examples
    ///
    /// ```
    /// let half = javatalk::JavaString::from_utf16(&[0x0061, 0xD800]);
    /// assert_eq!(half.chars().collect::<Vec<_>>(), [Ok('a'), Err(0xD800)]);
    /// ```
    #[must_use]
    pub fn chars(&self) -> Chars<'_> {
        self.as_java_str().chars()
    }

    /// The number of code units, as Java's `length()`.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(javatalk::JavaString::from("a😀").len_utf16(), 3);
    /// ```
    #[must_use]
    pub fn len_utf16(&self) -> usize {
        self.as_java_str().len_utf16()
    }

    /// Whether the string is empty, as Java's `isEmpty()`.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(javatalk::JavaString::from("").is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.as_java_str().is_empty()
    }

    /// Borrows the string.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::{JavaStr, JavaString};
    ///
    /// let owned = JavaString::from("hi");
    /// let borrowed: JavaStr<'_> = owned.as_java_str();
    /// assert_eq!(borrowed, "hi");
    /// ```
    #[must_use]
    #[inline]
    pub fn as_java_str(&self) -> JavaStr<'_> {
        match &self.0 {
            Form::Text(text) => JavaStr::new(text),
            Form::Units(units) => JavaStr::from_utf16(units),
        }
    }

    /// The text as `str`, or `None` if the string holds an unpaired surrogate. This costs nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::JavaString;
    ///
    /// assert_eq!(JavaString::from("hi").as_str(), Some("hi"));
    /// assert_eq!(JavaString::from_utf16(&[0xD800]).as_str(), None);
    /// ```
    #[must_use]
    #[inline]
    pub fn as_str(&self) -> Option<&str> {
        match &self.0 {
            Form::Text(text) => Some(text),
            Form::Units(_) => None,
        }
    }

    /// The text as a `String`, without a copy.
    ///
    /// # Errors
    ///
    /// [`IntoStringError`] if it holds an unpaired surrogate. The error gives the string back.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::JavaString;
    ///
    /// assert_eq!(JavaString::from("hi").into_string(), Ok(String::from("hi")));
    ///
    /// let half = JavaString::from_utf16(&[0xD800]);
    /// let error = half.clone().into_string().unwrap_err();
    /// assert_eq!(error.into_java_string(), half);
    /// ```
    #[inline]
    pub fn into_string(self) -> Result<String, IntoStringError> {
        match self.0 {
            Form::Text(text) => Ok(text),
            Form::Units(_) => Err(IntoStringError::new(self)),
        }
    }

    /// The text as a `String`, with U+FFFD in place of each unpaired surrogate. Well-formed text is
    /// not copied.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::JavaString;
    ///
    /// assert_eq!(JavaString::from("hi").into_string_lossy(), "hi");
    ///
    /// let half = JavaString::from_utf16(&[0x0061, 0xD800]);
    /// assert_eq!(half.into_string_lossy(), "a\u{FFFD}");
    /// ```
    #[must_use]
    pub fn into_string_lossy(self) -> String {
        match self.0 {
            Form::Text(text) => text,
            Form::Units(units) => String::from_utf16_lossy(&units),
        }
    }

    /// The text, with U+FFFD in place of each unpaired surrogate.
    ///
    /// # Examples
    ///
    /// ```
    /// let half = javatalk::JavaString::from_utf16(&[0x0061, 0xD800]);
    /// assert_eq!(half.to_string_lossy(), "a\u{FFFD}");
    /// ```
    #[must_use]
    pub fn to_string_lossy(&self) -> Cow<'_, str> {
        self.as_java_str().to_string_lossy()
    }

    /// Creates a string from code units with an unpaired surrogate; returns other code units as an
    /// error. It does not allocate if the vector has no spare capacity.
    pub(crate) fn unpaired(units: Vec<u16>) -> Result<Self, Vec<u16>> {
        if char::decode_utf16(units.iter().copied()).any(|character| character.is_err()) {
            Ok(Self(Form::Units(units.into_boxed_slice())))
        } else {
            Err(units)
        }
    }

    /// Clears the string and returns it as a `String`, keeping its memory.
    #[inline]
    pub(crate) fn emptied(&mut self) -> &mut String {
        if matches!(self.0, Form::Units(_)) {
            *self = Self::new();
        }
        let Form::Text(text) = &mut self.0 else {
            unreachable!("it is text now");
        };
        text.clear();
        text
    }

    /// Clears the string and returns its memory, so that a reader can fill it again.
    pub(crate) fn take_memory(&mut self) -> String {
        match core::mem::take(self).0 {
            Form::Text(text) => text,
            Form::Units(_) => String::new(),
        }
    }
}

impl Default for JavaString {
    fn default() -> Self {
        Self::new()
    }
}
