//! The console programs in every pairing: one message there, the same message back.

mod conversation;
mod raw_rows;
mod rows;

pub use conversation::{Bench, SetUpError, announced};
pub use rows::{Play, Row, rows};

/// What the names of these tests begin with.
pub const SUITE: &str = "chat";
