//! Compares a run of a user's pair of programs with the oracle's run. Pure: it plays nothing and
//! reads nothing.
//!
//! | module | hides |
//! |---|---|
//! | `view` | masks and unordered lines: a text as it is compared |
//! | `channel` | outputs and directions, matched between the two runs |
//! | `hunks` | every place at which two texts differ |
//! | `difference` | every place at which the runs differ, and the order of these places in time |
//! | `blame` | the first of them, which is the cause of the others |
//! | `words` | how differences are said |
//! | `steps` | how far the script had come |
//! | `ending` | the verdict, also on a run that did not complete |
//! | `oracle_ending` | why an oracle that did not complete judges nothing, and what to do about it |
//! | `told` | how a run ended, in words |
//! | `known` | the differences that the user knows |
//! | `masks` | what the masks have hidden |
//! | `suggestion` | masks for an oracle that differs from itself |

mod blame;
mod channel;
mod difference;
mod ending;
mod hunks;
mod known;
mod masks;
mod oracle_ending;
mod steps;
mod suggestion;
mod told;
pub(crate) mod view;
mod words;

pub use ending::judge;
pub(crate) use masks::masks;
pub(crate) use oracle_ending::remark;
pub use suggestion::suggestions;
pub(crate) use words::port_name;

use crate::interop::model::pair::run::PairRun;
use crate::interop::model::pair::{
    Aspect, Comparison, KnownPairDifference, Port, ScriptStep, Sides, Wire,
};

/// What a comparison needs to know of a pair and its case.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The name of the case in the pair file.
    pub case: &'a str,
    pub comparison: &'a Comparison,
    /// What may differ; nothing where the oracle is compared with itself.
    pub known_differences: &'a [KnownPairDifference],
    pub script: &'a [ScriptStep],
    pub ports: &'a [Port],
    pub wire: &'a Sides<Wire>,
    /// Whether the network breaks the connections. A run that breaks off is an outcome then.
    pub network_breaks: bool,
    /// Whether the server has to end by itself.
    pub server_ends_by_itself: bool,
    /// What is typed, and at which program, so that the server ends; none if SIGTERM stops it.
    pub server_is_told: Option<(Told, &'a [u8])>,
}

/// The program at which is typed what ends the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    Server,
    /// One more client.
    Client,
}

impl Rules<'_> {
    fn compares(&self, aspect: Aspect) -> bool {
        self.comparison.aspects.contains(&aspect)
    }
}

/// How a run ended, in words.
pub(crate) fn ending_of(rules: &Rules<'_>, run: &PairRun) -> String {
    told::told(rules, run, run)
}
