//! The traits [`DataInput`] and [`DataOutput`], the streams that implement them over any reader or
//! writer, and their error type.
//!
//! | you have | use |
//! |---|---|
//! | a reader or a writer, for a whole conversation or file | [`DataInputStream`], [`DataOutputStream`] |
//! | a reader or a writer, for a value now and then | [`ReadJavaExt`], [`WriteJavaExt`] |
//! | a file in which to seek, as in `java.io.RandomAccessFile` | [`RandomAccessFile`] |
//! | a slice, from which strings are borrowed | [`SliceInput`] |
//! | a `Vec<u8>` | [`VecOutput`] |
//! | tokio's readers and writers | the module `asynchronous` |
//! | a peer with `ObjectOutputStream` and `ObjectInputStream` | the module `object` |
//!
//! Every method does what the Java method of the same name does: it uses the same bytes and limits,
//! reports the same error, and leaves the stream at the same position, whether it succeeds or
//! fails. Numbers are big-endian. Nothing is framed, tagged, aligned or buffered.
//!
//! # When reading fails
//!
//! Nothing is put back. Bytes that were read before the failure are gone, and the next call
//! continues after them, as in Java. At the end of the input this is harmless. A malformed string
//! is consumed whole, so the next field can still be read. But a timeout or a
//! [`WouldBlock`](std::io::ErrorKind::WouldBlock) in the middle of a value is returned to the
//! caller, and the part of the value that had arrived is lost. A read or write that fails with
//! [`Interrupted`](std::io::ErrorKind::Interrupted) is retried.
//!
//! # Memory
//!
//! A length prefix is not trusted: a read allocates memory only as bytes arrive. While a string or
//! a line is being read, the call holds at most 4 KiB or three times the bytes that have arrived,
//! whichever is more; this covers the bytes and the text decoded from them. The returned string
//! uses at most twice the memory of its bytes. A write holds at most twice the bytes it writes.
//!
//! This module accesses bytes only through [`Read`](std::io::Read) and [`Write`](std::io::Write)
//! and, with the feature `tokio`, through `AsyncRead` and `AsyncWrite` in the module
//! `asynchronous`. It must never use sockets, processes or a clock.

#[cfg(feature = "tokio")]
pub mod asynchronous;
mod end_of_input;
mod error;
mod forward;
mod in_memory;
mod input;
mod input_stream;
#[cfg(feature = "object")]
pub mod object;
mod output;
mod output_stream;
mod random_access_file;
mod read_extension;
mod text;
mod write_extension;

pub use end_of_input::EndOfInput;
pub use error::{Error, TooLong};
pub use in_memory::{SliceInput, VecOutput};
pub use input::DataInput;
pub use input_stream::DataInputStream;
pub use output::DataOutput;
pub use output_stream::DataOutputStream;
pub use random_access_file::RandomAccessFile;
pub use read_extension::ReadJavaExt;
pub use write_extension::WriteJavaExt;
