//! Pairs of many shapes, each with its wrong ports: every one is caught, and the right program is
//! blamed with a message that names the fault.
//!
//! Each shape is a program in Python, which has a bug if it is told one, and the pair file that
//! plays it. In the commands of the new programs `BUG` stands for the bug.

mod dialogues;
mod one_way;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use javatalk::internals::interop::model::case::Judged;
use javatalk::internals::interop::model::pair::{ProgramCommand, WordPart};
use javatalk::internals::interop::model::participant::Role;
use javatalk::internals::interop::model::verdict::Part;
use javatalk::internals::interop::programs::pairs::Pair;
use javatalk::internals::interop::programs::pairs::file::read;
use javatalk::internals::interop::runner::Suite;
use javatalk::internals::interop::suites::pairs::Pairs;
use javatalk::internals::interop::toolbox::Toolbox;
use javatalk::internals::system::wait::Timeouts;

use crate::pairs::python;

/// A machine may be busy.
const PATIENCE: Timeouts = Timeouts {
    idle: Duration::from_secs(10),
    total: Duration::from_secs(60),
};

/// The pair of this shape.
fn pair(shape: &str) -> Pair {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/harness/pairs/shapes");
    let pairs = read(&folder.join(shape).with_extension("toml")).unwrap();
    let [mut pair]: [Pair; 1] = pairs.try_into().unwrap();
    for command in [&mut pair.reference.client, &mut pair.reference.server] {
        start_python(command);
    }
    for command in [&mut pair.candidate.client, &mut pair.candidate.server] {
        command.iter_mut().for_each(start_python);
    }
    pair
}

/// Lets the command start the interpreter itself.
fn start_python(command: &mut ProgramCommand) {
    for part in command.words.iter_mut().flat_map(|word| &mut word.0) {
        if let WordPart::Text(text) = part
            && text == "python3"
        {
            *text = python().to_owned();
        }
    }
}

/// The same with this bug in the new programs.
fn with_bug(mut pair: Pair, bug: &str) -> Pair {
    for command in [&mut pair.candidate.client, &mut pair.candidate.server] {
        command.iter_mut().for_each(|command| tell(command, bug));
    }
    pair
}

/// The same without the new program of the other role.
fn only(mut pair: Pair, role: Role) -> Pair {
    match role {
        Role::Client => pair.candidate.server = None,
        Role::Server => pair.candidate.client = None,
    }
    pair
}

fn tell(command: &mut ProgramCommand, bug: &str) {
    for part in command.words.iter_mut().flat_map(|word| &mut word.0) {
        if let WordPart::Text(text) = part
            && text == "BUG"
        {
            *text = bug.to_owned();
        }
    }
}

/// What comes of every case in every pairing.
fn judged(pair: Pair) -> Vec<Judged> {
    let toolbox = Toolbox::new(
        PathBuf::from(env!("CARGO_BIN_EXE_javatalk")),
        Vec::new(),
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")),
    );
    let suite = Pairs::new(vec![Arc::new(pair)], &Arc::new(toolbox), PATIENCE);
    suite.cases().iter().map(|case| suite.run(case)).collect()
}

/// A port without a bug passes.
#[track_caller]
fn passes(shape: &str) {
    for judged in judged(with_bug(pair(shape), "none")) {
        let (case, verdict) = (&judged.case, &judged.verdict);
        assert_eq!(verdict.word(), "pass", "{case}: {verdict}");
    }
}

/// A wrong port.
struct Mutant {
    role: Role,
    bug: &'static str,
    part: Part,
    /// What the message says of the fault.
    says: &'static str,
}

/// Every pairing with a mutant fails in some case, is blamed on it, and says why; those without it
/// pass.
#[track_caller]
fn catches(shape: &str, mutant: &Mutant) {
    let Mutant {
        role,
        bug,
        part,
        says,
    } = mutant;
    let mut not_caught = BTreeSet::new();
    let mut caught = BTreeSet::new();
    for judged in judged(only(with_bug(pair(shape), bug), *role)) {
        let (case, verdict) = (&judged.case, &judged.verdict);
        let said = format!("{shape} {bug}: {case}: {verdict}");
        let pairing = case.pairing.to_string();
        if case.pairing.peer(*role).to_string() != "candidate" {
            assert_eq!(verdict.word(), "pass", "{said}");
            continue;
        }
        if verdict.word() == "pass" {
            not_caught.insert(pairing);
            continue;
        }
        assert!(!verdict.is_green(), "{said}");
        let blame = verdict.divergence().unwrap_or_else(|| panic!("{said}"));
        let found = (blame.peer.to_string(), blame.role, blame.part);
        assert_eq!(found, ("candidate".to_owned(), *role, *part), "{said}");
        assert!(verdict.to_string().contains(says), "{said}");
        caught.insert(pairing);
    }
    assert!(!caught.is_empty(), "{shape} {bug} takes part in nothing");
    not_caught.retain(|pairing| !caught.contains(pairing));
    assert!(not_caught.is_empty(), "{shape} {bug}: {not_caught:?}");
}

/// A mutant of the client.
fn client(bug: &'static str, part: Part, says: &'static str) -> Mutant {
    Mutant {
        role: Role::Client,
        bug,
        part,
        says,
    }
}

/// A mutant of the server.
fn server(bug: &'static str, part: Part, says: &'static str) -> Mutant {
    Mutant {
        role: Role::Server,
        ..client(bug, part, says)
    }
}
