//! The reports of a run.
//!
//! This module is pure: every report is made from a [`Run`], and a run can be read back from its
//! JSON.
//!
//! | module | hides |
//! |---|---|
//! | `run`, `build` | the results as data, which are the JSON, and how they are made |
//! | `participants` | the participants and their versions |
//! | `join`, `baseline` | joining several runs; the changes since another run |
//! | `causes` | grouping failures by cause |
//! | `coverage` | which calls the scenarios have tried |
//! | `grid` | rows and columns, the same in every report |
//! | `terminal`, `table`, `failure` | the terminal output |
//! | `markdown`, `junit`, `html` | the summary of a CI system, its test results, and a page for a browser |

pub(crate) mod baseline;
pub(crate) mod build;
mod causes;
mod coverage;
mod failure;
mod grid;
#[cfg(feature = "cli")]
mod html;
pub(crate) mod join;
#[cfg(feature = "cli")]
mod junit;
mod markdown;
mod participants;
pub(crate) mod run;
mod table;
mod terminal;

pub use baseline::{Change, Changes};
pub use coverage::coverage;
pub use failure::failure;
#[cfg(feature = "cli")]
pub use html::html;
pub use join::{JoinError, join};
#[cfg(feature = "cli")]
pub use junit::junit;
pub use markdown::markdown;
pub use participants::{listed, participants};
pub(crate) use run::seconds;
pub use run::{Blame, CaseEntry, FORMAT, GoodEntry, KnownCount, KnownEntry, Run, json};
pub use table::{Paint, counts, remarks, table};
pub use terminal::terminal;

pub use super::model::evidence::{
    ConnectionEntry, Event, FieldEntry, FlowEntry, MaskEntry, PeerEntry, ProgramEntry, Side,
};
