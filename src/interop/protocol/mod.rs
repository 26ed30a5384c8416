//! The peer protocol: the calls that the harness asks a peer to make, and the messages that carry
//! them.
//!
//! `method` is the table of methods, and `dispatch` calls one by its name.

pub(crate) mod call;
pub(crate) mod declaration;
pub(crate) mod dispatch;
pub(crate) mod exception;
pub(crate) mod format;
pub(crate) mod identity;
pub(crate) mod known_objects;
pub(crate) mod message;
pub(crate) mod method;
pub(crate) mod names;
pub(crate) mod object;
pub(crate) mod value;
