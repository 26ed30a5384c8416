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
//! # Framing
//!
//! A reader that waits for bytes from several sides must not lose half a frame. Every read here is
//! cancel-safe, so a frame can be read within `tokio::select!`, one value after the other, as long
//! as the values that have been read are kept:
//!
//! ```
//! use javatalk::data::Error;
//! use javatalk::data::asynchronous::{AsyncDataInput, AsyncDataInputStream};
//! use tokio::io::AsyncRead;
//!
//! /// Frames of an int length and as many bytes, until the input or somebody else ends it.
//! async fn frames(
//!     reader: impl AsyncRead + Unpin + Send,
//!     stop: impl Future<Output = ()>,
//! ) -> Result<Vec<Vec<u8>>, Error> {
//!     let mut input = AsyncDataInputStream::new(reader);
//!     let mut stop = std::pin::pin!(stop);
//!     let mut frames = Vec::new();
//!     loop {
//!         let length = tokio::select! {
//!             length = input.read_int() => length,
//!             () = &mut stop => return Ok(frames),
//!         };
//!         let length = match length {
//!             Ok(length) => usize::try_from(length).unwrap_or(0),
//!             // Between two frames.
//!             Err(Error::EndOfInput(end)) if end.came() == Some(0) => return Ok(frames),
//!             Err(error) => return Err(error),
//!         };
//!         assert!(length <= 1 << 20, "whatever the longest frame is");
//!         let mut frame = vec![0; length];
//!         input.read_fully(&mut frame).await?;
//!         frames.push(frame);
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Error> {
//! let bytes = &b"\0\0\0\x02hi\0\0\0\x03you"[..];
//! assert_eq!(frames(bytes, std::future::pending()).await?, [&b"hi"[..], b"you"]);
//! # assert!(frames(&bytes[..8], std::future::pending()).await.is_err());
//! # Ok(())
//! # }
//! ```
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
