//! `javatalk fuzz`.

mod pairs;
mod progress;
mod summary;

use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use progress::Progress;

use crate::cli::options::isolation::Conditions;
use crate::cli::options::participants::external_peers;
use crate::cli::options::{reproduce, shards};
use crate::cli::output::{print, println};
use crate::cli::{Exit, JdkOptions, compile, complain, exit, interruption, output_file, shown};
use crate::interop::fuzz::{Campaign, Corpus, Extent, Plan, Results};
use crate::interop::model::evidence::PeerEntry;
use crate::interop::model::shard::Shard;
use crate::interop::peer::pool::{ExternalPeer, PeerPool};
use crate::interop::report::participants;
use crate::interop::scenario::Runner;
use crate::system::process::Invocation;
use crate::system::wait::Timeouts;
use crate::text::duration;

/// Runs generated dialogues in every pairing, and minimizes those that differ from Java
///
/// A dialogue is a scenario generated from a seed and a number. It has calls of both roles:
/// well-formed, mismatched, malformed and truncated. Each dialogue runs in every pairing and is
/// compared with the oracle, Java with Java, as in `javatalk interop`. A dialogue that differs is
/// saved at once as a scenario file. It is then minimized, and the smaller scenario replaces the
/// file.
///
/// With --pair, it changes what the cases of your own pair of programs type, at random, and compares
/// each changed case with your old programs. A case that differs is saved as a case for your file.
#[derive(Args)]
#[command(after_help = format!("Examples:
  javatalk fuzz
      runs 1000 dialogues of a new seed, and prints the seed
  javatalk fuzz --time 10m --jobs 4
      runs dialogues for ten minutes
  javatalk fuzz --seed 7 --only 12
      runs dialogue 12 of seed 7 again, and minimizes it again if it differs
  javatalk fuzz --seed 7 --only 12 --list
      prints that dialogue as a scenario file, without running it
  javatalk interop --scenarios javatalk-fuzz
      runs all saved dialogues again
  javatalk fuzz --pair guess.toml --time 10m
      changes the cases of your own pair of programs for ten minutes
  javatalk fuzz --seed 7 --cases 100000 --shard 2/3 --json 2.json
      runs a third; `javatalk fuzz --join 1.json 2.json 3.json` joins the results

{}", exit::help(EXITS)))]
pub(crate) struct Options {
    /// Run this number of dialogues [default: 1000; 100 with --pair]
    #[arg(long, value_name = "N", conflicts_with = "time")]
    cases: Option<NonZero<usize>>,
    /// Run dialogues for this time: 90s, 10m, 2h
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    time: Option<Duration>,
    /// Run only this dialogue
    #[arg(long, value_name = "NUMBER", requires = "seed", conflicts_with_all = ["cases", "time", "shard"])]
    only: Option<usize>,
    /// The seed of the dialogues [default: a new seed, which is printed]
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Run only part K of N of the dialogues, with K from 1 to N
    #[arg(long, value_name = "K/N", requires = "seed")]
    shard: Option<Shard>,
    #[command(flatten)]
    conditions: Conditions,
    /// Stop when this number of dialogues differ
    #[arg(long, value_name = "N", default_value = "10")]
    most: NonZero<usize>,
    /// The folder for dialogues that differ; it is created when needed
    #[arg(long, value_name = "DIR", default_value = "javatalk-fuzz")]
    save: PathBuf,
    /// Write the results as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Print the dialogues as scenario files instead of running them
    #[arg(long, conflicts_with_all = [
        "time", "jobs", "host_network", "most", "save", "json", "jdk", "peers", "timeout",
    ])]
    list: bool,
    /// Join the results of shards, and run nothing; each FILE was written by --json
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with_all = [
        "cases", "time", "only", "seed", "shard", "list", "jobs", "host_network", "most", "save", "jdk",
        "peers", "pairs", "timeout",
    ])]
    join: Vec<PathBuf>,
    #[command(flatten)]
    jdks: JdkOptions,
    /// Let this program take part as a peer (repeatable)
    ///
    /// COMMAND starts a peer that follows the peer protocol of java/README.md. Results list the
    /// peer under the name that it reports.
    #[arg(long = "peer", value_name = "COMMAND")]
    peers: Vec<Invocation>,
    /// Change the cases of the pairs of programs that this file describes (repeatable)
    ///
    /// The file is the one of `javatalk interop --pair`, and docs/your-own-pair.md explains it.
    /// The cases are changed in turn: of --only, the number determines the case.
    #[arg(long = "pair", value_name = "FILE", conflicts_with = "peers")]
    pairs: Vec<PathBuf>,
    /// Give up a conversation after this time without progress [default: 5s; 10s with --pair]
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    timeout: Option<Duration>,
    /// The folder for compiled programs [default: the user's cache folder]
    #[arg(long, value_name = "DIR", env = "JAVATALK_CACHE")]
    cache: Option<PathBuf>,
}

/// The default number of dialogues.
const CASES: usize = 1000;

/// The default number of changed cases of a pair, whose programs start anew for each.
const CASES_OF_PAIRS: usize = 100;

/// Its exit statuses.
pub(crate) const EXITS: &[exit::Listed] = &[
    exit::DONE,
    exit::DIFFERS,
    exit::USAGE,
    exit::LOCAL,
    exit::NO_JDK,
];

pub(crate) fn run(options: &Options) -> Exit {
    let done = if options.join.is_empty() {
        play(options)
    } else {
        join(options)
    };
    match done {
        Ok(exit) | Err(exit) => exit,
    }
}

fn play(options: &Options) -> Result<Exit, Exit> {
    let plan = plan(options);
    if !options.pairs.is_empty() {
        return pairs::play(options, &plan);
    }
    if options.list {
        for dialogue in plan.dialogues() {
            println!("{}", dialogue.scenario());
        }
        return Ok(Exit::Success);
    }
    output_file::check(&options.json)?;
    options.conditions.prepare(!options.peers.is_empty());
    let toolbox = Arc::new(options.jdks.toolbox(options.cache.clone())?);
    let external_peers = external_peers(&options.peers, &toolbox)?;
    let others: Vec<PeerEntry> = external_peers.iter().map(ExternalPeer::entry).collect();
    let peers = participants(toolbox.jdks(), &others);
    compile(&toolbox)?;
    let open = |idle: Duration| {
        let timeouts = Timeouts {
            idle,
            ..Timeouts::of_a_scenario()
        };
        Runner::new(
            PeerPool::new(Arc::clone(&toolbox), external_peers.clone()),
            timeouts,
        )
    };
    let runner = open(options.timeout.unwrap_or(Timeouts::of_a_scenario().idle));
    let stop = interruption::watch();
    let corpus = Corpus::new(&options.save);
    let start = Instant::now();
    let progress = Progress::of(&plan, &corpus);
    let campaign = Campaign {
        runner: &runner,
        pairings: runner.pool().pairings(),
        rehearsals: &|| Arc::new(open(SILENCE)),
        with: reproduce::options(),
        stop: &stop,
        watch: &progress,
    };
    let counts = campaign.run(&plan);
    progress.finish();
    let oracle = runner.pool().oracle();
    let results = Results::new(&plan, oracle, peers, &counts, start.elapsed());
    let told: Vec<String> = counts
        .findings
        .iter()
        .map(|finding| finding.description() + "\n")
        .collect();
    let exit = finish(options, &results, &told.concat());
    // A finding that could not be saved is worse than a saved one.
    Ok(if progress.lost_something() {
        Exit::Local
    } else {
        exit
    })
}

/// The idle limit while dialogues are minimized: most of them are known to end.
const SILENCE: Duration = Duration::from_secs(1);

fn plan(options: &Options) -> Plan {
    let usual = match options.pairs.is_empty() {
        true => CASES,
        false => CASES_OF_PAIRS,
    };
    let cases = options.cases.map_or(usual, NonZero::get);
    Plan {
        // A new seed each time; --seed repeats one.
        seed: options
            .seed
            .unwrap_or_else(|| RandomState::new().hash_one(()) % FRESH),
        extent: match (options.only, options.time) {
            (Some(number), _) => Extent::Only(number),
            (None, Some(time)) => Extent::Time(time),
            (None, None) => Extent::Cases(cases),
        },
        shard: options.shard,
        jobs: options.conditions.jobs(),
        most: options.most,
    }
}

/// A new seed has at most nine digits, so that it is easy to pass on.
const FRESH: u64 = 1_000_000_000;

fn join(options: &Options) -> Result<Exit, Exit> {
    output_file::check(&options.json)?;
    let mut parts = Vec::new();
    for file in &options.join {
        let name = file.display().to_string();
        let text = fs::read_to_string(file).map_err(|e| output_file::failed(file, e))?;
        let part: Results = serde_json::from_str(&text).map_err(|e| {
            let why = format!("not a results file of fuzz --json: {e}");
            output_file::failed(file, why)
        })?;
        parts.push((name, part));
    }
    let whole = Results::join(parts).map_err(|e| {
        complain(e);
        Exit::Usage
    })?;
    let found = whole.found.iter();
    let told = match whole.pairs.is_empty() {
        true => found
            .map(|found| {
                let (name, detail) = (&found.name, &found.case.detail);
                format!("{name}: {detail}\n\n{}\n", found.scenario)
            })
            .collect(),
        false => pairs::description(&whole.found),
    };
    let exit = finish(options, &whole, &told);
    Ok(shards::complete(exit, &whole.shards, false, ""))
}

/// Writes the results, prints the findings and the summary, and returns the exit status.
fn finish(options: &Options, results: &Results, found: &str) -> Exit {
    // The file first: it is not lost where stdout cannot be written.
    let written = output_file::write_json(options.json.as_ref(), || {
        serde_json::to_string_pretty(results)
    });
    print!("{}{}", shown(found), shown(summary::summary(results)));
    match written {
        Err(exit) => exit,
        Ok(()) if results.is_green() => Exit::Success,
        Ok(()) => Exit::Differs,
    }
}
