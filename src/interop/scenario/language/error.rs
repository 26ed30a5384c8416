//! Errors in scenario files and in folders of them.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// A syntax error in a scenario file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{file}:{line}: {what}")]
pub struct ScriptError {
    /// The file, as the caller named it.
    pub file: String,
    pub line: usize,
    /// What is wrong, and what was expected.
    pub what: String,
}

/// Why a folder of scenario files cannot be used.
#[derive(Debug, Error)]
pub enum LoadError {
    /// The folder, or something in it, cannot be read.
    #[error("{}: {}", .0.display(), .1)]
    Unreadable(PathBuf, #[source] io::Error),
    /// A file has a syntax error.
    #[error(transparent)]
    Script(#[from] ScriptError),
    /// Two files define a scenario of the same name.
    #[error("{}: {name} is the name of a scenario in {} too", .files[1], .files[0])]
    SameName { name: String, files: [String; 2] },
    /// The folder contains no scenario.
    #[error(
        "{}: no scenario in it: the names of their files end in .scenario",
        .0.display()
    )]
    Empty(PathBuf),
}
