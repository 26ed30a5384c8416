//! The peer protocol: the calls that a peer is told to make, and the messages in which it is told.

pub mod call;
pub mod message;
pub mod names;
