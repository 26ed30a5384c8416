//! Modified UTF-8 over slices: encode, decode, and the encoded length.
//!
//! It is what `DataOutput.writeUTF` puts after its length, and what class files, NBT, dex files
//! and JNI hold. The 16-bit length is no part of it: a slice may be of any size.
//!
//! Each UTF-16 code unit is encoded on its own, a surrogate pair as two of three bytes each:
//!
//! | code unit | bytes |
//! |---|---|
//! | U+0001 to U+007F | `0xxxxxxx` |
//! | U+0000, U+0080 to U+07FF | `110xxxxx 10xxxxxx` |
//! | U+0800 to U+FFFF, surrogates too | `1110xxxx 10xxxxxx 10xxxxxx` |
//!
//! Decoding takes all of that, paired or unpaired, and what the JDK takes besides: a raw zero byte
//! and the overlong forms. It refuses what the JDK refuses, with the JDK's byte number.
//!
//! On x86-64 it is done 64 bytes at a time where the processor has AVX-512 with VBMI2, and 32 at a
//! time where it has AVX2, which is found out at run time; then the cost hardly depends on which
//! characters there are. Everywhere else it is plain Rust, with the same outcome, and slower by the
//! character that is not ASCII.
//!
//! This module knows slices alone: no streams, no lengths, no limit.

mod decode;
mod encode;
mod scalar;
mod simd;
mod word;

pub use decode::{DecodeError, decode, decode_utf16};
pub(crate) use decode::{decode_other, decode_vec};
pub(crate) use encode::append;
pub use encode::{encode, encode_into, encoded_len};
pub(crate) use simd::as_plain;
pub(crate) use word::{Word, message};
