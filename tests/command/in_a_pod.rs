//! A container of a pod: the system lets a process create a network namespace there, and then does not
//! let it be used.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// What the script exits with if it could not imitate a pod.
const NOT_HERE: i32 = 77;

#[test]
fn a_run_that_cannot_have_its_own_network_uses_the_one_that_is_there() {
    // Another user must be able to run the command.
    let folder = tempfile::tempdir().unwrap();
    let javatalk = folder.path().join("javatalk");
    fs::copy(env!("CARGO_BIN_EXE_javatalk"), &javatalk).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/command/in_a_pod.py");
    let output = Command::new("python3")
        .args([script.as_path(), &javatalk])
        .args(["load", "--server", "rust", "--at-once", "2"])
        .args(["--clients", "2", "--messages", "1"])
        .output()
        .expect("python3 is on PATH");
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(NOT_HERE) {
        assert!(
            env::var_os("JAVATALK_ALLOW_NOT_RUN").is_some(),
            "{said}: set JAVATALK_ALLOW_NOT_RUN=1 to do without"
        );
        anstream::eprintln!("\nJAVATALK_ALLOW_NOT_RUN: {said}, so nothing is proved for pods\n");
        return;
    }
    assert!(output.status.success(), "{said}");
}
