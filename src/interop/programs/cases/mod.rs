//! The cases that the programs of this package are played in, a file for each suite.

pub(crate) mod conversation;
pub(crate) mod hello;
pub(crate) mod hello_network;
pub(crate) mod hello_scripted;
pub(crate) mod line;
pub(crate) mod raw;
