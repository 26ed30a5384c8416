//! Tests of few bytes: sixty-four at once, or eight at a time.

use super::Short;

/// Whether there are at most [`FEW`] bytes, all of them ASCII.
#[inline]
pub(super) fn is_ascii(bytes: &[u8]) -> bool {
    match Short::of(bytes) {
        Some(short) => short.is_ascii(),
        None => bytes.len() <= FEW && !any_word(bytes, |word| word),
    }
}

/// Whether all bytes are ASCII and none is zero.
#[inline]
pub(super) fn is_ascii_without_zero(bytes: &[u8]) -> bool {
    match Short::of(bytes) {
        Some(short) => short.is_ascii() && short.is_same(),
        // Subtracting one sets the high bit of a zero byte, and borrows only from there on.
        None => !any_word(bytes, |word| word | word.wrapping_sub(ONES)),
    }
}

/// Whether the text has at most [`FEW`] bytes and its modified UTF-8 equals its UTF-8.
#[inline(always)]
pub(super) fn is_same(text: &str) -> bool {
    match Short::of(text.as_bytes()) {
        Some(short) => short.is_same(),
        None => {
            text.len() <= FEW
                && !any_word(text.as_bytes(), |word| {
                    let has_zero = word.wrapping_sub(ONES) & !word;
                    // A byte of F0 or above has its four high bits set.
                    let has_lead = word & word << 1 & word << 2 & word << 3;
                    has_zero | has_lead
                })
        }
    }
}

/// Up to this length, a loop over words is faster than the vector code.
pub(super) const FEW: usize = 128;

/// Whether `finds` sets the high bit of a byte in any word. There are more than eight bytes; the last
/// word may overlap the one before it. `finds` must not set a high bit for ASCII other than zero.
#[inline(always)]
fn any_word(bytes: &[u8], finds: impl Fn(u64) -> u64) -> bool {
    let words = bytes
        .chunks_exact(8)
        .filter_map(|word| word.try_into().ok());
    let words = words.chain(bytes.last_chunk().copied());
    let found = words.fold(0, |found, word| found | finds(u64::from_ne_bytes(word)));
    found & HIGH_BITS != 0
}

/// The first eight bytes, and the rest, of at most sixteen; the first byte is in the low end.
#[inline(always)]
pub(super) fn halves(bytes: &[u8]) -> [u64; 2] {
    // Loads the first and the last bytes, which overlap if there are fewer.
    let len = bytes.len();
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        let rest = match len {
            8 => 0,
            _ => u64::from_le_bytes(*last) >> (8 * (16 - len)),
        };
        return [u64::from_le_bytes(*first), rest];
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        let [first, last] = [first, last].map(|bytes| u64::from(u32::from_le_bytes(*bytes)));
        return [first | last << (8 * (len - 4)), 0];
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        let [first, last] = [first, last].map(|bytes| u64::from(u16::from_le_bytes(*bytes)));
        return [first | last << (8 * (len - 2)), 0];
    }
    [bytes.first().copied().unwrap_or(0).into(), 0]
}

const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
pub(super) const HIGH_BITS: u64 = u64::from_ne_bytes([0x80; 8]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_counts_wherever_it_is() {
        // Under Miri, lengths around those of a word and of two, and the longest.
        let is_played = |len: &usize| !cfg!(miri) || [7, 8, 9, 16, 17].contains(len) || *len >= FEW;
        for len in (0..=FEW + 1).filter(is_played) {
            let plain = vec![0x01; len];
            assert_eq!(is_ascii(&plain), len <= FEW);
            assert!(is_ascii_without_zero(&plain));
            let step = if cfg!(miri) && len >= FEW { 13 } else { 1 };
            for at in (0..len).step_by(step) {
                for other in [0x00, 0x02, 0x7F, 0x80, 0xFF] {
                    let mut bytes = plain.clone();
                    bytes[at] = other;
                    let is_few = len <= FEW;
                    assert_eq!(is_ascii(&bytes), is_few && other < 0x80, "{len} {at}");
                    let expected = (0x01..0x80).contains(&other);
                    assert_eq!(
                        is_ascii_without_zero(&bytes),
                        expected,
                        "{len} {at} {other}"
                    );
                    if let Ok(text) = str::from_utf8(&bytes) {
                        assert_eq!(is_same(text), is_few && other != 0, "{len} {at}");
                    }
                }
                for other in ["\0", "é", "中", "\u{FFFF}", "😀", "\u{10FFFF}"] {
                    let text = format!("{}{other}{}", "a".repeat(at), "b".repeat(len - at));
                    let expected = text.len() <= FEW && other != "\0" && other.len() < 4;
                    assert_eq!(is_same(&text), expected, "{text:?}");
                }
            }
        }
    }
}
