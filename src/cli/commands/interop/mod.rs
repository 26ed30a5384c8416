//! `javatalk interop`.

mod progress;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use progress::Progress;

use crate::cli::options::filter::Selection;
use crate::cli::options::isolation::Conditions;
use crate::cli::options::pairs::{PairOptions, chooses_jdks, toolbox as toolbox_of_pairs};
use crate::cli::options::participants::PeerOptions;
use crate::cli::options::report_options::Writing;
use crate::cli::options::reproduce;
use crate::cli::output::println;
use crate::cli::{Exit, JdkOptions, compile, complain, exit, interruption, shown};
use crate::interop::model::case::Case;
use crate::interop::model::evidence::PeerEntry;
use crate::interop::model::participant::Pairing;
use crate::interop::peer::pool::ExternalPeer;
use crate::interop::programs::pairs::definition::Pair;
use crate::interop::proxy::plan::NetworkPlan;
use crate::interop::report::Run;
use crate::interop::runner::{Matrix, Suite};
use crate::interop::suites::packets::Packets;
use crate::interop::suites::pairs::Pairs;
use crate::interop::suites::programs::Chat;
use crate::interop::suites::scenarios::Scenarios;
use crate::system::jdk::Freshness;
use crate::system::wait::Timeouts;
use crate::text::duration;

/// Runs every case in every pairing of Rust and Java, and compares each with Java alone
///
/// Compiles the Java programs with every JDK found, and lets Rust and Java talk to each other in
/// every pairing, through a relay that records the traffic. A case passes if stdout, success or
/// failure, and every byte equal those of the oracle: Java with Java on the newest JDK, in the same
/// run.
///
/// The cases of `raw::` compare Rust with small programs in Python and C++ instead. They need
/// `python3` and a C++ compiler; a case that lacks one is reported as not run.
///
/// Verdicts: pass, differs, deadlock, timeout, crash, protocol violation, unsupported (a peer does
/// not offer a call of the case; not a failure), oracle unstable (Java differs from itself in every
/// one of five runs), known difference (a listed fact explains the whole difference; not a
/// failure), vacuous (the case proves nothing), not run. A complete run fails if a listed
/// difference no longer occurs.
#[derive(Args)]
#[command(after_help = format!("Examples:
  javatalk interop
      runs all cases
  javatalk interop emoji rust-to
      runs the cases whose name contains `emoji` or `rust-to`
  javatalk interop chat::emoji::rust-to-java17
      runs one case
  javatalk interop --jdk /opt/jdk-25 --json result.json
      runs all cases with one JDK, and writes the results as JSON
  javatalk interop --html report.html --baseline yesterday.json
      writes an HTML page, and shows what has changed
  javatalk interop scenario --network 'both ways slice 1'
      runs every scenario byte by byte: the results must stay the same
  javatalk interop --scenarios my-scenarios
      runs only the scenarios of this folder
  javatalk interop --shard 2/3 --json 2.json
      runs a third; `javatalk report 1.json 2.json 3.json` joins the results

{}", exit::help(EXITS)))]
pub(crate) struct Options {
    #[command(flatten)]
    selection: Selection,
    /// List the names of the cases instead of running them
    #[arg(long, conflicts_with_all = [
        "json", "junit", "markdown", "html", "baseline", "network", "jobs", "host_network", "timeout",
        "fresh",
    ])]
    list: bool,
    #[command(flatten)]
    jdks: JdkOptions,
    #[command(flatten)]
    peers: PeerOptions,
    #[command(flatten)]
    pair: PairOptions,
    #[command(flatten)]
    writing: Writing,
    /// Run all conversations over a disturbed network, which the relay simulates
    ///
    /// PLAN is a direction followed by a disturbance, or several of these, separated by commas. The
    /// direction is `client to server`, `server to client` or `both ways`. The disturbance is
    /// `slice N` (pieces of N bytes), `slice randomly SEED`, `coalesce`, `pause MS`, `slow N` (N
    /// bytes per millisecond), or, for one direction only, `split at N`, `half-close at N`, `close
    /// at N` or `reset at N`. These four happen after byte N, once both sides are idle. The cases
    /// of `raw::` keep their own networks: the output of their programs depends on how the bytes
    /// are split.
    #[arg(long, value_name = "PLAN")]
    network: Option<NetworkPlan>,
    #[command(flatten)]
    conditions: Conditions,
    /// Start every Java program in a JVM of its own, and forget what earlier runs have found out
    ///
    /// By default, the programs run one after another in JVMs that are already warm, which takes a
    /// fraction of the time: those of the oracle once they have shown the same in a fresh JVM. What
    /// differs there is played again in fresh JVMs, and only that counts. The peers of scenarios
    /// play one scenario after another with and without this option. In all suites, the oracle is
    /// played once if an earlier run has seen it repeat its result, and twice with this option.
    #[arg(long, conflicts_with_all = ["pair", "client", "server"])]
    fresh: bool,
    /// Give up a conversation after this time without progress [default: 10s; 5s in a scenario]
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    timeout: Option<Duration>,
    /// The folder for compiled programs [default: the user's cache folder]
    #[arg(long, value_name = "DIR", env = "JAVATALK_CACHE")]
    cache: Option<PathBuf>,
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
    let start = Instant::now();
    let has_external_programs = options.peers.is_given() || options.pair.is_given();
    options.conditions.prepare(has_external_programs);
    let file = options.peers.file()?;
    let network = options.network.unwrap_or_default();
    let pairs = options.pair.pairs()?;
    let toolbox = Arc::new(match pairs.is_empty() {
        true => options.jdks.toolbox(options.cache.clone())?,
        false => toolbox_of_pairs(&pairs, &options.jdks, options.cache.clone())?,
    });
    let is_pair = !pairs.is_empty();
    // Of the JDKs that run the old programs, only those that the user chooses are participants.
    let jdks_take_part = !is_pair || chooses_jdks(&pairs);
    let timeouts = |usual| with_timeout(options, usual);
    let of_a_conversation = timeouts(Timeouts::of_a_conversation());
    let mut suites: Vec<Box<dyn Suite>> = Vec::new();
    let mut others: Vec<PeerEntry> = Vec::new();
    let mut external_peers: Vec<ExternalPeer> = Vec::new();
    let mut played_pairs = None;
    if is_pair {
        let timed = |pair: Pair| {
            Arc::new(Pair {
                timeout: options.timeout.or(pair.timeout),
                ..pair
            })
        };
        let pairs = pairs.into_iter().map(timed).collect();
        let pairs = Pairs::new(pairs, &toolbox, of_a_conversation).through(network);
        others = pairs.entries();
        let pairs = Arc::new(pairs);
        suites.push(Box::new(Arc::clone(&pairs)));
        played_pairs = Some(pairs);
    } else {
        let freshness = match options.fresh {
            true => Freshness::Fresh,
            false => Freshness::Warm,
        };
        if !options.peers.has_own_scenarios() {
            for chat in Chat::of_duets(&toolbox, of_a_conversation) {
                suites.push(Box::new(chat.in_jvms(freshness).through(network)));
            }
            let packets = Packets::new(Arc::clone(&toolbox), of_a_conversation);
            suites.push(Box::new(packets.in_jvms(freshness)));
        }
        external_peers = options.peers.external_peers(&toolbox, &file)?;
        let of_a_scenario = timeouts(Timeouts::of_a_scenario());
        let scenarios =
            options
                .peers
                .scenarios(&toolbox, external_peers.clone(), network, of_a_scenario)?;
        suites.push(Box::new(scenarios.in_jvms(freshness)));
    }
    let matrix = Matrix::new(suites);
    let cases = options.selection.of(matrix.cases())?;
    if !options.selection.is_a_shard() {
        all_take_part(&external_peers, &cases)?;
    }
    if options.list {
        for case in &cases {
            println!("{}", shown(case));
        }
        return Ok(Exit::Success);
    }
    let baseline = options.writing.check()?;
    match &played_pairs {
        Some(pairs) => pairs.compile().map_err(|why| {
            complain(&why);
            Exit::from(&why)
        })?,
        None => compile(&toolbox)?,
    }
    let jobs = options.conditions.jobs();
    let progress = Progress::of(cases.len());
    let stop = interruption::watch();
    let results = matrix.run_all(&cases, jobs, &stop, |judged| progress.saw(judged));
    progress.finish();
    others.extend(external_peers.iter().map(ExternalPeer::entry));
    let languages = toolbox.socket_versions().into_iter();
    others
        .extend(languages.map(|(language, version)| PeerEntry::socket_programs(language, version)));
    let jdks = match jdks_take_part {
        true => toolbox.jdks(),
        false => &[],
    };
    let mut run = Run::new(jdks, &others, &results, start.elapsed());
    run.partial = results.len() < cases.len();
    run.filtered = options.selection.is_filtered();
    run.shards = options.selection.shards();
    let (with, without_peers) = (reproduce::options(), reproduce::options_without_peers());
    for case in run.cases.iter_mut().filter(|case| !case.is_pass()) {
        let has_peers = is_pair || case.suite == Scenarios::NAME;
        case.with = if has_peers { &with } else { &without_peers }.clone();
    }
    let baseline = baseline.map(|old| options.selection.narrowed(old));
    Ok(options.writing.finish(run, baseline.as_ref()))
}

/// Every external peer must take part in some of these cases: a run that does not test a peer must
/// not look as if it had.
fn all_take_part(external_peers: &[ExternalPeer], cases: &[Case]) -> Result<(), Exit> {
    let plays = |external_peer: &ExternalPeer, case: &Case| {
        let Pairing { client, server } = case.pairing;
        [client, server]
            .iter()
            .any(|peer| peer.to_string() == external_peer.name)
    };
    for external_peer in external_peers {
        if !cases.iter().any(|case| plays(external_peer, case)) {
            complain(format!(
                "`{}` takes part in none of these cases: select cases of `{}::`",
                external_peer.invocation,
                Scenarios::NAME
            ));
            return Err(Exit::Usage);
        }
    }
    Ok(())
}

fn with_timeout(options: &Options, usual: Timeouts) -> Timeouts {
    Timeouts {
        idle: options.timeout.unwrap_or(usual.idle),
        ..usual
    }
}
