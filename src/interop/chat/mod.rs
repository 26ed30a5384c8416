//! The console programs in every pairing: one message there, the same message back.

mod bench;
mod conversation;
mod raw_rows;
mod rows;

pub use bench::{Bench, SetUpError};
pub use conversation::announced;
pub use rows::{Play, Row, rows};

/// What the names of these tests begin with.
pub const SUITE: &str = "chat";
