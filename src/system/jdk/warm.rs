//! JVMs that run one short program after another.
//!
//! The start of a JVM takes twenty times as long as a short conversation. A warm JVM is one that is
//! left over from an earlier program: `java/WarmLauncher.java` runs the next one in it, and says
//! what differs. A program runs alone in its JVM, and a JVM whose program leaves anything behind
//! ends.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Jdk, Lifetime, java};
use crate::system::process::host::Host;
use crate::system::process::{Running, StartError};
use crate::system::wait::Notify;

/// In which JVM a Java program is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// One of its own, as a user starts it.
    Fresh,
    /// One that has run other programs, where the system allows it.
    Warm,
}

/// The JVMs that are idle, by their JDK and class path.
#[derive(Debug, Default)]
pub struct WarmJvms(Arc<Idle>);

type Idle = Mutex<BTreeMap<Kind, Vec<Host>>>;

/// A JDK, and the folder of the classes.
type Kind = (PathBuf, PathBuf);

/// A program of a JDK.
#[derive(Debug, Clone, Copy)]
pub struct JavaProgram<'a> {
    pub jdk: &'a Jdk,
    /// The folder of its classes, with [`WarmJvms::CLASS`] among them.
    pub folder: &'a Path,
    pub class: &'a str,
    pub arguments: &'a [String],
}

impl WarmJvms {
    /// The class that runs the programs.
    pub const CLASS: &str = "WarmLauncher";

    /// Starts the program in an idle JVM, or in a JVM that is started now and is idle afterwards.
    /// Returns `None` if a JVM cannot run it like this.
    ///
    /// `javatalk` is the executable that contains the supervisor.
    ///
    /// # Errors
    ///
    /// If no JVM can be started.
    pub fn start(
        &self,
        program: JavaProgram<'_>,
        javatalk: &Path,
        stdin: &[u8],
        notify: &Arc<Notify>,
    ) -> Result<Option<Running>, StartError> {
        let JavaProgram {
            jdk,
            folder,
            class,
            arguments,
        } = program;
        let words: Vec<&str> = std::iter::once(class)
            .chain(arguments.iter().map(String::as_str))
            .collect();
        // Other systems have no `/proc`, under which the host opens the pipes of the program.
        if !cfg!(target_os = "linux") || !Host::can_be_asked(&words) {
            return Ok(None);
        }
        let shown = java(jdk, Lifetime::Moment, folder, class).args(arguments);
        let kind = (jdk.home().to_path_buf(), folder.to_path_buf());
        let idle = lock(&self.0).get_mut(&kind).and_then(Vec::pop);
        let host = match idle {
            Some(host) => host,
            None => Host::start(&java(jdk, Lifetime::Run, folder, Self::CLASS), javatalk)?,
        };
        let pool = Arc::clone(&self.0);
        let free = move |host| lock(&pool).entry(kind).or_default().push(host);
        host.run(&words, shown.to_string(), stdin.to_vec(), notify, free)
    }
}

fn lock(idle: &Idle) -> MutexGuard<'_, BTreeMap<Kind, Vec<Host>>> {
    idle.lock().unwrap_or_else(PoisonError::into_inner)
}
