//! The vectors, put to every JDK: no outcome in them is anybody's opinion.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use assert_cmd::Command;
use javatalk::internals::interop::toolbox::Toolbox;
use javatalk::internals::system::jdk::Jdk;
use libtest_mimic::{Failed, Trial};
use predicates::prelude::*;
use predicates::str::contains;

use crate::{Stage, left_out};

/// The tests that ask each JDK, and those that make files with all of them.
pub(crate) fn trials(stage: &Arc<Stage>) -> Vec<Trial> {
    let mut trials = Vec::new();
    if stage.toolbox.jdks().is_empty() {
        trials.push(left_out("vectors"));
    }
    for jdk in stage.toolbox.jdks() {
        let (stage, jdk) = (Arc::clone(stage), jdk.clone());
        let name = format!("sweep::vectors::java{}", jdk.feature());
        trials.push(Trial::test(name, move || {
            let java = format!("java{}: ", jdk.feature());
            let assert = command(&stage.toolbox, [jdk.home()])
                .arg("--check")
                .arg(stored())
                .assert()
                .success();
            let stdout = String::from_utf8_lossy(&assert.get_output().stdout).into_owned();
            // A run that asked nothing would be green too.
            let tests = stdout
                .strip_prefix(&java)
                .and_then(|rest| rest.split(' ').next());
            match tests.map(|tests| tests.replace(',', "").parse()) {
                Some(Ok(1_000..=usize::MAX)) => Ok(()),
                _ => Err(Failed::from(stdout)),
            }
        }));
    }
    let whole: [(&str, Claim); 3] = [
        ("made_twice_they_are_the_same", made_twice_they_are_the_same),
        ("a_wrong_outcome_is_found", a_wrong_outcome_is_found),
        ("no_release_is_lost", no_release_is_lost),
    ];
    for (name, claim) in whole {
        let stage = Arc::clone(stage);
        trials.push(Trial::test(format!("sweep::vectors::{name}"), move || {
            claim(&stage.toolbox);
            Ok(())
        }));
    }
    trials
}

/// What must hold with all JDKs.
type Claim = fn(&Toolbox);

fn made_twice_they_are_the_same(toolbox: &Toolbox) {
    let folder = tempfile::tempdir().unwrap();
    let first = made(toolbox, folder.path());
    command(toolbox, homes(toolbox))
        .arg(folder.path())
        .assert()
        .success()
        .stderr(contains(", 0 changed\n"));
    let elsewhere = tempfile::tempdir().unwrap();
    assert!(first == made(toolbox, elsewhere.path()));
    // The same tests and outcomes are stored, if perhaps of other JDKs.
    for (name, text) in first {
        let stored = fs::read_to_string(stored().join(&name)).unwrap();
        let tests = |text: &str| text.lines().filter(|line| line.contains("\"id\"")).count();
        assert_eq!(tests(&text), tests(&stored), "{name}");
    }
}

fn a_wrong_outcome_is_found(toolbox: &Toolbox) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("read_utf.json");
    let right = fs::read_to_string(stored().join("read_utf.json")).unwrap();
    let wrong = right.replacen("\"returns\":\"0061\"", "\"returns\":\"0062\"", 1);
    assert_ne!(right, wrong);
    fs::write(path, wrong).unwrap();
    command(toolbox, homes(toolbox).take(1))
        .arg("--check")
        .arg(folder.path())
        .assert()
        .code(1)
        .stdout(contains("readUTF/61::java").and(contains(" 1 different\n")));
}

/// Files that hold the outcomes of a JDK which is not there are not written over.
fn no_release_is_lost(toolbox: &Toolbox) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("read_utf.json");
    let mine = fs::read_to_string(stored().join("read_utf.json")).unwrap();
    let old = mine.replacen("\"jdks\": {", "\"jdks\": {\n    \"7\": \"1.7.0\",", 1);
    assert_ne!(mine, old);
    fs::write(&path, &old).unwrap();
    command(toolbox, homes(toolbox))
        .arg(folder.path())
        .assert()
        .code(8)
        .stderr(contains("also hold outcomes of JDK 7"));
    assert_eq!(fs::read_to_string(path).unwrap(), old);
}

/// The files of the repository.
fn stored() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
}

fn homes(toolbox: &Toolbox) -> impl Iterator<Item = &Path> {
    toolbox.jdks().iter().map(Jdk::home)
}

/// `javatalk vectors` with these JDKs.
fn command<'a>(toolbox: &Toolbox, homes: impl IntoIterator<Item = &'a Path>) -> Command {
    let mut command = Command::new(toolbox.javatalk());
    command.env_remove("JAVATALK_JDK").arg("vectors");
    for home in homes {
        command.arg("--jdk").arg(home);
    }
    command
}

/// The files that all JDKs give, written into a folder.
fn made(toolbox: &Toolbox, folder: &Path) -> BTreeMap<String, String> {
    command(toolbox, homes(toolbox))
        .arg(folder)
        .assert()
        .success();
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let file = |path: PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, fs::read_to_string(path).unwrap())
    };
    files.map(file).collect()
}
