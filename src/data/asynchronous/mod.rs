//! Asynchronous traits and streams for programs on tokio, with the same results as the blocking
//! ones.
//!
//! [`AsyncDataInput`] and [`AsyncDataOutput`] have the methods of [`DataInput`](super::DataInput)
//! and [`DataOutput`](super::DataOutput) as asynchronous methods. [`AsyncDataInputStream`] and
//! [`AsyncDataOutputStream`] implement them over any [`AsyncRead`] and [`AsyncWrite`]. They collect
//! the bytes of a value and let the blocking streams decode and encode them, so there is only one
//! codec; `javatalk sweep` compares both with the JDK.
//!
//! ```
//! use javatalk::data::Error;
//! use javatalk::data::asynchronous::{
//!     AsyncDataInput, AsyncDataInputStream, AsyncDataOutput, AsyncDataOutputStream,
//! };
//! use tokio::net::TcpStream;
//!
//! async fn ask(connection: &mut TcpStream, question: &str) -> Result<String, Error> {
//!     let (reader, writer) = connection.split();
//!     AsyncDataOutputStream::new(writer).write_utf(question).await?;
//!     let answer = AsyncDataInputStream::new(reader).read_utf().await?;
//!     Ok(answer.to_string())
//! }
//! ```
//!
//! # Cancel safety
//!
//! A future is dropped before it completes when another branch of a `tokio::select!` wins, when a
//! timeout expires, or when its task is aborted. With most protocols the stream is then out of
//! step: half a value is gone, and the next read starts in its middle. Here:
//!
//! | future | if dropped before it completes |
//! |---|---|
//! | every read but `skip_bytes` | cancel-safe: the stream holds the bytes that have arrived, and the next read gets them first |
//! | `skip_bytes` | **not** cancel-safe: the skipped bytes are gone, and their number is unknown |
//! | every write | never torn, but **not** cancel-safe: see below |
//! | `flush`, `shutdown` | cancel-safe: call it again |
//!
//! A write of which no byte has been sent has not happened. Once a write has begun, the stream
//! keeps the rest, and the next write, `flush` or `shutdown` sends it first. So the other side
//! never sees half a value followed by another one. But a program that repeats the write may send
//! the value twice. [`size`](AsyncDataOutputStream::size) tells whether the write has begun: it
//! counts a value as soon as its first byte is sent.
//!
//! The stream gives this guarantee, not the reader or writer below it: held and unsent bytes are
//! lost with the stream, unless the program takes them with [`AsyncDataInputStream::into_parts`] or
//! [`AsyncDataOutputStream::into_parts`]. Other implementations of the traits must give the same
//! guarantees.
//! implementations of the traits must keep these promises too.
//!
//! # Errors
//!
//! Errors are the same as in the blocking streams, and leave the stream in the same state: the
//! bytes that a failed read had taken are gone, and the bytes that a failed write had not sent are
//! not sent later.
//!
//! [`AsyncRead`]: tokio::io::AsyncRead
//! [`AsyncWrite`]: tokio::io::AsyncWrite

mod forward;
mod input;
mod input_stream;
mod output;
mod output_stream;

pub use input::AsyncDataInput;
pub use input_stream::AsyncDataInputStream;
pub use output::AsyncDataOutput;
pub use output_stream::AsyncDataOutputStream;
