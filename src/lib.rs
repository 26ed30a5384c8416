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
//! use javatalk::data::{DataInput, DataInputStream, Error};
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
//!   streams that implement them over any reader or writer, and their error type. With the feature
//!   `tokio` there are asynchronous versions over tokio's readers and writers.
//! - [`mutf8`]: modified UTF-8 over slices, for class files, NBT, dex files and JNI strings.
//! - [`JavaString`] and [`JavaStr`]: Java strings, owned and borrowed.
//! - [`coming_from_java`]: the Rust call for each Java call, and the differences.
//! - [`what_other_crates_get_wrong`]: measured differences between other crates and Java.
//!
//! There is no object serialisation, no `RandomAccessFile`, and no buffering: wrap the reader in a
//! [`BufReader`](std::io::BufReader) and the writer in a [`BufWriter`](std::io::BufWriter), as a
//! Java program wraps its streams. Without default features the library depends only on the
//! standard library.

// The library is documented completely, which a build without the command checks.
#![cfg_attr(
    feature = "cli",
    allow(
        missing_docs,
        reason = "the command is private; names that explain themselves need no comment"
    )
)]

#[doc = include_str!("../docs/coming-from-java.md")]
pub mod coming_from_java {}
pub mod data;
mod java_string;
pub mod mutf8;
#[doc = include_str!("../docs/other-crates.md")]
pub mod what_other_crates_get_wrong {}

pub use crate::java_string::{JavaStr, JavaString};

#[cfg(all(feature = "cli", not(unix)))]
compile_error!(
    "the javatalk command needs Unix; the library does not: use it with default-features = false"
);

#[cfg(feature = "cli")]
mod cli;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod internals;
#[cfg(feature = "cli")]
mod interop;
#[cfg(feature = "cli")]
mod programs;
#[cfg(feature = "cli")]
mod sweep;
#[cfg(feature = "cli")]
mod system;
#[cfg(feature = "cli")]
mod text;
#[cfg(feature = "cli")]
mod trace;

/// Compiles and runs the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
