//! Showing what came of a run. Pure: every report is made from the same results.

mod failure;
pub mod json;
mod table;
mod trace;

pub use failure::failure;
pub use table::{Paint, counts, remarks, table};
pub(super) use trace::trace;
