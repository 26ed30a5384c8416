//! How it stops: what is under way comes to its end, within the grace period.

use std::thread;

use rustix::process::Signal;

use super::client::Client;
use super::server::Server;

#[test]
fn idle_conversations_are_closed_cleanly() {
    for signal in [Signal::TERM, Signal::INT] {
        let server = Server::start(&["--grace", "600"]);
        let mut silent = Client::of(&server);
        let mut client = Client::of(&server);
        client.say("hi");
        assert_eq!(client.hear(), "hi");
        server.stop(signal);
        assert!(client.is_at_end());
        assert!(silent.is_at_end());
        drop((client, silent));
        for line in server.ended(2) {
            assert_eq!(line.text("why"), "the server is stopping");
        }
        let (line, status) = server.stopped();
        assert_eq!(status.code(), Some(0), "{line:?}");
        assert_eq!(line.number("cut_off"), 0);
    }
}

#[test]
fn a_partly_received_message_is_still_answered() {
    let server = Server::start(&["--grace", "600"]);
    let mut client = Client::of(&server);
    client.say("hi");
    assert_eq!(client.hear(), "hi");
    client.send(b"\0\x05he");
    server.has_read(8);
    server.stop(Signal::TERM);
    client.send(b"llo");
    assert_eq!(client.hear(), "hello");
    assert!(client.is_at_end());
    drop(client);
    let (line, status) = server.stopped();
    assert!(status.success());
    assert_eq!((line.number("received"), line.number("answered")), (2, 2));
}

#[test]
fn a_stopping_server_accepts_no_connections() {
    let server = Server::start(&["--grace", "600"]);
    let mut client = Client::of(&server);
    client.send(b"\0");
    let mut other = Client::of(&server);
    other.say("hi");
    other.hear();
    server.has_read(5);
    server.stop(Signal::TERM);
    // The listener is gone when the others are told.
    assert!(other.is_at_end());
    assert!(std::net::TcpStream::connect(server.address()).is_err());
    client.send(b"\0");
    client.hear();
    drop((client, other));
    assert!(server.stopped().1.success());
}

#[test]
fn an_unfinished_message_is_cut_off_after_the_grace_period() {
    let server = Server::start(&["--grace", "0.2"]);
    let mut client = Client::of(&server);
    client.say("hi");
    client.hear();
    client.send(b"\0\x05he");
    server.has_read(8);
    server.stop(Signal::TERM);
    assert!(client.is_disconnected());
    let (line, status) = server.stopped();
    assert_eq!(status.code(), Some(0), "{line:?}");
    assert_eq!(line.number("cut_off"), 1);
}

#[test]
fn a_second_signal_ends_the_grace_period() {
    let server = Server::start(&["--grace", "600"]);
    let mut client = Client::of(&server);
    client.say("hi");
    client.hear();
    client.send(b"\0\x05he");
    server.has_read(8);
    server.stop(Signal::TERM);
    server.signal(Signal::INT);
    assert!(client.is_disconnected());
    let (line, status) = server.stopped();
    assert!(status.success());
    assert_eq!(line.number("cut_off"), 1);
}

#[test]
fn messages_sent_before_the_signal_are_all_answered() {
    const MESSAGES: usize = 1000;
    let server = Server::start(&["--grace", "600"]);
    let mut client = Client::of(&server);
    client.say("hi");
    assert_eq!(client.hear(), "hi");
    for number in 0..MESSAGES {
        client.say(&number.to_string());
    }
    server.stop(Signal::TERM);
    for number in 0..MESSAGES {
        assert_eq!(client.hear(), number.to_string());
    }
    assert!(client.is_at_end());
    drop(client);
    let (line, status) = server.stopped();
    assert_eq!(status.code(), Some(0));
    assert_eq!(line.number("received"), MESSAGES as u64 + 1);
    assert_eq!(line.number("answered"), MESSAGES as u64 + 1);
}

#[test]
fn a_client_that_keeps_sending_is_closed_after_its_pending_answers() {
    let server = Server::start(&["--grace", "600"]);
    let mut client = Client::of(&server);
    let mut sender = client.second();
    let sending = thread::spawn(move || while sender.try_to_say("again and again").is_ok() {});
    for _ in 0..1000 {
        client.hear();
    }
    server.signal(Signal::TERM);
    let mut heard = 1000;
    while client.try_to_hear().is_ok() {
        heard += 1;
    }
    let (line, status) = server.stopped();
    sending.join().unwrap();
    assert_eq!(status.code(), Some(0));
    assert_eq!(line.number("cut_off"), 0);
    assert_eq!(line.number("received"), line.number("answered"));
    assert_eq!(line.number("answered"), heard);
}
