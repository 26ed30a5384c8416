//! Peer processes: starting them, telling them what to do, and keeping a pool of them.

pub mod check;
pub mod command_line;
pub mod error;
pub mod pool;
pub mod process;
pub mod reader;
pub mod rust;
