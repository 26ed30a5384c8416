//! The folders in which the programs of a pair run, and the files that they leave there.

use std::fs;
use std::path::Path;

use javatalk::internals::interop::model::pair::run::{FileContent, PairEnding};
use javatalk::internals::interop::model::pair::{Aspect, Compile, Sides};
use javatalk::internals::interop::programs::pairs::Pair;
use javatalk::internals::interop::proxy::plan::NetworkPlan;

use super::pair::{case, command, of_programs, pair, player, program, reference, stdout};
use javatalk::internals::interop::model::pair::PortNumber;

#[test]
fn each_program_runs_in_a_copy_of_the_files_of_the_case() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("words.txt"), "one\n").unwrap();
    let mut pair = pair("writes-files", "");
    pair.comparison.aspects = vec![Aspect::Files];
    let player = player(pair);
    let mut case = case("client types one");
    case.files = Sides {
        client: Some(folder.path().to_path_buf()),
        server: Some(folder.path().to_path_buf()),
    };
    for _ in 0..2 {
        let run = player.play(&case, NetworkPlan::default(), reference());
        let run = run.unwrap();
        assert_eq!(run.ending, PairEnding::Complete, "{run:#?}");
        assert_eq!(stdout(&run, "client"), "one\ntwo\nONE\n");
        let words = |name: &str| program(&run, name).files[Path::new("words.txt")].clone();
        assert_eq!(words("client"), FileContent::Bytes(b"one\ntwo\n".to_vec()));
        assert_eq!(words("server"), FileContent::Bytes(b"one\n".to_vec()));
        let made = &program(&run, "client").files[Path::new("made")];
        assert_eq!(*made, FileContent::Folder);
    }
    let left = fs::read_to_string(folder.path().join("words.txt")).unwrap();
    assert_eq!(left, "one\n");
}

#[test]
fn without_files_a_program_whose_files_are_compared_starts_in_an_empty_folder() {
    let mut pair = pair("writes-files", "");
    pair.comparison.aspects = vec![Aspect::Files];
    let run = super::pair::played(pair, "client types one");
    assert_eq!(run.ending, PairEnding::Complete, "{run:#?}");
    let files: Vec<_> = program(&run, "client").files.keys().collect();
    assert_eq!(files, [Path::new("made"), Path::new("words.txt")]);
    assert!(program(&run, "server").files.is_empty());
}

#[test]
fn without_files_a_program_runs_in_the_folder_of_the_pair() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path().canonicalize().unwrap();
    let shell = |script: &str| command(&["sh", "-c", script]);
    let mut pair = of_programs(
        PortNumber::Given,
        shell("pwd"),
        shell("echo $WORD; read line; exit 7"),
    );
    pair.here.clone_from(&here);
    let word = javatalk::internals::interop::model::pair::WordPart::Text("set".to_owned());
    pair.reference.server.environment = vec![(
        "WORD".to_owned(),
        javatalk::internals::interop::model::pair::Word(vec![word]),
    )];
    let case = case("client ends\nserver prints set");
    let run = player(pair).play(&case, NetworkPlan::default(), reference());
    let run = run.unwrap();
    assert_eq!(stdout(&run, "client"), format!("{}\n", here.display()));
    assert_eq!(stdout(&run, "server"), "set\n");
}

#[test]
fn compile_commands_run_once_in_the_folder_of_the_pair() {
    let folder = tempfile::tempdir().unwrap();
    let with_compile = |commands: &[&str]| Pair {
        here: folder.path().to_path_buf(),
        compile: commands.iter().map(|c| Compile((*c).to_owned())).collect(),
        ..pair("", "")
    };
    let compiles = player(with_compile(&["echo made >> log", "cat lo*"]));
    compiles.compile().unwrap();
    compiles.compile().unwrap();
    let played = compiles.play(
        &case("client types one"),
        NetworkPlan::default(),
        reference(),
    );
    assert_eq!(played.unwrap().ending, PairEnding::Complete);
    let log = fs::read_to_string(folder.path().join("log")).unwrap();
    assert_eq!(log, "made\n");

    let fails = player(with_compile(&[
        "echo wrong >&2; exit 3",
        "echo more >> log",
    ]));
    for _ in 0..2 {
        let why = fails.compile().unwrap_err().to_string();
        assert!(
            why.contains("wrong") && why.contains("exit code 3"),
            "{why}"
        );
    }
    let log = fs::read_to_string(folder.path().join("log")).unwrap();
    assert_eq!(log, "made\n");
}
