//! Ctrl-C and SIGTERM in the middle of a run: what was played is kept, and is no pass.

use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::sync::Arc;

use javatalk::internals::interop::toolbox::Toolbox;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::jdk_options;

/// How a run ended.
struct Ended {
    code: Option<i32>,
    stdout: String,
    json: Value,
}

/// Runs the command with `--json`, and sends it the signal when it has said a line with this in it.
fn interrupted(toolbox: &Toolbox, arguments: &[&str], line: &str, signal: Signal) -> Ended {
    let jdks = jdk_options(toolbox);
    interrupted_with(toolbox, arguments, &jdks, line, signal)
}

fn interrupted_with(
    toolbox: &Toolbox,
    arguments: &[&str],
    jdks: &[OsString],
    line: &str,
    signal: Signal,
) -> Ended {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("results.json");
    let mut child = Command::new(toolbox.javatalk())
        .args(arguments)
        .args(jdks)
        .arg("--json")
        .arg(&file)
        .arg("--cache")
        .arg(toolbox.cache())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains(line) {
        assert_ne!(stderr.read_line(&mut said).unwrap(), 0, "{said}");
    }
    let process = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    kill_process(process, signal).unwrap();
    // Whatever else it says must not keep it from ending.
    let rest = std::thread::spawn(move || stderr.read_to_string(&mut said));
    let output = child.wait_with_output().unwrap();
    rest.join().unwrap().unwrap();
    Ended {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        json: serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap(),
    }
}

pub(crate) fn an_interrupted_matrix_is_reported_as_partial(toolbox: &Arc<Toolbox>) {
    let ended = interrupted(toolbox, &["interop", "chat::"], " of ", Signal::TERM);
    let Ended { code, stdout, json } = &ended;
    assert_eq!(*code, Some(1), "{stdout}");
    assert!(
        stdout.contains("partial: the run was interrupted after "),
        "{stdout}"
    );
    assert_eq!(json["partial"], true);
    assert_ne!(json["cases"].as_array().unwrap().len(), 0);

    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), json.to_string()).unwrap();
    crate::javatalk(toolbox)
        .arg("report")
        .arg(file.path())
        .assert()
        .code(1);
}

pub(crate) fn interrupted_faults_are_reported_as_partial(toolbox: &Arc<Toolbox>) {
    let ended = interrupted(toolbox, &["faults", "utf"], " places", Signal::INT);
    let Ended { code, stdout, json } = &ended;
    assert_eq!(*code, Some(1), "{stdout}");
    assert!(stdout.contains("these results are partial"), "{stdout}");
    assert_eq!(json["partial"], true);
    assert_ne!(json["unplayed"], 0);
}

pub(crate) fn an_interrupted_sweep_is_reported_as_partial(toolbox: &Arc<Toolbox>) {
    // The first is small, and the others are not.
    let families = ["every_byte", "sixteen_bits", "wide", "skip_bytes"];
    let arguments = [&["sweep"][..], &families].concat();
    let ended = interrupted(toolbox, &arguments, " cases, equal", Signal::TERM);
    let Ended { code, stdout, json } = &ended;
    assert_eq!(*code, Some(1), "{stdout}");
    assert!(
        stdout.contains("partial: the run was interrupted in family "),
        "{stdout}"
    );
    assert_eq!(json["partial"], true);
    assert_ne!(json["sections"].as_array().unwrap().len(), 0);
}

pub(crate) fn an_interrupted_load_is_reported_as_partial(toolbox: &Arc<Toolbox>) {
    let arguments = ["load", "--server", "rust", "--at-once", "2", "--time", "1h"];
    // No JDK takes part.
    let ended = interrupted_with(toolbox, &arguments, &[], " answers", Signal::INT);
    let Ended { code, stdout, json } = &ended;
    assert_eq!(*code, Some(1), "{stdout}");
    assert!(
        stdout.contains("partial: the run was interrupted\n"),
        "{stdout}"
    );
    assert_eq!(json["partial"], true);
    assert_eq!(json["servers"][0]["connected"], 2);
}
