//! The hello/hi programs: one message there, the same message back.
//!
//! They do what the original `client.java` and `server.java` do, to the byte of stdout and of the
//! wire. What differs on purpose: the server listens on loopback unless told otherwise, and errors
//! say what to do.
//!
//! [`Client`] and [`Server`] hold the sockets; what passes over them are the functions
//! [`exchange`] and [`answer`], which work on any stream.

mod client;
mod console;
mod error;
mod server;
mod socket;

pub use client::{Client, exchange};
pub use console::read_line;
pub use error::Error;
pub use server::{Server, answer};

/// The port of the original programs.
pub const DEFAULT_PORT: u16 = 666;
