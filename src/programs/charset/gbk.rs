//! The byte pairs of GBK, as in the JDK.
//!
//! Every pair of a first byte from 81 to FE and a second byte from 40 to FE, except 7F, is a
//! character. Most of them are those of GB 18030. The others are older: characters that Unicode did
//! not have in 1995 are in the private use area. Single bytes are ASCII; 80 and FF are invalid.

use std::sync::OnceLock;

/// The character of a pair; none if the pair is invalid.
pub(crate) fn character(first: u8, second: u8) -> Option<char> {
    let table = tables().characters.get(index(first, second)?)?;
    char::from_u32((*table).into()).filter(|&character| character != NONE)
}

/// The pair of a character; none if it has none.
pub(crate) fn pair(character: char) -> Option<[u8; 2]> {
    let code = usize::try_from(u32::from(character)).ok()?;
    let pair = *tables().pairs.get(code)?;
    (pair != 0).then(|| pair.to_be_bytes())
}

/// Whether a byte can be the first of a pair.
pub(crate) fn is_lead(byte: u8) -> bool {
    LEADS.contains(&byte)
}

const LEADS: std::ops::RangeInclusive<u8> = 0x81..=0xFE;

/// The number of second bytes for each first byte, including 7F.
const SECONDS: usize = 0xFE - 0x40 + 1;

/// Marks a pair without a character.
const NONE: char = '\0';

fn index(first: u8, second: u8) -> Option<usize> {
    if !is_lead(first) || !matches!(second, 0x40..=0x7E | 0x80..=0xFE) {
        return None;
    }
    Some(usize::from(first - LEADS.start()) * SECONDS + usize::from(second - 0x40))
}

struct Tables {
    /// The code point of each pair.
    characters: Vec<u16>,
    /// The pair of each character up to U+FFFF; 0 if it has none.
    pairs: Vec<u16>,
}

fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| {
        let mut tables = Tables {
            characters: vec![0; LEADS.len() * SECONDS],
            pairs: vec![0; 1 << 16],
        };
        for first in LEADS {
            for second in 0x40..=0xFE {
                let Some(index) = index(first, second) else {
                    continue;
                };
                let pair = u16::from_be_bytes([first, second]);
                let Some(code) = in_java(pair).or_else(|| elsewhere(pair)) else {
                    continue;
                };
                tables.characters[index] = code;
                tables.pairs[usize::from(code)] = pair;
            }
        }
        tables
    })
}

/// The pairs of GB 18030, as defined for web browsers.
fn elsewhere(pair: u16) -> Option<u16> {
    let pair = pair.to_be_bytes();
    let text = encoding_rs::GBK.decode_without_bom_handling_and_without_replacement(&pair)?;
    let mut units = text.encode_utf16();
    units.next().filter(|_| units.next().is_none())
}

/// The pairs that differ in Java, as in the GBK of 1995.
fn in_java(pair: u16) -> Option<u16> {
    OLDER
        .iter()
        .find(|(first, last, _)| (*first..=*last).contains(&pair))
        .map(|(first, _, code)| code + (pair - first))
}

/// The first and the last pair of a run, and the character of the first.
const OLDER: [(u16, u16, u16); 10] = [
    // Other tables have a second ideographic space here.
    (0xA3A0, 0xA3A0, 0xE5E5),
    (0xA6D9, 0xA6DF, 0xE78D),
    (0xA6EC, 0xA6ED, 0xE794),
    (0xA6F3, 0xA6F3, 0xE796),
    // An Earth sign where other tables have a circled plus.
    (0xA892, 0xA892, 0x2641),
    (0xA8BC, 0xA8BC, 0xE7C7),
    (0xA8BF, 0xA8BF, 0xE7C8),
    (0xA989, 0xA995, 0xE7E7),
    (0xFE50, 0xFE7E, 0xE815),
    (0xFE80, 0xFEA0, 0xE844),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_pair_maps_to_a_distinct_character() {
        let mut count = 0;
        for first in 0..=u8::MAX {
            for second in 0..=u8::MAX {
                if let Some(character) = character(first, second) {
                    assert_eq!(pair(character), Some([first, second]));
                    count += 1;
                }
            }
        }
        assert_eq!(count, 126 * 190);
    }
}
