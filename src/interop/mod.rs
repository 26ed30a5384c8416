//! The harness: proves the programs and the library of this package against a real JDK.
//!
//! Every input is played in every pairing of Rust and Java. Each pairing must show what Java with
//! Java shows in the same run: the same output of both programs, the same success or failure, the
//! same bytes in both directions, and the same end of each direction. No expected value is written
//! by hand.
//!
//! Each module hides one thing:
//!
//! | module | hides |
//! |---|---|
//! | [`model`] | the vocabulary as plain data: participants, cases, observations, verdicts |
//! | [`protocol`] | which methods there are and how they are called, and the text form of commands and answers |
//! | [`toolbox`] | where the executables, JDKs and compiled programs of a run are |
//! | [`proxy`] | the relay that records or disturbs a connection, and the scripted peer |
//! | [`peer`] | the processes of peers and their pool, the Rust peer, and `peer-check` |
//! | [`scenario`] | the scenario language, and how two peers play a scenario |
//! | [`programs`] | how pairs of whole programs are launched, and their inputs |
//! | [`compare`] | what counts as equal, and which participant is to blame; runs nothing |
//! | `oracle` | the reference runs, and when a difference counts |
//! | [`suites`] | the cases of one kind, in every pairing |
//! | [`runner`] | all suites, and the worker pool that runs their cases |
//! | [`faults`] | scenarios whose connection breaks, at every byte |
//! | [`fuzz`] | random scenarios in every pairing, and minimizing those that differ |
//! | [`report`] | the report formats |

pub(crate) mod compare;
#[cfg(feature = "cli")]
pub(crate) mod faults;
#[cfg(feature = "cli")]
pub(crate) mod fuzz;
pub(crate) mod model;
mod oracle;
pub(crate) mod peer;
pub(crate) mod programs;
pub(crate) mod protocol;
pub(crate) mod proxy;
pub mod report;
pub(crate) mod runner;
pub(crate) mod scenario;
pub(crate) mod suites;
pub(crate) mod toolbox;
