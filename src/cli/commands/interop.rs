//! `javatalk interop`.

use std::num::NonZero;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;

use crate::cli::options::filter::Selection;
use crate::cli::options::isolation::Conditions;
use crate::cli::options::participants::PeerOptions;
use crate::cli::options::program_pair::PairOptions;
use crate::cli::options::report_options::Writing;
use crate::cli::options::reproduce;
use crate::cli::output::println;
use crate::cli::progress::Progress;
use crate::cli::{Exit, JdkOptions, bench_of, compile, complain, exit, interruption, shown};
use crate::interop::model::case::Case;
use crate::interop::model::evidence::PeerEntry;
use crate::interop::model::participant::Pairing;
use crate::interop::peer::pool::ExternalPeer;
use crate::interop::proxy::plan::NetworkPlan;
use crate::interop::report::Run;
use crate::interop::runner::{Matrix, Suite};
use crate::interop::suites::packets::Packets;
use crate::interop::suites::programs::Chat;
use crate::interop::suites::scenarios::Scenarios;
use crate::system::wait::Timeouts;

/// Plays every input in every pairing of Rust and Java, and compares each with Java alone
///
/// Compiles the original Java programs with every JDK that was found, lets Rust and Java talk in
/// every pairing through a relay that records the wire, and compares stdout, success or failure,
/// and every byte with what Java shows with itself in the same run, on the newest JDK.
///
/// On a raw wire the small programs in Python and C++ take Java's place: `raw::` needs `python3` and a
/// C++ compiler, and says so where one is missing.
///
/// A verdict is one of pass, differs, deadlock, timeout, crash, protocol violation, oracle unstable
/// (Java differs from itself in every one of five runs), known difference (a listed fact with a
/// reason explains all of it; green, and counted), vacuous, not run. A complete run fails if a known
/// difference no longer occurs where it should.
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
  javatalk interop --html report.html --baseline yesterday.json
      a page to click through, and what has changed
  javatalk interop scenario --network 'both ways slice 1'
      every scenario byte by byte: that must change nothing
  javatalk interop --scenarios my-scenarios
      the scenarios of this folder, and nothing else
  javatalk interop --shard 2/3 --json 2.json
      a third of it; `javatalk report 1.json 2.json 3.json` joins them

{}", exit::help(EXITS)))]
pub(crate) struct Options {
    #[command(flatten)]
    selection: Selection,
    /// List the names of the cases instead of playing them
    #[arg(long, conflicts_with_all = [
        "json", "junit", "markdown", "html", "baseline", "network", "jobs", "host_network", "timeout",
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
    /// Let all talk through a rough network, for which the relay cares
    ///
    /// PLAN is `client to server`, `server to client` or `both ways`, and one of `slice N` (pieces of
    /// N bytes), `slice randomly SEED`, `coalesce`, `pause MS`, `slow N` (bytes a millisecond); or,
    /// for one direction, `split at N`, `half-close at N`, `close at N`, `reset at N`, which happens
    /// behind byte N once both sides have come to rest. Commas separate several. The cases of `raw::`
    /// keep to networks of their own: what their programs show depends on the pieces.
    #[arg(long, value_name = "PLAN")]
    network: Option<NetworkPlan>,
    #[command(flatten)]
    conditions: Conditions,
    /// Give a conversation up when nothing has moved for so many seconds [default: 10, and 5 in a
    /// scenario]
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<NonZero<u16>>,
    /// Where compiled programs are kept [default: the user's cache folder]
    #[arg(long, value_name = "DIR", env = "JAVATALK_CACHE")]
    cache: Option<PathBuf>,
}

/// What it can end with.
pub(crate) const EXITS: &[exit::Listed] = &[
    exit::DONE,
    exit::DIFFERS,
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
    let has_guests = options.peers.is_given() || options.pair.is_given();
    options.conditions.prepare(has_guests);
    let file = options.peers.file()?;
    let network = options.network.unwrap_or_default();
    let is_pair = options.pair.is_given() || file.pair.is_some();
    let toolbox = Arc::new(if is_pair {
        // A pair of programs brings its own judge.
        options
            .jdks
            .none("where there is a pair of programs, no JDK takes part")?;
        bench_of(Vec::new(), options.cache.clone())?
    } else {
        options.jdks.toolbox(options.cache.clone())?
    });
    let timeouts = |usual| with_timeout(options, usual);
    let of_a_conversation = timeouts(Timeouts::of_a_conversation());
    let mut suites: Vec<Box<dyn Suite>> = Vec::new();
    let mut others: Vec<PeerEntry> = Vec::new();
    let mut external_peers: Vec<ExternalPeer> = Vec::new();
    if let Some((pair, entries)) = options.pair.suite(&toolbox, of_a_conversation, &file)? {
        suites.push(Box::new(pair.through(network)));
        others = entries;
    } else {
        if !options.peers.has_own_scenarios() {
            for chat in Chat::of_duets(&toolbox, of_a_conversation) {
                suites.push(Box::new(chat.through(network)));
            }
            let packets = Packets::new(Arc::clone(&toolbox), of_a_conversation);
            suites.push(Box::new(packets));
        }
        external_peers = options.peers.external_peers(&toolbox, &file)?;
        let of_a_scenario = timeouts(Timeouts::of_a_scenario());
        let scenarios =
            options
                .peers
                .scenarios(&toolbox, external_peers.clone(), network, of_a_scenario)?;
        suites.push(Box::new(scenarios));
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
    compile(&toolbox)?;
    let jobs = options.conditions.jobs();
    let progress = Progress::of(&cases);
    let stop = interruption::watch();
    let results = matrix.run_all(&cases, jobs, &stop, |judged| progress.saw(judged));
    progress.finish();
    others.extend(external_peers.iter().map(ExternalPeer::entry));
    let languages = toolbox.socket_versions().into_iter();
    others
        .extend(languages.map(|(language, version)| PeerEntry::socket_programs(language, version)));
    let mut run = Run::new(toolbox.jdks(), &others, &results, start.elapsed());
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

/// Every guest has to play in some of these cases: a run that says nothing of a peer must not look
/// as if it had proved something of it.
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
                "`{}` takes part in none of these cases: a peer plays in those of `{}::`",
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
        idle: options.timeout.map_or(usual.idle, |seconds| {
            Duration::from_secs(seconds.get().into())
        }),
        ..usual
    }
}
