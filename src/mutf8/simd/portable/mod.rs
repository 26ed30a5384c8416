//! Thirty-two bytes at a time in plain Rust, for every processor.
//!
//! The method is that of `avx512`. Each step is a loop over the bytes of a block, without a branch,
//! so that the compiler uses the vector instructions that every processor of the target has: SSE2 on
//! x86-64, NEON on 64-bit ARM. Bytes are dropped one by one, also without a branch. So the cost
//! hardly depends on the mix of characters.

mod copy;
mod few;
mod short;
mod units;
mod window;

use alloc::vec::Vec;

use super::{high_bits as bits, is_complete};
use copy::Copy;
pub(super) use short::encode as encode_short;
pub(super) use units::units;
use window::{BUFFER, Window};

/// Whether the bytes are UTF-8 without four-byte characters.
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    if bytes.len() < FEW {
        return few::is_plain(bytes);
    }
    // Where ASCII ends, a character begins.
    let ascii = bytes.chunks(PIECE).take_while(|piece| piece.is_ascii());
    let ascii = ascii.map(<[u8]>::len).sum();
    let bytes = &bytes[ascii..];
    if bytes.len() < FEW {
        return few::is_plain(bytes);
    }
    let [first, second, ..] = *bytes else {
        return false;
    };
    let mut faults = malformed(first, 0, 0) | malformed(second, first, 0);
    faults |= not_plain(first, 0) | not_plain(second, first);
    if faults & 0x80 != 0 {
        return false;
    }
    let mut at = BEFORE;
    while at < bytes.len() {
        let end = bytes.len().min(at + PIECE);
        if bytes[at..end].is_ascii() {
            // An ASCII byte is no continuation byte: the character before it must be complete.
            if !is_complete(&bytes[..at]) {
                return false;
            }
            at = end;
            continue;
        }
        while at < end {
            // The last block overlaps the one before it, if there are enough bytes.
            let mut padded = [0; BEFORE + BLOCK];
            let window = bytes[at - BEFORE..].first_chunk();
            let window = window.or(bytes.last_chunk()).unwrap_or_else(|| {
                padded[..bytes.len()].copy_from_slice(bytes);
                &padded
            });
            if !is_plain_block(Window(window)) {
                return false;
            }
            at += BLOCK;
        }
    }
    is_complete(bytes)
}

#[inline(always)]
fn is_plain_block(window: Window<'_, { BEFORE + BLOCK }>) -> bool {
    let [here, one, two] = [
        window.bytes::<0>(),
        window.bytes::<-1>(),
        window.bytes::<-2>(),
    ];
    let mut faults = [0; BLOCK];
    for place in 0..BLOCK {
        let [here, one, two] = [here[place], one[place], two[place]];
        faults[place] = malformed(here, one, two) | not_plain(here, one);
    }
    bits(&faults) == 0
}

/// Appends the text of modified UTF-8: surrogate pairs become four bytes, and NUL one. Returns
/// false if the bytes are malformed or overlong, or hold an unpaired surrogate.
pub(super) fn transcode(bytes: &[u8], text: &mut Vec<u8>) -> bool {
    if bytes.len() <= SHORT {
        return short::transcode(bytes, text).is_some();
    }
    // The text is never longer than its modified UTF-8.
    let mut copy = Copy::new(bytes, text, bytes.len());
    let buffer = &mut [0; BUFFER];
    while copy.done < bytes.len() {
        // Each block starts with a character. Pairs in a row are faster one by one.
        while let Some(character) = copy.next().and_then(|next| character(*next)) {
            copy.replace(PAIR, &character);
        }
        let at = copy.done;
        let rest = &bytes[at..];
        if rest[..rest.len().min(BLOCK)].is_ascii() {
            copy.up_to(at + rest.len().min(BLOCK));
            continue;
        }
        let window = Window::<{ BEFORE + BLOCK + AFTER }>::at(bytes, at, buffer);
        let Some([nuls, highs]) = differing(window) else {
            return false;
        };
        let mut changes = nuls | highs;
        while changes != 0 {
            let place = changes.trailing_zeros();
            copy.up_to(at + place as usize);
            if nuls >> place & 1 == 1 {
                copy.replace(2, &[0]);
            } else {
                // The pair may reach beyond the block.
                let Some(character) = first_few(&bytes[copy.done..]).and_then(character) else {
                    return false;
                };
                copy.replace(PAIR, &character);
            }
            changes &= changes - 1;
        }
        copy.up_to(bytes.len().min(at + window.whole()));
    }
    copy.finish();
    true
}

/// The first byte of each NUL and of each pair of surrogates in a block, which differ in UTF-8. None
/// if it is malformed or overlong, or holds an unpaired surrogate.
#[inline(always)]
fn differing(window: Window<'_, { BEFORE + BLOCK + AFTER }>) -> Option<[u32; 2]> {
    let here = window.bytes::<0>();
    let [one, two] = [window.bytes::<-1>(), window.bytes::<-2>()];
    let after = window.bytes::<1>();
    let mut faults = [0; BLOCK];
    let [mut nuls, mut highs, mut lows] = [[0; BLOCK]; 3];
    for place in 0..BLOCK {
        let [here, one, after] = [here[place], one[place], after[place]];
        let overlong = mask(here == 0xC1) | (mask(one == 0xE0) & !(here << 2));
        nuls[place] = mask(here == 0xC0);
        faults[place] =
            malformed(here, one, two[place]) | overlong | (nuls[place] & mask(after != 0x80));
        let leads_on = mask(here == 0xED);
        highs[place] = leads_on & mask(after & 0xF0 == 0xA0);
        lows[place] = leads_on & mask(after & 0xF0 == 0xB0);
    }
    // A low surrogate must follow its high one at a distance of three bytes.
    let [highs, lows] = [bits(&highs), bits(&lows)];
    (bits(&faults) == 0 && lows == highs << 3).then(|| [bits(&nuls), highs])
}

/// The first eight bytes, padded with zeros if there are at least six.
#[inline(always)]
fn first_few(bytes: &[u8]) -> Option<[u8; 8]> {
    if let Some(next) = bytes.first_chunk() {
        return Some(*next);
    }
    let [a, b, c, d, e, f] = *bytes.first_chunk()?;
    Some([a, b, c, d, e, f, 0, 0])
}

/// The UTF-8 of the surrogate pair in the first six bytes, if they are one. For the bit patterns see
/// `avx512`.
#[inline(always)]
fn character(pair: [u8; 8]) -> Option<[u8; 4]> {
    // ED A0 to AF, any continuation byte, ED B0 to BF, any continuation byte.
    const FIXED: u64 = u64::from_be_bytes([0xFF, 0xF0, 0xC0, 0xFF, 0xF0, 0xC0, 0, 0]);
    const VALUES: u64 = u64::from_be_bytes([0xED, 0xA0, 0x80, 0xED, 0xB0, 0x80, 0, 0]);
    let pair = u64::from_be_bytes(pair);
    if pair & FIXED != VALUES {
        return None;
    }
    // Ten bits and ten bits.
    let high = pair >> 42 & 0x3C0 | pair >> 40 & 0x3F;
    let low = pair >> 18 & 0x3C0 | pair >> 16 & 0x3F;
    let scalar = (high << 10 | low) + 0x1_0000;
    let bits = |from: u32, count: u32| scalar >> from & ((1 << count) - 1);
    let word = 0xF080_8080 | bits(18, 3) << 24 | bits(12, 6) << 16 | bits(6, 6) << 8 | bits(0, 6);
    let word = (word & 0xFFFF_FFFF) as u32;
    Some(word.to_be_bytes())
}

/// Appends the modified UTF-8 of UTF-8, which is so much longer.
pub(super) fn encode(text: &[u8], longer_by: usize, bytes: &mut Vec<u8>) {
    if text.len() <= SHORT {
        return encode_short(text, bytes);
    }
    let mut copy = Copy::new(text, bytes, text.len() + longer_by);
    while copy.done < text.len() {
        // Characters of four bytes in a row are faster one by one.
        while let Some(pair) = copy.next().and_then(pair) {
            copy.replace(4, &pair);
        }
        let at = copy.done;
        if at == text.len() {
            break;
        }
        let mut padded = [1; BLOCK];
        let block = copy.next().unwrap_or_else(|| {
            padded[..text.len() - at].copy_from_slice(&text[at..]);
            &padded
        });
        let mut changes = bits(&differing_when_encoded(block));
        while changes != 0 {
            copy.up_to(at + changes.trailing_zeros() as usize);
            match copy.next().and_then(pair) {
                Some(pair) => copy.replace(4, &pair),
                None => copy.replace(1, &[0xC0, 0x80]),
            }
            changes &= changes - 1;
        }
        copy.up_to(text.len().min(at + BLOCK));
    }
    copy.finish();
}

/// All ones for each NUL and for each lead of four bytes, which differ in modified UTF-8.
#[inline(always)]
fn differing_when_encoded(block: &[u8; BLOCK]) -> [u8; BLOCK] {
    // Subtracting one turns 0 into 255, so both end up at or above EF.
    block.map(|byte| mask(byte.wrapping_sub(1) >= 0xEF))
}

/// The surrogate pair of a character of four bytes in UTF-8, if these are one.
#[inline(always)]
fn pair(character: &[u8; 4]) -> Option<[u8; PAIR]> {
    let character = u64::from(u32::from_be_bytes(*character));
    if character < 0xF000_0000 {
        return None;
    }
    let sixes = |after: u32| character >> after & 0x3F;
    let scalar = (character >> 6 & 0x1C_0000) | sixes(16) << 12 | sixes(8) << 6 | sixes(0);
    let beyond = scalar.wrapping_sub(0x1_0000);
    let word = 0xEDA0_80ED_B080
        | (beyond >> 16 & 0x0F) << 32
        | (beyond >> 10 & 0x3F) << 24
        | (beyond >> 6 & 0x0F) << 8
        | (beyond & 0x3F);
    let [_, _, a, b, c, d, e, f] = word.to_be_bytes();
    Some([a, b, c, d, e, f])
}

/// The number of bytes by which the modified UTF-8 of UTF-8 is longer: one for each NUL, and two
/// for each four-byte character.
#[inline(always)]
pub(super) fn longer_by(text: &[u8]) -> usize {
    count(text, |byte| {
        u8::from(byte == 0) + 2 * u8::from(byte >= 0xF0)
    })
}

/// The sum of what each byte counts for, at most two.
#[inline(always)]
fn count(bytes: &[u8], of: impl Fn(u8) -> u8) -> usize {
    // So few that their sum fits into a byte: as many are added at once as a vector has bytes.
    const FEW: usize = 112;
    let sum = |few: &[u8]| few.iter().map(|&byte| of(byte)).sum::<u8>();
    bytes.chunks(FEW).map(|few| usize::from(sum(few))).sum()
}

/// Sets the highest bit if the byte is a misplaced or missing continuation byte, or one that
/// modified UTF-8 never uses.
#[inline(always)]
fn malformed(here: u8, one_before: u8, two_before: u8) -> u8 {
    // Bytes from C0 and from E0 on have the highest bit then, and no others.
    let continuing = one_before.saturating_sub(0x40) | two_before.saturating_sub(0x60);
    let continues = here & !(here << 1);
    (continuing ^ continues) | here.saturating_sub(0x70)
}

/// Sets the highest bit of C0 and C1, which lead overlong forms, and of the second byte of overlong
/// forms and surrogates. It may do so for other malformed bytes.
#[inline(always)]
fn not_plain(here: u8, one_before: u8) -> u8 {
    // The highest bit is set for continuation bytes from A0 on.
    let from_a0 = here << 2;
    mask(here & 0xFE == 0xC0)
        | (mask(one_before == 0xE0) & !from_a0)
        | (mask(one_before == 0xED) & from_a0)
}

/// The safe twin of [`high_bits`](super::high_bits), for other processors.
#[cfg(any(test, not(all(target_arch = "x86_64", target_feature = "sse2"))))]
pub(super) fn gathered_high_bits(bytes: &[u8; 32]) -> u32 {
    const HIGH_BITS: u64 = u64::from_ne_bytes([0x80; 8]);
    // Moves the bits of eight bytes to the top, each by another distance.
    const GATHER: u64 = 0x0002_0408_1020_4081;
    let mut bits = 0;
    for (eighth, word) in bytes.chunks_exact(8).enumerate() {
        let word = u64::from_le_bytes(word.try_into().expect("eight bytes")) & HIGH_BITS;
        bits |= ((word.wrapping_mul(GATHER) >> 56) as u32) << (8 * eighth);
    }
    bits
}

/// All ones or zeros.
#[inline(always)]
fn mask(holds: bool) -> u8 {
    if holds { u8::MAX } else { 0 }
}

/// The length of a surrogate pair.
const PAIR: usize = 6;

/// How many bytes before a byte determine its meaning.
const BEFORE: usize = 2;
const BLOCK: usize = 32;

/// Up to so many bytes, blocks do not pay.
const FEW: usize = BLOCK / 2;

/// Up to so many bytes, copying all of them first pays.
pub(super) const SHORT: usize = 2 * BLOCK;
const AFTER: usize = 1;

/// How many bytes are tested at once for ASCII.
const PIECE: usize = 8 * BLOCK;
