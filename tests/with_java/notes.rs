//! A pair that exchanges serialized objects with a date in them, and wrong ports of its server.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use javatalk::internals::interop::toolbox::Toolbox;
use predicates::str::contains;

use crate::javatalk;

/// The pair file: the new server is the old one with a bug.
fn pair(bug: &str) -> String {
    format!(
        r#"[[pair]]
name = "notes"
compile = ["javac *.java"]
reference.client = "java -cp {{here}} NoteClient {{port}}"
reference.server = "java -cp {{here}} NoteServer {{port}} none"
candidate.server = "java -cp {{here}} NoteServer {{port}} {bug}"

[[pair.mask]]
name = "date"
match = ' on .*'
in = ["stdout"]

# The eight bytes that `java.util.Date` writes.
[[pair.mask]]
name = "milliseconds"
match = '(?s-u)w\x08.{{8}}x'
in = ["wire"]

[[pair.case]]
name = "two-notes"
client = ""
"#
    )
}

pub(crate) fn wrong_ports_of_an_object_stream_are_caught_behind_its_masks(toolbox: &Arc<Toolbox>) {
    let folder = tempfile::tempdir().unwrap();
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/with_java/notes");
    for source in ["Note.java", "NoteClient.java", "NoteServer.java"] {
        fs::copy(sources.join(source), folder.path().join(source)).unwrap();
    }
    let file = folder.path().join("notes.toml");
    let play = |bug: &str| {
        fs::write(&file, pair(bug)).unwrap();
        let mut command = javatalk(toolbox);
        command.args(["interop", "--pair"]).arg(&file).assert()
    };
    play("none")
        .success()
        .stdout(contains("masked: date of notes, "))
        .stdout(contains("masked: milliseconds of notes, "))
        .stdout(contains("2 cases: 2 pass in "));
    for bug in ["forgets", "resets", "shouts"] {
        play(bug)
            .code(1)
            .stdout(contains(
                "the encoder of candidate as server: the bytes on the wire differ at byte ",
            ))
            .stdout(contains("2 cases: 1 pass, 1 differs in "));
    }
    play("shouts").stdout(contains(r#""FIRST"#));
}
