//! Runs that end because the kernel confirms that nothing can move any more.

use std::time::Duration;

use javatalk::internals::interop::model::deadlock::Deadlock;
use javatalk::internals::interop::model::pair::run::{PairEnding, PairRun, ProgramEnd, WaitsFor};
use javatalk::internals::interop::model::pair::{Announcement, Pattern, PortNumber, Stream};
use javatalk::internals::interop::programs::pairs::{Pair, ServerEnd};

use super::pair::{of_programs, pair, pair_on, played, program, room, stdout};
use super::regex_of;

/// What each program waits for, and the line of the script that waits.
#[track_caller]
fn waiting(run: &PairRun) -> (Vec<(String, WaitsFor)>, Option<usize>) {
    let PairEnding::Waiting(programs, at) = &run.ending else {
        panic!("{run:#?}");
    };
    let programs = programs.iter();
    (
        programs
            .map(|(name, waits)| (name.to_string(), *waits))
            .collect(),
        at.as_ref().map(|at| at.line),
    )
}

fn wait(name: &str, waits: WaitsFor) -> (String, WaitsFor) {
    (name.to_owned(), waits)
}

#[test]
fn a_client_that_waits_for_its_stdin_is_named() {
    for pair in [pair("", ""), pair_on(666, "", "")] {
        let run = played(
            pair,
            "client types one\nclient prints ONE\nclient prints more",
        );
        let programs = vec![
            wait("server", WaitsFor::Bytes),
            wait("client", WaitsFor::Stdin),
        ];
        assert_eq!(waiting(&run), (programs, Some(3)));
    }
}

#[test]
fn programs_that_both_wait_for_bytes_are_in_a_deadlock() {
    let run = played(pair("waits", ""), "client starts");
    let deadlock = WaitsFor::Deadlock(Deadlock::Read);
    let programs = vec![wait("server", deadlock), wait("client", deadlock)];
    assert_eq!(waiting(&run), (programs, None));
    // The client prints what it reads once the harness kills the server, which does not count.
    assert_eq!(stdout(&run, "client"), "");
    assert_eq!(program(&run, "client").end, ProgramEnd::Killed);
}

#[test]
fn a_server_whose_bytes_nobody_reads_waits_for_room() {
    let run = played(pair("", "floods"), "client starts\nclient ends");
    let programs = vec![
        wait("server", WaitsFor::Room),
        wait("client", WaitsFor::Stdin),
    ];
    assert_eq!(waiting(&run), (programs, Some(2)));
}

#[test]
fn a_server_that_should_end_by_itself_and_goes_on_waits_for_a_client() {
    let pair = Pair {
        server_end: ServerEnd::ByItself,
        ..pair("", "")
    };
    let run = played(pair, "client types one");
    let programs = vec![wait("server", WaitsFor::Accept)];
    assert_eq!(waiting(&run), (programs, None));
    assert_eq!(stdout(&run, "client"), "ONE\n");
}

// Its silence would show this only after an hour.
#[test]
fn a_server_that_waits_on_another_port_is_not_waited_for() {
    let announced = PortNumber::Announced(Announcement {
        pattern: Pattern::Regex(regex_of(r"never on (\d+)")),
        on: Stream::Stdout,
    });
    for number in [PortNumber::Given, announced] {
        let client = room("client", "{port}", "");
        let pair = Pair {
            timeout: Some(Duration::from_secs(3600)),
            ..of_programs(number, client, room("server", "0", ""))
        };
        let run = played(pair, "client types one\nclient prints ONE");
        let is_known = matches!(run.ending, PairEnding::NoListener(0, _));
        assert!(is_known, "{run:#?}");
    }
}

// A program that sleeps does something afterwards, however long it sleeps.
#[test]
fn a_program_that_sleeps_does_not_wait() {
    let run = played(pair("sleeps", ""), "client types one");
    assert_eq!(run.ending, PairEnding::Complete, "{run:#?}");
    assert_eq!(stdout(&run, "client"), "ONE\n");
}
