//! Blocks of thirty-two bytes, and the bytes around them.

use core::arch::x86_64::*;

use super::PIECE;
use super::vectors::zero;
use crate::mutf8::few::halves;
use crate::mutf8::simd::{load_16, load_32};

/// A block, shifted so that the bytes before and after each byte stand at its place. Zeros are before
/// the first byte and after the last one.
pub(super) struct Block {
    pub(super) here: __m256i,
    pub(super) one_before: __m256i,
    pub(super) two_before: __m256i,
    pub(super) one_after: __m256i,
}

impl Block {
    #[target_feature(enable = "avx2")]
    #[inline]
    pub(super) fn at(bytes: &[u8], at: usize) -> Self {
        let start = at.checked_sub(BEFORE);
        if let Some(whole) = start.and_then(|start| bytes[start..].first_chunk()) {
            let window: Window<'_, { BEFORE + BLOCK + AFTER }> = Window(whole);
            return Self {
                one_after: window.bytes::<1>(),
                ..window.block()
            };
        }
        let rest = &bytes[at..];
        let before = at.checked_sub(BLOCK);
        let before = before.and_then(|start| bytes[start..].first_chunk());
        let block = Self::of(
            up_to_32(rest),
            before.map_or(zero(), |before| load_32(before)),
        );
        match rest.get(BLOCK) {
            None => block,
            Some(&next) => {
                let next = _mm256_zextsi128_si256(_mm_cvtsi32_si128(next.into()));
                let middle = _mm256_permute2x128_si256::<0x21>(block.here, next);
                Self {
                    one_after: _mm256_alignr_epi8::<1>(middle, block.here),
                    ..block
                }
            }
        }
    }

    /// With the block before it, and nothing behind it.
    #[target_feature(enable = "avx2")]
    #[inline]
    pub(super) fn of(here: __m256i, before: __m256i) -> Self {
        let middle = _mm256_permute2x128_si256::<0x21>(before, here);
        let after = _mm256_permute2x128_si256::<0x81>(here, here);
        Self {
            here,
            one_before: _mm256_alignr_epi8::<15>(here, middle),
            two_before: _mm256_alignr_epi8::<14>(here, middle),
            one_after: _mm256_alignr_epi8::<1>(after, here),
        }
    }
}

/// The first bytes of a block, padded with zeros if there are fewer.
///
/// They do not go through memory: a load that spans several recent smaller stores would wait for
/// them.
#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn up_to_32(bytes: &[u8]) -> __m256i {
    if let Some(block) = bytes.first_chunk() {
        return load_32(block);
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        // The last bytes overlap the first ones: as many as are missing.
        let shift = load_16(window(&SHIFTS[BLOCK - bytes.len()..]));
        let last = _mm_shuffle_epi8(load_16(last), shift);
        return _mm256_set_m128i(last, load_16(first));
    }
    let [first, second] = halves(bytes).map(u64::cast_signed);
    _mm256_set_epi64x(0, 0, second, first)
}

/// Bytes, of which the block begins at the third.
#[derive(Clone, Copy)]
pub(super) struct Window<'a, const LEN: usize>(pub(super) &'a [u8; LEN]);

impl<'a> Window<'a, { BEFORE + BLOCK }> {
    #[inline]
    pub(super) fn in_piece(piece: &'a [u8; BEFORE + PIECE], at: usize) -> Self {
        Self(window(&piece[at..]))
    }
}

impl<const LEN: usize> Window<'_, LEN> {
    /// The bytes of the block, shifted by `BY` positions.
    #[target_feature(enable = "avx2")]
    #[inline]
    pub(super) fn bytes<const BY: isize>(self) -> __m256i {
        load_32(window(&self.0[BEFORE.wrapping_add_signed(BY)..]))
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    pub(super) fn block(self) -> Block {
        Block {
            here: self.bytes::<0>(),
            one_before: self.bytes::<-1>(),
            two_before: self.bytes::<-2>(),
            one_after: zero(),
        }
    }
}

#[inline]
pub(super) fn window<const LEN: usize>(bytes: &[u8]) -> &[u8; LEN] {
    bytes.first_chunk().expect("there are so many bytes")
}

/// How many bytes before a byte determine its meaning.
pub(super) const BEFORE: usize = 2;
pub(super) const BLOCK: usize = BLOCK_LEN as usize;
pub(super) const BLOCK_LEN: u8 = 32;
/// How many bytes after it do.
pub(super) const AFTER: usize = 1;

/// Shuffles that move bytes to the front, as many places as are skipped here.
const SHIFTS: [u8; 2 * 16] = {
    let mut shifts = [0x80; 2 * 16];
    let mut place = 0;
    while place < 16 {
        shifts[place as usize] = place;
        place += 1;
    }
    shifts
};
