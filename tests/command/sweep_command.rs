//! `javatalk sweep`, as far as it needs no JDK.

use assert_cmd::Command;
use javatalk::internals::sweep::families;
use predicates::prelude::{PredicateBooleanExt, predicate};

fn sweep(arguments: &[&str]) -> assert_cmd::assert::Assert {
    Command::new(env!("CARGO_BIN_EXE_javatalk"))
        .env_remove("JAVATALK_JDK")
        .arg("sweep")
        .args(arguments)
        .assert()
}

#[test]
fn every_listed_family_is_accepted_as_a_filter() {
    let all: Vec<&str> = families::all().iter().map(|family| family.name).collect();
    sweep(&["--list", "--full"])
        .success()
        .stdout(all.join("\n") + "\n");
    for name in all {
        sweep(&["--list", "--full", name])
            .success()
            .stdout(predicate::str::contains(name));
    }
}

#[test]
fn families_that_take_minutes_are_omitted_without_full() {
    sweep(&["--list"])
        .success()
        .stdout(predicate::str::contains("every_float").not());
}

#[test]
fn a_filter_that_matches_nothing_is_an_error() {
    sweep(&["no_such_family"])
        .code(2)
        .stdout("")
        .stderr(predicate::str::contains(
            "no family has \"no_such_family\" in its name",
        ));
}

#[test]
fn a_filter_that_matches_only_long_families_suggests_full() {
    sweep(&["every_float"])
        .code(2)
        .stdout("")
        .stderr(predicate::str::contains("add --full"));
}

#[test]
fn a_sweep_without_a_jdk_exits_with_status_8() {
    Command::new(env!("CARGO_BIN_EXE_javatalk"))
        .env("JAVATALK_JDK", "none")
        .arg("sweep")
        .assert()
        .code(8)
        .stdout("")
        .stderr(predicate::str::contains("JAVATALK_JDK is `none`"));
}
