//! stdout and stderr whose reader is slow, gone, or a full disk: no client and no signal waits for it.

use std::fs::OpenOptions;
use std::io::{self, BufRead, BufReader, PipeReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::thread;

use rustix::pipe::fcntl_setpipe_size;
use rustix::process::{Pid, Signal, kill_process};

use super::client::Client;
use super::server::{Server, command};

/// So many messages of the largest size are more than may wait to be printed.
const MESSAGES: usize = 200;

/// Lines that `--print` adds to those of the messages: the greeting, and one for a client.
const OTHERS: usize = 2;

/// Says the messages, one after the other, each when the one before is answered.
fn say_all(server: &Server) {
    let message = "a".repeat(65_535);
    let mut client = Client::of(server);
    for _ in 0..MESSAGES {
        client.say(&message);
        assert_eq!(client.hear(), message);
    }
}

/// How many whole lines there are to read; the last may be a part.
fn whole_lines(mut reader: PipeReader) -> usize {
    let mut text = Vec::new();
    reader.read_to_end(&mut text).unwrap();
    let lines: Vec<&[u8]> = text.split(|&byte| byte == b'\n').collect();
    let (_part, lines) = lines.split_last().unwrap();
    for line in &lines[OTHERS..] {
        assert_eq!(line.len(), "client say:".len() + 65_535);
    }
    lines.len()
}

#[test]
fn an_unread_stdout_blocks_neither_clients_nor_signals() {
    let (reader, writer) = io::pipe().unwrap();
    let server = Server::start_with_stdout(&["--print", "--grace", "0.2"], writer);
    say_all(&server);
    server.tells(&format!("javatalk_messages_answered_total {MESSAGES}"));
    server.signal(Signal::TERM);
    let (line, status) = server.stopped();
    assert_eq!(line.number("received"), MESSAGES as u64);
    assert_eq!(line.number("answered"), MESSAGES as u64);
    let lost = usize::try_from(line.number("stdout_lost")).unwrap();
    assert_eq!(whole_lines(reader) + lost, MESSAGES + OTHERS, "{line:?}");
    assert_eq!(status.code(), Some(7));
}

#[test]
fn lines_are_printed_or_counted_when_the_stdout_reader_pauses() {
    let (reader, writer) = io::pipe().unwrap();
    let server = Server::start_with_stdout(&["--print", "--grace", "600"], writer);
    say_all(&server);
    let text = server.tells(&format!("javatalk_messages_answered_total {MESSAGES}"));
    let counter = "javatalk_lines_lost_total{stream=\"stdout\",why=\"reader_too_slow\"} ";
    let lost = text.lines().find_map(|line| line.strip_prefix(counter));
    let lost: u64 = lost.unwrap().parse().unwrap();
    assert!(lost > 0);
    let reading = thread::spawn(|| whole_lines(reader));
    server.signal(Signal::TERM);
    let (line, status) = server.stopped();
    assert_eq!(line.number("stdout_lost"), lost);
    assert_eq!(
        reading.join().unwrap() as u64 + lost,
        (MESSAGES + OTHERS) as u64
    );
    // Lines are missing, which a script wants to know.
    assert_eq!(status.code(), Some(7));
}

#[test]
fn no_line_is_lost_if_stdout_is_read_continuously() {
    let (reader, writer) = io::pipe().unwrap();
    let reading = thread::spawn(|| whole_lines(reader));
    let server = Server::start_with_stdout(&["--print", "--clients", "1"], writer);
    say_all(&server);
    let (line, status) = server.stopped();
    assert_eq!(line.number("stdout_lost"), 0);
    assert_eq!(reading.join().unwrap(), MESSAGES + OTHERS);
    assert_eq!(status.code(), Some(0));
}

#[test]
fn a_full_disk_behind_stdout_is_reported_and_counted() {
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut server = Server::start_with_stdout(&["--print", "--clients", "1"], full);
    let mut client = Client::of(&server);
    for message in ["one", "two"] {
        client.say(message);
        assert_eq!(client.hear(), message);
    }
    client.close_output();
    server.line("stdout cannot be written: no storage space");
    let line = server.line("stopped");
    assert_eq!((line.number("received"), line.number("answered")), (2, 2));
    assert_eq!(line.number("stdout_lost"), 2 + OTHERS as u64);
    assert_eq!(server.end().code(), Some(7));
}

#[test]
fn a_closed_stdout_is_not_a_failure() {
    let (reader, writer) = io::pipe().unwrap();
    drop(reader);
    let server = Server::start_with_stdout(&["--print", "--clients", "1"], writer);
    let mut client = Client::of(&server);
    client.say("hi");
    assert_eq!(client.hear(), "hi");
    drop(client);
    let (line, status) = server.stopped();
    assert_eq!(line.number("stdout_lost"), 0);
    assert_eq!(status.code(), Some(0));
}

/// A server that logs text into a small pipe, of which only the first line has been read.
struct Unread {
    child: Child,
    stderr: PipeReader,
    address: String,
}

impl Unread {
    fn start(options: &[&str]) -> Self {
        let (mut stderr, writer) = io::pipe().unwrap();
        fcntl_setpipe_size(&writer, 4096).unwrap();
        let child = command(options).stderr(writer).spawn().unwrap();
        let mut line = Vec::new();
        while line.last() != Some(&b'\n') {
            let mut byte = [0];
            stderr.read_exact(&mut byte).unwrap();
            line.extend(byte);
        }
        let line = String::from_utf8(line).unwrap();
        let address = line.trim_end().strip_prefix("listening on ").unwrap();
        Self {
            child,
            stderr,
            address: address.to_owned(),
        }
    }

    /// A conversation, which is a line of the log.
    fn exchange(&self) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all(b"\0\x02hi").unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        assert_eq!(answer, b"\0\x02hi");
    }

    fn tell_to_stop(&self) {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process(pid, Signal::TERM).unwrap();
    }
}

impl Drop for Unread {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Their log lines are more than the pipe has room for.
const CONVERSATIONS: usize = 100;

#[test]
fn an_unread_log_blocks_neither_clients_nor_signals() {
    let mut server = Unread::start(&["--grace", "0.2"]);
    for _ in 0..CONVERSATIONS {
        server.exchange();
    }
    server.tell_to_stop();
    let status = server.child.wait().unwrap();
    // The last lines are lost, and there is no other way to say it.
    assert_eq!(status.code(), Some(7));
}

#[test]
fn a_log_that_is_read_late_is_complete() {
    let mut server = Unread::start(&["--grace", "600"]);
    for _ in 0..CONVERSATIONS {
        server.exchange();
    }
    server.tell_to_stop();
    let lines: Vec<String> = BufReader::new(&server.stderr)
        .lines()
        .map(Result::unwrap)
        .collect();
    let ended = lines
        .iter()
        .filter(|line| line.contains("conversation ended"));
    assert_eq!(ended.count(), CONVERSATIONS);
    assert!(lines.last().unwrap().contains("stderr_lost=0"), "{lines:?}");
    assert_eq!(server.child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_log_without_a_reader_is_not_a_failure() {
    let mut server = Unread::start(&[]);
    let (stderr, _) = io::pipe().unwrap();
    drop(std::mem::replace(&mut server.stderr, stderr));
    for _ in 0..CONVERSATIONS {
        server.exchange();
    }
    server.tell_to_stop();
    assert_eq!(server.child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_full_disk_behind_the_log_only_changes_the_exit_status() {
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut child = command(&["--print"])
        .stderr(full)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut greeting = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut greeting).unwrap();
    assert_eq!(greeting, "---server---\n");
    let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    kill_process(pid, Signal::TERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(7));
}
