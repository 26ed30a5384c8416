//! Every option that takes a time accepts the same forms.

use assert_cmd::Command;
use predicates::str::{contains, is_empty};

fn javatalk(words: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_javatalk"));
    command.env("JAVATALK_JDK", "none").args(words.split(' '));
    command
}

const OPTIONS: [&str; 10] = [
    "fuzz --time",
    "fuzz --timeout",
    "interop --timeout",
    "load --answer-within",
    "load --time",
    "peer-check true --timeout",
    "server --forever --grace",
    "server --forever --idle",
    "server --forever --message-time",
    "trace rust rust --timeout",
];

#[test]
fn what_is_no_time_is_refused_with_examples() {
    for option in OPTIONS {
        for time in ["soon", "0", "2e9"] {
            javatalk(&format!("{option} {time}"))
                .assert()
                .code(2)
                .stdout(is_empty())
                .stderr(contains("90s, 10m, 2h"));
        }
    }
}

#[test]
fn a_time_is_a_number_of_seconds_or_has_a_unit() {
    for option in OPTIONS {
        let (_, flag) = option.rsplit_once(' ').unwrap();
        for time in ["4", "0.5", "100ms", "2m"] {
            // That the option is given twice is reported only once the first time is accepted.
            javatalk(&format!("{option} {time} {flag} {time}"))
                .assert()
                .code(2)
                .stdout(is_empty())
                .stderr(contains("cannot be used multiple times"));
        }
    }
}
