//! Compiles the Java programs, once for each JDK and each content of the sources.
//!
//! The sources are embedded in the binary.

use std::path::{Path, PathBuf};

use super::{Jdk, OPTION_VARIABLES};
use crate::system::cache::digest::{digest, entry_name};
use crate::system::compiler;
use crate::system::compiler::{CompileError, parts};
use crate::system::process::{Guard, Invocation};

/// The Java programs: file name and content.
pub(crate) const SOURCES: [(&str, &str); 13] = [
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
    (
        "ObjectClient.java",
        include_str!("../../../java/ObjectClient.java"),
    ),
    (
        "ObjectServer.java",
        include_str!("../../../java/ObjectServer.java"),
    ),
    (
        "ObjectStreams.java",
        include_str!("../../../java/ObjectStreams.java"),
    ),
    ("Sweep.java", include_str!("../../../java/Sweep.java")),
    ("Peer.java", include_str!("../../../java/Peer.java")),
    (
        "WarmLauncher.java",
        include_str!("../../../java/WarmLauncher.java"),
    ),
];

/// Also compiled with the virtual-thread server.
const CHAT_SERVER: (&str, &str) = (
    "ChatServer.java",
    include_str!("../../../java/ChatServer.java"),
);

/// Java programs that are compiled together.
#[derive(Debug, Clone, Copy)]
pub struct Sources {
    /// File name and content.
    files: &'static [(&'static str, &'static str)],
    /// The oldest release that can run the classes; the sources may use its language and library
    /// only.
    release: u32,
}

impl Sources {
    /// The programs that every JDK can run.
    pub const ALL: Self = Self {
        files: &SOURCES,
        release: 8,
    };
    /// `VirtualChatServer` and the class that it uses.
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

    /// The oldest release that can run the classes.
    pub fn release(self) -> u32 {
        self.release
    }
}

/// A folder of compiled classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classes {
    folder: PathBuf,
}

impl Classes {
    /// Compiles the Java programs for `jdk`; see [`Classes::of_sources`].
    ///
    /// # Errors
    ///
    /// If there is no compiler, if the sources do not compile, or if the cache cannot be written.
    pub fn of<'a>(
        jdk: &Jdk,
        lenders: &[Jdk],
        cache: &Path,
        guard: impl Into<Guard<'a>>,
    ) -> Result<Self, CompileError> {
        Self::of_sources(Sources::ALL, jdk, lenders, cache, guard)
    }

    /// Compiles these programs for `jdk`, or takes the classes from `cache`.
    ///
    /// A runtime without a compiler uses classes compiled by one of `lenders` that has one, for the
    /// oldest release that can run them.
    ///
    /// # Errors
    ///
    /// If there is no compiler, if the sources do not compile, or if the cache cannot be written.
    pub fn of_sources<'a>(
        sources: Sources,
        jdk: &Jdk,
        lenders: &[Jdk],
        cache: &Path,
        guard: impl Into<Guard<'a>>,
    ) -> Result<Self, CompileError> {
        let compiler = std::iter::once(jdk)
            // The newest lender first.
            .chain(lenders.iter().rev())
            .find(|jdk| jdk.javac().is_some() && jdk.feature() >= sources.release)
            .ok_or_else(|| no_compiler(jdk))?;
        let name = entry(sources, compiler);
        let folder = compiler::kept(cache, &name, sources.files, |java, classes| {
            javac(sources, compiler, java, classes, guard.into())
        })?;
        Ok(Self { folder })
    }

    /// The folder of the classes.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// The folder in the user's cache for the classes. `None` if the system has no such folder.
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
    guard: Guard<'_>,
) -> Result<(), CompileError> {
    let javac = jdk.javac().ok_or_else(|| no_compiler(jdk))?;
    let invocation = Invocation::new(javac)
        .without(&OPTION_VARIABLES)
        .args(options(programs, jdk.feature()))
        .arg("-d")
        .arg(classes)
        .args(programs.files.iter().map(|(name, _)| sources.join(name)));
    compiler::run(&invocation, guard).map(drop)
}

fn no_compiler(jdk: &Jdk) -> CompileError {
    CompileError::NoTool(format!(
        "{jdk} has no compiler, and no other JDK was found that could lend it classes; install a \
         JDK with javac"
    ))
}

/// The compiler's options: every warning is an error, except the one about an old target.
fn options(programs: Sources, feature: u32) -> Vec<String> {
    let mut options = vec![
        // The compiler runs for about a second; see the same option for programs.
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

/// The name of the entry in the cache: it depends on the sources, the compiler and the options.
fn entry(programs: Sources, compiler: &Jdk) -> String {
    entry_name(
        "classes",
        [
            digest(parts(programs.files)).as_bytes(),
            digest(options(programs, compiler.feature())).as_bytes(),
            compiler.home().as_os_str().as_encoded_bytes(),
            compiler.version().as_bytes(),
        ],
    )
}
