//! Pairs of whole console programs in every pairing: how they are launched and run, and their
//! inputs.

pub(crate) mod case;
pub(crate) mod cases;
pub(crate) mod launch;
pub(crate) mod pair;
pub(crate) mod run;

pub(crate) use case::{CaseScript, ChatCase};
pub(crate) use launch::{ExternalPair, Programs, SetUpError, is_listened_on};
pub(crate) use pair::ProgramPair;
pub(crate) use run::announced;
