//! What counts as equal, and which participant a difference is blamed on. This module is pure: it
//! plays nothing and reads nothing.

pub(crate) mod programs;
pub(crate) mod scenario;
