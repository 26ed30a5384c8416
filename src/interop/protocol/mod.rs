//! The peer protocol: the calls that the harness asks a peer to make, and the messages that carry
//! them.

pub(crate) mod call;
pub(crate) mod identity;
pub(crate) mod message;
pub(crate) mod names;
