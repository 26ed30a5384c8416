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
        ("interop --list --fresh", "--fresh"),
        ("interop --pair a.toml --fresh", "--fresh"),
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
        "--pair a.toml",
    ] {
        let (name, _) = option.split_once(' ').unwrap();
        refuses(&format!("interop {PAIR} {option}"), BESIDE, name);
    }
    for option in ["--peer true", "--cast a.toml", "--scenarios a", "--port 7"] {
        let (name, _) = option.split_once(' ').unwrap();
        refuses(&format!("interop --pair a.toml {option}"), "", name);
    }
}

#[test]
fn an_option_of_a_pair_needs_its_other_options() {
    for (words, said, and) in [
        (
            "interop --client true",
            "required arguments were not provided",
            "--reference-client <COMMAND>\n  --reference-server <COMMAND>",
        ),
        (
            "interop --reference-client true --reference-server true",
            "required arguments were not provided",
            "--client <COMMAND>|--server <COMMAND>",
        ),
        (
            "interop --port 7",
            "required arguments were not provided",
            "--client",
        ),
        (
            "interop --wire utf",
            "--wire needs the commands of a pair",
            "--client or --server",
        ),
        (
            "interop --pair a.toml --wire utf",
            "--wire is not used with --pair",
            "write `wire` into the file",
        ),
    ] {
        refuses(words, said, and);
    }
}

#[test]
fn the_jdk_option_is_refused_if_no_program_uses_java() {
    refuses(
        &format!("interop {PAIR} --jdk /opt/jdk"),
        "remove --jdk",
        "no program of the pair is started with `java`",
    );
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
fn a_pair_among_the_peers_is_sent_to_its_own_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let pair = file(
        "pair.toml",
        "[pair]\nclient = \"./new\"\nserver = \"true\"\nreference-client = \"java old\"\n\
         reference-server = \"true\"\n[[peer]]\ncommand = \"true\"\n",
    );
    let nothing = file("nothing.toml", "");
    for command in ["interop", "faults"] {
        refuses(
            &format!("{command} --cast {pair}"),
            "pair.toml: a [pair] has a file of its own, which `javatalk interop --pair FILE` plays",
            "`javatalk pair new --client ./new --server true --reference-client 'java old' \
             --reference-server true`",
        );
        refuses(
            &format!("{command} --cast {nothing}"),
            "nothing.toml: ",
            "the file has no [[peer]]",
        );
    }
}
