//! The server of this crate in place of the old one: every case of guess.toml.

use std::process::ExitCode;

fn main() -> ExitCode {
    javatalk::testing::pair_file("tests/guess.toml")
}
