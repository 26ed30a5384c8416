//! `javatalk fuzz` with a mutant: what was found is kept, however the search ends.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{fs, thread};

use javatalk::internals::interop::scenario::language::{Script, Step};
use javatalk::internals::interop::toolbox::Toolbox;
use libtest_mimic::Failed;

use super::PLAY;

fn fuzz(toolbox: &Toolbox, folder: &Path, bug: &str, arguments: &[&str]) -> Command {
    let mut command = command(toolbox, folder, bug, "fuzz");
    command.args(["--seed", "1"]).args(arguments);
    command
}

/// A command that the mutant takes part in.
fn command(toolbox: &Toolbox, folder: &Path, bug: &str, name: &str) -> Command {
    let program = std::env::current_exe().unwrap();
    let peer = format!("'{}' {PLAY} {bug}", program.display());
    let mut command = Command::new(toolbox.javatalk());
    command
        .current_dir(folder)
        .env_remove("JAVATALK_JDK")
        .env("JAVATALK_CACHE", env!("CARGO_TARGET_TMPDIR"))
        .args([name, "--peer", &peer]);
    if let Some(jdk) = toolbox.jdks().last() {
        command.arg("--jdk").arg(jdk.home());
    }
    command
}

fn kept(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.join("javatalk-fuzz"))
        .into_iter()
        .flatten();
    let files = entries.map(|entry| entry.unwrap().path());
    files
        .filter(|file| file.extension().is_some_and(|ending| ending == "scenario"))
        .collect()
}

/// The steps of a file that was kept.
fn steps(file: &Path) -> Vec<Step> {
    let text = fs::read_to_string(file).unwrap();
    let script = Script::parse(&file.display().to_string(), &text).unwrap();
    let [scenario] = script.scenarios().try_into().unwrap();
    scenario.steps
}

pub(crate) fn a_finding_is_saved_as_a_scenario_and_can_be_reproduced(
    toolbox: &Arc<Toolbox>,
) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    // One at a time: what is played beside the first finding could be a second one.
    let alone = ["--most", "1", "--jobs", "1"];
    let first = fuzz(toolbox, folder.path(), "nul-as-00", &alone).output()?;
    let text = String::from_utf8(first.stdout)?;
    assert_eq!(first.status.code(), Some(1), "{text}");
    let [file] = kept(folder.path()).try_into().unwrap();
    let small = steps(&file);
    assert_eq!(small.len(), 1, "{text}");
    assert!(
        small[0].to_string().ends_with("writeUTF \"\\u0000\""),
        "{text}"
    );

    // The command that is printed finds the same.
    let again = printed(&text);
    let in_the_file = fs::read_to_string(&file)?;
    assert!(
        in_the_file.contains(&format!("# again: {again}\n")),
        "{in_the_file}"
    );
    fs::remove_file(&file)?;
    let output = typed(toolbox, folder.path(), &again)?;
    assert_eq!(output.status.code(), Some(1), "{again}");
    assert_eq!(steps(&file), small);

    // And the file is a scenario for the matrix, which the mutant fails.
    let mut matrix = Command::new(toolbox.javatalk());
    matrix
        .current_dir(folder.path())
        .env("JAVATALK_CACHE", env!("CARGO_TARGET_TMPDIR"))
        .args(["interop", "--scenarios", "javatalk-fuzz", "scenario::"]);
    assert_eq!(matrix.output()?.status.code(), Some(0));
    Ok(())
}

pub(crate) fn the_command_printed_by_faults_reproduces_the_difference(
    toolbox: &Arc<Toolbox>,
) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let mut faults = command(toolbox, folder.path(), "nul-as-00", "faults");
    let output = faults
        .args(["nul-is-two-bytes", "--fault", "split", "--sample", "2"])
        .output()?;
    let text = String::from_utf8(output.stdout)?;
    assert_eq!(output.status.code(), Some(1), "{text}");
    let again = printed(&text);
    let output = typed(toolbox, folder.path(), &again)?;
    let text = String::from_utf8(output.stdout)?;
    assert_eq!(output.status.code(), Some(1), "{again}\n{text}");
    assert!(
        text.contains("1 case: 0 pass, 1 differs"),
        "{again}\n{text}"
    );
    Ok(())
}

/// The first command that is printed to play something again.
#[track_caller]
fn printed(text: &str) -> String {
    let mut lines = text.lines();
    let command = lines.find_map(|line| line.strip_prefix("  again    "));
    command.unwrap_or_else(|| panic!("{text}")).to_owned()
}

/// What comes of a command when it is typed into a shell.
fn typed(toolbox: &Toolbox, folder: &Path, line: &str) -> std::io::Result<Output> {
    let programs = toolbox.javatalk().parent().unwrap();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = [programs.to_owned()]
        .into_iter()
        .chain(std::env::split_paths(&path));
    Command::new("sh")
        .args(["-c", line])
        .current_dir(folder)
        .env("PATH", std::env::join_paths(path).unwrap())
        .env_remove("JAVATALK_JDK")
        .env("JAVATALK_CACHE", env!("CARGO_TARGET_TMPDIR"))
        .output()
}

pub(crate) fn sigkill_loses_no_finding_and_leaves_no_process(
    toolbox: &Arc<Toolbox>,
) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let mut search = fuzz(
        toolbox,
        folder.path(),
        "nul-as-00",
        &["--time", "1h", "--most", "1000000"],
    )
    .stdout(Stdio::null())
    .stderr(Stdio::null())
    .spawn()?;
    until("something is found", || !kept(folder.path()).is_empty());
    let processes = descendants(search.id());
    // The peers in both roles, and a guard for each.
    assert!(processes.len() > 8, "{processes:?}");
    search.kill()?;
    search.wait()?;
    for process in processes {
        until("it is gone", || !lives(process));
    }
    let kept = kept(folder.path());
    assert!(!kept.is_empty());
    for file in kept {
        assert!(!steps(&file).is_empty());
    }
    Ok(())
}

#[track_caller]
fn until(what: &str, so: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !so() {
        assert!(Instant::now() < deadline, "{what}: not within 60 s");
        thread::yield_now();
    }
}

/// What the system says of a process: its state and its parent.
fn stat(process: u32) -> Option<(char, u32)> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, rest) = text.rsplit_once(") ")?;
    let mut words = rest.split(' ');
    let state = words.next()?.chars().next()?;
    Some((state, words.next()?.parse().ok()?))
}

fn lives(process: u32) -> bool {
    // A zombie that nobody has asked about yet is dead too.
    stat(process).is_some_and(|(state, _)| state != 'Z')
}

/// All that this process has started, and what that has.
fn descendants(process: u32) -> Vec<u32> {
    let all = fs::read_dir("/proc").unwrap();
    let numbers: Vec<u32> = all
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .collect();
    let mut found = vec![process];
    let mut at = 0;
    while let Some(&parent) = found.get(at) {
        let children = numbers
            .iter()
            .filter(|&&each| stat(each).is_some_and(|(_, of)| of == parent));
        found.extend(children);
        at += 1;
    }
    found.split_off(1)
}
