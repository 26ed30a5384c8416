//! Sixty-four bytes at a time, on processors that can drop bytes from a vector (Ice Lake, Zen 4 and
//! later).
//!
//! Each byte is combined with its neighbours; there is no loop over characters. So the cost depends
//! only on the length, whatever the mix of characters.

use alloc::vec::Vec;
use core::arch::x86_64::*;

use super::classes::{
    BELOW_LEADS_OF_THREE, FIRST_HIGH, FIRST_LOW, OVERLONG_TWO, SECOND_HIGH, SURROGATE,
};
use super::{VECTOR, first_of_64, is_complete, load_64, put_bytes, put_units};

/// Whether the bytes are UTF-8 without four-byte characters.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2")]
pub(super) fn is_plain(mut bytes: &[u8]) -> bool {
    // Where ASCII ends, a character begins.
    while let Some((piece, rest)) = bytes.split_first_chunk::<{ PIECE / 2 }>() {
        if !is_ascii(any_of(piece.as_chunks().0)) {
            break;
        }
        bytes = rest;
    }
    let classes = Classes::new();
    let closer = load_64(&CLOSER);
    let mut before = _mm512_setzero_si512();
    let mut faults = _mm512_setzero_si512();
    let (pieces, rest) = bytes.as_chunks::<PIECE>();
    for (index, piece) in pieces.iter().enumerate() {
        let (blocks, _) = piece.as_chunks::<VECTOR>();
        let last = load_64(&blocks[blocks.len() - 1]);
        if is_ascii(last) && is_ascii(any_of(blocks)) {
            // An ASCII byte is no continuation byte: the character before it must be complete.
            faults = or(faults, incomplete(before));
            before = last;
            continue;
        }
        if !is_doubtful(&bytes[..(index + 1) * PIECE], closer) {
            before = last;
            continue;
        }
        for block in blocks {
            let here = load_64(block);
            faults = or(faults, classes.faults(both_back(before, here), here));
            before = here;
        }
        if _mm512_test_epi8_mask(faults, faults) != 0 {
            return false;
        }
    }
    for block in rest.chunks(VECTOR) {
        let here = load_64(block);
        faults = or(faults, classes.faults(both_back(before, here), here));
        before = here;
    }
    _mm512_test_epi8_mask(faults, faults) == 0 && is_complete(bytes)
}

#[target_feature(enable = "avx512f,avx512bw")]
#[inline]
fn is_ascii(bytes: __m512i) -> bool {
    _mm512_movepi8_mask(bytes) == 0
}

/// The bitwise OR of all bytes.
#[target_feature(enable = "avx512f,avx512bw")]
#[inline]
fn any_of(blocks: &[[u8; VECTOR]]) -> __m512i {
    let mut any = _mm512_setzero_si512();
    for block in blocks {
        any = or(any, load_64(block));
    }
    any
}

/// Whether the last piece needs a full check. Most lead bytes allow any continuation byte, so only
/// the number of continuation bytes matters.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
#[inline]
fn is_doubtful(bytes: &[u8], closer: __m512i) -> bool {
    let Some(start) = bytes.len().checked_sub(PIECE + 2) else {
        return true;
    };
    let here = bytes[start + 2..].as_chunks::<VECTOR>().0;
    let one_before = bytes[start + 1..].as_chunks::<VECTOR>().0;
    let two_before = bytes[start..].as_chunks::<VECTOR>().0;
    // The result is in the highest bit of each byte.
    let mut doubts = _mm512_setzero_si512();
    for ((here, one_before), two_before) in here.iter().zip(one_before).zip(two_before) {
        let here = load_64(here);
        let one_before = load_64(one_before);
        let second = _mm512_subs_epu8(one_before, every(0xC0 - 0x80));
        let third = _mm512_subs_epu8(load_64(two_before), every(0xE0 - 0x80));
        let continues = _mm512_andnot_si512(_mm512_add_epi8(here, here), here);
        let misplaced = _mm512_xor_si512(or(second, third), continues);
        // A lead byte at the end of the vector is checked with the next one.
        let in_doubt = _mm512_and_si512(second, _mm512_permutexvar_epi8(one_before, closer));
        doubts = or(doubts, or(misplaced, in_doubt));
    }
    _mm512_movepi8_mask(doubts) != 0
}

/// Sets the highest bit, by the six low bits of a lead byte, for those that do not allow every
/// continuation byte: C0, C1, E0, ED, and F0 and above, which is never a valid lead.
const CLOSER: [u8; VECTOR] = {
    let mut table = [0; VECTOR];
    [table[0x00], table[0x01], table[0x20], table[0x2D]] = [0x80; 4];
    let mut lead = 0x30;
    while lead < VECTOR {
        table[lead] = 0x80;
        lead += 1;
    }
    table
};

/// Non-zero if the last character is incomplete.
#[target_feature(enable = "avx512f,avx512bw")]
#[inline]
fn incomplete(bytes: __m512i) -> __m512i {
    _mm512_subs_epu8(bytes, load_64(&LAST_COMPLETE))
}

/// The tables of `classes`, loaded into vectors.
struct Classes {
    first_high: __m512i,
    first_low: __m512i,
    second_high: __m512i,
}

impl Classes {
    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    fn new() -> Self {
        Self {
            first_high: _mm512_broadcast_i32x4(_mm512_castsi512_si128(load_64(&FIRST_HIGH))),
            first_low: _mm512_broadcast_i32x4(_mm512_castsi512_si128(load_64(&FIRST_LOW))),
            second_high: _mm512_broadcast_i32x4(_mm512_castsi512_si128(load_64(&SECOND_HIGH))),
        }
    }

    /// Non-zero for each byte that may not follow the bytes before it.
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    #[inline]
    fn faults(&self, [first, two_before]: [__m512i; 2], here: __m512i) -> __m512i {
        let four = _mm512_set1_epi8(0x0F);
        let high = |bytes| _mm512_and_si512(_mm512_srli_epi16::<4>(bytes), four);
        let possible = _mm512_and_si512(
            _mm512_and_si512(
                _mm512_shuffle_epi8(self.first_high, high(first)),
                _mm512_shuffle_epi8(self.first_low, _mm512_and_si512(first, four)),
            ),
            _mm512_shuffle_epi8(self.second_high, high(here)),
        );
        let third = _mm512_and_si512(
            _mm512_subs_epu8(two_before, every(BELOW_LEADS_OF_THREE)),
            every(0x80),
        );
        _mm512_xor_si512(possible, third)
    }
}

/// Appends the text of modified UTF-8: surrogate pairs become four bytes, and NUL one. Returns
/// false if the bytes are malformed or overlong, or hold an unpaired surrogate.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2")]
pub(super) fn transcode(bytes: &[u8], text: &mut Vec<u8>) -> bool {
    let classes = Classes::new();
    let mut highs_before = 0;
    let mut before = _mm512_setzero_si512();
    let mut at = 0;
    while at < bytes.len() {
        let here = load_64(&bytes[at..]);
        let neighbours @ [one_before, two_before] = neighbours(bytes, at, before, here);

        // The second byte of each NUL and surrogate, which differ in UTF-8. A low surrogate must
        // follow its high one at a distance of three bytes.
        let faults = classes.faults(neighbours, here);
        let nuls = _mm512_test_epi8_mask(faults, every(OVERLONG_TWO));
        let surrogates = _mm512_test_epi8_mask(faults, every(SURROGATE));
        let others = _mm512_test_epi8_mask(faults, every(!(OVERLONG_TWO | SURROGATE)));
        let highs = surrogates & below(here, 0xB0);
        let lows = surrogates & !highs;
        let unpaired = lows ^ (highs << 3 | highs_before >> 61);
        if others | unpaired != 0 {
            return false;
        }
        if nuls != 0 && nuls & !(equal(one_before, 0xC0) & equal(here, 0x80)) != 0 {
            return false;
        }

        // 1110_1101 1010_aaaa 10_bbbbcc 1110_1101 1011_dddd 10_eeeeee, where aaaa + 1 is the plane,
        // becomes 11110_ppp 10_ppbbbb 10_ccdddd 10_eeeeee.
        let thirds = highs << 1 | highs_before >> 63;
        let one = every(1);
        let first = or(
            every(0xF0),
            and(
                _mm512_srli_epi16::<2>(_mm512_add_epi8(and(here, every(0x0F)), one)),
                every(0x07),
            ),
        );
        let second = or(
            or(
                every(0x80),
                and(
                    _mm512_slli_epi16::<4>(_mm512_add_epi8(one_before, one)),
                    every(0x30),
                ),
            ),
            and(_mm512_srli_epi16::<2>(here), every(0x0F)),
        );
        let third = or(
            or(
                every(0x80),
                and(_mm512_slli_epi16::<4>(two_before), every(0x30)),
            ),
            and(here, every(0x0F)),
        );
        let mut out = _mm512_mask_mov_epi8(here, highs, first);
        out = _mm512_mask_mov_epi8(out, thirds, second);
        out = _mm512_mask_mov_epi8(out, lows, third);
        out = _mm512_mask_mov_epi8(out, nuls, _mm512_setzero_si512());

        // The lead bytes before NULs and surrogates are dropped; one may be the last of the block.
        let leads_next = matches!(
            (bytes.get(at + VECTOR - 1), bytes.get(at + VECTOR)),
            (Some(0xC0), _) | (Some(0xED), Some(0xA0..)),
        );
        let dropped = (nuls | surrogates) >> 1 | u64::from(leads_next) << 63;
        let kept = first_of_64(bytes.len() - at) & !dropped;
        put_bytes(
            text,
            _mm512_maskz_compress_epi8(kept, out),
            kept.count_ones(),
        );
        highs_before = highs;
        before = here;
        at += VECTOR;
    }
    // The low half of an unpaired surrogate at the end would fall on the zero padding.
    highs_before >> 61 == 0 && is_complete(bytes)
}

/// Appends the code units of modified UTF-8, unless it is malformed.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2")]
pub(super) fn units(bytes: &[u8], units: &mut Vec<u16>) -> bool {
    let [first_half, second_half] = [load_64(&FIRST_HALF), load_64(&SECOND_HALF)];
    let mut before = _mm512_setzero_si512();
    units.reserve(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let here = load_64(&bytes[at..]);
        if is_ascii(here) {
            let incomplete = incomplete(before);
            if _mm512_test_epi8_mask(incomplete, incomplete) != 0 {
                return false;
            }
            let [first, second] = [
                _mm512_castsi512_si256(here),
                _mm512_extracti64x4_epi64::<1>(here),
            ];
            let both = [_mm512_cvtepu8_epi16(first), _mm512_cvtepu8_epi16(second)];
            put_units(units, both, first_of_64(bytes.len() - at).count_ones());
            before = here;
            at += VECTOR;
            continue;
        }
        let [one_before, two_before] = neighbours(bytes, at, before, here);
        if malformed(here, one_before, two_before) != 0 {
            return false;
        }

        // The last byte of a character and the two before it hold all its bits: 1110_aaaa 10_bbbbcc
        // 10_dddddd becomes aaaabbbb ccdddddd, and 110_bbbcc 10_dddddd becomes 00000bbb ccdddddd.
        let continued = continuations(here);
        let leads_three = at_least(two_before, 0xE0);
        let low = or(
            and(_mm512_slli_epi16::<6>(one_before), every(0xC0)),
            and(here, every(0x3F)),
        );
        let low = _mm512_mask_mov_epi8(here, continued, low);
        let middle = _mm512_maskz_mov_epi8(
            continued,
            and(_mm512_srli_epi16::<2>(one_before), every(0x0F)),
        );
        let top = _mm512_maskz_mov_epi8(
            leads_three,
            and(_mm512_slli_epi16::<4>(two_before), every(0xF0)),
        );
        let high = or(middle, top);

        let not_last = at_least(here, 0xC0) | at_least(one_before, 0xE0);
        let kept = first_of_64(bytes.len() - at) & !not_last;
        let low = _mm512_maskz_compress_epi8(kept, low);
        let high = _mm512_maskz_compress_epi8(kept, high);
        let both = [
            _mm512_permutex2var_epi8(low, first_half, high),
            _mm512_permutex2var_epi8(low, second_half, high),
        ];
        put_units(units, both, kept.count_ones());
        before = here;
        at += VECTOR;
    }
    is_complete(bytes)
}

/// Appends the modified UTF-8 of UTF-8.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2")]
pub(super) fn encode(text: &[u8], bytes: &mut Vec<u8>) {
    let [first_half, second_half] = [load_64(&FIRST_HALF), load_64(&SECOND_HALF)];
    let mut before = _mm512_setzero_si512();
    let mut here = load_64(text);
    let mut at = 0;
    while at < text.len() {
        let after = load_64(&text[text.len().min(at + VECTOR)..]);
        let there = first_of_64(text.len() - at);
        let leads = at_least(here, 0xF0);
        let nuls = equal(here, 0) & there;
        let leads_before = at_least(before, 0xF0);
        let seconds = leads << 1 | leads_before >> 63;
        let thirds = leads << 2 | leads_before >> 62;

        if leads | nuls | thirds | seconds == 0 {
            put_bytes(bytes, here, there.count_ones());
        } else {
            // 11110_ppp 10_ppbbbb 10_ccdddd 10_eeeeee becomes
            // 1110_1101 1010_aaaa 10_bbbbcc 1110_1101 1011_dddd 10_eeeeee, where aaaa is ppppp - 1.
            let high = and(_mm512_srli_epi16::<4>(back::<-1>(here, after)), every(0x03));
            let first = or(and(_mm512_slli_epi16::<2>(here), every(0x1C)), high);
            let first = or(every(0xA0), _mm512_sub_epi8(first, every(1)));
            let second = or(
                or(every(0x80), and(_mm512_slli_epi16::<2>(here), every(0x3C))),
                high,
            );
            let third = or(every(0xB0), and(here, every(0x0F)));
            let mut out = _mm512_mask_mov_epi8(here, leads, first);
            out = _mm512_mask_mov_epi8(out, seconds, second);
            out = _mm512_mask_mov_epi8(out, thirds, third);
            out = _mm512_mask_mov_epi8(out, nuls, every(0x80));
            // The byte before each byte; zero at the start.
            let inserted = _mm512_mask_mov_epi8(
                _mm512_maskz_mov_epi8(leads | thirds, every(0xED)),
                nuls,
                every(0xC0),
            );
            for half in [first_half, second_half] {
                let both = _mm512_permutex2var_epi8(inserted, half, out);
                let kept = _mm512_test_epi8_mask(both, both);
                put_bytes(
                    bytes,
                    _mm512_maskz_compress_epi8(kept, both),
                    kept.count_ones(),
                );
            }
        }
        before = here;
        here = after;
        at += VECTOR;
    }
}

/// The number of bytes by which the modified UTF-8 of UTF-8 is longer: one for each NUL, and two
/// for each four-byte character.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512vbmi2")]
pub(super) fn longer_by(text: &[u8]) -> usize {
    let mut longer_by = 0;
    let (pieces, rest) = text.as_chunks::<PIECE>();
    for piece in pieces {
        // Subtracting one turns 0 into 255, so NULs and four-byte leads both end up at or above EF.
        let mut largest = _mm512_setzero_si512();
        let (blocks, _) = piece.as_chunks::<VECTOR>();
        for block in blocks {
            largest = _mm512_max_epu8(largest, _mm512_sub_epi8(load_64(block), every(1)));
        }
        if at_least(largest, 0xEF) == 0 {
            continue;
        }
        for block in blocks {
            longer_by += longer_by_in_block(block);
        }
    }
    for block in rest.chunks(VECTOR) {
        longer_by += longer_by_in_block(block);
    }
    longer_by
}

#[target_feature(enable = "avx512f,avx512bw")]
#[inline]
fn longer_by_in_block(block: &[u8]) -> usize {
    let here = load_64(block);
    let nuls = equal(here, 0) & first_of_64(block.len());
    let leads = at_least(here, 0xF0);
    (nuls.count_ones() + 2 * leads.count_ones()) as usize
}

/// The bytes one and two positions before each byte at `at`.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
#[inline]
fn neighbours(bytes: &[u8], at: usize, before: __m512i, here: __m512i) -> [__m512i; 2] {
    // Loading them again is faster than permuting the vectors.
    if let Some(start) = at.checked_sub(2)
        && let Some(both) = bytes[start..].first_chunk::<{ 2 + VECTOR }>()
    {
        return [load_64(&both[1..=VECTOR]), load_64(&both[..VECTOR])];
    }
    both_back(before, here)
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
#[inline]
fn both_back(before: __m512i, here: __m512i) -> [__m512i; 2] {
    [back::<1>(before, here), back::<2>(before, here)]
}

/// Misplaced or missing continuation bytes, and bytes that modified UTF-8 never uses.
#[target_feature(enable = "avx512f,avx512bw")]
#[inline]
fn malformed(here: __m512i, one_before: __m512i, two_before: __m512i) -> u64 {
    let continuing = at_least(one_before, 0xC0) | at_least(two_before, 0xE0);
    (continuations(here) ^ continuing) | at_least(here, 0xF0)
}

#[target_feature(enable = "avx512f,avx512bw")]
#[inline]
fn continuations(bytes: __m512i) -> u64 {
    // As signed numbers, continuation bytes are the smallest.
    _mm512_cmplt_epi8_mask(bytes, every(0xC0))
}

/// The bytes `N` positions before each byte of `here`. With -1, the bytes one position after each
/// byte of `before`.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
#[inline]
fn back<const N: i8>(before: __m512i, here: __m512i) -> __m512i {
    let from = if N > 0 { 64 - N } else { -N };
    let places = _mm512_add_epi8(load_64(&PLACES), _mm512_set1_epi8(from));
    _mm512_permutex2var_epi8(before, places, here)
}

#[target_feature(enable = "avx512f,avx512bw")]
#[inline]
fn equal(bytes: __m512i, byte: u8) -> u64 {
    _mm512_cmpeq_epi8_mask(bytes, every(byte))
}

#[target_feature(enable = "avx512f,avx512bw")]
#[inline]
fn at_least(bytes: __m512i, byte: u8) -> u64 {
    _mm512_cmpge_epu8_mask(bytes, every(byte))
}

#[target_feature(enable = "avx512f,avx512bw")]
#[inline]
fn below(bytes: __m512i, byte: u8) -> u64 {
    _mm512_cmplt_epu8_mask(bytes, every(byte))
}

#[target_feature(enable = "avx512f,avx512bw")]
#[inline]
fn every(byte: u8) -> __m512i {
    _mm512_set1_epi8(byte.cast_signed())
}

#[target_feature(enable = "avx512f")]
#[inline]
fn and(one: __m512i, other: __m512i) -> __m512i {
    _mm512_and_si512(one, other)
}

#[target_feature(enable = "avx512f")]
#[inline]
fn or(one: __m512i, other: __m512i) -> __m512i {
    _mm512_or_si512(one, other)
}

/// How many bytes are tested between two checks for ASCII or for an error.
const PIECE: usize = 8 * VECTOR;

/// The largest value of each byte of a block that ends with a complete character.
const LAST_COMPLETE: [u8; VECTOR] = {
    let mut largest = [u8::MAX; VECTOR];
    largest[VECTOR - 2] = 0xDF;
    largest[VECTOR - 1] = 0xBF;
    largest
};

const PLACES: [u8; VECTOR] = {
    let mut places = [0; VECTOR];
    let mut place = 0;
    while place < VECTOR_LEN {
        places[place as usize] = place;
        place += 1;
    }
    places
};

/// Indices that interleave the first halves of two vectors.
const FIRST_HALF: [u8; VECTOR] = in_turn(0);
const SECOND_HALF: [u8; VECTOR] = in_turn(VECTOR_LEN / 2);

const fn in_turn(first: u8) -> [u8; VECTOR] {
    let mut places = [0; VECTOR];
    let mut place = 0;
    while place < VECTOR_LEN {
        // Indices of the second vector start after those of the first.
        let which = place % 2 * VECTOR_LEN;
        places[place as usize] = first + place / 2 + which;
        place += 1;
    }
    places
}

const VECTOR_LEN: u8 = 64;
const _: () = assert!(VECTOR_LEN as usize == VECTOR);
