//! Peer processes: starting them, telling them what to do, and keeping a pool of them.

pub(crate) mod check;
pub(crate) mod command_line;
pub(crate) mod error;
pub(crate) mod pool;
pub(crate) mod process;
pub(crate) mod reader;
pub mod rust;
