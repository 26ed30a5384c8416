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
//! A conversation of bytes as they are, a message being what one `recv` brings, is what the small
//! programs `raw_client` and `raw_server` in Python and C++ have ([`Client::chat_raw`],
//! [`Server::chat_raw`]).
//!
//! [`Client`] and [`Server`] hold the sockets; what passes over them are the functions
//! [`exchange`], [`answer`], [`answer_all`], [`answer_lines`] and [`answer_pieces`], which work on any stream.

pub(crate) mod charset;
mod client;
mod console;
mod error;
pub(crate) mod framing;
mod host;
pub(crate) mod load;
pub(crate) mod packets;
mod server;
pub(crate) mod service;
mod socket;

pub(crate) use client::{Client, exchange};
pub(crate) use console::Console;
pub(crate) use error::Error;
pub(crate) use framing::raw::RECV_BUFFER;
pub(crate) use framing::utf::Lines;
pub(crate) use host::{Host, interface, resolve};
pub(crate) use server::{Server, answer};

/// The port of the original programs.
pub(crate) const DEFAULT_PORT: u16 = 666;
