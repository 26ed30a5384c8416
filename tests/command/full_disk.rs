//! What a command does when stdout or stderr cannot be written: it never panics, a full disk is exit
//! status 7, and a reader that has closed its pipe is no failure.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::net::TcpListener;
use std::process::{Command, ExitStatus, Stdio};
use std::{io, thread};

/// A command, and how it ends when its streams can be written. PORT is a port that is taken, PEER a
/// peer that can be started.
#[derive(Clone, Copy)]
struct ChatCase {
    arguments: &'static str,
    status: i32,
    prints: Prints,
    /// How it ends, and what it prints, if the user has asked for no JDK and it needs one.
    without_java: Option<(i32, Prints)>,
}

/// The streams that a command writes.
#[derive(Clone, Copy, PartialEq)]
enum Prints {
    Stdout,
    Stderr,
    Both,
}

const fn row(arguments: &'static str, status: i32, prints: Prints) -> ChatCase {
    ChatCase {
        arguments,
        status,
        prints,
        without_java: None,
    }
}

/// A command that ends well where there is a JDK, and elsewhere says that there is none.
const fn with_java(arguments: &'static str, prints: Prints) -> ChatCase {
    ChatCase {
        without_java: Some((8, Prints::Stderr)),
        ..row(arguments, 0, prints)
    }
}

/// Every row as it ends here.
fn rows() -> impl Iterator<Item = ChatCase> {
    let no_java = std::env::var_os("JAVATALK_JDK").is_some_and(|jdk| jdk == "none");
    ROWS.iter().map(move |&row| match row.without_java {
        Some((status, prints)) if no_java => ChatCase {
            status,
            prints,
            ..row
        },
        _ => row,
    })
}

/// A row for every subcommand, which `every_subcommand_has_a_row` checks.
const ROWS: &[ChatCase] = &[
    row("--help", 0, Prints::Stdout),
    row("--version", 0, Prints::Stdout),
    row("nonsense", 2, Prints::Stderr),
    // stdin ends before there is a line to send.
    row("client localhost PORT", 6, Prints::Both),
    row("client --chat localhost PORT", 0, Prints::Stdout),
    row("server --help", 0, Prints::Stdout),
    // The port is taken.
    row("server PORT", 3, Prints::Both),
    row("server --forever PORT", 3, Prints::Stderr),
    row("server --forever 0 --clients 0", 0, Prints::Stderr),
    row("server --forever 0 --clients 0 --print", 0, Prints::Both),
    row("packets tcp receive PORT", 3, Prints::Stderr),
    row("packets tcp send localhost PORT", 0, Prints::Stdout),
    with_java("interop --list chat::ascii", Prints::Stdout),
    with_java("interop chat::ascii::rust-to-rust", Prints::Both),
    with_java("interop chat::ascii::rust-to-rust --json -", Prints::Both),
    row(
        "pair new - --reference-client sh --reference-server sh --server sh --port 9",
        0,
        Prints::Stdout,
    ),
    row("report /nowhere.json", 7, Prints::Stderr),
    row("sweep --list", 0, Prints::Stdout),
    with_java("sweep skip_bytes", Prints::Both),
    row("vectors --ask", 0, Prints::Stdout),
    with_java("vectors --check", Prints::Both),
    row(
        "load --server rust --at-once 1 --messages 1",
        0,
        Prints::Both,
    ),
    row("trace rust rust", 0, Prints::Stdout),
    with_java("faults half-close-twice --sample 1", Prints::Both),
    row("fuzz --seed 1 --only 1 --list", 0, Prints::Stdout),
    with_java("fuzz --seed 1 --only 1", Prints::Both),
    ChatCase {
        without_java: Some((0, Prints::Both)),
        ..row("peer-check PEER", 0, Prints::Stdout)
    },
    with_java("jdks", Prints::Stdout),
];

fn javatalk() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_javatalk"));
    command
        .env("JAVATALK_CACHE", env!("CARGO_TARGET_TMPDIR"))
        .stdin(Stdio::null());
    command
}

/// A port that takes connections, and answers nothing.
fn taken_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for client in listener.incoming() {
            let mut bytes = Vec::new();
            // Whatever it says, until it says no more.
            let _ = client.and_then(|mut client| client.read_to_end(&mut bytes));
        }
    });
    port
}

fn full() -> Stdio {
    OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap()
        .into()
}

/// A pipe that has no reader any more.
fn closed() -> Stdio {
    let (_, writer) = io::pipe().unwrap();
    writer.into()
}

impl ChatCase {
    fn run(&self, stdout: Stdio, stderr: Stdio) -> ExitStatus {
        let port = taken_port().to_string();
        let arguments = self.arguments.split(' ').map(|argument| match argument {
            "PORT" => port.clone(),
            "PEER" => format!("{} peer", env!("CARGO_BIN_EXE_javatalk")),
            other => other.to_owned(),
        });
        let mut command = javatalk();
        command.args(arguments).stdout(stdout).stderr(stderr);
        command.status().unwrap()
    }

    /// The status when one of its streams fails: 7, unless the command has failed anyway.
    fn status_if_failed(&self) -> i32 {
        if self.status == 0 { 7 } else { self.status }
    }

    #[track_caller]
    fn ends_with(&self, expected: i32, stdout: Stdio, stderr: Stdio) {
        let status = self.run(stdout, stderr);
        assert_eq!(status.code(), Some(expected), "{:?}", self.arguments);
    }
}

#[test]
fn every_subcommand_has_a_row() {
    let help = javatalk().arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let commands = help.split("Commands:\n").nth(1).unwrap();
    let mut seen = 0;
    for line in commands.lines().take_while(|line| !line.is_empty()) {
        // What is indented further belongs to the line above.
        let Some(name) = line[2..].split(' ').next().filter(|name| !name.is_empty()) else {
            continue;
        };
        let has_row = ROWS
            .iter()
            .any(|row| row.arguments.split(' ').next() == Some(name));
        assert!(has_row || name == "help", "{name} has no row");
        seen += 1;
    }
    assert!(seen > 5, "{help}");
}

#[test]
fn a_full_disk_behind_stdout_is_reported_once_and_exits_with_7() {
    for row in rows() {
        if row.prints == Prints::Stderr {
            continue;
        }
        let (mut reader, writer) = io::pipe().unwrap();
        let said = thread::spawn(move || {
            let mut said = String::new();
            reader.read_to_string(&mut said).unwrap();
            said
        });
        let status = row.run(full(), writer.into());
        let said = said.join().unwrap();
        let complaints = said.matches("stdout cannot be written").count();
        assert_eq!(complaints, 1, "{:?}: {said}", row.arguments);
        assert_eq!(status.code(), Some(7), "{:?}: {said}", row.arguments);
    }
}

#[test]
fn a_full_disk_behind_stderr_exits_with_7() {
    for row in rows() {
        let expected = match row.prints {
            Prints::Stdout => row.status,
            Prints::Stderr | Prints::Both => row.status_if_failed(),
        };
        row.ends_with(expected, Stdio::null(), full());
    }
}

#[test]
fn a_full_disk_behind_both_streams_exits_with_7() {
    for row in rows() {
        let expected = match row.prints {
            Prints::Stderr => row.status_if_failed(),
            Prints::Stdout | Prints::Both => 7,
        };
        row.ends_with(expected, full(), full());
    }
}

#[test]
fn a_closed_pipe_is_not_a_failure() {
    for row in rows() {
        row.ends_with(row.status, closed(), closed());
    }
}

#[test]
fn results_are_written_to_a_file_even_if_stdout_is_full() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("results.json");
    let status = javatalk()
        .args([
            "load",
            "--server",
            "rust",
            "--at-once",
            "1",
            "--messages",
            "3",
            "--json",
        ])
        .arg(&file)
        .stdout(full())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(7));
    let results: serde_json::Value = serde_json::from_reader(File::open(file).unwrap()).unwrap();
    assert_eq!(results["servers"][0]["answered"], 3);
}
