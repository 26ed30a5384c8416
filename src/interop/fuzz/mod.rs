//! The search: random dialogues in every pairing, for what nobody thought of.
//!
//! A [`GeneratedScenario`] is a scenario that is made from a seed and a number alone. A [`Campaign`] plays one
//! after another and judges each by the rule of the matrix; what is not the same in some pairing is
//! made small, and is then a scenario file as those in `tests/scenarios`.
//!
//! | part | hides |
//! |---|---|
//! | `dialogue` | that a seed and a number are always the same scenario, and one that comes to its end |
//! | `improviser` | how calls follow each other, so that most reads find something and none waits for ever |
//! | `mood` | what is said how often |
//! | `value`, `phrase` | which values are tried, and how often |
//! | [`hunt`](Campaign) | playing many at a time, and when to end |
//! | `reduction` | putting a smaller dialogue to the judge again |
//! | `shrink`, `simpler` | what is smaller than a dialogue, and simpler than a value; they play nothing |
//! | [`finding`](Finding), [`shelf`](Corpus) | what is told of a difference, and keeping it |
//! | [`tally`](Counts), [`json`] | the counts, and the results as data |

pub(crate) mod campaign;
pub(crate) mod corpus;
pub(crate) mod counts;
pub(crate) mod finding;
pub(crate) mod generate;
pub(crate) mod json;
pub(crate) mod minimize;

pub(crate) use campaign::{Campaign, Extent, Plan, Watch};
pub(crate) use corpus::Corpus;
pub(crate) use counts::{Counts, End};
pub(crate) use finding::{Finding, Size};
pub(crate) use json::Results;
