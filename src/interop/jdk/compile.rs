//! Compiling the Java programs, once for each JDK and each content of the sources.
//!
//! The sources travel inside this library. Classes are compiled into a temporary folder of the
//! cache and moved to their place whole, under a lock: any number of processes may ask at once,
//! one compiles, and what stands in the cache is always complete.

use std::fmt;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::{Jdk, OPTION_VARIABLES};
use crate::interop::bell::{Bell, Patience};
use crate::interop::process::{Invocation, StartError};

/// The Java programs: file name and content.
pub(super) const SOURCES: [(&str, &str); 9] = [
    ("client.java", include_str!("../../../java/client.java")),
    ("server.java", include_str!("../../../java/server.java")),
    (
        "ChatClient.java",
        include_str!("../../../java/ChatClient.java"),
    ),
    CHAT_SERVER,
    (
        "Boundaries.java",
        include_str!("../../../java/Boundaries.java"),
    ),
    (
        "LineClient.java",
        include_str!("../../../java/LineClient.java"),
    ),
    (
        "LineServer.java",
        include_str!("../../../java/LineServer.java"),
    ),
    ("Sweep.java", include_str!("../../../java/Sweep.java")),
    ("Peer.java", include_str!("../../../java/Peer.java")),
];

/// Compiled with virtual threads too.
const CHAT_SERVER: (&str, &str) = (
    "ChatServer.java",
    include_str!("../../../java/ChatServer.java"),
);

/// Java programs that are compiled together.
#[derive(Debug, Clone, Copy, Hash)]
pub struct Sources {
    /// File name and content.
    files: &'static [(&'static str, &'static str)],
    /// The oldest release that can run the classes, and all that the sources may use.
    release: u32,
}

impl Sources {
    /// What every JDK can run.
    pub const ALL: Self = Self {
        files: &SOURCES,
        release: 8,
    };
    /// `VirtualChatServer`, and what it needs.
    pub const WITH_VIRTUAL_THREADS: Self = Self {
        files: &[
            CHAT_SERVER,
            (
                "VirtualChatServer.java",
                include_str!("../../../java/21/VirtualChatServer.java"),
            ),
        ],
        release: 21,
    };

    /// The oldest release that can run them.
    pub fn release(self) -> u32 {
        self.release
    }
}

/// A compiler that takes longer than this hangs.
const PATIENCE: Patience = Patience {
    quiet: Duration::from_secs(120),
    total: Duration::from_secs(120),
};

/// A folder of compiled classes, ready to be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classes {
    folder: PathBuf,
}

impl Classes {
    /// Compiles the Java programs for `jdk`, as [`Classes::of_sources`].
    ///
    /// # Errors
    ///
    /// If nobody can compile, the sources are refused, or the cache cannot be written.
    pub fn of(
        jdk: &Jdk,
        lenders: &[Jdk],
        cache: &Path,
        javatalk: &Path,
    ) -> Result<Self, CompileError> {
        Self::of_sources(Sources::ALL, jdk, lenders, cache, javatalk)
    }

    /// Compiles these programs for `jdk`, or takes them from `cache` if they are there.
    ///
    /// A runtime without compiler borrows the classes of one of `lenders` that has one: they are
    /// compiled for the oldest release that they can run on.
    ///
    /// # Errors
    ///
    /// If nobody can compile, the sources are refused, or the cache cannot be written.
    pub fn of_sources(
        sources: Sources,
        jdk: &Jdk,
        lenders: &[Jdk],
        cache: &Path,
        javatalk: &Path,
    ) -> Result<Self, CompileError> {
        let compiler = std::iter::once(jdk)
            // The newest lender first: it knows most about old releases.
            .chain(lenders.iter().rev())
            .find(|jdk| jdk.javac().is_some() && jdk.feature() >= sources.release)
            .ok_or_else(|| CompileError::NoCompiler {
                jdk: jdk.to_string(),
            })?;
        let folder = cache.join(format!("classes-{:016x}", key(sources, compiler)));
        let classes = Self { folder };
        if classes.are_there() {
            return Ok(classes);
        }
        classes.compile(sources, compiler, cache, javatalk)?;
        Ok(classes)
    }

    /// Where the classes are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn are_there(&self) -> bool {
        self.folder.is_dir()
    }

    fn compile(
        &self,
        programs: Sources,
        compiler: &Jdk,
        cache: &Path,
        javatalk: &Path,
    ) -> Result<(), CompileError> {
        let unwritable = |why| CompileError::Cache {
            cache: cache.to_path_buf(),
            why,
        };
        fs::create_dir_all(cache).map_err(unwritable)?;
        let lock = File::create(cache.join("lock")).map_err(unwritable)?;
        lock.lock().map_err(unwritable)?;
        if self.are_there() {
            return Ok(());
        }
        sweep(cache);
        let scratch = tempfile::Builder::new()
            .prefix(SCRATCH)
            .tempdir_in(cache)
            .map_err(unwritable)?;
        let (sources, classes) = (scratch.path().join("java"), scratch.path().join("classes"));
        write_sources(programs, &sources).map_err(unwritable)?;
        javac(programs, compiler, &sources, &classes, javatalk)?;
        fs::rename(&classes, &self.folder).map_err(unwritable)?;
        Ok(())
    }
}

/// The folder of the user's cache in which classes are kept; none if this system has none.
pub fn cache() -> Option<PathBuf> {
    use etcetera::BaseStrategy;
    let strategy = etcetera::choose_base_strategy().ok()?;
    Some(strategy.cache_dir().join("javatalk"))
}

/// The name of a folder in which a compiler is at work.
const SCRATCH: &str = ".compiling-";

/// Removes what a killed process has left; whoever holds the lock is the only one at work.
fn sweep(cache: &Path) {
    for entry in fs::read_dir(cache).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(SCRATCH) {
            // What cannot be removed is in nobody's way.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn write_sources(programs: Sources, folder: &Path) -> io::Result<()> {
    fs::create_dir(folder)?;
    for (name, text) in programs.files {
        fs::write(folder.join(name), text)?;
    }
    Ok(())
}

fn javac(
    programs: Sources,
    jdk: &Jdk,
    sources: &Path,
    classes: &Path,
    javatalk: &Path,
) -> Result<(), CompileError> {
    let javac = jdk.javac().ok_or_else(|| CompileError::NoCompiler {
        jdk: jdk.to_string(),
    })?;
    let invocation = Invocation::new(javac)
        .without(&OPTION_VARIABLES)
        .args(options(programs, jdk.feature()))
        .arg("-d")
        .arg(classes)
        .args(programs.files.iter().map(|(name, _)| sources.join(name)));
    let bell = Arc::new(Bell::default());
    let running = invocation
        .start(javatalk, Vec::new(), &bell)
        .map_err(CompileError::Start)?;
    // On a time-out the compiler is killed, and ends without an exit.
    let _ = running.wait(PATIENCE);
    let finished = running.finish();
    if finished.exit.is_some_and(|exit| exit.success()) {
        return Ok(());
    }
    let mut said = finished.stdout;
    said.extend_from_slice(&finished.stderr);
    Err(CompileError::Refused {
        command: invocation.to_string(),
        ended: finished
            .exit
            .map_or("did not end in time".to_owned(), |exit| exit.to_string()),
        said: String::from_utf8_lossy(&said).trim().to_owned(),
    })
}

/// The compiler's options: every warning is an error, except that the target is old.
fn options(programs: Sources, feature: u32) -> Vec<String> {
    let mut options = vec![
        // The compiler lives for a second: see the same option where programs are started.
        "-J-XX:TieredStopAtLevel=1".to_owned(),
        "-proc:none".to_owned(),
        "-encoding".to_owned(),
        "UTF-8".to_owned(),
        "-Xlint:all,-options".to_owned(),
        "-Werror".to_owned(),
    ];
    if feature >= 9 {
        options.push("--release".to_owned());
        options.push(programs.release.to_string());
    }
    options
}

/// Names the classes: the same sources, compiler and options have the same key.
fn key(programs: Sources, compiler: &Jdk) -> u64 {
    let mut hasher = DefaultHasher::new();
    programs.hash(&mut hasher);
    options(programs, compiler.feature()).hash(&mut hasher);
    compiler.home().hash(&mut hasher);
    compiler.version().hash(&mut hasher);
    hasher.finish()
}

/// Why there are no classes.
#[derive(Debug)]
#[non_exhaustive]
pub enum CompileError {
    /// Only runtimes without compiler were found.
    NoCompiler {
        /// The runtime that needs classes.
        jdk: String,
    },
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
            Self::NoCompiler { jdk } => write!(
                f,
                "{jdk} has no compiler, and no other JDK was found that could lend it classes; \
                 install a JDK with javac"
            ),
            Self::Cache { cache, why } => write!(
                f,
                "{}: compiled classes cannot be kept here: {why}; name another folder with \
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
            Self::NoCompiler { .. } | Self::Refused { .. } => None,
        }
    }
}
