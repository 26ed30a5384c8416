//! `javatalk vectors` without a JDK: questions to other implementations, and their answers.

use std::path::Path;

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value;

fn vectors() -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("javatalk"));
    command
        .arg("vectors")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors"));
    command
}

fn questions(group: &str) -> Vec<Value> {
    let assert = vectors()
        .args(["--ask", "--group", group])
        .assert()
        .success();
    let stdout = String::from_utf8_lossy(&assert.get_output().stdout).into_owned();
    let lines = stdout.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Answers `true` to both questions.
const ALWAYS_TRUE: &str = r#"{"id":"writeBoolean/true","calls":[{"written":"01"}]}
{"id":"writeBoolean/false","calls":[{"written":"01"}]}
"#;

#[test]
fn a_question_has_the_calls_and_no_outcome() {
    let questions = questions("readUTF-position");
    assert!(questions.len() > 5);
    for question in questions {
        assert_eq!(question["stream"], "DataInputStream");
        assert!(question["input"].is_string());
        for call in question["calls"].as_array().unwrap() {
            let keys: Vec<&String> = call.as_object().unwrap().keys().collect();
            assert_eq!(keys, ["method"]);
        }
    }
}

#[test]
fn right_answers_succeed_and_a_wrong_one_is_named_with_its_mistake() {
    vectors()
        .args(["--score", "-"])
        .write_stdin(ALWAYS_TRUE.replacen(
            "false\",\"calls\":[{\"written\":\"01\"",
            "false\",\"calls\":[{\"written\":\"00\"",
            1,
        ))
        .assert()
        .success()
        .stdout("writeBoolean: 2 right, 0 wrong, 0 not run\n");
    vectors()
        .args(["--score", "-"])
        .write_stdin(ALWAYS_TRUE)
        .assert()
        .code(1)
        .stdout(
            contains("writeBoolean/false: true is another byte than 01, or false than 00\n")
                .and(contains("writeBoolean: 1 right, 1 wrong, 0 not run\n")),
        );
}

#[test]
fn what_was_not_run_is_counted_and_no_answer_at_all_is_no_success() {
    let answers = "{\"id\":\"writeBoolean/true\",\"unsupported\":\"later\"}\n\
                   {\"id\":\"writeBoolean/false\",\"calls\":[{\"written\":\"00\"}]}\n";
    vectors()
        .args(["--score", "-", "--group", "writeBoolean"])
        .write_stdin(answers)
        .assert()
        .success()
        .stdout("writeBoolean: 1 right, 0 wrong, 1 not run\n");
    vectors()
        .args(["--score", "-"])
        .write_stdin("")
        .assert()
        .code(1)
        .stderr(contains("no test was answered"));
}

#[test]
fn answers_that_are_none_name_their_line() {
    for (answers, why) in [
        ("{}\n", "line 1 is no answer: missing field `id`"),
        ("\nx\n", "line 2 is no answer: "),
        (
            "{\"id\":\"writeBoolean/1\"}\n",
            "an answer names the test writeBoolean/1, which does not exist",
        ),
        (
            "{\"id\":\"writeBoolean/true\"}\n{\"id\":\"writeBoolean/true\"}\n",
            "line 2 answers writeBoolean/true again",
        ),
    ] {
        vectors()
            .args(["--score", "-"])
            .write_stdin(answers)
            .assert()
            .code(2)
            .stderr(contains(why));
    }
}

#[test]
fn a_selection_without_tests_and_an_unknown_flag_are_errors() {
    vectors()
        .args(["--ask", "--group", "readUtf"])
        .assert()
        .code(2)
        .stderr(contains("select no test; the groups are "));
    vectors()
        .args(["--ask", "--without", "Nan"])
        .assert()
        .code(2)
        .stderr(contains(
            "no test has the flag \"Nan\"; did you mean \"NaN\"?",
        ));
    vectors()
        .args(["--group", "readUTF"])
        .assert()
        .code(2)
        .stderr(contains("--ask"));
}

#[test]
fn the_manual_has_the_table_of_releases_that_the_vectors_give() {
    let page = include_str!("../../docs/jdks.md");
    let assert = vectors().arg("--releases").assert().success();
    let table = String::from_utf8_lossy(&assert.get_output().stdout).into_owned();
    assert!(page.contains(&table), "docs/jdks.md is stale:\n{table}");
}
