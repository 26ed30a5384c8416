//! The vocabulary of the harness as plain data: the participants, the observations, and the
//! verdicts. This module runs nothing.

pub(crate) mod case;
pub(crate) mod deadlock;
pub(crate) mod evidence;
pub(crate) mod fields;
pub(crate) mod known_difference;
pub(crate) mod observation;
pub(crate) mod pair;
pub(crate) mod participant;
pub(crate) mod program_events;
pub(crate) mod shard;
pub(crate) mod traffic;
pub(crate) mod verdict;
