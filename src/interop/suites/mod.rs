//! The suites: the cases of one kind, played in every pairing and evaluated by the oracle.

pub(crate) mod evaluation;
pub(crate) mod packets;
pub(crate) mod pairs;
pub(crate) mod programs;
pub(crate) mod scenarios;
