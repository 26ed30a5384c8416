//! The comparison of what was seen with what the oracle showed, and the known differences set aside.

pub(crate) mod known_differences;
pub(crate) mod pairs;
pub(crate) mod programs;
pub(crate) mod scenario;
