//! The JDKs that the tests run with, and what becomes of the tests without one.

use std::path::PathBuf;
use std::process::ExitCode;

use javatalk::internals::interop::toolbox::Toolbox;
use javatalk::internals::system::jdk::{Request, Surroundings, advice, find, without_compiler};
use libtest_mimic::{Arguments, Failed, Trial};

/// Runs `without_java`, and the tests that `with_java` makes for the JDKs of this machine.
///
/// Without a JDK, one test stands for those of `with_java`. It fails and says how to get one. With
/// `JAVATALK_JDK=none` they are all listed as ignored, and a message says so.
pub(crate) fn run(
    mut without_java: Vec<Trial>,
    with_java: impl FnOnce(Toolbox) -> Vec<Trial>,
) -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Most of them wait for other programs.
    let threads = std::thread::available_parallelism().map_or(2, |threads| 2 * threads.get());
    arguments.test_threads.get_or_insert(threads);
    let request = Request::from_environment(&[]);
    let found = match find(&request, &Surroundings::of_this_machine()) {
        Ok(found) => found,
        Err(why) => return no_jdk(arguments, without_java, why.to_string()),
    };
    if request != Request::None {
        if found.used.is_empty() {
            return no_jdk(arguments, without_java, advice(&found, &request));
        }
        if let Some(advice) = without_compiler(&found) {
            return no_jdk(arguments, without_java, advice);
        }
    }
    let toolbox = Toolbox::new(
        PathBuf::from(env!("CARGO_BIN_EXE_javatalk")),
        found.used,
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")),
    );
    let mut trials = with_java(toolbox);
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
    without_java.extend(trials);
    libtest_mimic::run(&arguments, without_java).exit_code()
}

/// The selected tests without Java, and one that fails, whatever was selected: a filter must not
/// hide that Java is missing.
fn no_jdk(arguments: Arguments, mut trials: Vec<Trial>, why: String) -> ExitCode {
    let is_meant = |filter: &String, name: &str| match arguments.exact {
        true => name == filter,
        false => name.contains(filter.as_str()),
    };
    trials.retain(|trial| {
        let name = trial.name();
        let mut skipped = arguments.skip.iter();
        let filter = arguments.filter.as_ref();
        filter.is_none_or(|filter| is_meant(filter, name))
            && !skipped.any(|skip| is_meant(skip, name))
    });
    let arguments = Arguments {
        filter: None,
        skip: Vec::new(),
        exact: false,
        ..arguments
    };
    let why = format!("{why}\nor set JAVATALK_JDK=none to run only the tests that need no Java");
    trials.push(Trial::test("a_jdk_is_found", move || {
        Err(Failed::from(why))
    }));
    libtest_mimic::run(&arguments, trials).exit_code()
}
