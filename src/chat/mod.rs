//! The hello/hi programs: one message there, the same message back.
//!
//! They do what the original `client.java` and `server.java` do, to the byte of stdout and of the
//! wire. What differs on purpose: the server listens on loopback unless told otherwise, and errors
//! say what to do.
//!
//! A conversation is the same again and again, until the client has no more to say
//! ([`Client::chat`], [`Server::chat`]); that is what `ChatClient.java` and `ChatServer.java` do.
//!
//! A conversation in lines of text, in some character set, is what `LineClient.java` and
//! `LineServer.java` have ([`Client::chat_in_lines`], [`Server::chat_in_lines`]).
//!
//! [`Client`] and [`Server`] hold the sockets; what passes over them are the functions
//! [`exchange`], [`answer`], [`answer_all`] and [`answer_lines`], which work on any stream.

mod client;
mod console;
mod conversation;
mod error;
pub mod forever;
mod line;
pub mod load;
mod server;
mod socket;

pub use client::{Client, exchange};
pub use console::Console;
pub use conversation::{Lines, answer_all};
pub use error::Error;
pub use line::answer_lines;
pub use server::{Server, answer};
pub(crate) use socket::resolve;

/// The port of the original programs.
pub const DEFAULT_PORT: u16 = 666;
