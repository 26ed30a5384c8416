//! The metrics port: what it answers, and that it costs the server little.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;

use assert_cmd::cargo_bin_cmd;
use predicates::str::contains;

use super::client::Client;
use super::server::Server;

#[test]
fn head_returns_the_headers_of_get_without_a_body() {
    let server = Server::start(&[]);
    let get = server.asked("GET /metrics");
    let head = server.asked("HEAD /metrics");
    let (header, text) = head.split_once("\r\n\r\n").unwrap();
    assert!(header.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    assert!(header.contains("content-type: application/openmetrics-text"));
    assert_eq!(text, "");
    let (_, text) = get.split_once("\r\n\r\n").unwrap();
    assert!(
        header.contains(&format!("content-length: {}", text.len())),
        "{head}"
    );
}

#[test]
fn other_http_methods_get_405_with_the_allowed_methods() {
    let server = Server::start(&[]);
    let answer = server.asked("DELETE /metrics");
    assert!(
        answer.starts_with("HTTP/1.1 405 Method Not Allowed\r\n"),
        "{answer}"
    );
    assert!(answer.contains("allow: GET, HEAD\r\n"), "{answer}");
}

#[test]
fn an_unknown_metrics_host_is_reported() {
    cargo_bin_cmd!("javatalk")
        .args(["server", "--forever", "0", "--metrics", "nowhere.invalid:0"])
        .assert()
        .code(3)
        .stderr(contains("nowhere.invalid: unknown host"));
}

#[test]
fn an_oversized_request_header_gets_431() {
    let server = Server::start(&[]);
    let header = "a".repeat(20_000);
    let mut stream = TcpStream::connect(server.metrics()).unwrap();
    // It may be refused before all of it is sent.
    let _ = write!(stream, "GET /metrics HTTP/1.1\r\nX-Long: {header}");
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
}

#[cfg(target_os = "linux")]
#[test]
fn unfinished_metrics_requests_hold_few_descriptors_and_are_closed() {
    // No more than any system keeps in the queue of a listener.
    const CONNECTIONS: usize = 100;
    let server = Server::start(&[]);
    let descriptors = || {
        fs::read_dir(format!("/proc/{}/fd", server.pid()))
            .unwrap()
            .count()
    };
    let mut client = Client::of(&server);
    client.say("before");
    assert_eq!(client.hear(), "before");
    let before = descriptors();
    let unfinished: Vec<TcpStream> = (0..CONNECTIONS)
        .map(|_| {
            let mut stream = TcpStream::connect(server.metrics()).unwrap();
            stream.write_all(b"GET /metrics HTTP/1.1\r\n").unwrap();
            stream
        })
        .collect();
    client.say("meanwhile");
    assert_eq!(client.hear(), "meanwhile");
    let most = descriptors();
    // The server gives them up one after the other, and takes others: until then it has but a few.
    for mut stream in unfinished.into_iter().take(CONNECTIONS_AT_A_TIME) {
        assert!(descriptors() <= before + CONNECTIONS_AT_A_TIME);
        let mut answer = Vec::new();
        // Closed in whatever manner.
        let _ = stream.read_to_end(&mut answer);
    }
    assert!(most <= before + CONNECTIONS_AT_A_TIME, "{before} {most}");
    // The others are gone: whoever asks now is answered.
    server.tells("javatalk_messages_answered_total 2");
}

/// As many as the server lets connect at a time.
#[cfg(target_os = "linux")]
const CONNECTIONS_AT_A_TIME: usize = 16;
