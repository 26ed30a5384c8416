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
pub(crate) mod json;
pub(crate) mod places;
pub(crate) mod run;

pub(crate) use counts::Difference;
pub(crate) use places::{is_sure, points};
pub(crate) use run::{Plan, sweep};
