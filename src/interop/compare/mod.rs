//! What counts as equal, and which participant a difference is blamed on. Nothing here runs anything.

pub mod programs;
pub mod scenario;
