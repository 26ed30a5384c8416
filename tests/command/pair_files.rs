//! `javatalk pair new`, and the files that `javatalk interop --pair` reads.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::{contains, is_empty};

/// Runs `javatalk` in this folder, without a JDK and without a terminal.
fn run(folder: &Path, words: &[&str]) -> Assert {
    Command::new(env!("CARGO_BIN_EXE_javatalk"))
        .env("JAVATALK_JDK", "none")
        .env_remove("JAVATALK_CACHE")
        .current_dir(folder)
        .args(words)
        .assert()
}

const OLD: [&str; 4] = [
    "--reference-client",
    "sh client {host} {port}",
    "--reference-server",
    "sh server {port}",
];

fn new<'a>(file: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let words = ["pair", "new", file].into_iter().chain(OLD);
    words.chain(more.iter().copied()).collect()
}

#[test]
fn a_new_pair_file_can_be_played_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    run(
        folder,
        &new("guess.toml", &["--server", "sh 'new server' {port}"]),
    )
    .success()
    .stdout(is_empty())
    .stderr("wrote guess.toml; play it: javatalk interop --pair guess.toml\n");
    run(folder, &["interop", "--list", "--pair", "guess.toml"])
        .success()
        .stdout(
            "pair::guess::hello::reference-to-reference\n\
             pair::guess::hello::reference-to-candidate\n",
        );
    let text = fs::read_to_string(folder.join("guess.toml")).unwrap();
    assert!(
        text.contains("\ncandidate.server = \"sh 'new server' {port}\"\n"),
        "{text}"
    );
    // It is the same on stdout, and under another name.
    run(folder, &new("-", &["--server", "sh 'new server' {port}"]))
        .success()
        .stdout(
            text.replace("\"guess\"", "\"pair\"")
                .replace("guess.toml", "pair.toml"),
        );
}

#[test]
fn a_new_pair_file_never_replaces_another_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let file = folder.join("pair.toml");
    fs::write(&file, "mine").unwrap();
    let words = new("pair.toml", &["--client", "sh new {port}"]);
    run(folder, &words).code(2).stderr(
        "javatalk: pair.toml: there is such a file; replace it by --force, or name another\n",
    );
    assert_eq!(fs::read(&file).unwrap(), b"mine");
    run(folder, &[&words[..], &["--force"]].concat()).success();
    assert!(fs::read_to_string(&file).unwrap().contains("[[pair]]"));
}

#[test]
fn a_new_pair_file_needs_what_it_cannot_ask_for() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for (words, said) in [
        (
            vec!["pair", "new"],
            "--reference-client, --reference-server, --client or --server, --port (or {port} in the \
             commands) are missing, and stdin is no terminal on which to ask",
        ),
        (
            new("pair.toml", &[]),
            "--client or --server is missing, and stdin is no terminal on which to ask",
        ),
        (
            new("pair.toml", &["--client", "no-such-program-here {port}"]),
            "`candidate.client`: no-such-program-here: there is no such program on PATH",
        ),
        (
            new("pair.toml", &["--client", "sh new"]),
            "`candidate.client`: the client does not get the port: write {port} where",
        ),
        (
            new("pair.toml", &["--client", "sh new {port}", "--wire", "uft"]),
            "`wire` cannot be \"uft\"; did you mean \"utf\"?",
        ),
        (
            new("pair.toml", &["--client", "sh new {port}", "--port", "0"]),
            "expected a port from 1 to 65535, `given`, or a regular expression with (\\d+)",
        ),
    ] {
        run(folder, &words)
            .code(2)
            .stdout(is_empty())
            .stderr(contains(said));
    }
    assert_eq!(fs::read_dir(folder).unwrap().count(), 0);
}

#[test]
fn the_pairs_of_several_files_need_different_names() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for name in ["one.toml", "two.toml"] {
        run(folder, &new(name, &["--server", "sh new {port}"])).success();
    }
    let words = [
        "interop", "--list", "--pair", "one.toml", "--pair", "two.toml",
    ];
    run(folder, &words)
        .success()
        .stdout(contains("pair::one::hello::").and(contains("pair::two::hello::")));
    let two = folder.join("two.toml");
    let text = fs::read_to_string(&two).unwrap();
    fs::write(&two, text.replace("\"two\"", "\"one\"")).unwrap();
    run(folder, &words).code(2).stderr(
        "javatalk: two.toml: one.toml has a pair of the name \"one\" too: give one of them another \
         `name`\n",
    );
}

#[test]
fn a_mistake_in_a_pair_file_is_said_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("a.toml"), "[[pair]]\nnam = 1\n").unwrap();
    run(folder, &["interop", "--pair", "a.toml"])
        .code(2)
        .stdout(is_empty())
        .stderr("javatalk: a.toml:2:1: [[pair]] has no key `nam`; did you mean \"name\"?\n");
    run(folder, &["interop", "--pair", "none.toml"])
        .code(2)
        .stderr("javatalk: none.toml: No such file or directory (os error 2)\n");
}

#[test]
fn a_misspelled_pair_file_gets_a_suggestion() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir(folder.join("pairs")).unwrap();
    for file in ["auction.toml", "guess.toml", "acution.txt"] {
        fs::write(folder.join("pairs").join(file), "").unwrap();
    }
    for name in ["pairs/acution.toml", "pairs/auction"] {
        run(folder, &["interop", "--pair", name]).code(2).stderr(format!(
            "javatalk: {name}: No such file or directory (os error 2); did you mean \"auction.toml\"?\n"
        ));
    }
    run(folder, &["interop", "--pair", "none/acution.toml"])
        .code(2)
        .stderr("javatalk: none/acution.toml: No such file or directory (os error 2)\n");
}

#[test]
fn one_side_of_a_pair_may_be_new_on_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let list = |new: &[&str]| {
        let words = ["interop", "--list", "emoji"].into_iter().chain(OLD);
        let words: Vec<&str> = words.chain(new.iter().copied()).collect();
        let output = run(folder.path(), &words)
            .success()
            .get_output()
            .stdout
            .clone();
        String::from_utf8(output).unwrap()
    };
    let (client, server) = (["--client", "sh {port}"], ["--server", "sh {port}"]);
    let pairings = |names: &[&str]| -> String {
        names
            .iter()
            .map(|name| format!("pair::emoji::{name}\n"))
            .collect()
    };
    let old = "reference-to-reference";
    assert_eq!(list(&client), pairings(&[old, "candidate-to-reference"]));
    assert_eq!(list(&server), pairings(&[old, "reference-to-candidate"]));
    assert_eq!(
        list(&[client, server].concat()),
        pairings(&[
            old,
            "candidate-to-reference",
            "reference-to-candidate",
            "candidate-to-candidate",
        ])
    );
}
