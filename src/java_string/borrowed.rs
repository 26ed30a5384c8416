//! The borrowed string, which the writing methods take.

use alloc::{
    borrow::{Cow, ToOwned},
    string::String,
};
use core::{slice, str};

use super::{Form, JavaString};

/// A borrowed string of any UTF-16 code units.
///
/// It is `Copy`, like `&str`. It converts from `&str`, `&String` and `&JavaString`, so a method
/// that takes `impl Into<JavaStr<'_>>` accepts all of them.
///
/// # Examples
///
/// ```
/// use javatalk::{JavaStr, JavaString};
///
/// fn length<'a>(text: impl Into<JavaStr<'a>>) -> usize {
///     text.into().len_utf16()
/// }
///
/// assert_eq!(length("a😀"), 3);
/// assert_eq!(length(&JavaString::from_utf16(&[0xD83D])), 1);
/// ```
#[derive(Clone, Copy)]
pub struct JavaStr<'a>(Borrowed<'a>);

#[derive(Clone, Copy)]
enum Borrowed<'a> {
    Text(&'a str),
    /// Always holds at least one unpaired surrogate: the only source is a [`JavaString`] of that
    /// form.
    Units(&'a [u16]),
}

impl<'a> JavaStr<'a> {
    #[inline]
    pub(super) const fn of_text(text: &'a str) -> Self {
        Self(Borrowed::Text(text))
    }

    #[inline]
    pub(super) const fn of_units(units: &'a [u16]) -> Self {
        Self(Borrowed::Units(units))
    }

    /// The code units, as Java's `charAt` counts them.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::JavaStr;
    ///
    /// let units: Vec<u16> = JavaStr::from("a😀").encode_utf16().collect();
    /// assert_eq!(units, [0x0061, 0xD83D, 0xDE00]);
    /// ```
    pub fn encode_utf16(self) -> impl Iterator<Item = u16> + Clone + 'a {
        match self.0 {
            Borrowed::Text(text) => CodeUnits::Text(text.encode_utf16()),
            Borrowed::Units(units) => CodeUnits::Units(units.iter()),
        }
    }

    /// The number of code units, as Java's `length()`.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(javatalk::JavaStr::from("a😀").len_utf16(), 3);
    /// ```
    #[must_use]
    pub fn len_utf16(self) -> usize {
        match self.0 {
            // A character of four UTF-8 bytes is two code units; any other character is one.
            Borrowed::Text(text) => text
                .bytes()
                .map(|byte| usize::from(byte & 0xC0 != 0x80) + usize::from(byte >= 0xF0))
                .sum(),
            Borrowed::Units(units) => units.len(),
        }
    }

    /// Whether the string is empty, as Java's `isEmpty()`.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(javatalk::JavaStr::from("").is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(self) -> bool {
        matches!(self.0, Borrowed::Text(""))
    }

    /// The text as `str`, or `None` if the string holds an unpaired surrogate. This costs nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(javatalk::JavaStr::from("hi").as_str(), Some("hi"));
    /// ```
    #[must_use]
    #[inline]
    pub fn as_str(self) -> Option<&'a str> {
        match self.0 {
            Borrowed::Text(text) => Some(text),
            Borrowed::Units(_) => None,
        }
    }

    /// The text, with U+FFFD in place of each unpaired surrogate.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(javatalk::JavaStr::from("hi").to_string_lossy(), "hi");
    /// ```
    #[must_use]
    pub fn to_string_lossy(self) -> Cow<'a, str> {
        match self.0 {
            Borrowed::Text(text) => Cow::Borrowed(text),
            Borrowed::Units(units) => Cow::Owned(String::from_utf16_lossy(units)),
        }
    }

    /// An owned copy of the string.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::{JavaStr, JavaString};
    ///
    /// assert_eq!(JavaStr::from("hi").to_java_string(), JavaString::from("hi"));
    /// ```
    #[must_use]
    pub fn to_java_string(self) -> JavaString {
        JavaString(match self.0 {
            Borrowed::Text(text) => Form::Text(text.to_owned()),
            Borrowed::Units(units) => Form::Units(units.into()),
        })
    }
}

impl Default for JavaStr<'_> {
    fn default() -> Self {
        Self::of_text("")
    }
}

impl<'a> From<&'a JavaStr<'_>> for JavaStr<'a> {
    fn from(text: &'a JavaStr<'_>) -> Self {
        *text
    }
}

impl<'a> From<&'a str> for JavaStr<'a> {
    #[inline]
    fn from(text: &'a str) -> Self {
        Self::of_text(text)
    }
}

impl<'a> From<&'a String> for JavaStr<'a> {
    #[inline]
    fn from(text: &'a String) -> Self {
        Self::of_text(text)
    }
}

impl<'a> From<&'a JavaString> for JavaStr<'a> {
    #[inline]
    fn from(text: &'a JavaString) -> Self {
        text.as_java_str()
    }
}

#[derive(Clone)]
enum CodeUnits<'a> {
    Text(str::EncodeUtf16<'a>),
    Units(slice::Iter<'a, u16>),
}

impl Iterator for CodeUnits<'_> {
    type Item = u16;

    fn next(&mut self) -> Option<u16> {
        match self {
            Self::Text(units) => units.next(),
            Self::Units(units) => units.next().copied(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Self::Text(units) => units.size_hint(),
            Self::Units(units) => units.size_hint(),
        }
    }
}
