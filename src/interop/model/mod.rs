//! The words of the harness as plain data: who takes part, what was observed, and what was concluded.

pub mod case;
pub mod deadlock;
pub mod evidence;
pub mod fields;
pub mod observation;
pub mod participant;
pub(crate) mod program_events;
pub mod shard;
pub mod traffic;
pub mod verdict;
