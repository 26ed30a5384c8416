//! Thirty-two bytes at a time, on x86-64 processors since Haswell and Zen.
//!
//! The method is that of `avx512`. AVX2 cannot drop bytes from a whole vector, so bytes are dropped
//! from eight bytes at a time, by a lookup table.

use alloc::vec::Vec;
use core::arch::x86_64::*;

use super::classes::{BELOW_LEADS_OF_THREE, FIRST_HIGH, FIRST_LOW, SECOND_HIGH};
use super::{Few, is_complete, load_16, load_32, portable, put_few};

/// Whether the bytes are UTF-8 without four-byte characters.
#[target_feature(enable = "avx2,popcnt")]
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    let classes = Classes::new();
    let mut faults = zero();
    let buffer = &mut [0; WINDOW];
    let mut at = 0;
    while at < bytes.len() {
        let piece = bytes[at..].first_chunk::<PIECE>();
        if piece.is_some_and(|piece| piece.is_ascii()) {
            // An ASCII byte is no continuation byte: the character before it must be complete.
            if !is_complete(&bytes[..at]) {
                return false;
            }
            at += PIECE;
            continue;
        }
        // Tested once per piece, to return early if the bytes are not plain.
        let end = bytes.len().min(at + PIECE);
        while at < end {
            faults = or(faults, classes.faults(Window::at(bytes, at, buffer)));
            at += BLOCK;
        }
        if _mm256_testz_si256(faults, faults) == 0 {
            return false;
        }
    }
    is_complete(bytes)
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
    fn faults(&self, window: Window<'_>) -> __m256i {
        let here = window.bytes::<0>();
        let first = window.bytes::<-1>();
        let four = every(0x0F);
        let high = |bytes| and(_mm256_srli_epi16::<4>(bytes), four);
        let possible = and(
            and(
                _mm256_shuffle_epi8(self.first_high, high(first)),
                _mm256_shuffle_epi8(self.first_low, and(first, four)),
            ),
            _mm256_shuffle_epi8(self.second_high, high(here)),
        );
        let far = _mm256_subs_epu8(window.bytes::<-2>(), every(BELOW_LEADS_OF_THREE));
        _mm256_xor_si256(possible, and(far, every(0x80)))
    }
}

/// Appends the text of modified UTF-8: surrogate pairs become four bytes, and NUL one. Returns
/// false if the bytes are malformed or overlong, or hold an unpaired surrogate.
#[target_feature(enable = "avx2,popcnt")]
pub(super) fn transcode(bytes: &[u8], text: &mut Vec<u8>) -> bool {
    let mut highs_before = 0;
    let buffer = &mut [0; WINDOW];
    let mut at = 0;
    while at < bytes.len() {
        let window = Window::at(bytes, at, buffer);
        let here = window.bytes::<0>();
        let one_before = window.bytes::<-1>();
        let two_before = window.bytes::<-2>();
        let one_after = window.bytes::<1>();

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
    let buffer = &mut [0; WINDOW];
    let mut at = 0;
    while at < bytes.len() {
        let window = Window::at(bytes, at, buffer);
        let here = window.bytes::<0>();
        let one_before = window.bytes::<-1>();
        let two_before = window.bytes::<-2>();
        let fault = malformed(here, one_before, two_before);
        if _mm256_testz_si256(fault, fault) == 0 {
            return false;
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
    let buffer = &mut [0; WINDOW];
    let mut at = 0;
    while at < text.len() {
        let window = Window::at(text, at, buffer);
        let here = window.bytes::<0>();
        let there = there(text.len() - at);
        let leads = at_least(here, 0xF0);
        let seconds = at_least(window.bytes::<-1>(), 0xF0);
        let thirds = at_least(window.bytes::<-2>(), 0xF0);
        let nuls = equal(here, 0);
        let longer = mask(and(or(or(leads, nuls), or(seconds, thirds)), there));
        if longer == 0 {
            bytes.extend_from_slice(&text[at..text.len().min(at + BLOCK)]);
            at += BLOCK;
            continue;
        }

        // For the bit patterns see `avx512`.
        let high = and(_mm256_srli_epi16::<4>(window.bytes::<1>()), every(0x03));
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
#[target_feature(enable = "avx2")]
pub(super) fn longer_by(text: &str) -> usize {
    portable::longer_by(text.as_bytes())
}

/// A block and the bytes before and after it, padded with zeros.
#[derive(Clone, Copy)]
struct Window<'a>(&'a [u8; WINDOW]);

impl<'a> Window<'a> {
    #[inline]
    fn at(bytes: &'a [u8], at: usize, buffer: &'a mut [u8; WINDOW]) -> Self {
        let whole = at
            .checked_sub(BEFORE)
            .and_then(|start| bytes[start..].first_chunk());
        Self(whole.unwrap_or_else(|| {
            let start = at.saturating_sub(BEFORE);
            let end = bytes.len().min(start + WINDOW - BEFORE);
            let skipped = BEFORE - (at - start);
            *buffer = [0; WINDOW];
            buffer[skipped..][..end - start].copy_from_slice(&bytes[start..end]);
            buffer
        }))
    }

    /// The bytes of the block, shifted by `BY` positions.
    #[target_feature(enable = "avx2")]
    #[inline]
    fn bytes<const BY: isize>(self) -> __m256i {
        let start = BEFORE.wrapping_add_signed(BY);
        load_32(
            self.0[start..]
                .first_chunk()
                .expect("the window has so many"),
        )
    }
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

#[target_feature(enable = "avx2")]
#[inline]
fn words(bytes: __m256i) -> [u64; 4] {
    [
        _mm256_extract_epi64::<0>(bytes),
        _mm256_extract_epi64::<1>(bytes),
        _mm256_extract_epi64::<2>(bytes),
        _mm256_extract_epi64::<3>(bytes),
    ]
    .map(i64::cast_unsigned)
}

/// Interleaves the bytes of two vectors.
#[target_feature(enable = "avx2")]
#[inline]
fn in_turn(first: __m256i, second: __m256i) -> [u64; 8] {
    let [a, b, e, f] = words(_mm256_unpacklo_epi8(first, second));
    let [c, d, g, h] = words(_mm256_unpackhi_epi8(first, second));
    [a, b, c, d, e, f, g, h]
}

/// Interleaves the high bits of the bytes of two vectors.
#[target_feature(enable = "avx2")]
#[inline]
fn bits_in_turn(first: __m256i, second: __m256i) -> [u8; 8] {
    let [a, b, e, f] = mask(_mm256_unpacklo_epi8(first, second)).to_le_bytes();
    let [c, d, g, h] = mask(_mm256_unpackhi_epi8(first, second)).to_le_bytes();
    [a, b, c, d, e, f, g, h]
}

/// The high bit of each byte.
#[target_feature(enable = "avx2")]
#[inline]
fn mask(bytes: __m256i) -> u32 {
    _mm256_movemask_epi8(bytes).cast_unsigned()
}

#[target_feature(enable = "avx2")]
#[inline]
fn equal(bytes: __m256i, byte: u8) -> __m256i {
    _mm256_cmpeq_epi8(bytes, every(byte))
}

#[target_feature(enable = "avx2")]
#[inline]
fn at_least(bytes: __m256i, byte: u8) -> __m256i {
    _mm256_cmpeq_epi8(_mm256_max_epu8(bytes, every(byte)), bytes)
}

#[target_feature(enable = "avx2")]
#[inline]
fn at_most(bytes: __m256i, byte: u8) -> __m256i {
    _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, every(byte)), bytes)
}

#[target_feature(enable = "avx2")]
#[inline]
fn every(byte: u8) -> __m256i {
    _mm256_set1_epi8(byte.cast_signed())
}

#[target_feature(enable = "avx2")]
#[inline]
fn zero() -> __m256i {
    _mm256_setzero_si256()
}

#[target_feature(enable = "avx2")]
#[inline]
fn and(one: __m256i, other: __m256i) -> __m256i {
    _mm256_and_si256(one, other)
}

#[target_feature(enable = "avx2")]
#[inline]
fn without(one: __m256i, other: __m256i) -> __m256i {
    _mm256_andnot_si256(other, one)
}

#[target_feature(enable = "avx2")]
#[inline]
fn or(one: __m256i, other: __m256i) -> __m256i {
    _mm256_or_si256(one, other)
}

/// How many bytes before a byte determine its meaning.
const BEFORE: usize = 2;
const BLOCK: usize = BLOCK_LEN as usize;
const BLOCK_LEN: u8 = 32;
/// One byte after it does too; the window is rounded up to whole words.
const WINDOW: usize = BEFORE + BLOCK + 6;

/// How many bytes are tested between two checks for an error.
const PIECE: usize = 32 * BLOCK;

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
