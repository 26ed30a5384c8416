//! Scenarios in every pairing: single calls of `DataInput` and `DataOutput`, played by peers that
//! stay alive for the whole run.
//!
//! `player` leads two peers through a scenario and writes down what both saw; it never parses.
//! [`judge()`] compares that with the oracle; it never runs anything. [`cast`](Cast) holds the
//! peers' processes, [`suite`](Scenarios) puts all together.

mod cast;
mod judge;
mod performance;
mod player;
mod suite;

pub use cast::{Cast, CastError, Guest};
pub use judge::judge;
pub use performance::{Entry, Finale, Performance};
pub use suite::Scenarios;
