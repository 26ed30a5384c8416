//! `--wire object` as a user meets it, without Java.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::process::Output;
use std::thread;

use assert_cmd::{Command, cargo_bin_cmd};
use predicates::str::contains;

use crate::chat_command::server_with;

const HEADER: &[u8] = b"\xac\xed\0\x05";

fn client(port: u16, stdin: &str) -> Command {
    let mut command = cargo_bin_cmd!("javatalk");
    command
        .args(["client", "--chat", "--wire", "object", "localhost"])
        .arg(port.to_string())
        .write_stdin(stdin);
    command
}

/// What `javatalk server` with these options does with a client that sends these bytes, and what the
/// client receives.
fn served(options: &[&str], bytes: &[u8]) -> (Output, Vec<u8>) {
    let (server, port) = server_with(options);
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    stream.write_all(bytes).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut received = Vec::new();
    // A server that has not read everything may reset the connection.
    let _ = stream.read_to_end(&mut received);
    (server.wait_with_output().unwrap(), received)
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn rust_client_and_rust_server_exchange_objects() {
    let (server, port) = server_with(&["--chat", "--wire", "object"]);
    client(port, "one\n\n世界")
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
fn a_server_answers_objects_by_objects_and_writeutf_by_writeutf() {
    let messages = [HEADER, b"t\0\x02hi\x77\x04\0\x02hip"].concat();
    let (output, received) = served(&["--chat", "--wire", "object"], &messages);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(received, messages);
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(
        printed.ends_with("client say:hi\nclient say:hi\nclient say:null\n"),
        "{printed}"
    );
}

#[test]
fn a_server_says_what_other_clients_look_like() {
    let object = &["--chat", "--wire", "object"][..];
    for (options, bytes, said) in [
        (
            object,
            &b"GET / HTTP/1.1\r\n"[..],
            "the client sent no header of an object stream; \"GET / HTTP/1.1\" looks like HTTP",
        ),
        (
            object,
            b"hello\n",
            "\"hello\" looks like a line of println: send it with writeObject of an \
             ObjectOutputStream, or use --wire line",
        ),
        (
            object,
            b"\0\x05hello",
            "that looks like writeUTF of a DataOutputStream: send it with writeObject of an \
             ObjectOutputStream, or use --wire utf",
        ),
        (object, b"\x16\x03\x01\x02\0", "that looks like TLS"),
    ] {
        let (output, _) = served(options, bytes);
        assert_eq!(output.status.code(), Some(5));
        let stderr = stderr(&output);
        assert!(stderr.contains(said), "{stderr}");
    }
    // In the other direction the bytes are read as a length, and the end is too early.
    for options in [&[][..], &["--chat"]] {
        let (output, _) = served(options, &[HEADER, b"t\0\x02hi"].concat());
        assert_eq!(output.status.code(), Some(4));
        let stderr = stderr(&output);
        let said = "that looks like an ObjectOutputStream: write with a DataOutputStream instead, or \
                    use --wire object";
        assert!(stderr.contains(said), "{stderr}");
    }
}

#[test]
fn a_client_says_what_other_servers_look_like() {
    for (bytes, code, said) in [
        (
            &b"\0\x05hello"[..],
            5,
            "the server sent no header of an object stream; that looks like writeUTF",
        ),
        (b"hello\n", 5, "looks like a line of println"),
        (b"", 4, "the server closed the connection before"),
        (
            b"\xac\xed\0\x05t\0\x05he",
            4,
            "the server sent an incomplete message",
        ),
        (
            b"\xac\xed\0\x05t\0\x02hit\0\0",
            4,
            "the server sent data after its last answer",
        ),
    ] {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            stream.write_all(bytes).unwrap();
            stream.shutdown(Shutdown::Write).unwrap();
            let _ = stream.read_to_end(&mut Vec::new());
        });
        client(port, "hi\n")
            .assert()
            .code(code)
            .stderr(contains(said));
        server.join().unwrap();
    }
}

#[test]
fn an_object_that_is_no_string_is_named() {
    let number = b"sr\0\x11java.lang.Integer\x12\xe2\xa0\xa4\xf7\x81\x878\x02\0\x01I\0\x05valuexr\
        \0\x10java.lang.Number\x86\xac\x95\x1d\x0b\x94\xe0\x8b\x02\0\0xp\0\0\0\x07";
    let unknown = b"sr\0\x08no.Class\0\0\0\0\0\0\0\x01\x02\0\0xp";
    for (object, class) in [(&number[..], "java.lang.Integer"), (unknown, "no.Class")] {
        let (output, _) = served(&["--chat", "--wire", "object"], &[HEADER, object].concat());
        assert_eq!(output.status.code(), Some(5));
        let stderr = stderr(&output);
        assert!(stderr.contains(class), "{stderr}");
    }
}
