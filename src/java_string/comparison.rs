//! Equality, order and hash of the owned and the borrowed string.
//!
//! Strings are ordered by code unit, as in Java's `compareTo`. The order differs from that of `str`
//! for characters above U+FFFF: their first code unit is a surrogate (D800 to DBFF), so they sort
//! before U+E000 to U+FFFF.

use alloc::string::String;
use core::cmp::Ordering;
use core::hash::{Hash, Hasher};

use super::{JavaStr, JavaString};

impl PartialEq for JavaStr<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self.as_str(), other.as_str()) {
            (Some(text), Some(other)) => text == other,
            (None, None) => self.encode_utf16().eq(other.encode_utf16()),
            // The content determines the form, so strings of different forms are different.
            _ => false,
        }
    }
}

impl Eq for JavaStr<'_> {}

impl Ord for JavaStr<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.encode_utf16().cmp(other.encode_utf16())
    }
}

impl PartialOrd for JavaStr<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for JavaStr<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self.as_str() {
            Some(text) => text.hash(state),
            None => {
                self.encode_utf16().for_each(|unit| unit.hash(state));
                state.write_u8(0xFF);
            }
        }
    }
}

impl PartialEq for JavaString {
    fn eq(&self, other: &Self) -> bool {
        self.as_java_str() == other.as_java_str()
    }
}

impl Eq for JavaString {}

impl Ord for JavaString {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_java_str().cmp(&other.as_java_str())
    }
}

impl PartialOrd for JavaString {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for JavaString {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_java_str().hash(state);
    }
}

impl PartialEq<JavaStr<'_>> for JavaString {
    fn eq(&self, other: &JavaStr<'_>) -> bool {
        self.as_java_str() == *other
    }
}

impl PartialEq<JavaString> for JavaStr<'_> {
    fn eq(&self, other: &JavaString) -> bool {
        *self == other.as_java_str()
    }
}

/// Equality with Rust strings, in both directions.
macro_rules! equals_text {
    ($($ours:ty, $text:ty;)*) => {$(
        impl PartialEq<$text> for $ours {
            fn eq(&self, other: &$text) -> bool {
                self.as_str() == Some(&other[..])
            }
        }

        impl PartialEq<$ours> for $text {
            fn eq(&self, other: &$ours) -> bool {
                other == self
            }
        }
    )*};
}

equals_text! {
    JavaString, str;
    JavaString, &str;
    JavaString, String;
    JavaStr<'_>, str;
    JavaStr<'_>, &str;
    JavaStr<'_>, String;
}
