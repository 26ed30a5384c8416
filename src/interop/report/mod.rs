//! Showing what came of a run.
//!
//! Pure: every report is made from a [`Run`], and a run can be read again from its JSON.

mod coverage;
mod failure;
mod run;
mod table;
mod trace;

pub use coverage::coverage;
pub use failure::failure;
pub use run::{Blame, CaseEntry, Event, FORMAT, FieldEntry, FlowEntry, PeerEntry, Run, Side};
pub use table::{Paint, counts, remarks, table};
pub(super) use trace::side;
