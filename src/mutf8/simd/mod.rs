//! Many bytes at a time, where the processor can: the one place for `unsafe` code.
//!
//! What it hides: which vector instructions there are. Whatever is done here has a safe twin in
//! [`scalar`](super::scalar), which is the reference, serves every other processor, and is compared
//! with all that the machine can do, exhaustively, in `twins`. `scripts/miri` runs `twins` and the
//! scalar code where undefined behaviour is noticed.
//!
//! The `unsafe` code is of four kinds: a function is called whose instructions the processor is
//! known to have; a vector is loaded from a slice; a vector is stored into the spare room of a
//! `Vec`; and bytes that were found to be UTF-8 become text.

#![allow(
    unsafe_code,
    reason = "vectors are loaded and stored through pointers, and text is validated here"
)]

#[cfg(target_arch = "x86_64")]
#[deny(unsafe_code)]
mod avx2;
#[cfg(target_arch = "x86_64")]
#[deny(unsafe_code)]
mod avx512;
#[cfg(target_arch = "x86_64")]
mod classes;
#[cfg(all(test, target_arch = "x86_64"))]
#[deny(unsafe_code)]
pub(crate) mod tests;

use std::str;
#[cfg(target_arch = "x86_64")]
use std::{
    arch::x86_64::*,
    sync::atomic::{AtomicU8, Ordering},
};

use super::scalar;

/// The bytes as text, if they are UTF-8 without characters of four bytes: those decode to
/// themselves, a zero byte included.
#[inline]
pub(crate) fn as_plain(bytes: &[u8]) -> Option<&str> {
    // A word is ASCII most of the time.
    let is_ascii_word = is_word(bytes) && bytes.iter().all(u8::is_ascii);
    if !is_ascii_word && !Level::best().is_plain(bytes) {
        return None;
    }
    // SAFETY: they are UTF-8.
    Some(unsafe { str::from_utf8_unchecked(bytes) })
}

/// Puts the first `len` of these bytes behind a text, if all of them are ASCII.
#[inline(always)]
pub(super) fn put_ascii(bytes: &[u8; 16], len: usize, text: &mut String) -> bool {
    const HIGH_BITS: u128 = u128::from_ne_bytes([0x80; 16]);
    if u128::from_ne_bytes(*bytes) & HIGH_BITS != 0 {
        return false;
    }
    // SAFETY: ASCII is UTF-8, wherever it is cut.
    let text = unsafe { text.as_mut_vec() };
    let end = text.len() + len;
    // As many as the compiler knows of, and then less.
    text.extend_from_slice(bytes);
    text.truncate(end);
    true
}

/// As [`as_plain`], and the text takes the vector over; or here it is back.
pub(super) fn into_plain(bytes: Vec<u8>) -> Result<String, Vec<u8>> {
    if !Level::best().is_plain(&bytes) {
        return Err(bytes);
    }
    // SAFETY: they are UTF-8.
    Ok(unsafe { String::from_utf8_unchecked(bytes) })
}

/// Puts the text of modified UTF-8 behind what `text` holds, and tells whether it has: not if the
/// bytes are malformed or hold an unpaired surrogate, and perhaps not if they are overlong.
pub(super) fn transcode(bytes: &[u8], text: &mut String) -> bool {
    Level::best().transcode(bytes, text)
}

/// Whether these are so few that vectors do not pay.
#[inline]
pub(super) fn is_word(bytes: &[u8]) -> bool {
    bytes.len() <= 16
}

/// The code units of modified UTF-8, unless it is malformed.
pub(super) fn units(bytes: &[u8]) -> Option<Vec<u16>> {
    Level::best().units(bytes)
}

/// Puts the modified UTF-8 of a text behind what the vector holds.
pub(super) fn encode(text: &str, bytes: &mut Vec<u8>) {
    Level::best().encode(text, bytes);
}

/// How much longer the modified UTF-8 of a text is than its UTF-8.
#[inline]
pub(super) fn longer_by(text: &str) -> usize {
    Level::best().longer_by(text)
}

/// What the processor can do; there is none but of instructions that it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Level(Instructions);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Instructions {
    Scalar,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

#[cfg(not(target_arch = "x86_64"))]
impl Level {
    fn best() -> Self {
        Self(Instructions::Scalar)
    }
}

#[cfg(target_arch = "x86_64")]
impl Level {
    /// Looked up once, for the lookup costs as much as a short string.
    #[inline]
    fn best() -> Self {
        static BEST: AtomicU8 = AtomicU8::new(UNKNOWN);
        const UNKNOWN: u8 = 0;
        const AVX512: u8 = 1;
        const AVX2: u8 = 2;
        const SCALAR: u8 = 3;

        #[cold]
        fn look_up() -> Level {
            let best = Level::available()[0];
            let number = match best.0 {
                Instructions::Avx512 => AVX512,
                Instructions::Avx2 => AVX2,
                Instructions::Scalar => SCALAR,
            };
            BEST.store(number, Ordering::Relaxed);
            best
        }

        Self(match BEST.load(Ordering::Relaxed) {
            AVX512 => Instructions::Avx512,
            AVX2 => Instructions::Avx2,
            SCALAR => Instructions::Scalar,
            _ => return look_up(),
        })
    }

    /// All that there is, the best first.
    fn available() -> Vec<Self> {
        let mut levels = Vec::new();
        if is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vbmi")
            && is_x86_feature_detected!("avx512vbmi2")
        {
            levels.push(Self(Instructions::Avx512));
        }
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt") {
            levels.push(Self(Instructions::Avx2));
        }
        levels.push(Self(Instructions::Scalar));
        levels
    }
}

impl Level {
    #[inline]
    fn is_plain(self, bytes: &[u8]) -> bool {
        match self.0 {
            // SAFETY: the processor has these instructions, as in all of the below.
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx512 => unsafe { avx512::is_plain(bytes) },
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx2 => unsafe { avx2::is_plain(bytes) },
            Instructions::Scalar => scalar::is_plain(bytes),
        }
    }

    fn transcode(self, bytes: &[u8], text: &mut String) -> bool {
        match self.0 {
            // SAFETY: as above; and what they put there is UTF-8 and complete if they say so.
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx512 => unsafe {
                put_text(bytes, text, |bytes, text| avx512::transcode(bytes, text))
            },
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx2 => unsafe {
                put_text(bytes, text, |bytes, text| avx2::transcode(bytes, text))
            },
            Instructions::Scalar => scalar::transcode(bytes, text),
        }
    }

    fn units(self, bytes: &[u8]) -> Option<Vec<u16>> {
        match self.0 {
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx512 => filled(|units| unsafe { avx512::units(bytes, units) }),
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx2 => filled(|units| unsafe { avx2::units(bytes, units) }),
            Instructions::Scalar => scalar::units(bytes).ok(),
        }
    }

    fn encode(self, text: &str, bytes: &mut Vec<u8>) {
        match self.0 {
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx512 => unsafe { avx512::encode(text.as_bytes(), bytes) },
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx2 => unsafe { avx2::encode(text.as_bytes(), bytes) },
            Instructions::Scalar => scalar::encode(text, bytes),
        }
    }

    #[inline]
    fn longer_by(self, text: &str) -> usize {
        match self.0 {
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx512 => unsafe { avx512::longer_by(text.as_bytes()) },
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx2 => unsafe { avx2::longer_by(text) },
            Instructions::Scalar => scalar::longer_by(text),
        }
    }
}

/// Puts bytes behind a text, and takes them off again if `put` says that they are no text.
///
/// # Safety
///
/// If `put` says that it is done, all that it has put there is UTF-8; and it leaves alone what was
/// there before.
#[cfg(target_arch = "x86_64")]
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

#[cfg(target_arch = "x86_64")]
fn filled(fill: impl FnOnce(&mut Vec<u16>) -> bool) -> Option<Vec<u16>> {
    let mut units = Vec::new();
    fill(&mut units).then_some(units)
}

/// Whether the last character, whose bytes stand behind each other as they may, is all there.
#[cfg(target_arch = "x86_64")]
fn is_complete(bytes: &[u8]) -> bool {
    !matches!(bytes, [.., 0xC0..=0xFF] | [.., 0xE0..=0xFF, _])
}

/// The first 64 bytes, or as many as there are and zeros behind them.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512bw")]
#[inline]
fn load_64(bytes: &[u8]) -> __m512i {
    // SAFETY: no byte is read but those that are there.
    unsafe { _mm512_maskz_loadu_epi8(first_of_64(bytes.len()), bytes.as_ptr().cast()) }
}

/// A bit for each of so many, at most 64.
#[cfg(target_arch = "x86_64")]
#[inline]
fn first_of_64(count: usize) -> u64 {
    match count {
        0..64 => (1 << count) - 1,
        _ => u64::MAX,
    }
}

#[cfg(target_arch = "x86_64")]
#[inline]
fn first_of_32(count: usize) -> u32 {
    match count {
        0..32 => (1 << count) - 1,
        _ => u32::MAX,
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline]
fn load_32(bytes: &[u8; 32]) -> __m256i {
    // SAFETY: so many bytes are there.
    unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline]
fn load_16(bytes: &[u8; 16]) -> __m128i {
    // SAFETY: so many bytes are there.
    unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) }
}

/// Puts the first `count` bytes behind what the vector holds.
#[cfg(target_arch = "x86_64")]
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

/// As [`put_bytes`], for code units.
#[cfg(target_arch = "x86_64")]
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

/// Up to eight bytes.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy)]
struct Few {
    word: u64,
    /// How many there are, from the lowest on.
    bytes: u32,
}

/// Puts a few bytes, or the code units that they are, behind what the vector holds.
#[cfg(target_arch = "x86_64")]
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

/// What any bytes are one of.
#[cfg(target_arch = "x86_64")]
trait Number: Copy {
    /// The numbers that a word consists of, the lowest first.
    ///
    /// By value: a pointer to the bytes of a word is aligned for bytes alone.
    fn of_word(word: u64) -> impl AsRef<[Self]>;
}

#[cfg(target_arch = "x86_64")]
impl Number for u8 {
    #[inline]
    fn of_word(word: u64) -> impl AsRef<[Self]> {
        word.to_le_bytes()
    }
}

#[cfg(target_arch = "x86_64")]
impl Number for u16 {
    #[inline]
    fn of_word(word: u64) -> impl AsRef<[Self]> {
        let [a, b, c, d, e, f, g, h] = word.to_le_bytes();
        [[a, b], [c, d], [e, f], [g, h]].map(Self::from_le_bytes)
    }
}

/// The bytes of the widest vector.
#[cfg(target_arch = "x86_64")]
const VECTOR: usize = 64;
