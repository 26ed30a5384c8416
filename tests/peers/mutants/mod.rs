//! A harness that cannot fail proves nothing: peers with one typical bug each must all be caught,
//! each by the scenario whose claim is about that bug.

mod bug;
mod codec;
#[cfg(target_os = "linux")]
mod command;
mod fixture;
mod objects;
mod peer;
mod search;
mod text;

use std::process::ExitCode;
use std::sync::Arc;

use bug::Bug;
use fixture::Fixture;
use javatalk::internals::interop::model::case::Judged;
use javatalk::internals::interop::report;
use javatalk::internals::interop::report::CaseEntry;
use javatalk::internals::interop::suites::evaluation::Evaluation;
use javatalk::internals::interop::toolbox::Toolbox;
use libtest_mimic::{Failed, Trial};

/// The argument that makes this program a mutant, before the name of its bug.
pub(crate) const PLAY: &str = "--play";

/// The peer without a bug.
const NAIVE: &str = "naive";

/// A test with the fixture.
type Test = Box<dyn Fn(&Fixture) -> Result<(), Failed> + Send>;

/// Plays the mutant with the bug of this name, or the naive peer.
pub(crate) fn play(name: &str) -> ExitCode {
    peer::play(name.parse().ok())
}

pub(crate) fn trials(toolbox: &Arc<Toolbox>) -> Vec<Trial> {
    let fixture = Arc::new(Fixture::new(toolbox));
    let trial = |name: &'static str, test: Test| {
        let fixture = Arc::clone(&fixture);
        Trial::test(name, move || test(&fixture))
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
    {
        type OfCommand = fn(&Arc<Toolbox>) -> Result<(), Failed>;
        let of_command: [(&str, OfCommand); 3] = [
            (
                "a_finding_is_saved_as_a_scenario_and_can_be_reproduced",
                command::a_finding_is_saved_as_a_scenario_and_can_be_reproduced,
            ),
            (
                "the_command_printed_by_faults_reproduces_the_difference",
                command::the_command_printed_by_faults_reproduces_the_difference,
            ),
            (
                "sigkill_loses_no_finding_and_leaves_no_process",
                command::sigkill_loses_no_finding_and_leaves_no_process,
            ),
        ];
        trials.extend(
            of_command
                .map(|(name, test)| trial(name, Box::new(move |fixture| test(fixture.toolbox())))),
        );
    }
    trials.extend(
        Bug::ALL
            .iter()
            .map(|&bug| trial(bug.name(), Box::new(move |fixture| is_caught(fixture, bug)))),
    );
    trials
}

/// The cases that are not green, of the peer of this name in either role with the oracle in the
/// other, and with itself: of all scenarios, or of those of one file.
fn reds(fixture: &Fixture, name: &str, file: Option<&str>) -> Result<Vec<Judged>, Failed> {
    let is_played =
        |evaluation: &&Evaluation| file.is_none_or(|file| evaluation.scenario().script() == file);
    let played: Vec<&Evaluation> = fixture.evaluations.iter().filter(is_played).collect();
    if played.is_empty() {
        return Err(Failed::from(format!("there is no scenario {file:?}")));
    }
    fixture.with_runner(|mutants| {
        let cases = played.iter().enumerate().flat_map(|(index, evaluation)| {
            let pairings = mutants
                .pairings(name, evaluation.scenario().pairings)
                .into_iter();
            pairings.map(move |pairing| (evaluation, evaluation.case(index, pairing)))
        });
        let judged = cases.map(|(evaluation, case)| evaluation.judge(&mutants.runner, &case));
        Ok(judged.filter(|judged| !judged.verdict.is_green()).collect())
    })
}

fn naive_passes(fixture: &Fixture) -> Result<(), Failed> {
    match reds(fixture, NAIVE, None)?.first() {
        None => Ok(()),
        Some(judged) => Err(told(judged)),
    }
}

fn is_caught(fixture: &Fixture, bug: Bug) -> Result<(), Failed> {
    let reds = reds(fixture, bug.name(), Some(bug.file()))?;
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
