//! Reads and writes exactly what `java.io.DataInput` and `DataOutput` read and write: the same
//! bytes, limits, errors and stream positions.
//!
//! # Example
//!
//! A Java program writes a record:
//!
//! ```java
//! out.writeInt(7);
//! out.writeUTF("h\u00e9llo \ud83d\ude00");
//! out.writeBoolean(true);
//! ```
//!
//! This Rust program reads it from a file, a socket or any other [`Read`](std::io::Read):
//!
//! ```
//! use javatalk::data::{DataInputStream, Error};
//!
//! # let record = b"\0\0\0\x07\0\x0dh\xc3\xa9llo \xed\xa0\xbd\xed\xb8\x80\x01";
//! # let source = &record[..];
//! let mut input = DataInputStream::new(source);
//! let number = input.read_int()?;
//! let text = input.read_utf()?;
//! let flag = input.read_boolean()?;
//!
//! assert_eq!(number, 7);
//! assert_eq!(text, "héllo 😀");
//! assert!(flag);
//! # Ok::<(), Error>(())
//! ```
//!
//! # Scope
//!
//! The reference is the JDK, release 17 and later; the bytes are the same in every release. A Java
//! string is any sequence of UTF-16 code units, so [`JavaString`] can also hold unpaired
//! surrogates, which `String` cannot. Strings without unpaired surrogates cost no more than a
//! `String`.
//!
//! - [`data`]: the traits [`DataInput`](data::DataInput) and [`DataOutput`](data::DataOutput), the
//!   streams that implement them over any reader or writer, extension traits that need no stream,
//!   an input over slices that borrows strings, and their error type. With the feature `tokio` there
//!   are asynchronous versions over tokio's readers and writers.
//! - With the feature `object`, the module `object`: `ObjectInputStream` and `ObjectOutputStream`, with
//!   strings, boxed numbers and arrays of primitive values.
//! - [`mutf8`](mod@mutf8): modified UTF-8 over slices, borrowed where possible, by the rules of
//!   `readUTF` or of the class loader: for class files, NBT, dex files and JNI strings.
//! - [`JavaString`] and [`JavaStr`]: Java strings, owned and borrowed.
//! - [`recipes`]: long strings, bodies of unknown size, closing sockets, time-outs, frames.
//! - [`coming_from_java`]: the Rust call for each Java call, and the differences.
//! - [`other_crates`]: what other crates get right and wrong, measured against Java.
//!
//! Of object streams there is what chat programs use, with the feature `object`. There is no other
//! serialisation, and no buffering: wrap the reader in a [`BufReader`](std::io::BufReader) and the
//! writer in a [`BufWriter`](std::io::BufWriter), as a Java program wraps its streams.
//!
//! # Features
//!
//! The library depends on no other crate.
//!
//! - `std`, on by default: the module [`data`], and the choice of vector instructions at run time.
//!   Without it, [`mutf8`](mod@mutf8), [`JavaString`] and [`JavaStr`] need only `core` and `alloc`,
//!   and the vector instructions are those that the compiler was told to use.
//! - `object`: Java's object streams, in the module `object`.
//! - `tokio`: the asynchronous versions of the traits and streams. It adds the crate tokio.
//! - `interop`: the module `testing`, with which your own tests hold a codec, or a pair of programs,
//!   against Java. It adds some dozen crates, and needs Unix and Rust 1.89.
//! - `cli`: the command. It adds many crates, needs Unix and Rust 1.89, and is no part of the API:
//!   `cargo install javatalk --features cli`.
//!
//! The library compiles with Rust 1.85 and later. The vector instructions need a newer compiler:
//! 1.87 for AVX2, 1.89 for AVX-512. With an older one the results are the same.

// An example that people copy compiles without a warning.
#![doc(test(attr(deny(unused_imports))))]
#![cfg_attr(not(any(feature = "std", test)), no_std)]
#![cfg_attr(docsrs, feature(doc_cfg))]
// The library is documented completely, which a build without the command checks.
#![cfg_attr(
    feature = "cli",
    allow(
        missing_docs,
        reason = "the command is private; names that explain themselves need no comment"
    )
)]

extern crate alloc;

#[doc = include_str!("../docs/coming-from-java.md")]
pub mod coming_from_java {}
#[cfg(feature = "std")]
pub mod data;
#[cfg_attr(
    not(feature = "std"),
    allow(dead_code, reason = "the streams use the rest")
)]
mod java_string;
#[cfg_attr(
    not(feature = "std"),
    allow(dead_code, unused_imports, reason = "the streams use the rest")
)]
pub mod mutf8;
#[doc = include_str!("../docs/other-crates.md")]
pub mod other_crates {}
#[doc = include_str!("../docs/recipes.md")]
pub mod recipes {}

#[cfg(feature = "object")]
pub use crate::data::object;
pub use crate::java_string::{Chars, IntoStringError, JavaStr, JavaString, Key};

#[cfg(all(feature = "interop", not(unix)))]
compile_error!(
    "the javatalk command and its harness need Unix: the library does not, without the features \
     cli and interop"
);
#[cfg(all(feature = "interop", not(javatalk_command)))]
compile_error!(
    "the javatalk command and its harness need Rust 1.89: run `rustup update`; the library needs \
     only 1.85, without the features cli and interop"
);

#[cfg(feature = "cli")]
#[clippy::msrv = "1.89"]
mod cli;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod internals;
#[cfg(feature = "interop")]
#[cfg_attr(
    not(feature = "cli"),
    allow(
        dead_code,
        unreachable_pub,
        unused_imports,
        reason = "the command and its tests use the rest"
    )
)]
#[clippy::msrv = "1.89"]
mod interop;
#[cfg(feature = "interop")]
#[cfg_attr(
    not(feature = "cli"),
    allow(
        dead_code,
        unreachable_pub,
        unused_imports,
        reason = "the command and its tests use the rest"
    )
)]
#[clippy::msrv = "1.89"]
mod programs;
#[cfg(feature = "interop")]
#[cfg_attr(
    not(feature = "cli"),
    allow(
        dead_code,
        unreachable_pub,
        unused_imports,
        reason = "the command and its tests use the rest"
    )
)]
#[clippy::msrv = "1.89"]
mod sweep;
#[cfg(feature = "interop")]
#[cfg_attr(
    not(feature = "cli"),
    allow(
        dead_code,
        unreachable_pub,
        unused_imports,
        reason = "the command and its tests use the rest"
    )
)]
#[clippy::msrv = "1.89"]
mod system;
#[cfg(feature = "interop")]
#[clippy::msrv = "1.89"]
pub mod testing;
#[cfg(feature = "interop")]
#[cfg_attr(
    not(feature = "cli"),
    allow(
        dead_code,
        unreachable_pub,
        unused_imports,
        reason = "the command and its tests use the rest"
    )
)]
#[clippy::msrv = "1.89"]
mod text;
#[cfg(feature = "cli")]
#[clippy::msrv = "1.89"]
mod trace;
#[cfg(feature = "cli")]
#[clippy::msrv = "1.89"]
mod vectors;

/// Compiles and runs the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
