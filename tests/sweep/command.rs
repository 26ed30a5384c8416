//! `javatalk sweep` as a user meets it.

use std::fs;

use assert_cmd::Command;
use javatalk::internals::interop::toolbox::Toolbox;
use predicates::str::contains;

pub(crate) fn the_results_are_printed_as_a_table_and_written_as_json(toolbox: &Toolbox) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("results.json");
    let mut command = Command::new(toolbox.javatalk());
    command
        .env_remove("JAVATALK_JDK")
        .arg("sweep")
        .arg("every_byte");
    for jdk in toolbox.jdks() {
        command.arg("--jdk").arg(jdk.home());
    }
    let mut assert = command
        .arg("--json")
        .arg(&file)
        .assert()
        .success()
        .stdout(contains("; 0 mismatches; "))
        .stderr(contains("\nevery_byte: 1,814 cases, equal\n"));
    for java in toolbox.javas() {
        assert = assert.stdout(contains(format!("java{java}")));
    }
    let report: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(report["format"], 1);
    assert_eq!(report["seed"], 1);
    assert_eq!(report["mismatches"], 0);
    let family = &report["sections"][0];
    assert_eq!(family["name"], "every_byte");
    assert_eq!(family["cases"], 1814);
    let judged = family["judged"].as_array().unwrap();
    assert_eq!(judged.len(), toolbox.jdks().len());
    assert_eq!(judged[0]["equal"], true);
}
