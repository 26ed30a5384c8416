//! The player of pairs: which programs run, who hears whom, and how a run ends.

mod direct;
mod endings;
mod folders;
mod pair;
mod udp;
mod waits;

use javatalk::internals::interop::model::pair::run::{PairEnding, ProgramEnd};
use javatalk::internals::interop::model::pair::{Announcement, Pattern, PortNumber, Stream};
use javatalk::internals::interop::programs::pairs::{Pair, ServerEnd, Stop};
use javatalk::internals::interop::proxy::plan::NetworkPlan;
use javatalk::internals::system::process::Exit;

use pair::{of_programs, pair, pair_on, played, played_over, program, stdout, wire, with_argument};

const TERMINATED: ProgramEnd = ProgramEnd::Stopped(Exit::Signal(15));
const WELL: ProgramEnd = ProgramEnd::Exited(Exit::Code(0));

fn line(client: &str, sent: &str, answered: &str) -> (String, String, String) {
    (client.to_owned(), sent.to_owned(), answered.to_owned())
}

#[track_caller]
fn assert_echoed(pair: Pair) {
    let run = played(pair, "client types one\nclient types two\nclient closes");
    assert_eq!(run.ending, PairEnding::Complete, "{run:#?}");
    assert_eq!(run.unobserved, None);
    assert_eq!(run.steps.len(), 3);
    assert_eq!(stdout(&run, "client"), "ONE\nTWO\n");
    assert_eq!(stdout(&run, "server"), "got one\ngot two\n");
    assert_eq!(program(&run, "client").end, WELL);
    assert_eq!(program(&run, "server").end, TERMINATED);
    assert_eq!(wire(&run), [line("client 0", "one\ntwo\n", "ONE\nTWO\n")]);
}

#[test]
fn a_pair_that_is_told_its_port_is_played() {
    assert_echoed(pair("", ""));
}

#[test]
fn a_pair_with_a_fixed_port_is_played() {
    assert_echoed(pair_on(666, "", ""));
}

#[test]
fn a_connection_goes_through_the_network_plan() {
    let run = played_over(
        "client to server half-close at 3",
        pair("", ""),
        "client types one\nclient closes",
    );
    assert_eq!(run.ending, PairEnding::Complete, "{run:#?}");
    assert_eq!(stdout(&run, "server"), "got one\n");
    assert_eq!(wire(&run), [line("client 0", "one\n", "ONE")]);
}

#[test]
fn every_connection_of_a_client_is_recorded_by_itself() {
    for pair in [pair("calls-again", ""), pair_on(666, "calls-again", "")] {
        let run = played(pair, "client types one\nclient types two\nclient closes");
        assert_eq!(run.ending, PairEnding::Complete, "{run:#?}");
        assert_eq!(
            wire(&run),
            [
                line("client 0", "one\n", "ONE\n"),
                line("client 1", "two\n", "TWO\n")
            ]
        );
    }
}

const IN_A_ROOM: &str = "x starts
    x prints hello 1
    y starts
    y prints hello 2
    x types hi
    y prints 1: hi
    x prints 1: hi
    y types ho
    x prints 2: ho
    y closes
    y ends
    server prints 2 has left
    x types alone
    x prints 1: alone
    x closes";

#[test]
fn a_script_brings_several_clients_into_one_order() {
    for pair in [pair("in-a-room", "room"), pair_on(666, "in-a-room", "room")] {
        let run = played(pair, IN_A_ROOM);
        assert_eq!(run.ending, PairEnding::Complete, "{run:#?}");
        assert_eq!(stdout(&run, "x"), "hello 1\n1: hi\n2: ho\n1: alone\n");
        assert_eq!(stdout(&run, "y"), "hello 2\n1: hi\n2: ho\n");
        let names: Vec<String> = run.programs.iter().map(|p| p.name.to_string()).collect();
        assert_eq!(names, ["server", "x", "y"]);
        assert_eq!(wire(&run)[0].1, "hi\nalone\n");
        assert_eq!(wire(&run)[1].1, "ho\n");
        assert!(run.steps.is_sorted() && run.steps.len() == IN_A_ROOM.lines().count());
    }
}

#[test]
fn a_server_says_its_port() {
    for (stream, kind) in [
        (Stream::Stdout, "announces"),
        (Stream::Stderr, "announces-on-stderr"),
    ] {
        let announced = PortNumber::Announced(Announcement {
            pattern: Pattern::Regex(regex_of(r"room on (\d+)")),
            on: stream,
        });
        let Pair { reference, .. } = pair("", kind);
        let run = played(
            of_programs(announced, reference.client, reference.server),
            "client types one",
        );
        assert_eq!(run.ending, PairEnding::Complete, "{run:#?}");
        assert_eq!(stdout(&run, "client"), "ONE\n");
    }
}

fn regex_of(pattern: &str) -> javatalk::internals::regex::bytes::Regex {
    javatalk::internals::regex::bytes::Regex::new(pattern).unwrap()
}

#[test]
fn a_server_ends_by_itself() {
    for server_end in [
        ServerEnd::ByItself,
        ServerEnd::AfterClients(Stop::Terminate),
    ] {
        let pair = Pair {
            server_end,
            ..pair("", "once")
        };
        let run = played(pair, "client types one");
        assert_eq!(run.ending, PairEnding::Complete, "{run:#?}");
        assert_eq!(program(&run, "server").end, WELL);
    }
}

#[test]
fn a_server_is_told_to_stop_on_its_stdin() {
    let pair = Pair {
        server_end: ServerEnd::AfterClients(Stop::Stdin(b"quit\n".to_vec())),
        ..pair("", "stdin")
    };
    let run = played(pair, "client types one");
    assert_eq!(run.ending, PairEnding::Complete, "{run:#?}");
    let stopped = ProgramEnd::Stopped(Exit::Code(4));
    assert_eq!(program(&run, "server").end, stopped);
}

#[test]
fn a_server_is_told_to_stop_by_a_last_client() {
    let pair = Pair {
        server_end: ServerEnd::AfterClients(Stop::Client(b"shutdown\n".to_vec())),
        ..pair("", "")
    };
    let run = played(pair, "client types one");
    assert_eq!(run.ending, PairEnding::Complete, "{run:#?}");
    let stopped = ProgramEnd::Stopped(Exit::Code(0));
    assert_eq!(program(&run, "server").end, stopped);
    // The last client is no part of the observation.
    assert_eq!((run.programs.len(), run.connections.len()), (2, 1));
}

#[test]
fn a_script_stops_a_program() {
    let run = played(
        pair("", ""),
        "client types one\nclient prints ONE\nclient stops\nclient ends",
    );
    assert_eq!(run.ending, PairEnding::Complete, "{run:#?}");
    assert_eq!(program(&run, "client").end, TERMINATED);
}

#[test]
fn a_server_may_listen_on_ipv6_only() {
    for pair in [
        pair("", "listens-on-ipv6"),
        pair_on(666, "", "listens-on-ipv6"),
    ] {
        let run = played(pair, "client types one");
        assert_eq!(run.ending, PairEnding::Complete, "{run:#?}");
        assert_eq!(wire(&run), [line("client 0", "one\n", "ONE\n")]);
    }
}

/// An address of this machine other than that of its loopback interface; that one if it has none.
/// No packet is sent.
fn own_address() -> String {
    let socket = std::net::UdpSocket::bind("0.0.0.0:0").unwrap();
    match socket.connect("192.0.2.1:9") {
        Ok(()) => socket.local_addr().unwrap().ip().to_string(),
        Err(_) => "127.0.0.1".to_owned(),
    }
}

// `InetAddress.getLocalHost()` is such an address on many machines.
#[test]
fn programs_may_meet_at_an_address_of_their_host() {
    let mut pair = pair_on(666, "own-address", "own-address");
    with_argument(&mut pair, &own_address());
    let run = played(pair, "client types one");
    assert_eq!(run.ending, PairEnding::Complete, "{run:#?}");
    assert_eq!(wire(&run), [line("client 0", "one\n", "ONE\n")]);
}

#[test]
fn a_connection_that_the_server_refuses_is_reset() {
    let run = played(
        pair("second-is-refused", "closes-its-port"),
        "client prints ConnectionResetError\nclient types one",
    );
    assert_eq!(run.ending, PairEnding::Complete, "{run:#?}");
    assert_eq!(
        wire(&run),
        [
            line("client 0", "zero\none\n", "ZERO\nONE\n"),
            line("client 1", "", "")
        ]
    );
}

// Each conversation has ports, records and processes of its own.
#[test]
fn one_player_plays_several_cases_at_once() {
    for pair in [pair("in-a-room", "room"), pair_on(666, "in-a-room", "room")] {
        let player = pair::player(pair);
        let versions = pair::reference();
        std::thread::scope(|scope| {
            let play = || player.play(&pair::case(IN_A_ROOM), NetworkPlan::default(), versions);
            let plays: Vec<_> = (0..4).map(|_| scope.spawn(play)).collect();
            for run in plays {
                let run = run.join().unwrap().unwrap();
                assert_eq!(run.ending, PairEnding::Complete, "{run:#?}");
                assert_eq!(stdout(&run, "y"), "hello 2\n1: hi\n2: ho\n");
            }
        });
    }
}
