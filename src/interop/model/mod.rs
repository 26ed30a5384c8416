//! The words of the harness as plain data: who takes part, what was observed, and what was concluded.

pub(crate) mod case;
pub(crate) mod deadlock;
pub(crate) mod evidence;
pub(crate) mod fields;
pub(crate) mod known_difference;
pub(crate) mod observation;
pub(crate) mod participant;
pub(crate) mod program_events;
pub(crate) mod shard;
pub(crate) mod traffic;
pub(crate) mod verdict;
