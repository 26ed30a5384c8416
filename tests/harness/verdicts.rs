//! What is said of a pairing: every verdict, and who is blamed.

use std::time::Instant;

use javatalk::internals::interop::compare::programs::{diverges, judge};
use javatalk::internals::interop::model::observation::{Ending, Outcome};
use javatalk::internals::interop::model::participant::{Pairing, Participant, Role};
use javatalk::internals::interop::model::traffic::{End, Flow, Traffic};
use javatalk::internals::interop::model::verdict::{Part, Verdict};
use javatalk::internals::system::process::{Exit, Finished};

const RUST_TO_JAVA: Pairing = Pairing {
    client: Participant::Rust,
    server: Participant::Java(17),
};

fn program(stdout: &str) -> Finished {
    Finished {
        stdout: stdout.into(),
        printed: Vec::new(),
        stderr: Vec::new(),
        exit: Some(Exit::Code(0)),
    }
}

fn flow(bytes: &[u8]) -> Flow {
    Flow {
        bytes: bytes.to_vec(),
        end: End::Finished,
    }
}

/// A conversation in which all went well.
fn hello() -> Outcome {
    Outcome {
        client: Some(program("---client---\nhi\n")),
        server: Some(program("---server---\nconnected\nclient say:hi\n")),
        wire: Traffic {
            to_server: flow(b"\0\x02hi"),
            to_client: flow(b"\0\x02hi"),
            ..Traffic::default()
        },
        unobserved: None,
        ending: Ending::Complete,
    }
}

/// Hello, but for what `change` does to it.
fn hello_with(change: impl FnOnce(&mut Outcome)) -> Outcome {
    let mut outcome = hello();
    change(&mut outcome);
    outcome
}

#[track_caller]
fn blames(outcome: &Outcome, role: Role, part: Part, detail: &str) {
    let verdict = judge(RUST_TO_JAVA, &hello(), outcome);
    let Verdict::Differs(divergence) = &verdict else {
        panic!("{verdict}");
    };
    assert_eq!((divergence.role, divergence.part), (role, part));
    assert_eq!(divergence.peer, RUST_TO_JAVA.peer(role));
    assert_eq!(divergence.detail, detail);
    assert!(!verdict.is_green());
}

#[test]
fn equal_outcomes_pass() {
    assert_eq!(judge(RUST_TO_JAVA, &hello(), &hello()), Verdict::Pass);
}

#[test]
fn stderr_and_failing_exit_codes_are_not_compared() {
    let fails =
        |code| hello_with(|outcome| outcome.client.as_mut().unwrap().exit = Some(Exit::Code(code)));
    let mut other = fails(5);
    other.client.as_mut().unwrap().stderr = b"javatalk: ...".to_vec();
    assert_eq!(judge(RUST_TO_JAVA, &fails(1), &other), Verdict::Pass);
}

#[test]
fn wrong_bytes_are_blamed_on_the_writers_encoder() {
    let outcome = hello_with(|outcome| {
        outcome.wire.to_server = flow(b"\0\x03hi");
        // What follows from it is not held against the server.
        outcome.server.as_mut().unwrap().stdout = b"---server---\nconnected\n".to_vec();
        outcome.wire.to_client = flow(b"");
    });
    blames(
        &outcome,
        Role::Client,
        Part::Encoder,
        "the bytes on the wire differ at byte 1: 03 68 69, the oracle's 02 68 69",
    );
}

#[test]
fn equal_bytes_read_differently_are_blamed_on_the_readers_decoder() {
    let outcome = hello_with(|outcome| {
        outcome.server.as_mut().unwrap().stdout = b"---server---\nconnected\n".to_vec();
        outcome.wire.to_client = flow(b"");
    });
    blames(
        &outcome,
        Role::Server,
        Part::Decoder,
        "stdout differs at byte 23: prints nothing more, the oracle \"client say:hi\\n\"",
    );
    let outcome = hello_with(|outcome| {
        outcome.client.as_mut().unwrap().stdout = b"---client---\nhj\n".to_vec();
    });
    blames(
        &outcome,
        Role::Client,
        Part::Decoder,
        "stdout differs at byte 14: prints \"hj\\n\", the oracle \"hi\\n\"",
    );
}

#[test]
fn a_wrong_answer_to_a_correctly_read_message_blames_the_encoder() {
    let outcome = hello_with(|outcome| outcome.wire.to_client = flow(b"\0\x02ho"));
    blames(
        &outcome,
        Role::Server,
        Part::Encoder,
        "the bytes on the wire differ at byte 3: 6f, the oracle's 69",
    );
}

#[test]
fn greeting_close_and_exit_are_blamed_separately() {
    let outcome = hello_with(|outcome| {
        outcome.server.as_mut().unwrap().stdout = b"---Server---\nconnected\n".to_vec();
    });
    blames(
        &outcome,
        Role::Server,
        Part::Greeting,
        "stdout differs at byte 3: prints \"---Server---\\n\", the oracle \"---server---\\n\"",
    );
    let outcome = hello_with(|outcome| outcome.wire.to_client.end = End::Reset);
    blames(
        &outcome,
        Role::Server,
        Part::Close,
        "its direction is reset, the oracle's closed",
    );
    let outcome = hello_with(|outcome| outcome.client.as_mut().unwrap().exit = Some(Exit::Code(3)));
    blames(
        &outcome,
        Role::Client,
        Part::Exit,
        "ends with exit code 3, the oracle with exit code 0",
    );
}

#[test]
fn incomplete_endings_have_distinct_verdicts() {
    let word = |ending| {
        let outcome = hello_with(|outcome| outcome.ending = ending);
        let verdict = judge(RUST_TO_JAVA, &hello(), &outcome);
        assert!(!verdict.is_green());
        verdict.to_string()
    };
    assert_eq!(
        word(Ending::Silent(vec![Role::Client, Role::Server])),
        "timeout: no further activity, with client and server still running"
    );
    assert_eq!(
        word(Ending::Overdue(vec![Role::Server])),
        "timeout: the time limit passed with server still running"
    );
    assert_eq!(
        word(Ending::Crashed(Role::Client, Exit::Signal(11))),
        "crash: the client crashed: killed by signal 11"
    );
    assert_eq!(
        word(Ending::NeverListened(None)),
        "protocol violation: the server ended without saying its port"
    );
    assert_eq!(
        word(Ending::NeverConnected),
        "protocol violation: the client ended without having connected"
    );
}

#[test]
fn a_timeout_verdict_names_the_difference_that_caused_it() {
    let outcome = hello_with(|outcome| {
        outcome.wire.to_server = flow(b"\x02\0hi");
        outcome.ending = Ending::Silent(vec![Role::Client, Role::Server]);
    });
    let verdict = judge(RUST_TO_JAVA, &hello(), &outcome).to_string();
    assert!(
        verdict.starts_with("timeout: the encoder of rust as client: the bytes on the wire"),
        "{verdict}"
    );
    assert!(
        verdict.ends_with("; then no further activity, with client and server still running"),
        "{verdict}"
    );
}

/// Question, answer, second question, second answer, as the relay took them.
fn two_questions(passed: &[(Role, &[u8])]) -> Outcome {
    let mut wire = Traffic::default();
    for (role, bytes) in passed {
        wire.pass(*role, bytes, Instant::now());
    }
    Outcome { wire, ..hello() }
}

#[test]
fn the_role_that_sent_wrong_bytes_first_is_blamed() {
    use Role::{Client, Server};
    let (one, two): (&[u8], &[u8]) = (b"\0\x01a", b"\0\x01b");
    let oracle = two_questions(&[(Client, one), (Server, one), (Client, two), (Server, two)]);
    let first = |passed: &[(Role, &[u8])]| {
        let divergence = diverges(RUST_TO_JAVA, &oracle, &two_questions(passed)).unwrap();
        (divergence.role, divergence.part, divergence.detail)
    };
    // The client waits for the rest of a wrong answer, and never asks again.
    let (role, part, detail) = first(&[(Client, one), (Server, b"\x01\0a")]);
    assert_eq!((role, part), (Server, Part::Encoder), "{detail}");
    // The server answers nothing, and the client never asks again.
    let (role, part, detail) = first(&[(Client, one)]);
    assert_eq!((role, part), (Server, Part::Encoder), "{detail}");
    // The client asks wrongly, and the server never answers.
    let (role, part, detail) = first(&[(Client, one), (Server, one), (Client, b"\x01\0b")]);
    assert_eq!((role, part), (Client, Part::Encoder), "{detail}");
}

#[test]
fn an_outcome_without_traffic_is_vacuous() {
    let nothing = Outcome {
        client: Some(program("")),
        server: Some(program("")),
        wire: Traffic::default(),
        unobserved: None,
        ending: Ending::Complete,
    };
    let verdict = judge(RUST_TO_JAVA, &nothing, &nothing);
    assert_eq!(verdict, Verdict::Vacuous);
    assert!(!verdict.is_green());
}

#[test]
fn without_an_oracle_no_case_passes() {
    let oracle = hello_with(|outcome| outcome.ending = Ending::Silent(vec![Role::Server]));
    let verdict = judge(RUST_TO_JAVA, &oracle, &oracle);
    assert_eq!(
        verdict.to_string(),
        "not run: there is no oracle: alone with itself, no further activity, with server still \
         running"
    );
    assert!(!verdict.is_green());
}

#[test]
fn the_harness_itself_is_never_blamed() {
    let raw = Pairing {
        client: Participant::Raw,
        server: Participant::Rust,
    };
    let mut oracle = hello();
    oracle.client = None;
    let mut outcome = oracle.clone();
    outcome.wire.to_server = flow(b"\0\x02h");
    assert_eq!(judge(raw, &oracle, &outcome), Verdict::Pass);
}

/// Two messages and their answers on a raw wire.
fn two_pieces(client: &str, server: &str) -> Outcome {
    Outcome {
        client: Some(program(&format!("---client---\n{client}"))),
        server: Some(program(&format!("---server---\nconnected\n{server}"))),
        wire: Traffic {
            to_server: flow(b"hellohi"),
            to_client: flow(b"hellohi"),
            ..Traffic::default()
        },
        unobserved: None,
        ending: Ending::Complete,
    }
}

#[test]
fn a_client_out_of_step_is_blamed_for_the_servers_output() {
    let oracle = two_pieces("hello\nhi\n", "client say:hello\nclient say:hi\n");
    let first = |outcome: &Outcome| {
        let divergence = diverges(RUST_TO_JAVA, &oracle, outcome).unwrap();
        (divergence.role, divergence.part)
    };
    let early = two_pieces(
        "hell\nohi\n",
        "client say:hello\nclient say:h\nclient say:i\n",
    );
    assert_eq!(first(&early), (Role::Client, Part::Decoder));
    let torn = two_pieces("hell\no\n", "client say:hell\nclient say:ohi\n");
    assert_eq!(first(&torn), (Role::Server, Part::Decoder));
}
