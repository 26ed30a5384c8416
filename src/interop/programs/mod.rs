//! The console programs in every pairing: one message there and the same message back, and
//! conversations.

pub(crate) mod case;
pub mod cases;
pub(crate) mod launch;
pub(crate) mod pair;
pub(crate) mod run;

pub use case::{CaseScript, ChatCase};
pub(crate) use launch::is_listened_on;
pub use launch::{ExternalPair, Programs, SetUpError};
pub use pair::ProgramPair;
pub use run::announced;
