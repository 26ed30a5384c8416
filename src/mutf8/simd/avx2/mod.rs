//! Thirty-two bytes at a time, on x86-64 processors since Haswell and Zen.
//!
//! The method is that of `avx512`. AVX2 cannot drop bytes from a whole vector, so bytes are dropped
//! from eight bytes at a time, by a lookup table.

mod block;
mod vectors;

use alloc::vec::Vec;
use core::arch::x86_64::*;

use super::classes::{BELOW_LEADS_OF_THREE, FIRST_HIGH, FIRST_LOW, SECOND_HIGH};
use super::{Few, is_complete, load_16, load_32, put_few};
use crate::mutf8::few;
use block::{BEFORE, BLOCK, BLOCK_LEN, Block, Window, up_to_32, window};
use vectors::*;

/// Whether the bytes are UTF-8 without four-byte characters.
#[target_feature(enable = "avx2,popcnt")]
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    let bytes = match without_ascii_pieces(bytes) {
        rest if rest.len() == bytes.len() => bytes,
        // Where ASCII ends, a character begins.
        rest if few::is_ascii(rest) => return true,
        rest => rest,
    };
    let classes = Classes::new();
    // Nothing is before the first block.
    if has_any(classes.faults(Block::of(up_to_32(bytes), zero()))) {
        return false;
    }
    let mut at = BLOCK;
    while let Some(piece) = bytes
        .get(at - BEFORE..)
        .and_then(|rest| rest.first_chunk::<{ BEFORE + PIECE }>())
    {
        if is_ascii(window(&piece[BEFORE..])) {
            // An ASCII byte is no continuation byte: the character before it must be complete.
            if !is_complete(&bytes[..at]) {
                return false;
            }
            at = bytes.len() - without_ascii_pieces(&bytes[at..]).len();
            continue;
        }
        let [a, b, c, d] = [0, 1, 2, 3]
            .map(|block| classes.faults(Window::in_piece(piece, block * BLOCK).block()));
        if has_any(or(or(a, b), or(c, d))) {
            return false;
        }
        at += PIECE;
    }
    let mut faults = zero();
    while let Some(window) = bytes
        .get(at - BEFORE..)
        .and_then(|rest| rest.first_chunk::<{ BEFORE + BLOCK }>())
    {
        faults = or(faults, classes.faults(Window(window).block()));
        at += BLOCK;
    }
    if at < bytes.len() {
        let before = load_32(window(&bytes[at - BLOCK..]));
        faults = or(
            faults,
            classes.faults(Block::of(up_to_32(&bytes[at..]), before)),
        );
    }
    !has_any(faults) && is_complete(bytes)
}

/// The bytes behind pieces of ASCII at the start.
#[target_feature(enable = "avx2")]
#[inline]
fn without_ascii_pieces(mut bytes: &[u8]) -> &[u8] {
    while let Some((piece, rest)) = bytes.split_first_chunk() {
        if !is_ascii(piece) {
            break;
        }
        bytes = rest;
    }
    bytes
}

#[target_feature(enable = "avx2")]
#[inline]
fn is_ascii(piece: &[u8; PIECE]) -> bool {
    let [a, b, c, d] = blocks_of(piece);
    mask(or(or(a, b), or(c, d))) == 0
}

#[target_feature(enable = "avx2")]
#[inline]
fn blocks_of(piece: &[u8; PIECE]) -> [__m256i; 4] {
    [0, 1, 2, 3].map(|block| load_32(window(&piece[block * BLOCK..])))
}

/// The tables of `classes`, loaded into vectors.
struct Classes {
    first_high: __m256i,
    first_low: __m256i,
    second_high: __m256i,
}

impl Classes {
    #[target_feature(enable = "avx2")]
    #[inline]
    fn new() -> Self {
        Self {
            first_high: _mm256_broadcastsi128_si256(load_16(&FIRST_HIGH)),
            first_low: _mm256_broadcastsi128_si256(load_16(&FIRST_LOW)),
            second_high: _mm256_broadcastsi128_si256(load_16(&SECOND_HIGH)),
        }
    }

    /// Non-zero for each byte that may not follow the bytes before it.
    #[target_feature(enable = "avx2")]
    #[inline]
    fn faults(&self, block: Block) -> __m256i {
        let four = every(0x0F);
        let high = |bytes| and(_mm256_srli_epi16::<4>(bytes), four);
        let possible = and(
            and(
                _mm256_shuffle_epi8(self.first_high, high(block.one_before)),
                _mm256_shuffle_epi8(self.first_low, and(block.one_before, four)),
            ),
            _mm256_shuffle_epi8(self.second_high, high(block.here)),
        );
        let far = _mm256_subs_epu8(block.two_before, every(BELOW_LEADS_OF_THREE));
        _mm256_xor_si256(possible, and(far, every(0x80)))
    }
}

/// Appends the text of modified UTF-8: surrogate pairs become four bytes, and NUL one. Returns
/// false if the bytes are malformed or overlong, or hold an unpaired surrogate.
#[target_feature(enable = "avx2,popcnt")]
pub(super) fn transcode(bytes: &[u8], text: &mut Vec<u8>) -> bool {
    let mut highs_before = 0;
    let mut at = 0;
    while at < bytes.len() {
        let Block {
            here,
            one_before,
            two_before,
            one_after,
        } = Block::at(bytes, at);

        // The second byte of each overlong character and surrogate. A low surrogate must follow its
        // high one at a distance of three bytes.
        let nuls = equal(one_before, 0xC0);
        let from_a0 = at_least(here, 0xA0);
        let overlong = or(
            or(without(nuls, equal(here, 0x80)), equal(one_before, 0xC1)),
            without(equal(one_before, 0xE0), from_a0),
        );
        let surrogates = and(equal(one_before, 0xED), from_a0);
        let lows = and(surrogates, at_least(here, 0xB0));
        let highs = without(surrogates, lows);
        let [highs_here, lows_here] = [mask(highs), mask(lows)];
        let unpaired = lows_here ^ (highs_here << 3 | highs_before >> 29);
        let fault = or(overlong, malformed(here, one_before, two_before));
        if unpaired != 0 || _mm256_testz_si256(fault, fault) == 0 {
            return false;
        }
        highs_before = highs_here;

        // For the bit patterns see `avx512`.
        let thirds = and(
            and(equal(two_before, 0xED), at_least(one_before, 0xA0)),
            at_most(one_before, 0xAF),
        );
        let one = every(1);
        let plane = _mm256_add_epi8(and(here, every(0x0F)), one);
        let first = or(every(0xF0), and(_mm256_srli_epi16::<2>(plane), every(0x07)));
        let plane = _mm256_slli_epi16::<4>(_mm256_add_epi8(one_before, one));
        let second = or(
            or(every(0x80), and(plane, every(0x30))),
            and(_mm256_srli_epi16::<2>(here), every(0x0F)),
        );
        let third = or(
            or(
                every(0x80),
                and(_mm256_slli_epi16::<4>(two_before), every(0x30)),
            ),
            and(here, every(0x0F)),
        );
        let mut out = _mm256_blendv_epi8(here, first, highs);
        out = _mm256_blendv_epi8(out, second, thirds);
        out = _mm256_blendv_epi8(out, third, lows);
        out = without(out, nuls);

        let dropped = or(
            equal(here, 0xC0),
            and(equal(here, 0xED), at_least(one_after, 0xA0)),
        );
        let kept = mask(without(there(bytes.len() - at), dropped)).to_le_bytes();
        let words = words(out);
        put_few(
            text,
            [
                compressed(words[0], kept[0]),
                compressed(words[1], kept[1]),
                compressed(words[2], kept[2]),
                compressed(words[3], kept[3]),
            ],
        );
        at += BLOCK;
    }
    // The low half of an unpaired surrogate at the end would fall on the zero padding.
    highs_before >> 29 == 0 && is_complete(bytes)
}

/// Appends the code units of modified UTF-8, unless it is malformed.
#[target_feature(enable = "avx2,popcnt")]
pub(super) fn units(bytes: &[u8], units: &mut Vec<u16>) -> bool {
    units.reserve(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let Block {
            here,
            one_before,
            two_before,
            ..
        } = Block::at(bytes, at);
        let fault = malformed(here, one_before, two_before);
        if _mm256_testz_si256(fault, fault) == 0 {
            return false;
        }
        let whole = bytes[at..].first_chunk::<BLOCK>();
        if let Some(ascii) = whole.filter(|_| mask(here) == 0) {
            units.extend_from_slice(&ascii.map(u16::from));
            at += BLOCK;
            continue;
        }

        // For the bit patterns see `avx512`.
        let continued = continuations(here);
        let low = or(
            and(_mm256_slli_epi16::<6>(one_before), every(0xC0)),
            and(here, every(0x3F)),
        );
        let low = _mm256_blendv_epi8(here, low, continued);
        let middle = and(_mm256_srli_epi16::<2>(one_before), every(0x0F));
        let top = and(_mm256_slli_epi16::<4>(two_before), every(0xF0));
        let high = or(and(middle, continued), and(top, at_least(two_before, 0xE0)));

        let not_last = or(at_least(here, 0xC0), at_least(one_before, 0xE0));
        let kept = without(there(bytes.len() - at), not_last);
        let words = in_turn(low, high);
        let kept = bits_in_turn(kept, kept);
        put_few(
            units,
            [
                compressed(words[0], kept[0]),
                compressed(words[1], kept[1]),
                compressed(words[2], kept[2]),
                compressed(words[3], kept[3]),
                compressed(words[4], kept[4]),
                compressed(words[5], kept[5]),
                compressed(words[6], kept[6]),
                compressed(words[7], kept[7]),
            ],
        );
        at += BLOCK;
    }
    is_complete(bytes)
}

/// Appends the modified UTF-8 of UTF-8.
#[target_feature(enable = "avx2,popcnt")]
pub(super) fn encode(text: &[u8], bytes: &mut Vec<u8>) {
    let mut at = 0;
    while at < text.len() {
        let Block {
            here,
            one_before,
            two_before,
            one_after,
        } = Block::at(text, at);
        let there = there(text.len() - at);
        let leads = at_least(here, 0xF0);
        let seconds = at_least(one_before, 0xF0);
        let thirds = at_least(two_before, 0xF0);
        let nuls = equal(here, 0);
        let longer = mask(and(or(or(leads, nuls), or(seconds, thirds)), there));
        if longer == 0 {
            bytes.extend_from_slice(&text[at..text.len().min(at + BLOCK)]);
            at += BLOCK;
            continue;
        }

        // For the bit patterns see `avx512`.
        let high = and(_mm256_srli_epi16::<4>(one_after), every(0x03));
        let first = or(and(_mm256_slli_epi16::<2>(here), every(0x1C)), high);
        let first = or(every(0xA0), _mm256_sub_epi8(first, every(1)));
        let second = or(
            or(every(0x80), and(_mm256_slli_epi16::<2>(here), every(0x3C))),
            high,
        );
        let third = or(every(0xB0), and(here, every(0x0F)));
        let mut out = _mm256_blendv_epi8(here, first, leads);
        out = _mm256_blendv_epi8(out, second, seconds);
        out = _mm256_blendv_epi8(out, third, thirds);
        out = _mm256_blendv_epi8(out, every(0x80), nuls);
        // The byte before each byte; zero at the start.
        let inserted = or(and(or(leads, thirds), every(0xED)), and(nuls, every(0xC0)));
        let words = in_turn(inserted, out);
        let kept = bits_in_turn(without(there, equal(inserted, 0)), there);
        put_few(
            bytes,
            [
                compressed(words[0], kept[0]),
                compressed(words[1], kept[1]),
                compressed(words[2], kept[2]),
                compressed(words[3], kept[3]),
                compressed(words[4], kept[4]),
                compressed(words[5], kept[5]),
                compressed(words[6], kept[6]),
                compressed(words[7], kept[7]),
            ],
        );
        at += BLOCK;
    }
}

/// The number of bytes by which the modified UTF-8 of UTF-8 is longer.
#[target_feature(enable = "avx2,popcnt")]
pub(super) fn longer_by(text: &[u8]) -> usize {
    let mut longer_by = 0;
    let mut rest = text;
    while let Some((piece, after)) = rest.split_first_chunk() {
        let blocks = blocks_of(piece);
        // Subtracting one turns 0 into 255, so NULs and four-byte leads both end up at or above EF.
        let [a, b, c, d] = blocks.map(|block| _mm256_sub_epi8(block, every(1)));
        let largest = _mm256_max_epu8(_mm256_max_epu8(a, b), _mm256_max_epu8(c, d));
        if has_any(at_least(largest, 0xEF)) {
            longer_by += blocks
                .map(|block| longer_by_in(block))
                .iter()
                .sum::<usize>();
        }
        rest = after;
    }
    while let Some((block, after)) = rest.split_first_chunk() {
        longer_by += longer_by_in(load_32(block));
        rest = after;
    }
    // The padding looks like NULs.
    longer_by + longer_by_in(up_to_32(rest)) - (BLOCK - rest.len())
}

#[target_feature(enable = "avx2,popcnt")]
#[inline]
fn longer_by_in(block: __m256i) -> usize {
    let nuls = mask(equal(block, 0));
    let leads = mask(at_least(block, 0xF0));
    (nuls.count_ones() + 2 * leads.count_ones()) as usize
}

/// Misplaced or missing continuation bytes, and bytes that modified UTF-8 never uses.
#[target_feature(enable = "avx2")]
#[inline]
fn malformed(here: __m256i, one_before: __m256i, two_before: __m256i) -> __m256i {
    let continuing = or(at_least(one_before, 0xC0), at_least(two_before, 0xE0));
    or(
        _mm256_xor_si256(continuations(here), continuing),
        at_least(here, 0xF0),
    )
}

#[target_feature(enable = "avx2")]
#[inline]
fn continuations(bytes: __m256i) -> __m256i {
    // As signed numbers, continuation bytes are the smallest.
    _mm256_cmpgt_epi8(every(0xC0), bytes)
}

/// All ones for each byte up to the end of the input.
#[target_feature(enable = "avx2")]
#[inline]
fn there(left: usize) -> __m256i {
    let count = u8::try_from(left).unwrap_or(u8::MAX).min(BLOCK_LEN);
    _mm256_cmpgt_epi8(every(count), load_32(&PLACES))
}

/// The bytes whose bit is set, moved to the low end, and their number.
#[target_feature(enable = "avx2,popcnt")]
#[inline]
fn compressed(word: u64, kept: u8) -> Few {
    let places = _mm_cvtsi64_si128(FRONT[usize::from(kept)].cast_signed());
    let bytes = _mm_shuffle_epi8(_mm_cvtsi64_si128(word.cast_signed()), places);
    Few {
        word: _mm_cvtsi128_si64(bytes).cast_unsigned(),
        bytes: kept.count_ones(),
    }
}

/// How many bytes are tested between two checks for an error.
const PIECE: usize = 4 * BLOCK;

/// For each mask of eight bytes, the indices of the kept bytes.
const FRONT: [u64; 256] = {
    let mut table = [0; 256];
    let mut choice = 0;
    while choice < 256 {
        let mut place = 0;
        let mut front = 0;
        while place < 8 {
            if choice >> place & 1 == 1 {
                table[choice] |= place << front;
                front += 8;
            }
            place += 1;
        }
        choice += 1;
    }
    table
};

const PLACES: [u8; BLOCK] = {
    let mut places = [0; BLOCK];
    let mut place = 0;
    while place < BLOCK_LEN {
        places[place as usize] = place;
        place += 1;
    }
    places
};
