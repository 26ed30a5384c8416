//! Programs on a raw wire with one typical bug each, in the place of ours: each is caught and blamed.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use assert_cmd::Command;
use javatalk::internals::interop::model::participant::{Participant, Role};
use javatalk::internals::interop::model::verdict::{Part, Verdict};
use javatalk::internals::interop::programs::{ProgramPair, Programs};
use javatalk::internals::interop::runner::Suite;
use javatalk::internals::interop::suites::programs::Chat;
use javatalk::internals::interop::toolbox::Toolbox;
use javatalk::internals::programs::framing::Framing;
use javatalk::internals::system::wait::Timeouts;

/// A bug, and where it shows.
struct Bug {
    /// In which of the two programs.
    role: Role,
    /// What stands there when all is well.
    right: &'static str,
    /// What stands there instead.
    wrong: &'static str,
    /// The case that catches it, and as whose fault.
    caught_by: &'static str,
    part: Part,
}

const BUGS: [Bug; 7] = [
    Bug {
        role: Role::Client,
        right: "BUFFER_SIZE = 1024",
        wrong: "BUFFER_SIZE = 1023",
        caught_by: "raw::a-whole-buffer::rust-to-python",
        part: Part::Decoder,
    },
    Bug {
        role: Role::Server,
        right: "BUFFER_SIZE = 1024",
        wrong: "BUFFER_SIZE = 1023",
        caught_by: "raw::a-whole-buffer::python-to-rust",
        part: Part::Decoder,
    },
    Bug {
        role: Role::Client,
        right: "if message == b\"bye\":",
        wrong: "if message == b\"goodbye\":",
        caught_by: "raw::nothing-after-bye::rust-to-python",
        part: Part::Encoder,
    },
    Bug {
        role: Role::Client,
        right: "server.sendall(message)",
        wrong: "server.sendall(message + b\"\\n\")",
        caught_by: "raw::hello-hi-bye::rust-to-python",
        part: Part::Encoder,
    },
    Bug {
        role: Role::Client,
        right: "say(answer)",
        wrong: "say(answer.decode(errors=\"replace\").encode())",
        caught_by: "raw::one-byte-a-segment::rust-to-raw",
        part: Part::Decoder,
    },
    Bug {
        role: Role::Server,
        right: "client.sendall(message)",
        wrong: "client.sendall(message[:-1] or b\"?\")",
        caught_by: "raw::hello-hi-bye::python-to-rust",
        part: Part::Encoder,
    },
    Bug {
        role: Role::Server,
        right: "client.sendall(message)",
        wrong: "client.sendall(message)\n        if message == b\"bye\":\n            break",
        caught_by: "raw::bye-first::raw-to-rust",
        part: Part::Decoder,
    },
];

pub(crate) fn every_raw_wire_bug_is_caught_and_blamed(toolbox: &Arc<Toolbox>) {
    for bug in BUGS {
        let folder = tempfile::tempdir().unwrap();
        let in_our_place = buggy(folder.path(), &bug, toolbox.javatalk());
        let cache = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let toolbox = Arc::new(Toolbox::new(in_our_place, Vec::new(), cache));
        let pair = ProgramPair::Conversation(Framing::Raw);
        let programs = Programs::new(pair, toolbox, Timeouts::of_a_conversation());
        let suite = Chat::new(programs, pair.rows());
        let cases = suite.cases();
        let case = cases.iter().find(|case| case.to_string() == bug.caught_by);
        let verdict = suite.run(case.unwrap()).verdict;
        let Verdict::Differs(divergence) = &verdict else {
            panic!("{} says {verdict} of {}", bug.caught_by, bug.wrong);
        };
        assert_eq!(
            (divergence.peer, divergence.role, divergence.part),
            (Participant::Rust, bug.role, bug.part),
            "{verdict}"
        );
    }
}

/// A command like `javatalk` whose client and server are those in Python, one of them with this bug.
fn buggy(folder: &Path, bug: &Bug, javatalk: &Path) -> PathBuf {
    for role in [Role::Client, Role::Server] {
        let name = format!("raw_{role}.py");
        let peers = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers");
        let mut source = fs::read_to_string(peers.join(&name)).unwrap();
        if role == bug.role {
            assert_eq!(source.matches(bug.right).count(), 1, "{}", bug.right);
            source = source.replace(bug.right, bug.wrong);
        }
        fs::write(folder.join(name), source).unwrap();
    }
    let command = folder.join("javatalk");
    // Written by a shell of its own: a file that another thread's child inherits open for writing
    // cannot be executed.
    Command::new("sh")
        .args(["-c", "cat > \"$1\" && chmod +x \"$1\"", "sh"])
        .arg(&command)
        .write_stdin(format!(
            "#!/bin/sh\ncase $1 in\n\
             client) exec python3 {folder}/raw_client.py \"$2\" \"$3\" ;;\n\
             server) exec python3 {folder}/raw_server.py \"$2\" ;;\n\
             *) exec {javatalk} \"$@\" ;;\nesac\n",
            folder = folder.display(),
            javatalk = javatalk.display(),
        ))
        .assert()
        .success();
    command
}
