//! The JDKs that the tests run with, and what becomes of the tests without one.

use std::path::PathBuf;
use std::process::ExitCode;

use javatalk::internals::interop::toolbox::Toolbox;
use javatalk::internals::system::jdk::{Request, Surroundings, advice, find, without_compiler};
use libtest_mimic::{Arguments, Failed, Trial};

/// Runs what `trials` makes of a bench with the JDKs of this machine.
///
/// Without a JDK there is one test, which fails and says how to get one. With `JAVATALK_JDK=none`
/// all are listed as ignored, and it is said aloud.
pub(crate) fn run(trials: impl FnOnce(Toolbox) -> Vec<Trial>) -> ExitCode {
    let arguments = Arguments::from_args();
    let request = Request::from_environment(&[]);
    let found = match find(&request, &Surroundings::of_this_machine()) {
        Ok(found) => found,
        Err(why) => return without(arguments, why.to_string()),
    };
    if request != Request::None {
        if found.used.is_empty() {
            return without(arguments, advice(&found, &request));
        }
        if let Some(advice) = without_compiler(&found) {
            return without(arguments, advice);
        }
    }
    let toolbox = Toolbox::new(
        PathBuf::from(env!("CARGO_BIN_EXE_javatalk")),
        found.used,
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")),
    );
    let mut trials = trials(toolbox);
    if request == Request::None {
        anstream::eprintln!(
            "\nJAVATALK_JDK=none: {} tests that need Java are left out, so nothing here is \
             compared with a JDK\n",
            trials.len()
        );
        trials = trials
            .into_iter()
            .map(|trial| trial.with_ignored_flag(true).with_kind("no java"))
            .collect();
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// One test that fails, whatever was selected: a filter must not hide that Java is missing.
fn without(arguments: Arguments, why: String) -> ExitCode {
    let arguments = Arguments {
        filter: None,
        skip: Vec::new(),
        exact: false,
        ..arguments
    };
    let why = format!("{why}\nor set JAVATALK_JDK=none to run only the tests that need no Java");
    let missing = Trial::test("a_jdk_is_found", move || Err(Failed::from(why)));
    libtest_mimic::run(&arguments, vec![missing]).exit_code()
}
