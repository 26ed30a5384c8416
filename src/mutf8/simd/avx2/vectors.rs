//! The instructions that the algorithms need, by plain names.

use core::arch::x86_64::*;

/// Whether any bit is set.
#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn has_any(bytes: __m256i) -> bool {
    _mm256_testz_si256(bytes, bytes) == 0
}

#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn words(bytes: __m256i) -> [u64; 4] {
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
pub(super) fn in_turn(first: __m256i, second: __m256i) -> [u64; 8] {
    let [a, b, e, f] = words(_mm256_unpacklo_epi8(first, second));
    let [c, d, g, h] = words(_mm256_unpackhi_epi8(first, second));
    [a, b, c, d, e, f, g, h]
}

/// Interleaves the high bits of the bytes of two vectors.
#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn bits_in_turn(first: __m256i, second: __m256i) -> [u8; 8] {
    let [a, b, e, f] = mask(_mm256_unpacklo_epi8(first, second)).to_le_bytes();
    let [c, d, g, h] = mask(_mm256_unpackhi_epi8(first, second)).to_le_bytes();
    [a, b, c, d, e, f, g, h]
}

/// The high bit of each byte.
#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn mask(bytes: __m256i) -> u32 {
    _mm256_movemask_epi8(bytes).cast_unsigned()
}

#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn equal(bytes: __m256i, byte: u8) -> __m256i {
    _mm256_cmpeq_epi8(bytes, every(byte))
}

#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn at_least(bytes: __m256i, byte: u8) -> __m256i {
    _mm256_cmpeq_epi8(_mm256_max_epu8(bytes, every(byte)), bytes)
}

#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn at_most(bytes: __m256i, byte: u8) -> __m256i {
    _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, every(byte)), bytes)
}

#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn every(byte: u8) -> __m256i {
    _mm256_set1_epi8(byte.cast_signed())
}

#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn zero() -> __m256i {
    _mm256_setzero_si256()
}

#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn and(one: __m256i, other: __m256i) -> __m256i {
    _mm256_and_si256(one, other)
}

#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn without(one: __m256i, other: __m256i) -> __m256i {
    _mm256_andnot_si256(other, one)
}

#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn or(one: __m256i, other: __m256i) -> __m256i {
    _mm256_or_si256(one, other)
}
