//! `javatalk report`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::options::report_options::{Writing, read};
use crate::cli::options::shards::complete;
use crate::cli::{Exit, complain, exit};
use crate::interop::report::join;

/// Joins the results of shards, and reports them as one run
///
/// Each FILE was written by `javatalk interop --json FILE`, for a shard or for a whole run. A case
/// that is in two files must be the same in both. If a shard is missing, its cases count as not
/// judged, and the exit status is 1.
#[derive(Args)]
#[command(after_help = format!("Examples:
  javatalk report 1.json 2.json 3.json --html report.html
      writes one HTML page for three shards
  javatalk report result.json --markdown -
      prints the results of a run in another format
  javatalk report new.json --baseline old.json
      shows what has changed

{}", exit::help(EXITS)))]
pub(crate) struct Options {
    /// The results to join; `-` is stdin
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    writing: Writing,
}

/// Its exit statuses.
pub(crate) const EXITS: &[exit::Listed] = &[exit::DONE, exit::DIFFERS, exit::USAGE, exit::LOCAL];

pub(crate) fn run(options: &Options) -> Exit {
    joined(options).unwrap_or_else(|exit| exit)
}

fn joined(options: &Options) -> Result<Exit, Exit> {
    let baseline = options.writing.check()?;
    let mut runs = Vec::new();
    for file in &options.files {
        runs.push((file.display().to_string(), read(file)?));
    }
    let run = join(runs).map_err(|e| {
        complain(e);
        Exit::Usage
    })?;
    let shards = run.shards.clone();
    let exit = options.writing.finish(run, baseline.as_ref());
    let accepted = options.writing.accepts_not_run();
    let advice = "; --allow-not-run accepts that";
    Ok(complete(exit, &shards, accepted, advice))
}
