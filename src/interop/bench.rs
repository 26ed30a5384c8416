//! What a run has at hand: the executable, the JDKs, and the Java classes compiled for each.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::jdk::{self, Classes, CompileError, Jdk, Lifetime};
use super::process::Invocation;

/// The tools of a run.
#[derive(Debug)]
pub struct Bench {
    javatalk: PathBuf,
    cache: PathBuf,
    jdks: Vec<Jdk>,
    classes: BTreeMap<u32, OnceLock<Result<Classes, Arc<CompileError>>>>,
}

impl Bench {
    /// A bench with the executable `javatalk`, these JDKs, and a folder that keeps their classes.
    ///
    /// Nothing is compiled and nothing is started before it is needed.
    pub fn new(javatalk: PathBuf, jdks: Vec<Jdk>, cache: PathBuf) -> Self {
        let classes = jdks
            .iter()
            .map(|jdk| (jdk.feature(), OnceLock::new()))
            .collect();
        Self {
            javatalk,
            cache,
            jdks,
            classes,
        }
    }

    /// The executable that plays the Rust roles and guards all programs.
    pub fn javatalk(&self) -> &Path {
        &self.javatalk
    }

    /// The folder that keeps what is worth keeping between runs.
    pub fn cache(&self) -> &Path {
        &self.cache
    }

    /// The JDKs, oldest first.
    pub fn jdks(&self) -> &[Jdk] {
        &self.jdks
    }

    /// The feature releases, oldest first.
    pub fn javas(&self) -> Vec<u32> {
        self.jdks.iter().map(Jdk::feature).collect()
    }

    /// The compiled classes for `jdk`, compiled now if they are not there.
    ///
    /// # Errors
    ///
    /// If they cannot be compiled.
    pub fn classes(&self, jdk: &Jdk) -> Result<&Classes, BenchError> {
        self.classes
            .get(&jdk.feature())
            .ok_or(BenchError::NoSuchJdk(jdk.feature()))?
            .get_or_init(|| {
                Classes::of(jdk, &self.jdks, &self.cache, &self.javatalk).map_err(Arc::new)
            })
            .as_ref()
            .map_err(|why| BenchError::Compile(Arc::clone(why)))
    }

    /// One of the project's Java programs, on the JDK of this feature release.
    ///
    /// # Errors
    ///
    /// If there is no such JDK, or the programs cannot be compiled.
    pub fn java(
        &self,
        feature: u32,
        lifetime: Lifetime,
        class: &str,
    ) -> Result<Invocation, BenchError> {
        let jdk = self
            .jdks
            .iter()
            .find(|jdk| jdk.feature() == feature)
            .ok_or(BenchError::NoSuchJdk(feature))?;
        Ok(jdk::java(jdk, lifetime, self.classes(jdk)?.folder(), class))
    }
}

/// What a bench has not got.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum BenchError {
    /// No JDK of this feature release was found.
    NoSuchJdk(u32),
    /// The Java programs could not be compiled.
    Compile(Arc<CompileError>),
}

impl fmt::Display for BenchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchJdk(feature) => write!(f, "no JDK {feature} was found"),
            Self::Compile(why) => why.fmt(f),
        }
    }
}

impl std::error::Error for BenchError {}
