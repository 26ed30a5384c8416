//! The fault run: scenarios under every fault at every byte. It shows what one side still observes
//! when the connection breaks, and that splitting the bytes changes nothing.
//!
//! | module | hides |
//! |---|---|
//! | [`points()`](places::points) | where a conversation can break, and which places are left out |
//! | [`sweep()`] | playing all of them, several at a time |
//! | [`pairs`] | the same for the cases of a user's pair of programs |
//! | [`counts::Counts`] | the results, counted by kind of fault |
//!
//! A split must change nothing. For every other fault, Java with Java under the same fault is the
//! oracle. A fault fires only when both sides are idle: every call that can complete has been
//! answered, and every role that waits for bytes has read all that arrived. So the outcome does not
//! depend on timing.

pub(crate) mod counts;
pub(crate) mod json;
pub(crate) mod pairs;
pub(crate) mod places;
pub(crate) mod run;

pub(crate) use counts::Difference;
pub(crate) use places::{is_sure, points};
pub(crate) use run::{Plan, sweep};
