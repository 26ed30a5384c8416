//! Peers that do not play along: each gets its own verdict, and the rest of the run goes on.

use std::sync::Arc;

use assert_cmd::assert::Assert;
use javatalk::interop::toolbox::Bench;
use predicates::prelude::*;
use predicates::str::contains;

use crate::{javatalk, jdk_options};

/// What comes of some scenarios with a peer that this shell script plays.
fn joined_by(bench: &Arc<Bench>, script: &str) -> Assert {
    javatalk(bench)
        .args(["interop", "scenario::byte.", "--peer"])
        .arg(format!("sh -c '{script}'"))
        .args(jdk_options(bench))
        .assert()
}

/// Every pairing without the guest has passed.
fn the_others_passed() -> impl Predicate<str> {
    predicate::function(|text: &str| {
        let cells = text.lines().find(|line| line.starts_with("byte "));
        cells.is_some_and(|cells| cells.contains(" pass "))
    })
}

pub(crate) fn a_peer_that_dies_is_started_again_and_then_given_up(bench: &Arc<Bench>) {
    joined_by(bench, r#"echo "@@ peer frail sh 1"; read line; exit 7"#)
        .code(1)
        .stdout(contains("crash: the server died: ").and(contains("exit code 7")))
        .stdout(contains(
            "frail is given up: it has failed 4 times in a row",
        ))
        .stdout(the_others_passed());
}

pub(crate) fn a_peer_that_never_answers_is_given_up(bench: &Arc<Bench>) {
    joined_by(bench, r#"echo "@@ peer mute sh 1"; cat >/dev/null"#)
        .code(1)
        .stdout(contains(
            "timeout: nothing moved any more: the server is silent",
        ))
        .stdout(contains("mute is given up: "))
        .stdout(the_others_passed());
}

pub(crate) fn a_peer_that_lies_about_its_port_is_found_out(bench: &Arc<Bench>) {
    joined_by(
        bench,
        r#"echo "@@ peer liar sh 1"; while read line; do echo "@@ port none"; done"#,
    )
    .code(1)
    .stdout(contains(
        "protocol violation: the server broke the contract: ",
    ))
    .stdout(the_others_passed());
}

pub(crate) fn a_peer_that_floods_is_cut_off(bench: &Arc<Bench>) {
    joined_by(
        bench,
        r#"echo "@@ peer flood sh 1"; read line; yes "no answer""#,
    )
    .code(1)
    .stdout(contains(
        "protocol violation: the server broke the contract: ",
    ))
    .stdout(contains("no answer is among"))
    .stdout(the_others_passed());
}

pub(crate) fn a_peer_that_closes_its_stdin_is_found_out(bench: &Arc<Bench>) {
    joined_by(
        bench,
        r#"echo "@@ peer deaf sh 1"; exec 0<&-; exec tail -f /dev/null"#,
    )
    .code(1)
    .stdout(contains("deaf is given up: "))
    .stdout(the_others_passed());
}

pub(crate) fn noise_on_stdout_is_no_answer(bench: &Arc<Bench>) {
    let peer = format!(
        r#""{}" peer | sed -u "i noise
s/peer rust/peer noisy/""#,
        bench.javatalk().display()
    );
    joined_by(bench, &peer)
        .success()
        .stdout(the_others_passed());
}

pub(crate) fn a_peer_that_says_nothing_at_all_is_refused(bench: &Arc<Bench>) {
    joined_by(bench, "exit 0")
        .code(2)
        .stdout("")
        .stderr(contains(
            "could not start: exit code 0 before it said who it is",
        ));
}
