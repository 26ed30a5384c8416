//! Somebody's own client and server in the place of the originals.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use assert_cmd::assert::Assert;
use javatalk::internals::interop::toolbox::Toolbox;
use javatalk::internals::system::jdk::Lifetime;
use predicates::str::contains;

use crate::javatalk;

/// What comes of a new pair beside the originals, on port 666 of networks of their own.
fn proved(toolbox: &Arc<Toolbox>, client: &str, server: &str) -> Assert {
    let newest = *toolbox.javas().last().unwrap();
    let old = |class| {
        toolbox
            .java(newest, Lifetime::Moment, class)
            .unwrap()
            .to_string()
    };
    javatalk(toolbox)
        .args(["interop", "pair::emoji", "pair::end-of-file"])
        .args(["--client", client, "--server", server])
        .args(["--reference-client", &old("client")])
        .args(["--reference-server", &old("server")])
        .assert()
}

pub(crate) fn an_external_pair_replaces_the_originals(toolbox: &Arc<Toolbox>) {
    let ours = |role| format!("'{}' {role}", toolbox.javatalk().display());
    proved(toolbox, &ours("client"), &ours("server"))
        .success()
        .stdout(contains("8 cases: 8 pass in "));
}

/// A class that is not there breaks no protocol.
pub(crate) fn a_pair_program_that_cannot_start_is_reported_as_a_crash(toolbox: &Arc<Toolbox>) {
    let java = toolbox.jdks()[0].home().join("bin/java");
    let nowhere = |class: &str| format!("{} -cp nowhere {class}", java.display());
    let ours = |role| format!("'{}' {role}", toolbox.javatalk().display());
    for (role, client, server) in [
        ("server", ours("client"), nowhere("server")),
        ("client", nowhere("client"), ours("server")),
    ] {
        proved(toolbox, &client, &server)
            .code(1)
            .stdout(contains(format!(
                "crash: the {role} could not start: `{}` ended with exit code 1; the stderr of the {role} says ",
                nowhere(role)
            )))
            .stdout(contains(format!(
                "Error: Could not find or load main class {role}\n"
            )))
            .stdout(contains("8 cases: 4 pass, 4 crash in "));
    }
}

pub(crate) fn a_failing_pair_is_distinguished_from_its_reference(toolbox: &Arc<Toolbox>) {
    // It greets, and never connects.
    let server = format!("'{}' server", toolbox.javatalk().display());
    proved(toolbox, "sh -c 'echo ---client---'", &server)
        .code(1)
        .stdout(contains("pair::end-of-file::candidate-to-"))
        .stdout(contains(
            "3 more for the same cause: pair::emoji::candidate-to-",
        ))
        .stdout(contains("the client never connected"))
        .stdout(contains("8 cases: 4 pass, 4 protocol violation in "));
}

/// A server that answers as `server.java` does, and then ends its connection in its own way.
const SERVER: &str = r#"
import os, socket, struct, sys
way, flag = sys.argv[1], sys.argv[2]
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("localhost", 666))
listener.listen()
connection, _ = listener.accept()
with connection:
    heard = connection.makefile("rb")
    length = heard.read(2)
    body = heard.read(*struct.unpack(">H", length))
    connection.sendall(length + (b"?" + body[1:] if way == "wrong" else body))
    if way == "either":
        try:
            os.mkdir(flag)
            way = "fin"
        except FileExistsError:
            os.rmdir(flag)
            way = "reset"
    if way == "reset":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
"#;

pub(crate) fn any_ending_that_the_reference_pair_shows_is_accepted(toolbox: &Arc<Toolbox>) {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("server.py");
    fs::write(&source, SERVER).unwrap();
    let server = |way: &str| {
        let flag = folder.path().join("flag");
        format!("python3 '{}' {way} '{}'", source.display(), flag.display())
    };
    let client = format!("'{}' client", toolbox.javatalk().display());
    let against = |reference: &str, candidate: &str| {
        javatalk(toolbox)
            .args(["interop", "pair::emoji", "--jobs", "1"])
            .args(["--client", &client, "--server", &server(candidate)])
            .args(["--reference-client", &client])
            .args(["--reference-server", &server(reference)])
            .assert()
    };
    for way in ["fin", "reset"] {
        against("either", way)
            .success()
            .stdout(contains("4 cases: 4 pass in "));
    }
    // It is the oracle that has to show it.
    against("fin", "reset")
        .code(1)
        .stdout(contains("its direction is reset, the oracle's closed"))
        .stdout(contains("4 cases: 2 pass, 2 differs in "));
    against("either", "wrong")
        .code(1)
        .stdout(contains("4 cases: 2 pass, 2 differs in "));
}

/// The pair file of the manual, and the programs that it names.
fn manual(folder: &Path) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // The old programs are those of the crate that proves its own pair.
    for (programs, file) in [
        ("tests/as-a-dependency", "old/Client.java"),
        ("tests/as-a-dependency", "old/Server.java"),
        ("tests/with_java/guess", "new/server.py"),
    ] {
        let copy = folder.join(file);
        fs::create_dir_all(copy.parent().unwrap()).unwrap();
        fs::copy(root.join(programs).join(file), copy).unwrap();
    }
    let page = fs::read_to_string(root.join("docs/your-own-pair.md")).unwrap();
    let (_, rest) = page.split_once("```toml\n").unwrap();
    let (text, _) = rest.split_once("```").unwrap();
    let file = folder.join("guess.toml");
    fs::write(&file, text).unwrap();
    file
}

pub(crate) fn the_pair_of_the_manual_is_proved(toolbox: &Arc<Toolbox>) {
    let folder = tempfile::tempdir().unwrap();
    let file = manual(folder.path());
    let play = || {
        let mut command = javatalk(toolbox);
        command.args(["interop", "--pair"]).arg(&file);
        command.assert()
    };
    play()
        .success()
        .stdout(contains("guess::right-at-once  pass       pass\n"))
        .stdout(contains("guess::two-players    pass       pass\n"))
        .stdout(contains("4 cases: 4 pass in "));

    // A port that serves one player at a time.
    let server = folder.path().join("new/server.py");
    let text = fs::read_to_string(&server).unwrap();
    let thread = "threading.Thread(target=play, args=[accepted]).start()";
    assert!(text.contains(thread));
    fs::write(&server, text.replace(thread, "play(accepted)")).unwrap();
    play()
        .code(1)
        .stdout(contains("guess::right-at-once  pass       pass\n"))
        .stdout(contains(
            "pair::guess::two-players::reference-to-candidate\n",
        ))
        .stdout(contains("(`b types pear`)"))
        .stdout(contains("the oracle \"guessed: pear\\n"))
        .stdout(contains("4 cases: 3 pass, 1 "));
}
