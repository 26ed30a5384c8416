//! Conversions from and to the other kinds of text, and the error of those that can fail.

use alloc::borrow::{Cow, ToOwned};
use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::convert::Infallible;
use core::str::FromStr;
use core::{error, fmt};

use super::{Form, JavaStr, JavaString};

/// The error of converting a [`JavaString`] with an unpaired surrogate to a `String`. It returns the
/// string unchanged.
///
/// # Examples
///
/// ```
/// use javatalk::JavaString;
///
/// let half = JavaString::from_utf16(&[0x0061, 0xD83D]);
/// let error = half.clone().into_string().unwrap_err();
/// assert_eq!(error.to_string(), "unpaired surrogate at code unit 1");
/// assert_eq!(error.into_java_string(), half);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntoStringError {
    string: JavaString,
}

impl IntoStringError {
    /// Of a string with an unpaired surrogate.
    pub(super) const fn new(string: JavaString) -> Self {
        Self { string }
    }

    /// The string, unchanged, as [`FromUtf8Error::into_bytes`](std::string::FromUtf8Error) returns
    /// its bytes.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::JavaString;
    ///
    /// let half = JavaString::from_utf16(&[0xD83D]);
    /// let text = half.into_string().unwrap_or_else(|error| error.into_java_string().to_string());
    /// assert_eq!(text, "?");
    /// ```
    #[must_use]
    pub fn into_java_string(self) -> JavaString {
        self.string
    }

    /// A view of the string.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::JavaString;
    ///
    /// let error = JavaString::from_utf16(&[0xD83D]).into_string().unwrap_err();
    /// assert_eq!(error.as_java_str().len_utf16(), 1);
    /// ```
    #[must_use]
    pub fn as_java_str(&self) -> JavaStr<'_> {
        self.string.as_java_str()
    }

    /// The index of the first unpaired surrogate, in code units.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::JavaString;
    ///
    /// let error = JavaString::from_utf16(&[0xD83D, 0xDE00, 0xDE00]).into_string().unwrap_err();
    /// assert_eq!(error.unpaired_at(), 2);
    /// ```
    #[must_use]
    pub fn unpaired_at(&self) -> usize {
        char::decode_utf16(self.string.encode_utf16())
            .map_while(Result::ok)
            .map(char::len_utf16)
            .sum()
    }
}

impl fmt::Display for IntoStringError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unpaired surrogate at code unit {}", self.unpaired_at())
    }
}

impl error::Error for IntoStringError {}

/// Views of text, by reference.
macro_rules! views_of_text {
    ($($text:ty),*) => {$(
        impl<'a> From<&'a $text> for JavaStr<'a> {
            #[inline]
            fn from(text: &'a $text) -> Self {
                Self::new(text)
            }
        }
    )*};
}

views_of_text!(str, &str, String, Cow<'_, str>, Box<str>, Rc<str>, Arc<str>);

/// Views of code units, by reference.
macro_rules! views_of_units {
    ($([$($parameter:tt)*] $units:ty),*) => {$(
        impl<'a, $($parameter)*> From<&'a $units> for JavaStr<'a> {
            #[inline]
            fn from(units: &'a $units) -> Self {
                Self::from_utf16(units)
            }
        }
    )*};
}

views_of_units!([] [u16], [] Vec<u16>, [] Box<[u16]>, [const N: usize] [u16; N]);

impl<'a> From<&'a JavaStr<'_>> for JavaStr<'a> {
    #[inline]
    fn from(text: &'a JavaStr<'_>) -> Self {
        *text
    }
}

impl<'a> From<&'a JavaString> for JavaStr<'a> {
    #[inline]
    fn from(text: &'a JavaString) -> Self {
        text.as_java_str()
    }
}

impl From<String> for JavaString {
    /// Takes the text over, without a copy.
    #[inline]
    fn from(text: String) -> Self {
        Self(Form::Text(text))
    }
}

impl From<&str> for JavaString {
    #[inline]
    fn from(text: &str) -> Self {
        Self(Form::Text(text.to_owned()))
    }
}

impl From<Cow<'_, str>> for JavaString {
    /// Copies only borrowed text.
    fn from(text: Cow<'_, str>) -> Self {
        text.into_owned().into()
    }
}

impl From<Box<str>> for JavaString {
    /// Takes the text over, without a copy.
    fn from(text: Box<str>) -> Self {
        text.into_string().into()
    }
}

impl From<char> for JavaString {
    fn from(character: char) -> Self {
        String::from(character).into()
    }
}

impl From<JavaStr<'_>> for JavaString {
    fn from(text: JavaStr<'_>) -> Self {
        text.to_java_string()
    }
}

impl From<Vec<u16>> for JavaString {
    /// Like [`JavaString::from_utf16`], but reuses the memory if the content is stored as code
    /// units.
    fn from(units: Vec<u16>) -> Self {
        Self::unpaired(units).unwrap_or_else(|units| Self::from_utf16(&units))
    }
}

impl From<&[u16]> for JavaString {
    fn from(units: &[u16]) -> Self {
        Self::from_utf16(units)
    }
}

impl FromIterator<u16> for JavaString {
    /// Collects code units.
    fn from_iter<I: IntoIterator<Item = u16>>(units: I) -> Self {
        units.into_iter().collect::<Vec<u16>>().into()
    }
}

impl FromIterator<char> for JavaString {
    /// Collects characters.
    fn from_iter<I: IntoIterator<Item = char>>(characters: I) -> Self {
        characters.into_iter().collect::<String>().into()
    }
}

impl FromStr for JavaString {
    type Err = Infallible;

    /// Never fails: every `str` is a Java string.
    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(text.into())
    }
}

impl TryFrom<JavaString> for String {
    type Error = IntoStringError;

    /// [`JavaString::into_string`].
    fn try_from(text: JavaString) -> Result<Self, IntoStringError> {
        text.into_string()
    }
}
