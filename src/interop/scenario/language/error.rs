//! What can be wrong with scenario files.

use std::path::PathBuf;
use std::{error, fmt, io};

/// A scenario file that is not in the format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptError {
    /// The file, as it was named.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong there, and what was expected.
    pub what: String,
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.what)
    }
}

impl error::Error for ScriptError {}

/// A folder of scenario files that cannot be used.
#[derive(Debug)]
pub enum LoadError {
    /// It, or something in it, cannot be read.
    Unreadable(PathBuf, io::Error),
    /// A file in it is not in the format.
    Script(ScriptError),
    /// Two files give a scenario the same name.
    SameName { name: String, files: [String; 2] },
    /// It holds no scenario.
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
