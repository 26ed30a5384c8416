//! Peers: their processes, the pool that keeps the processes for a run, the Rust peer, and
//! `peer-check`.

pub(crate) mod check;
pub(crate) mod error;
pub(crate) mod pool;
pub(crate) mod process;
pub(crate) mod reader;
pub mod rust;
