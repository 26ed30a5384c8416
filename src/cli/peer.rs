//! The hidden subcommand that plays calls on command.

use clap::Args;

use super::{Exit, complain};
use crate::interop::rust_peer;

/// Plays single calls of DataInput and DataOutput, as java/README.md says
#[derive(Args)]
pub(super) struct Options {}

pub(super) fn run(_: &Options) -> Exit {
    match rust_peer::run(std::io::stdin().lock(), std::io::stdout().lock()) {
        Ok(()) => Exit::Success,
        Err(e) => {
            complain(e);
            Exit::Local
        }
    }
}
