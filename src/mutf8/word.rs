//! A few bytes as one number: all of them are looked at, and stored, at once.
//!
//! A copy of what was just written in pieces waits until they have reached the cache; a number is
//! one piece.

/// The bytes of a short text, the first one lowest, if they are its modified UTF-8 too.
#[inline]
pub(crate) fn same_word(text: &str) -> Option<u128> {
    if text.len() > MAX {
        return None;
    }
    let word = word(text.as_bytes());
    // No byte behind the text looks like one that matters.
    let padded = word | ONES << (8 * text.len());
    let has_zero = padded.wrapping_sub(ONES) & !padded & HIGH_BITS != 0;
    // A byte of F0 or above has its four high bits set.
    let has_lead = padded & padded << 1 & padded << 2 & padded << 3 & HIGH_BITS != 0;
    (!has_zero && !has_lead).then_some(word)
}

#[inline]
fn word(bytes: &[u8]) -> u128 {
    // The first bytes and the last, which overlap where there are fewer.
    let both = |first: u128, last: u128, each| first | last << (8 * (bytes.len() - each));
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        let [first, last] = [first, last].map(|bytes| u64::from_le_bytes(*bytes).into());
        return both(first, last, 8);
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        let [first, last] = [first, last].map(|bytes| u32::from_le_bytes(*bytes).into());
        return both(first, last, 4);
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        let [first, last] = [first, last].map(|bytes| u16::from_le_bytes(*bytes).into());
        return both(first, last, 2);
    }
    bytes.first().copied().unwrap_or(0).into()
}

/// With a length before them, so many bytes are a number.
const MAX: usize = 14;

const ONES: u128 = u128::from_ne_bytes([0x01; 16]);
const HIGH_BITS: u128 = u128::from_ne_bytes([0x80; 16]);

#[cfg(test)]
mod tests {
    use super::{MAX, same_word};

    #[test]
    fn a_text_that_is_the_same_in_modified_utf8_is_its_bytes() {
        for len in 0..=MAX {
            for first in ["a", "\u{7f}", "é", "中", "\u{FFFF}"] {
                let text: String = first.chars().chain('b'..).take(len).collect();
                let expected = (text.len() <= MAX).then(|| {
                    let mut bytes = [0; 16];
                    bytes[..text.len()].copy_from_slice(text.as_bytes());
                    u128::from_le_bytes(bytes)
                });
                assert_eq!(same_word(&text), expected, "{text:?}");
            }
        }
    }

    #[test]
    fn a_text_with_anything_longer_is_not() {
        for other in ["\0", "😀", "\u{10000}", "\u{10FFFF}"] {
            for before in 0..MAX {
                for behind in 0..MAX {
                    let text = format!("{}{other}{}", "a".repeat(before), "b".repeat(behind));
                    assert_eq!(same_word(&text), None, "{text:?}");
                }
            }
        }
    }
}
