//! `javatalk peer-check` as a user sees it, the peer in Rust being the reference.

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use javatalk::internals::interop::peer::rust;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::{contains, ends_with, starts_with};

use super::bad;

/// What is checked; the kernel of Linux is asked four things more.
const ALL: usize = if cfg!(target_os = "linux") { 60 } else { 56 };

/// The methods of object streams.
const OBJECTS: usize = 7;

fn check(seconds: u32, peer: &str) -> Assert {
    Command::new(env!("CARGO_BIN_EXE_javatalk"))
        .env("JAVATALK_JDK", "none")
        .args(["peer-check", "--timeout", &seconds.to_string(), peer])
        .assert()
}

pub(crate) fn peer_check_of_a_correct_peer_exits_with_status_0() {
    let javatalk = env!("CARGO_BIN_EXE_javatalk");
    let version = env!("CARGO_PKG_VERSION");
    check(60, &format!("'{javatalk}' {}", rust::SUBCOMMAND))
        .code(0)
        .stdout(starts_with(format!("rust (rust {version}): `")))
        .stdout(contains(format!("compared with rust (rust {version})")))
        .stdout(ends_with(format!("\n{ALL} ok\n")))
        .stderr(contains("the peer in Rust is the oracle"));
}

pub(crate) fn peer_check_shows_and_allows_noise() {
    check(60, &bad("prints noise").to_string())
        .code(0)
        .stdout(contains(
            "its stdout has noise, which is allowed, and ends with:",
        ))
        .stdout(contains("\n  @@@ let me see\n  @@\n"))
        .stdout(ends_with(format!("\n{ALL} ok\n")));
}

pub(crate) fn peer_check_allows_a_peer_without_object_streams() {
    check(60, &bad("offers no object streams").to_string())
        .code(0)
        .stdout(contains("\nunsupported  object streams "))
        .stdout(contains(
            " the optional group of methods\n             it offers none of them\n",
        ))
        .stdout(ends_with(format!(
            "\n{} ok, 1 unsupported\n",
            ALL - OBJECTS
        )));
}

/// Calls behind `close` would wait for ever on a connection that is still open.
pub(crate) fn peer_check_allows_a_peer_without_close() {
    check(60, &bad("offers no close").to_string())
        .code(0)
        .stdout(contains("\nunsupported  close "))
        .stdout(ends_with(format!("\n{} ok, 1 unsupported\n", ALL - 1)));
}

pub(crate) fn peer_check_detects_a_part_of_the_object_streams() {
    check(60, &bad("offers a part of the object streams").to_string())
        .code(1)
        .stdout(contains("\nwrong        readUnshared "))
        .stdout(contains(
            "             it is not offered, and other methods of object streams are\n",
        ))
        .stdout(ends_with(format!("\n{} ok, 1 wrong\n", ALL - 1)));
}

pub(crate) fn peer_check_detects_objects_that_are_written_wrongly() {
    check(60, &bad("ignores the numbers of objects").to_string())
        .code(1)
        .stdout(contains("\nwrong        writeObject "))
        .stdout(contains(
            "`writeObject 1=u0061`: it wrote 74 00 01 61, and rust 71 00 7e 00 ",
        ));
}

pub(crate) fn peer_check_detects_a_wrong_port() {
    check(60, &bad("lies about the port").to_string())
        .code(1)
        .stdout(contains(
            "it said that it listens on port 1 of 127.0.0.1: Connection refused",
        ));
}

pub(crate) fn peer_check_gives_up_a_peer_that_never_answers() {
    check(1, &bad("never answers").to_string())
        .code(1)
        .stdout(contains("it did not answer `play the piano` within 1s"))
        .stdout(contains(
            "not checked, given up after 4 conversations that it broke:\n  rule 1, ",
        ))
        .stdout(ends_with(format!(
            "\n2 ok, 4 wrong, {} not checked\n",
            ALL - 6
        )));
}

pub(crate) fn peer_check_restarts_a_peer_that_dies() {
    check(60, &bad("dies in the middle").to_string())
        .code(1)
        .stdout(contains(
            "of 500 commands number 1 was answered with `@@ port 1`, and not with `@@ unsupported`",
        ))
        .stdout(contains(
            "it ended at `end`: exit code 4; its stderr ends with: no memory",
        ));
}

/// A program that could not start has broken no rule.
pub(crate) fn peer_check_of_a_peer_that_cannot_start_exits_with_status_2() {
    check(60, &bad("dies at start").to_string())
        .code(2)
        .stdout(predicates::str::is_empty())
        .stderr(contains(format!(
            "`{}` could not start: exit code 3 before it identified itself\n\
             its stderr ends with:\n  starting\n  no memory\n",
            bad("dies at start")
        )));
}

pub(crate) fn peer_check_reports_a_wrong_exit_status() {
    check(60, &bad("exits with 7").to_string())
        .code(1)
        .stdout(contains("it ended, but with exit code 7"))
        .stdout(ends_with(format!("\n{} ok, 2 wrong\n", ALL - 2)));
}

pub(crate) fn peer_check_reports_a_peer_that_never_exits() {
    check(1, &bad("never exits").to_string())
        .code(1)
        .stdout(contains("it still ran after 1s"));
}

pub(crate) fn an_invalid_peer_command_is_a_usage_error() {
    for (command, why) in [
        ("", "the command is empty"),
        ("my_peer 'half", "a quote is not closed"),
        ("/no/such/program x", "there is no such program"),
    ] {
        check(60, command)
            .code(2)
            .stdout(predicates::str::is_empty())
            .stderr(contains(why).and(contains("<COMMAND>")));
    }
}
