//! `javatalk interop`.

use std::num::NonZero;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anstream::println;
use clap::Args;

use super::conditions::Conditions;
use super::pair::PairOptions;
use super::peers::PeerOptions;
use super::progress::Progress;
use super::selection::Selection;
use super::writing::Writing;
use super::{Exit, JdkOptions, compile, exit, interruption, shown};
use crate::interop::bell::Patience;
use crate::interop::boundaries::Boundaries;
use crate::interop::chat::Chat;
use crate::interop::matrix::{Matrix, Suite};
use crate::interop::network::Network;
use crate::interop::report::Run;

/// Plays every input in every pairing of Rust and Java, and compares each with Java alone
///
/// Compiles the original Java programs with every JDK that was found, lets Rust and Java talk in
/// every pairing through a relay that records the wire, and compares stdout, success or failure,
/// and every byte with what Java shows with itself in the same run, on the newest JDK.
///
/// On a raw wire the small programs in Python and C++ take Java's place: `raw::` needs `python3` and a
/// C++ compiler, and says so where one is missing.
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
  javatalk interop --html report.html --baseline yesterday.json
      a page to click through, and what has changed
  javatalk interop scenario --network 'both ways slice 1'
      every scenario byte by byte: that must change nothing
  javatalk interop --shard 2/3 --json 2.json
      a third of it; `javatalk report 1.json 2.json 3.json` joins them

{}", exit::HELP))]
pub(super) struct Options {
    #[command(flatten)]
    selection: Selection,
    /// List the names of the cases instead of playing them
    #[arg(long)]
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
    network: Option<Network>,
    #[command(flatten)]
    conditions: Conditions,
    /// Give a conversation up when nothing has moved for so many seconds
    #[arg(long, value_name = "SECONDS", default_value = "10")]
    timeout: NonZero<u16>,
    /// Where compiled programs are kept [default: the user's cache folder]
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
    let has_guests = options.peers.is_given() || options.pair.is_given();
    options.conditions.prepare(has_guests);
    let bench = Arc::new(options.jdks.bench(options.cache.clone())?);
    let file = options.peers.file()?;
    let network = options.network.unwrap_or_default();
    let pair = options.pair.suite(&bench, patience(options), &file);
    // A pair of programs brings its own judge.
    let needs_java = pair.is_none();
    let mut suites: Vec<Box<dyn Suite>> = Vec::new();
    if let Some(pair) = pair {
        suites.push(Box::new(pair.through(network)));
    } else {
        for chat in Chat::of_duets(&bench, patience(options)) {
            suites.push(Box::new(chat.through(network)));
        }
        suites.push(Box::new(Boundaries::new(
            Arc::clone(&bench),
            patience(options),
        )));
        let scenarios = options.peers.scenarios(&bench, &file, network)?;
        suites.push(Box::new(scenarios));
    }
    let matrix = Matrix::new(suites);
    let cases = options.selection.of(matrix.cases())?;
    if options.list {
        for case in &cases {
            println!("{}", shown(case));
        }
        return Ok(Exit::Success);
    }
    let baseline = options.writing.check()?;
    if needs_java {
        compile(&bench)?;
    }
    let jobs = options.conditions.jobs();
    let progress = Progress::of(&cases);
    let stop = interruption::watch();
    let results = matrix.run_all(&cases, jobs, &stop, |judged| progress.saw(judged));
    progress.finish();
    let mut run = Run::new(bench.jdks(), &results, start.elapsed());
    run.partial = results.len() < cases.len();
    run.shards = options.selection.shards();
    let with = needed_again(std::env::args().skip(1));
    for case in run.cases.iter_mut().filter(|case| !case.is_pass()) {
        case.with.clone_from(&with);
    }
    let baseline = baseline.map(|old| options.selection.narrowed(old));
    Ok(options.writing.finish(run, baseline.as_ref()))
}

/// Of these arguments the options that decide how a case is played, and by whom.
fn needed_again(mut arguments: impl Iterator<Item = String>) -> String {
    const NEEDED: [&str; 11] = [
        "--jdk",
        "--peer",
        "--cast",
        "--scenarios",
        "--client",
        "--server",
        "--reference-client",
        "--reference-server",
        "--port",
        "--network",
        "--timeout",
    ];
    let mut needed = Vec::new();
    while let Some(argument) = arguments.next() {
        let name = argument.split('=').next().unwrap_or_default();
        if NEEDED.contains(&name) {
            let has_value = name.len() < argument.len();
            needed.push(argument);
            needed.extend(if has_value { None } else { arguments.next() });
        }
    }
    // What cannot be quoted cannot have been an argument.
    shlex::try_join(needed.iter().map(String::as_str)).unwrap_or_default()
}

fn patience(options: &Options) -> Patience {
    Patience {
        quiet: Duration::from_secs(options.timeout.get().into()),
        ..Patience::of_a_conversation()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_case_needs_to_be_played_again_is_kept_and_nothing_else() {
        let arguments = [
            "interop",
            "emoji",
            "--peer",
            "python3 peer.py",
            "--json",
            "a.json",
            "--network=both ways slice 1",
            "--jdk",
            "/opt/jdk",
        ];
        assert_eq!(
            needed_again(arguments.into_iter().map(str::to_owned)),
            "--peer 'python3 peer.py' '--network=both ways slice 1' --jdk /opt/jdk"
        );
    }
}
