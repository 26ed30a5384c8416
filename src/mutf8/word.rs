//! Up to sixteen bytes in two integers, so that they are tested and stored at once.
//!
//! A load that spans several recent smaller stores cannot use store-to-load forwarding: it waits
//! until the stores reach the cache. A single integer store avoids that wait.

use alloc::string::String;

use super::few::{FEW, HIGH_BITS, ONES, any_word, halves};
use super::simd;

/// Up to sixteen bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word {
    /// The first byte is in the low end; unused bytes are zero.
    halves: [u64; 2],
    len: usize,
}

impl Word {
    pub(crate) const MAX: usize = 16;

    #[inline(always)]
    pub(crate) fn new(halves: [u64; 2], len: usize) -> Self {
        Self { halves, len }
    }

    /// These bytes, unless there are more.
    #[inline(always)]
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        (bytes.len() <= Self::MAX).then(|| Self::new(halves(bytes), bytes.len()))
    }

    /// All sixteen bytes, including the unused ones.
    #[inline(always)]
    pub(crate) fn bytes(&self) -> [u8; Self::MAX] {
        let [first, second] = self.halves.map(u128::from);
        (first | second << 64).to_le_bytes()
    }

    /// Appends the bytes to the text, if they are ASCII.
    #[inline(always)]
    pub(crate) fn put_ascii(&self, text: &mut String) -> bool {
        simd::put_ascii(&self.bytes(), self.len, text)
    }
}

/// The bytes that `writeUTF` sends for a short text: the length in two bytes and the text. `None`
/// if the text is too long, or is not the same in modified UTF-8.
#[inline(always)]
pub(crate) fn message(text: &str) -> Option<[u8; Word::MAX]> {
    const PREFIX: usize = size_of::<u16>();
    let len = text.len();
    if len > Word::MAX - PREFIX {
        return None;
    }
    let [first, rest] = same_halves(text)?;
    let halves = [(len as u64) << 8 | first << 16, first >> 48 | rest << 16];
    Some(Word::new(halves, PREFIX + len).bytes())
}

/// Whether the text has at most [`FEW`] bytes and its modified UTF-8 equals its UTF-8.
#[inline(always)]
pub(super) fn is_same(text: &str) -> bool {
    if text.len() <= Word::MAX {
        return same_halves(text).is_some();
    }
    text.len() <= FEW
        && !any_word(text.as_bytes(), |word| {
            let has_zero = word.wrapping_sub(ONES) & !word;
            // A byte of F0 or above has its four high bits set.
            let has_lead = word & word << 1 & word << 2 & word << 3;
            has_zero | has_lead
        })
}

/// The halves of a short text; `None` if its modified UTF-8 differs from its UTF-8.
#[inline(always)]
fn same_halves(text: &str) -> Option<[u64; 2]> {
    let halves @ [first, rest] = halves(text.as_bytes());
    let is_same = |half: u64, len: usize| {
        // The padding must not look like NUL or a four-byte lead.
        let padded = if len < 8 {
            half | ONES << (8 * len)
        } else {
            half
        };
        let less = padded.wrapping_sub(ONES);
        if (less | padded) & HIGH_BITS == 0 {
            return true; // ASCII, and no zero among it
        }
        let has_zero = less & !padded;
        // A byte of F0 or above has its four high bits set.
        let has_lead = padded & padded << 1 & padded << 2 & padded << 3;
        (has_zero | has_lead) & HIGH_BITS == 0
    };
    let len = text.len();
    (is_same(first, len.min(8)) && (len <= 8 || is_same(rest, len - 8))).then_some(halves)
}

#[cfg(test)]
mod tests {
    use super::{Word, is_same, message};

    #[test]
    fn text_equal_in_modified_utf8_is_encoded_as_its_utf8_bytes() {
        for len in 0..=20 {
            for first in ["a", "\u{7f}", "é", "中", "\u{FFFF}"] {
                let text: String = first.chars().chain('b'..).take(len).collect();
                let len = text.len();
                assert!(is_same(&text), "{text:?}");
                let expected = (len <= Word::MAX - 2).then(|| {
                    let mut bytes = [0; Word::MAX];
                    bytes[1] = u8::try_from(len).unwrap();
                    bytes[2..2 + len].copy_from_slice(text.as_bytes());
                    bytes
                });
                assert_eq!(message(&text), expected, "{text:?}");
            }
        }
    }

    #[test]
    fn text_that_differs_in_modified_utf8_is_rejected() {
        for other in ["\0", "😀", "\u{10000}", "\u{10FFFF}"] {
            for before in 0..Word::MAX {
                for behind in 0..Word::MAX {
                    let text = format!("{}{other}{}", "a".repeat(before), "b".repeat(behind));
                    assert!(!is_same(&text), "{text:?}");
                    assert_eq!(message(&text), None, "{text:?}");
                }
            }
        }
    }

    #[test]
    fn put_ascii_appends_only_ascii_words() {
        for len in 0..=Word::MAX {
            for odd in (0..len).map(Some).chain([None]) {
                let mut bytes = [0; Word::MAX];
                bytes[..len].fill(b'x');
                if let Some(odd) = odd {
                    bytes[odd] = 0x80;
                }
                let (halves, _) = bytes.as_chunks();
                let word = Word::new([halves[0], halves[1]].map(u64::from_le_bytes), len);
                assert_eq!(word.bytes(), bytes);
                let mut text = "before ".to_owned();
                assert_eq!(word.put_ascii(&mut text), odd.is_none());
                let put = if odd.is_none() { len } else { 0 };
                assert_eq!(text, format!("before {}", "x".repeat(put)));
            }
        }
    }
}
