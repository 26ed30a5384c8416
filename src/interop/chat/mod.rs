//! The console programs in every pairing: one message there and the same message back, and
//! conversations.

mod conversation;
mod conversation_rows;
mod duet;
mod line_rows;
mod network_rows;
mod piece_rows;
mod programs;
mod raw_rows;
mod rows;
mod suite;

pub use conversation::announced;
pub use duet::Duet;
pub(in crate::interop) use programs::is_listened_on;
pub use programs::{Pairs, Programs, SetUpError};
pub use rows::{Play, Row};
pub use suite::Chat;
