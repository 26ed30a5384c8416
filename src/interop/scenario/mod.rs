//! Scenarios in every pairing: single calls of `DataInput` and `DataOutput`, played by peers that
//! stay alive for the whole run.
//!
//! `player` leads two peers through a scenario and writes down what both saw; it never parses.
//! [`judge()`] compares that with the oracle; it never runs anything. [`cast`](Cast) holds the
//! peers' processes, and a [`Theatre`] gives them the time that they need. A [`Trial`] is one
//! scenario before its judge, [`suite`](Scenarios) all of them.

mod cast;
mod judge;
mod performance;
mod player;
mod rest;
mod suite;
mod theatre;
mod trial;

pub use cast::{Cast, CastError, Guest};
pub use judge::judge;
pub use performance::{Entry, Finale, Performance};
pub use suite::Scenarios;
pub use theatre::Theatre;
pub use trial::{Heard, Trial};
