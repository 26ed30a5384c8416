//! `javatalk fuzz` in processes of its own.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use javatalk::internals::interop::fuzz::{End, Results};
use javatalk::internals::interop::toolbox::Toolbox;
use libtest_mimic::Failed;

/// The command with the newest JDK alone, which is enough to see how it behaves.
fn fuzz(toolbox: &Toolbox, folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(toolbox.javatalk());
    command
        .current_dir(folder)
        .env_remove("JAVATALK_JDK")
        .env("JAVATALK_CACHE", env!("CARGO_TARGET_TMPDIR"))
        .arg("fuzz");
    if let Some(jdk) = toolbox.jdks().last() {
        command.arg("--jdk").arg(jdk.home());
    }
    command.args(arguments);
    command
}

fn results(file: &Path) -> Results {
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

pub(crate) fn two_fuzz_shards_joined_equal_the_whole_search(
    toolbox: &Arc<Toolbox>,
) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let run = |arguments: &[&str], file: &str| {
        let fixed = ["--seed", "5", "--cases", "60", "--json", file];
        fuzz(toolbox, folder.path(), &[&fixed, arguments].concat())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
    };
    // At the same time, as two machines would.
    let parts = [
        run(&["--shard", "1/2"], "1.json")?,
        run(&["--shard", "2/2"], "2.json")?,
    ];
    for mut part in parts {
        assert_eq!(part.wait()?.code(), Some(0));
    }
    assert_eq!(run(&[], "whole.json")?.wait()?.code(), Some(0));
    let join = |files: &[&str]| {
        let arguments = [&["--join"], files].concat();
        let mut command = Command::new(toolbox.javatalk());
        command
            .current_dir(folder.path())
            .arg("fuzz")
            .args(arguments);
        command.args(["--json", "joined.json"]).output()
    };
    let joined = join(&["2.json", "1.json"])?;
    assert_eq!(joined.status.code(), Some(0));
    let text = String::from_utf8(joined.stdout)?;
    assert!(text.contains("seed 5: 60 dialogues of "), "{text}");

    let (joined, whole) = (
        results(&folder.path().join("joined.json")),
        results(&folder.path().join("whole.json")),
    );
    // All but the time that it took.
    assert_eq!(
        Results {
            seconds: whole.seconds,
            ..sorted(joined)
        },
        sorted(whole)
    );

    // A shard that is missing is no pass, and one that is there twice is a mistake.
    let half = join(&["1.json"])?;
    assert_eq!(half.status.code(), Some(1));
    let text = String::from_utf8(half.stderr)?;
    assert!(
        text.contains("results of the shards 2/2 are missing"),
        "{text}"
    );
    let twice = join(&["1.json", "1.json"])?;
    assert_eq!(twice.status.code(), Some(2));
    Ok(())
}

fn sorted(mut results: Results) -> Results {
    let key = |cell: &javatalk::internals::interop::fuzz::json::Cell| {
        (cell.method.clone(), cell.edge.clone(), cell.role.clone())
    };
    results.coverage.sort_by_key(key);
    results
}

pub(crate) fn a_peer_that_is_given_up_fails_the_search(
    toolbox: &Arc<Toolbox>,
) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    // It says who it is, and is gone with its first command.
    let peer = r#"sh -c 'echo "@@ peer brief sh 0"; read -r line'"#;
    let arguments = [
        "--peer", peer, "--seed", "1", "--cases", "20", "--most", "100",
    ];
    let output = fuzz(toolbox, folder.path(), &arguments).output()?;
    let (out, err) = (
        String::from_utf8(output.stdout)?,
        String::from_utf8(output.stderr)?,
    );
    assert_eq!(output.status.code(), Some(1), "{out}{err}");
    assert!(err.contains("NOT RUN: brief is given up"), "{err}");
    assert!(out.contains(" times: brief is given up"), "{out}");
    // The others go on.
    let rust = out.lines().find(|line| line.starts_with("rust-to-rust "));
    assert!(rust.is_some_and(|line| line.ends_with(" 20 pass")), "{out}");
    Ok(())
}

pub(crate) fn an_interrupted_search_fails_with_partial_results(
    toolbox: &Arc<Toolbox>,
) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let arguments = [
        "--seed",
        "1",
        "--cases",
        "1000000",
        "--json",
        "results.json",
    ];
    let mut child = fuzz(toolbox, folder.path(), &arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    // It says its seed when it begins to play.
    let mut narration = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.starts_with("seed ") {
        line.clear();
        assert_ne!(narration.read_line(&mut line)?, 0, "it has ended");
    }
    let process = i32::try_from(child.id())?;
    let process = rustix::process::Pid::from_raw(process).unwrap();
    rustix::process::kill_process(process, rustix::process::Signal::INT)?;
    let mut rest = String::new();
    narration.read_to_string(&mut rest)?;
    let output = child.wait_with_output()?;
    let text = String::from_utf8(output.stdout)?;
    // What was asked for was not played.
    assert_eq!(output.status.code(), Some(1), "{text}{rest}");
    assert!(text.contains("interrupted: not all of 1,000,000"), "{text}");
    let results = results(&folder.path().join("results.json"));
    assert_eq!(results.end, End::Interrupted);
    assert_eq!(results.found, []);
    Ok(())
}

pub(crate) fn one_dialogue_can_be_replayed_by_seed_and_number(
    toolbox: &Arc<Toolbox>,
) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let arguments = ["--seed", "7", "--only", "12"];
    let output = fuzz(toolbox, folder.path(), &arguments).output()?;
    let text = String::from_utf8(output.stdout)?;
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("seed 7: 1 dialogue of "), "{text}");
    // Nothing was found, so nothing was written.
    assert_eq!(fs::read_dir(folder.path())?.count(), 0);
    Ok(())
}
