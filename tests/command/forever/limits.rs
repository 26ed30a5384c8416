//! What it puts up with: how many, how long, how much.

use std::fs;

use rustix::process::Signal;
#[cfg(target_os = "linux")]
use rustix::process::{Resource, Rlimit, getrlimit, prlimit};

use super::client::Client;
use super::server::Server;

#[test]
fn a_client_over_the_limit_waits_until_another_leaves() {
    let server = Server::start(&["--max-clients", "1"]);
    let mut first = Client::of(&server);
    first.say("first");
    assert_eq!(first.hear(), "first");
    let mut second = Client::of(&server);
    second.say("second");
    // The server has had every occasion.
    for _ in 0..100 {
        first.say("still here");
        first.hear();
    }
    assert!(second.has_received_nothing());
    first.close_output();
    assert_eq!(second.hear(), "second");
}

#[test]
fn a_client_over_the_limit_is_refused_with_when_full_refuse() {
    let server = Server::start(&["--max-clients", "1", "--when-full", "refuse"]);
    let mut first = Client::of(&server);
    first.say("first");
    assert_eq!(first.hear(), "first");
    let mut second = Client::of(&server);
    assert!(second.is_disconnected());
    assert_eq!(server.line("refused: full").number("limit"), 1);
    first.say("not disturbed");
    assert_eq!(first.hear(), "not disturbed");
    first.close_output();
    server.ended(1);
    // The room is given back after the line is written, some time.
    let third = std::iter::repeat_with(|| {
        let mut client = Client::of(&server);
        client
            .try_to_say("third")
            .and_then(|()| client.try_to_hear())
    });
    assert_eq!(third.flatten().next().unwrap(), "third");
    let text = server.asked_for("/metrics");
    let refused = text
        .lines()
        .find_map(|line| line.strip_prefix("javatalk_clients_refused_total "));
    assert!(refused.unwrap().parse::<u64>().unwrap() >= 1, "{text}");
}

#[test]
fn refused_clients_are_counted_in_the_log_instead_of_listed() {
    const REFUSED: u64 = 100;
    let server = Server::start(&["--max-clients", "1", "--when-full", "refuse"]);
    let mut first = Client::of(&server);
    first.say("first");
    assert_eq!(first.hear(), "first");
    for _ in 0..REFUSED {
        assert!(Client::of(&server).is_disconnected());
    }
    server.signal(Signal::TERM);
    let lines = server.lines_until("stopped");
    let of = |message| {
        lines
            .iter()
            .filter(move |line| line.text("message") == message)
    };
    let single = of("refused: full").count();
    let more = of("more were refused: full").map(|line| line.number("clients"));
    assert_eq!(single as u64 + more.sum::<u64>(), REFUSED, "{lines:?}");
    // More than one if clients are refused from time to time, which a busy machine may make of this.
    assert!(single < 10, "{lines:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_server_out_of_descriptors_logs_one_line_and_then_a_count() {
    let server = Server::start(&[]);
    let mut client = Client::of(&server);
    client.say("hi");
    assert_eq!(client.hear(), "hi");
    let limit = |current| {
        let old = getrlimit(Resource::Nofile);
        let limit = Rlimit { current, ..old };
        prlimit(Some(server.process()), Resource::Nofile, limit).unwrap()
    };
    let before = limit(Some(0));
    let mut waiting = Client::of(&server);
    waiting.say("when there are descriptors again");
    let lines = server.lines_until("again no connection could be accepted");
    let single = lines
        .iter()
        .filter(|line| line.text("message") == "no connection could be accepted");
    assert_eq!(single.count(), 1, "{lines:?}");
    assert!(lines.last().unwrap().number("times") > 1, "{lines:?}");
    client.say("still here");
    assert_eq!(client.hear(), "still here");
    limit(before.current);
    assert_eq!(waiting.hear(), "when there are descriptors again");
}

#[test]
fn a_silent_client_is_disconnected_after_the_idle_timeout() {
    let server = Server::start(&["--idle", "0.2"]);
    let mut silent = Client::of(&server);
    let mut fallen_silent = Client::of(&server);
    fallen_silent.say("hi");
    assert_eq!(fallen_silent.hear(), "hi");
    assert!(silent.is_at_end());
    assert!(fallen_silent.is_at_end());
    drop((silent, fallen_silent));
    for line in server.ended(2) {
        assert_eq!(line.text("why"), "the client was idle for too long");
    }
}

#[test]
fn a_client_that_trickles_a_message_is_disconnected() {
    let server = Server::start(&["--message-time", "0.3"]);
    let mut slow = Client::of(&server);
    let mut other = Client::of(&server);
    slow.send(b"\xff\xff");
    // One by one, and between two of them a conversation of others: that takes seconds for all.
    while slow.has_received_nothing() {
        slow.send(b"a");
        for _ in 0..5 {
            other.say("hi");
            other.hear();
        }
    }
    assert!(slow.is_disconnected());
    drop(slow);
    let [line] = &server.ended(1)[..] else {
        panic!("one line");
    };
    assert!(
        line.text("why").starts_with(
            "a message and its answer took too long: the client announced 65,535 bytes and sent "
        ),
        "{line:?}"
    );
    assert_eq!(line.number("messages"), 0);
}

#[test]
fn a_client_that_does_not_read_its_answers_is_disconnected() {
    let server = Server::start(&["--message-time", "0.3"]);
    let mut deaf = Client::of(&server);
    let message = "a".repeat(65_535);
    // Until the buffers of both directions are full, and the server gives up.
    while deaf.try_to_say(&message).is_ok() {}
    let [line] = &server.ended(1)[..] else {
        panic!("one line");
    };
    assert!(
        line.text("why")
            .starts_with("a message and its answer took too long: the client "),
        "{line:?}"
    );
    assert!(line.number("messages") > 0);
}

#[cfg(target_os = "linux")]
#[test]
fn an_announced_length_reserves_no_memory() {
    const CLIENTS: usize = 500;
    let server = Server::start(&[]);
    // The first takes what all have in common.
    let mut first = Client::of(&server);
    first.say("hi");
    first.hear();
    let before = allocated(server.pid());
    let mut clients: Vec<Client> = (0..CLIENTS).map(|_| Client::of(&server)).collect();
    for client in &mut clients {
        client.say("hi");
        assert_eq!(client.hear(), "hi");
        client.send(b"\xff\xffabc");
    }
    server.has_read((4 + (4 + 5) * CLIENTS) as u64);
    let grown = allocated(server.pid()).saturating_sub(before);
    assert!(
        grown < CLIENTS * (16 << 10),
        "{} bytes for each client",
        grown / CLIENTS
    );
}

/// How much memory the process has asked for, touched or not.
#[cfg(target_os = "linux")]
fn allocated(pid: u32) -> usize {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmData:"));
    let kilobytes = line.unwrap().trim().strip_suffix(" kB").unwrap();
    kilobytes.parse::<usize>().unwrap() << 10
}

#[test]
#[cfg(target_os = "linux")]
fn no_more_clients_are_served_than_the_open_files_allow() {
    // Without the limit the server would accept about seventy of these, and fail to accept the rest.
    const CLIENTS: usize = 100;
    let server = Server::start_with_open_files(80);
    let mut clients: Vec<Client> = (0..CLIENTS).map(|_| Client::of(&server)).collect();
    for client in &mut clients {
        client.say("hello");
    }
    // Each client that leaves makes room for one that waits.
    for client in &mut clients {
        assert_eq!(client.hear(), "hello");
        client.close_output();
    }
    server.signal(Signal::TERM);
    let lines = server.lines_until("stopped");
    assert!(
        lines[0].text("message").contains("`ulimit -n 10064`"),
        "{lines:?}"
    );
    assert_eq!(lines[0].number("max_clients"), 16);
    let not_accepted = "no connection could be accepted";
    assert!(
        lines
            .iter()
            .all(|line| line.text("message") != not_accepted),
        "{lines:?}"
    );
}
