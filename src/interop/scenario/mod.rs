//! Scenarios in every pairing: single calls of `DataInput` and `DataOutput`, played by peers that
//! stay alive for the whole run.
//!
//! `player` leads two peers through a scenario and writes down what both saw; it never parses.
//! [`judge()`] compares that with the oracle; it never runs anything. [`cast`](Cast) holds the
//! peers' processes, and a [`Theatre`] gives them the time that they need. A [`Trial`] is one
//! scenario before its judge, [`suite`](Scenarios) all of them.

pub(crate) mod evaluation;
pub mod language;
mod player;
pub(crate) mod quiescence;
pub(crate) mod runner;
mod suite;
pub(crate) mod transcript;

pub use evaluation::{Heard, Trial};
pub use runner::Theatre;
pub use suite::Scenarios;
pub use transcript::{Entry, Finale, Performance};

pub use super::compare::scenario::judge;
pub use super::peer::pool::{Cast, CastError, Guest};
