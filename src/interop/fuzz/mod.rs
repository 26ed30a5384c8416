//! The search: random scenarios in every pairing, to find differences that no hand-written test
//! covers.
//!
//! A [`GeneratedScenario`](generate::GeneratedScenario) is determined by a seed and a number. A [`Campaign`] plays one after
//! another and compares each as the matrix does. A scenario that differs in some pairing is
//! minimized, and becomes a scenario file like those in `tests/scenarios`.
//!
//! | module | hides |
//! |---|---|
//! | `generate` | that a seed and a number always give the same scenario, and one that runs to its end |
//! | `generate::steps` | the order of calls, so that most reads find bytes and none waits forever |
//! | `generate::profile` | how often each kind of content is written |
//! | `generate::value`, `generate::phrase` | which values are tried, and how often |
//! | [`campaign`] | playing many scenarios at a time, and when to end |
//! | `minimize` | comparing a smaller scenario again |
//! | `minimize::steps`, `minimize::values` | which scenario is smaller, and which value simpler; they play nothing |
//! | [`finding`], [`corpus`] | the report of a difference, and where it is kept |
//! | [`counts`], [`json`] | the counts, and the results as data |
//! | `schedule` | which case is next, and when a campaign is over |
//! | [`pairs`] | the same search among the cases of a user's pair of programs |

pub(crate) mod campaign;
pub(crate) mod corpus;
pub(crate) mod counts;
pub(crate) mod finding;
pub(crate) mod generate;
pub(crate) mod json;
pub(crate) mod minimize;
pub(crate) mod pairs;
mod schedule;

pub(crate) use campaign::{Campaign, Extent, Plan, Watch};
pub(crate) use corpus::Corpus;
pub(crate) use counts::{Counts, End};
pub(crate) use finding::{Finding, Size};
pub(crate) use json::{Found, Results};
