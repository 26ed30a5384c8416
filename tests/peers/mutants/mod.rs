//! A harness that cannot fail proves nothing: peers with one typical bug each must all be caught,
//! each by the scenario whose claim is about that bug.

mod bug;
mod codec;
#[cfg(target_os = "linux")]
mod command;
mod objects;
mod peer;
mod search;
mod text;

use std::process::ExitCode;
use std::sync::Arc;

use bug::Bug;
use javatalk::internals::interop::model::case::{Case, Judged};
use javatalk::internals::interop::peer::pool::{ExternalPeer, PeerPool};
use javatalk::internals::interop::report;
use javatalk::internals::interop::report::CaseEntry;
use javatalk::internals::interop::runner::Suite;
use javatalk::internals::interop::scenario::language;
use javatalk::internals::interop::suites::scenarios::Scenarios;
use javatalk::internals::interop::toolbox::Toolbox;
use javatalk::internals::system::process::Invocation;
use javatalk::internals::system::wait::Timeouts;
use libtest_mimic::{Failed, Trial};

/// The argument that makes this program a mutant, before the name of its bug.
pub(crate) const PLAY: &str = "--play";

/// The peer without a bug.
const NAIVE: &str = "naive";

/// What a test does with the bench.
type Test = Box<dyn Fn(&Arc<Toolbox>) -> Result<(), Failed> + Send>;

/// Plays the mutant with the bug of this name, or the naive peer.
pub(crate) fn play(name: &str) -> ExitCode {
    peer::play(name.parse().ok())
}

pub(crate) fn trials(toolbox: &Arc<Toolbox>) -> Vec<Trial> {
    let trial = |name: &'static str, test: Test| {
        let toolbox = Arc::clone(toolbox);
        Trial::test(name, move || test(&toolbox))
    };
    let mut trials = vec![trial(
        "the_naive_peer_passes_all_scenarios",
        Box::new(naive_passes),
    )];
    trials.push(trial(
        "the_search_finds_every_mutant_without_the_scenarios",
        Box::new(search::finds_every_mutant),
    ));
    #[cfg(target_os = "linux")]
    trials.extend([
        trial(
            "a_finding_is_saved_as_a_scenario_and_can_be_reproduced",
            Box::new(command::a_finding_is_saved_as_a_scenario_and_can_be_reproduced),
        ),
        trial(
            "the_command_printed_by_faults_reproduces_the_difference",
            Box::new(command::the_command_printed_by_faults_reproduces_the_difference),
        ),
        trial(
            "sigkill_loses_no_finding_and_leaves_no_process",
            Box::new(command::sigkill_loses_no_finding_and_leaves_no_process),
        ),
    ]);
    trials.extend(
        Bug::ALL
            .iter()
            .map(|&bug| trial(bug.name(), Box::new(move |toolbox| is_caught(toolbox, bug)))),
    );
    trials
}

/// The scenarios with the mutant in either role and the oracle in the other, and with the mutant in
/// both.
struct Stage {
    scenarios: Scenarios,
    cases: Vec<Case>,
}

impl Stage {
    /// All scenarios, or those of one file.
    fn new(toolbox: &Arc<Toolbox>, name: &str, file: Option<&str>) -> Result<Self, Failed> {
        let external_peer = ExternalPeer {
            name: name.to_owned(),
            invocation: Invocation::new(std::env::current_exe()?).args([PLAY, name]),
            identity: None,
        };
        let newest = *toolbox.javas().last().ok_or("no JDK")?;
        let pool = PeerPool::new(Arc::clone(toolbox), vec![external_peer]);
        let scenarios = Scenarios::new(pool, language::embedded(), PATIENCE);
        let pairings = [
            format!("{name}-to-java{newest}"),
            format!("java{newest}-to-{name}"),
            format!("{name}-to-{name}"),
        ];
        let mut cases = scenarios.cases();
        cases.retain(|case| {
            pairings.contains(&case.pairing.to_string())
                && file.is_none_or(|file| case.group == file)
        });
        Ok(Self { scenarios, cases })
    }

    /// The cases that are not green, as they come.
    fn reds(&self) -> impl Iterator<Item = Judged> {
        let judged = self.cases.iter().map(|case| self.scenarios.run(case));
        judged.filter(|judged| !judged.verdict.is_green())
    }
}

/// Many mutants leave the other side waiting, which the kernel tells at once. Any other silence may
/// be that of a JVM that starts on a busy machine.
const PATIENCE: Timeouts = Timeouts::of_a_scenario();

fn naive_passes(toolbox: &Arc<Toolbox>) -> Result<(), Failed> {
    match Stage::new(toolbox, NAIVE, None)?.reds().next() {
        None => Ok(()),
        Some(judged) => Err(told(&judged)),
    }
}

fn is_caught(toolbox: &Arc<Toolbox>, bug: Bug) -> Result<(), Failed> {
    let stage = Stage::new(toolbox, bug.name(), Some(bug.file()))?;
    if stage.cases.is_empty() {
        return Err(Failed::from(format!("there is no scenario {}", bug.file())));
    }
    let reds: Vec<Judged> = stage.reds().collect();
    if reds.is_empty() {
        return Err(Failed::from(format!(
            "{}: nobody noticed; {} passes",
            bug.what(),
            bug.file()
        )));
    }
    // Caught, and not by mistake: in every pairing and role the mutant is blamed.
    for judged in &reds {
        match judged.verdict.divergence() {
            Some(divergence) if divergence.peer.to_string() == bug.name() => {}
            _ => return Err(told(judged)),
        }
    }
    Ok(())
}

fn told(judged: &Judged) -> Failed {
    Failed::from(report::failure(&CaseEntry::new(judged), "this test"))
}
