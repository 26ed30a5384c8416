//! The JVMs that answer: found and compiled for once per process, each started on first use.

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use crate::sweep::ReferenceJvm;
use crate::sweep::block::Work;
use crate::sweep::outcome::{Checksum, Outcome};
use crate::system::jdk;
use crate::system::jdk::{Classes, Jdk, Request, Surroundings};
use crate::system::process::Guard;

/// A JDK of this machine, whose JVM says what Java does.
///
/// The JVM is started by the first call that asks it something, and answers every test of the
/// process from then on; tests that ask at the same time wait for each other. It ends with the
/// process, however that ends.
#[derive(Debug)]
pub struct Java {
    jdk: Jdk,
    /// Where its classes are, or why there are none.
    classes: OnceLock<Result<Classes, String>>,
    /// `None` until it is asked something, and after it has failed.
    jvm: Mutex<Option<ReferenceJvm>>,
    /// The blocks for which the JVM has confirmed the results of the codec of this package.
    confirmed: Mutex<BTreeSet<Confirmed>>,
}

/// Where a block of bodies is in memory, and the version of the class file that has them.
pub(crate) type Confirmed = (usize, Option<u16>);

impl Java {
    /// The newest JDK.
    ///
    /// # Errors
    ///
    /// If there is no JDK. The error says where it was searched for, and how to install one.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # // Not run: the package's own tests also run without a JDK.
    /// use javatalk::testing::Java;
    ///
    /// let java = Java::newest()?;
    /// assert_eq!(java.read_utf(b"\0\x02\xc1\x81").result.unwrap(), "A");
    /// # Ok::<(), javatalk::testing::NoJava>(())
    /// ```
    pub fn newest() -> Result<&'static Self, NoJava> {
        Self::all().map(|all| &all[all.len() - 1])
    }

    /// One JDK of each feature release that is found, oldest first. There is at least one.
    ///
    /// # Errors
    ///
    /// If there is no JDK. The error says where it was searched for, and how to install one.
    pub fn all() -> Result<&'static [Self], NoJava> {
        static ALL: OnceLock<Result<Vec<Java>, NoJava>> = OnceLock::new();
        match ALL.get_or_init(found) {
            Ok(all) => Ok(all),
            Err(none) => Err(none.clone()),
        }
    }

    /// The JDK of this feature release: 8, 11, 17, 21, 25 ...
    ///
    /// # Errors
    ///
    /// If there is no such JDK. The error lists those that were found.
    pub fn release(feature: u32) -> Result<&'static Self, NoJava> {
        let all = Self::all()?;
        all.iter()
            .find(|java| java.feature() == feature)
            .ok_or_else(|| {
                let found: Vec<String> = all.iter().map(Self::to_string).collect();
                NoJava(format!(
                    "no JDK {feature} was found, only {}; name one with JAVATALK_JDK=PATH",
                    found.join(" and ")
                ))
            })
    }

    /// The feature release: 8, 11, 17, 21, 25 ...
    #[must_use]
    pub fn feature(&self) -> u32 {
        self.jdk.feature()
    }

    /// The outcomes of these calls.
    ///
    /// # Panics
    ///
    /// If the JVM cannot be started, or has ended.
    pub(crate) fn outcomes(&self, work: &Work) -> Vec<Outcome> {
        let mut jvm = self.jvm();
        let answered = jvm.as_mut().map(|jvm| jvm.outcomes(work));
        Self::alive(jvm, answered)
    }

    /// The checksum of the outcomes. `request` is an encoded block.
    ///
    /// # Panics
    ///
    /// If the JVM cannot be started, or has ended.
    pub(crate) fn checksum(&self, request: &[u8]) -> Checksum {
        let mut jvm = self.jvm();
        let answered = jvm.as_mut().map(|jvm| jvm.ask(request));
        Self::alive(jvm, answered)
    }

    /// Whether the results of the codec of this package are Java's for this block, as the JVM has
    /// confirmed before.
    pub(crate) fn has_confirmed(&self, block: Confirmed) -> bool {
        let confirmed = self.confirmed.lock();
        let confirmed = confirmed.unwrap_or_else(PoisonError::into_inner);
        confirmed.contains(&block)
    }

    pub(crate) fn confirm(&self, block: Confirmed) {
        let confirmed = self.confirmed.lock();
        let mut confirmed = confirmed.unwrap_or_else(PoisonError::into_inner);
        confirmed.insert(block);
    }

    /// The answer. Panics with what the JVM has said, if it has ended.
    fn alive<T>(
        mut jvm: MutexGuard<'_, Option<ReferenceJvm>>,
        answered: Option<std::io::Result<T>>,
    ) -> T {
        match answered {
            Some(Ok(answer)) => answer,
            Some(Err(why)) => {
                let failed = jvm.take().map(|jvm| jvm.into_error(&why));
                drop(jvm);
                match failed {
                    Some(error) => panic!("{error}"),
                    None => panic!("{why}"),
                }
            }
            None => panic!("the JVM was not started"),
        }
    }

    /// The JVM, started if it does not run. A test that panicked while it held the lock has received
    /// its whole answer before.
    fn jvm(&self) -> MutexGuard<'_, Option<ReferenceJvm>> {
        let mut jvm = self.jvm.lock().unwrap_or_else(PoisonError::into_inner);
        if jvm.is_none() {
            match self.start() {
                Ok(started) => *jvm = Some(started),
                Err(why) => {
                    drop(jvm);
                    panic!("{why}");
                }
            }
        }
        jvm
    }

    fn start(&self) -> Result<ReferenceJvm, String> {
        let classes = self.classes.get_or_init(|| {
            let lenders: Vec<Jdk> = Self::all()
                .into_iter()
                .flatten()
                .map(|java| java.jdk.clone())
                .collect();
            // A compiler reads no stdin, but it starts nothing and ends within a second.
            Classes::of(&self.jdk, &lenders, &cache()?, Guard::Itself)
                .map_err(|why| why.to_string())
        });
        // No supervisor: it would have to be this executable, whose arguments belong to the test
        // runner. None is needed: the JVM starts no program, and ends at the end of its stdin, which
        // the system closes however this process ends.
        ReferenceJvm::start(&self.jdk, classes.as_ref()?, Guard::Itself)
            .map_err(|why| why.to_string())
    }
}

/// Displays the release, the version and the folder.
impl fmt::Display for Java {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.jdk.fmt(f)
    }
}

fn found() -> Result<Vec<Java>, NoJava> {
    let request = Request::from_environment(&[]);
    let found = jdk::find(&request, &Surroundings::of_this_machine())
        .map_err(|why| NoJava(why.to_string()))?;
    if found.used.is_empty() {
        return Err(NoJava(jdk::advice(&found, &request)));
    }
    if let Some(advice) = jdk::without_compiler(&found) {
        return Err(NoJava(advice));
    }
    Ok(found
        .used
        .into_iter()
        .map(|jdk| Java {
            jdk,
            classes: OnceLock::new(),
            jvm: Mutex::new(None),
            confirmed: Mutex::default(),
        })
        .collect())
}

/// The folder for compiled classes: that of the command.
pub(crate) fn cache() -> Result<PathBuf, String> {
    let named = std::env::var_os("JAVATALK_CACHE").filter(|folder| !folder.is_empty());
    named
        .map(PathBuf::from)
        .or_else(jdk::cache)
        .ok_or_else(|| "cannot determine the cache folder: set one with JAVATALK_CACHE".to_owned())
}

/// There is no JDK to compare with: where it was searched for, and how to install one.
///
/// A test that returns this error, or unwraps it, fails and prints the whole text.
#[derive(Clone, PartialEq, Eq)]
pub struct NoJava(String);

impl fmt::Display for NoJava {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.trim_end())
    }
}

/// As `Display`: a test prints the error that it returns with `Debug`.
impl fmt::Debug for NoJava {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for NoJava {}
