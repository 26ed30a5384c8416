//! Broken connections: every place of one scenario, and a sample of all places of all scenarios.

mod jdk;

use std::num::NonZero;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use javatalk::interop::faults::{Plan, Tally, sweep};
use javatalk::interop::proxy::plan::FaultKind;
use javatalk::interop::report;
use javatalk::interop::report::CaseEntry;
use javatalk::interop::scenario::language::Scenario;
use javatalk::interop::scenario::{Cast, Theatre, language};
use javatalk::interop::toolbox::Bench;
use javatalk::sweep::SEED;
use javatalk::system::wait::Patience;
use libtest_mimic::{Failed, Trial};

/// So many places of all scenarios: some seconds.
const SAMPLE: usize = 600;

fn main() -> ExitCode {
    jdk::run(|bench| {
        let bench = Arc::new(bench);
        let test = |name: &'static str, test: fn(&Arc<Bench>) -> Result<(), Failed>| {
            let bench = Arc::clone(&bench);
            Trial::test(name, move || test(&bench))
        };
        vec![
            test("every_place_of_a_greeting", every_place),
            test("a_sample_of_all_places", a_sample),
        ]
    })
}

fn every_place(bench: &Arc<Bench>) -> Result<(), Failed> {
    let mut scenarios = language::embedded();
    scenarios.retain(|scenario| scenario.name == "greeting");
    let tally = played(bench, scenarios, None)?;
    for kind in FaultKind::ALL {
        let count = tally.counts.get(kind).copied().unwrap_or_default();
        if count.places == 0 {
            return Err(Failed::from(format!("{} was not played", kind.word())));
        }
    }
    Ok(())
}

fn a_sample(bench: &Arc<Bench>) -> Result<(), Failed> {
    let tally = played(bench, language::embedded(), Some(SAMPLE))?;
    if tally.places() == SAMPLE {
        Ok(())
    } else {
        Err(Failed::from(tally.to_string()))
    }
}

fn played(
    bench: &Arc<Bench>,
    scenarios: Vec<Scenario>,
    sample: Option<usize>,
) -> Result<Tally, Failed> {
    let scenarios: Vec<Arc<Scenario>> = scenarios.into_iter().map(Arc::new).collect();
    let plan = Plan::new(&scenarios, FaultKind::ALL, SEED, sample);
    let cast = Cast::new(Arc::clone(bench), Vec::new());
    let theatre = Theatre::new(cast, Patience::of_a_scenario());
    let stop = AtomicBool::new(false);
    let tally = sweep(&plan, NonZero::<usize>::MIN, &theatre, &stop, |_| {});
    match tally.differences.first() {
        None if tally.is_green() => Ok(tally),
        None => Err(Failed::from(format!("nothing was proved:\n{tally}"))),
        Some(difference) => {
            let again = format!("javatalk faults {}", difference.scenario.name);
            Err(Failed::from(format!(
                "{}\n{}\n{tally}",
                report::failure(&CaseEntry::new(&difference.judged), &again),
                difference.scenario
            )))
        }
    }
}
