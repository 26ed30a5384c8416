//! Measures where other crates differ from Java, and writes the page of javatalk's documentation
//! that says so.
//!
//! The measure is javatalk, whose outcomes are proved equal to the JDK's by a sweep of its own, and the
//! vectors, which are the JDK's own outcomes. No expected value stands here, and no figure of the page
//! is written by hand: the parts between the page's markers are this program's, and `--check` fails
//! when they are not what would be written now.

mod bodies;
mod decoding;
mod encoding;
mod limit;
mod numbers;
mod page;
mod panics;
mod pieces;
mod streams;
mod subjects;
mod tally;
mod vectors;
mod versions;

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;
use std::{fs, io};

use clap::Parser;
use serde::Serialize;

/// Measures where other crates differ from Java, with javatalk as the measure, and writes the
/// measured part of the page `docs/other-crates.md`.
#[derive(Parser)]
#[command(
    after_help = "Exit status: 0 written, or up to date; 1 stale, or it could not be written; \
                  2 the command line is wrong."
)]
struct Arguments {
    /// Write nothing; fail if the page is not what would be written
    #[arg(long, conflicts_with = "json")]
    check: bool,

    /// Write no page; print all that was measured as JSON
    #[arg(long)]
    json: bool,

    /// Measure only the vectors, which takes seconds, and write only their part of the page
    #[arg(long, conflicts_with_all = ["json", "filter"])]
    vectors: bool,

    /// Write no page; print what was measured of the crates whose name contains this
    #[arg(conflicts_with = "check")]
    filter: Option<String>,
}

/// All that is measured.
#[derive(Default, Serialize)]
struct Measured {
    decoders: Vec<decoding::Measured>,
    encoders: Vec<encoding::Measured>,
    limits: Vec<limit::Measured>,
    streams: Vec<streams::Measured>,
    vectors: Vec<vectors::Measured>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> io::Result<ExitCode> {
    let filter = arguments.filter.as_deref().unwrap_or("");
    let measured = if arguments.vectors {
        panics::keep_silent();
        Measured {
            vectors: measure_vectors(filter),
            ..Measured::default()
        }
    } else {
        measure(filter)
    };
    if measured.is_empty() {
        eprintln!("error: no crate that is measured has {filter:?} in its name");
        return Ok(ExitCode::from(2));
    }

    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&measured)?);
        return Ok(ExitCode::SUCCESS);
    }
    if arguments.filter.is_some() {
        print!("{}\n{}", page::vectors(&measured), page::tables(&measured));
        return Ok(ExitCode::SUCCESS);
    }

    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(PAGE);
    let old = fs::read_to_string(&path)?;
    let mut new = page::with_vectors(&old, &page::vectors(&measured)).map_err(io::Error::other)?;
    if !arguments.vectors {
        new = page::with_tables(&new, &page::tables(&measured)).map_err(io::Error::other)?;
    }
    let same = old == new;
    if arguments.check && !same {
        eprintln!(
            "error: {PAGE} is stale: run `cargo run --release --manifest-path \
             benches/other-crates/Cargo.toml`"
        );
        return Ok(ExitCode::FAILURE);
    }
    if !same {
        fs::write(&path, new)?;
    }
    let done = if same { "up to date" } else { "written" };
    eprintln!("{PAGE}: {done}");
    Ok(ExitCode::SUCCESS)
}

fn measure(filter: &str) -> Measured {
    panics::keep_silent();
    let start = Instant::now();
    let measured = Measured {
        decoders: subjects::decoders()
            .iter()
            .filter(|decoder| decoder.krate.contains(filter))
            .map(|decoder| {
                narrate(decoder.krate, decoder.function, || {
                    decoding::measure(decoder)
                })
            })
            .collect(),
        encoders: subjects::encoders()
            .iter()
            .filter(|encoder| encoder.krate.contains(filter))
            .map(|encoder| {
                narrate(encoder.krate, encoder.function, || {
                    encoding::measure(encoder)
                })
            })
            .collect(),
        limits: subjects::writers()
            .iter()
            .filter(|writer| writer.krate.contains(filter))
            .map(limit::measure)
            .collect(),
        streams: streams::measure(filter),
        vectors: measure_vectors(filter),
    };
    eprintln!("measured in {:.0} s", start.elapsed().as_secs_f64());
    measured
}

fn measure_vectors(filter: &str) -> Vec<vectors::Measured> {
    let decoders = subjects::decoders();
    let decoders = decoders
        .iter()
        .filter(|decoder| decoder.krate.contains(filter))
        .map(vectors::decoder);
    let encoders = subjects::encoders();
    let encoders = encoders
        .iter()
        .filter(|encoder| encoder.krate.contains(filter))
        .map(vectors::encoder);
    decoders.chain(encoders).collect()
}

fn narrate<T>(krate: &str, function: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    eprintln!(
        "{:7.2} s  {krate}  {function}",
        start.elapsed().as_secs_f64()
    );
    result
}

impl Measured {
    fn is_empty(&self) -> bool {
        self.decoders.is_empty()
            && self.encoders.is_empty()
            && self.streams.is_empty()
            && self.vectors.is_empty()
    }
}

/// From the repository's root.
const PAGE: &str = "docs/other-crates.md";
