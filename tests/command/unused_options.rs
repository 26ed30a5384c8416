//! An option or a table that a command does not use is an error, said before anything is played.

use std::fs;

use assert_cmd::Command;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::{contains, is_empty};

/// Runs `javatalk` with these words, separated by spaces, without a JDK.
fn refuses(words: &str, said: &str, and: &str) {
    Command::new(env!("CARGO_BIN_EXE_javatalk"))
        .env("JAVATALK_JDK", "none")
        .env_remove("JAVATALK_CACHE")
        .args(words.split(' '))
        .assert()
        .code(2)
        .stdout(is_empty())
        .stderr(contains(said).and(contains(and)));
}

const PAIR: &str = "--client true --server true --reference-client true --reference-server true";

#[test]
fn an_option_made_useless_by_another_is_refused() {
    const BESIDE: &str = "cannot be used with";
    for (words, option) in [
        ("interop --list --json a.json", "--json"),
        ("interop --list --html a.html", "--html"),
        ("interop --list --baseline a.json", "--baseline"),
        ("interop --list --timeout 4", "--timeout"),
        ("interop --list --jobs 4", "--jobs"),
        ("sweep --list --json a.json", "--json"),
        ("sweep --list --seed 4", "--seed"),
        ("sweep --list --jdk /opt/jdk", "--jdk"),
        ("fuzz --list --json a.json", "--json"),
        ("fuzz --list --peer true", "--peer"),
        ("fuzz --list --save a", "--save"),
        ("fuzz --join a.json --peer true", "--peer"),
        ("fuzz --join a.json --most 4", "--most"),
        ("fuzz --join a.json --jobs 4", "--jobs"),
        ("load localhost --jdk /opt/jdk", "--jdk"),
        ("load localhost --server rust", "--server"),
        ("server --forever --chat", "--chat"),
    ] {
        refuses(words, BESIDE, option);
    }
    for option in [
        "--peer true",
        "--cast a.toml",
        "--scenarios a",
        "--jdk /opt/jdk",
    ] {
        let (name, _) = option.split_once(' ').unwrap();
        refuses(&format!("interop {PAIR} {option}"), BESIDE, name);
    }
}

#[test]
fn the_jdk_option_is_refused_if_no_program_uses_java() {
    refuses(
        "trace rust rust --jdk /opt/jdk",
        "remove --jdk",
        "neither program",
    );
    refuses(
        "load --server rust --jdk /opt/jdk",
        "remove --jdk",
        "no Java server",
    );
}

#[test]
fn a_table_that_the_command_ignores_is_refused() {
    const TABLE: &str = "[pair]\nclient = \"true\"\nserver = \"true\"\nreference-client = \"true\"\n\
                         reference-server = \"true\"\n";
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let pair = file("pair.toml", TABLE);
    let both = file(
        "both.toml",
        &format!("{TABLE}[[peer]]\ncommand = \"true\"\n"),
    );
    let nothing = file("nothing.toml", "");
    refuses(
        &format!("faults --cast {pair}"),
        "pair.toml: ",
        "only `javatalk interop` runs a [pair]",
    );
    refuses(
        &format!("faults --cast {nothing}"),
        "nothing.toml: ",
        "neither a [[peer]] nor a [pair]",
    );
    refuses(
        &format!("interop --cast {nothing}"),
        "nothing.toml: ",
        "neither a [[peer]] nor a [pair]",
    );
    refuses(
        &format!("interop --cast {both}"),
        "both.toml: ",
        "remove the [[peer]]",
    );
    refuses(
        &format!("interop --cast {pair} --peer true"),
        "pair.toml: ",
        "remove --peer",
    );
    refuses(
        &format!("interop --cast {pair} --scenarios a"),
        "pair.toml: ",
        "remove --scenarios",
    );
    refuses(
        &format!("interop --cast {pair} --jdk /opt/jdk"),
        "no JDK takes part",
        "remove --jdk",
    );
}
