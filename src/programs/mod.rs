//! The chat programs: a client sends a message, and the server sends the same message back.
//!
//! They behave exactly like the original `client.java` and `server.java`, to the byte on stdout and
//! on the wire. Two differences are deliberate: the server listens on loopback unless told
//! otherwise, and errors say what to do.
//!
//! A conversation repeats this until the client has no more messages, as in `ChatClient.java` and
//! `ChatServer.java`. [`framing::Framing`] says what a message is on the wire: what `writeUTF` writes, a line
//! of text in some charset as in `LineClient.java` and `LineServer.java`, a string in an object stream
//! as in `ObjectClient.java` and `ObjectServer.java`, or raw bytes as in the small Python and C++ programs
//! `raw_client` and `raw_server`.
//!
//! [`Client`] and [`Server`] own the sockets and hold the loops, one each for all framings.

pub(crate) mod charset;
mod client;
mod console;
mod error;
pub(crate) mod framing;
mod host;
#[cfg(feature = "cli")]
pub(crate) mod load;
pub(crate) mod packets;
mod partial_message;
pub(crate) mod server;
#[cfg(feature = "cli")]
pub(crate) mod service;
mod socket;

pub(crate) use client::Client;
pub(crate) use console::{Console, Lines};
pub(crate) use error::Error;
pub(crate) use host::{Host, interface, resolve};
pub(crate) use server::Server;

/// The port of the original programs.
pub(crate) const DEFAULT_PORT: u16 = 666;
