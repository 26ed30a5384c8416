//! Vector code for processors that support it: the only module with `unsafe` code.
//!
//! This module hides which vector instructions are in use. `portable` is safe code for every
//! processor. Every function has a safe counterpart in `scalar`, which is the reference. The tests in
//! `tests` compare each instruction set of the machine with it, exhaustively. `scripts/miri` runs
//! these tests and the scalar code under Miri, which detects undefined behaviour.
//!
//! There are four kinds of `unsafe` code: calling a function whose instructions the processor is
//! known to support; loading a vector from a slice; storing a vector into the spare capacity of a
//! `Vec`; and turning bytes that were found to be UTF-8 into text.

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
#[cfg(javatalk_avx2)]
#[deny(unsafe_code)]
mod number;
#[deny(unsafe_code)]
mod portable;
#[cfg(test)]
#[deny(unsafe_code)]
mod tests;

use alloc::{string::String, vec::Vec};
#[cfg(javatalk_avx2)]
use core::{
    arch::x86_64::*,
    sync::atomic::{AtomicU8, Ordering},
};
use core::{fmt, str};

#[cfg(javatalk_avx2)]
use number::{Few, Number};

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

/// Appends the first `len` of the bytes to a text, if all of them are ASCII.
#[inline(always)]
pub(super) fn put_ascii(bytes: &[u8; 16], len: usize, text: &mut String) -> bool {
    const HIGH_BITS: u128 = u128::from_ne_bytes([0x80; 16]);
    if u128::from_ne_bytes(*bytes) & HIGH_BITS != 0 {
        return false;
    }
    // SAFETY: ASCII is UTF-8, wherever it is cut.
    let text = unsafe { text.as_mut_vec() };
    let end = text.len() + len;
    // Copying all of the array, a size known at compile time, and truncating is faster.
    text.extend_from_slice(bytes);
    text.truncate(end);
    true
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

/// Appends the modified UTF-8 of a text, which is longer by so many bytes.
pub(super) fn encode(text: &str, longer_by: usize, bytes: &mut Vec<u8>) {
    Instructions::in_use().encode(text, longer_by, bytes);
}

/// The number of bytes by which the modified UTF-8 of a text is longer than its UTF-8.
#[inline]
pub(super) fn longer_by(text: &str) -> usize {
    Instructions::in_use().longer_by(text)
}

/// The instructions that encode and decode: one set of those that this processor has.
///
/// The best set is chosen at the first use. The results are the same with every set; only the speed
/// differs. So this is for benchmarks, for tests, and for processors that slow down when they run
/// wide vector instructions. `scripts/bench` measures the best set and the portable one.
///
/// With [`PORTABLE`](Self::PORTABLE), some work is up to 1.3 times slower than with the fastest other
/// crate: texts of about 64 bytes with NULs or emoji among other characters, because they are first
/// tested for whether their bytes can be taken as they are, which pays for all other texts; and
/// [`decode_utf16`](super::decode_utf16) of characters of different lengths in no order, because
/// it computes the units of blocks and so does not profit if the processor remembers a text, as it
/// does in a benchmark.
///
/// # Examples
///
/// ```
/// use javatalk::mutf8::{self, Instructions};
///
/// for instructions in Instructions::available() {
///     instructions.use_from_now_on();
///     println!("{instructions}: {:?}", mutf8::decode(b"h\xc3\xa9llo"));
/// }
/// Instructions::best().use_from_now_on();
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Instructions(Set);

/// The number is for [`IN_USE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Set {
    Portable = 1,
    #[cfg(javatalk_avx2)]
    Avx2 = 2,
    #[cfg(javatalk_avx512)]
    Avx512 = 3,
}

/// Looking them up takes as long as decoding a short string. Zero is none yet.
#[cfg(javatalk_avx2)]
static IN_USE: AtomicU8 = AtomicU8::new(0);

/// Whether the processor has all of these instructions. Without `std`, which can ask it, the compiler
/// must have been told that it has.
#[cfg(javatalk_avx2)]
macro_rules! has {
    ($($feature:tt),*) => {
        $({
            #[cfg(feature = "std")]
            let has = std::arch::is_x86_feature_detected!($feature);
            #[cfg(not(feature = "std"))]
            let has = cfg!(target_feature = $feature);
            has
        })&&*
    };
}

impl Instructions {
    /// Plain Rust, compiled for what every processor of the target has: SSE2 on x86-64, NEON on
    /// 64-bit ARM.
    pub const PORTABLE: Self = Self(Set::Portable);

    /// All sets that this processor has, the best first. The last one is [`PORTABLE`](Self::PORTABLE).
    pub fn available() -> impl Iterator<Item = Self> {
        let sets = [
            #[cfg(javatalk_avx512)]
            has!("avx512f", "avx512bw", "avx512vbmi", "avx512vbmi2").then_some(Set::Avx512),
            #[cfg(javatalk_avx2)]
            has!("avx2", "popcnt").then_some(Set::Avx2),
            Some(Set::Portable),
        ];
        sets.into_iter().flatten().map(Self)
    }

    /// The best set that this processor has, which is used if nothing else is said.
    #[must_use]
    pub fn best() -> Self {
        Self::available().next().unwrap_or(Self::PORTABLE)
    }

    /// The set that is used now.
    #[must_use]
    #[inline]
    pub fn in_use() -> Self {
        #[cfg(javatalk_avx2)]
        return Self(match IN_USE.load(Ordering::Relaxed) {
            #[cfg(javatalk_avx512)]
            number if number == Set::Avx512 as u8 => Set::Avx512,
            number if number == Set::Avx2 as u8 => Set::Avx2,
            number if number == Set::Portable as u8 => Set::Portable,
            _ => return Self::choose_best(),
        });
        #[cfg(not(javatalk_avx2))]
        Self(Set::Portable)
    }

    /// Uses this set from now on, in the whole process.
    pub fn use_from_now_on(self) {
        #[cfg(javatalk_avx2)]
        IN_USE.store(self.0 as u8, Ordering::Relaxed);
    }

    #[cfg(javatalk_avx2)]
    #[cold]
    fn choose_best() -> Self {
        let best = Self::best();
        best.use_from_now_on();
        best
    }

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
            Set::Avx2 => unsafe { avx2::longer_by(text) },
            #[cfg(javatalk_avx512)]
            Set::Avx512 => unsafe { avx512::longer_by(text.as_bytes()) },
        }
    }
}

impl fmt::Display for Instructions {
    /// `AVX-512`, `AVX2` or `portable`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self.0 {
            Set::Portable => "portable",
            #[cfg(javatalk_avx2)]
            Set::Avx2 => "AVX2",
            #[cfg(javatalk_avx512)]
            Set::Avx512 => "AVX-512",
        })
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
    let numbers_of = |bytes: u32| bytes as usize / size_of::<T>();
    if numbers.capacity() - numbers.len() < N * size_of::<u64>() {
        numbers.reserve(few.iter().map(|few| numbers_of(few.bytes)).sum());
        for Few { word, bytes } in few {
            numbers.extend_from_slice(&T::of_word(word).as_ref()[..numbers_of(bytes)]);
        }
        return;
    }
    let mut len = numbers.len();
    for Few { word, bytes } in few {
        let count = numbers_of(bytes);
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

/// The size of the widest vector in bytes.
#[cfg(javatalk_avx512)]
const VECTOR: usize = 64;
