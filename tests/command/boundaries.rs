//! `javatalk packets`: which bytes arrive in which piece.

use std::io::{BufRead, BufReader};
use std::process::{Command as Program, Stdio};

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::contains;

/// What the receiver prints when the three packets are sent to it.
fn received(transport: &str, buffer: &str) -> String {
    let javatalk = assert_cmd::cargo::cargo_bin!("javatalk");
    let mut receiver = Program::new(javatalk)
        .args(["packets", transport, "receive", "0", buffer])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    let mut stderr = BufReader::new(receiver.stderr.take().unwrap());
    stderr.read_line(&mut said).unwrap();
    let port = said.trim_end().rsplit(':').next().unwrap().to_owned();
    Command::new(javatalk)
        .args(["packets", transport, "send", "localhost", &port])
        .assert()
        .success()
        .stdout(contains("packet 3: 8192 bytes"));
    let output = receiver.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn each_datagram_is_received_as_one_piece() {
    assert_eq!(
        received("udp", "65536"),
        "---receive udp---\n\
         piece 1: 2048 bytes: 2048 of packet 1\n\
         piece 2: 4096 bytes: 4096 of packet 2\n\
         piece 3: 8192 bytes: 8192 of packet 3\n\
         packet 1: 2048 of 2048 bytes\n\
         packet 2: 4096 of 4096 bytes\n\
         packet 3: 8192 of 8192 bytes\n"
    );
}

#[test]
fn datagrams_longer_than_the_buffer_are_truncated() {
    let text = received("udp", "100");
    assert!(text.ends_with("packet 3: 100 of 8192 bytes\n"), "{text}");
}

#[test]
fn tcp_loses_no_bytes_with_a_small_buffer() {
    let text = received("tcp", "1000");
    assert!(text.lines().count() > 3 + 14, "{text}");
    assert!(
        text.ends_with(
            "packet 1: 2048 of 2048 bytes\n\
             packet 2: 4096 of 4096 bytes\n\
             packet 3: 8192 of 8192 bytes\n"
        ),
        "{text}"
    );
}

#[test]
fn a_refused_sender_asks_whether_the_receiver_is_running() {
    Command::new(assert_cmd::cargo::cargo_bin!("javatalk"))
        .args(["packets", "tcp", "send", "localhost", "1"])
        .assert()
        .code(3)
        .stderr(contains("is the receiver running?").and(contains("localhost:1")));
}
