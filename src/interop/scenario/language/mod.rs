//! The scenario language: a claim, and the calls of both roles that prove it.
//!
//! ```text
//! # An unpaired surrogate survives the trip.
//! client writeUTF "\uD800"
//! server readUTF
//! server writeUTF "ok"
//! client readUTF
//! ```
//!
//! `tests/scenarios/readme.scenario` explains the format, and runs as a test. This module hides the
//! format: its users see only [`Scenario`] and its [`Step`]s, with generators expanded and every
//! value checked against the method that takes it. It never plays anything, and reads files only in
//! [`load()`].
//!
//! | module | hides |
//! |---|---|
//! | `syntax` | the lines of a file: how they are read and printed |
//! | `literal`, `range`, `quote`, `print` | how values are written |
//! | `expand` | generators: `for`, `repeat`, `both ways` |
//! | `label` | how a value becomes part of a name |
//! | `limits` | how much a file may ask for |
//! | `load` | where files are, and those embedded in the executable |
//! | [`simulate`] | what each step takes and does, worked out in memory |
//! | `edge`, [`coverage`] | which edges of which methods the scenarios try |

pub mod coverage;
mod edge;
mod error;
mod expand;
mod label;
mod limits;
mod literal;
pub(crate) mod load;
pub(crate) mod print;
mod quote;
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

use crate::interop::model::participant::{Pairings, Role};
use crate::interop::protocol::call::Call;
use crate::interop::proxy::plan::NetworkPlan;

/// A scenario file: one claim, and one named case for each combination of its generators' values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// The name of its file, without folder and extension.
    pub name: String,
    /// The file, as the caller named it.
    pub file: String,
    pub claim: String,
    /// Its lines; the first is the claim.
    pub source: Vec<Statement>,
    cases: Vec<Scenario>,
    cost: Cost,
}

impl Script {
    /// Parses `text`, the contents of `file`.
    ///
    /// # Errors
    ///
    /// The first line with a syntax error, and what was expected there.
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

    /// Its cases with generators expanded, in the order of the file.
    pub fn scenarios(&self) -> Vec<Scenario> {
        self.cases.clone()
    }
}

/// The file in its canonical form.
impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        syntax::print(&self.source, f)
    }
}

/// One named case: a claim, and the steps that prove it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// The name: that of the file, and a label for each generator value.
    pub name: String,
    pub claim: String,
    /// What the relay does to the connection.
    pub network: NetworkPlan,
    /// In which pairings it is played.
    pub pairings: Pairings,
    /// The steps in the order of the file. Each role makes its own calls; both roles run at once.
    pub steps: Vec<Step>,
    /// The file that defines it.
    pub file: String,
}

impl Scenario {
    /// The same scenario with the line numbers that its steps have in printed form.
    #[must_use]
    pub fn into_printed(mut self) -> Self {
        // The claim is the first line.
        let first = 2 + self.network.clauses().len() + usize::from(self.pairings != Pairings::All);
        for (index, step) in self.steps.iter_mut().enumerate() {
            match step {
                Step::Call { line, .. } | Step::Sync { line } => *line = first + index,
            }
        }
        self
    }

    /// The name of its file, without folder and extension: the prefix that all cases of the file
    /// share.
    pub fn script(&self) -> &str {
        self.name
            .split_once('.')
            .map_or(&self.name, |(script, _)| script)
    }
}

/// The scenario as a file of its own, without generators.
impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "# {}", self.claim)?;
        if self.pairings == Pairings::WithTheOracle {
            writeln!(f, "{}", syntax::ONLY_WITH_THE_ORACLE)?;
        }
        for clause in self.network.clauses() {
            writeln!(f, "network {clause}")?;
        }
        for step in &self.steps {
            writeln!(f, "{step}")?;
        }
        Ok(())
    }
}

/// A step of a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Call {
        role: Role,
        /// The method and its argument.
        call: Call,
        line: usize,
    },
    /// Waits until all calls above have been answered.
    Sync { line: usize },
}

impl Step {
    /// The line of the file.
    pub fn line(&self) -> usize {
        match self {
            Self::Call { line, .. } | Self::Sync { line } => *line,
        }
    }

    /// The role that makes the call; `None` for `sync`.
    pub fn role(&self) -> Option<Role> {
        match self {
            Self::Call { role, .. } => Some(*role),
            Self::Sync { .. } => None,
        }
    }
}

/// The step as it is written in a file: `client writeInt 1`.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call { role, call, .. } => {
                write!(f, "{role} {}", call.method())?;
                match call.argument() {
                    Some(value) => write!(f, " {}", print::spelled(&value)),
                    None => Ok(()),
                }
            }
            Self::Sync { .. } => f.write_str("sync"),
        }
    }
}
