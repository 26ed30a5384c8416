//! `javatalk pair`.

mod new;
mod questions;

use clap::{Args, Subcommand};

use crate::cli::{Exit, exit};

/// Writes files that describe pairs of programs, for `javatalk interop --pair`
#[derive(Args)]
#[command(after_help = exit::help(EXITS))]
pub(crate) struct Options {
    #[command(subcommand)]
    subcommand: Sub,
}

#[derive(Subcommand)]
enum Sub {
    New(new::Options),
}

/// Its exit statuses.
pub(crate) const EXITS: &[exit::Listed] = &[exit::DONE, exit::USAGE, exit::LOCAL];

pub(crate) fn run(options: &Options) -> Exit {
    match &options.subcommand {
        Sub::New(options) => new::run(options),
    }
}
