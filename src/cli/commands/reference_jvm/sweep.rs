//! `javatalk sweep`.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use clap::Args;

use super::jvms;
use crate::cli::options::filter::Filter;
use crate::cli::output::progress_bar::ProgressBar;
use crate::cli::output::{print, println};
use crate::cli::{Exit, JdkOptions, complain, exit, interruption, output_file, shown};
use crate::interop::report::participants;
use crate::sweep::table::{a_second, summary, table};
use crate::sweep::{Extent, Family, SEED, Swept, Worker, families, json, sweep};
use crate::text::count::{counted, grouped};

/// Compares every method of the codec with the JDK, exhaustively where that takes seconds
///
/// Gives the same bytes, values and calls to a JVM of every JDK found and to the codec of this
/// package. It compares the result of each call: the value, or the exception and its message; the
/// bytes consumed or written; and the position of the stream. The asynchronous streams are compared
/// too: with a wait before every byte, and with the future dropped at each wait. This covers a
/// share of the largest families, or every case with --full. A call that differs is printed as
/// lines of Rust for a test.
#[derive(Args)]
#[command(after_help = format!("Examples:
  javatalk sweep
      runs every family that takes seconds, with every JDK
  javatalk sweep read_utf console
      runs the families whose name contains `read_utf` or `console`
  javatalk sweep --jdk /opt/jdk-25 --json result.json
      uses one JDK, and writes the results as JSON
  javatalk sweep --full
      takes minutes: adds every float, and every case with the asynchronous streams
  javatalk sweep random --seed 7
      runs other random cases

{}", exit::help(EXITS)))]
pub(crate) struct Options {
    /// Run only families whose name contains one of these texts
    family: Vec<String>,
    /// List the names of the families instead of running them
    #[arg(long, conflicts_with_all = ["json", "seed", "jdk"])]
    list: bool,
    /// Also run the families that take minutes, and every case with the asynchronous streams
    #[arg(long)]
    full: bool,
    /// The seed of the random cases
    #[arg(long, value_name = "N", default_value_t = SEED)]
    seed: u64,
    #[command(flatten)]
    jdks: JdkOptions,
    /// Write the results as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// The folder for compiled programs [default: the user's cache folder]
    #[arg(long, value_name = "DIR", env = "JAVATALK_CACHE")]
    cache: Option<PathBuf>,
}

/// Its exit statuses.
pub(crate) const EXITS: &[exit::Listed] = &[
    exit::DONE,
    (
        Exit::Differs,
        "a call differs from Java or could not be judged, or the run was interrupted",
    ),
    exit::FILTER,
    exit::LOCAL,
    exit::NO_JDK,
];

pub(crate) fn run(options: &Options) -> Exit {
    play(options).unwrap_or_else(|exit| exit)
}

fn play(options: &Options) -> Result<Exit, Exit> {
    let start = Instant::now();
    let families = selected(options)?;
    if options.list {
        for family in &families {
            println!("{}", family.name);
        }
        return Ok(Exit::Success);
    }
    output_file::check(&options.json)?;
    let toolbox = options.jdks.toolbox(options.cache.clone())?;
    let jvms = jvms(&toolbox)?.into_iter();
    let mut workers: Vec<Worker> = jvms.map(|(_, jvm)| Worker::new(jvm)).collect();
    let stop = interruption::watch();
    let progress = Progress::of(&families, workers.len());
    let mut results = Vec::new();
    let extent = Extent {
        seed: options.seed,
        full: options.full,
    };
    for family in &families {
        let swept = sweep(family, extent, &mut workers, &stop, &|cases| {
            progress.saw(family, cases);
        });
        progress.ended(&swept);
        let partial = swept.partial;
        results.push(swept);
        if partial {
            break;
        }
    }
    progress.bar.finish();
    let took = start.elapsed();

    let partial = results.len() < families.len() || results.iter().any(|swept| swept.partial);
    // The file first: it is not lost where stdout cannot be written.
    let written = output_file::write_json(options.json.as_ref(), || {
        let peers = participants(toolbox.jdks(), &[]);
        json::report(&results, peers, partial, options.seed, took)
    });
    show(&results, options);
    println!("{}", summary(&results, took));
    if partial {
        println!(
            "partial: the run was interrupted in family {} of {}",
            results.len(),
            families.len()
        );
    }
    written?;
    Ok(if !partial && results.iter().all(Swept::is_equal) {
        Exit::Success
    } else {
        Exit::Differs
    })
}

/// The families that the filters select; long families only with `--full`.
fn selected(options: &Options) -> Result<Vec<Family>, Exit> {
    let filter = Filter(&options.family);
    let all = families::all();
    let name = |family: &Family| family.name;
    let (offered, long): (Vec<Family>, Vec<Family>) = all
        .into_iter()
        .partition(|family| options.full || !family.long);
    let names: Vec<&str> = offered.iter().map(name).collect();
    if let Some(text) = filter.without_match(&names)
        && long.iter().any(|family| family.name.contains(text))
    {
        complain(format!(
            "{text:?} selects only families that take minutes: add --full"
        ));
        return Err(Exit::Usage);
    }
    filter.check(&names, "family", "sweep --list")?;
    let wanted = |family: &Family| filter.selects(family.name);
    Ok(offered.into_iter().filter(wanted).collect())
}

/// Prints the mismatches first, so that the table and the counts come last.
fn show(results: &[Swept], options: &Options) {
    for swept in results {
        for judged in &swept.judged {
            for mismatch in &judged.shown {
                println!(
                    "{}::java{}, seed {}:\n{}",
                    swept.family.name,
                    judged.feature,
                    options.seed,
                    shown(mismatch)
                );
            }
            let more = judged.mismatches - judged.shown.len().min(judged.mismatches);
            if more > 0 {
                println!(
                    "{}::java{}: and {} more\n",
                    swept.family.name,
                    judged.feature,
                    grouped(more)
                );
            }
            if let Some(why) = &judged.failure {
                println!(
                    "{}::java{}: {}\n",
                    swept.family.name,
                    judged.feature,
                    shown(why)
                );
            }
        }
    }
    print!("{}", table(results));
    println!();
}

/// The progress of the run: a bar on a terminal, otherwise a line for each family.
struct Progress {
    bar: ProgressBar,
    cases: AtomicUsize,
    start: Instant,
}

impl Progress {
    fn of(families: &[Family], judges: usize) -> Self {
        let blocks: usize = families.iter().map(|family| family.blocks).sum();
        Self {
            bar: ProgressBar::new(Some(blocks * judges), "{bar:30} {percent}% {elapsed} {msg}"),
            cases: AtomicUsize::new(0),
            start: Instant::now(),
        }
    }

    /// Counts the cases of a family that one JVM has finished.
    fn saw(&self, family: &Family, cases: usize) {
        let cases = cases + self.cases.fetch_add(cases, Ordering::Relaxed);
        let a_second = counted(a_second(cases, self.start.elapsed()), "case");
        self.bar
            .say(format!("{}: {a_second} a second", family.name));
        self.bar.advance();
    }

    fn ended(&self, swept: &Swept) {
        if !self.bar.is_shown() || !swept.is_equal() {
            self.bar.print(format!(
                "{}: {}, {}",
                swept.family.name,
                counted(swept.cases, "case"),
                word(swept)
            ));
        }
    }
}

fn word(swept: &Swept) -> &'static str {
    if swept.is_equal() {
        "equal"
    } else if swept.judged.iter().any(|judged| judged.mismatches > 0) {
        "DIFFERS"
    } else if swept.partial {
        "PARTIAL"
    } else {
        "NOT JUDGED"
    }
}
