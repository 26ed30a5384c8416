//! Subcommands that the harness starts itself: the Rust peer, and the supervisor of every program.

pub(crate) mod peer;
pub(crate) mod supervisor;
