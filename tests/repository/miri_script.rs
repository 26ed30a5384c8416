//! What `scripts/miri` runs, and what it says where Miri is missing.
//!
//! A `cargo` made up for each test is the first on PATH: it writes its command lines to a file, so
//! no test needs Miri, and none takes minutes where it is installed.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use assert_cmd::Command;
use predicates::str::contains;
use tempfile::TempDir;

/// `scripts/miri` with this shell script as `cargo`; it finds the file `log` in `$log`.
fn miri(folder: &TempDir, cargo: &str) -> Command {
    let path = folder.path().join("cargo");
    fs::write(&path, format!("#!/bin/sh\n{cargo}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let system = std::env::var("PATH").unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/miri");
    let mut command = Command::new(script);
    command
        .env("PATH", format!("{}:{system}", folder.path().display()))
        .env("log", folder.path().join("log"))
        .env_remove("JAVATALK_NIGHTLY");
    command
}

const LOGS: &str = r#"echo "$RUSTFLAGS: $*" >>"$log""#;
const WITHOUT_MIRI: &str = r#"case $2 in miri) exit 101 ;; esac; echo "$*" >>"$log""#;

#[test]
fn without_miri_the_script_fails_early_with_installation_advice() {
    let folder = TempDir::new().unwrap();
    miri(&folder, WITHOUT_MIRI)
        .env("JAVATALK_NIGHTLY", "nightly-2026-11-01")
        .assert()
        .code(1)
        .stderr(contains(
            "rustup toolchain install nightly-2026-11-01 --component miri --component rust-src",
        ));
    assert!(!folder.path().join("log").exists());
}

#[test]
fn without_miri_the_address_sanitizer_still_runs() {
    let folder = TempDir::new().unwrap();
    miri(&folder, WITHOUT_MIRI)
        .arg("address")
        .assert()
        .success();
    let log = fs::read_to_string(folder.path().join("log")).unwrap();
    assert!(log.contains("+nightly test"), "{log}");
}

#[test]
fn every_part_runs_with_its_target_and_instructions() {
    let folder = TempDir::new().unwrap();
    miri(&folder, LOGS).assert().success();
    let log = fs::read_to_string(folder.path().join("log")).unwrap();
    let runs: Vec<&str> = log.lines().filter(|line| line.contains(" test ")).collect();
    let expected = [
        ("", "miri", "x86_64-unknown-linux-gnu"),
        (
            " -Ctarget-feature=+avx2,+popcnt",
            "miri",
            "x86_64-unknown-linux-gnu",
        ),
        ("", "miri", "s390x-unknown-linux-gnu"),
        ("", "miri", "i686-unknown-linux-gnu"),
        (" -Zsanitizer=address", "test", "x86_64-unknown-linux-gnu"),
    ];
    assert_eq!(runs.len(), expected.len(), "{log}");
    for (run, (flags, command, target)) in runs.iter().zip(expected) {
        let start = format!("--cfg library_alone{flags}: +nightly {command} ");
        assert!(run.starts_with(&start), "{run}");
        assert!(run.contains(&format!("--target {target}")), "{run}");
        let (targets, filters) = run.split_once(" -- ").unwrap();
        assert!(targets.contains("--lib --test library"), "{run}");
        let mut modules = filters
            .split(' ')
            .filter_map(|word| word.strip_suffix("::"));
        assert!(modules.clone().any(|module| module == "mutf8"), "{run}");
        // A filter that selects nothing would go unnoticed.
        let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/library");
        assert!(
            modules.all(|module| library.join(module).with_extension("rs").exists()),
            "{run}"
        );
    }
}

#[test]
fn a_failing_part_is_named() {
    let folder = TempDir::new().unwrap();
    let cargo = r#"case "$*" in *s390x*) exit 1 ;; esac"#;
    miri(&folder, cargo)
        .assert()
        .code(1)
        .stderr(contains("big-endian failed"));
}

#[test]
fn an_unknown_part_is_a_usage_error() {
    let folder = TempDir::new().unwrap();
    miri(&folder, LOGS)
        .arg("avx1024")
        .assert()
        .code(2)
        .stderr(contains("unknown part: avx1024"));
}
