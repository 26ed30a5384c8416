//! One character after the other, under any rules: for what the vector code leaves over, for
//! iterators, and for a `const`.

use core::iter::FusedIterator;
use core::{fmt, str};

use super::{DecodeError, DecodeErrorKind, Rules};

/// A character of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Character {
    /// A code unit in one to three bytes.
    Unit(u16),
    /// A character of UTF-8 in four bytes.
    Pair(char),
}

/// The characters of bytes. After an error, the position is that of the character.
#[derive(Clone)]
pub(super) struct Characters<'a> {
    rules: Rules,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Characters<'a> {
    pub(super) const fn new(rules: Rules, bytes: &'a [u8]) -> Self {
        Self {
            rules,
            bytes,
            at: 0,
        }
    }

    /// The number of bytes before the next character.
    pub(super) const fn at(&self) -> usize {
        self.at
    }

    fn rest(&self) -> &'a [u8] {
        &self.bytes[self.at..]
    }

    /// The next character of a Java string; none at the end.
    #[inline]
    pub(super) fn next_of_java(&mut self) -> Option<Result<Character, DecodeErrorKind>> {
        let rest = self.rest();
        if rest.is_empty() {
            return None;
        }
        Some(first(self.rules, rest).map(|(character, width)| {
            self.at += width;
            character
        }))
    }

    /// The next character of text: a surrogate must be one of a pair.
    #[inline]
    pub(super) fn next_of_text(&mut self) -> Option<Result<char, DecodeErrorKind>> {
        let start = self.at;
        let unit = match self.next_of_java()? {
            Ok(Character::Unit(unit)) => unit,
            Ok(Character::Pair(character)) => return Some(Ok(character)),
            Err(kind) => return Some(Err(kind)),
        };
        if let Some(character) = char::from_u32(unit.into()) {
            return Some(Ok(character));
        }
        let second = match self.next_of_java() {
            Some(Ok(Character::Unit(second))) => Some(second),
            _ => None,
        };
        match char::decode_utf16([Some(unit), second].into_iter().flatten()).next() {
            Some(Ok(character)) => Some(Ok(character)),
            _ => {
                self.at = start;
                Some(Err(DecodeErrorKind::UnpairedSurrogate))
            }
        }
    }

    /// The next character of text, or why it is none: then what one U+FFFD stands for is skipped.
    #[inline]
    fn next_or_skip(&mut self) -> Option<Result<char, DecodeError>> {
        self.next_of_text().map(|character| {
            character.map_err(|kind| {
                let error = DecodeError::new(kind, self.at);
                self.skip_piece();
                error
            })
        })
    }

    /// Skips what one U+FFFD stands for: the character at which an error was found, as far as it is
    /// sound.
    pub(super) fn skip_piece(&mut self) {
        let rest = self.rest();
        let continuations = |most: usize| {
            let bytes = rest.iter().skip(1).take(most);
            bytes.take_while(|&&byte| byte & 0xC0 == 0x80).count()
        };
        self.at += match rest.first() {
            None => 0,
            Some(0xC0..=0xDF) => 1 + continuations(1),
            Some(0xE0..=0xEF) => 1 + continuations(2),
            Some(0xF0..=0xF4) if self.rules.accept_four_bytes() => {
                let four = &rest[..rest.len().min(4)];
                let error = str::from_utf8(four).err();
                error
                    .and_then(|error| error.error_len())
                    .unwrap_or(four.len())
            }
            Some(_) => 1,
        };
    }
}

/// The characters of modified UTF-8, decoded one by one: see [`Rules::chars`].
#[derive(Clone)]
pub struct Chars<'a>(Characters<'a>);

impl<'a> Chars<'a> {
    pub(super) const fn new(rules: Rules, bytes: &'a [u8]) -> Self {
        Self(Characters::new(rules, bytes))
    }

    /// The bytes that have not been decoded yet.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::mutf8;
    ///
    /// let mut characters = mutf8::chars(b"a\xc0\x80b");
    /// characters.next();
    /// assert_eq!(characters.as_bytes(), b"\xc0\x80b");
    /// ```
    #[must_use]
    pub fn as_bytes(&self) -> &'a [u8] {
        self.0.rest()
    }
}

impl Iterator for Chars<'_> {
    type Item = Result<char, DecodeError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.0.next_or_skip()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        // No character has more than six bytes: a surrogate pair.
        let bytes = self.as_bytes().len();
        (bytes.div_ceil(6), Some(bytes))
    }
}

impl FusedIterator for Chars<'_> {}

impl fmt::Debug for Chars<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// Whether these rules accept the bytes, in a `const` too.
pub(super) const fn check(rules: Rules, bytes: &[u8]) -> Result<(), DecodeError> {
    let mut at = 0;
    while at < bytes.len() {
        match first(rules, bytes.split_at(at).1) {
            Ok((_, width)) => at += width,
            Err(kind) => return Err(DecodeError::new(kind, at)),
        }
    }
    Ok(())
}

/// The first character and its length in bytes. There is at least one byte.
#[inline]
const fn first(rules: Rules, bytes: &[u8]) -> Result<(Character, usize), DecodeErrorKind> {
    let (unit, width, is_overlong) = match *bytes {
        [0, ..] if rules.refuse_zero_bytes() => return Err(DecodeErrorKind::ZeroByte),
        [byte @ 0x00..=0x7F, ..] => (byte as u16, 1, false),
        // The JDK checks for a truncated character before it looks at the continuation bytes.
        [0xC0..=0xEF] | [0xE0..=0xEF, _] => return Err(DecodeErrorKind::PartialAtEnd),
        [lead @ 0xC0..=0xDF, second @ 0x80..=0xBF, ..] => {
            let unit = low(lead, 5) << 6 | low(second, 6);
            (unit, 2, unit < 0x80 && unit != 0)
        }
        [
            lead @ 0xE0..=0xEF,
            second @ 0x80..=0xBF,
            third @ 0x80..=0xBF,
            ..,
        ] => {
            let unit = low(lead, 4) << 12 | low(second, 6) << 6 | low(third, 6);
            (unit, 3, unit < 0x800)
        }
        [0xC0..=0xEF, ..] => return Err(DecodeErrorKind::Continuation),
        [0xF0..=0xF4, ..] if rules.accept_four_bytes() => return four_bytes(bytes),
        _ => return Err(DecodeErrorKind::Lead),
    };
    if is_overlong && rules.refuse_overlong() {
        return Err(DecodeErrorKind::Overlong);
    }
    Ok((Character::Unit(unit), width))
}

/// A character of UTF-8 in four bytes, of which the first has been seen.
const fn four_bytes(bytes: &[u8]) -> Result<(Character, usize), DecodeErrorKind> {
    let four = if bytes.len() < 4 {
        bytes
    } else {
        bytes.split_at(4).0
    };
    match str::from_utf8(four) {
        Ok(_) => {}
        Err(error) if error.error_len().is_none() => return Err(DecodeErrorKind::PartialAtEnd),
        Err(_) => return Err(DecodeErrorKind::Lead),
    }
    let [first, second, third, fourth] = *four else {
        return Err(DecodeErrorKind::PartialAtEnd);
    };
    let high = (low(first, 3) as u32) << 18 | (low(second, 6) as u32) << 12;
    match char::from_u32(high | (low(third, 6) as u32) << 6 | low(fourth, 6) as u32) {
        Some(character) => Ok((Character::Pair(character), 4)),
        None => Err(DecodeErrorKind::Lead),
    }
}

/// The lowest bits of a byte.
const fn low(byte: u8, bits: u32) -> u16 {
    (byte & ((1 << bits) - 1)) as u16
}
