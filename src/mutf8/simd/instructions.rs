//! Which instructions the processor has, and which are in use.

use core::fmt;
#[cfg(javatalk_avx2)]
use core::sync::atomic::{AtomicU8, Ordering};

/// The instructions that encode and decode: one set of those that this processor has.
///
/// The best set is chosen at the first use. The results are the same with every set; only the speed
/// differs. So this is for benchmarks, for tests, and for processors that slow down when they run
/// wide vector instructions. `scripts/bench` measures the best set and the portable one.
///
/// With every set, to decode fewer than about 20 bytes with an emoji takes 1.1 to 1.4 times as long as
/// with the fastest other crate, and up to 1.7 times if the text is borrowed where possible. Such a
/// text is rare, and is first tested for the usual case, in which its bytes are the same in UTF-8; the
/// other crates decode character by character from the start. With AVX2, and not with AVX-512,
/// two-byte characters take up to 1.6 times as long as with `simd_cesu8`, which validates them by
/// `simdutf8`.
///
/// With [`PORTABLE`](Self::PORTABLE), some work takes longer than with the fastest other crate, also
/// without its vector instructions:
///
/// - To decode up to about 16 bytes that are not ASCII takes up to 1.5 times as long, and up to twice
///   as long if the text is borrowed. They are first tested for ASCII, which takes about as long as
///   to decode so few bytes. In return, ASCII of the same length takes 0.4 to 0.8 times as long as
///   with any other crate.
/// - A benchmark that decodes or encodes the same text of about 64 bytes again and again, with
///   characters of different lengths in no order, takes up to 1.3 times as long, and up to 1.7 times
///   with code units as the result. The other crates branch on each character, and the processor learns
///   all the branches of a text that is repeated. This code handles blocks and hardly branches: with
///   400 such texts in turn, it takes 0.4 to 0.7 times as long as the fastest other crate.
/// - To encode text in which every fourth character is an emoji takes up to 1.3 times as long, even if
///   the text is long. This code looks for emoji, and copies what is between them. If that is always a
///   few bytes, to go from character to character, as others do, is faster.
/// - To decode ASCII to code units takes up to 1.6 times as long as a JVM, which keeps one byte for each
///   character of such a string. A code unit has two.
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
pub struct Instructions(pub(super) Set);

/// The number is for [`IN_USE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Set {
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
