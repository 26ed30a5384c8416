//! Pairs of whole console programs in every pairing: how they are launched and run, and their
//! inputs.

pub(crate) mod case;
pub(crate) mod cases;
mod default_port;
pub(crate) mod launch;
pub(crate) mod pair;
pub(crate) mod pairs;
pub(crate) mod run;
pub(crate) mod set_up_error;

pub(crate) use case::{CaseScript, ChatCase};
pub(crate) use default_port::is_listened_on;
pub(crate) use launch::Programs;
pub(crate) use pair::ProgramPair;
pub(crate) use run::announced;
pub(crate) use set_up_error::SetUpError;
