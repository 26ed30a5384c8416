//! The tools of a run: the javatalk executable, the JDKs and the Java classes compiled for each,
//! and the small socket programs in other languages. Everything is compiled on first use.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::model::participant::{Participant, Role};
use crate::system::cache::Cache;
use crate::system::cache::facts::Facts;
use crate::system::compiler::CompileError;
use crate::system::jdk;
use crate::system::jdk::{Classes, JavaProgram, Jdk, Lifetime, WarmJvms};
use crate::system::process::{Invocation, Running, StartError};
use crate::system::toolchain::{Language, SocketPrograms};
use crate::system::wait::Notify;

/// The executables, JDKs and compiled programs that a run can use.
#[derive(Debug)]
pub struct Toolbox {
    javatalk: PathBuf,
    cache: PathBuf,
    jdks: Vec<Jdk>,
    classes: BTreeMap<u32, Compiled<Classes>>,
    socket_programs: BTreeMap<Language, Compiled<SocketPrograms>>,
    warm: WarmJvms,
    /// For each possible oracle, the inputs for which it is known to be stable.
    stable: BTreeMap<Participant, OnceLock<Option<Facts>>>,
}

/// Something compiled on first use, or the reason why it cannot be compiled.
type Compiled<T> = OnceLock<Result<T, Arc<CompileError>>>;

impl Toolbox {
    /// A toolbox with the executable `javatalk`, these JDKs, and a cache directory for compiled
    /// programs.
    ///
    /// It compiles and starts nothing until a caller needs it.
    pub fn new(javatalk: PathBuf, jdks: Vec<Jdk>, cache: PathBuf) -> Self {
        let features = || jdks.iter().map(Jdk::feature);
        let classes = features().map(|jdk| (jdk, OnceLock::new())).collect();
        let languages = Language::ALL.into_iter().map(Participant::Socket);
        let oracles = features().map(Participant::Java).chain(languages);
        let stable = oracles.map(|oracle| (oracle, OnceLock::new())).collect();
        Self {
            javatalk,
            cache,
            jdks,
            classes,
            socket_programs: Language::ALL
                .map(|language| (language, OnceLock::new()))
                .into(),
            warm: WarmJvms::default(),
            stable,
        }
    }

    /// The javatalk executable, which plays the Rust roles and supervises all programs.
    pub fn javatalk(&self) -> &Path {
        &self.javatalk
    }

    /// The directory that keeps compiled programs between runs.
    pub fn cache(&self) -> &Path {
        &self.cache
    }

    /// The JDKs, oldest first.
    pub fn jdks(&self) -> &[Jdk] {
        &self.jdks
    }

    /// The feature releases of the JDKs, oldest first.
    pub fn javas(&self) -> Vec<u32> {
        self.jdks.iter().map(Jdk::feature).collect()
    }

    /// The Java classes for `jdk`, compiled on the first call.
    ///
    /// # Errors
    ///
    /// If they cannot be compiled.
    pub fn classes(&self, jdk: &Jdk) -> Result<&Classes, ToolboxError> {
        self.classes
            .get(&jdk.feature())
            .ok_or(ToolboxError::NoSuchJdk(jdk.feature()))?
            .get_or_init(|| {
                Classes::of(jdk, &self.jdks, &self.cache, self.javatalk()).map_err(Arc::new)
            })
            .as_ref()
            .map_err(|why| ToolboxError::Compile(Arc::clone(why)))
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
    ) -> Result<Invocation, ToolboxError> {
        let jdk = self.jdk(feature)?;
        Ok(jdk::java(jdk, lifetime, self.classes(jdk)?.folder(), class))
    }

    /// Starts one of the project's Java programs in a warm JVM of this feature release, with
    /// `stdin` as its complete input. Returns `None` if it can only be started in a fresh one.
    ///
    /// # Errors
    ///
    /// If there is no such JDK, if the programs cannot be compiled, or if no JVM can be started.
    pub(crate) fn start_warm(
        &self,
        feature: u32,
        class: &str,
        arguments: &[String],
        stdin: &[u8],
        notify: &Arc<Notify>,
    ) -> Result<Option<Running>, WarmError> {
        let jdk = self.jdk(feature)?;
        let program = JavaProgram {
            jdk,
            folder: self.classes(jdk)?.folder(),
            class,
            arguments,
        };
        Ok(self.warm.start(program, self.javatalk(), stdin, notify)?)
    }

    /// The inputs for which `oracle` has shown the same in two runs: if it is a Java program with a
    /// `main`, in a fresh JVM and in a warm one. The knowledge rests on the version of this package, on
    /// what runs the oracle and on its compiled programs, and is kept in the cache. `None` if it cannot
    /// be.
    pub(crate) fn stable(&self, oracle: Participant) -> Option<&Facts> {
        let facts = self.stable.get(&oracle)?.get_or_init(|| {
            let (version, programs) = match oracle {
                Participant::Java(feature) => {
                    let jdk = self.jdk(feature).ok()?;
                    let places = [jdk.home(), self.classes(jdk).ok()?.folder()];
                    (
                        jdk.version(),
                        places.map(|place| place.display().to_string()),
                    )
                }
                Participant::Socket(language) => {
                    let roles = [Role::Client, Role::Server];
                    let [client, server] = roles.map(|role| self.socket_program(language, role));
                    let (_, version) = self
                        .socket_versions()
                        .into_iter()
                        .find(|(other, _)| *other == language)?;
                    (
                        version,
                        [client.ok()?.to_string(), server.ok()?.to_string()],
                    )
                }
                Participant::Rust | Participant::ExternalPeer(_) | Participant::Raw => return None,
            };
            let [one, other] = &programs;
            let subject = [env!("CARGO_PKG_VERSION"), version, one, other];
            let cache = Cache::open(&self.cache).ok()?;
            Some(Facts::about(&cache, "stable", subject))
        });
        facts.as_ref()
    }

    fn jdk(&self, feature: u32) -> Result<&Jdk, ToolboxError> {
        self.jdks
            .iter()
            .find(|jdk| jdk.feature() == feature)
            .ok_or(ToolboxError::NoSuchJdk(feature))
    }

    /// The small socket program in this language for `role`.
    ///
    /// # Errors
    ///
    /// If the language's compiler or interpreter is missing, or the program cannot be compiled.
    pub fn socket_program(
        &self,
        language: Language,
        role: Role,
    ) -> Result<Invocation, ToolboxError> {
        self.socket_programs[&language]
            .get_or_init(|| {
                SocketPrograms::of(language, &self.cache, self.javatalk()).map_err(Arc::new)
            })
            .as_ref()
            .map(|programs| match role {
                Role::Client => programs.client().clone(),
                Role::Server => programs.server().clone(),
            })
            .map_err(|why| ToolboxError::Compile(Arc::clone(why)))
    }

    /// The languages whose socket programs have been used, with the version of the interpreter or
    /// compiler.
    pub fn socket_versions(&self) -> Vec<(Language, &str)> {
        let made = self.socket_programs.iter();
        made.filter_map(|(language, made)| match made.get() {
            Some(Ok(programs)) => Some((*language, programs.version())),
            Some(Err(_)) | None => None,
        })
        .collect()
    }
}

/// Why a tool is not available.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum ToolboxError {
    /// No JDK of this feature release was found.
    #[error("no JDK {0} was found")]
    NoSuchJdk(u32),
    /// Programs could not be compiled, or their interpreter could not be run.
    #[error(transparent)]
    Compile(#[from] Arc<CompileError>),
}

/// Why a program cannot be started in a warm JVM.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WarmError {
    #[error(transparent)]
    Toolbox(#[from] ToolboxError),
    #[error(transparent)]
    Start(#[from] StartError),
}
