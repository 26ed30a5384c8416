//! Scenarios in every pairing: single calls of `DataInput` and `DataOutput`, played by peers that
//! stay alive for the whole run.
//!
//! `player` leads two peers through a scenario and writes down what both saw; it never parses.
//! [`judge()`] compares that with the oracle; it never runs anything. [`cast`](PeerPool) holds the
//! peers' processes, and a [`Runner`] gives them the time that they need. A [`Evaluation`] is one
//! scenario before its judge, [`suite`](Scenarios) all of them.

pub mod language;
mod player;
pub(crate) mod quiescence;
pub(crate) mod runner;
pub(crate) mod transcript;

pub(crate) use runner::Runner;
