//! `javatalk faults`.

mod pairs;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use clap::Args;

use crate::cli::options::filter::Filter;
use crate::cli::options::isolation::Conditions;
use crate::cli::options::pairs::PairFiles;
use crate::cli::options::participants::PeerOptions;
use crate::cli::options::reproduce;
use crate::cli::output::progress_bar::ProgressBar;
use crate::cli::output::{eprintln, println};
use crate::cli::{Exit, JdkOptions, compile, exit, interruption, output_file, shown};
use crate::interop::faults::counts::Counts;
use crate::interop::faults::{Difference, Plan, json, sweep};
use crate::interop::model::evidence::PeerEntry;
use crate::interop::model::shard::Shard;
use crate::interop::peer::pool::{ExternalPeer, PeerPool};
use crate::interop::proxy::plan::FaultKind;
use crate::interop::report;
use crate::interop::report::{CaseEntry, listed, participants};
use crate::interop::scenario::Runner;
use crate::interop::scenario::language::Scenario;
use crate::sweep::SEED;
use crate::system::wait::Timeouts;

/// Breaks the connection of every scenario at every byte, and compares the results with Java alone
///
/// With --pair, it breaks the connections of the cases of your own pair of programs instead, and
/// compares them with your old programs.
///
/// Runs each scenario once for every fault at every byte, in each direction. A fault splits the
/// traffic into two pieces at that byte, closes the direction (half-close), closes the connection,
/// or resets it. One fault at one byte is a place. A split must not change the results. For the
/// other faults, the oracle is Java with Java under the same fault. In conversations of more than
/// 256 bytes, only the places around the ends of calls and a sample of the others are run.
#[derive(Args)]
#[command(after_help = format!("Examples:
  javatalk faults
      runs all places, in every pairing of Rust and the JDKs found; takes some minutes
  javatalk faults --sample 2000
      runs 2000 of the places; takes some seconds
  javatalk faults string --fault reset
      resets the scenarios whose name contains `string`, at every byte
  javatalk faults --pair guess.toml --sample 100
      breaks the connections of your own programs at 100 places
  javatalk faults --shard 1/4 --json 1.json
      runs a quarter of the scenarios, and writes the results as JSON

{}", exit::help(EXITS)))]
pub(crate) struct Options {
    /// Run only scenarios, or cases of --pair, whose name contains one of these texts
    filter: Vec<String>,
    /// Run only this fault: split, half-close, close or reset (repeatable) [default: all]
    #[arg(long, value_name = "FAULT", value_parser = kind)]
    fault: Vec<FaultKind>,
    /// Run only this number of places, chosen by the seed
    #[arg(long, value_name = "N")]
    sample: Option<usize>,
    /// The seed of --sample and of the samples in long conversations
    #[arg(long, value_name = "N", default_value_t = SEED)]
    seed: u64,
    /// Run only part K of N of the scenarios, with K from 1 to N
    #[arg(long, value_name = "K/N")]
    shard: Option<Shard>,
    #[command(flatten)]
    jdks: JdkOptions,
    #[command(flatten)]
    peers: PeerOptions,
    #[command(flatten)]
    pairs: PairFiles,
    /// Write the results as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    #[command(flatten)]
    conditions: Conditions,
    /// The folder for compiled programs [default: the user's cache folder]
    #[arg(long, value_name = "DIR", env = "JAVATALK_CACHE")]
    cache: Option<PathBuf>,
}

fn kind(word: &str) -> Result<FaultKind, String> {
    let kinds = FaultKind::ALL.iter();
    kinds
        .copied()
        .find(|kind| kind.word() == word)
        .ok_or_else(|| "expected split, half-close, close or reset".to_owned())
}

/// Its exit statuses.
pub(crate) const EXITS: &[exit::Listed] = &[
    exit::DONE,
    exit::DIFFERS,
    exit::FILTER,
    exit::LOCAL,
    exit::NO_JDK,
];

pub(crate) fn run(options: &Options) -> Exit {
    play(options).unwrap_or_else(|exit| exit)
}

fn play(options: &Options) -> Result<Exit, Exit> {
    output_file::check(&options.json)?;
    let has_external_programs = options.peers.is_given() || options.pairs.is_given();
    options.conditions.prepare(has_external_programs);
    if options.pairs.is_given() {
        return pairs::play(options);
    }
    let file = options.peers.file()?;
    let scenarios = selected(options)?;
    let toolbox = Arc::new(options.jdks.toolbox(options.cache.clone())?);
    let external_peers = options.peers.external_peers(&toolbox, &file)?;
    compile(&toolbox)?;
    let plan = Plan::new(&scenarios, kinds(options), options.seed, options.sample);
    let others: Vec<PeerEntry> = external_peers.iter().map(ExternalPeer::entry).collect();
    let participants = participants(toolbox.jdks(), &others);
    let pool = PeerPool::new(toolbox, external_peers);
    let runner = Runner::new(pool, Timeouts::of_a_scenario());
    let jobs = options.conditions.jobs();
    let stop = interruption::watch();
    let progress = Progress::of(plan.performances.len());
    let counts = sweep(&plan, jobs, &runner, &stop, |differences| {
        progress.saw(differences);
    });
    progress.bar.finish();
    print(
        options,
        &counts,
        &participants,
        plan.performances.is_empty(),
    )
}

fn kinds(options: &Options) -> &[FaultKind] {
    match options.fault.as_slice() {
        [] => FaultKind::ALL,
        some => some,
    }
}

/// Writes and prints the results. A run without a place is not a failure: a shard may be empty.
fn print(
    options: &Options,
    counts: &Counts,
    peers: &[PeerEntry],
    is_empty: bool,
) -> Result<Exit, Exit> {
    // The file first: it is not lost where stdout cannot be written.
    let written = output_file::write_json(options.json.as_ref(), || {
        json::report(counts, peers, options.seed)
    });
    for difference in &counts.differences {
        println!("{}", shown(description(difference)));
    }
    let more = counts.differences() - counts.differences.len();
    if more > 0 {
        println!("and {more} more\n");
    }
    println!("{}\n{}", shown(listed(peers)), shown(counts));
    written?;
    Ok(if counts.is_green() || is_empty {
        Exit::Success
    } else {
        Exit::Differs
    })
}

/// The selected scenarios. A filter that matches nothing is an error; a shard may be empty.
fn selected(options: &Options) -> Result<Vec<Arc<Scenario>>, Exit> {
    let mut scenarios = options.peers.named()?;
    let filter = Filter(&options.filter);
    let names: Vec<&str> = scenarios.iter().map(|each| each.name.as_str()).collect();
    filter.check(&names, "scenario", "interop --list scenario")?;
    scenarios.retain(|scenario| {
        let shard = options.shard;
        filter.selects(&scenario.name)
            && shard.is_none_or(|shard| shard.holds("fault", &scenario.name))
    });
    Ok(scenarios.into_iter().map(Arc::new).collect())
}

/// What differs, the scenario as a file, and the command that runs it again.
fn description(difference: &Difference) -> String {
    let case = &difference.judged.case;
    let name = match difference.scenario {
        Some(_) => format!("scenario::{}::{}", case.row, case.pairing),
        None => case.to_string(),
    };
    let network = difference.network.to_string();
    let command = ["javatalk", "interop", &name, "--network", &network];
    // Only a NUL cannot be quoted, and none of these contains one.
    let mut command = shlex::try_join(command).unwrap_or_default();
    let with = reproduce::options();
    if !with.is_empty() {
        command = format!("{command} {with}");
    }
    let failure = report::failure(&CaseEntry::new(&difference.judged), &command);
    match &difference.scenario {
        Some(scenario) => format!("{failure}\n{scenario}"),
        None => failure,
    }
}

/// A bar on a terminal, otherwise a line for every 5000 places.
struct Progress {
    bar: ProgressBar,
    seen: AtomicUsize,
    all: usize,
}

impl Progress {
    fn of(all: usize) -> Self {
        let template = "{bar:30} {pos}/{len} {elapsed}, {per_sec}, {eta} to go";
        let bar = ProgressBar::new(Some(all), template);
        if !bar.is_shown() {
            eprintln!("{all} places");
        }
        Self {
            bar,
            seen: AtomicUsize::new(0),
            all,
        }
    }

    fn saw(&self, differences: &[Difference]) {
        let seen = 1 + self.seen.fetch_add(1, Ordering::Relaxed);
        for difference in differences {
            let case = &difference.judged.case;
            let word = difference.judged.verdict.word();
            let network = difference.network;
            let line = format!("{case} under {network}: {word}");
            self.bar.print(shown(line));
        }
        self.bar.advance();
        if !self.bar.is_shown() && seen.is_multiple_of(5000) {
            eprintln!("{seen} of {}", self.all);
        }
    }
}
