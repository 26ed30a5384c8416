//! The traits and streams for programs on tokio: the same outcomes, and no thread that waits.
//!
//! [`AsyncDataInput`] and [`AsyncDataOutput`] have the methods of
//! [`DataInput`](super::DataInput) and [`DataOutput`](super::DataOutput), asynchronous.
//! [`AsyncDataInputStream`] and [`AsyncDataOutputStream`] implement them over any [`AsyncRead`] and
//! [`AsyncWrite`]. They wait for the bytes of a value and leave them to the blocking streams, so
//! there is one codec and not two; `javatalk sweep` holds both to the JDK.
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
//! # Futures that are dropped
//!
//! A future is dropped before it is ready when it loses a `tokio::select!`, when a time limit cuts
//! it off, or when its task is aborted. With most protocols that is how a stream goes out of step:
//! half a value is gone, and what comes next is read from its middle. Here:
//!
//! | future | dropped before it is ready |
//! |---|---|
//! | every read but `skip_bytes` | cancel-safe: the stream holds what has arrived, and the next read gets it first |
//! | `skip_bytes` | **not** cancel-safe: what was skipped is gone, and nobody knows how much it was |
//! | every write | never torn, and yet **not** cancel-safe: see below |
//! | `flush`, `shutdown` | cancel-safe: call it again |
//!
//! A write of which no byte has gone out has not happened. Of one that has begun, the stream keeps
//! the rest, and the next write, `flush` or `shutdown` sends that first. So the other side never
//! sees half a value followed by another; but whoever writes again without asking
//! [`size`](AsyncDataOutputStream::size), which counts what has begun, may have said it twice.
//!
//! All that is a matter of the stream and not of what it stands on: whoever gives up the stream in
//! the middle of a value gives up what it holds, unless he asks for it
//! ([`AsyncDataInputStream::into_parts`], [`AsyncDataOutputStream::into_parts`]). Other
//! implementations of the traits must keep these promises too.
//!
//! # Errors
//!
//! Are as in the blocking streams, and so is what they leave behind: what a failed read had taken
//! is gone, and what a failed write had not sent is not sent later.
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
