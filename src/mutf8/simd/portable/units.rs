//! Decoding to code units.

use alloc::vec::Vec;

use super::super::high_bits as bits;
use super::window::{BUFFER, Window, window};
use super::{BEFORE, BLOCK, SHORT, malformed, mask, short};

/// Appends the code units of modified UTF-8, unless it is malformed.
pub(in super::super) fn units(bytes: &[u8], units: &mut Vec<u16>) -> bool {
    if bytes.len() <= SHORT {
        return short::units(bytes, units).is_some();
    }
    // No character has more units than bytes. Units are written some at once, even if few count.
    let mut end = units.len();
    units.resize(end + bytes.len() + 2 * BLOCK, 0);
    let (mut out, mut kept) = ([0; BLOCK], [0; BLOCK]);
    let buffer = &mut [0; BUFFER];
    let mut at = 0;
    while at < bytes.len() {
        // Each block starts with a character. Characters of three bytes are faster two by two.
        while let Some(two) = bytes[at..].first_chunk().and_then(two_units) {
            units[end..][..2].copy_from_slice(&two);
            at += 6;
            end += 2;
        }
        let left = bytes.len() - at;
        if left == 0 {
            break;
        }
        let Some(room) = units[end..].first_chunk_mut::<{ 2 * BLOCK }>() else {
            return false;
        };
        let window = Window::<{ BEFORE + BLOCK }>::at(bytes, at, buffer);
        let here = window.bytes::<0>();
        if here.is_ascii() {
            room[..BLOCK].copy_from_slice(&here.map(u16::from));
            at += BLOCK.min(left);
            end += BLOCK.min(left);
            continue;
        }
        let [one, two] = [window.bytes::<-1>(), window.bytes::<-2>()];
        if !decode_block([here, one, two], &mut out, &mut kept) {
            return false;
        }
        // The zeros behind the last byte are not part of it.
        end += put_kept(&out, &kept, room) - (BLOCK - left.min(BLOCK));
        at += window.whole().min(left);
    }
    units.truncate(end);
    true
}

/// Sets for each byte of a block the unit that ends there, and 1 if one does. Returns false if the
/// block is malformed.
///
/// It is not inlined: the compiler uses vector instructions only for arrays in memory.
#[inline(never)]
pub(super) fn decode_block(
    [here, one, two]: [&[u8; BLOCK]; 3],
    units: &mut [u16; BLOCK],
    ends: &mut [u8; BLOCK],
) -> bool {
    let mut faults = [0; BLOCK];
    for place in 0..BLOCK {
        let [here, one, two] = [here[place], one[place], two[place]];
        faults[place] = malformed(here, one, two);
        ends[place] = 1 & !(mask(here >= 0xC0) | mask(one >= 0xE0));
    }
    for place in 0..BLOCK {
        let [here, one, two] = [here[place], one[place], two[place]].map(u16::from);
        // For the bit patterns see `avx512`.
        let continued = u16::MAX * u16::from(here & 0xC0 == 0x80);
        let top = two << 12 & (u16::MAX * u16::from(two >= 0xE0));
        let others = one << 6 & 0x0FC0 & continued;
        units[place] = (here & (!continued | 0x3F)) | others | top;
    }
    bits(&faults) == 0
}

/// The units of two characters of three bytes each, if the first six bytes are such.
#[inline(always)]
pub(super) fn two_units(characters: &[u8; 8]) -> Option<[u16; 2]> {
    const FIXED: u64 = u64::from_be_bytes([0xF0, 0xC0, 0xC0, 0xF0, 0xC0, 0xC0, 0, 0]);
    const VALUES: u64 = u64::from_be_bytes([0xE0, 0x80, 0x80, 0xE0, 0x80, 0x80, 0, 0]);
    let characters = u64::from_be_bytes(*characters);
    let unit = |after: u32| {
        let bytes = characters >> after;
        ((bytes >> 4 & 0xF000 | bytes >> 2 & 0x0FC0 | bytes & 0x003F) & 0xFFFF) as u16
    };
    (characters & FIXED == VALUES).then(|| [unit(40), unit(16)])
}

/// Moves the kept units to the start, and returns their number.
#[inline(always)]
pub(super) fn put_kept(
    units: &[u16; BLOCK],
    kept: &[u8; BLOCK],
    room: &mut [u16; 2 * BLOCK],
) -> usize {
    // Adds all bytes of a word to those above them.
    const SUMS: u64 = u64::from_ne_bytes([1; 8]);
    let mut count = 0;
    for (units, kept) in units.chunks_exact(8).zip(kept.chunks_exact(8)) {
        let sums = u64::from_le_bytes(*window(kept)).wrapping_mul(SUMS);
        let room: &mut [u16; 16] = room[count % BLOCK..]
            .first_chunk_mut()
            .expect("it is so long");
        let places = sums << 8;
        for (place, &unit) in units.iter().enumerate() {
            room[(places >> (8 * place) & 0x0F) as usize] = unit;
        }
        count += (sums >> 56) as usize;
    }
    count
}
