//! What to trace: two programs, and their input.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::programs::framing::Framing;
use crate::system::process::Invocation;
use crate::system::wait::{Notify, Timeouts};

/// A program in one of the two roles.
pub(crate) struct Program<'a> {
    pub name: String,
    /// The command line for a port.
    pub invocation: Box<dyn Fn(u16) -> Invocation + 'a>,
    /// Whether it may keep running after the conversation and wait for another one.
    pub may_go_on: bool,
}

/// A conversation to trace.
pub(crate) struct Play<'a> {
    /// The executable that contains the supervisor.
    pub javatalk: &'a Path,
    pub client: Program<'a>,
    pub server: Program<'a>,
    /// The server's port, if it cannot be detected. `None` if the system chooses it and the server
    /// prints it.
    pub port: Option<u16>,
    /// The client's stdin.
    pub input: Vec<u8>,
    /// The framing of the client's messages, and of the server's; `None` if it is unknown.
    pub framings: [Option<Framing>; 2],
    /// When to give up.
    pub timeouts: Timeouts,
    /// Set to end the trace early; then `notify` is notified.
    pub stop: &'a AtomicBool,
    /// Notified of every event.
    pub notify: &'a Arc<Notify>,
}
