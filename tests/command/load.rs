//! `javatalk load`: what it counts, and that it notices what goes wrong.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::process::Stdio;
use std::thread;

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::{contains, is_match};

fn load() -> Command {
    let mut command = Command::cargo_bin("javatalk").unwrap();
    command
        .arg("load")
        .env("JAVATALK_CACHE", env!("CARGO_TARGET_TMPDIR"));
    command
}

fn line(name: &str, value: &str) -> impl Predicate<str> {
    is_match(format!("(?m)^{name} +{value}$")).unwrap()
}

#[test]
fn our_server_answers_all_concurrent_clients() {
    load()
        .args(["--server", "rust", "--at-once", "200", "--clients", "200"])
        .args(["--messages", "5", "--silent", "20", "--slow", "20"])
        .assert()
        .success()
        .stdout(line("clients connected", "240"))
        .stdout(line("clients served to the end", "240"))
        .stdout(line("open before the first message", "240"))
        .stdout(line("messages answered", "1,000"))
        .stdout(line("failures", "0"));
}

#[test]
fn connected_clients_are_counted_while_they_wait_to_be_accepted() {
    // More than the system takes for a listener that does not accept.
    const CLIENTS: &str = "5000";
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_javatalk"))
        .args(["load", "127.0.0.1", &port, "--messages", "1"])
        .args(["--at-once", CLIENTS, "--answer-within", "60"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    stderr.read_line(&mut line).unwrap();
    assert!(
        is_match(format!("^  [0-9]+ of {CLIENTS} connected\n$"))
            .unwrap()
            .eval(&line),
        "{line}"
    );
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn finished_clients_are_replaced_until_all_are_served() {
    load()
        .args(["--server", "rust", "--at-once", "3", "--clients", "50"])
        .args(["--messages", "2"])
        .assert()
        .success()
        .stdout(line("clients served to the end", "50"))
        .stdout(line("until they were open", "-"))
        .stdout(line("messages answered", "100"));
}

#[test]
fn the_results_are_written_as_json() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("load.json");
    load()
        .args(["--server", "rust", "--at-once", "2", "--messages", "3"])
        .arg("--json")
        .arg(&file)
        .assert()
        .success();
    let text = std::fs::read_to_string(file).unwrap();
    for part in [r#""format":1"#, r#""name":"rust""#, r#""answered":6"#] {
        assert!(text.contains(part), "{text}");
    }
}

/// A server that answers each connection with these bytes, whatever is said.
fn answering(bytes: &'static [u8]) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            thread::spawn(move || {
                // Whoever only tries whether anybody is there says nothing.
                if matches!(stream.read(&mut [0; 64]), Ok(1..)) {
                    stream.write_all(bytes).unwrap();
                }
            });
        }
    });
    port
}

#[test]
fn a_wrong_answer_is_counted_and_fails_the_run() {
    let port = answering(b"\x00\x02no").to_string();
    load()
        .args([
            "localhost",
            &port,
            "--text",
            "hi",
            "--at-once",
            "2",
            "--messages",
            "1",
        ])
        .assert()
        .code(1)
        .stdout(line("messages answered", "0"))
        .stdout(contains("2 times: answer: the answer is another message"));
}

#[test]
fn a_server_that_closes_early_is_reported() {
    let port = answering(b"\x00").to_string();
    load()
        .args(["localhost", &port, "--at-once", "1", "--messages", "1"])
        .assert()
        .code(1)
        .stdout(contains("1 time: answer: the server closed"));
}

#[test]
fn a_missing_answer_times_out() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    load()
        .args(["localhost", &port, "--at-once", "1", "--messages", "1"])
        .args(["--answer-within", "1"])
        .assert()
        .code(1)
        .stdout(contains("1 time: answer: not in time"));
}

#[test]
fn a_refused_connection_asks_whether_the_server_is_running() {
    load()
        .args(["localhost", "1"])
        .assert()
        .code(3)
        .stderr(contains("is the server running?"));
}

#[test]
fn more_clients_than_open_files_allow_are_refused_at_the_start() {
    load()
        .args(["--server", "rust", "--at-once", "2000000000"])
        .assert()
        .code(7)
        .stderr(contains("ulimit -n"));
}

/// The command line of our server, as `--command` takes it.
fn own_server() -> String {
    let server = env!("CARGO_BIN_EXE_javatalk");
    format!("'{server}' server --forever 0")
}

#[test]
fn servers_of_the_user_are_compared_with_ours() {
    load()
        .args(["--server", "rust", "--command", &own_server()])
        .args(["--command", &own_server(), "--at-once", "2"])
        .args(["--messages", "50"])
        .assert()
        .success()
        .stdout(is_match("(?m)^ +rust +javatalk +javatalk-2$").unwrap())
        .stdout(line("messages answered", "100 +100 +100"));
}

#[test]
#[cfg(target_os = "linux")]
fn the_processor_time_of_the_server_is_divided_among_the_messages() {
    load()
        .args(["--command", &own_server(), "--at-once", "20"])
        .args(["--messages", "2000"])
        .assert()
        .success()
        // At least a system call to read, and one to write.
        .stdout(line(
            "processor time a message",
            r"[1-9][0-9]*\.[0-9]{2} µs",
        ));
}

#[test]
fn a_server_of_the_user_that_does_not_listen_is_reported() {
    load()
        .args(["--command", "sh -c 'echo no port is free >&2'"])
        .assert()
        .code(3)
        .stderr(contains("it does not listen: no port is free"));
}
