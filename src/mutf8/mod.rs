//! Modified UTF-8 over slices: encoding, decoding and the encoded length.
//!
//! This is the encoding that `DataOutput.writeUTF` writes after its length, and that class files,
//! NBT, dex files and JNI use. The 16-bit length prefix is not part of it: a slice may have any
//! size.
//!
//! Each UTF-16 code unit is encoded separately, so a surrogate pair becomes two groups of three
//! bytes:
//!
//! | code unit | bytes |
//! |---|---|
//! | U+0001 to U+007F | `0xxxxxxx` |
//! | U+0000, U+0080 to U+07FF | `110xxxxx 10xxxxxx` |
//! | U+0800 to U+FFFF, including surrogates | `1110xxxx 10xxxxxx 10xxxxxx` |
//!
//! Decoding accepts all of these, paired or unpaired, and what the JDK also accepts: a raw zero
//! byte and overlong forms. It rejects what the JDK rejects, and reports the same byte number.
//! Class files are read by stricter rules, those of [`Rules::ClassFile`].
//!
//! On x86-64 the code handles 64 bytes at a time if the processor has AVX-512 with VBMI2, and 32 at
//! a time if it has AVX2, which is detected at run time; the speed then hardly depends on the
//! characters. On other processors it is plain Rust with the same results, also 32 bytes at a time
//! where that pays, with what every processor of the target has: SSE2 on x86-64. [`Instructions`]
//! says which of these are in use, and forces one of them.
//!
//! # Which function
//!
//! | you want | call |
//! |---|---|
//! | text, borrowed where possible | [`decode_cow`] |
//! | text in a `String` that you have | [`decode_into`] |
//! | text in the memory of a `Vec<u8>` that you have | [`decode_vec`] |
//! | text only if it can be borrowed | [`as_str`] |
//! | text whatever the bytes are, with U+FFFD | [`decode_lossy`] |
//! | the Java string, unpaired surrogates kept | [`decode()`] |
//! | code units, a `char[]` | [`decode_utf16`] |
//! | to know whether the bytes are sound | [`validate`] |
//! | to know it at compile time | [`Rules::const_validate`] |
//! | one character after the other, without allocating | [`chars`] |
//! | bytes, borrowed where possible | [`encode_cow`] |
//! | bytes in a `Vec` that you have | [`encode_into`] |
//! | bytes at compile time | [`mutf8!`](crate::mutf8!) |
//! | another path through the processor | [`Instructions::use_from_now_on`] |
//!
//! All of these follow `readUTF`. [`Rules`] has the same methods for the class loader of the JVM,
//! which is stricter, and for four-byte UTF-8, which no Java accepts.
//!
//! This module works on slices only. It must not know streams, length prefixes or limits.

mod character;
mod decode;
mod encode;
mod error;
mod few;
mod literal;
mod rules;
mod scalar;
mod simd;

pub use character::Chars;
pub use decode::{
    as_str, chars, decode, decode_cow, decode_into, decode_lossy, decode_utf16, decode_vec,
    validate,
};
pub(crate) use decode::{decode_owned, decode_start, decode_start_into};
pub(crate) use encode::append;
pub use encode::{encode, encode_cow, encode_into, encoded_len};
pub use error::{DecodeError, DecodeErrorKind};
pub use literal::{const_encode, const_encoded_len};
pub use rules::Rules;
pub use simd::Instructions;
pub(crate) use simd::{Short, ShortPlain, short_zeros};
