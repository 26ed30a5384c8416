//! Ranges: every value from one to another, in order, such as `"\u0000".."\uFFFF"` or `[00]..[ff]`.
//!
//! Written out, a string of every code unit or of every surrogate pair would fill a file.

use std::fmt;

use super::quote::{bracketed, quoted};

/// What a range consists of, for an error message.
pub(crate) const EXPECTED: &str = "a range goes up from one code unit, pair of surrogates or byte \
                                   to another of the same kind";

/// A range of elements, both ends included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Range {
    kind: Kind,
    first: u32,
    last: u32,
    /// Both ends as they were written; `None` if the range was not parsed.
    written: Option<[String; 2]>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// UTF-16 code units, surrogates included.
    Units,
    /// Surrogate pairs, in the order of the characters they encode.
    ExternalPair,
    Bytes,
}

impl Range {
    /// A range of text; `None` unless both ends are single code units, or both are single surrogate
    /// pairs, in ascending order.
    pub(crate) fn of_text(first: &[u16], last: &[u16]) -> Option<Self> {
        let (kind, first, last) = match (first, last) {
            (&[first], &[last]) => (Kind::Units, first.into(), last.into()),
            (&[_, _], &[_, _]) => (Kind::ExternalPair, pair(first)?, pair(last)?),
            _ => return None,
        };
        (first <= last).then(|| Self::new(kind, first, last))
    }

    /// A range of bytes; `None` unless both ends are single bytes, in ascending order.
    pub(crate) fn of_bytes(first: &[u8], last: &[u8]) -> Option<Self> {
        let (&[first], &[last]) = (first, last) else {
            return None;
        };
        (first <= last).then(|| Self::new(Kind::Bytes, first.into(), last.into()))
    }

    fn new(kind: Kind, first: u32, last: u32) -> Self {
        Self {
            kind,
            first,
            last,
            written: None,
        }
    }

    /// The same range, with its ends as they were written.
    pub(crate) fn written(self, ends: [String; 2]) -> Self {
        Self {
            written: Some(ends),
            ..self
        }
    }

    /// The longest range at the start of `units`, and how many code units it covers.
    pub(crate) fn at_start(units: &[u16]) -> (Self, usize) {
        let count = |elements: &mut dyn Iterator<Item = Option<u32>>, first: u32| {
            elements
                .zip(first..)
                .take_while(|(element, next)| *element == Some(*next))
                .count()
        };
        let pairs = units.get(..2).and_then(pair).map(|first| {
            let length = count(&mut units.chunks(2).map(pair), first);
            (Kind::ExternalPair, first, length, 2 * length)
        });
        let first = units.first().copied().map_or(0, u32::from);
        let length = count(&mut units.iter().map(|&unit| Some(unit.into())), first);
        let (kind, first, length, taken) = match pairs {
            Some(pairs) if pairs.3 > length => pairs,
            _ => (Kind::Units, first, length, length),
        };
        let last = (first..).nth(length.saturating_sub(1)).unwrap_or(first);
        (Self::new(kind, first, last), taken)
    }

    /// The code units of a range of text.
    pub(crate) fn units(&self) -> Option<Vec<u16>> {
        (self.kind != Kind::Bytes).then(|| {
            let mut units = Vec::new();
            for element in self.first..=self.last {
                self.push(element, &mut units);
            }
            units
        })
    }

    /// The bytes of a range of bytes.
    pub(crate) fn bytes(&self) -> Option<Vec<u8>> {
        let all = (self.first..=self.last).map(|element| u8::try_from(element).ok());
        all.collect::<Option<_>>()
            .filter(|_| self.kind == Kind::Bytes)
    }

    /// The range in parts of `size` elements; the last part may be shorter.
    pub(crate) fn parts(&self, size: usize) -> impl Iterator<Item = Self> + use<> {
        let (kind, last) = (self.kind, self.last);
        let longest = u32::try_from(size).unwrap_or(u32::MAX).max(1);
        (self.first..=last).step_by(size.max(1)).map(move |first| {
            let last = last.min(first.saturating_add(longest - 1));
            Self::new(kind, first, last)
        })
    }

    /// Both ends in hex, for names.
    pub(crate) fn ends(&self) -> [String; 2] {
        [self.first, self.last].map(|end| match self.kind {
            Kind::Bytes => format!("{end:02x}"),
            Kind::Units | Kind::ExternalPair => format!("{end:04x}"),
        })
    }

    fn push(&self, element: u32, units: &mut Vec<u16>) {
        match (self.kind, char::from_u32(element)) {
            (Kind::ExternalPair, Some(character)) => {
                units.extend_from_slice(character.encode_utf16(&mut [0; 2]));
            }
            _ => units.extend(u16::try_from(element)),
        }
    }
}

/// The range as it is written in a file.
impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some([first, last]) = &self.written {
            return write!(f, "{first}..{last}");
        }
        let end = |element: u32| {
            if self.kind == Kind::Bytes {
                return bracketed(&u8::try_from(element).map_or(vec![], |byte| vec![byte]));
            }
            let mut units = Vec::new();
            self.push(element, &mut units);
            quoted(&units)
        };
        write!(f, "{}..{}", end(self.first), end(self.last))
    }
}

/// The character that two surrogates encode, if they are a pair.
fn pair(units: &[u16]) -> Option<u32> {
    let mut characters = char::decode_utf16(units.iter().copied());
    match (units.len(), characters.next()) {
        (2, Some(Ok(character))) if u32::from(character) > 0xFFFF => Some(character.into()),
        _ => None,
    }
}
