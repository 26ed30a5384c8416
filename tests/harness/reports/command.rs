//! `javatalk report` as a user meets it.

use std::fs;
use std::path::PathBuf;

use assert_cmd::Command;
use javatalk::internals::interop::report;
use javatalk::internals::interop::report::Run;
use predicates::str::{contains, ends_with, starts_with};

use super::sample_run::{fails, pass, run};
use super::{in_shards, mixed};

/// Files of results, in a folder that goes when this does.
struct Files(tempfile::TempDir);

impl Files {
    fn new(runs: &[(String, Run)]) -> Self {
        let files = Self(tempfile::tempdir().unwrap());
        for (name, run) in runs {
            let json = serde_json::to_string(run).unwrap();
            fs::write(files.path(name), json).unwrap();
        }
        files
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name.replace('/', "-of-"))
    }

    fn report(&self, names: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_javatalk"));
        command
            .env_remove("JAVATALK_ALLOW_NOT_RUN")
            .arg("report")
            .args(names.iter().map(|name| self.path(name)));
        command
    }
}

#[test]
fn the_command_joins_shards_and_writes_every_report() {
    let files = Files::new(&in_shards(&mixed(), 2));
    let mut command = files.report(&["1/2.json", "2/2.json"]);
    for (option, name) in [
        ("--json", "all.json"),
        ("--junit", "all.xml"),
        ("--markdown", "all.md"),
        ("--html", "all.html"),
    ] {
        command.arg(option).arg(files.path(name));
    }
    let last = "4 cases: 3 pass, 1 differs in 1.5 s; the oracle is java25 with java25\n";
    command.assert().code(1).stdout(ends_with(last)).stderr("");
    let joined: Run =
        serde_json::from_str(&fs::read_to_string(files.path("all.json")).unwrap()).unwrap();
    assert_eq!(joined.cases.len(), 4);
    assert!(joined.shards.is_empty());
    for name in ["all.xml", "all.md", "all.html"] {
        assert!(
            fs::metadata(files.path(name)).unwrap().len() > 100,
            "{name}"
        );
    }
}

#[test]
fn at_most_one_report_can_replace_the_tables_on_stdout() {
    let files = Files::new(&[(
        "a.json".to_owned(),
        run(vec![pass("ascii", "rust", "rust")]),
    )]);
    files
        .report(&["a.json"])
        .args(["--markdown", "-"])
        .assert()
        .success()
        .stdout(starts_with("## ✅ javatalk"))
        .stderr(contains("1 case: 1 pass in "));
    files
        .report(&["a.json"])
        .args(["--markdown", "-", "--html", "-"])
        .assert()
        .code(2)
        .stdout("")
        .stderr("javatalk: --markdown and --html cannot all write to stdout\n");
}

#[test]
fn a_missing_shard_fails_the_report() {
    let green = run(vec![
        pass("ascii", "rust", "rust"),
        pass("latin", "rust", "rust"),
    ]);
    let files = Files::new(&in_shards(&green, 2));
    files
        .report(&["2/2.json"])
        .assert()
        .code(1)
        .stderr("javatalk: results of the shards 1/2 are missing; --allow-not-run accepts that\n");
    files
        .report(&["2/2.json"])
        .arg("--allow-not-run")
        .assert()
        .success();
    files.report(&["1/2.json", "2/2.json"]).assert().success();
}

#[test]
fn cases_that_could_not_run_fail_the_report_unless_allowed() {
    let cases = vec![
        fails("ascii", "rust", "rust", "not run"),
        pass("latin", "rust", "rust"),
    ];
    let files = Files::new(&[("a.json".to_owned(), run(cases))]);
    files
        .report(&["a.json"])
        .assert()
        .code(1)
        .stderr(contains("1 case could not run here"));
    files
        .report(&["a.json"])
        .arg("--allow-not-run")
        .assert()
        .success()
        .stderr("");
}

#[test]
fn a_run_that_played_nothing_is_never_green() {
    let mut unsupported = fails("ascii", "rust", "rust", "unsupported");
    unsupported.green = true;
    let nothing_played = [
        vec![
            fails("ascii", "rust", "rust", "not run"),
            fails("latin", "rust", "rust", "not run"),
        ],
        vec![unsupported.clone()],
        vec![unsupported, fails("latin", "rust", "rust", "not run")],
        vec![],
    ];
    for cases in nothing_played {
        let files = Files::new(&[("a.json".to_owned(), run(cases.clone()))]);
        files
            .report(&["a.json"])
            .arg("--allow-not-run")
            .assert()
            .code(1)
            .stderr(contains(" ran, so nothing is proved"));
        let markdown = report::markdown(&run(cases), None);
        assert!(markdown.starts_with("## ❌"), "{markdown}");
    }
}

#[test]
fn an_empty_shard_is_not_a_failure() {
    let mut shard = run(Vec::new());
    shard.shards = vec!["2/2".parse().unwrap()];
    let mut other = run(vec![pass("ascii", "rust", "rust")]);
    other.shards = vec!["1/2".parse().unwrap()];
    let files = Files::new(&[
        ("1/2.json".to_owned(), other),
        ("2/2.json".to_owned(), shard),
    ]);
    files.report(&["1/2.json", "2/2.json"]).assert().success();
}

#[test]
fn a_baseline_is_compared_without_changing_the_exit_status() {
    let old = run(vec![
        pass("ascii", "rust", "rust"),
        pass("latin", "rust", "rust"),
    ]);
    let files = Files::new(&[
        ("old.json".to_owned(), old),
        (
            "new.json".to_owned(),
            run(vec![pass("ascii", "rust", "rust")]),
        ),
    ]);
    files
        .report(&["new.json"])
        .arg("--baseline")
        .arg(files.path("old.json"))
        .assert()
        .success()
        .stdout(contains("since the baseline: 1 gone, 1 unchanged\n"));
}

#[test]
fn unreadable_results_files_are_named() {
    let files = Files::new(&[]);
    fs::write(files.path("x.json"), "{}").unwrap();
    files
        .report(&["x.json"])
        .assert()
        .code(7)
        .stdout("")
        .stderr(contains("x.json: not a results file of --json: "));
    files
        .report(&["nowhere.json"])
        .assert()
        .code(7)
        .stderr(contains("nowhere.json: No such file"));
}

/// `javatalk report` of this JSON.
fn report_of(json: &serde_json::Value) -> assert_cmd::assert::Assert {
    let files = Files::new(&[]);
    fs::write(files.path("x.json"), json.to_string()).unwrap();
    files.report(&["x.json"]).assert()
}

#[test]
fn invalid_results_are_refused() {
    let good = serde_json::to_value(mixed()).unwrap();
    let with = |pointer: &str, value: serde_json::Value| {
        let mut json = good.clone();
        *json.pointer_mut(pointer).unwrap() = value;
        json
    };
    for (pointer, value, why) in [
        (
            "/shards",
            serde_json::json!(["1/4294967295"]),
            "\"1/4294967295\" is no shard: K/N, with K from 1 to N, and N at most 1000",
        ),
        (
            "/seconds",
            serde_json::json!(1.8e19),
            "18000000000000000000 seconds are no wall time: 0 to 1000000000 are",
        ),
        (
            "/cases/0/seconds",
            serde_json::json!(-1.0),
            "-1 seconds are no wall time",
        ),
    ] {
        report_of(&with(pointer, value))
            .code(7)
            .stdout("")
            .stderr(contains(why));
    }
}

#[test]
fn a_report_without_cases_fails() {
    let empty = serde_json::to_value(run(Vec::new())).unwrap();
    let why = "no case ran, so nothing is proved\n";
    report_of(&empty)
        .code(1)
        .stdout(contains(why))
        .stderr(format!("javatalk: {why}"));
}

#[test]
fn a_partial_run_fails_in_every_report() {
    let mut partial = run(vec![pass("ascii", "rust", "rust")]);
    partial.partial = true;
    let whole = run(vec![pass("latin", "rust", "rust")]);
    let why = "partial: the run was interrupted after 2 cases\n";
    let files = Files::new(&[
        ("partial.json".to_owned(), partial),
        ("whole.json".to_owned(), whole),
    ]);
    let mut command = files.report(&["whole.json", "partial.json"]);
    for (option, name) in [
        ("--json", "all.json"),
        ("--junit", "all.xml"),
        ("--markdown", "all.md"),
        ("--html", "all.html"),
    ] {
        command.arg(option).arg(files.path(name));
    }
    command
        .arg("--allow-not-run")
        .assert()
        .code(1)
        .stdout(contains(why))
        .stderr(format!("javatalk: {why}"));
    let read = |name| fs::read_to_string(files.path(name)).unwrap();
    assert!(read("all.json").contains("\"partial\": true"));
    assert!(read("all.md").starts_with("## ❌ javatalk: cases are missing; 2 cases: 2 pass\n"));
    assert!(read("all.html").contains("<h1 class=\"bad\">Interrupted: "));
    let xml = read("all.xml");
    let document = roxmltree::Document::parse(&xml).unwrap();
    let error = document
        .descendants()
        .find(|node| node.has_tag_name("error"))
        .unwrap();
    assert_eq!(error.attribute("message"), Some(why.trim_end()));
}

#[test]
fn an_unwritable_file_is_reported_before_any_file_is_written() {
    let files = Files::new(&[("a.json".to_owned(), mixed())]);
    fs::write(files.path("old.xml"), "old").unwrap();
    files
        .report(&["a.json"])
        .arg("--junit")
        .arg(files.path("old.xml"))
        .args(["--html", "/no/such/folder/x.html"])
        .assert()
        .code(7)
        .stdout("")
        .stderr("javatalk: /no/such/folder/x.html: No such file or directory (os error 2)\n");
    assert_eq!(fs::read_to_string(files.path("old.xml")).unwrap(), "old");
}

#[test]
fn a_file_is_written_even_if_stdout_is_full() {
    let files = Files::new(&[("a.json".to_owned(), mixed())]);
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    std::process::Command::new(env!("CARGO_BIN_EXE_javatalk"))
        .arg("report")
        .arg(files.path("a.json"))
        .arg("--json")
        .arg(files.path("again.json"))
        .stdout(full)
        .stderr(std::process::Stdio::null())
        .status()
        .unwrap();
    let again = fs::read_to_string(files.path("again.json")).unwrap();
    assert_eq!(serde_json::from_str::<Run>(&again).unwrap(), mixed());
}
