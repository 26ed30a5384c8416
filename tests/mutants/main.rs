//! A harness that cannot fail proves nothing: peers with one typical bug each must all be caught,
//! each by the scenario whose claim is about that bug.
//!
//! This program plays the mutants too: started with `--play BUG` it is a peer with that bug.

mod bug;
mod codec;
#[path = "../jdk/mod.rs"]
mod jdk;
mod peer;

use std::process::ExitCode;
use std::sync::Arc;

use bug::Bug;
use javatalk::interop::bell::Patience;
use javatalk::interop::bench::Bench;
use javatalk::interop::case::Judged;
use javatalk::interop::matrix::Suite;
use javatalk::interop::pairing::{Pairing, Peer};
use javatalk::interop::process::Invocation;
use javatalk::interop::report::{self, CaseEntry};
use javatalk::interop::scenario::{Cast, Guest, Scenarios};
use javatalk::interop::script;
use libtest_mimic::{Failed, Trial};

/// How the mutants are started.
const PLAY: &str = "--play";

/// The peer without a bug.
const NAIVE: &str = "naive";

/// What a test does with the bench.
type Test = Box<dyn Fn(&Arc<Bench>) -> Result<(), Failed> + Send>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [play, name] = arguments.as_slice()
        && play == PLAY
    {
        return peer::play(name.parse().ok());
    }
    jdk::run(|bench| {
        let bench = Arc::new(bench);
        let trial = |name: &'static str, test: Test| {
            let bench = Arc::clone(&bench);
            Trial::test(name, move || test(&bench))
        };
        let mut trials = vec![trial(
            "the_naive_peer_without_a_bug_passes_all",
            Box::new(naive_passes),
        )];
        trials.extend(
            Bug::ALL
                .iter()
                .map(|&bug| trial(bug.name(), Box::new(move |bench| is_caught(bench, bug)))),
        );
        trials
    })
}

/// What came of every scenario, or those of one file, with the mutant in either role and the oracle
/// in the other.
fn results(bench: &Arc<Bench>, name: &str, file: Option<&str>) -> Vec<Judged> {
    let this = std::env::current_exe().unwrap();
    let guest = Guest {
        name: name.to_owned(),
        invocation: Invocation::new(this).args([PLAY, name]),
    };
    let oracle = Peer::Java(*bench.javas().last().unwrap());
    let cast = Cast::new(Arc::clone(bench), vec![guest]);
    let mutant = *cast.peers().last().unwrap();
    let wanted = [
        Pairing {
            client: mutant,
            server: oracle,
        },
        Pairing {
            client: oracle,
            server: mutant,
        },
    ];
    let scenarios = Scenarios::new(cast, script::embedded(), Patience::of_a_scenario());
    scenarios
        .cases()
        .iter()
        .filter(|case| wanted.contains(&case.pairing))
        .filter(|case| file.is_none_or(|file| case.group == file))
        .map(|case| scenarios.run(case))
        .collect()
}

fn naive_passes(bench: &Arc<Bench>) -> Result<(), Failed> {
    let results = results(bench, NAIVE, None);
    match results.iter().find(|judged| !judged.verdict.is_green()) {
        None => Ok(()),
        Some(judged) => Err(Failed::from(report::failure(
            &CaseEntry::new(judged),
            "this test",
        ))),
    }
}

fn is_caught(bench: &Arc<Bench>, bug: Bug) -> Result<(), Failed> {
    let results = results(bench, bug.name(), Some(bug.file()));
    if results.is_empty() {
        return Err(Failed::from(format!("there is no scenario {}", bug.file())));
    }
    let caught = results.iter().find(|judged| {
        judged
            .verdict
            .divergence()
            .is_some_and(|divergence| divergence.peer.to_string() == bug.name())
            || !judged.verdict.is_green()
    });
    match caught {
        Some(_) => Ok(()),
        None => Err(Failed::from(format!(
            "{}: nobody noticed; {} passes",
            bug.what(),
            bug.file()
        ))),
    }
}
