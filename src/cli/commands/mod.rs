//! The subcommands, a file each.

pub(crate) mod client;
pub(crate) mod faults;
pub(crate) mod fuzz;
pub(crate) mod interop;
pub(crate) mod jdks;
pub(crate) mod load;
pub(crate) mod packets;
pub(crate) mod pair;
pub(crate) mod peer;
pub(crate) mod peer_check;
pub(crate) mod reference_jvm;
pub(crate) mod report;
pub(crate) mod server;
pub(crate) mod trace;
