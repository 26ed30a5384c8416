//! Python and C++ on this machine, and the small socket programs written in them.
//!
//! This module hides where the interpreter and the compiler are, and which options they need. The
//! sources are embedded in the binary; a compiled program is kept in the cache, as Java classes
//! are.

use std::fmt;
use std::path::{Path, PathBuf};

use super::cache::digest::{digest, entry_name};
use super::compiler;
use super::compiler::{CompileError, Files, parts};
use super::process::Invocation;

/// A language with a small client and a small server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    /// Interpreted by `python3`.
    Python,
    /// Compiled by the first compiler found.
    Cpp,
}

impl Language {
    /// All languages; the first is the reference for the others.
    pub const ALL: [Self; 2] = [Self::Python, Self::Cpp];
}

/// Displays the name that is used for files, such as `cpp`.
impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Python => "python",
            Self::Cpp => "cpp",
        })
    }
}

/// The small client and server in one language, ready to start.
#[derive(Debug, Clone)]
pub(crate) struct SocketPrograms {
    client: Invocation,
    server: Invocation,
    version: String,
}

impl SocketPrograms {
    /// The programs in `language`, compiled now unless `cache` has them.
    ///
    /// # Errors
    ///
    /// If there is no Python or no compiler, if the sources do not compile, or if the cache cannot
    /// be written.
    pub(crate) fn of(
        language: Language,
        cache: &Path,
        javatalk: &Path,
    ) -> Result<Self, CompileError> {
        match language {
            Language::Python => in_python(cache, javatalk),
            Language::Cpp => in_cpp(cache, javatalk),
        }
    }

    /// The version of the interpreter or the compiler.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// The client, without its arguments.
    pub(crate) fn client(&self) -> &Invocation {
        &self.client
    }

    /// The server, without its arguments.
    pub(crate) fn server(&self) -> &Invocation {
        &self.server
    }
}

const IN_PYTHON: &Files = &[
    (
        "raw_client.py",
        include_str!("../../tests/peers/raw_client.py"),
    ),
    (
        "raw_server.py",
        include_str!("../../tests/peers/raw_server.py"),
    ),
];

const IN_CPP: &Files = &[
    (
        "raw_client.cpp",
        include_str!("../../tests/peers/raw_client.cpp"),
    ),
    (
        "raw_server.cpp",
        include_str!("../../tests/peers/raw_server.cpp"),
    ),
];

fn in_python(cache: &Path, javatalk: &Path) -> Result<SocketPrograms, CompileError> {
    let python = which::which("python3").map_err(|_| {
        CompileError::NoTool("there is no python3 on PATH: install Python 3.9 or later".to_owned())
    })?;
    let (python, version) = itself(&python, javatalk)?;
    let name = entry_name("python", parts(IN_PYTHON));
    let folder = compiler::kept(cache, &name, IN_PYTHON, |sources, made| {
        copy(sources, made).map_err(|why| CompileError::Cache {
            cache: cache.to_path_buf(),
            why,
        })
    })?;
    // Isolated mode: environment variables and user packages must not change the programs. They need
    // no installed packages either; to look for those takes three quarters of a start.
    let program = |name| {
        let python = Invocation::new(&python).args(["-I", "-S"]);
        python.arg(folder.join(name))
    };
    Ok(SocketPrograms {
        client: program("raw_client.py"),
        server: program("raw_server.py"),
        version,
    })
}

/// The actual interpreter behind a name on PATH, and its version. The name may be a wrapper script
/// that searches for the interpreter each time, which takes longer than a conversation.
fn itself(python: &Path, javatalk: &Path) -> Result<(PathBuf, String), CompileError> {
    const QUESTION: &str =
        "import platform, sys; print(platform.python_version()); print(sys.executable)";
    let question = Invocation::new(python).args(["-I", "-c", QUESTION]);
    let said = compiler::run(&question, javatalk)?;
    let said = String::from_utf8_lossy(&said);
    let (version, path) = said.trim_end().split_once('\n').unwrap_or((&said, ""));
    let path = PathBuf::from(path);
    let python = if path.is_file() { path } else { python.into() };
    Ok((python, format!("Python {version}")))
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    for (name, _) in IN_PYTHON {
        std::fs::copy(from.join(name), to.join(name))?;
    }
    Ok(())
}

fn in_cpp(cache: &Path, javatalk: &Path) -> Result<SocketPrograms, CompileError> {
    let compiler = cpp_compiler().ok_or_else(|| {
        CompileError::NoTool(format!(
            "there is no C++ compiler on PATH, none of {}: install g++ or clang++",
            COMPILERS.join(", ")
        ))
    })?;
    let name = entry_name(
        "cpp",
        [
            digest(parts(IN_CPP)).as_bytes(),
            digest(OPTIONS).as_bytes(),
            compiler.as_os_str().as_encoded_bytes(),
        ],
    );
    let folder = compiler::kept(cache, &name, IN_CPP, |sources, made| {
        for (source, _) in IN_CPP {
            let program = Path::new(source).with_extension("");
            let invocation = Invocation::new(&compiler)
                .args(OPTIONS)
                .arg("-o")
                .arg(made.join(program))
                .arg(sources.join(source));
            compiler::run(&invocation, javatalk)?;
        }
        Ok(())
    })?;
    let version = compiler::run(&Invocation::new(&compiler).arg("--version"), javatalk)?;
    let version = String::from_utf8_lossy(&version);
    Ok(SocketPrograms {
        client: Invocation::new(folder.join("raw_client")),
        server: Invocation::new(folder.join("raw_server")),
        version: version.lines().next().unwrap_or_default().to_owned(),
    })
}

/// The compilers that are tried, in this order.
const COMPILERS: [&str; 3] = ["c++", "g++", "clang++"];

/// As for the Java programs, every warning is an error.
const OPTIONS: [&str; 5] = ["-std=c++17", "-O1", "-Wall", "-Wextra", "-Werror"];

fn cpp_compiler() -> Option<PathBuf> {
    COMPILERS.iter().find_map(|name| which::which(name).ok())
}
