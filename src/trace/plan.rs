//! What is to be traced: two programs, and what they are given.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::interop::model::fields::Fields;
use crate::system::process::Invocation;
use crate::system::wait::{Notify, Timeouts};

/// A program that plays a role.
pub(crate) struct Program<'a> {
    /// Who it is.
    pub name: String,
    /// How it is started, told the port.
    pub invocation: Box<dyn Fn(u16) -> Invocation + 'a>,
    /// Whether it may go on after the conversation, and wait for the next.
    pub may_go_on: bool,
}

/// What is to be played, and how.
pub(crate) struct Play<'a> {
    /// The executable that guards both.
    pub javatalk: &'a Path,
    /// Who connects.
    pub client: Program<'a>,
    /// Who listens.
    pub server: Program<'a>,
    /// Where the server listens, if nobody sees it; none if the system chooses, and the server says
    /// which.
    pub port: Option<u16>,
    /// What the client is told.
    pub input: Vec<u8>,
    /// What the bytes of the client mean, and those of the server.
    pub fields: [Fields; 2],
    /// For how long nothing may happen.
    pub timeouts: Timeouts,
    /// Set when nobody wants to wait any more; then the bell rings.
    pub stop: &'a AtomicBool,
    /// Rung whenever something happens.
    pub notify: &'a Arc<Notify>,
}
