//! The chat programs: a client sends a message, and the server sends the same message back.
//!
//! They behave exactly like the original `client.java` and `server.java`, to the byte on stdout and
//! on the wire. Two differences are deliberate: the server listens on loopback unless told
//! otherwise, and errors say what to do.
//!
//! A conversation repeats this until the client has no more messages ([`Client::chat`],
//! [`Server::chat`]), as in `ChatClient.java` and `ChatServer.java`.
//!
//! A conversation in lines of text, in some charset, is what `LineClient.java` and
//! `LineServer.java` have ([`Client::chat_in_lines`], [`Server::chat_in_lines`]).
//!
//! A conversation in raw bytes, where a message is what one `recv` returns, is what the small
//! Python and C++ programs `raw_client` and `raw_server` have ([`Client::chat_raw`],
//! [`Server::chat_raw`]).
//!
//! [`Client`] and [`Server`] own the sockets. The functions [`exchange`], [`answer`],
//! [`answer_all`], [`answer_lines`] and [`answer_pieces`] work on any stream.

mod begun;
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
