//! Vector code for processors that support it: the only module with `unsafe` code.
//!
//! This module hides which vector instructions are in use. `portable` is safe code for every
//! processor. Every function has a safe counterpart in `scalar`, which is the reference. The tests in
//! `tests` compare each instruction set of the machine with it, exhaustively. `scripts/miri` runs
//! these tests and the scalar code under Miri, which detects undefined behaviour.
//!
//! There are five kinds of `unsafe` code: calling a function whose instructions the processor is
//! known to support; loading a vector from a slice; storing a vector into the spare capacity of a
//! `Vec`; taking a vector for its bytes; and turning bytes that were found to be UTF-8 into text.

#![allow(
    unsafe_code,
    reason = "vectors are loaded and stored through pointers, and text is validated here"
)]

#[cfg(javatalk_avx2)]
#[clippy::msrv = "1.87"]
#[deny(unsafe_code)]
mod avx2;
#[cfg(javatalk_avx512)]
#[clippy::msrv = "1.89"]
#[deny(unsafe_code)]
mod avx512;
#[cfg(javatalk_avx2)]
mod classes;
#[deny(unsafe_code)]
mod instructions;
#[cfg(javatalk_avx2)]
#[deny(unsafe_code)]
mod number;
#[deny(unsafe_code)]
mod portable;
#[deny(unsafe_code)]
mod short;
#[cfg(test)]
#[deny(unsafe_code)]
mod tests;

use alloc::{string::String, vec::Vec};
#[cfg(javatalk_avx2)]
use core::arch::x86_64::*;
use core::str;

pub use instructions::Instructions;
use instructions::Set;
#[cfg(javatalk_avx2)]
use number::{Few, Number, put_few_exactly};
pub(crate) use short::Short;
use short::{LONGEST, places};

use super::few;

/// The bytes as text, if they are UTF-8 without four-byte characters. Such bytes decode to
/// themselves, including zero bytes.
#[inline]
pub(crate) fn as_plain(bytes: &[u8]) -> Option<&str> {
    // Short strings are mostly ASCII.
    if !few::is_ascii(bytes) && !Instructions::in_use().is_plain(bytes) {
        return None;
    }
    // SAFETY: they are UTF-8.
    Some(unsafe { str::from_utf8_unchecked(bytes) })
}

/// The bytes as text, if they are ASCII without zero bytes.
#[inline]
pub(super) fn as_ascii_without_zero(bytes: &[u8]) -> Option<&str> {
    // SAFETY: ASCII is UTF-8.
    few::is_ascii_without_zero(bytes).then(|| unsafe { str::from_utf8_unchecked(bytes) })
}

/// The vector as text, if `as_text` returns the text of all its bytes; otherwise the vector.
pub(super) fn into_text(
    bytes: Vec<u8>,
    as_text: impl FnOnce(&[u8]) -> Option<&str>,
) -> Result<String, Vec<u8>> {
    match as_text(&bytes) {
        Some(text) if core::ptr::eq(text.as_bytes(), &raw const *bytes) => {
            // SAFETY: the text is these bytes, from the first to the last.
            Ok(unsafe { String::from_utf8_unchecked(bytes) })
        }
        _ => Err(bytes),
    }
}

/// Sixteen bytes that are loaded and stored at once.
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
type Piece = core::arch::x86_64::__m128i;
#[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
type Piece = u128;

/// The bytes of a number, the lowest first.
#[inline(always)]
fn piece_of(bytes: u128) -> Piece {
    // SAFETY: any bytes are a piece.
    unsafe { core::mem::transmute::<[u8; 16], Piece>(bytes.to_le_bytes()) }
}

#[inline(always)]
fn bytes_of(piece: Piece) -> [u8; size_of::<Piece>()] {
    // SAFETY: any piece is bytes.
    unsafe { core::mem::transmute::<Piece, [u8; 16]>(piece) }
}

/// The number of bytes before the first that is not ASCII in one of the pieces.
#[inline(always)]
fn ascii_bytes([a, b, c, d]: [Piece; 4]) -> usize {
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
    {
        use core::arch::x86_64::{_mm_movemask_epi8, _mm_or_si128};
        // SAFETY: every processor of the target has SSE2.
        let high_bits =
            unsafe { _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(c, d))) };
        (high_bits | 1 << size_of::<Piece>()).trailing_zeros() as usize
    }
    #[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
    {
        let high_bits = u128::from_le(a | b | c | d) & u128::from_ne_bytes([0x80; 16]);
        (high_bits.trailing_zeros() / 8) as usize
    }
}

/// The number of bytes before the first in one of the pieces that is zero or leads four bytes.
#[inline(always)]
fn same_bytes([a, b, c, d]: [Piece; 4]) -> usize {
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
    {
        use core::arch::x86_64::*;
        // Subtracting one turns 0 into 255, so both end up at or above EF.
        // SAFETY: every processor of the target has SSE2.
        let same = unsafe {
            let one = _mm_set1_epi8(1);
            let [a, b, c, d] = [a, b, c, d].map(|piece| _mm_sub_epi8(piece, one));
            let most = _mm_max_epu8(_mm_max_epu8(a, b), _mm_max_epu8(c, d));
            let beyond = _mm_subs_epu8(most, _mm_set1_epi8(i8::from_ne_bytes([0xEE])));
            _mm_movemask_epi8(_mm_cmpeq_epi8(beyond, _mm_setzero_si128()))
        };
        (!same).trailing_zeros() as usize
    }
    #[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
    {
        const ONES: u128 = u128::from_ne_bytes([1; 16]);
        let differing = [a, b, c, d].map(|piece| {
            let piece = u128::from_le(piece);
            // A byte of F0 or above has its four high bits set.
            let lead = piece & piece << 1 & piece << 2 & piece << 3;
            piece.wrapping_sub(ONES) & !piece | lead
        });
        let [a, b, c, d] = differing;
        let high_bits = (a | b | c | d) & ONES << 7;
        (high_bits.trailing_zeros() / 8) as usize
    }
}

/// Whether one of the bytes is C0, which leads a NUL in two bytes, or ED, which leads surrogates.
#[inline(always)]
fn has_differing_lead([a, b, c, d]: [Piece; 4]) -> bool {
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
    {
        use core::arch::x86_64::*;
        // SAFETY: every processor of the target has SSE2.
        let found = unsafe {
            let [nul, surrogate] =
                [[0xC0], [0xED]].map(|lead| _mm_set1_epi8(i8::from_ne_bytes(lead)));
            let [a, b, c, d] = [a, b, c, d].map(|piece| {
                _mm_or_si128(_mm_cmpeq_epi8(piece, nul), _mm_cmpeq_epi8(piece, surrogate))
            });
            _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(c, d)))
        };
        found != 0
    }
    #[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
    {
        [a, b, c, d].iter().any(|piece| {
            let bytes = piece.to_ne_bytes();
            bytes.contains(&0xC0) || bytes.contains(&0xED)
        })
    }
}

/// The pieces of the first `len` bytes, if there are so many, at most [`LONGEST`], and enough for a
/// piece.
#[inline(always)]
fn load_pieces(bytes: &[u8], len: usize) -> Option<[Piece; 4]> {
    if len > LONGEST || bytes.len() < len.max(size_of::<Piece>()) {
        return None;
    }
    // SAFETY: the last of the places leaves room for a piece.
    let load = |place| unsafe { bytes.as_ptr().add(place).cast::<Piece>().read_unaligned() };
    Some(places(len).map(load))
}

/// Appends the `len` bytes of the pieces.
#[inline(always)]
fn put_pieces(pieces: [Piece; 4], len: usize, bytes: &mut Vec<u8>) {
    assert!(len <= LONGEST);
    bytes.reserve(len.max(size_of::<Piece>()));
    let start = bytes.len();
    for (piece, place) in pieces.into_iter().zip(places(len)) {
        // SAFETY: there is room for a piece at the last of the places.
        unsafe {
            let room = bytes.as_mut_ptr().add(start + place);
            room.cast::<Piece>().write_unaligned(piece);
        }
    }
    // SAFETY: the pieces cover as many bytes without a gap.
    unsafe { bytes.set_len(start + len) };
}

/// `len` zeros, at most [`LONGEST`], and more up to a piece.
#[inline(always)]
pub(crate) fn short_zeros(len: usize) -> Vec<u8> {
    let len = len.max(size_of::<Piece>());
    let mut zeros = Vec::with_capacity(len);
    put_pieces([piece_of(0); 4], len, &mut zeros);
    zeros
}

/// Up to [`LONGEST`] bytes that are UTF-8 without four-byte characters.
#[derive(Clone, Copy)]
pub(crate) struct ShortPlain(Short);

impl ShortPlain {
    /// The first `len` bytes, which there must be, if they are ASCII.
    #[inline(always)]
    pub(crate) fn ascii_at_start(bytes: &[u8], len: usize) -> Option<Self> {
        Short::at_start(bytes, len)
            .filter(Short::is_ascii)
            .map(Self)
    }

    /// These bytes; `None` if they are not such, and also if they are few and probably are not.
    #[inline(always)]
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        let short = Short::of(bytes).filter(|short| !short.probably_differs())?;
        Instructions::in_use()
            .is_plain(bytes)
            .then_some(Self(short))
    }

    #[inline(always)]
    pub(crate) fn len(self) -> usize {
        self.0.len()
    }

    /// The text.
    #[inline(always)]
    pub(crate) fn text(self) -> String {
        let mut text = Vec::with_capacity(self.len().max(size_of::<Piece>()));
        self.0.put(&mut text);
        // SAFETY: they are UTF-8.
        unsafe { String::from_utf8_unchecked(text) }
    }

    /// Appends the text.
    #[inline(always)]
    pub(crate) fn put_text(self, text: &mut String) {
        // SAFETY: they are UTF-8.
        self.0.put(unsafe { text.as_mut_vec() });
    }

    /// The first `len` bytes of the vector as text, if they are ASCII; otherwise as a vector.
    #[inline(always)]
    pub(crate) fn ascii_of(mut bytes: Vec<u8>, len: usize) -> Result<String, Vec<u8>> {
        let ascii = Self::ascii_at_start(&bytes, len);
        bytes.truncate(len);
        match ascii {
            // SAFETY: ASCII is UTF-8.
            Some(_) => Ok(unsafe { String::from_utf8_unchecked(bytes) }),
            None => Err(bytes),
        }
    }
}

/// Like [`as_plain`], but the text takes over the vector; otherwise the vector is returned.
pub(super) fn into_plain(bytes: Vec<u8>) -> Result<String, Vec<u8>> {
    if !Instructions::in_use().is_plain(&bytes) {
        return Err(bytes);
    }
    // SAFETY: they are UTF-8.
    Ok(unsafe { String::from_utf8_unchecked(bytes) })
}

/// Appends the text of modified UTF-8. Returns false if the bytes are malformed or hold an unpaired
/// surrogate, and possibly if they hold overlong forms.
pub(super) fn transcode(bytes: &[u8], text: &mut String) -> bool {
    Instructions::in_use().transcode(bytes, text)
}

/// Whether there are too few bytes for vector code to pay.
#[inline]
pub(super) fn is_word(bytes: &[u8]) -> bool {
    bytes.len() <= 16
}

/// The code units of modified UTF-8, unless it is malformed.
pub(super) fn units(bytes: &[u8]) -> Option<Vec<u16>> {
    Instructions::in_use().units(bytes)
}

/// Appends the modified UTF-8 of a text.
pub(super) fn encode_all(text: &str, bytes: &mut Vec<u8>) {
    Instructions::in_use().encode_all(text, bytes);
}

/// Appends the modified UTF-8 of a text, which is longer by so many bytes.
pub(super) fn encode(text: &str, longer_by: usize, bytes: &mut Vec<u8>) {
    Instructions::in_use().encode(text, longer_by, bytes);
}

/// The number of bytes by which the modified UTF-8 of a text is longer than its UTF-8.
#[inline]
pub(super) fn longer_by(text: &str) -> usize {
    Instructions::in_use().longer_by(text)
}

impl Instructions {
    #[inline]
    fn is_plain(self, bytes: &[u8]) -> bool {
        match self.0 {
            Set::Portable => portable::is_plain(bytes),
            // SAFETY: the processor has these instructions, as in all of the below.
            #[cfg(javatalk_avx2)]
            Set::Avx2 => unsafe { avx2::is_plain(bytes) },
            #[cfg(javatalk_avx512)]
            Set::Avx512 => unsafe { avx512::is_plain(bytes) },
        }
    }

    fn transcode(self, bytes: &[u8], text: &mut String) -> bool {
        // SAFETY: what they put there is UTF-8 and complete if they say so.
        unsafe {
            put_text(bytes, text, |bytes, text| match self.0 {
                _ if bytes.len() <= DECODED_WITHOUT_VECTORS => portable::transcode(bytes, text),
                Set::Portable => portable::transcode(bytes, text),
                // SAFETY: as above.
                #[cfg(javatalk_avx2)]
                Set::Avx2 => avx2::transcode(bytes, text),
                #[cfg(javatalk_avx512)]
                Set::Avx512 => avx512::transcode(bytes, text),
            })
        }
    }

    fn units(self, bytes: &[u8]) -> Option<Vec<u16>> {
        filled(|units| match self.0 {
            Set::Portable => portable::units(bytes, units),
            // SAFETY: as above.
            #[cfg(javatalk_avx2)]
            Set::Avx2 => unsafe { avx2::units(bytes, units) },
            #[cfg(javatalk_avx512)]
            Set::Avx512 => unsafe { avx512::units(bytes, units) },
        })
    }

    fn encode_all(self, text: &str, bytes: &mut Vec<u8>) {
        let most = match self.0 {
            Set::Portable => portable::SHORT,
            #[cfg(javatalk_avx2)]
            Set::Avx2 => ENCODED_WITHOUT_VECTORS,
            #[cfg(javatalk_avx512)]
            Set::Avx512 => ENCODED_WITHOUT_VECTORS,
        };
        if text.len() <= most {
            // Encoding it is faster than finding out how long it becomes.
            return portable::encode_short(text.as_bytes(), bytes);
        }
        let longer_by = self.longer_by(text);
        bytes.reserve(text.len() + longer_by);
        self.encode(text, longer_by, bytes);
    }

    fn encode(self, text: &str, longer_by: usize, bytes: &mut Vec<u8>) {
        match self.0 {
            Set::Portable => portable::encode(text.as_bytes(), longer_by, bytes),
            // SAFETY: as above.
            #[cfg(javatalk_avx2)]
            Set::Avx2 => unsafe { avx2::encode(text.as_bytes(), bytes) },
            #[cfg(javatalk_avx512)]
            Set::Avx512 => unsafe { avx512::encode(text.as_bytes(), bytes) },
        }
    }

    #[inline]
    fn longer_by(self, text: &str) -> usize {
        match self.0 {
            Set::Portable => portable::longer_by(text.as_bytes()),
            // SAFETY: as above.
            #[cfg(javatalk_avx2)]
            Set::Avx2 => unsafe { avx2::longer_by(text.as_bytes()) },
            #[cfg(javatalk_avx512)]
            Set::Avx512 => unsafe { avx512::longer_by(text.as_bytes()) },
        }
    }
}

/// Appends bytes to a text, and removes them again if `put` returns that they are not text.
///
/// # Safety
///
/// If `put` returns that it succeeded, all bytes it has appended are UTF-8. It does not change the
/// bytes before them.
unsafe fn put_text(
    bytes: &[u8],
    text: &mut String,
    put: impl FnOnce(&[u8], &mut Vec<u8>) -> bool,
) -> bool {
    let before = text.len();
    text.reserve(bytes.len());
    // SAFETY: the caller's promise.
    let text = unsafe { text.as_mut_vec() };
    let done = put(bytes, text);
    if !done {
        text.truncate(before);
    }
    done
}

fn filled(fill: impl FnOnce(&mut Vec<u16>) -> bool) -> Option<Vec<u16>> {
    let mut units = Vec::new();
    fill(&mut units).then_some(units)
}

/// Whether the last character is complete. The bytes before it must already be validated.
fn is_complete(bytes: &[u8]) -> bool {
    !matches!(bytes, [.., 0xC0..=0xFF] | [.., 0xE0..=0xFF, _])
}

/// The highest bit of each byte; that of the first byte is the lowest.
#[inline(always)]
fn high_bits(bytes: &[u8; 32]) -> u32 {
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
    // SAFETY: so many bytes are there, and every processor of the target has SSE2.
    unsafe {
        use core::arch::x86_64::{_mm_loadu_si128, _mm_movemask_epi8};
        let start = bytes.as_ptr();
        let bits =
            |half| u32::from_ne_bytes(_mm_movemask_epi8(_mm_loadu_si128(half)).to_ne_bytes());
        let [low, high] = [start, start.add(16)].map(|half| bits(half.cast()));
        low | high << 16
    }
    #[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
    portable::gathered_high_bits(bytes)
}

/// The first 64 bytes, padded with zeros if there are fewer.
#[cfg(javatalk_avx512)]
#[clippy::msrv = "1.89"]
#[target_feature(enable = "avx512bw")]
#[inline]
fn load_64(bytes: &[u8]) -> __m512i {
    // SAFETY: no byte is read but those that are there.
    unsafe { _mm512_maskz_loadu_epi8(first_of_64(bytes.len()), bytes.as_ptr().cast()) }
}

/// A mask of the lowest bits, one for each byte, at most 64.
#[cfg(javatalk_avx512)]
#[inline]
fn first_of_64(count: usize) -> u64 {
    match count {
        0..64 => (1 << count) - 1,
        _ => u64::MAX,
    }
}

#[cfg(javatalk_avx512)]
#[inline]
fn first_of_32(count: usize) -> u32 {
    match count {
        0..32 => (1 << count) - 1,
        _ => u32::MAX,
    }
}

#[cfg(javatalk_avx2)]
#[target_feature(enable = "avx2")]
#[inline]
fn load_32(bytes: &[u8; 32]) -> __m256i {
    // SAFETY: so many bytes are there.
    unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
}

#[cfg(javatalk_avx2)]
#[target_feature(enable = "avx2")]
#[inline]
fn load_16(bytes: &[u8; 16]) -> __m128i {
    // SAFETY: so many bytes are there.
    unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) }
}

/// Appends the first `count` bytes of a vector.
#[cfg(javatalk_avx512)]
#[clippy::msrv = "1.89"]
#[target_feature(enable = "avx512bw")]
#[inline]
fn put_bytes(bytes: &mut Vec<u8>, vector: __m512i, count: u32) {
    let count = count as usize;
    assert!(count <= VECTOR);
    if bytes.capacity() - bytes.len() >= VECTOR {
        // SAFETY: there is room for all of it.
        unsafe { _mm512_storeu_si512(bytes.as_mut_ptr().add(bytes.len()).cast(), vector) };
    } else {
        bytes.reserve(count);
        // SAFETY: there is room for as many as count.
        unsafe {
            let room = bytes.as_mut_ptr().add(bytes.len()).cast();
            _mm512_mask_storeu_epi8(room, first_of_64(count), vector);
        }
    }
    // SAFETY: as many have been written.
    unsafe { bytes.set_len(bytes.len() + count) };
}

/// Like [`put_bytes`], for code units.
#[cfg(javatalk_avx512)]
#[clippy::msrv = "1.89"]
#[target_feature(enable = "avx512bw")]
#[inline]
fn put_units(units: &mut Vec<u16>, [first, second]: [__m512i; 2], count: u32) {
    let count = count as usize;
    assert!(count <= VECTOR);
    if units.capacity() - units.len() >= VECTOR {
        // SAFETY: there is room for both.
        unsafe {
            let room = units.as_mut_ptr().add(units.len());
            _mm512_storeu_si512(room.cast(), first);
            _mm512_storeu_si512(room.add(VECTOR / 2).cast(), second);
        }
    } else {
        units.reserve(count);
        // SAFETY: there is room for as many as count.
        unsafe {
            let room: *mut i16 = units.as_mut_ptr().add(units.len()).cast();
            _mm512_mask_storeu_epi16(room, first_of_32(count), first);
            let room = room.wrapping_add(VECTOR / 2);
            let count = count.saturating_sub(VECTOR / 2);
            _mm512_mask_storeu_epi16(room, first_of_32(count), second);
        }
    }
    // SAFETY: as many have been written.
    unsafe { units.set_len(units.len() + count) };
}

/// Appends a few bytes, or the code units with their values.
#[cfg(javatalk_avx2)]
#[inline(always)]
fn put_few<T: Number, const N: usize>(numbers: &mut Vec<T>, few: [Few; N]) {
    if numbers.capacity() - numbers.len() < N * size_of::<u64>() {
        return put_few_exactly(numbers, few);
    }
    let mut len = numbers.len();
    for Few { word, bytes } in few {
        let count = bytes as usize / size_of::<T>();
        assert!(count <= size_of::<u64>());
        // SAFETY: there is room for eight numbers each time, and a word is not longer.
        unsafe {
            let room = numbers.as_mut_ptr().add(len);
            room.cast::<u64>().write_unaligned(word.to_le());
        }
        len += count;
    }
    // SAFETY: each word has been written as far as it counts.
    unsafe { numbers.set_len(len) };
}

/// Up to so many bytes, storing the pieces of vectors takes longer than a loop over the characters.
const DECODED_WITHOUT_VECTORS: usize = 16;
#[cfg(javatalk_avx2)]
const ENCODED_WITHOUT_VECTORS: usize = 16;

/// The size of the widest vector in bytes.
#[cfg(javatalk_avx512)]
const VECTOR: usize = 64;
