//! The borrowed string, which the writing methods take.

use alloc::borrow::{Cow, ToOwned};
use alloc::string::String;
use core::str;

use super::{Chars, Form, JavaString};

/// A borrowed string of any UTF-16 code units: a view of text or of code units.
///
/// It is `Copy`, like `&str`. It converts from references to all the usual kinds of text, and from
/// code units, so a method that takes `impl Into<JavaStr<'_>>` accepts all of them: `&str`,
/// `&String`, `&Cow<str>`, `&Box<str>`, `&Arc<str>`, `&&str`, `&JavaString`, `&[u16]`, `&Vec<u16>`.
/// None of these conversions copies or checks anything.
///
/// # Examples
///
/// ```
/// use std::borrow::Cow;
///
/// use javatalk::{JavaStr, JavaString};
///
/// fn length<'a>(text: impl Into<JavaStr<'a>>) -> usize {
///     text.into().len_utf16()
/// }
///
/// assert_eq!(length("a😀"), 3);
/// assert_eq!(length(&Cow::from("a😀")), 3);
/// assert_eq!(length(&[0x0061, 0xD83D][..]), 2);
/// assert_eq!(length(&JavaString::from_utf16(&[0xD83D])), 1);
///
/// const GREETING: JavaStr<'static> = JavaStr::new("hello");
/// assert_eq!(length(GREETING), 5);
/// ```
#[derive(Clone, Copy)]
pub struct JavaStr<'a>(Borrowed<'a>);

#[derive(Clone, Copy)]
enum Borrowed<'a> {
    Text(&'a str),
    /// Any code units, well-formed or not.
    Units(&'a [u16]),
}

impl<'a> JavaStr<'a> {
    /// A view of text, also in a `const`.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::JavaStr;
    ///
    /// const NAME: JavaStr<'static> = JavaStr::new("name");
    /// assert_eq!(NAME, "name");
    /// ```
    #[must_use]
    #[inline]
    pub const fn new(text: &'a str) -> Self {
        Self(Borrowed::Text(text))
    }

    /// A view of code units, well-formed or not, as Java's `new String(char[])`; also in a `const`.
    /// Nothing is copied or checked, so [`as_str`](JavaStr::as_str) returns `None` even for
    /// well-formed code units.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::{JavaStr, mutf8};
    ///
    /// const HALF: JavaStr<'static> = JavaStr::from_utf16(&[0x0061, 0xD83D]);
    /// assert_eq!(mutf8::encode(HALF), b"a\xed\xa0\xbd");
    /// assert_eq!(JavaStr::from_utf16(&[0xD83D, 0xDE00]), "😀");
    /// ```
    #[must_use]
    #[inline]
    pub const fn from_utf16(units: &'a [u16]) -> Self {
        Self(Borrowed::Units(units))
    }

    /// The code units of a view of code units.
    #[inline]
    pub(crate) const fn as_units(self) -> Option<&'a [u16]> {
        match self.0 {
            Borrowed::Text(_) => None,
            Borrowed::Units(units) => Some(units),
        }
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

    /// The characters, and the code unit of each unpaired surrogate, which is no `char`. Java's
    /// `codePoints()` has the same in the same order.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::JavaStr;
    ///
    /// let text = JavaStr::from_utf16(&[0x0061, 0xD83D, 0xDE00, 0xD83D]);
    /// let characters: Vec<_> = text.chars().collect();
    /// assert_eq!(characters, [Ok('a'), Ok('😀'), Err(0xD83D)]);
    /// assert_eq!(text.chars().next_back(), Some(Err(0xD83D)));
    /// ```
    #[must_use]
    pub fn chars(self) -> Chars<'a> {
        Chars::new(self)
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
    pub const fn is_empty(self) -> bool {
        match self.0 {
            Borrowed::Text(text) => text.is_empty(),
            Borrowed::Units(units) => units.is_empty(),
        }
    }

    /// The text as `str`, without a copy: `None` if this is a view of code units. This costs
    /// nothing.
    ///
    /// A view of a [`JavaString`] is a view of code units exactly if the string holds an unpaired
    /// surrogate. A view made with [`from_utf16`](JavaStr::from_utf16) always is; use
    /// [`to_str`](JavaStr::to_str) there.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::{JavaStr, JavaString};
    ///
    /// assert_eq!(JavaStr::from("hi").as_str(), Some("hi"));
    /// assert_eq!(JavaString::from_utf16(&[0xD800]).as_java_str().as_str(), None);
    /// ```
    #[must_use]
    #[inline]
    pub const fn as_str(self) -> Option<&'a str> {
        match self.0 {
            Borrowed::Text(text) => Some(text),
            Borrowed::Units(_) => None,
        }
    }

    /// The text as `str`, or `None` if the string holds an unpaired surrogate. Only a view of code
    /// units is copied.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::borrow::Cow;
    ///
    /// use javatalk::JavaStr;
    ///
    /// assert!(matches!(JavaStr::from("hi").to_str(), Some(Cow::Borrowed("hi"))));
    /// assert_eq!(JavaStr::from_utf16(&[0xD83D, 0xDE00]).to_str().unwrap(), "😀");
    /// assert_eq!(JavaStr::from_utf16(&[0xD83D]).to_str(), None);
    /// ```
    #[must_use]
    pub fn to_str(self) -> Option<Cow<'a, str>> {
        match self.0 {
            Borrowed::Text(text) => Some(Cow::Borrowed(text)),
            Borrowed::Units(units) => String::from_utf16(units).ok().map(Cow::Owned),
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
        match self.0 {
            Borrowed::Text(text) => JavaString(Form::Text(text.to_owned())),
            Borrowed::Units(units) => JavaString::from_utf16(units),
        }
    }
}

impl Default for JavaStr<'_> {
    fn default() -> Self {
        Self::new("")
    }
}

#[derive(Clone)]
enum CodeUnits<'a> {
    Text(str::EncodeUtf16<'a>),
    Units(core::slice::Iter<'a, u16>),
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
