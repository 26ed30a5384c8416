//! Compiling the Java programs, once for each JDK and each content of the sources.
//!
//! The sources travel inside this library.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use super::{Jdk, OPTION_VARIABLES};
use crate::system::compiler;
use crate::system::compiler::CompileError;
use crate::system::process::Invocation;

/// The Java programs: file name and content.
pub(crate) const SOURCES: [(&str, &str); 9] = [
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
            .ok_or_else(|| no_compiler(jdk))?;
        let name = format!("classes-{:016x}", key(sources, compiler));
        let folder = compiler::kept(cache, &name, sources.files, |java, classes| {
            javac(sources, compiler, java, classes, javatalk)
        })?;
        Ok(Self { folder })
    }

    /// Where the classes are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// The folder of the user's cache in which classes are kept; none if this system has none.
pub fn cache() -> Option<PathBuf> {
    use etcetera::BaseStrategy;
    let strategy = etcetera::choose_base_strategy().ok()?;
    Some(strategy.cache_dir().join("javatalk"))
}

fn javac(
    programs: Sources,
    jdk: &Jdk,
    sources: &Path,
    classes: &Path,
    javatalk: &Path,
) -> Result<(), CompileError> {
    let javac = jdk.javac().ok_or_else(|| no_compiler(jdk))?;
    let invocation = Invocation::new(javac)
        .without(&OPTION_VARIABLES)
        .args(options(programs, jdk.feature()))
        .arg("-d")
        .arg(classes)
        .args(programs.files.iter().map(|(name, _)| sources.join(name)));
    compiler::run(&invocation, javatalk).map(drop)
}

fn no_compiler(jdk: &Jdk) -> CompileError {
    CompileError::NoTool(format!(
        "{jdk} has no compiler, and no other JDK was found that could lend it classes; install a \
         JDK with javac"
    ))
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
