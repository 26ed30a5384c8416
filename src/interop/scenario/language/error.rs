//! Errors in scenario files and in folders of them.

use std::path::PathBuf;
use std::{error, fmt, io};

/// A syntax error in a scenario file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptError {
    /// The file, as the caller named it.
    pub file: String,
    pub line: usize,
    /// What is wrong, and what was expected.
    pub what: String,
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.what)
    }
}

impl error::Error for ScriptError {}

/// Why a folder of scenario files cannot be used.
#[derive(Debug)]
pub enum LoadError {
    /// The folder, or something in it, cannot be read.
    Unreadable(PathBuf, io::Error),
    /// A file has a syntax error.
    Script(ScriptError),
    /// Two files define a scenario of the same name.
    SameName { name: String, files: [String; 2] },
    /// The folder contains no scenario.
    Empty(PathBuf),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Script(error) => error.fmt(f),
            Self::SameName {
                name,
                files: [one, other],
            } => write!(f, "{other}: {name} is the name of a scenario in {one} too"),
            Self::Empty(path) => write!(
                f,
                "{}: no scenario in it: the names of their files end in .scenario",
                path.display()
            ),
        }
    }
}

impl error::Error for LoadError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Unreadable(_, error) => Some(error),
            Self::Script(_) | Self::SameName { .. } | Self::Empty(_) => None,
        }
    }
}

impl From<ScriptError> for LoadError {
    fn from(error: ScriptError) -> Self {
        Self::Script(error)
    }
}
