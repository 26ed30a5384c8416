//! How a run ends that does not come to its end.

use javatalk::internals::interop::model::pair::run::{PairEnding, ProgramEnd};
use javatalk::internals::interop::model::pair::{Announcement, Pattern, PortNumber, Stream};
use javatalk::internals::interop::programs::pairs::Pair;
use javatalk::internals::system::process::Exit;

use super::pair::{of_programs, pair, played, program};
use super::regex_of;

#[test]
fn a_program_that_ends_before_it_prints_is_named_with_the_step() {
    let run = played(
        pair("", ""),
        "client types one\nclient closes\nclient prints TWO",
    );
    let PairEnding::EndedBefore(name, at) = &run.ending else {
        panic!("{run:#?}");
    };
    assert_eq!((&*name.0, at.line), ("client", 3));
    assert_eq!(at.text, "client prints TWO");
    assert_eq!(run.steps.len(), 2);
    assert_eq!(program(&run, "server").end, ProgramEnd::Killed);
}

#[test]
fn what_was_matched_is_not_matched_again() {
    let run = played(
        pair("", ""),
        "client types one\nclient prints ONE\nclient closes\nclient prints ONE",
    );
    assert!(
        matches!(&run.ending, PairEnding::EndedBefore(_, at) if at.line == 4),
        "{run:#?}"
    );
}

#[test]
fn a_server_that_ends_without_listening_is_named() {
    let run = played(pair("", "ends"), "client types one");
    assert_eq!(run.ending, PairEnding::NeverListened(0), "{run:#?}");
}

#[test]
fn a_program_that_fails_silently_could_not_start() {
    let run = played(pair("", "fails"), "client types one");
    let PairEnding::NotStarted(name, command, Exit::Code(3)) = &run.ending else {
        panic!("{run:#?}");
    };
    assert!(name.is_server() && command.ends_with(" fails"), "{command}");
    let stderr = &program(&run, "server").stderr;
    assert_eq!(String::from_utf8_lossy(stderr), "no such word: PORT\n");
}

#[test]
fn a_client_that_never_connects_is_named() {
    let run = played(pair("ends", ""), "client types one");
    assert!(
        matches!(&run.ending, PairEnding::NeverConnected(name) if &*name.0 == "client"),
        "{run:#?}"
    );
}

#[test]
fn a_program_that_a_signal_ends_has_crashed() {
    let run = played(pair("", "crashes"), "client types one");
    let PairEnding::Crashed(name, Exit::Signal(11)) = &run.ending else {
        panic!("{run:#?}");
    };
    assert!(name.is_server());
}

#[test]
fn an_announced_number_that_is_no_port_is_quoted() {
    let announced = PortNumber::Announced(Announcement {
        pattern: Pattern::Regex(regex_of(r"room on (\d+)")),
        on: Stream::Stdout,
    });
    let Pair { reference, .. } = pair("", "announces-nonsense");
    let pair = of_programs(announced, reference.client, reference.server);
    let run = played(pair, "client types one");
    let said = "it says \"room on 123456\", and \"123456\" is no port";
    assert_eq!(
        run.ending,
        PairEnding::Unreachable(said.to_owned()),
        "{run:#?}"
    );
}

// A program that the player cannot start is no observation.
#[test]
fn a_program_that_does_not_exist_is_an_error() {
    let Pair { reference, .. } = pair("", "");
    let missing = super::pair::command(&["no-such-program"]);
    let pair = of_programs(PortNumber::Given, missing, reference.server);
    let player = super::pair::player(pair);
    let case = super::pair::case("client types one");
    let played = player.play(&case, "plain".parse().unwrap(), super::pair::reference());
    assert_eq!(
        played.unwrap_err().to_string(),
        "`no-such-program` cannot be started: there is no such file"
    );
}

#[test]
fn nothing_that_a_program_has_started_outlives_the_run() {
    let run = played(pair("", "leaves-a-daemon"), "client types one");
    assert_eq!(run.ending, PairEnding::Complete, "{run:#?}");
    let pid: u32 = super::stdout(&run, "server")
        .lines()
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let is_zombie = stat
        .rsplit_once(')')
        .is_some_and(|(_, rest)| rest.starts_with(" Z"));
    assert!(stat.is_empty() || is_zombie, "{stat}");
}

#[test]
fn a_server_that_does_not_stop_is_killed() {
    let run = played(pair("", "ignores-sigterm"), "client types one");
    assert_eq!(run.ending, PairEnding::Complete, "{run:#?}");
    assert_eq!(program(&run, "server").end, ProgramEnd::Killed);
}
