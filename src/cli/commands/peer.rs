//! The hidden subcommand that is the Rust peer.

use clap::Args;

use crate::cli::{Exit, complain};
use crate::interop::peer::rust;

/// Makes single calls of DataInput and DataOutput, as described in java/README.md
#[derive(Args)]
pub(crate) struct Options {}

pub(crate) fn run(_: &Options) -> Exit {
    match rust::run(std::io::stdin().lock(), std::io::stdout().lock()) {
        Ok(()) => Exit::Success,
        Err(e) => {
            complain(e);
            Exit::Local
        }
    }
}
