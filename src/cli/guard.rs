//! The hidden subcommand that stands between the harness and a program.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use super::{Exit, complain};
use crate::interop::process::guard;
use crate::interop::process::network::Door;

/// Runs PROGRAM and kills it when the reader of its output is gone
#[derive(Args)]
pub(super) struct Options {
    /// Run it in a network of its own, with this door to it
    #[arg(long, value_name = "DOOR")]
    network: Option<Door>,
    program: PathBuf,
    #[arg(allow_hyphen_values = true, trailing_var_arg = true)]
    arguments: Vec<OsString>,
}

pub(super) fn run(options: Options) -> Exit {
    match guard::run(options.program, options.arguments, options.network) {
        Ok(code) => Exit::Of(code),
        Err(e) => {
            complain(e);
            Exit::Local
        }
    }
}
