//! The characters of a string, unpaired surrogates among them.

use core::iter::FusedIterator;
use core::{char, fmt, str};

use super::JavaStr;

/// The characters of a string: see [`JavaStr::chars`].
#[derive(Clone)]
pub struct Chars<'a>(Left<'a>);

/// What is left.
#[derive(Clone)]
enum Left<'a> {
    Text(str::Chars<'a>),
    Units(&'a [u16]),
}

impl<'a> Chars<'a> {
    pub(super) fn new(text: JavaStr<'a>) -> Self {
        Self(match text.as_str() {
            Some(text) => Left::Text(text.chars()),
            None => Left::Units(text.as_units().unwrap_or_default()),
        })
    }

    /// The string that is left.
    ///
    /// # Examples
    ///
    /// ```
    /// use javatalk::JavaStr;
    ///
    /// let mut characters = JavaStr::new("a😀b").chars();
    /// characters.next();
    /// characters.next_back();
    /// assert_eq!(characters.as_java_str(), "😀");
    /// ```
    #[must_use]
    pub fn as_java_str(&self) -> JavaStr<'a> {
        match &self.0 {
            Left::Text(text) => JavaStr::new(text.as_str()),
            Left::Units(units) => JavaStr::from_utf16(units),
        }
    }
}

impl Iterator for Chars<'_> {
    type Item = Result<char, u16>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Left::Text(text) => text.next().map(Ok),
            Left::Units(units) => {
                let (first, second) = (*units.first()?, units.get(1));
                let (character, len) = character(first, second.copied());
                *units = &units[len..];
                Some(character.ok_or(first))
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match &self.0 {
            Left::Text(text) => text.size_hint(),
            Left::Units(units) => (units.len().div_ceil(2), Some(units.len())),
        }
    }
}

impl DoubleEndedIterator for Chars<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Left::Text(text) => text.next_back().map(Ok),
            Left::Units(units) => {
                let last = *units.last()?;
                let pair = match **units {
                    [.., first, second] => character(first, Some(second)),
                    _ => (None, 1),
                };
                let (character, len) = match pair {
                    (Some(character), 2) => (Some(character), 2),
                    _ => character(last, None),
                };
                *units = &units[..units.len() - len];
                Some(character.ok_or(last))
            }
        }
    }
}

impl FusedIterator for Chars<'_> {}

impl fmt::Debug for Chars<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Chars").field(&self.as_java_str()).finish()
    }
}

/// The character that starts with the first unit, and its number of units; none if that is an
/// unpaired surrogate.
#[inline]
fn character(first: u16, second: Option<u16>) -> (Option<char>, usize) {
    let units = [Some(first), second].into_iter().flatten();
    match char::decode_utf16(units).next() {
        Some(Ok(character)) => (Some(character), character.len_utf16()),
        _ => (None, 1),
    }
}

#[cfg(test)]
mod tests {
    use crate::JavaStr;

    /// All sequences of up to four of these.
    const UNITS: [u16; 5] = [0x0061, 0xD83D, 0xDBFF, 0xDE00, 0xFFFF];

    fn sequences() -> impl Iterator<Item = Vec<u16>> {
        (0..4 * UNITS.len().pow(4)).map(|number| {
            let len = number % 4 + 1;
            let unit = |place| UNITS[number / 4 / UNITS.len().pow(place) % UNITS.len()];
            (0..u32::try_from(len).unwrap()).map(unit).collect()
        })
    }

    #[test]
    fn characters_of_code_units_are_those_of_std_in_both_directions() {
        for units in sequences() {
            let expected: Vec<_> = char::decode_utf16(units.iter().copied())
                .map(|character| character.map_err(|error| error.unpaired_surrogate()))
                .collect();
            let characters = JavaStr::from_utf16(&units).chars();
            assert_eq!(characters.clone().collect::<Vec<_>>(), expected);
            let (least, most) = characters.size_hint();
            assert!((least..=most.unwrap()).contains(&expected.len()));
            let mut backwards: Vec<_> = characters.rev().collect();
            backwards.reverse();
            assert_eq!(backwards, expected, "{units:04X?}");
        }
    }

    #[test]
    fn characters_from_both_ends_meet_and_leave_the_string_between_them() {
        for units in sequences() {
            let mut characters = JavaStr::from_utf16(&units).chars();
            let mut all = characters.clone();
            while let Some(first) = characters.next() {
                assert_eq!(all.next(), Some(first));
                let left = characters.clone();
                assert_eq!(
                    left.as_java_str().chars().collect::<Vec<_>>(),
                    left.collect::<Vec<_>>()
                );
            }
            assert!(characters.as_java_str().is_empty());
            assert_eq!(characters.next_back(), None);
        }
    }
}
