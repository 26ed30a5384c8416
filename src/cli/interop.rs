//! `javatalk interop`.

use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anstream::{eprintln, print, println};
use clap::Args;

use super::pair::PairOptions;
use super::peers::PeerOptions;
use super::progress::Progress;
use super::{Exit, JdkOptions, complain, exit};
use crate::interop::bell::Patience;
use crate::interop::bench::Bench;
use crate::interop::case::{Case, Judged};
use crate::interop::chat::{Chat, Programs, rows};
use crate::interop::matrix::{Matrix, Suite};
use crate::interop::report::{self, CaseEntry, Paint, Run};
use crate::interop::verdict::Verdict;

/// Plays every input in every pairing of Rust and Java, and compares each with Java alone
///
/// Compiles the original Java programs with every JDK that was found, lets Rust and Java talk in
/// every pairing through a relay that records the wire, and compares stdout, success or failure,
/// and every byte with what Java shows with itself in the same run, on the newest JDK.
///
/// A verdict is one of pass, differs, timeout, crash, protocol violation, oracle unstable (Java
/// differs from itself between two runs), oracle split (two JDKs differ from each other; shown, and
/// not held against anybody), vacuous, not run.
#[derive(Args)]
#[command(after_help = format!("Examples:
  javatalk interop
      everything
  javatalk interop emoji rust-to
      what has `emoji` or `rust-to` in its name
  javatalk interop chat::emoji::rust-to-java17
      just this one
  javatalk interop --jdk /opt/jdk-25 --json result.json
      everything with one JDK, and the results for a program

{}", exit::HELP))]
pub(super) struct Options {
    /// Play only cases that have one of these in their name
    filter: Vec<String>,
    /// List the names of the cases instead of playing them
    #[arg(long)]
    list: bool,
    #[command(flatten)]
    jdks: JdkOptions,
    #[command(flatten)]
    peers: PeerOptions,
    #[command(flatten)]
    pair: PairOptions,
    /// Write the results as JSON, with all that was seen of every case that did not pass
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// How many cases to play at a time [default: one for each processor]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZero<usize>>,
    /// Give a conversation up when nothing has moved for so many seconds
    #[arg(long, value_name = "SECONDS", default_value = "10")]
    timeout: NonZero<u16>,
    /// End with 0 though some cases could not run on this machine
    #[arg(long, env = "JAVATALK_ALLOW_NOT_RUN")]
    allow_not_run: bool,
    /// Where compiled classes are kept [default: the user's cache folder]
    #[arg(long, value_name = "DIR", env = "JAVATALK_CACHE")]
    cache: Option<PathBuf>,
}

pub(super) fn run(options: &Options) -> Exit {
    match play(options) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn play(options: &Options) -> Result<Exit, Exit> {
    let start = Instant::now();
    let bench = Arc::new(options.jdks.bench(options.cache.clone())?);
    let file = options.peers.file()?;
    let pair = options.pair.suite(&bench, patience(options), &file);
    // A pair of programs brings its own judge.
    let needs_java = pair.is_none();
    let suites: Vec<Box<dyn Suite>> = match pair {
        Some(pair) => vec![Box::new(pair)],
        None => {
            let programs = Programs::new(Arc::clone(&bench), patience(options));
            let scenarios = options.peers.scenarios(&bench, &file)?;
            vec![Box::new(Chat::new(programs, rows())), Box::new(scenarios)]
        }
    };
    let matrix = Matrix::new(suites);
    let cases = selected(matrix.cases(), &options.filter)?;
    if options.list {
        for case in &cases {
            println!("{case}");
        }
        return Ok(Exit::Success);
    }
    if needs_java {
        compile(&bench)?;
    }
    let jobs = options
        .jobs
        .or_else(|| std::thread::available_parallelism().ok())
        .unwrap_or(NonZero::<usize>::MIN);
    let progress = Progress::of(&cases);
    let results = matrix.run_all(&cases, jobs, |judged| progress.saw(judged));
    progress.finish();
    let took = start.elapsed();

    show(&results);
    let newest = bench.javas().last().copied().unwrap_or_default();
    println!(
        "{} in {:.1} s; the oracle is java{newest} with java{newest}",
        report::counts(&results),
        took.as_secs_f64(),
    );
    if let Some(file) = &options.json {
        write_json(file, &bench, &results, took)?;
    }
    let not_run = |judged: &&Judged| matches!(judged.verdict, Verdict::NotRun(_));
    let left_out = results.iter().filter(not_run).count();
    if left_out > 0 && !options.allow_not_run {
        complain(format!(
            "{left_out} cases could not run here, so nothing is proved of them; --allow-not-run \
             accepts that"
        ));
    }
    let accepted =
        |judged: &Judged| judged.verdict.is_green() || options.allow_not_run && not_run(&judged);
    Ok(if results.iter().all(accepted) {
        Exit::Success
    } else {
        Exit::Differs
    })
}

fn patience(options: &Options) -> Patience {
    Patience {
        quiet: Duration::from_secs(options.timeout.get().into()),
        ..Patience::of_a_conversation()
    }
}

fn selected(cases: &[Case], filters: &[String]) -> Result<Vec<Case>, Exit> {
    for filter in filters {
        if !cases.iter().any(|case| case.is_selected_by(filter)) {
            complain(format!(
                "no case has {filter:?} in its name; `javatalk interop --list` lists them all"
            ));
            return Err(Exit::Usage);
        }
    }
    let wanted = |case: &&Case| {
        filters.is_empty() || filters.iter().any(|filter| case.is_selected_by(filter))
    };
    Ok(cases.iter().filter(wanted).cloned().collect())
}

/// Compiles for every JDK before the first case, so that the wait has a name.
fn compile(bench: &Bench) -> Result<(), Exit> {
    for jdk in bench.jdks() {
        eprintln!(
            "{jdk}{}",
            if jdk.javac().is_some() {
                ""
            } else {
                ", no compiler: borrows classes"
            }
        );
        bench.classes(jdk).map_err(|e| {
            complain(e);
            Exit::NoJdk
        })?;
    }
    Ok(())
}

/// Failures first, so that the matrix and the counts are what stands at the end.
fn show(results: &[Judged]) {
    let failed = results.iter().filter(|judged| !judged.verdict.is_green());
    for judged in failed.clone().take(SHOWN) {
        println!(
            "{}",
            report::failure(
                &CaseEntry::new(judged),
                &format!("javatalk interop {}", judged.case)
            )
        );
    }
    let more: Vec<String> = failed
        .skip(SHOWN)
        .map(|judged| format!("{}: {}", judged.case, judged.verdict))
        .collect();
    if !more.is_empty() {
        println!("and {} more:\n  {}\n", more.len(), more.join("\n  "));
    }
    // `print` takes the colours out again if stdout is no terminal.
    print!("{}", report::table(results, Paint::Colour));
    println!();
    print!("{}", report::remarks(results));
}

/// So many failures are told in full; after that they repeat themselves.
const SHOWN: usize = 5;

fn write_json(file: &Path, bench: &Bench, results: &[Judged], took: Duration) -> Result<(), Exit> {
    let failed = |why: &dyn std::fmt::Display| {
        complain(format!("{}: {why}", file.display()));
        Exit::Local
    };
    let run = Run::new(bench.jdks(), results, took);
    let mut report = serde_json::to_string_pretty(&run).map_err(|e| failed(&e))?;
    report.push('\n');
    fs::write(file, report).map_err(|e| failed(&e))
}
