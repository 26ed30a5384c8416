//! From bytes to code units.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Chars, DecodeError, Rules, Short, ShortPlain, scalar, simd};
use crate::JavaString;

/// Decodes modified UTF-8, as `DataInput.readUTF` decodes what follows its length.
///
/// # Errors
///
/// The first malformed character, with the message and the number of the JDK.
///
/// # Examples
///
/// ```
/// use javatalk::mutf8::{self, DecodeError, DecodeErrorKind};
///
/// let text = mutf8::decode(b"a\xc0\x80\xed\xa0\xbd\xed\xb8\x80")?;
/// assert_eq!(text, "a\0😀");
///
/// let error = DecodeError::new(DecodeErrorKind::Lead, 3);
/// assert_eq!(mutf8::decode(b"abc\xff"), Err(error));
/// # Ok::<(), DecodeError>(())
/// ```
#[inline(always)]
pub fn decode(bytes: &[u8]) -> Result<JavaString, DecodeError> {
    decode_start(bytes, bytes.len())
}

/// [`decode`] of the first `len` bytes. It is fastest if there are at least sixteen.
///
/// # Panics
///
/// If there are fewer than `len`.
#[inline(always)]
pub(crate) fn decode_start(bytes: &[u8], len: usize) -> Result<JavaString, DecodeError> {
    match ShortPlain::ascii_at_start(bytes, len) {
        Some(ascii) => Ok(ascii.text().into()),
        None => decode_beyond_short_ascii(&bytes[..len]),
    }
}

/// Like [`decode_start`], into an empty string, whose memory is reused.
#[inline(always)]
pub(crate) fn decode_start_into(
    bytes: &[u8],
    len: usize,
    text: &mut JavaString,
) -> Result<(), DecodeError> {
    match ShortPlain::ascii_at_start(bytes, len) {
        Some(ascii) => ascii.put_text(text.emptied()),
        None => decode_beyond_short_ascii_into(&bytes[..len], text)?,
    }
    Ok(())
}

/// It is not inlined: short ASCII is read faster without a call in between.
#[inline(never)]
fn decode_beyond_short_ascii(bytes: &[u8]) -> Result<JavaString, DecodeError> {
    if let Some(plain) = ShortPlain::of(bytes) {
        return Ok(plain.text().into());
    }
    match as_long_plain(bytes) {
        Some(text) => Ok(text.into()),
        None => decode_other(bytes, String::new()),
    }
}

#[inline(never)]
fn decode_beyond_short_ascii_into(bytes: &[u8], text: &mut JavaString) -> Result<(), DecodeError> {
    if let Some(plain) = ShortPlain::of(bytes) {
        plain.put_text(text.emptied());
        return Ok(());
    }
    match as_long_plain(bytes) {
        Some(plain) => text.emptied().push_str(plain),
        None => *text = decode_other(bytes, text.take_memory())?,
    }
    Ok(())
}

/// The bytes as text, if they are not short and the same in UTF-8.
#[inline(always)]
fn as_long_plain(bytes: &[u8]) -> Option<&str> {
    match Short::of(bytes) {
        Some(_) => None,
        None => simd::as_plain(bytes),
    }
}

/// Decodes modified UTF-8 to text, and borrows it if the bytes are the same in UTF-8: if no
/// character is NUL in two bytes, overlong, or above U+FFFF. Most strings are such.
///
/// # Errors
///
/// The first malformed character, or the first unpaired surrogate, which a `str` cannot hold. Use
/// [`decode`] to keep those, or [`decode_lossy`] to replace them.
///
/// # Examples
///
/// ```
/// use std::borrow::Cow;
///
/// use javatalk::mutf8::{self, DecodeError, DecodeErrorKind};
///
/// assert!(matches!(mutf8::decode_cow("héllo".as_bytes())?, Cow::Borrowed("héllo")));
/// assert_eq!(mutf8::decode_cow(b"\xed\xa0\xbd\xed\xb8\x80")?, "😀");
///
/// let error = DecodeError::new(DecodeErrorKind::UnpairedSurrogate, 1);
/// assert_eq!(mutf8::decode_cow(b"a\xed\xa0\xbd"), Err(error));
/// # Ok::<(), DecodeError>(())
/// ```
#[inline]
pub fn decode_cow(bytes: &[u8]) -> Result<Cow<'_, str>, DecodeError> {
    Rules::ReadUtf.decode_cow(bytes)
}

/// Like [`decode_cow`], but appends the text to a string, whose memory is reused.
///
/// # Errors
///
/// The same as [`decode_cow`]; the string is unchanged then.
///
/// # Examples
///
/// ```
/// use javatalk::mutf8;
///
/// let mut text = String::new();
/// for name in [&b"one"[..], b"two"] {
///     text.clear();
///     mutf8::decode_into(name, &mut text)?;
/// }
/// assert_eq!(text, "two");
/// # Ok::<(), mutf8::DecodeError>(())
/// ```
#[inline]
pub fn decode_into(bytes: &[u8], text: &mut String) -> Result<(), DecodeError> {
    Rules::ReadUtf.decode_into(bytes, text)
}

/// Like [`decode_cow`], but with U+FFFD for what is no text: [`Rules::decode_lossy`] says how many.
///
/// # Examples
///
/// ```
/// use std::borrow::Cow;
///
/// use javatalk::mutf8;
///
/// assert!(matches!(mutf8::decode_lossy(b"hi"), Cow::Borrowed("hi")));
/// assert_eq!(mutf8::decode_lossy(b"a\xed\xa0\xbd\xff"), "a\u{FFFD}\u{FFFD}");
/// ```
#[must_use]
pub fn decode_lossy(bytes: &[u8]) -> Cow<'_, str> {
    Rules::ReadUtf.decode_lossy(bytes)
}

/// Checks whether `readUTF` accepts the bytes, without decoding them. Nothing is allocated.
///
/// # Errors
///
/// The same as [`decode`].
///
/// # Examples
///
/// ```
/// use javatalk::mutf8;
///
/// assert!(mutf8::validate(b"a\xed\xa0\xbd").is_ok());
/// assert_eq!(mutf8::validate(b"a\xed\xa0").unwrap_err().valid_up_to(), 1);
/// ```
#[inline]
pub fn validate(bytes: &[u8]) -> Result<(), DecodeError> {
    Rules::ReadUtf.validate(bytes)
}

/// The bytes as text, if they are the same in UTF-8: the borrowed case of [`decode_cow`]. Nothing is
/// decoded and nothing is allocated.
///
/// # Examples
///
/// ```
/// use javatalk::mutf8;
///
/// assert_eq!(mutf8::as_str("héllo".as_bytes()), Some("héllo"));
/// assert_eq!(mutf8::as_str(b"a\xc0\x80"), None);
/// ```
#[must_use]
#[inline]
pub fn as_str(bytes: &[u8]) -> Option<&str> {
    Rules::ReadUtf.as_str(bytes)
}

/// Decodes to text, in the memory of the bytes if they are the same in UTF-8. It replaces
/// `String::from_utf8`.
///
/// # Errors
///
/// The same as [`decode_cow`].
///
/// # Examples
///
/// ```
/// use javatalk::mutf8;
///
/// assert_eq!(mutf8::decode_vec(b"name".to_vec())?, "name");
/// assert_eq!(mutf8::decode_vec(b"\xc0\x80".to_vec())?, "\0");
/// # Ok::<(), mutf8::DecodeError>(())
/// ```
pub fn decode_vec(bytes: Vec<u8>) -> Result<String, DecodeError> {
    Rules::ReadUtf.decode_vec(bytes)
}

/// The characters, decoded one by one: [`Rules::chars`] of `readUTF`.
///
/// # Examples
///
/// ```
/// use javatalk::mutf8;
///
/// let letters = mutf8::chars(b"a\xed\xa0\xbd\xed\xb8\x80").filter_map(Result::ok);
/// assert_eq!(letters.collect::<String>(), "a😀");
/// ```
pub const fn chars(bytes: &[u8]) -> Chars<'_> {
    Rules::ReadUtf.chars(bytes)
}

/// Like [`decode`], but reuses the vector if its bytes are already valid content of a `String`.
pub(crate) fn decode_owned(bytes: Vec<u8>) -> Result<JavaString, DecodeError> {
    match simd::into_plain(bytes) {
        Ok(text) => Ok(text.into()),
        Err(bytes) => decode_other(&bytes, String::new()),
    }
}

/// Like [`decode`], for bytes that are probably not plain, into the memory of another string.
#[cold]
pub(super) fn decode_other(bytes: &[u8], mut memory: String) -> Result<JavaString, DecodeError> {
    memory.clear();
    let is_fresh = memory.capacity() == 0;
    if is_fresh {
        // Text is never longer than its modified UTF-8.
        memory = String::with_capacity(bytes.len());
    }
    if simd::transcode(bytes, &mut memory) {
        // The capacity was for the number of bytes; the text may be much shorter.
        if is_fresh && memory.capacity() > 2 * memory.len() {
            memory.shrink_to_fit();
        }
        return Ok(memory.into());
    }
    // Code units take up to twice the memory of the bytes, so the text is freed first.
    drop(memory);
    JavaString::unpaired(scalar::units(bytes)?).or_else(|units| {
        // The vector code leaves overlong characters to the scalar code.
        drop(units);
        let mut text = String::new();
        scalar::transcode(bytes, &mut text);
        Ok(text.into())
    })
}

/// Decodes modified UTF-8 to code units, for callers that want a `char[]` and no string.
///
/// # Errors
///
/// The same as [`decode`].
///
/// # Examples
///
/// ```
/// use javatalk::mutf8::{self, DecodeError};
///
/// assert_eq!(mutf8::decode_utf16(b"a\xed\xa0\x80")?, [0x0061, 0xD800]);
/// # Ok::<(), DecodeError>(())
/// ```
pub fn decode_utf16(bytes: &[u8]) -> Result<Vec<u16>, DecodeError> {
    units_of(bytes)
}

/// [`decode_utf16`], by the fastest way.
pub(super) fn units_of(bytes: &[u8]) -> Result<Vec<u16>, DecodeError> {
    if simd::is_word(bytes) {
        if bytes.is_ascii() {
            return Ok(bytes.iter().copied().map(u16::from).collect());
        }
        return scalar::units(bytes);
    }
    match simd::units(bytes) {
        Some(units) => Ok(units),
        None => scalar::units(bytes),
    }
}
