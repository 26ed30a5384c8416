//! The peer protocol: the calls that a peer is told to make, and the messages in which it is told.

pub(crate) mod call;
pub(crate) mod message;
pub(crate) mod names;
