//! Equality, order and hash of the owned and the borrowed string.
//!
//! Strings are ordered by code unit, as in Java's `compareTo`. The order differs from that of `str`
//! for characters above U+FFFF: their first code unit is a surrogate (D800 to DBFF), so they sort
//! before U+E000 to U+FFFF.

use alloc::borrow::Cow;
use alloc::string::String;
use core::cmp::Ordering;
use core::hash::{Hash, Hasher};

use super::{JavaStr, JavaString};

impl PartialEq for JavaStr<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self.as_str(), other.as_str()) {
            (Some(text), Some(other)) => text == other,
            (None, None) => self.as_units() == other.as_units(),
            // A view of code units may be that of text.
            _ => self.encode_utf16().eq(other.encode_utf16()),
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
    /// The same for the same code units, whether this is a view of text or of code units: the
    /// bytes that are hashed are UTF-8, with unpaired surrogates in three bytes. They are hashed in
    /// pieces of the same sizes, because a hasher may tell one call from two.
    fn hash<H: Hasher>(&self, state: &mut H) {
        match (self.as_str(), self.as_units()) {
            (Some(text), _) => text
                .as_bytes()
                .chunks(PIECE)
                .for_each(|piece| state.write(piece)),
            (None, units) => hash_units(units.unwrap_or_default(), state),
        }
        state.write_u8(0xFF);
    }
}

fn hash_units<H: Hasher>(units: &[u16], state: &mut H) {
    let mut piece = [0; PIECE];
    let mut filled = 0;
    for character in char::decode_utf16(units.iter().copied()) {
        let mut bytes = [0; 4];
        let bytes = match character {
            Ok(character) => character.encode_utf8(&mut bytes).as_bytes(),
            Err(unpaired) => {
                let [high, low] = unpaired.unpaired_surrogate().to_be_bytes();
                bytes = [
                    0xED,
                    0x80 | high << 2 & 0x3C | low >> 6,
                    0x80 | low & 0x3F,
                    0,
                ];
                &bytes[..3]
            }
        };
        for &byte in bytes {
            piece[filled] = byte;
            filled += 1;
            if filled == PIECE {
                state.write(&piece);
                filled = 0;
            }
        }
    }
    if filled > 0 {
        state.write(&piece[..filled]);
    }
}

/// Most strings are one piece.
const PIECE: usize = 256;

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
                JavaStr::from(self) == JavaStr::new(other)
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
    JavaString, Cow<'_, str>;
    JavaStr<'_>, str;
    JavaStr<'_>, &str;
    JavaStr<'_>, String;
    JavaStr<'_>, Cow<'_, str>;
}
