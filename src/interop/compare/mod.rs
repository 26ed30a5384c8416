//! What counts as equal, and which participant a difference is blamed on. Nothing here runs anything.

pub(crate) mod programs;
pub(crate) mod scenario;
