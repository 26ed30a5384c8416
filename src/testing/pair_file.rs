//! Every case of a pair file in every pairing, each a test of its own.

use std::env;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;

use libtest_mimic::{Arguments, Failed, Trial};

use super::java::cache;
use crate::interop::model::case::{Case, Judged};
use crate::interop::programs::pairs::definition::{Jdks, Pair};
use crate::interop::programs::pairs::file;
use crate::interop::report::{CaseEntry, Run, failure};
use crate::interop::runner::Suite;
use crate::interop::suites::pairs::Pairs;
use crate::interop::toolbox::Toolbox;
use crate::system::jdk;
use crate::system::jdk::{Jdk, Request, Surroundings};
use crate::system::process::supervisor;
use crate::system::wait::Timeouts;

/// Plays the pairs of programs that this file describes: every case in every pairing of old and new
/// programs, each as a test with a name of its own.
///
/// It is the whole `main` of a test without the harness of `cargo test`:
///
/// ```toml
/// [[test]]
/// name = "guess"
/// harness = false
/// ```
///
/// ```no_run
/// // tests/guess.rs
/// use std::process::ExitCode;
///
/// fn main() -> ExitCode {
///     javatalk::testing::pair_file("tests/guess.toml")
/// }
/// ```
///
/// The path starts at the folder of the package, where `cargo test` starts a test. The file is the
/// one that `javatalk interop --pair` plays, and [the manual] explains it.
///
/// Names select tests as usual, and so do `--exact`, `--skip`, `--list` and `--ignored`:
///
/// ```sh
/// cargo test --test guess
/// cargo test --test guess two-players
/// cargo test --test guess -- --list
/// ```
///
/// A test fails unless the pairing behaves as the old programs among themselves do: a case that
/// could not be played has not passed. If all cases were played, a mask that matches nothing and a
/// known difference that no longer occurs fail the run too.
///
/// If a program of the pair needs Java, the JDKs are those of [`Java`](super::Java). Without one, a
/// test fails and says how to get one. With `JAVATALK_JDK=none`, all tests are listed as ignored
/// instead.
///
/// Call it before anything else: this executable starts itself again for each program, to end
/// everything that the program has started, however the test ends.
///
/// [the manual]: https://github.com/javatalk/javatalk/blob/main/docs/your-own-pair.md
pub fn pair_file(path: impl AsRef<Path>) -> ExitCode {
    if let Some(supervised) = supervisor::requested() {
        return supervise(supervised);
    }
    let arguments = Arguments::from_args();
    match Tests::of(path.as_ref()) {
        Ok(tests) => tests.run(&arguments),
        Err((name, why)) => fail(arguments, name, why),
    }
}

/// The main of the supervisor of a program.
fn supervise(supervised: supervisor::Supervised) -> ExitCode {
    match supervised.run() {
        Ok(code) => ExitCode::from(code),
        Err(why) => {
            say(&format!("the supervisor failed: {why}"));
            ExitCode::FAILURE
        }
    }
}

/// One failing test, whatever was selected: a filter must not hide that nothing can run.
fn fail(arguments: Arguments, name: &str, why: String) -> ExitCode {
    let arguments = Arguments {
        filter: None,
        skip: Vec::new(),
        exact: false,
        ignored: false,
        ..arguments
    };
    let trial = Trial::test(name, move || Err(Failed::from(why)));
    libtest_mimic::run(&arguments, vec![trial]).exit_code()
}

/// The cases of a pair file.
struct Tests {
    pairs: Pairs,
    jdks: Vec<Jdk>,
    /// Whether the tests need a JDK, and the user has said that there is none.
    without_java: bool,
    /// Whether the compile commands have succeeded, once they have run.
    compiled: OnceLock<Result<(), String>>,
    judged: Mutex<Vec<Judged>>,
}

impl Tests {
    /// The error is the name of the test that fails, and why.
    fn of(path: &Path) -> Result<Arc<Self>, (&'static str, String)> {
        let pairs = file::read(path).map_err(|why| ("the_pair_file_is_valid", why.to_string()))?;
        let request = Request::from_environment(&[]);
        let needs_java = pairs.iter().any(Pair::uses_a_jdk);
        let jdks = match needs_java {
            true => jdks(&request).map_err(|why| ("a_jdk_is_found", why))?,
            false => Vec::new(),
        };
        let ready = |why: String| ("the_programs_can_be_started", why);
        let executable = env::current_exe().map_err(|why| {
            ready(format!(
                "cannot find the executable file of this test: {why}"
            ))
        })?;
        let cache = cache().map_err(ready)?;
        let toolbox = Arc::new(Toolbox::new(executable, jdks.clone(), cache));
        let takes_part = pairs.iter().any(|pair| pair.jdks != Jdks::Default);
        let pairs = pairs.into_iter().map(Arc::new).collect();
        Ok(Arc::new(Self {
            pairs: Pairs::new(pairs, &toolbox, Timeouts::of_a_conversation()),
            jdks: if takes_part { jdks } else { Vec::new() },
            without_java: needs_java && request == Request::None,
            compiled: OnceLock::new(),
            judged: Mutex::default(),
        }))
    }

    fn run(self: &Arc<Self>, arguments: &Arguments) -> ExitCode {
        let start = Instant::now();
        let cases = self.pairs.cases();
        let count = cases.len();
        let trials = cases.into_iter().map(|case| {
            let tests = Arc::clone(self);
            let trial = Trial::test(case.to_string(), move || tests.verdict(&case));
            match self.without_java {
                true => trial.with_kind("no java").with_ignored_flag(true),
                false => trial,
            }
        });
        let trials = trials.collect();
        if self.without_java && !arguments.list {
            say("JAVATALK_JDK=none: the tests that need Java are ignored, so nothing is compared");
        }
        let conclusion = libtest_mimic::run(arguments, trials);
        let judged = self.judged.lock().unwrap_or_else(PoisonError::into_inner);
        if conclusion.has_failed() || judged.len() < count {
            return conclusion.exit_code();
        }
        let run = Run::new(&self.jdks, &self.pairs.entries(), &judged, start.elapsed());
        let outdated = run.outdated();
        for sentence in &outdated {
            say(sentence);
        }
        match outdated.is_empty() {
            true => ExitCode::SUCCESS,
            // As a failed test.
            false => ExitCode::from(101),
        }
    }

    fn verdict(&self, case: &Case) -> Result<(), Failed> {
        let compile = || self.pairs.compile().map_err(|why| why.to_string());
        self.compiled.get_or_init(compile).clone()?;
        let judged = self.pairs.run(case);
        let result = match judged.verdict.is_green() {
            true => Ok(()),
            false => Err(Failed::from(failure(
                &CaseEntry::new(&judged),
                &again(case),
            ))),
        };
        let mut all = self.judged.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(judged);
        result
    }
}

/// The JDKs of this machine; none if the user does not want any.
fn jdks(request: &Request) -> Result<Vec<Jdk>, String> {
    let found = jdk::find(request, &Surroundings::of_this_machine());
    let found = found.map_err(|why| why.to_string())?;
    match found.used.is_empty() && *request != Request::None {
        true => Err(format!(
            "{}or set JAVATALK_JDK=none to ignore the tests that need Java",
            jdk::advice(&found, request)
        )),
        false => Ok(found.used),
    }
}

/// The command that runs this case again.
fn again(case: &Case) -> String {
    let executable = env::args_os().next().unwrap_or_default();
    format!("cargo test --test {} -- --exact {case}", target(executable))
}

/// The name of a test target: `target/debug/deps/guess-0123456789abcdef` is `guess`.
fn target(executable: OsString) -> String {
    let stem = Path::new(&executable).file_stem().unwrap_or_default();
    let stem = stem.to_string_lossy();
    match stem.rsplit_once('-') {
        Some((name, hash)) if hash.len() == 16 => name.to_owned(),
        Some(_) | None => stem.into_owned(),
    }
}

fn say(text: &str) {
    // Nobody can be told if stderr is closed.
    let _ = writeln!(io::stderr(), "javatalk: {text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_test_target_has_no_hash() {
        for (executable, name) in [
            ("/a/target/debug/deps/guess-0123456789abcdef", "guess"),
            ("/a/target/debug/deps/old-new-0123456789abcdef", "old-new"),
            ("old-new", "old-new"),
        ] {
            assert_eq!(target(executable.into()), name);
        }
    }
}
