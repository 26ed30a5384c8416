//! Peers that do not play along: each gets its own verdict, and the rest of the run goes on.

use std::sync::Arc;

use assert_cmd::assert::Assert;
use javatalk::internals::interop::toolbox::Toolbox;
use predicates::prelude::*;
use predicates::str::contains;

use crate::{javatalk, jdk_options};

/// What comes of some scenarios with a peer that this shell script plays.
fn joined_by(toolbox: &Arc<Toolbox>, script: &str) -> Assert {
    javatalk(toolbox)
        .args(["interop", "scenario::byte.", "--peer"])
        .arg(format!("sh -c '{script}'"))
        .args(jdk_options(toolbox))
        .assert()
}

/// Every pairing without the guest has passed.
fn the_others_passed() -> impl Predicate<str> {
    predicate::function(|text: &str| {
        let cells = text.lines().find(|line| line.starts_with("byte "));
        cells.is_some_and(|cells| cells.contains(" pass "))
    })
}

pub(crate) fn a_peer_that_dies_is_restarted_and_then_given_up(toolbox: &Arc<Toolbox>) {
    joined_by(toolbox, r#"echo "@@ peer frail sh 1"; read line; exit 7"#)
        .code(1)
        .stdout(contains("crash: the server died: ").and(contains("exit code 7")))
        .stdout(contains(
            "frail is given up: it has failed 4 times in a row",
        ))
        .stdout(the_others_passed());
}

pub(crate) fn a_peer_that_never_answers_is_given_up(toolbox: &Arc<Toolbox>) {
    joined_by(toolbox, r#"echo "@@ peer mute sh 1"; cat >/dev/null"#)
        .code(1)
        .stdout(contains(
            "timeout: no further activity: the server is silent",
        ))
        .stdout(contains("mute is given up: "))
        .stdout(the_others_passed());
}

pub(crate) fn a_peer_that_reports_no_valid_port_violates_the_protocol(toolbox: &Arc<Toolbox>) {
    joined_by(
        toolbox,
        r#"echo "@@ peer liar sh 1"; while read line; do echo "@@ port none"; done"#,
    )
    .code(1)
    .stdout(contains(
        "protocol violation: the server broke the protocol: ",
    ))
    .stdout(the_others_passed());
}

pub(crate) fn a_peer_that_floods_is_cut_off(toolbox: &Arc<Toolbox>) {
    joined_by(
        toolbox,
        r#"echo "@@ peer flood sh 1"; read line; yes "no answer""#,
    )
    .code(1)
    .stdout(contains(
        "protocol violation: the server broke the protocol: ",
    ))
    .stdout(contains("none of it is an answer"))
    .stdout(the_others_passed());
}

pub(crate) fn a_peer_that_closes_its_stdin_is_given_up(toolbox: &Arc<Toolbox>) {
    joined_by(
        toolbox,
        r#"echo "@@ peer deaf sh 1"; exec 0<&-; exec tail -f /dev/null"#,
    )
    .code(1)
    .stdout(contains("deaf is given up: "))
    .stdout(the_others_passed());
}

pub(crate) fn noise_on_stdout_is_not_taken_for_an_answer(toolbox: &Arc<Toolbox>) {
    let peer = format!(
        r#""{}" peer | sed -u "i noise
s/peer rust/peer noisy/""#,
        toolbox.javatalk().display()
    );
    joined_by(toolbox, &peer)
        .success()
        .stdout(the_others_passed());
}

pub(crate) fn a_peer_that_exits_without_identifying_itself_is_refused(toolbox: &Arc<Toolbox>) {
    joined_by(toolbox, "exit 0")
        .code(2)
        .stdout("")
        .stderr(contains(
            "could not start: exit code 0 before it identified itself",
        ));
}
