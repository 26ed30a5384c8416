//! Who is blamed in a scenario: what came first, not what stands first in the file.

use std::sync::Arc;

use javatalk::internals::interop::compare::scenario::judge;
use javatalk::internals::interop::model::deadlock::Deadlock;
use javatalk::internals::interop::model::participant::{Pairing, Participant, Role};
use javatalk::internals::interop::model::traffic::{End, Flow, Traffic};
use javatalk::internals::interop::model::verdict::{Part, Verdict};
use javatalk::internals::interop::protocol::call::{CallResult, Method, Observation, Value};
use javatalk::internals::interop::scenario::language::Script;
use javatalk::internals::interop::scenario::{Ending, Entry, Transcript};

const PAIRING: Pairing = Pairing {
    client: Participant::Rust,
    server: Participant::Java(17),
};

/// A call that returned this, after so many bytes read and written.
fn returned(value: Value, read: u64, written: u64) -> Entry {
    Entry::Observed(Observation {
        result: CallResult::Returned(value),
        read,
        written,
    })
}

fn text(text: &str, read: u64, written: u64) -> Entry {
    returned(Value::Text(text.into()), read, written)
}

fn wrote(read: u64, written: u64) -> Entry {
    returned(Value::Void, read, written)
}

fn threw(class: &str, read: u64, written: u64) -> Entry {
    Entry::Observed(Observation {
        result: CallResult::Threw(class.to_owned(), None),
        read,
        written,
    })
}

fn flow(bytes: &[u8]) -> Flow {
    Flow {
        bytes: bytes.to_vec(),
        end: End::Finished,
    }
}

/// What was seen of these steps; `to_server` and `to_client` is what passed.
fn transcript(
    steps: &str,
    entries: Vec<Entry>,
    to_server: &[u8],
    to_client: &[u8],
    ending: Ending,
) -> Transcript {
    let script = Script::parse("blame.scenario", &format!("# A claim.\n{steps}")).unwrap();
    let [scenario] = script.scenarios().try_into().unwrap();
    let mut entries = entries.into_iter();
    let steps = scenario.steps.iter();
    let entries = steps.map(|step| step.role().map(|_| entries.next().unwrap()));
    Transcript {
        entries: entries.collect(),
        scenario: Arc::new(scenario),
        wire: Traffic {
            to_server: flow(to_server),
            to_client: flow(to_client),
            ..Traffic::default()
        },
        ending,
        client_stderr: String::new(),
        server_stderr: String::new(),
    }
}

#[track_caller]
fn blames(
    oracle: &Transcript,
    seen: &Transcript,
    expected: (Role, Part, Option<Method>),
) -> Verdict {
    let verdict = judge(PAIRING, oracle, seen);
    let blame = verdict.divergence().unwrap_or_else(|| panic!("{verdict}"));
    assert_eq!(
        (blame.role, blame.part, blame.method),
        expected,
        "{verdict}"
    );
    assert_eq!(blame.peer, PAIRING.peer(blame.role));
    verdict
}

/// Question and answer and a second question, with the calls of the server first in the file.
const SERVER_FIRST: &str = "server readUTF\nserver writeUTF \"b\"\nserver readUTF\n\
                            client writeUTF \"a\"\nclient readUTF\nclient writeUTF \"c\"\n";

fn question_and_answer() -> Transcript {
    let entries = vec![
        text("a", 3, 0),
        wrote(3, 3),
        text("c", 6, 3),
        wrote(0, 3),
        text("b", 3, 3),
        wrote(3, 6),
    ];
    transcript(
        SERVER_FIRST,
        entries,
        b"\0\x01a\0\x01c",
        b"\0\x01b",
        Ending::Complete,
    )
}

/// The server has read the question and written these bytes as its answer; then both wait.
fn stuck_after_the_question(answer: &[u8]) -> Transcript {
    let stuck = vec![
        text("a", 3, 0),
        wrote(3, 3),
        Entry::Unanswered,
        wrote(0, 3),
        Entry::Unanswered,
        Entry::Unanswered,
    ];
    let ending = Ending::Deadlock(Deadlock::Read);
    transcript(SERVER_FIRST, stuck, b"\0\x01a", answer, ending)
}

#[test]
fn a_role_stuck_on_a_wrong_answer_is_not_blamed() {
    let seen = stuck_after_the_question(b"\x01\0b");
    let verdict = blames(
        &question_and_answer(),
        &seen,
        (Role::Server, Part::Encoder, Some(Method::WriteUtf)),
    );
    assert_eq!(
        verdict.to_string(),
        "deadlock: the encoder of java17 as server: line 3, writeUTF: the bytes on the wire differ \
         at byte 0: 01 00 62, the oracle's 00 01 62; then both roles wait for bytes, and nothing \
         is under way"
    );
}

#[test]
fn a_role_that_reads_more_than_the_oracle_is_blamed() {
    // The client has all that the oracle had when it returned.
    let seen = stuck_after_the_question(b"\0\x01b");
    blames(
        &question_and_answer(),
        &seen,
        (Role::Client, Part::Decoder, Some(Method::ReadUtf)),
    );
}

#[test]
fn steps_never_begun_after_a_sync_are_not_blamed() {
    let steps = "server writeUTF \"b\"\nclient readUTF\nsync\nserver writeByte 1\n";
    let oracle = vec![wrote(0, 3), text("b", 3, 0), wrote(0, 4)];
    let oracle = transcript(steps, oracle, b"", b"\0\x01b\x01", Ending::Complete);
    let stuck = vec![wrote(0, 3), Entry::Unanswered, Entry::Unanswered];
    let seen = transcript(
        steps,
        stuck,
        b"",
        b"\0\x01b",
        Ending::Deadlock(Deadlock::Read),
    );
    blames(
        &oracle,
        &seen,
        (Role::Client, Part::Decoder, Some(Method::ReadUtf)),
    );
}

#[test]
fn a_reset_instead_of_a_close_is_blamed_on_its_sender() {
    let steps = "client readByte\nserver close\n";
    let end = vec![threw("java.io.EOFException", 0, 0), wrote(0, 0)];
    let oracle = transcript(steps, end, b"", b"", Ending::Complete);
    let reset = vec![threw("java.net.SocketException", 0, 0), wrote(0, 0)];
    let mut seen = transcript(steps, reset, b"", b"", Ending::Complete);
    seen.wire.to_client.end = End::Reset;
    blames(&oracle, &seen, (Role::Server, Part::Close, None));
}

#[test]
fn a_peer_that_never_connected_is_blamed_for_the_timeout() {
    let steps = "client readByte\nclient writeByte 1\nserver writeByte 1\nserver readByte\n";
    let byte = |read, written| returned(Value::Whole(1), read, written);
    let oracle = vec![byte(1, 0), wrote(1, 1), wrote(0, 1), byte(1, 1)];
    let oracle = transcript(steps, oracle, b"\x01", b"\x01", Ending::Complete);
    let silent = vec![
        threw("java.net.SocketException", 0, 0),
        wrote(0, 1),
        Entry::Unanswered,
        Entry::Unanswered,
    ];
    let ending = Ending::Timeout(Some(Role::Server));
    let seen = transcript(steps, silent, b"", b"", ending);
    blames(&oracle, &seen, (Role::Server, Part::Contract, None));
}

#[test]
fn a_crashed_peer_is_blamed_unless_it_received_wrong_bytes() {
    let steps = "client writeUTF \"a\"\nserver readUTF\nserver writeUTF \"b\"\nclient readUTF\n";
    let oracle = vec![wrote(0, 3), text("a", 3, 0), wrote(3, 3), text("b", 3, 3)];
    let oracle = transcript(steps, oracle, b"\0\x01a", b"\0\x01b", Ending::Complete);
    let dead = || {
        vec![
            wrote(0, 3),
            Entry::Unanswered,
            Entry::Unanswered,
            threw("java.io.EOFException", 0, 3),
        ]
    };
    let died = || Ending::Crash(Role::Server, "exit code 1".to_owned());
    let seen = transcript(steps, dead(), b"\0\x01a", b"", died());
    let verdict = blames(&oracle, &seen, (Role::Server, Part::Exit, None));
    assert_eq!(verdict.to_string(), "crash: the server died: exit code 1");
    let seen = transcript(steps, dead(), b"\0\x09a", b"", died());
    let verdict = blames(
        &oracle,
        &seen,
        (Role::Client, Part::Encoder, Some(Method::WriteUtf)),
    );
    assert!(
        verdict
            .to_string()
            .ends_with("; then the server died: exit code 1"),
        "{verdict}"
    );
}
