//! What becomes of the cases on a raw wire where Python or a C++ compiler is missing.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::Arc;

use assert_cmd::Command;
use javatalk::internals::interop::toolbox::Toolbox;
use predicates::prelude::*;
use predicates::str::contains;
use tempfile::TempDir;

use super::{javatalk, jdk_options};

/// One row on a raw wire, on a machine that has on its PATH what is in this folder.
fn hello_hi_bye(toolbox: &Toolbox, path: &Path, cache: &TempDir) -> Command {
    let mut command = javatalk(toolbox);
    command
        .args(["interop", "raw::hello-hi-bye::"])
        .args(jdk_options(toolbox))
        .arg("--cache")
        .arg(cache.path())
        .env("PATH", path);
    command
}

pub(crate) fn without_python_raw_cases_are_not_run(toolbox: &Arc<Toolbox>) {
    let (path, cache) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    hello_hi_bye(toolbox, path.path(), &cache)
        .assert()
        .code(1)
        .stdout(
            contains("not run: there is no python3 on PATH: install Python 3.9 or later")
                .and(contains("9 cases: 0 pass, 9 not run in ")),
        );
    // Nothing played is nothing proved, whatever is accepted.
    hello_hi_bye(toolbox, path.path(), &cache)
        .arg("--allow-not-run")
        .assert()
        .code(1)
        .stdout(contains("9 cases: 0 pass, 9 not run in ").and(contains("; there was no oracle")))
        .stderr(contains("no case ran, so nothing is proved"));
}

pub(crate) fn without_a_cpp_compiler_the_other_cases_still_run(toolbox: &Arc<Toolbox>) {
    let (path, cache) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let own_name = Command::new("python3")
        .args(["-c", "import sys; print(sys.executable)"])
        .output()
        .unwrap();
    let python = String::from_utf8(own_name.stdout).unwrap();
    symlink(python.trim_end(), path.path().join("python3")).unwrap();
    hello_hi_bye(toolbox, path.path(), &cache)
        .assert()
        .code(1)
        .stdout(
            contains(
                "not run: there is no C++ compiler on PATH, none of c++, g++, clang++: install \
                 g++ or clang++",
            )
            .and(contains("9 cases: 4 pass, 5 not run in ")),
        );
}
