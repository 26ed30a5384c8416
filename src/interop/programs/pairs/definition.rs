//! A pair of programs that a user brings: how they are started, what is played, and what is compared.
//! A pair file becomes this, and the player plays it.

use std::path::PathBuf;
use std::time::Duration;

use crate::interop::model::pair::{
    Comparison, Compile, Port, ProgramCommand, ScriptStep, Sides, Wire, Word, WordPart,
};
use crate::interop::proxy::plan::NetworkPlan;

/// A client and a server, old and new, with the cases that they play.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The name, in kebab case.
    pub name: String,
    /// The folder of the pair file, to which relative paths refer; absolute.
    pub here: PathBuf,
    /// The old programs. They are right by definition.
    pub reference: Sides<ProgramCommand>,
    /// The new programs. A side that is missing has not been ported; at least one is there.
    pub candidate: Sides<Option<ProgramCommand>>,
    /// Commands that run once before the first case, in order.
    pub compile: Vec<Compile>,
    /// Where client and server meet. The first one is `{port}`. Never empty.
    pub ports: Vec<Port>,
    /// What the bytes on the wire mean, for the reports: those that the client sends, and those that
    /// the server sends.
    pub wire: Sides<Wire>,
    /// The JDKs on which reference programs that start with `java` run.
    pub jdks: Jdks,
    pub comparison: Comparison,
    /// How the server comes to its end.
    pub server_end: ServerEnd,
    /// How long a conversation may make no progress; none for the default.
    pub timeout: Option<Duration>,
    /// What is played. Never empty.
    pub cases: Vec<PairCase>,
}

impl Pair {
    /// Whether a JDK takes part.
    pub(crate) fn uses_a_jdk(&self) -> bool {
        let is_java = |command: &ProgramCommand| {
            let program = command.words.first().map(|word| word.0.as_slice());
            matches!(program, Some([WordPart::Text(name)]) if name == "java")
        };
        let mut compiles = self.compile.iter().map(|command| &command.0);
        let new = [&self.candidate.client, &self.candidate.server];
        let old = [&self.reference.client, &self.reference.server];
        new.into_iter().flatten().chain(old).any(is_java)
            || compiles.any(|command| {
                command
                    .split(|c: char| !c.is_alphanumeric())
                    .any(|word| word.starts_with("java"))
            })
    }
}

/// The JDKs that the reference programs run on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Jdks {
    /// `java` is the one on PATH, or the newest that is found.
    Default,
    /// Every JDK that is found; the newest is the oracle.
    All,
    /// These feature releases.
    These(Vec<u32>),
}

/// How the server comes to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerEnd {
    /// It ends by itself once its clients are gone. A server that goes on is a timeout.
    ByItself,
    /// It is done when its clients are. If it then waits for more, it is told to stop.
    AfterClients(Stop),
}

/// How a server that goes on is told to stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// By SIGTERM.
    Terminate,
    /// By these last bytes on its stdin, which is then closed.
    Stdin(Vec<u8>),
    /// By one more client with this stdin, which is no part of the comparison.
    Client(Vec<u8>),
}

/// One case: a script, and what is special about it.
#[derive(Debug, Clone)]
pub struct PairCase {
    /// The name, in kebab case.
    pub name: String,
    /// The claim, in one sentence.
    pub claim: String,
    /// What happens, in order. The server is started before the first step.
    pub script: Vec<ScriptStep>,
    /// Arguments behind those of the commands.
    pub arguments: Sides<Vec<Word>>,
    /// The folder of which each role gets a copy as its working directory; none if the programs
    /// run in the folder of the pair file.
    pub files: Sides<Option<PathBuf>>,
    /// The networks over which the case is played; the default one first.
    pub networks: Vec<NetworkPlan>,
}
