//! The inputs for the programs of this package, one file for each suite.

pub(crate) mod conversation;
pub(crate) mod hello;
pub(crate) mod hello_network;
pub(crate) mod hello_scripted;
pub(crate) mod line;
pub(crate) mod object;
pub(crate) mod raw;
