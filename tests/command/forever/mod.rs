//! `javatalk server --forever`: many clients, what it puts up with, and how it stops.

mod client;
mod limits;
mod load;
mod metrics;
mod server;
mod stopping;
#[cfg(target_os = "linux")]
mod streams;

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;

use assert_cmd::cargo_bin_cmd;
use client::Client;
use predicates::str::contains;
use server::Server;

#[test]
fn concurrent_clients_have_separate_conversations() {
    let server = Server::start(&[]);
    let mut clients: Vec<Client> = (0..100).map(|_| Client::of(&server)).collect();
    for round in 0..3 {
        for (number, client) in clients.iter_mut().enumerate() {
            client.say(&format!("{number} in round {round}"));
        }
        for (number, client) in clients.iter_mut().enumerate() {
            assert_eq!(client.hear(), format!("{number} in round {round}"));
        }
    }
    for client in &mut clients {
        client.close_output();
        assert!(client.is_at_end());
    }
    let ended = server.ended(100);
    let peers: BTreeSet<&str> = ended.iter().map(|line| line.text("peer")).collect();
    assert_eq!(peers.len(), 100);
    for line in &ended {
        assert_eq!(line.text("why"), "the client closed its output");
        assert_eq!(line.number("messages"), 3);
        assert_eq!(line.number("received"), line.number("sent"));
    }
}

#[test]
fn a_failing_client_does_not_disturb_another() {
    let server = Server::start(&[]);
    let mut good = Client::of(&server);
    good.say("before");
    assert_eq!(good.hear(), "before");
    let mut bad = Client::of(&server);
    bad.send(b"\0\x02\x80\x80");
    assert!(bad.is_at_end());
    let [line] = &server.ended(1)[..] else {
        panic!("one line");
    };
    assert!(
        line.text("why")
            .starts_with("the client's message is malformed: at byte 0"),
        "{line:?}"
    );
    good.say("after");
    assert_eq!(good.hear(), "after");
}

#[test]
fn the_log_says_what_a_client_was_that_is_no_chat_client() {
    let server = Server::start(&[]);
    let mut client = Client::of(&server);
    client.send(b"CLIENT SAYS SOMETHING ELSE\n");
    client.close_output();
    assert!(client.is_at_end());
    let [line] = &server.ended(1)[..] else {
        panic!("one line");
    };
    assert_eq!(
        line.text("why"),
        "the client announced 17,228 bytes and sent 25, and closed the connection; \"CLIENT SAYS \
         SOMETHING ELSE\" looks like a line of println: send it with writeUTF, or use --wire line"
    );
}

#[test]
fn a_client_that_fails_still_receives_all_earlier_answers() {
    const MESSAGES: usize = 8;
    let server = Server::start(&[]);
    let mut client = Client::of(&server);
    // More than there is room for on the way back, and then something malformed, and more.
    let message = "a".repeat(65_535);
    for _ in 0..MESSAGES {
        client.say(&message);
    }
    client.send(b"\0\x01\xff");
    client.send(&[b'x'; 1000]);
    let [line] = &server.ended(1)[..] else {
        panic!("one line");
    };
    assert!(line.text("why").contains("malformed"), "{line:?}");
    for number in 0..MESSAGES {
        assert_eq!(client.hear(), message, "{number}");
    }
    assert!(client.is_at_end());
}

#[test]
fn the_counters_are_served_over_http() {
    let server = Server::start(&[]);
    let mut open = Client::of(&server);
    let mut client = Client::of(&server);
    for message in ["one", "two"] {
        client.say(message);
        client.hear();
    }
    open.say("three");
    open.hear();
    client.close_output();
    assert!(client.is_at_end());
    server.ended(1);

    let answer = server.tells("javatalk_messages_answered_total 3");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("content-type: application/openmetrics-text"));
    for line in [
        "javatalk_conversations_open 1",
        "javatalk_conversations_ended_total{why=\"by_client\"} 1",
        "javatalk_clients_refused_total 0",
        "javatalk_messages_received_total 3",
        "javatalk_received_bytes_total 17",
        "javatalk_sent_bytes_total 17",
        "# EOF",
    ] {
        assert!(
            answer.lines().any(|other| other == line),
            "{line}\n{answer}"
        );
    }
    let answer = server.asked_for("/");
    assert!(answer.starts_with("HTTP/1.1 404 Not Found\r\n"), "{answer}");
}

#[test]
fn log_lines_are_text_by_default() {
    let mut child = server::command(&["--clients", "1"]).spawn().unwrap();
    let mut stderr = std::io::BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    std::io::BufRead::read_line(&mut stderr, &mut line).unwrap();
    let address = line.trim_end().strip_prefix("listening on ").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(b"\0\x02hi").unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut heard = Vec::new();
    stream.read_to_end(&mut heard).unwrap();
    assert_eq!(heard, b"\0\x02hi");
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    assert!(child.wait().unwrap().success());
    assert!(
        rest.contains("conversation ended peer=127.0.0.1:"),
        "{rest}"
    );
    assert!(rest.contains("messages=1 received=4 sent=4"), "{rest}");
    assert!(rest.contains("why=the client closed its output"), "{rest}");
}

#[test]
fn invalid_options_are_a_usage_error() {
    for arguments in [
        &["--idle", "3"][..],
        &["--forever", "--chat"],
        &["--forever", "--idle", "0"],
        &["--forever", "--grace", "long"],
        &["--forever", "--grace", "1e18"],
        &["--forever", "--max-clients", "0"],
        &["--forever", "--when-full", "shout"],
    ] {
        cargo_bin_cmd!("javatalk")
            .args(["server", "0"])
            .args(arguments)
            .assert()
            .code(2)
            .stdout("");
    }
}

#[test]
fn a_port_in_use_is_reported() {
    let server = Server::start(&[]);
    cargo_bin_cmd!("javatalk")
        .args(["server", "--forever", &server.port().to_string()])
        .assert()
        .code(3)
        .stderr(contains("address in use; another program listens there"));
}
