//! Compilers: running one to its end, and keeping what it has made in the cache.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, fs, io};

use super::cache::{Cache, has_room};
use super::process::{Invocation, StartError, advised, spare_threads};
use super::wait::{Notify, Timeouts};

/// Sources that are compiled together: file name and content.
pub(crate) type Files = [(&'static str, &'static str)];

/// A compiler that takes longer than this hangs.
const PATIENCE: Timeouts = Timeouts {
    idle: Duration::from_secs(120),
    total: Duration::from_secs(120),
};

/// The folder `name` of the cache. If it is not there as it was made, it is made now: `make` is told
/// where the sources are and where to put what it makes of them.
///
/// # Errors
///
/// What `make` says; or if the cache cannot be written or trusted.
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
    // Another process may have made it meanwhile.
    if cache.is_sound(name).map_err(unusable)? {
        return Ok(cache.path(name));
    }
    let scratch = cache.scratch().map_err(unusable)?;
    let (sources, made) = (scratch.path().join("sources"), scratch.path().join("made"));
    write(files, &sources).map_err(unusable)?;
    fs::create_dir(&made).map_err(unusable)?;
    make(&sources, &made).map_err(|why| match has_room(scratch.path()) {
        // A compiler on a full disk blames what it was writing.
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

/// A JVM starts about so many before it compiles.
const THREADS: usize = 32;

/// Writes these files into a new folder.
fn write(files: &Files, folder: &Path) -> io::Result<()> {
    fs::create_dir(folder)?;
    for (name, text) in files {
        fs::write(folder.join(name), text)?;
    }
    Ok(())
}

/// Runs a compiler to its end, and gives what it has printed.
///
/// # Errors
///
/// If it cannot be started, or does not accept what it is given.
pub(crate) fn run(compiler: &Invocation, javatalk: &Path) -> Result<Vec<u8>, CompileError> {
    let notify = Arc::new(Notify::default());
    let running = compiler
        .start(javatalk, Vec::new(), &notify)
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
    /// The cache folder cannot be written, or not be trusted.
    Cache {
        /// The folder.
        cache: PathBuf,
        /// What the system said.
        why: io::Error,
    },
    /// The compiler could not be started.
    Start(StartError),
    /// The compiler had not the threads that it takes.
    NoThreads {
        /// Its command line.
        command: String,
        /// What the system said.
        why: io::Error,
    },
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
                "{}: compiled programs cannot be kept here: {why}; or name another folder with \
                 --cache or JAVATALK_CACHE",
                cache.display()
            ),
            Self::Start(why) => why.fmt(f),
            Self::NoThreads { command, why } => write!(f, "`{command}` has too few threads: {why}"),
            Self::Refused {
                command,
                ended,
                said,
            } => write!(f, "`{command}`: {ended}\n{said}"),
        }
    }
}

impl CompileError {
    /// Whether this machine failed: its disk, its limits. Otherwise it lacks what it takes to compile.
    pub fn is_local(&self) -> bool {
        match self {
            Self::Cache { .. } | Self::NoThreads { .. } => true,
            Self::Start(why) => why.reason().kind() != io::ErrorKind::NotFound,
            Self::NoTool(_) | Self::Refused { .. } => false,
        }
    }
}

impl std::error::Error for CompileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Cache { why, .. } | Self::NoThreads { why, .. } => Some(why),
            Self::Start(why) => Some(why),
            Self::NoTool(_) | Self::Refused { .. } => None,
        }
    }
}
