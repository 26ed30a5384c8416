//! Suites: the cases of one kind, played in every pairing and evaluated by the oracle.

pub mod evaluation;
pub mod packets;
pub mod programs;
pub mod scenarios;
