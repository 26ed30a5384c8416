//! A user's own pair of programs: who is heard, who is blamed, and what the reports say of it.
//!
//! The programs are in Python: `talk.py`, which has a bug if it is told one.

mod comparison;
mod faults;
mod fuzz;
mod player;
mod shapes;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use javatalk::internals::interop::model::case::Judged;
use javatalk::internals::interop::model::participant::Role;
use javatalk::internals::interop::model::verdict::{Part, Verdict};
use javatalk::internals::interop::programs::pairs::file;
use javatalk::internals::interop::runner::Suite;
use javatalk::internals::interop::suites::pairs::Pairs;
use javatalk::internals::interop::toolbox::Toolbox;
use javatalk::internals::system::wait::Timeouts;

/// A machine may be busy; what has parted from the oracle is not waited for so long.
const PATIENCE: Timeouts = Timeouts {
    idle: Duration::from_secs(10),
    total: Duration::from_secs(60),
};

/// The real interpreter: the `python3` on PATH may be a script that searches for it at each start.
fn python() -> &'static str {
    static PYTHON: OnceLock<String> = OnceLock::new();
    PYTHON.get_or_init(|| {
        let python = std::process::Command::new("python3")
            .args(["-I", "-c", "import sys; print(sys.executable, end='')"])
            .output()
            .expect("python3 on PATH: install Python 3.9 or later");
        String::from_utf8(python.stdout).unwrap()
    })
}

/// The command of the program in this role, with a bug.
fn program(role: Role, bug: &str) -> String {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/harness/pairs/talk.py");
    format!("'{}' '{}' {role} 666 '{bug}'", python(), source.display())
}

/// What comes of these lines in every pairing of a candidate with these bugs and the pair without.
fn played(client_bug: &str, server_bug: &str, lines: &str) -> Vec<Judged> {
    played_beside("", client_bug, server_bug, lines)
}

/// The same of a pair without bugs whose messages are said to be framed like this.
fn framed(wire: &str, lines: &str) -> Vec<Judged> {
    played_by(&pair("", "", ""), wire, lines)
}

/// The same beside a pair whose server is of this kind.
fn played_beside(kind: &str, client_bug: &str, server_bug: &str, lines: &str) -> Vec<Judged> {
    played_by(&pair(kind, client_bug, server_bug), "", lines)
}

/// The commands as they stand in a pair file.
fn pair(kind: &str, client_bug: &str, server_bug: &str) -> String {
    let programs = [
        ("reference.client", program(Role::Client, "")),
        ("reference.server", program(Role::Server, kind)),
        ("candidate.client", program(Role::Client, client_bug)),
        ("candidate.server", program(Role::Server, server_bug)),
    ];
    let line = |(key, command): (&str, String)| format!("{key} = {command:?}\n");
    programs.into_iter().map(line).collect()
}

fn played_by(commands: &str, wire: &str, lines: &str) -> Vec<Judged> {
    let toolbox = Toolbox::new(
        PathBuf::from(env!("CARGO_BIN_EXE_javatalk")),
        Vec::new(),
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")),
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("talk.toml");
    let text = format!(
        "[[pair]]\n{commands}port = 666\n{wire}[[pair.case]]\nname = \"lines\"\nclaim = \"They \
         talk.\"\nclient = {lines:?}\nserver = {lines:?}\n"
    );
    fs::write(&file, text).unwrap();
    let pairs = file::read(&file).unwrap_or_else(|why| panic!("{why}"));
    let pairs = pairs.into_iter().map(Arc::new).collect();
    let suite = Pairs::new(pairs, &Arc::new(toolbox), PATIENCE);
    suite.cases().iter().map(|case| suite.run(case)).collect()
}

/// Whether the candidate plays `role` in it.
fn has_candidate(judged: &Judged, role: Role) -> bool {
    judged.case.pairing.peer(role).to_string() == "candidate"
}

#[test]
fn a_correct_pair_passes_and_without_lines_is_vacuous() {
    for lines in ["", "one\n", "one\ntwo\nthree\n"] {
        for judged in played("", "", lines) {
            // Without a line nothing is sent, and nothing is proved.
            let expected = if lines.is_empty() {
                Verdict::Vacuous
            } else {
                Verdict::Pass
            };
            assert_eq!(judged.verdict, expected, "{}", judged.case);
        }
    }
}

/// Whom every case with the candidate in the role of the bug blames, and for what; the cases without
/// it pass.
#[track_caller]
fn blames(client_bug: &str, server_bug: &str, expected: (Role, Part, &str)) {
    let (role, part, detail) = expected;
    for judged in played(client_bug, server_bug, "one\ntwo\nthree\n") {
        let (case, verdict) = (&judged.case, &judged.verdict);
        if !has_candidate(&judged, role) {
            assert_eq!(*verdict, Verdict::Pass, "{case}");
            continue;
        }
        let blame = verdict
            .divergence()
            .unwrap_or_else(|| panic!("{case}: {verdict}"));
        let found = (
            blame.peer.to_string(),
            blame.role,
            blame.part,
            &*blame.detail,
        );
        assert_eq!(
            found,
            ("candidate".to_owned(), role, part, detail),
            "{case}: {verdict}"
        );
    }
}

#[test]
fn a_wrong_length_is_blamed_on_its_writer() {
    let little = "the bytes on the wire differ at byte 0: 03 00 6f 6e 65, the oracle's 00 03 6f 6e 65 00 03 74";
    blames(
        "length-little-endian",
        "",
        (Role::Client, Part::Encoder, little),
    );
    blames(
        "",
        "length-little-endian",
        (Role::Server, Part::Encoder, little),
    );
}

#[test]
fn a_misread_message_is_blamed_on_its_reader() {
    blames(
        "upper-case",
        "",
        (
            Role::Client,
            Part::Decoder,
            "stdout differs at byte 8: prints \"server: ONE\\nserver: TWO\\nserver: THREE\\n\", the oracle \"server: one\\nserver: two\\nserver: three\\n\"",
        ),
    );
    blames(
        "",
        "stops-at-second",
        (
            Role::Server,
            Part::Decoder,
            "stdout differs at byte 12: prints nothing more, the oracle \"client: two\\nclient: three\\n\"",
        ),
    );
}

#[test]
fn a_missing_answer_is_blamed_on_the_encoder_that_omitted_it() {
    blames(
        "",
        "swallows-second",
        (
            Role::Server,
            Part::Encoder,
            "the bytes on the wire differ at byte 5: nothing more, the oracle's 00 03 74 77 6f 00 05 74",
        ),
    );
}

// The server types lines of its own: with an empty stdin every one of its messages was empty, and the
// length of an empty message is the same in both orders.
#[test]
fn lines_typed_at_the_server_are_sent() {
    let judged = played("", "length-little-endian", "one\n");
    let reds: Vec<_> = judged.iter().filter(|j| !j.verdict.is_green()).collect();
    assert_eq!(reds.len(), 2, "{judged:#?}");
    assert!(reds.iter().all(|red| has_candidate(red, Role::Server)));
}

#[test]
fn a_program_may_leave_its_stdin_unread() {
    // The client reads up to `bye`, the servers nothing, and one of them closes its stdin; what is
    // left is more than a pipe or a socket holds.
    let lines = format!("one\nbye\n{}\n", "x".repeat(1 << 20));
    for judged in played_beside("echo", "", "echo-without-stdin", &lines) {
        assert_eq!(judged.verdict, Verdict::Pass, "{}", judged.case);
    }
}

/// What is said of the cases with the candidate in `role`, which does not come to the other side.
#[track_caller]
fn assert_never_connects(role: Role, bug: &str, part: Part, begins: &str, ends: &str) {
    let (client, server) = match role {
        Role::Client => (bug, ""),
        Role::Server => ("", bug),
    };
    for judged in played(client, server, "one\n") {
        let (case, verdict) = (&judged.case, judged.verdict.to_string());
        if !has_candidate(&judged, role) {
            assert_eq!(verdict, "pass", "{case}");
            continue;
        }
        assert!(
            verdict.starts_with(begins) && verdict.ends_with(ends),
            "{case}: {verdict}"
        );
        let blame = judged
            .verdict
            .divergence()
            .map(|d| (d.peer.to_string(), d.role, d.part));
        assert_eq!(blame, Some(("candidate".to_owned(), role, part)), "{case}");
    }
}

#[test]
fn a_server_on_the_wrong_port_is_reported_in_every_case() {
    assert_never_connects(
        Role::Server,
        "other-port",
        Part::Contract,
        "protocol violation: the server did not listen on port 666 within ",
        "s; the stderr of the server says \"ready on port 667\"",
    );
}

#[test]
fn the_stderr_of_a_program_that_ends_before_connecting_is_quoted() {
    assert_never_connects(
        Role::Server,
        "ends-at-once",
        Part::Exit,
        "crash: the server could not start: ",
        "ended with exit code 3; the stderr of the server says \"no such option: PORT\" … \"usage: talk\"",
    );
    assert_never_connects(
        Role::Client,
        "ends-at-once",
        Part::Exit,
        "crash: the client could not start: ",
        "ended with exit code 3; the stderr of the client says \"no such option: PORT\" … \"usage: talk\"",
    );
}

#[test]
fn the_bytes_of_an_external_pair_are_named_only_for_a_known_protocol() {
    let meanings = |wire| {
        let judged = framed(wire, "one\n").remove(0);
        let events = judged.seen.unwrap().side().events.into_iter();
        let fields = events.flat_map(|event| event.bytes);
        fields.map(|field| field.meaning).collect::<Vec<_>>()
    };
    for wire in ["", "wire = \"raw\"\n"] {
        assert_eq!(meanings(wire), ["5 bytes: \"\\0\\u{3}one\""; 2]);
    }
    assert_eq!(
        meanings("wire = \"utf\"\n")[..2],
        ["length of the message: 3 bytes", "the message: \"one\""]
    );
}
