//! Runs compilers, and keeps their output in the cache.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;

use super::cache::Cache;
use super::process::{Guard, Invocation, StartError, advised, spare_threads};
use super::wait::{Notify, Timeouts};

/// Source files that are compiled together: file name and content.
pub(crate) type Files = [(&'static str, &'static str)];

/// The names and contents of the files, for the name of the entry that is made from them.
pub(crate) fn parts(files: &Files) -> impl Iterator<Item = &'static str> {
    files.iter().flat_map(|&(name, text)| [name, text])
}

/// A compiler that takes longer than this is assumed to hang.
const TIME_LIMIT: Timeouts = Timeouts {
    idle: Duration::from_secs(120),
    total: Duration::from_secs(120),
};

/// The folder `name` of the cache. If it is missing or damaged, `make` is called with the folder of
/// the sources and the folder for the output.
///
/// # Errors
///
/// The error of `make`, or an error if the cache cannot be written or is not safe to use.
pub(crate) fn kept(
    cache: &Path,
    name: &str,
    files: &Files,
    make: impl FnOnce(&Path, &Path) -> Result<(), CompileError>,
) -> Result<PathBuf, CompileError> {
    let unusable = |why| CompileError::Cache {
        cache: cache.to_path_buf(),
        why,
    };
    let cache = Cache::open(cache).map_err(unusable)?;
    if cache.is_sound(name).map_err(unusable)? {
        return Ok(cache.path(name));
    }
    let _lock = cache.lock("lock").map_err(unusable)?;
    // Another process may have made it while this one waited for the lock.
    if cache.is_sound(name).map_err(unusable)? {
        return Ok(cache.path(name));
    }
    let scratch = cache.scratch().map_err(unusable)?;
    let (sources, made) = (scratch.path().join("sources"), scratch.path().join("made"));
    write(files, &sources).map_err(unusable)?;
    fs::create_dir(&made).map_err(unusable)?;
    make(&sources, &made).map_err(|why| match has_room(scratch.path()) {
        // On a full disk, a compiler reports an error in whatever it was writing.
        Err(full) => unusable(full),
        Ok(()) => match (spare_threads(THREADS), why) {
            (Err(few), CompileError::Refused { command, .. }) => CompileError::NoThreads {
                command,
                why: advised(few),
            },
            (_, why) => why,
        },
    })?;
    cache.keep(name, &made, &scratch).map_err(unusable)?;
    Ok(cache.path(name))
}

/// Checks whether a folder has room for the output of a compiler, by writing a file.
///
/// # Errors
///
/// The error of the operating system: the disk is full, or a quota is used up.
fn has_room(folder: &Path) -> io::Result<()> {
    const ROOM: usize = 1 << 20;
    let mut file = tempfile::tempfile_in(folder)?;
    file.write_all(&vec![0; ROOM])?;
    file.sync_data()
}

/// A JVM starts about this many threads before it compiles.
const THREADS: usize = 32;

/// Writes the source files into a new folder.
fn write(files: &Files, folder: &Path) -> io::Result<()> {
    fs::create_dir(folder)?;
    for (name, text) in files {
        fs::write(folder.join(name), text)?;
    }
    Ok(())
}

/// Runs a compiler until it ends, and returns its stdout.
///
/// # Errors
///
/// If it cannot be started, or rejects the sources.
pub(crate) fn run<'a>(
    compiler: &Invocation,
    guard: impl Into<Guard<'a>>,
) -> Result<Vec<u8>, CompileError> {
    let notify = Arc::new(Notify::default());
    let running = compiler.start(guard, Vec::new(), &notify)?;
    // After a timeout, the compiler is killed and has no exit status.
    let _ = running.wait(TIME_LIMIT);
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

/// Why nothing was compiled.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CompileError {
    /// A required tool is missing: which one, and how to install it.
    #[error("{0}")]
    NoTool(String),
    /// The cache folder cannot be written, or is not safe to use.
    #[error(
        "{}: compiled programs cannot be kept here: {why}; or name another folder with --cache or \
         JAVATALK_CACHE",
        .cache.display()
    )]
    Cache {
        cache: PathBuf,
        /// The error of the operating system.
        #[source]
        why: io::Error,
    },
    /// The compiler could not be started.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The system allows fewer threads than the compiler needs.
    #[error("`{command}` has too few threads: {why}")]
    NoThreads {
        command: String,
        /// The error of the operating system.
        #[source]
        why: io::Error,
    },
    /// The compiler rejected the sources.
    #[error("`{command}`: {ended}\n{said}")]
    Refused {
        command: String,
        ended: String,
        said: String,
    },
}

impl CompileError {
    /// Whether the machine failed, such as a full disk or a resource limit. Otherwise a tool is
    /// missing or the sources do not compile.
    pub fn is_local(&self) -> bool {
        match self {
            Self::Cache { .. } | Self::NoThreads { .. } => true,
            Self::Start(why) => why.reason().kind() != io::ErrorKind::NotFound,
            Self::NoTool(_) | Self::Refused { .. } => false,
        }
    }
}
