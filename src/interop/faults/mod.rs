//! Scenarios under every fault at every byte: what one side still sees when the connection breaks,
//! and that pieces change nothing.
//!
//! | part | hides |
//! |---|---|
//! | [`points()`](places::points) | where a conversation can break, and which places are left out |
//! | [`sweep()`] | playing all of them, several at a time |
//! | [`Counts`] | what came of them, counted by fault |
//!
//! A split must change nothing. For the others Java with Java under the same fault is right. The
//! fault happens when both sides have come to rest: every call is answered that can be, and who
//! waits for bytes has taken all that came, so that it is no matter of luck what they see.

pub(crate) mod counts;
pub mod json;
pub mod places;
pub(crate) mod run;

pub use counts::{Count, Counts, Difference};
pub use places::{Points, is_sure, points};
pub use run::{Plan, sweep};
