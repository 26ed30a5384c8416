//! The rules of `readUTF`, of the JVM's class loader, and of tools that accept four-byte UTF-8.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::character::{Character, Characters, check};
use super::decode::{decode_other, units_of};
use super::{Chars, DecodeError, simd};
use crate::JavaString;

/// Which bytes are accepted. Java's readers of modified UTF-8 do not agree.
///
/// | bytes | `ReadUtf` | `OldClassFile` | `ClassFile` | `Lenient` |
/// |---|---|---|---|---|
/// | `c0 80` for NUL | yes | yes | yes | yes |
/// | `00` for NUL | yes | no | no | yes |
/// | overlong forms: `c1 81`, `e0 80 80` | yes | yes | no | yes |
/// | surrogates, paired or not, in three bytes each | yes | yes | yes | yes |
/// | four-byte UTF-8: `f0 9f 98 80` | no | no | no | yes |
///
/// All rules agree on the text of the bytes that they accept. The functions of the module, such as
/// [`decode`](super::decode()), follow `ReadUtf`. JNI strings end at a zero byte, so that none is
/// within them; otherwise they are as `ReadUtf`.
///
/// # Examples
///
/// ```
/// use javatalk::mutf8::{DecodeErrorKind, Rules};
///
/// let overlong = b"\xc1\x81";
/// assert_eq!(Rules::ReadUtf.decode(overlong)?, "A");
/// assert_eq!(Rules::of_class_file(47).decode(overlong)?, "A");
/// let error = Rules::of_class_file(48).decode(overlong).unwrap_err();
/// assert_eq!(error.kind(), DecodeErrorKind::Overlong);
///
/// assert_eq!(Rules::Lenient.decode_cow("😀".as_bytes())?, "😀");
/// # Ok::<(), javatalk::mutf8::DecodeError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Rules {
    /// As `DataInput.readUTF`.
    #[default]
    ReadUtf,
    /// As the JVM's class loader, for class files up to version 47 (Java 1.3).
    OldClassFile,
    /// As the JVM's class loader, for class files of version 48 (Java 1.4) and later.
    ///
    /// The JVM applies this rule to the classes that it verifies: by default to all but its own.
    ClassFile,
    /// As `readUTF`, and also UTF-8 of four bytes, which no Java reader accepts. NBT tools need it:
    /// files that other tools have written contain such characters, and Minecraft refuses them.
    Lenient,
}

impl Rules {
    /// The rules for a class file of this major version.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::mutf8::Rules;
    ///
    /// assert_eq!(Rules::of_class_file(61), Rules::ClassFile);
    /// assert_eq!(Rules::of_class_file(45), Rules::OldClassFile);
    /// ```
    #[must_use]
    pub const fn of_class_file(major_version: u16) -> Self {
        if major_version < SHORTEST_FORMS_SINCE {
            Self::OldClassFile
        } else {
            Self::ClassFile
        }
    }

    /// Decodes to a Java string.
    ///
    /// # Errors
    ///
    /// The first character that these rules do not accept.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::mutf8::Rules;
    ///
    /// assert_eq!(Rules::ClassFile.decode(b"a\xc0\x80")?, "a\0");
    /// assert!(Rules::ClassFile.decode(b"a\0").is_err());
    /// # Ok::<(), javatalk::mutf8::DecodeError>(())
    /// ```
    pub fn decode(self, bytes: &[u8]) -> Result<JavaString, DecodeError> {
        if let Some(text) = self.as_str(bytes) {
            return Ok(text.into());
        }
        match self {
            Self::ReadUtf => decode_other(bytes, String::new()),
            Self::OldClassFile | Self::ClassFile => {
                self.validate(bytes)?;
                decode_other(bytes, String::new())
            }
            Self::Lenient => decode_other(bytes, String::new()).or_else(|_| {
                let units: Vec<u16> = self.units(bytes)?;
                Ok(units.into())
            }),
        }
    }

    /// Decodes to text, and borrows it if the bytes are the same in UTF-8.
    ///
    /// # Errors
    ///
    /// The first character that these rules do not accept, or that is an unpaired surrogate.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::borrow::Cow;
    ///
    /// use javatalk::mutf8::Rules;
    ///
    /// let borrowed = Rules::Lenient.decode_cow("é😀".as_bytes())?;
    /// assert!(matches!(borrowed, Cow::Borrowed("é😀")));
    /// # Ok::<(), javatalk::mutf8::DecodeError>(())
    /// ```
    #[inline]
    pub fn decode_cow(self, bytes: &[u8]) -> Result<Cow<'_, str>, DecodeError> {
        if let Some(text) = self.as_str(bytes) {
            return Ok(Cow::Borrowed(text));
        }
        self.decode_differing(bytes)
    }

    /// The text of bytes that are not the same in UTF-8, in the form in which
    /// [`decode_cow`](Self::decode_cow) returns it: to wrap it there doubles the time of a short text
    /// that is borrowed.
    #[cold]
    #[inline(never)]
    fn decode_differing(self, bytes: &[u8]) -> Result<Cow<'static, str>, DecodeError> {
        // Text is never longer than its modified UTF-8.
        let mut text = String::with_capacity(bytes.len());
        self.append(bytes, &mut text)?;
        Ok(Cow::Owned(text))
    }

    /// Decodes to text, in the memory of the bytes if they are the same in UTF-8.
    ///
    /// # Errors
    ///
    /// The same as [`decode_cow`](Rules::decode_cow).
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::mutf8::Rules;
    ///
    /// let bytes = b"name".to_vec();
    /// let memory = bytes.as_ptr();
    /// let text = Rules::Lenient.decode_vec(bytes)?;
    /// assert_eq!(text, "name");
    /// assert_eq!(text.as_ptr(), memory);
    /// # Ok::<(), javatalk::mutf8::DecodeError>(())
    /// ```
    pub fn decode_vec(self, bytes: Vec<u8>) -> Result<String, DecodeError> {
        simd::into_text(bytes, |bytes| self.as_str(bytes))
            .or_else(|bytes| self.decode_differing(&bytes).map(Cow::into_owned))
    }

    /// Decodes to text and appends it to a string, whose memory is reused.
    ///
    /// # Errors
    ///
    /// The same as [`decode_cow`](Rules::decode_cow); the string is unchanged then.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::mutf8::Rules;
    ///
    /// let mut text = String::from("name: ");
    /// Rules::ClassFile.decode_into(b"main", &mut text)?;
    /// assert_eq!(text, "name: main");
    /// # Ok::<(), javatalk::mutf8::DecodeError>(())
    /// ```
    #[inline]
    pub fn decode_into(self, bytes: &[u8], text: &mut String) -> Result<(), DecodeError> {
        match self.as_str(bytes) {
            Some(plain) => {
                text.push_str(plain);
                Ok(())
            }
            None => self.append(bytes, text),
        }
    }

    /// Decodes to text, with U+FFFD for what is no text, and borrows it if the bytes are the same
    /// in UTF-8. It never fails.
    ///
    /// There is one U+FFFD for each unpaired surrogate, and one for each piece of bytes that is not
    /// accepted. A piece is a byte that cannot start a character; or as much of a character as is
    /// sound; or a whole character that these rules refuse.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::mutf8::Rules;
    ///
    /// assert_eq!(Rules::ReadUtf.decode_lossy(b"a\xed\xa0\x80b\xe4\xb8!"), "a\u{FFFD}b\u{FFFD}!");
    /// assert_eq!(Rules::Lenient.decode_lossy("😀\u{FF}".as_bytes()), "😀ÿ");
    /// ```
    #[must_use]
    pub fn decode_lossy(self, bytes: &[u8]) -> Cow<'_, str> {
        if let Some(text) = self.as_str(bytes) {
            return Cow::Borrowed(text);
        }
        let mut text = String::new();
        if self.append(bytes, &mut text).is_err() {
            let characters = self.chars(bytes);
            text.extend(characters.map(|each| each.unwrap_or(char::REPLACEMENT_CHARACTER)));
        }
        Cow::Owned(text)
    }

    /// Decodes to code units.
    ///
    /// # Errors
    ///
    /// The first character that these rules do not accept.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::mutf8::Rules;
    ///
    /// assert_eq!(Rules::Lenient.decode_utf16("😀".as_bytes())?, [0xD83D, 0xDE00]);
    /// # Ok::<(), javatalk::mutf8::DecodeError>(())
    /// ```
    pub fn decode_utf16(self, bytes: &[u8]) -> Result<Vec<u16>, DecodeError> {
        match self {
            Self::ReadUtf => units_of(bytes),
            Self::OldClassFile | Self::ClassFile => {
                self.validate(bytes)?;
                units_of(bytes)
            }
            Self::Lenient => units_of(bytes).or_else(|_| self.units(bytes)),
        }
    }

    /// Checks whether these rules accept the bytes, without decoding them. Nothing is allocated.
    ///
    /// # Errors
    ///
    /// The first character that these rules do not accept.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::mutf8::{DecodeError, DecodeErrorKind, Rules};
    ///
    /// assert_eq!(Rules::ClassFile.validate(b"main"), Ok(()));
    /// let zero = DecodeError::new(DecodeErrorKind::ZeroByte, 2);
    /// assert_eq!(Rules::ClassFile.validate(b"ma\0n"), Err(zero));
    /// ```
    #[inline]
    pub fn validate(self, bytes: &[u8]) -> Result<(), DecodeError> {
        match self.as_str(bytes) {
            Some(_) => Ok(()),
            None => self.validate_other(bytes),
        }
    }

    fn validate_other(self, bytes: &[u8]) -> Result<(), DecodeError> {
        check(self, bytes)
    }

    /// [`validate`](Rules::validate), in a `const`: so a wrong literal does not compile. At run time
    /// `validate` is faster.
    ///
    /// # Errors
    ///
    /// The first character that these rules do not accept.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::mutf8::Rules;
    ///
    /// const NAME: &[u8] = b"a\xc0\x80";
    /// const _: () = assert!(Rules::ClassFile.const_validate(NAME).is_ok());
    /// ```
    ///
    /// ```compile_fail
    /// # use javatalk::mutf8::Rules;
    /// const NAME: &[u8] = b"a\0";
    /// const _: () = assert!(Rules::ClassFile.const_validate(NAME).is_ok());
    /// ```
    pub const fn const_validate(self, bytes: &[u8]) -> Result<(), DecodeError> {
        check(self, bytes)
    }

    /// The characters, decoded one by one, without allocating. What is no text is an error, after
    /// which the iterator goes on: there are as many errors as [`decode_lossy`](Rules::decode_lossy)
    /// has U+FFFD. To decode all of a string, the other methods are faster.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::mutf8::{DecodeError, DecodeErrorKind, Rules};
    ///
    /// let mut characters = Rules::ClassFile.chars(b"\xed\xa0\xbd\xed\xb8\x80\xed\xa0\xbda");
    /// assert_eq!(characters.next(), Some(Ok('😀')));
    /// let error = DecodeError::new(DecodeErrorKind::UnpairedSurrogate, 6);
    /// assert_eq!(characters.next(), Some(Err(error)));
    /// assert_eq!(characters.next(), Some(Ok('a')));
    /// assert_eq!(characters.next(), None);
    /// ```
    pub const fn chars(self, bytes: &[u8]) -> Chars<'_> {
        Chars::new(self, bytes)
    }

    /// The bytes as text, if these rules accept them and they are the same in UTF-8. Nothing is
    /// decoded and nothing is allocated.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::mutf8::Rules;
    ///
    /// assert_eq!(Rules::ClassFile.as_str("héllo".as_bytes()), Some("héllo"));
    /// assert_eq!(Rules::ClassFile.as_str(b"a\xc0\x80"), None);
    /// assert_eq!(Rules::ReadUtf.as_str("😀".as_bytes()), None);
    /// assert_eq!(Rules::Lenient.as_str("😀".as_bytes()), Some("😀"));
    /// ```
    #[must_use]
    #[inline]
    pub fn as_str(self, bytes: &[u8]) -> Option<&str> {
        match self {
            Self::ReadUtf => simd::as_plain(bytes),
            Self::OldClassFile | Self::ClassFile => simd::as_ascii_without_zero(bytes)
                .or_else(|| simd::as_plain(bytes).filter(|_| !has_zero(bytes))),
            Self::Lenient => simd::as_plain(bytes).or_else(|| core::str::from_utf8(bytes).ok()),
        }
    }

    /// Appends the text of bytes that are not the same in UTF-8.
    #[cold]
    fn append(self, bytes: &[u8], text: &mut String) -> Result<(), DecodeError> {
        let before = text.len();
        let may_transcode = match self {
            Self::ReadUtf | Self::Lenient => true,
            Self::OldClassFile | Self::ClassFile => self.validate(bytes).is_ok(),
        };
        if may_transcode && simd::transcode(bytes, text) {
            return Ok(());
        }
        // Only what the vector code does not decode comes here: overlong forms, four-byte UTF-8,
        // and what is refused.
        let mut characters = Characters::new(self, bytes);
        while let Some(character) = characters.next_of_text() {
            match character {
                Ok(character) => text.push(character),
                Err(kind) => {
                    text.truncate(before);
                    return Err(DecodeError::new(kind, characters.at()));
                }
            }
        }
        Ok(())
    }

    fn units(self, bytes: &[u8]) -> Result<Vec<u16>, DecodeError> {
        let mut units = Vec::with_capacity(bytes.len());
        let mut characters = Characters::new(self, bytes);
        while let Some(character) = characters.next_of_java() {
            match character {
                Ok(Character::Unit(unit)) => units.push(unit),
                Ok(Character::Pair(character)) => {
                    units.extend_from_slice(character.encode_utf16(&mut [0; 2]));
                }
                Err(kind) => return Err(DecodeError::new(kind, characters.at())),
            }
        }
        Ok(units)
    }

    /// Whether a zero byte is refused.
    pub(super) const fn refuse_zero_bytes(self) -> bool {
        match self {
            Self::ReadUtf | Self::Lenient => false,
            Self::OldClassFile | Self::ClassFile => true,
        }
    }

    /// Whether overlong forms are refused, other than `c0 80`.
    pub(super) const fn refuse_overlong(self) -> bool {
        match self {
            Self::ReadUtf | Self::OldClassFile | Self::Lenient => false,
            Self::ClassFile => true,
        }
    }

    /// Whether UTF-8 of four bytes is accepted.
    pub(super) const fn accept_four_bytes(self) -> bool {
        match self {
            Self::ReadUtf | Self::OldClassFile | Self::ClassFile => false,
            Self::Lenient => true,
        }
    }
}

/// Finds the smallest byte, which is faster than searching for zero.
#[inline]
fn has_zero(bytes: &[u8]) -> bool {
    let smallest = |piece: &[u8]| piece.iter().fold(u8::MAX, |least, &byte| least.min(byte));
    bytes.chunks(PIECE).any(|piece| smallest(piece) == 0)
}

/// How many bytes are tested together.
const PIECE: usize = 512;

/// Since this version every character of a class file must have its shortest form.
const SHORTEST_FORMS_SINCE: u16 = 48;
