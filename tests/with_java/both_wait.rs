//! The deadlock of object streams: client and server both open the input first.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use javatalk::internals::interop::toolbox::Toolbox;
use predicates::str::contains;

use crate::javatalk;

pub(crate) fn two_programs_that_open_the_input_first_are_told_why_both_wait(
    toolbox: &Arc<Toolbox>,
) {
    let folder = tempfile::tempdir().unwrap();
    let source = "tests/with_java/both_wait/InputFirst.java";
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(source);
    fs::copy(source, folder.path().join("InputFirst.java")).unwrap();
    let file = folder.path().join("both_wait.toml");
    let java = "java -cp {here} InputFirst";
    // Ours opens the output first, on either side.
    let pair = format!(
        "[[pair]]\n\
         name = 'both-wait'\n\
         wire = 'object'\n\
         compile = ['javac *.java']\n\
         reference.client = '{java} client {{port}}'\n\
         reference.server = '{java} server {{port}}'\n\
         candidate.client = '{javatalk} client --chat --wire object localhost {{port}}'\n\
         candidate.server = '{javatalk} server --chat --wire object {{port}}'\n\
         \n\
         [[pair.case]]\n\
         name = 'hello'\n\
         client = \"hello\\n\"\n",
        javatalk = toolbox.javatalk().display(),
    );
    fs::write(&file, pair).unwrap();
    let play = |pairing: &str| {
        let mut command = javatalk(toolbox);
        command.args(["interop", "--pair"]).arg(&file);
        command.args([format!("pair::both-wait::hello::{pairing}")]);
        command.assert()
    };
    for pairing in ["candidate-to-reference", "reference-to-candidate"] {
        play(pairing)
            .code(1)
            .stdout(contains(
                "neither has sent the header of its object stream, for which the other's \
                 constructor of ObjectInputStream waits: create and flush the ObjectOutputStream first",
            ))
            .stdout(contains("both roles wait for bytes, and nothing is under way"))
            .stdout(contains("server succeeds\n"))
            .stdout(contains("1 case: 0 pass, 1 differs in "));
    }
}
