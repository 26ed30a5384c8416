//! The bodies of modified UTF-8 that every decoder is given, numbered from zero.
//!
//! | bodies | how many |
//! |---|---|
//! | all of up to three bytes | 16,843,009 |
//! | four bytes, each a boundary of its class | 32<sup>4</sup> |
//! | two surrogates, of any kind and in any order | 2,048<sup>2</sup> |
//! | up to two bytes before and behind a surrogate pair | 2 x 65,793 |
//! | every character of note at every offset of a longer text | 16 x 161 |
//! | the longest that `readUTF` can announce, and one byte less | 14 |

use std::sync::LazyLock;

/// The bodies, from the shortest ones on, so that the first of a kind is short.
pub(crate) struct Bodies;

impl Bodies {
    /// How many bodies there are.
    pub(crate) const LEN: u64 = SHORT + FOUR + SURROGATES + 2 * AROUND_A_PAIR + OFFSETS + LONG;

    /// Puts a body in place of what the vector holds.
    pub(crate) fn get(index: u64, body: &mut Vec<u8>) {
        body.clear();
        let mut index = index;
        for (len, make) in SETS {
            if index < len {
                return make(index, body);
            }
            index -= len;
        }
        unreachable!("there are only {} bodies", Self::LEN);
    }
}

type Make = fn(u64, &mut Vec<u8>);

const SETS: [(u64, Make); 7] = [
    (SHORT, short),
    (FOUR, four),
    (SURROGATES, surrogates),
    (AROUND_A_PAIR, before_a_pair),
    (AROUND_A_PAIR, behind_a_pair),
    (OFFSETS, at_an_offset),
    (LONG, long),
];

/// One of no bytes, 256 of one, 256 times as many of two, and so on.
pub(crate) const SHORT: u64 = 1 + 256 + 256 * 256 + 256 * 256 * 256;
pub(crate) const FOUR: u64 = (BOUNDARIES.len() as u64).pow(4);
pub(crate) const SURROGATES: u64 = 2_048 * 2_048;
const AROUND_A_PAIR: u64 = 1 + 256 + 256 * 256;
const OFFSETS: u64 = OF_NOTE.len() as u64 * (OFFSET_MAX + 1);
const LONG: u64 = 2 * FILLERS.len() as u64;

/// The first and last byte of each class that a decoder of UTF-8 or of modified UTF-8 may tell
/// apart, and some in between.
const BOUNDARIES: [u8; 32] = [
    0x00, 0x01, 0x41, 0x7F, 0x80, 0x81, 0x8F, 0x90, 0x9F, 0xA0, 0xAF, 0xB0, 0xBF, 0xC0, 0xC1, 0xC2,
    0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF7, 0xF8, 0xFB, 0xFF,
];

/// Characters, and what is none, that decoders are known to disagree about.
const OF_NOTE: [&[u8]; 16] = [
    b"\x00",
    b"\xC0\x80",
    b"\xC1\x81",
    b"\xC3\xA9",
    b"\xE0\x80\x80",
    b"\xE4\xB8\xAD",
    b"\xED\xA0\x80",
    b"\xED\xB0\x80",
    PAIR,
    b"\xF0\x9F\x98\x80",
    b"\x80",
    b"\xFF",
    b"\xC3",
    b"\xE4\xB8",
    b"\xC3\x41",
    b"\xE4\x41\x41",
];

/// U+1F600.
const PAIR: &[u8] = b"\xED\xA0\xBD\xED\xB8\x80";

/// Beyond the widest vector register twice over.
const OFFSET_MAX: u64 = 160;

const FILLERS: [&[u8]; 7] = [
    b"a",
    b"\x00",
    b"\xC0\x80",
    b"\xC3\xA9",
    b"\xE4\xB8\xAD",
    PAIR,
    b"\xED\xA0\x80",
];

static OFFSET_TEXT: LazyLock<Vec<u8>> = LazyLock::new(|| vec![b'a'; usize_of(OFFSET_MAX)]);

fn short(index: u64, body: &mut Vec<u8>) {
    let mut index = index;
    let mut len = 0;
    let mut of_this_len = 1;
    while index >= of_this_len {
        index -= of_this_len;
        of_this_len *= 256;
        len += 1;
    }
    body.extend_from_slice(&index.to_be_bytes()[8 - len..]);
}

fn four(index: u64, body: &mut Vec<u8>) {
    let base = BOUNDARIES.len() as u64;
    for power in [3, 2, 1, 0] {
        body.push(BOUNDARIES[usize_of(index / base.pow(power) % base)]);
    }
}

fn surrogates(index: u64, body: &mut Vec<u8>) {
    for number in [index / 2_048, index % 2_048] {
        // U+D800 + number: 1101 1nnn nn nnnnnn.
        let [high, low] = [0x20 | number >> 6, number & 0x3F];
        body.extend([0xED, 0x80 | byte_of(high), 0x80 | byte_of(low)]);
    }
}

fn before_a_pair(index: u64, body: &mut Vec<u8>) {
    short(index, body);
    body.extend_from_slice(PAIR);
}

fn behind_a_pair(index: u64, body: &mut Vec<u8>) {
    body.extend_from_slice(PAIR);
    short(index, body);
}

fn at_an_offset(index: u64, body: &mut Vec<u8>) {
    let offset = usize_of(index % (OFFSET_MAX + 1));
    let (before, behind) = OFFSET_TEXT.split_at(offset);
    body.extend_from_slice(before);
    body.extend_from_slice(OF_NOTE[usize_of(index / (OFFSET_MAX + 1))]);
    body.extend_from_slice(behind);
}

fn long(index: u64, body: &mut Vec<u8>) {
    let len = usize::from(u16::MAX) - usize_of(index % 2);
    let filler = FILLERS[usize_of(index / 2)];
    body.extend(filler.iter().cycle().take(len));
}

fn usize_of(number: u64) -> usize {
    usize::try_from(number).expect("numbers of bodies are small")
}

fn byte_of(number: u64) -> u8 {
    u8::try_from(number).expect("a byte at most")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(index: u64) -> Vec<u8> {
        let mut body = vec![1, 2, 3];
        Bodies::get(index, &mut body);
        body
    }

    #[test]
    fn all_short_bodies_come_first() {
        assert_eq!(SHORT, 16_843_009);
        assert_eq!(body(0), b"");
        assert_eq!(body(1), b"\0");
        assert_eq!(body(256), b"\xFF");
        assert_eq!(body(257), b"\0\0");
        assert_eq!(body(SHORT - 1), b"\xFF\xFF\xFF");
    }

    #[test]
    fn surrogate_pairs_range_from_the_first_to_the_last() {
        assert_eq!(body(SHORT + FOUR), b"\xED\xA0\x80\xED\xA0\x80");
        assert_eq!(
            body(SHORT + FOUR + SURROGATES - 1),
            b"\xED\xBF\xBF\xED\xBF\xBF"
        );
    }

    #[test]
    fn the_last_body_is_one_byte_short_of_the_longest() {
        assert_eq!(body(Bodies::LEN - 2).len(), 65_535);
        assert_eq!(body(Bodies::LEN - 1).len(), 65_534);
    }
}
