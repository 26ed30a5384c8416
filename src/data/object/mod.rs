//! Java's object streams, as far as chat programs go: primitive values, strings, boxed numbers, and
//! arrays of primitive values.
//!
//! | Java | Rust |
//! |---|---|
//! | `java.io.ObjectOutputStream` | [`ObjectOutput`] |
//! | `java.io.ObjectInputStream` | [`ObjectInput`] |
//! | an object | [`Object`], and its [`Content`] |
//! | the exceptions | [`ObjectError`], within [`data::Error`](crate::data::Error) |
//!
//! # The stream
//!
//! ```text
//! ac ed 00 05                        the header, written and read when a stream is created
//! 77 04 00 00 00 07                  a block of primitive data: its length in one byte, then writeInt(7)
//! 7a 00 00 01 00 ...                 a block of more than 255 bytes, and of 1,024 at most
//! 74 00 02 68 69                     writeObject("hi"): the first object gets the handle 7e0000
//! 71 00 7e 00 00                     writeObject of the same object
//! 7c 00 00 00 00 00 01 00 00 ...     a string of more than 65,535 bytes
//! 75 72 00 02 5b 49 ... 00 00 00 01  an array of int: its class descriptor, its length, its elements
//! 73 72 00 11 6a 61 ...              a boxed number: its class descriptor, its value
//! 70                                 null
//! 79                                 reset
//! ```
//!
//! # The deadlock that everybody meets
//!
//! The constructor of `ObjectInputStream` waits for the header that the constructor of the other side's
//! `ObjectOutputStream` writes. If both sides create their input first, both wait for ever:
//!
//! ```text
//! client  new ObjectInputStream(..)   waits for the server's header
//! server  new ObjectInputStream(..)   waits for the client's header
//! ```
//!
//! It also happens if the output is created first but its header stays in a buffer: the constructor does
//! not flush. So create the output first, flush it, and then create the input. It is enough that one side
//! does so:
//!
//! ```
//! use std::io::{BufReader, BufWriter};
//! use std::net::{TcpListener, TcpStream};
//!
//! use javatalk::data::Error;
//! use javatalk::object::{Object, ObjectInput, ObjectOutput};
//!
//! fn streams(
//!     socket: TcpStream,
//! ) -> Result<(ObjectInput<BufReader<TcpStream>>, ObjectOutput<BufWriter<TcpStream>>), Error> {
//!     let mut output = ObjectOutput::new(BufWriter::new(socket.try_clone()?))?;
//!     output.flush()?;
//!     let input = ObjectInput::new(BufReader::new(socket))?;
//!     Ok((input, output))
//! }
//!
//! # fn main() -> Result<(), Error> {
//! let listener = TcpListener::bind("localhost:0")?;
//! let address = listener.local_addr()?;
//! let server = std::thread::spawn(move || -> Result<(), Error> {
//!     let (mut input, mut output) = streams(listener.accept()?.0)?;
//!     let question = input.read_object()?;
//!     output.write_object(question.as_ref())?;
//!     output.flush()
//! });
//!
//! let (mut input, mut output) = streams(TcpStream::connect(address)?)?;
//! output.write_object(&Object::from("hello"))?;
//! output.flush()?;
//! assert_eq!(input.read_object()?, Some(Object::from("hello")));
//! server.join().unwrap()
//! # }
//! ```
//!
//! For the same reason, one pair of streams serves the whole connection. A second `ObjectOutputStream`
//! over the same socket writes a second header, for which the reader reports `invalid type code: AC`.
//!
//! # Memory
//!
//! No length is trusted: memory is allocated as bytes arrive, as in the rest of the library. In addition,
//! both streams keep every object until a reset, as in Java: the reader up to 256 bytes for each, and its
//! content. A program that never calls [`reset`](ObjectOutput::reset) keeps all that it has ever written;
//! [`write_string`](ObjectOutput::write_string) keeps nothing on this side.
//!
#![doc = include_str!("../../../docs/object-streams.md")]

mod blocks;
mod class;
mod content;
mod error;
mod input;
mod output;
pub(crate) mod wire;

pub use blocks::Blocks;
pub use content::{Content, Object};
pub use error::ObjectError;
pub use input::ObjectInput;
pub use output::ObjectOutput;
