//! Java Development Kits: where they are, what they are, how they compile and how they are started.
//!
//! This module hides `javac`, and the options that a JVM needs to behave the same on every release.

mod advice;
mod compile;
mod find;
mod launch;
mod places;
mod release;
#[cfg(feature = "cli")]
pub mod stack;
mod warm;

use std::fmt;
use std::path::{Path, PathBuf};

pub use advice::{advice, without_compiler};
pub use compile::{Classes, Sources, cache};
pub use find::{Found, Origin, Rejected, Request, RequestError, find};
pub use launch::{Lifetime, java};
pub use places::Surroundings;
pub use warm::{Freshness, JavaProgram, WarmJvms};

/// A Java runtime on this machine, with or without a compiler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jdk {
    home: PathBuf,
    version: String,
    feature: u32,
    vendor: Option<String>,
    origin: Origin,
}

impl Jdk {
    /// Reads the JDK at `home`, without starting a JVM.
    ///
    /// # Errors
    ///
    /// If `home` is not a Java runtime: it has no `bin/java`, or no `release` file with a version.
    pub fn at(home: &Path, origin: Origin) -> Result<Self, Rejected> {
        let reject = |why: String| Rejected {
            path: home.to_path_buf(),
            origin: origin.clone(),
            why,
        };
        if !tool(home, "java").is_file() {
            return Err(reject(format!(
                "has no {}",
                Path::new("bin").join(exe("java")).display()
            )));
        }
        let release = std::fs::read_to_string(home.join("release"))
            .map_err(|e| reject(format!("has no file `release` that can be read: {e}")))?;
        let release = release::Release::parse(&release).map_err(reject)?;
        Ok(Self {
            home: home.to_path_buf(),
            version: release.version,
            feature: release.feature,
            vendor: release.vendor,
            origin,
        })
    }

    /// The folder that holds `bin/java`.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// The version from the `release` file, such as `17.0.15`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The feature release: 8, 11, 17, 21, 25 ...
    pub fn feature(&self) -> u32 {
        self.feature
    }

    /// The vendor, if the `release` file names one.
    pub fn vendor(&self) -> Option<&str> {
        self.vendor.as_deref()
    }

    /// How it was found.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The path of `java`.
    pub fn java(&self) -> PathBuf {
        tool(&self.home, "java")
    }

    /// The path of `javac`. `None` in a runtime without a compiler.
    pub fn javac(&self) -> Option<PathBuf> {
        Some(tool(&self.home, "javac")).filter(|javac| javac.is_file())
    }
}

impl fmt::Display for Jdk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "java{} {}", self.feature, self.version)?;
        if let Some(vendor) = &self.vendor {
            write!(f, " ({vendor})")?;
        }
        write!(f, " at {}", self.home.display())
    }
}

/// Whether a shell finds a Java compiler without help.
pub(crate) fn is_compiler_on_path() -> bool {
    which::which(exe("javac")).is_ok()
}

fn tool(home: &Path, name: &str) -> PathBuf {
    home.join("bin").join(exe(name))
}

fn exe(name: &str) -> String {
    format!("{name}{}", std::env::consts::EXE_SUFFIX)
}

/// The environment variables from which a JVM or its launcher takes options.
///
/// A JVM that finds one of the first few reports it on stderr and behaves differently. All are
/// removed before a program of a JDK is started.
const OPTION_VARIABLES: [&str; 8] = [
    "JAVA_TOOL_OPTIONS",
    "_JAVA_OPTIONS",
    "JDK_JAVA_OPTIONS",
    "JDK_JAVAC_OPTIONS",
    "JAVA_OPTS",
    "IBM_JAVA_OPTIONS",
    "OPENJ9_JAVA_OPTIONS",
    "CLASSPATH",
];
