//! The `javatalk` command. All that happens here is the choice of the exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(javatalk::internals::cli::run().code())
}
