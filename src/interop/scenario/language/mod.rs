//! Scenario files: a claim, and the calls of both roles that prove it.
//!
//! ```text
//! # An unpaired surrogate survives the trip.
//! client writeUTF "\uD800"
//! server readUTF
//! server writeUTF "ok"
//! client readUTF
//! ```
//!
//! `tests/scenarios/readme.scenario` explains the format, and runs. This module hides the format:
//! whoever plays a scenario sees [`Scenario`] and its [`Step`]s alone, with generators expanded and
//! every value checked against the method that takes it. It never runs anything, and reads files
//! in [`load`] only.
//!
//! | part | hides |
//! |---|---|
//! | `source` | the lines of a file: how they are read and printed |
//! | `literal`, `range`, `number`, `spelling` | how values are written |
//! | `expand` | generators: `for`, `repeat`, `both ways` |
//! | `label` | how a value becomes part of a name |
//! | `limits` | how much a file may ask for |
//! | `folder` | where files are, and those inside the command |
//! | [`rehearsal`] | what each step takes and does, worked out in memory |
//! | `edge`, [`coverage`] | which edges of which methods the scenarios try |

pub mod coverage;
mod edge;
mod error;
mod expand;
mod label;
mod limits;
mod literal;
pub(crate) mod load;
mod number;
pub(crate) mod print;
mod range;
pub mod simulate;
pub(crate) mod syntax;

use std::fmt;

pub use coverage::Coverage;
pub use edge::Edge;
pub use error::{LoadError, ScriptError};
use limits::Cost;
pub use literal::{Literal, MOST_ELEMENTS};
pub use load::{embedded, embedded_files, load};
pub use syntax::{Generator, Rounds, Statement};

use crate::interop::model::participant::Role;
use crate::interop::protocol::call::Call;
use crate::interop::proxy::plan::NetworkPlan;

/// A scenario file: one claim, and one named case for each value of its generators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// The name of its file, without folder and ending.
    pub name: String,
    /// The file, as it was named.
    pub file: String,
    /// What it claims, one sentence.
    pub claim: String,
    /// Its lines, the first of which is the claim.
    pub source: Vec<Statement>,
    cases: Vec<Scenario>,
    cost: Cost,
}

impl Script {
    /// Reads the text of the file of this name.
    ///
    /// # Errors
    ///
    /// The first line that is not in the format, and what was expected there.
    pub fn parse(file: &str, text: &str) -> Result<Self, ScriptError> {
        let wrong = |(line, what)| ScriptError {
            file: file.to_owned(),
            line,
            what,
        };
        let name = syntax::stem(file).map_err(|what| wrong((1, what)))?;
        let source = syntax::parse(text).map_err(wrong)?;
        let Some(Statement::Comment(claim)) = source.first() else {
            return Err(wrong((1, syntax::NO_CLAIM.to_owned())));
        };
        let mut script = Self {
            name,
            file: file.to_owned(),
            claim: claim.clone(),
            source,
            cases: Vec::new(),
            cost: Cost::default(),
        };
        (script.cases, script.cost) = expand::cases(&script).map_err(wrong)?;
        Ok(script)
    }

    /// Its cases, with generators expanded, in the order of the file.
    pub fn scenarios(&self) -> Vec<Scenario> {
        self.cases.clone()
    }
}

/// The file again, in the one form that there is for its content.
impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        syntax::print(&self.source, f)
    }
}

/// One named case: a claim, and the steps that prove it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// The name: that of the file, and a label for each value of a generator.
    pub name: String,
    /// What it claims, one sentence.
    pub claim: String,
    /// What happens on the way between the two.
    pub network: NetworkPlan,
    /// What is done, in the order of the file. Each role plays its own, both at once.
    pub steps: Vec<Step>,
    /// The file that it comes from.
    pub file: String,
}

impl Scenario {
    /// The same, its steps in the lines in which they stand when it is printed.
    #[must_use]
    pub fn as_printed(mut self) -> Self {
        // The claim is the first.
        let first = 2 + self.network.clauses().len();
        for (index, step) in self.steps.iter_mut().enumerate() {
            match step {
                Step::Call { line, .. } | Step::Sync { line } => *line = first + index,
            }
        }
        self
    }

    /// The name of its file, without folder and ending: the part of its name that it shares with
    /// the other cases of that file.
    pub fn script(&self) -> &str {
        self.name
            .split_once('.')
            .map_or(&self.name, |(script, _)| script)
    }
}

/// As a file of its own, without generators.
impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "# {}", self.claim)?;
        for clause in self.network.clauses() {
            writeln!(f, "network {clause}")?;
        }
        for step in &self.steps {
            writeln!(f, "{step}")?;
        }
        Ok(())
    }
}

/// A line of a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// One call by one role.
    Call {
        role: Role,
        /// What is called, with which value.
        call: Call,
        /// The line of the file.
        line: usize,
    },
    /// Waits until all calls above have been answered.
    Sync {
        /// The line of the file.
        line: usize,
    },
}

impl Step {
    /// The line of the file.
    pub fn line(&self) -> usize {
        match self {
            Self::Call { line, .. } | Self::Sync { line } => *line,
        }
    }

    /// Who makes it; none for `sync`.
    pub fn role(&self) -> Option<Role> {
        match self {
            Self::Call { role, .. } => Some(*role),
            Self::Sync { .. } => None,
        }
    }
}

/// As it stands in a file: `client writeInt 1`.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call { role, call, .. } => {
                write!(f, "{role} {}", call.method)?;
                match &call.value {
                    Some(value) => write!(f, " {}", print::spelled(value)),
                    None => Ok(()),
                }
            }
            Self::Sync { .. } => f.write_str("sync"),
        }
    }
}
