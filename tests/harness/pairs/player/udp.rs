//! Pairs that talk in datagrams, and pairs with several ports.

use javatalk::internals::interop::model::pair::run::{PairEnding, PairRun};
use javatalk::internals::interop::model::pair::{Port, PortNumber, Transport};
use javatalk::internals::interop::model::participant::Role;
use javatalk::internals::interop::programs::pairs::Pair;

use super::pair::{pair, pair_on, played, player, reference, stdout, wire, with_argument};
use super::{TERMINATED, line, program};

/// The same pair over UDP.
fn over_udp(mut pair: Pair) -> Pair {
    pair.ports[0].transport = Transport::Udp;
    pair
}

/// How many bytes there are in each datagram of `role`.
fn datagrams(run: &PairRun, role: Role) -> Vec<usize> {
    let traffic = &run.connections[0].traffic;
    let mut before = 0;
    let sent = traffic.order.iter().filter(|passed| passed.role == role);
    sent.map(|passed| {
        let length = passed.so_far - before;
        before = passed.so_far;
        length
    })
    .collect()
}

#[test]
fn datagrams_are_relayed_and_recorded_one_by_one() {
    for pair in [pair("udp", "udp"), pair_on(666, "udp", "udp")] {
        let run = played(
            over_udp(pair),
            "client types one\nclient types three\nclient closes",
        );
        assert_eq!(run.ending, PairEnding::Complete, "{run:#?}");
        let said = "sent\nONE\nfrom the port\nsent\nTHREE\nfrom the port\n";
        assert_eq!(stdout(&run, "client"), said);
        assert_eq!(wire(&run), [line("client 0", "onethree", "ONETHREE")]);
        assert_eq!(run.connections[0].transport, Transport::Udp);
        for role in [Role::Client, Role::Server] {
            assert_eq!(datagrams(&run, role), [3, 5]);
        }
        assert_eq!(program(&run, "server").end, TERMINATED);
    }
}

// As TFTP does. A client that has connected its socket does not get such an answer.
#[test]
fn an_answer_from_another_port_reaches_the_client_from_another_port() {
    let kind = "udp-answers-from-elsewhere";
    for pair in [pair("udp", kind), pair_on(666, "udp", kind)] {
        let run = played(
            over_udp(pair),
            "client types one\nserver prints got elsewhere thanks",
        );
        assert_eq!(run.ending, PairEnding::Complete, "{run:#?}");
        let said = "sent\nONE\nfrom elsewhere\n";
        assert_eq!(stdout(&run, "client"), said);
        assert_eq!(
            wire(&run),
            [
                line("client 0", "one", ""),
                line("client 1", "thanks", "ONE")
            ]
        );
    }
}

#[test]
fn a_datagram_waits_until_the_server_has_bound_its_port() {
    for pair in [
        pair("udp", "udp-binds-late"),
        pair_on(666, "udp", "udp-binds-late"),
    ] {
        let run = played(
            over_udp(pair),
            "client types one\nclient prints sent\nserver types go\nclient prints ONE",
        );
        assert_eq!(run.ending, PairEnding::Complete, "{run:#?}");
    }
}

#[test]
fn datagrams_of_several_clients_are_told_apart() {
    let run = played(
        over_udp(pair("udp", "udp")),
        "x types one\nx prints ONE\ny types two\ny prints TWO\nx types three\nx prints THREE",
    );
    assert_eq!(run.ending, PairEnding::Complete, "{run:#?}");
    assert_eq!(
        wire(&run),
        [
            line("x 0", "onethree", "ONETHREE"),
            line("y 0", "two", "TWO")
        ]
    );
}

#[test]
fn a_server_that_never_binds_its_udp_port_is_named() {
    let run = played(over_udp(pair("udp", "ends")), "client types one");
    assert_eq!(run.ending, PairEnding::NeverListened(0), "{run:#?}");
}

#[test]
fn a_network_plan_needs_connections() {
    let played = player(over_udp(pair("udp", "udp"))).play(
        &super::pair::case("client types one"),
        "both ways slice 1".parse().unwrap(),
        reference(),
    );
    assert_eq!(
        played.unwrap_err().to_string(),
        "the network plan cannot be applied, because all ports of the pair are UDP ports: it shapes \
         TCP connections"
    );
}

#[test]
fn each_port_of_a_server_has_relays_of_its_own() {
    let port = |number| Port {
        name: "admin".to_owned(),
        transport: Transport::Tcp,
        number,
    };
    for (mut pair, admin) in [
        (pair("two-ports", "two-ports"), PortNumber::Given),
        (
            pair_on(666, "two-ports", "two-ports"),
            PortNumber::Fixed(667),
        ),
        (pair_on(666, "two-ports", "two-ports"), PortNumber::Given),
    ] {
        pair.ports.push(port(admin));
        with_argument(&mut pair, "{port.admin}");
        let run = played(pair, "client starts");
        assert_eq!(run.ending, PairEnding::Complete, "{run:#?}");
        assert_eq!(stdout(&run, "client"), "ADMIN\nMAIN\n");
        let ports: Vec<usize> = run.connections.iter().map(|c| c.port).collect();
        assert_eq!(ports, [0, 1]);
        assert_eq!(wire(&run)[0].1, "main\n");
        assert_eq!(wire(&run)[1].1, "admin\n");
    }
}
