//! The traits [`DataInput`] and [`DataOutput`], the streams that implement them over any reader and
//! writer, and their error.
//!
//! Every method does what the Java method of the same name does: the bytes, the limits, the error,
//! and how much of the stream is gone afterwards, whether it succeeded or not. Numbers are
//! big-endian. Nothing is framed, tagged, aligned or buffered.
//!
//! # When reading fails
//!
//! Nothing is put back. The bytes that were taken before the failure are gone, and the next call
//! starts behind them, as in Java. That is harmless at the end of the input; a malformed string is
//! consumed whole, so that the next field can be read; but a time-out or a
//! [`WouldBlock`](std::io::ErrorKind::WouldBlock) in the middle of a value passes through and loses
//! what had arrived of it. Reads and writes that were merely
//! [`Interrupted`](std::io::ErrorKind::Interrupted) are tried again.
//!
//! # Memory
//!
//! A length is no promise: what a read allocates grows with the bytes that arrive. While a string
//! or a line is read, at most 4 KiB are held, or three times what has arrived of it: its bytes, and
//! the text made of them. The string that is returned takes at most twice as much as its bytes. A
//! write holds at most twice what it writes.
//!
//! This module touches bytes only through [`Read`](std::io::Read) and [`Write`](std::io::Write), and
//! with the feature `tokio`, in the module `asynchronous`, through `AsyncRead` and `AsyncWrite`; it
//! knows no sockets, no processes and no clock.

#[cfg(feature = "tokio")]
pub mod asynchronous;
mod error;
mod forward;
mod input;
mod input_stream;
mod output;
mod output_stream;
mod text;

pub use error::{Error, TooLong};
pub use input::DataInput;
pub use input_stream::DataInputStream;
pub use output::DataOutput;
pub use output_stream::DataOutputStream;
