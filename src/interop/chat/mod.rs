//! The console programs in every pairing: one message there, the same message back.

mod conversation;
mod programs;
mod raw_rows;
mod rows;
mod suite;

pub use conversation::announced;
pub use programs::{Pairs, Programs, SetUpError};
pub use rows::{Play, Row, rows};
pub use suite::Chat;
