//! `javatalk sweep`.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::output::{eprintln, print, println};
use crate::cli::{Exit, JdkOptions, complain, exit, interruption, output_file, shown};
use crate::interop::report::participants;
use crate::interop::toolbox::Toolbox;
use crate::sweep::table::{a_second, summary, table};
use crate::sweep::{Extent, Family, ReferenceJvm, SEED, Swept, Worker, json, sections, sweep};
use crate::text::count::{counted, grouped};
use crate::text::printable::printable_json;
use crate::text::suggestion::did_you_mean;

/// Compares every method of the codec with the JDK, exhaustively where that takes seconds
///
/// Gives the same bytes, values and calls to a JVM of every JDK that was found and to the codec of
/// this package, and compares what each call came to: the value or the exception and its message,
/// the bytes consumed or written, and where the stream stands. The asynchronous streams are held to
/// the same, waiting for each byte, and dropped at each wait; in a share of the largest sections, and
/// everywhere with --full. A call that differs is printed as
/// lines of Rust for a test.
#[derive(Args)]
#[command(after_help = format!("Examples:
  javatalk sweep
      everything that takes seconds, with every JDK
  javatalk sweep read_utf console
      the sections that have `read_utf` or `console` in their name
  javatalk sweep --jdk /opt/jdk-25 --json result.json
      with one JDK, and the results for a program
  javatalk sweep --full
      what takes minutes too: every float there is, every case with the asynchronous streams
  javatalk sweep random --seed 7
      other random cases

{}", exit::help(EXITS)))]
pub(crate) struct Options {
    /// Play only sections that have one of these in their name
    section: Vec<String>,
    /// List the names of the sections instead of playing them
    #[arg(long, conflicts_with_all = ["json", "seed", "jdk"])]
    list: bool,
    /// Play the sections too that take minutes, and every case with the asynchronous streams
    #[arg(long)]
    full: bool,
    /// Make the random cases from this number
    #[arg(long, value_name = "N", default_value_t = SEED)]
    seed: u64,
    #[command(flatten)]
    jdks: JdkOptions,
    /// Write the results as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Where compiled programs are kept [default: the user's cache folder]
    #[arg(long, value_name = "DIR", env = "JAVATALK_CACHE")]
    cache: Option<PathBuf>,
}

/// What it can end with.
pub(crate) const EXITS: &[exit::Listed] = &[
    exit::DONE,
    (
        Exit::Differs,
        "a call came to something else than in Java, or could not be judged",
    ),
    exit::FILTER,
    exit::LOCAL,
    exit::NO_JDK,
];

pub(crate) fn run(options: &Options) -> Exit {
    match play(options) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn play(options: &Options) -> Result<Exit, Exit> {
    let start = Instant::now();
    let sections = selected(options)?;
    if options.list {
        for section in &sections {
            println!("{}", section.name);
        }
        return Ok(Exit::Success);
    }
    if let Some(file) = &options.json {
        output_file::check(file).map_err(|why| failed(file, &why))?;
    }
    let toolbox = options.jdks.toolbox(options.cache.clone())?;
    let mut seats = judges(&toolbox)?;
    let stop = interruption::watch();
    let progress = Progress::of(&sections, seats.len());
    let mut results = Vec::new();
    let extent = Extent {
        seed: options.seed,
        full: options.full,
    };
    for section in &sections {
        progress.begins(section);
        let swept = sweep(section, extent, &mut seats, &stop, &|cases| {
            progress.saw(cases);
        });
        progress.ended(&swept);
        let partial = swept.partial;
        results.push(swept);
        if partial {
            break;
        }
    }
    progress.finish();
    let took = start.elapsed();

    let partial = results.len() < sections.len() || results.iter().any(|swept| swept.partial);
    // The file first: it is not lost where stdout cannot be written.
    let written = options.json.as_deref().map_or(Ok(()), |file| {
        let peers = participants(toolbox.jdks(), &[]);
        let text = json::report(&results, peers, partial, options.seed, took);
        let text = text.map_err(|why| failed(file, &why))?;
        let text = printable_json(&text).into_owned() + "\n";
        output_file::write(file, text.as_bytes()).map_err(|why| failed(file, &why))
    });
    show(&results, options);
    println!("{}", summary(&results, took));
    if partial {
        println!(
            "partial: the run was interrupted in section {} of {}",
            results.len(),
            sections.len()
        );
    }
    written?;
    Ok(if !partial && results.iter().all(Swept::is_equal) {
        Exit::Success
    } else {
        Exit::Differs
    })
}

/// What the filters want; long sections only if `--full` is given.
fn selected(options: &Options) -> Result<Vec<Family>, Exit> {
    let offered: Vec<Family> = sections()
        .into_iter()
        .filter(|section| options.full || !section.long)
        .collect();
    for filter in &options.section {
        if offered.iter().any(|section| section.is_selected_by(filter)) {
            continue;
        }
        let only_long = sections()
            .iter()
            .any(|section| section.is_selected_by(filter));
        complain(if only_long {
            format!("only sections that take minutes have {filter:?} in their name: add --full")
        } else {
            let question = did_you_mean(filter, offered.iter().map(|section| section.name));
            format!(
                "no section has {filter:?} in its name{question}; `javatalk sweep --list` lists \
                 them all"
            )
        });
        return Err(Exit::Usage);
    }
    let filters = &options.section;
    let wanted = |section: &Family| {
        filters.is_empty() || filters.iter().any(|filter| section.is_selected_by(filter))
    };
    Ok(offered.into_iter().filter(wanted).collect())
}

fn judges(toolbox: &Toolbox) -> Result<Vec<Worker>, Exit> {
    let start = |jdk| {
        eprintln!("{}", shown(jdk));
        let classes = toolbox.classes(jdk).map_err(|why| {
            complain(&why);
            Exit::from(&why)
        })?;
        ReferenceJvm::start(jdk, classes, toolbox.javatalk())
            .map(Worker::new)
            .map_err(|why| {
                complain(why);
                Exit::NoJdk
            })
    };
    toolbox.jdks().iter().map(start).collect()
}

/// Mismatches first, so that the table and the counts are what stands at the end.
fn show(results: &[Swept], options: &Options) {
    for swept in results {
        for judged in &swept.judged {
            for mismatch in &judged.shown {
                println!(
                    "{}::java{}, seed {}:\n{}",
                    swept.section.name,
                    judged.feature,
                    options.seed,
                    shown(mismatch)
                );
            }
            let more = judged.mismatches - judged.shown.len().min(judged.mismatches);
            if more > 0 {
                println!(
                    "{}::java{}: and {} more\n",
                    swept.section.name,
                    judged.feature,
                    grouped(more)
                );
            }
            if let Some(why) = &judged.failure {
                println!(
                    "{}::java{}: {}\n",
                    swept.section.name,
                    judged.feature,
                    shown(why)
                );
            }
        }
    }
    print!("{}", table(results));
    println!();
}

/// What is shown while sections are played: a bar on a terminal, a line for each elsewhere.
struct Progress {
    bar: Option<ProgressBar>,
    cases: AtomicUsize,
    start: Instant,
}

impl Progress {
    fn of(sections: &[Family], judges: usize) -> Self {
        let blocks: usize = sections.iter().map(|section| section.blocks).sum();
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new((blocks * judges) as u64);
            if let Ok(style) = ProgressStyle::with_template("{bar:30} {percent}% {elapsed} {msg}") {
                bar.set_style(style);
            }
            bar
        });
        Self {
            bar,
            cases: AtomicUsize::new(0),
            start: Instant::now(),
        }
    }

    fn begins(&self, section: &Family) {
        if let Some(bar) = &self.bar {
            bar.set_prefix(section.name);
        }
    }

    /// Of one judge.
    fn saw(&self, cases: usize) {
        let cases = cases + self.cases.fetch_add(cases, Ordering::Relaxed);
        if let Some(bar) = &self.bar {
            let a_second = counted(a_second(cases, self.start.elapsed()), "case");
            bar.set_message(format!("{}: {a_second} a second", bar.prefix()));
            bar.inc(1);
        }
    }

    fn ended(&self, swept: &Swept) {
        let line = format!(
            "{}: {}, {}",
            swept.section.name,
            counted(swept.cases, "case"),
            word(swept)
        );
        match &self.bar {
            None => eprintln!("{line}"),
            Some(bar) if !swept.is_equal() => bar.suspend(|| eprintln!("{line}")),
            Some(_) => {}
        }
    }

    fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
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

fn failed(file: &Path, why: &dyn std::fmt::Display) -> Exit {
    complain(format!("{}: {why}", file.display()));
    Exit::Local
}
