//! The types that encoders take and return.

use std::borrow::Cow;
use std::convert::Infallible;

use crate::{JavaStr, JavaString};

/// A string that an encoder takes.
///
/// Implemented for `&str`, `String`, `Vec<u16>`, [`JavaStr`] and [`JavaString`]. Implement it for a
/// string type of your own.
pub trait FromJava: Sized {
    /// The same string. `None` if it has an unpaired surrogate, and this type cannot hold one.
    fn from_java(text: JavaStr<'static>) -> Option<Self>;
}

impl FromJava for JavaStr<'static> {
    fn from_java(text: JavaStr<'static>) -> Option<Self> {
        Some(text)
    }
}

impl FromJava for JavaString {
    fn from_java(text: JavaStr<'static>) -> Option<Self> {
        Some(text.to_java_string())
    }
}

impl FromJava for &'static str {
    fn from_java(text: JavaStr<'static>) -> Option<Self> {
        text.as_str()
    }
}

impl FromJava for String {
    fn from_java(text: JavaStr<'static>) -> Option<Self> {
        text.as_str().map(str::to_owned)
    }
}

impl FromJava for Vec<u16> {
    fn from_java(text: JavaStr<'static>) -> Option<Self> {
        Some(text.encode_utf16().collect())
    }
}

/// What an encoder returns: bytes, or a [`Result`] with bytes.
///
/// Implemented for `Vec<u8>`, `Cow<[u8]>`, `Box<[u8]>`, `&[u8]`, and results with anything that can
/// be borrowed as bytes.
pub trait Encoded {
    /// The error of an encoder that can fail.
    type Error;

    /// The bytes, or the error.
    ///
    /// # Errors
    ///
    /// That of the encoder.
    fn into_bytes(self) -> Result<Vec<u8>, Self::Error>;
}

macro_rules! succeeds {
    ($($bytes:ty),*) => {$(
        impl Encoded for $bytes {
            type Error = Infallible;

            fn into_bytes(self) -> Result<Vec<u8>, Infallible> {
                Ok(self.into())
            }
        }
    )*};
}

succeeds!(Vec<u8>, Cow<'_, [u8]>, Box<[u8]>, &[u8]);

impl<B: AsRef<[u8]>, E> Encoded for Result<B, E> {
    type Error = E;

    fn into_bytes(self) -> Result<Vec<u8>, E> {
        self.map(|bytes| bytes.as_ref().to_vec())
    }
}
