//! The hidden subcommand that supervises a program for the harness.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use crate::cli::{Exit, complain};
use crate::system::process::namespace::SocketRequest;
use crate::system::process::supervisor;
use crate::system::process::supervisor::{Duties, Network};

/// Runs PROGRAM and kills it when the reader of its output is gone
#[derive(Args)]
pub(crate) struct Options {
    /// Run it in a network namespace of its own, and pass this socket out of it
    #[arg(long, value_name = "SOCKET")]
    network: Option<SocketRequest>,
    /// Take requests over the socket that is stdin
    #[arg(long, value_name = "NETWORK")]
    controlled: Option<Network>,
    /// Remove this folder if the reader of its output is gone
    #[arg(long, value_name = "DIR")]
    scratch: Option<PathBuf>,
    /// Remove the file named PREFIX and process ID for each process that must be killed
    #[arg(long, value_name = "PREFIX")]
    residue: Option<PathBuf>,
    program: PathBuf,
    #[arg(allow_hyphen_values = true, trailing_var_arg = true)]
    arguments: Vec<OsString>,
}

pub(crate) fn run(options: Options) -> Exit {
    let duties = Duties {
        socket_request: options.network,
        controlled: options.controlled,
        scratch: options.scratch,
        residue: options.residue,
    };
    match supervisor::run(options.program, options.arguments, duties) {
        Ok(code) => Exit::Of(code),
        Err(e) => {
            complain(e);
            Exit::Local
        }
    }
}
