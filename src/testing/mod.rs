//! Holds a codec of your own, or a pair of programs, against Java in your own tests.
//!
//! Needs the feature `interop`, as a development dependency:
//!
//! ```toml
//! [dev-dependencies]
//! javatalk = { version = "0.1", features = ["interop"] }
//!
//! # Millions of strings are compared: unoptimised, that takes minutes.
//! [profile.dev.package.javatalk]
//! opt-level = 2
//! [profile.dev.package.crc32fast]
//! opt-level = 2
//! ```
//!
//! # A decoder
//!
//! [`Decoder`] compares a function with `readUTF`: all bodies of up to three bytes, every two
//! surrogates, and random bodies of up to 65535 bytes. [`Encoder`] does the same with `writeUTF`.
//!
//! ```no_run
//! # // Not run: the package's own tests also run without a JDK.
//! # mod my_codec {
//! #     pub fn decode(body: &[u8]) -> Result<String, std::str::Utf8Error> {
//! #         std::str::from_utf8(body).map(Into::into)
//! #     }
//! # }
//! use std::error::Error;
//!
//! use javatalk::testing::{Decoder, Java};
//!
//! # /*
//! #[test]
//! # */
//! fn my_decoder_accepts_what_java_accepts() -> Result<(), Box<dyn Error>> {
//!     Decoder::new(my_codec::decode).check(Java::newest()?)?;
//!     Ok(())
//! }
//! # my_decoder_accepts_what_java_accepts().unwrap();
//! ```
//!
//! If `my_codec` decodes UTF-8, this test fails, and says where it differs:
//!
//! ```text
//! Error: the decoder differs from readUTF of java25 in 4,233,884 of 21,370,893 cases
//!   c0 80
//!     codec  refuses with Utf8Error { valid_up_to: 0, error_len: Some(1) }
//!     java   gives "\0"
//! ```
//!
//! # One call
//!
//! [`Java`] also has the methods of `DataInputStream` and `DataOutputStream`, for bytes and values of
//! your own:
//!
//! ```no_run
//! # // Not run: the package's own tests also run without a JDK.
//! use javatalk::testing::Java;
//!
//! let java = Java::newest()?;
//! let answer = java.read_utf(b"\0\x03a\xc0\x80");
//! assert_eq!(answer.result.unwrap(), "a\0");
//! assert_eq!(answer.consumed, 5);
//!
//! let thrown = java.read_int(b"\0\0").result.unwrap_err();
//! assert_eq!(thrown.class(), "java.io.EOFException");
//!
//! assert_eq!(java.write_utf("\0").unwrap(), b"\0\x02\xc0\x80");
//! # Ok::<(), javatalk::testing::NoJava>(())
//! ```
//!
//! # A pair of programs
//!
//! [`pair_file`] plays an old and a new client and server: every case in every pairing is a test
//! with a name of its own.
//!
//! # The JDK
//!
//! The JDKs are those that the command `javatalk` uses: `JAVATALK_JDK` names them, a list as in
//! `PATH`. If it is not set, `JAVA_HOME`, `PATH` and the usual folders are searched.
//! [`Java::newest`] is the newest of them, and [`Java::all`] has one of each feature release.
//!
//! A small Java program is compiled on first use, into the user's cache folder or `JAVATALK_CACHE`.
//! Each JDK has one JVM for all tests of a process, started by the first call. It ends with the
//! process, however that ends: it runs until the end of its standard input, which only this process
//! holds open.
//!
//! Without a JDK, [`Java::newest`] returns [`NoJava`]: the test fails, and prints how to install one.
//! No test passes because there is no JDK. To run the other tests on a machine without one, mark
//! those that need it:
//!
//! ```text
//! #[test]
//! #[ignore = "needs a JDK: cargo test -- --include-ignored"]
//! fn my_decoder_accepts_what_java_accepts() -> Result<(), Box<dyn Error>> {
//! ```
//!
//! `cargo test` then lists them as ignored, and CI runs all of them with `--include-ignored`.

#![deny(missing_docs)]

mod answer;
mod bodies;
mod calls;
mod conversion;
mod decoder;
mod decoding;
mod encoder;
mod encoding;
mod java;
mod mismatch;
mod pair_file;
mod strings;
mod words;

pub use answer::{Answer, Exception};
pub use conversion::{Encoded, FromJava};
pub use decoder::Decoder;
pub use encoder::{Compared, Encoder};
pub use java::{Java, NoJava};
pub use mismatch::{Mismatch, Mismatches};
pub use pair_file::pair_file;
