//! What a pair file becomes.

mod cases;
mod refusals;

use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use super::*;
use crate::interop::model::pair::{
    Action, Aspect, FieldType, MaskTarget, Pattern, PortNumber, ProgramCommand, Sides, Stream,
    Transport, Wire, Word, WordPart,
};
use crate::interop::programs::pairs::definition::{Jdks, ServerEnd, Stop};
use crate::interop::proxy::plan::NetworkPlan;
use crate::programs::charset::Charset;
use crate::programs::framing::Framing;

/// A folder with a new program, a file that is none, and folders.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let new = folder.path().join("new");
    std::fs::write(&new, "#!/bin/sh\n").unwrap();
    std::fs::set_permissions(&new, std::fs::Permissions::from_mode(0o755)).unwrap();
    std::fs::write(folder.path().join("notes"), "").unwrap();
    for name in ["old", "data", "more"] {
        std::fs::create_dir(folder.path().join(name)).unwrap();
    }
    folder
}

fn parsed(text: &str) -> Result<Vec<Pair>, String> {
    let folder = folder();
    let pairs = parse("guess.toml", text, folder.path(), "guess");
    pairs.map_err(|why| {
        why.to_string()
            .replace(&folder.path().display().to_string(), "HERE")
    })
}

fn only(text: &str) -> Pair {
    let mut pairs = parsed(text).unwrap_or_else(|why| panic!("{why}\n{text}"));
    assert_eq!(pairs.len(), 1);
    pairs.remove(0)
}

/// A pair that needs no more than a case.
const PAIR: &str = r#"[[pair]]
reference.client = "java -cp old Client {host} {port}"
reference.server = "java -cp old Server {port}"
candidate.server = "./new {port}"
"#;

const CASE: &str = "[[pair.case]]\nname = \"hello\"\n";

fn words(command: &ProgramCommand) -> Vec<Vec<String>> {
    let part = |part: &WordPart| match part {
        WordPart::Text(text) => text.clone(),
        WordPart::Host => "{host}".to_owned(),
        WordPart::Port(index) => format!("{{{index}}}"),
        WordPart::Here => "{here}".to_owned(),
    };
    let word = |word: &Word| word.0.iter().map(part).collect();
    command.words.iter().map(word).collect()
}

/// The steps as `actor: what is done`.
fn steps(pair: &Pair, case: usize) -> Vec<String> {
    let step = |step: &crate::interop::model::pair::ScriptStep| {
        let action = match &step.action {
            Action::Start => "start".to_owned(),
            Action::Type(bytes) => format!("type {}", bytes.escape_ascii()),
            Action::Expect(Stream::Stdout, pattern) => format!("stdout {pattern}"),
            Action::Expect(Stream::Stderr, pattern) => format!("stderr {pattern}"),
            Action::Close => "close".to_owned(),
            Action::AwaitEnd => "end".to_owned(),
            Action::Stop => "stop".to_owned(),
        };
        format!("{}: {action}", step.actor)
    };
    pair.cases[case].script.iter().map(step).collect()
}

#[test]
fn a_small_pair_file_has_the_usual_values() {
    let pair = only(&format!("{PAIR}{CASE}"));
    assert_eq!(pair.name, "guess");
    assert_eq!(
        words(&pair.reference.client),
        [["java"], ["-cp"], ["old"], ["Client"], ["{host}"], ["{0}"]]
    );
    assert_eq!(pair.candidate.client, None);
    let server = pair.candidate.server.as_ref().unwrap();
    assert_eq!(words(server), [vec!["{here}", "/new"], vec!["{0}"]]);
    assert_eq!(server.text, "./new {port}");
    assert!(matches!(
        (pair.ports.as_slice(), pair.ports[0].name.as_str()),
        ([port], "") if matches!(port.number, PortNumber::Given) && port.transport == Transport::Tcp
    ));
    assert_eq!(
        pair.wire,
        Sides {
            client: Wire::Unknown,
            server: Wire::Unknown
        }
    );
    assert_eq!(pair.jdks, Jdks::Default);
    assert_eq!(
        pair.comparison.aspects,
        [Aspect::Stdout, Aspect::Success, Aspect::Wire]
    );
    assert_eq!(pair.server_end, ServerEnd::AfterClients(Stop::Terminate));
    assert_eq!(pair.timeout, None);
    assert_eq!(pair.cases[0].networks, [NetworkPlan::default()]);
    assert_eq!(
        steps(&pair, 0),
        ["server: close", "client: start", "client: close"]
    );
    assert!(pair.cases[0].script.iter().all(|step| step.at.line == 0));
}

#[test]
fn every_key_of_a_pair_file_arrives() {
    let pair = only(
        r#"
[[pair]]
name = "word-game"
compile = "javac -d old *.java"
port = { announced = 'listening on (\d+)', on = "stderr" }
ports.admin = "given"
ports.beacon = { number = 2018, transport = "udp" }
wire = { client = "line", server = "int, utf" }
charset = "GBK"
jdks = [17, 25]
files = "data"
compare = ["stderr", "exit-status", "files", "stop"]
server-end = { stdin = "quit\n" }
timeout = "2m"
networks = "byte by byte"

[pair.reference]
client = "java Client {port} {port.admin}"
server = { command = "java '{{}}' {port.admin}", environment = { LANG = "C", AT = "{here}/x" } }

[pair.candidate]
client = "{here}/made/later {port}-{port.admin}"

[[pair.mask]]
name = "time"
match = '^\d\d:\d\d'
in = ["stdout", "wire"]
as = "T"

[[pair.mask]]
name = "id"
match = 'id=\w+'

[[pair.unordered]]
in = "files"
from = "/^== /"
to = "end"

[[pair.known-difference]]
case = "hello"
pairing = "candidate-to-reference-java17"
matches = 'stderr'
reason = "the new one is silent"

[[pair.case]]
name = "hello"
claim = "It says hello."
client = "hello\n"
server = "once\n"
arguments = { client = ["-v", "two words", "{host}"], server = "-a 'b c'" }
files = { server = "more" }
networks = ["both ways coalesce"]
"#,
    );
    assert_eq!(pair.name, "word-game");
    assert_eq!(pair.compile[0].0, "javac -d old *.java");
    let names: Vec<_> = pair.ports.iter().map(|port| port.name.as_str()).collect();
    assert_eq!(names, ["", "admin", "beacon"]);
    let PortNumber::Announced(announcement) = &pair.ports[0].number else {
        panic!("{:?}", pair.ports[0]);
    };
    assert_eq!(announcement.on, Stream::Stderr);
    assert!(
        matches!(&announcement.pattern, Pattern::Regex(it) if it.as_str() == r"listening on (\d+)")
    );
    assert!(matches!(pair.ports[2].number, PortNumber::Fixed(2018)));
    assert_eq!(pair.ports[2].transport, Transport::Udp);
    assert_eq!(pair.wire.client, Wire::Framing(Framing::Line(Charset::Gbk)));
    assert_eq!(
        pair.wire.server,
        Wire::Fields(vec![FieldType::Int, FieldType::Utf])
    );
    assert_eq!(pair.jdks, Jdks::These(vec![17, 25]));
    assert_eq!(
        pair.comparison.aspects,
        [
            Aspect::Stderr,
            Aspect::ExitStatus,
            Aspect::Files,
            Aspect::Stop
        ]
    );
    assert_eq!(
        pair.server_end,
        ServerEnd::AfterClients(Stop::Stdin(b"quit\n".to_vec()))
    );
    assert_eq!(pair.timeout, Some(Duration::from_secs(120)));
    assert_eq!(
        words(&pair.reference.server),
        [vec!["java"], vec!["{}"], vec!["{1}"]]
    );
    let environment = &pair.reference.server.environment;
    assert_eq!(
        environment
            .iter()
            .map(|(name, _)| name.as_str())
            .collect::<Vec<_>>(),
        ["AT", "LANG"]
    );
    assert_eq!(
        environment[0].1.0,
        [WordPart::Here, WordPart::Text("/x".to_owned())]
    );
    let client = pair.candidate.client.as_ref().unwrap();
    assert_eq!(
        words(client),
        [vec!["{here}", "/made/later"], vec!["{0}", "-", "{1}"]]
    );
    let [time, id] = pair.comparison.masks.as_slice() else {
        panic!("{:?}", pair.comparison.masks);
    };
    assert_eq!(
        (time.name.as_str(), time.replacement.as_slice()),
        ("time", &b"T"[..])
    );
    assert_eq!(time.targets, [MaskTarget::Stdout, MaskTarget::Wire]);
    assert!(time.pattern.is_match(b"x\n12:30\n"));
    assert_eq!(
        (id.replacement.as_slice(), id.targets.len()),
        (&b"<id>"[..], 4)
    );
    let unordered = &pair.comparison.unordered[0];
    assert_eq!(unordered.target, MaskTarget::Files);
    assert!(matches!(&unordered.from, Some(Pattern::Regex(it)) if it.as_str() == "^== "));
    assert!(matches!(&unordered.to, Some(Pattern::Text(it)) if it == b"end"));
    let known = &pair.comparison.known_differences[0];
    assert_eq!(known.case.as_deref(), Some("hello"));
    assert_eq!(
        known.pairing.as_deref(),
        Some("candidate-to-reference-java17")
    );
    assert_eq!(
        (known.matches.as_str(), known.reason.as_str()),
        ("stderr", "the new one is silent")
    );
    let case = &pair.cases[0];
    assert_eq!(case.claim, "It says hello.");
    assert_eq!(
        steps(&pair, 0),
        [
            r"server: type once\n",
            "client: start",
            r"client: type hello\n",
            "client: close"
        ]
    );
    let text = |text: &str| Word(vec![WordPart::Text(text.to_owned())]);
    assert_eq!(
        case.arguments.client,
        [text("-v"), text("two words"), Word(vec![WordPart::Host])]
    );
    assert_eq!(case.arguments.server, [text("-a"), text("b c")]);
    assert_eq!(
        (
            &case.files.client,
            case.files.server.as_ref().unwrap().ends_with("more")
        ),
        (&None, true)
    );
    let networks: Vec<_> = case.networks.iter().map(NetworkPlan::to_string).collect();
    assert_eq!(networks, ["plain", "both ways coalesce"]);
}

#[test]
fn several_clients_are_played_at_once_or_one_after_the_other() {
    let pair = only(&format!(
        "{PAIR}[[pair.case]]\nname = \"a\"\nclients = [\"x\\n\", \"\"]\n\
         [[pair.case]]\nname = \"b\"\nclients = [\"x\\n\", \"y\\n\"]\norder = \"one-after-another\"\n"
    ));
    assert_eq!(
        steps(&pair, 0),
        [
            "server: close",
            "client-1: start",
            "client-2: start",
            r"client-1: type x\n",
            "client-1: close",
            "client-2: close",
        ]
    );
    assert_eq!(
        steps(&pair, 1),
        [
            "server: close",
            "client-1: start",
            r"client-1: type x\n",
            "client-1: close",
            "client-1: end",
            "client-2: start",
            r"client-2: type y\n",
            "client-2: close",
            "client-2: end",
        ]
    );
}

#[test]
fn the_steps_of_a_script_know_their_lines_in_the_file() {
    let script = "\nx prints WELCOME X\n# a comment\n\n  o starts\nx types MOVE 0\nserver logs \
                  /mo+ve/\nx types \"no end\"\nx closes\nx ends\nserver stops\n";
    for quotes in ["'''", "\"\"\""] {
        let script = script.replace('"', if quotes == "'''" { "\"" } else { "\\\"" });
        let pair = only(&format!("{PAIR}{CASE}script = {quotes}{script}{quotes}\n"));
        assert_eq!(
            steps(&pair, 0),
            [
                "x: stdout \"WELCOME X\"",
                "o: start",
                r"x: type MOVE 0\n",
                "server: stderr /mo+ve/",
                "x: type no end",
                "x: close",
                "x: end",
                "server: stop",
            ]
        );
        let lines: Vec<usize> = pair.cases[0]
            .script
            .iter()
            .map(|step| step.at.line)
            .collect();
        assert_eq!(lines, [8, 11, 12, 13, 14, 15, 16, 17]);
        assert_eq!(pair.cases[0].script[1].at.text, "o starts");
    }
    // Lines that TOML makes of escapes are not those of the file.
    let pair = only(&format!("{PAIR}{CASE}script = \"x starts\\nx closes\"\n"));
    let lines: Vec<usize> = pair.cases[0]
        .script
        .iter()
        .map(|step| step.at.line)
        .collect();
    assert_eq!(lines, [7, 7]);
}

#[test]
fn a_file_is_read_from_its_folder_and_a_pair_may_take_its_name() {
    let folder = folder();
    let file = folder.path().join("My_Game.toml");
    std::fs::write(&file, format!("{PAIR}{CASE}")).unwrap();
    let pairs = read(&file).unwrap();
    assert_eq!(pairs[0].name, "my-game");
    assert_eq!(pairs[0].here, folder.path().canonicalize().unwrap());
    let missing = folder.path().join("none.toml");
    let why = read(&missing).unwrap_err().to_string();
    assert!(
        why.starts_with(&format!("{}: ", missing.display())),
        "{why}"
    );
    std::fs::write(&file, b"[[pair]]\nname = \"\xff\"").unwrap();
    let why = read(&file).unwrap_err().to_string();
    assert!(
        why.ends_with(": byte 17 of the file is not UTF-8, as TOML must be"),
        "{why}"
    );
    std::fs::write(
        &file,
        vec![b'\n'; 1 + usize::try_from(limits::FILE).unwrap()],
    )
    .unwrap();
    let why = read(&file).unwrap_err().to_string();
    assert!(
        why.ends_with(": the file is too large: at most 4194304 bytes are allowed"),
        "{why}"
    );
}
