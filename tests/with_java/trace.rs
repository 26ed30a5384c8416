//! `javatalk trace` with Java on one side or on both: the same bytes, and who has called.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use javatalk::internals::interop::toolbox::Toolbox;

use crate::traced::{Traced, trace};

/// A conversation, with the JDKs of the bench.
fn traced(toolbox: &Arc<Toolbox>, arguments: &[&str]) -> Option<Traced> {
    let mut all: Vec<&str> = arguments.to_vec();
    for jdk in toolbox.jdks() {
        all.extend(["--jdk", jdk.home().to_str().unwrap()]);
    }
    Traced::of(&all)
}

#[track_caller]
fn assert_hello_is_traced(traced: &Traced) {
    for role in ["client", "server"] {
        assert_eq!(
            traced.fields(role),
            [
                ("0005", "length of the message: 5 bytes"),
                ("68656c6c6f", "the message: \"hello\""),
            ]
        );
    }
}

pub(crate) fn a_java_server_is_traced_with_the_stacks_of_accept_and_read(toolbox: &Arc<Toolbox>) {
    for java in toolbox.javas() {
        let java = format!("java{java}");
        let Some(traced) = traced(toolbox, &["rust", &java, "--input", "hello"]) else {
            return;
        };
        assert_hello_is_traced(&traced);
        let calls = traced.calls("server");
        let mut wanted = [
            "socket", "bind", "listen", "accept", "read", "write", "close",
        ]
        .iter();
        let mut next = wanted.next();
        for call in &calls {
            if Some(call) == next {
                next = wanted.next();
            }
        }
        assert_eq!(next, None, "{calls:?}");
        let accepts = traced.stacks("server", "accept");
        assert!(
            accepts.len() == 1
                && accepts[0].contains("\njava.net.ServerSocket.accept(ServerSocket.java:")
                && accepts[0].contains("\nserver.main(server.java:"),
            "{accepts:?}"
        );
        let reads = traced.stacks("server", "read");
        assert_eq!(reads.len(), calls.iter().filter(|c| **c == "read").count());
        for read in reads {
            assert!(
                read.contains("\njava.io.DataInputStream.readUTF(DataInputStream.java:")
                    && read.ends_with(')'),
                "{read}"
            );
        }
    }
}

pub(crate) fn a_java_client_is_traced_with_the_stacks_of_read(toolbox: &Arc<Toolbox>) {
    let Some(traced) = traced(toolbox, &["java", "rust", "--input", "hello"]) else {
        return;
    };
    assert_hello_is_traced(&traced);
    let calls = traced.calls("client");
    assert_eq!(calls[..3], ["socket", "connect", "write"]);
    let reads = traced.stacks("client", "read");
    assert!(!reads.is_empty());
    for read in reads {
        assert!(read.contains("\nclient.main(client.java:"), "{read}");
    }
}

pub(crate) fn a_java_line_chat_is_traced_as_lines(toolbox: &Arc<Toolbox>) {
    let arguments = ["java", "java", "--chat", "--wire", "line", "--input", "hi"];
    let Some(traced) = traced(toolbox, &arguments) else {
        return;
    };
    assert_eq!(
        traced.fields("server"),
        [("6869", "the line, in UTF-8: \"hi\""), ("0a", "its end")]
    );
}

pub(crate) fn a_java_object_chat_is_traced_as_objects(toolbox: &Arc<Toolbox>) {
    let arguments = [
        "java", "java", "--chat", "--wire", "object", "--input", "hi",
    ];
    let Some(traced) = traced(toolbox, &arguments) else {
        return;
    };
    for role in ["client", "server"] {
        assert_eq!(
            traced.fields(role),
            [
                ("aced0005", "the header of the object stream"),
                ("740002", "a string: 2 bytes, handle 7e0000"),
                ("6869", "the string: \"hi\""),
            ]
        );
    }
}

pub(crate) fn a_killed_jvm_leaves_no_attach_socket(toolbox: &Arc<Toolbox>) {
    let jdk = toolbox.jdks().last().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let number = folder.path().join("number");
    let server = format!(
        "sh -c 'echo $$ > {}; exec {} -cp {} server 666'",
        number.display(),
        jdk.home().join("bin/java").display(),
        toolbox.classes(jdk).unwrap().folder().display()
    );
    // The server waits in accept, where jcmd asks it, until the trace is given up.
    let text = trace(&["sh -c 'exec sleep 600'", &server, "--timeout", "3"])
        .assert()
        .code(4);
    let text = String::from_utf8_lossy(&text.get_output().stdout).into_owned();
    if std::env::var_os("JAVATALK_ALLOW_NOT_RUN").is_none() {
        assert!(text.contains("at server.main(server.java:"), "{text}");
    }
    let number = fs::read_to_string(number).unwrap();
    let socket = PathBuf::from(format!("/tmp/.java_pid{}", number.trim()));
    assert!(!socket.exists(), "{}", socket.display());
}
