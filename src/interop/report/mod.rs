//! Showing what came of a run.
//!
//! Pure: every report is made from a [`Run`], and a run can be read again from its JSON.
//!
//! | file | holds |
//! |---|---|
//! | `run`, `gather` | the results as data, which are the JSON; making them |
//! | `participants` | who took part, and in which version |
//! | `trace` | what two console programs showed, as a conversation |
//! | `join`, `changes` | many runs as one; what differs from another run |
//! | `causes` | the failures by their cause |
//! | `coverage` | which calls the scenarios have tried |
//! | `grid` | rows and columns, the same in every report |
//! | `terminal`, `table`, `failure` | for a terminal |
//! | `markdown`, `junit`, `html` | for the summary of a CI system, for its machinery, for a browser |

pub(crate) mod baseline;
pub(crate) mod build;
mod causes;
mod coverage;
mod failure;
mod grid;
mod html;
mod join;
mod junit;
mod markdown;
mod participants;
pub(crate) mod run;
mod table;
mod terminal;

pub use baseline::{Change, Changes};
pub use coverage::coverage;
pub use failure::failure;
pub use html::html;
pub use join::{JoinError, join};
pub use junit::junit;
pub use markdown::markdown;
pub use participants::{listed, participants};
pub(crate) use run::seconds;
pub use run::{Blame, CaseEntry, FORMAT, GoodEntry, KnownCount, KnownEntry, Run, json};
pub use table::{Paint, counts, remarks, table};
pub use terminal::terminal;

pub use super::model::evidence::{Event, FieldEntry, FlowEntry, PeerEntry, Side};
