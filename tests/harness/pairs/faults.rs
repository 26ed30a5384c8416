//! `javatalk faults --pair`: the connections of a pair break at every byte.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use javatalk::internals::interop::model::participant::Role;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use super::program;

/// Breaks the connections of `talk.py` and of a new server with this bug.
fn broken(server_bug: &str, more: &[&str]) -> Assert {
    let folder = tempfile::tempdir().unwrap();
    let (old_client, old_server) = (program(Role::Client, ""), program(Role::Server, ""));
    let text = format!(
        "[[pair]]\nreference.client = {old_client:?}\nreference.server = {old_server:?}\n\
         candidate.server = {:?}\nport = 666\nwire = \"utf\"\n\
         [[pair.case]]\nname = \"one-line\"\nclient = \"one\\n\"\nserver = \"two\\n\"\n",
        program(Role::Server, server_bug)
    );
    fs::write(folder.path().join("talk.toml"), text).unwrap();
    run(folder.path(), &[&["--pair", "talk.toml"], more].concat())
}

fn run(folder: &Path, words: &[&str]) -> Assert {
    Command::new(env!("CARGO_BIN_EXE_javatalk"))
        .env("JAVATALK_JDK", "none")
        .env("JAVATALK_CACHE", env!("CARGO_TARGET_TMPDIR"))
        .current_dir(folder)
        .arg("faults")
        .args(words)
        .assert()
}

#[test]
fn a_correct_pair_bears_every_fault_as_the_old_one_does() {
    // Each direction has five bytes: six places for a half-close, four for a split.
    broken("", &["--fault", "half-close", "--fault", "split"])
        .success()
        .stdout(contains(
            "split               8          8             0            0\n",
        ))
        .stdout(contains("half-close         12         12             "))
        .stdout(contains("20 places, 20 pairings run there: 20 pass; "));
}

#[test]
fn a_server_that_takes_half_a_message_for_one_is_caught_and_runs_again() {
    let results = tempfile::tempdir().unwrap();
    let json = results.path().join("faults.json");
    let json = json.to_str().unwrap();
    // The body begins at byte 2 and ends at byte 5.
    let assert = broken("half-message", &["--fault", "half-close", "--json", json]).code(1);
    assert
        .stdout(contains("Under client to server half-close at 3."))
        .stdout(contains(" of candidate as server: "))
        .stdout(contains(
            "javatalk interop pair::talk::one-line::reference-to-candidate --network 'client to server \
             half-close at 4' --pair talk.toml\n",
        ))
        .stdout(contains("half-close at 5").not())
        .stdout(contains("12 places, 12 pairings run there: 3 differs, 9 pass; "));
    let text = fs::read_to_string(json).unwrap();
    for part in [
        "\"case\": \"pair::talk::one-line\"",
        "\"network\": \"client to server half-close at 2\"",
        "\"pairing\": \"reference-to-candidate\"",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("\"scenario\""), "{text}");
}

#[test]
fn a_sample_and_a_filter_choose_the_places_of_a_pair() {
    broken("", &["--fault", "reset", "--sample", "2", "one-line"])
        .success()
        .stdout(contains("2 places, 2 pairings run there: 2 pass; "))
        .stdout(contains(
            "10 places left out of long conversations or by --sample",
        ));
    broken("", &["one-lime"]).code(2).stderr(contains(
        "no case has \"one-lime\" in its name; did you mean \"one-line\"?; `javatalk interop --list \
         --pair FILE` lists them all",
    ));
}
