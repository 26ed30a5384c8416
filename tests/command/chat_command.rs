//! `javatalk client` and `javatalk server` as a user meets them, without Java.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::thread;

use assert_cmd::{Command, cargo_bin_cmd};
use predicates::prelude::*;
use predicates::str::{contains, starts_with};

fn client(port: u16, stdin: &[u8]) -> Command {
    let mut command = cargo_bin_cmd!("javatalk");
    command
        .args(["client", "localhost", &port.to_string()])
        .write_stdin(stdin);
    command
}

/// A server made for one client: it reads a whole message, then does what `then` says.
fn one_client(then: impl FnOnce(TcpStream) + Send + 'static) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut length = [0; 2];
        if stream.read_exact(&mut length).is_ok() {
            let mut body = vec![0; usize::from(u16::from_be_bytes(length))];
            stream.read_exact(&mut body).unwrap();
        }
        then(stream);
    });
    port
}

/// A `javatalk server` that listens.
fn server() -> (Child, u16) {
    server_with(&[])
}

/// The same with these options.
pub(crate) fn server_with(options: &[&str]) -> (Child, u16) {
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_javatalk"))
        .args(["server", "0"])
        .args(options)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    stderr.read_line(&mut line).unwrap();
    let address = line.trim_end().strip_prefix("listening on ").unwrap();
    let port = address.strip_prefix("127.0.0.1:").unwrap().parse().unwrap();
    child.stderr = Some(stderr.into_inner());
    (child, port)
}

/// What a server says on stderr, and its exit code, after a client that sends these bytes.
fn serve_one_client(bytes: &[u8]) -> (String, Option<i32>) {
    let (child, port) = server();
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    stream.write_all(bytes).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let output = child.wait_with_output().unwrap();
    (
        String::from_utf8(output.stderr).unwrap(),
        output.status.code(),
    )
}

#[test]
fn rust_client_and_rust_server_exchange_a_message() {
    let (server, port) = server();
    client(port, "hello 世界\n".as_bytes())
        .assert()
        .success()
        .stdout("---client---\nhello 世界\n")
        .stderr("");
    let output = server.wait_with_output().unwrap();
    assert!(output.status.success());
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "---server---\n一个客户端连接建立\nclient say:hello 世界\n"
    );
}

#[test]
fn a_chat_continues_until_the_input_ends() {
    let (server, port) = server_with(&["--chat"]);
    client(port, "one\r\n\n世界".as_bytes())
        .arg("--chat")
        .assert()
        .success()
        .stdout("---client---\none\n\n世界\n")
        .stderr("");
    let output = server.wait_with_output().unwrap();
    assert!(output.status.success());
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "---server---\n一个客户端连接建立\nclient say:one\nclient say:\nclient say:世界\n"
    );
}

#[test]
fn data_after_the_servers_last_answer_is_reported() {
    let port = one_client(|mut stream| stream.write_all(b"\0\x05hello\0\x04more").unwrap());
    client(port, b"hello\n")
        .arg("--chat")
        .assert()
        .code(4)
        .stderr("javatalk: the server sent data after its last answer; is it a chat server?\n");
}

#[test]
fn a_chat_with_a_server_that_answers_once_exits_with_status_4() {
    let (server, port) = server();
    client(port, b"one\ntwo\n")
        .arg("--chat")
        .assert()
        .code(4)
        .stdout("---client---\none\n");
    assert!(server.wait_with_output().unwrap().status.success());
}

#[test]
fn a_refused_connection_asks_whether_the_server_is_running() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    client(port, b"hello\n")
        .assert()
        .code(3)
        .stdout("---client---\n")
        .stderr(format!(
            "javatalk: localhost (127.0.0.1:{port}): connection refused; is the server running \
             there?\n"
        ));
}

#[test]
fn an_unknown_host_is_named() {
    cargo_bin_cmd!("javatalk")
        .args(["client", "no-such-host.invalid", "6660"])
        .write_stdin("hello\n")
        .assert()
        .code(3)
        .stdout("---client---\n")
        .stderr(starts_with(
            "javatalk: no-such-host.invalid: unknown host (",
        ));
}

// `javatalk sweep host_` holds what a HOST means against a JDK, form by form.
#[test]
fn the_clients_host_is_parsed_as_in_java() {
    let forms = [
        "",
        "127.1",
        "2130706433",
        "::ffff:127.0.0.1",
        "[::ffff:7f00:1]",
    ];
    for host in forms {
        let (server, port) = server();
        cargo_bin_cmd!("javatalk")
            .args(["client", host, &port.to_string()])
            .write_stdin("hi\n")
            .assert()
            .success()
            .stdout("---client---\nhi\n");
        assert!(server.wait_with_output().unwrap().status.success());
    }
}

#[test]
fn hosts_that_java_rejects_are_unknown() {
    for host in ["0x7f.0.0.1", "[127.0.0.1]", "::1%", "::1%no-such-interface"] {
        cargo_bin_cmd!("javatalk")
            .args(["client", host, "1"])
            .write_stdin("hi\n")
            .assert()
            .code(3)
            .stderr(starts_with(format!("javatalk: {host}: unknown host (")));
    }
}

#[test]
fn the_bind_address_is_parsed_as_in_java() {
    for host in ["", "127.1", "::ffff:127.0.0.1"] {
        let (server, port) = server_with(&["--bind", host]);
        client(port, b"hi\n").assert().success();
        assert!(server.wait_with_output().unwrap().status.success());
    }
    cargo_bin_cmd!("javatalk")
        .args(["server", "0", "--bind", "0177.0x1"])
        .assert()
        .code(2)
        .stderr(contains("only decimal numbers"));
}

/// Says letters and no line end, until nobody hears them.
fn endless(mut stream: &TcpStream) {
    while stream.write_all(&[b'a'; 1 << 16]).is_ok() {}
}

#[test]
fn the_client_rejects_an_endless_line_at_the_limit() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || endless(&listener.accept().unwrap().0));
    cargo_bin_cmd!("javatalk")
        .args(["client", "--chat", "--wire", "line", "localhost"])
        .arg(port.to_string())
        .write_stdin("hi\n")
        .assert()
        .code(5)
        .stdout("---client---\n")
        .stderr(contains(
            "the server sent a line longer than the limit of 16 MiB",
        ));
}

#[test]
fn the_server_rejects_an_endless_line_at_the_limit() {
    let (server, port) = server_with(&["--chat", "--wire", "line"]);
    endless(&TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap());
    let output = server.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(5));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("the client sent a line longer than the limit of 16 MiB"),
        "{said}"
    );
}

#[test]
fn an_empty_stdin_is_reported_and_nothing_is_sent() {
    let (server, port) = server();
    client(port, b"")
        .assert()
        .code(6)
        .stderr("javatalk: stdin is empty: type a line, or pipe one in\n");
    let output = server.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(4));
}

#[test]
fn the_error_for_a_long_message_states_its_length_and_the_limit() {
    let port = one_client(drop);
    client(port, &[b'a'; 65_536]).assert().code(6).stderr(
        "javatalk: the message has 65536 bytes in modified UTF-8, and the limit is 65535: send less\n",
    );
}

#[test]
fn a_server_that_closes_early_is_reported() {
    let port = one_client(drop);
    client(port, b"hello\n").assert().code(4).stderr(
        "javatalk: the server closed the connection before it had sent a complete message; check \
         its output\n",
    );
}

#[test]
fn a_malformed_answer_is_reported_with_its_byte_offset() {
    let port = one_client(|mut stream| stream.write_all(b"\x00\x03hi\xff").unwrap());
    client(port, b"hello\n").assert().code(5).stderr(
        "javatalk: the server's message is malformed: at byte 2: not modified UTF-8; does it \
         use writeUTF?\n",
    );
}

#[test]
fn a_client_of_another_protocol_is_reported() {
    let (said, code) = serve_one_client(b"\x00\x02\x80\x80");
    assert!(
        said.contains("the client's message is malformed: at byte 0: not modified UTF-8"),
        "{said}"
    );
    assert_eq!(code, Some(5));

    // The first two bytes of an HTTP request say 18,245 bytes, which never come.
    let (said, code) = serve_one_client(b"GET / HTTP/1.1\r\n\r\n");
    assert!(
        said.contains(
            "the client announced 18,245 bytes and sent 16, and closed the connection; \
             \"GET / HTTP/1.1\" looks like HTTP"
        ),
        "{said}"
    );
    assert_eq!(code, Some(4));

    let (said, code) = serve_one_client(b"hello\r\n");
    assert!(
        said.contains(
            "the client announced 26,725 bytes and sent 5, and closed the connection; \"hello\" \
             looks like a line of println"
        ),
        "{said}"
    );
    assert_eq!(code, Some(4));

    let (said, _) = serve_one_client(b"\xac\xed\x00\x05t\x00\x02hi");
    assert!(
        said.contains("that looks like an ObjectOutputStream"),
        "{said}"
    );
}

#[test]
fn an_answer_that_was_cut_says_how_much_of_it_came() {
    let port = one_client(|mut stream| stream.write_all(b"\x00\x05he").unwrap());
    client(port, b"hello\n")
        .assert()
        .code(4)
        .stderr("javatalk: the server announced 5 bytes and sent 2, and closed the connection\n");
    let port = one_client(|mut stream| stream.write_all(b"\x00").unwrap());
    client(port, b"hello\n").assert().code(4).stderr(
        "javatalk: the server sent 1 of the 2 bytes of a length, and closed the connection\n",
    );
}

#[test]
fn a_port_in_use_is_reported_with_advice() {
    // Nobody else lets go of the port, and nobody is left behind.
    let other = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = other.local_addr().unwrap().port();
    cargo_bin_cmd!("javatalk")
        .args(["server", &port.to_string()])
        .assert()
        .code(3)
        .stdout("---server---\n")
        .stderr(format!(
            "javatalk: 127.0.0.1:{port}: address in use; another program listens there: stop it, \
             or use another port (0 lets the system choose)\n"
        ));
}

#[test]
fn binding_an_address_of_another_machine_fails_with_advice() {
    // Reserved for documentation: no machine has it.
    cargo_bin_cmd!("javatalk")
        .args(["server", "0", "--bind", "192.0.2.1"])
        .assert()
        .code(3)
        .stderr(contains("192.0.2.1:0: ").and(contains("--bind takes an address of this machine")));
}

#[test]
fn help_lists_examples_and_only_the_exit_statuses_of_its_command() {
    for (subcommand, statuses) in [
        ("client", &[0, 2, 3, 4, 5, 6, 7][..]),
        ("server", &[0, 2, 3, 4, 5, 6, 7]),
        ("packets", &[0, 2, 3, 4]),
        ("interop", &[0, 1, 2, 7, 8]),
        ("report", &[0, 1, 2, 7]),
        ("sweep", &[0, 1, 2, 7, 8]),
        ("load", &[0, 1, 2, 3, 6, 7, 8]),
        ("trace", &[0, 2, 3, 4, 7, 8]),
        ("faults", &[0, 1, 2, 7, 8]),
        ("fuzz", &[0, 1, 2, 7, 8]),
        ("peer-check", &[0, 1, 2, 7, 8]),
        ("jdks", &[0, 2, 8]),
    ] {
        let help = cargo_bin_cmd!("javatalk")
            .args([subcommand, "--help"])
            .assert()
            .success()
            .stdout(contains("Examples:\n  javatalk "));
        let help = String::from_utf8_lossy(&help.get_output().stdout).into_owned();
        let (_, listed) = help.split_once("\nExit status:\n").unwrap();
        let listed: Vec<u8> = listed
            .lines()
            .filter_map(|line| line.split_whitespace().next()?.parse().ok())
            .collect();
        assert_eq!(listed, statuses, "{subcommand}");
    }
    cargo_bin_cmd!("javatalk")
        .arg("--help")
        .assert()
        .success()
        .stdout(contains("\n  8  no JDK"));
}

#[test]
fn invalid_arguments_are_a_usage_error() {
    for arguments in [
        &["client", "localhost", "70000"][..],
        &["server", "x"],
        &["nothing"],
        &[],
    ] {
        cargo_bin_cmd!("javatalk")
            .args(arguments)
            .assert()
            .code(2)
            .stdout("");
    }
}

#[test]
fn invalid_wire_options_are_a_usage_error_with_a_reason() {
    for (arguments, why) in [
        (
            &["client", "--chat", "--wire", "line", "--charset", "KOI8-R"][..],
            "the supported charsets are UTF-8, ISO-8859-1, US-ASCII, UTF-16BE, GBK",
        ),
        (
            &["client", "--chat", "--charset", "GBK"],
            "needs --chat --wire line",
        ),
        (
            &["client", "--chat", "--wire", "raw", "--charset", "GBK"],
            "javatalk: --charset GBK needs --chat --wire line: --wire raw sends bytes unchanged\n",
        ),
        (&["client", "--wire", "line"], "--chat"),
        (&["server", "--wire", "raw"], "--chat"),
        (
            &["server", "--forever", "--wire", "line"],
            "--forever supports only writeUTF",
        ),
        (
            &["server", "--forever", "--wire", "raw"],
            "remove it or --wire raw",
        ),
        (
            &["server", "--forever", "--wire", "object"],
            "remove it or --wire object",
        ),
        (
            &["client", "--chat", "--wire", "object", "--charset", "GBK"],
            "an object stream has a charset of its own",
        ),
    ] {
        cargo_bin_cmd!("javatalk")
            .args(arguments)
            .assert()
            .code(2)
            .stderr(contains(why));
    }
}

#[test]
fn characters_outside_the_charset_are_sent_as_question_marks() {
    let (server, port) = server_with(&["--chat", "--wire", "line", "--charset", "gbk"]);
    cargo_bin_cmd!("javatalk")
        .args(["client", "--chat", "--wire", "line", "--charset", "GBK"])
        .args(["localhost", &port.to_string()])
        .write_stdin("你好\nпривет😀\n")
        .assert()
        .success()
        .stdout("---client---\n你好\nпривет?\n");
    assert!(server.wait_with_output().unwrap().status.success());
}

/// A `javatalk client` on a raw wire.
fn raw_client(port: u16, stdin: &[u8]) -> Command {
    let mut command = client(port, stdin);
    command.args(["--chat", "--wire", "raw"]);
    command
}

#[test]
fn a_raw_chat_sends_bytes_unchanged_until_bye_is_answered() {
    let (server, port) = server_with(&["--chat", "--wire", "raw"]);
    raw_client(port, b"hello\n\nhi\r\na\xff\xe4\xb8\0\nbye\nnever\n")
        .assert()
        .success()
        .stdout(&b"---client---\nhello\nhi\r\na\xff\xe4\xb8\0\nbye\n"[..])
        .stderr("");
    let output = server.wait_with_output().unwrap();
    assert!(output.status.success());
    let said = [
        "---server---\n一个客户端连接建立\n".as_bytes(),
        b"client say:hello\nclient say:hi\r\nclient say:a\xff\xe4\xb8\0\nclient say:bye\n",
    ];
    assert_eq!(output.stdout, said.concat());
}

#[test]
fn raw_messages_have_no_prefix_and_no_terminator() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut heard = [0; "世界".len()];
        stream.read_exact(&mut heard).unwrap();
        stream.write_all(&heard[..4]).unwrap();
        let mut more = Vec::new();
        stream.read_to_end(&mut more).unwrap();
        (heard, more)
    });
    raw_client(port, "世界".as_bytes())
        .assert()
        .success()
        .stdout(&b"---client---\n\xe4\xb8\x96\xe7\n"[..]);
    let (heard, more) = heard.join().unwrap();
    assert_eq!(heard, "世界".as_bytes());
    assert!(more.is_empty());
}

#[test]
fn bytes_beyond_one_recv_are_counted_and_reported() {
    let (server, port) = server_with(&["--chat", "--wire", "raw"]);
    raw_client(port, &[b'a'; 1025])
        .assert()
        .code(4)
        .stdout(format!("---client---\n{}\n", "a".repeat(1024)))
        .stderr(
            "javatalk: unread bytes of the server's answers: 1; an answer is what one recv of at \
             most 1024 bytes returns: send shorter lines, or use --wire line\n",
        );
    assert!(server.wait_with_output().unwrap().status.success());
}
