//! The commands of a pair.

use std::path::PathBuf;

use crate::interop::model::participant::Role;

/// One value for the client and one for the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sides<T> {
    pub client: T,
    pub server: T,
}

impl<T> Sides<T> {
    /// The value of `role`.
    pub fn of(&self, role: Role) -> &T {
        match role {
            Role::Client => &self.client,
            Role::Server => &self.server,
        }
    }
}

/// How a program is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgramCommand {
    /// The command line as the user wrote it, for reports.
    pub text: String,
    /// The program and its arguments. Never empty. The program is looked up on PATH if it is one word
    /// of text without a slash; else it is an absolute path.
    pub words: Vec<Word>,
    /// Variables that are added to the environment.
    pub environment: Vec<(String, Word)>,
    /// The working directory; none for the folder of the pair file, or for the copy of the files of
    /// the case.
    pub folder: Option<PathBuf>,
}

/// A word of a command, with its placeholders. The parts are joined without a space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word(pub Vec<WordPart>);

/// A part of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WordPart {
    Text(String),
    /// `{host}`: where the client finds the server; for a server, where it listens.
    Host,
    /// `{port}` or `{port.NAME}`: the index of the port in the pair.
    Port(usize),
    /// `{here}`: the folder of the pair file.
    Here,
}

/// A command that runs before the first case. A shell runs it in the folder of the pair file, so
/// that `*.java` works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compile(pub String);
