//! The console programs in every pairing: one message there, the same message back.

mod bench;
mod conversation;
mod raw_rows;
mod rows;
mod suite;

pub use bench::{Bench, SetUpError};
pub use conversation::announced;
pub use rows::{Play, Row, rows};
pub use suite::Chat;
