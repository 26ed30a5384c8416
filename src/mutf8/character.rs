//! One character after the other, under any rules: for what the vector code leaves over.

use core::str;

use super::{DecodeErrorKind, Rules};

/// A character of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Character {
    /// A code unit in one to three bytes.
    Unit(u16),
    /// A character of UTF-8 in four bytes.
    Pair(char),
}

/// The characters of bytes. After an error, the position is that of the character.
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

/// The first character and its length in bytes. There is at least one byte.
#[inline]
fn first(rules: Rules, bytes: &[u8]) -> Result<(Character, usize), DecodeErrorKind> {
    let low = |byte: u8, bits: u32| u16::from(byte & ((1 << bits) - 1));
    let (unit, width, is_overlong) = match *bytes {
        [0, ..] if rules.refuse_zero_bytes() => return Err(DecodeErrorKind::ZeroByte),
        [byte @ 0x00..=0x7F, ..] => (byte.into(), 1, false),
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
        [0xF0..=0xF4, ..] if rules.accept_four_bytes() => {
            return four_bytes(&bytes[..bytes.len().min(4)]);
        }
        _ => return Err(DecodeErrorKind::Lead),
    };
    if is_overlong && rules.refuse_overlong() {
        return Err(DecodeErrorKind::Overlong);
    }
    Ok((Character::Unit(unit), width))
}

/// A character of UTF-8 in four bytes, or as many as there are.
fn four_bytes(bytes: &[u8]) -> Result<(Character, usize), DecodeErrorKind> {
    match str::from_utf8(bytes) {
        Ok(text) => match text.chars().next() {
            Some(character) => Ok((Character::Pair(character), character.len_utf8())),
            None => Err(DecodeErrorKind::PartialAtEnd),
        },
        Err(error) if error.error_len().is_none() => Err(DecodeErrorKind::PartialAtEnd),
        Err(_) => Err(DecodeErrorKind::Lead),
    }
}
