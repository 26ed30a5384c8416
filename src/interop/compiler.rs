//! Compilers: running one to its end, and keeping what it has made.
//!
//! What is kept is made in a temporary folder of the cache and moved to its place whole, under a
//! lock: any number of processes may ask at once, one compiles, and what stands in the cache is
//! always complete.

use std::fmt;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::bell::{Bell, Patience};
use super::process::{Invocation, StartError};

/// Sources that are compiled together: file name and content.
pub(super) type Files = [(&'static str, &'static str)];

/// A compiler that takes longer than this hangs.
const PATIENCE: Patience = Patience {
    quiet: Duration::from_secs(120),
    total: Duration::from_secs(120),
};

/// The name of a folder in which a compiler is at work.
const SCRATCH: &str = ".compiling-";

/// The folder `name` of the cache; if it is not there, what `make` puts into it, which is told where
/// the sources are and where to put it.
///
/// # Errors
///
/// What `make` says; or if the cache cannot be written.
pub(super) fn kept(
    cache: &Path,
    name: &str,
    files: &Files,
    make: impl FnOnce(&Path, &Path) -> Result<(), CompileError>,
) -> Result<PathBuf, CompileError> {
    let folder = cache.join(name);
    if folder.is_dir() {
        return Ok(folder);
    }
    let unwritable = |why| CompileError::Cache {
        cache: cache.to_path_buf(),
        why,
    };
    fs::create_dir_all(cache).map_err(unwritable)?;
    let lock = File::create(cache.join("lock")).map_err(unwritable)?;
    lock.lock().map_err(unwritable)?;
    if folder.is_dir() {
        return Ok(folder);
    }
    sweep(cache);
    let scratch = tempfile::Builder::new()
        .prefix(SCRATCH)
        .tempdir_in(cache)
        .map_err(unwritable)?;
    let (sources, made) = (scratch.path().join("sources"), scratch.path().join("made"));
    write(files, &sources).map_err(unwritable)?;
    fs::create_dir(&made).map_err(unwritable)?;
    make(&sources, &made)?;
    fs::rename(&made, &folder).map_err(unwritable)?;
    Ok(folder)
}

/// Writes these files into a new folder.
pub(super) fn write(files: &Files, folder: &Path) -> io::Result<()> {
    fs::create_dir(folder)?;
    for (name, text) in files {
        fs::write(folder.join(name), text)?;
    }
    Ok(())
}

/// Removes what a killed process has left; whoever holds the lock is the only one at work.
fn sweep(cache: &Path) {
    for entry in fs::read_dir(cache).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(SCRATCH) {
            // What cannot be removed is in nobody's way.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Runs a compiler to its end, and gives what it has printed.
///
/// # Errors
///
/// If it cannot be started, or does not accept what it is given.
pub(super) fn run(compiler: &Invocation, javatalk: &Path) -> Result<Vec<u8>, CompileError> {
    let bell = Arc::new(Bell::default());
    let running = compiler
        .start(javatalk, Vec::new(), &bell)
        .map_err(CompileError::Start)?;
    // On a time-out the compiler is killed, and ends without an exit.
    let _ = running.wait(PATIENCE);
    let finished = running.finish();
    if finished.exit.is_some_and(|exit| exit.success()) {
        return Ok(finished.stdout);
    }
    let mut said = finished.stdout;
    said.extend_from_slice(&finished.stderr);
    Err(CompileError::Refused {
        command: compiler.to_string(),
        ended: finished
            .exit
            .map_or("did not end in time".to_owned(), |exit| exit.to_string()),
        said: String::from_utf8_lossy(&said).trim().to_owned(),
    })
}

/// Why there is nothing that could be run.
#[derive(Debug)]
#[non_exhaustive]
pub enum CompileError {
    /// What it takes is not on this machine: what that is, and what to do.
    NoTool(String),
    /// The cache folder cannot be written.
    Cache {
        /// The folder.
        cache: PathBuf,
        /// What the system said.
        why: io::Error,
    },
    /// The compiler could not be started.
    Start(StartError),
    /// The compiler did not accept the sources.
    Refused {
        /// Its command line.
        command: String,
        /// How it ended.
        ended: String,
        /// What it printed.
        said: String,
    },
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTool(what) => f.write_str(what),
            Self::Cache { cache, why } => write!(
                f,
                "{}: compiled programs cannot be kept here: {why}; name another folder with \
                 JAVATALK_CACHE",
                cache.display()
            ),
            Self::Start(why) => why.fmt(f),
            Self::Refused {
                command,
                ended,
                said,
            } => write!(f, "`{command}`: {ended}\n{said}"),
        }
    }
}

impl std::error::Error for CompileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Cache { why, .. } => Some(why),
            Self::Start(why) => Some(why),
            Self::NoTool(_) | Self::Refused { .. } => None,
        }
    }
}
