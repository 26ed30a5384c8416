//! The hidden subcommand that plays calls on command.

use clap::Args;

use crate::cli::{Exit, complain};
use crate::interop::peer::rust;

/// Plays single calls of DataInput and DataOutput, as java/README.md says
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
