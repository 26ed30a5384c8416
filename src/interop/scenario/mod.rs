//! Scenarios: single calls of `DataInput` and `DataOutput`, played by two peers that stay alive for
//! the whole run.
//!
//! | module | hides |
//! |---|---|
//! | [`language`] | the format of scenario files: generators, literals, and what each step does |
//! | `player` | how two peers are led through a scenario, and what is recorded; it never compares |
//! | [`quiescence`] | when a fault of the network plan fires |
//! | [`runner`] | the pool of peers, and the time limits of a scenario |
//! | [`transcript`] | everything that was observed while a scenario was played |

pub mod language;
mod player;
pub(crate) mod quiescence;
pub(crate) mod runner;
pub(crate) mod transcript;

pub(crate) use runner::Runner;
