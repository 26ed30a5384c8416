//! Measures javatalk side by side with the JDK and with other crates, and shows it.
//!
//! Everybody does the same work on the same texts, by the same clock: in each round a process of
//! its own for each group of work and each subject, one after the other, so that what disturbs the
//! machine disturbs them all. What is shown are medians over the rounds.

mod case;
mod cases;
mod clock;
mod corpus;
mod curves;
mod harness;
mod machine;
mod pages;
mod plot;
mod programs;
mod results;
mod round;
mod row;
mod servers;
mod svg;
mod texts;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fs, io};

use cases::Group;
use clap::{Parser, Subcommand};
use results::Results;

/// Measures javatalk side by side with the JDKs of this machine and with other crates
#[derive(Parser)]
#[command(
    after_help = "Exit status: 0 done; 1 something could not be measured or written; 2 the command \
                  line is wrong."
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,

    /// Measure so many times
    #[arg(long, default_value_t = 5, global = true)]
    rounds: u32,

    /// Measure only groups whose name contains this, print what was measured, and write nothing
    #[arg(long)]
    only: Option<String>,

    /// Show what an earlier run has kept, instead of measuring
    #[arg(long, conflicts_with = "only")]
    show: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Measure the Rust side of one group, and print it for a program
    Measure { group: String },
    /// Measure how the harness grows, which takes some minutes more than the search runs
    Harness {
        /// Search for so long
        #[arg(long, default_value_t = 10)]
        minutes: u32,
    },
    /// Measure `javatalk server --forever` beside other servers, and write the table of docs/server.md
    Servers,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> io::Result<()> {
    match &arguments.command {
        Some(Command::Measure { group }) => return measure(group),
        Some(Command::Harness { minutes }) => return harness::measure(&root(), *minutes),
        Some(Command::Servers) => return servers::measure(&root(), arguments.rounds),
        None => {}
    }
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/measured.tsv");
    let results = if arguments.show {
        Results::read(&fs::read_to_string(&kept)?)?
    } else {
        let only = arguments.only.as_deref().unwrap_or("");
        let results = round::measure(arguments.rounds, only)?;
        if arguments.only.is_some() {
            print!("{results}");
            return Ok(());
        }
        fs::write(&kept, results.to_string())?;
        results
    };
    pages::write(&root(), &results)
}

fn measure(name: &str) -> io::Result<()> {
    let group = Group::all()
        .into_iter()
        .find(|group| group.name() == name)
        .ok_or_else(|| io::Error::other(format!("there is no group {name:?}")))?;
    group.measure(&mut io::stdout())
}

/// The folder of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
