//! The Rust client against the Java server, and the other way round.

use std::sync::Arc;

use javatalk::internals::interop::model::participant::{Participant, Role};
use javatalk::internals::interop::programs::announced;
use javatalk::internals::interop::toolbox::Toolbox;
use javatalk::internals::system::process::Running;
use javatalk::internals::system::wait::{Notify, Timeouts};

use crate::{javatalk, programs};

fn newest(toolbox: &Arc<Toolbox>) -> Participant {
    Participant::Java(*toolbox.javas().last().expect("a JDK was found"))
}

/// A server that listens, and its port.
fn listening(toolbox: &Arc<Toolbox>, peer: Participant) -> (Running, u16) {
    let notify = Arc::new(Notify::default());
    let server = programs(toolbox)
        .invocation(peer, Role::Server, &["0".to_owned()])
        .unwrap()
        .expect("a peer with a program")
        .start(toolbox.javatalk(), Vec::new(), &notify)
        .unwrap();
    let mut port = None;
    notify
        .wait(Timeouts::of_a_conversation(), || {
            port = announced(&server.stderr());
            port.is_some()
        })
        .expect("the server says its port");
    (server, port.unwrap().unwrap())
}

fn ended(server: Running) -> (String, bool) {
    server
        .wait(Timeouts::of_a_conversation())
        .expect("the server ends");
    let finished = server.finish();
    let success = finished.exit.is_some_and(|exit| exit.success());
    (String::from_utf8(finished.stdout).unwrap(), success)
}

pub(crate) fn rust_client_talks_to_java_server(toolbox: &Arc<Toolbox>) {
    let (server, port) = listening(toolbox, newest(toolbox));
    javatalk(toolbox)
        .args(["client", "localhost", &port.to_string()])
        .write_stdin("你好 😀\n")
        .assert()
        .success()
        .stdout("---client---\n你好 😀\n")
        .stderr("");
    let expected = "---server---\n一个客户端连接建立\nclient say:你好 😀\n";
    assert_eq!(ended(server), (expected.to_owned(), true));
}

pub(crate) fn java_client_talks_to_rust_server(toolbox: &Arc<Toolbox>) {
    let (server, port) = listening(toolbox, Participant::Rust);
    let notify = Arc::new(Notify::default());
    let client = programs(toolbox)
        .invocation(
            newest(toolbox),
            Role::Client,
            &["localhost".to_owned(), port.to_string()],
        )
        .unwrap()
        .expect("a peer with a program")
        .start(toolbox.javatalk(), "你好 😀\n".into(), &notify)
        .unwrap();
    let expected = "---client---\n你好 😀\n";
    assert_eq!(ended(client), (expected.to_owned(), true));
    let expected = "---server---\n一个客户端连接建立\nclient say:你好 😀\n";
    assert_eq!(ended(server), (expected.to_owned(), true));
}

pub(crate) fn a_closed_stdout_is_not_an_error(toolbox: &Arc<Toolbox>) {
    let (server, port) = listening(toolbox, newest(toolbox));
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let (stdin, mut console) = std::io::pipe().unwrap();
    std::io::Write::write_all(&mut console, b"hello\n").unwrap();
    drop(console);
    let status = std::process::Command::new(toolbox.javatalk())
        .args(["client", "localhost", &port.to_string()])
        .stdin(stdin)
        .stdout(writer)
        .status()
        .unwrap();
    assert!(status.success(), "{status}");
    assert!(ended(server).1);
}
