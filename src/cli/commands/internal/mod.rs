//! Commands that the harness starts itself: our peer, and the supervisor of every program.

pub(crate) mod peer;
pub(crate) mod supervisor;
