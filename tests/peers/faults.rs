//! Broken connections: every place of one scenario, and a sample of all places of all scenarios.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use javatalk::internals::interop::faults::{Counts, Plan, sweep};
use javatalk::internals::interop::peer::pool::PeerPool;
use javatalk::internals::interop::proxy::plan::FaultKind;
use javatalk::internals::interop::report;
use javatalk::internals::interop::report::CaseEntry;
use javatalk::internals::interop::scenario::language::Scenario;
use javatalk::internals::interop::scenario::{Runner, language};
use javatalk::internals::interop::toolbox::Toolbox;
use javatalk::internals::sweep::SEED;
use javatalk::internals::system::wait::Timeouts;
use libtest_mimic::{Failed, Trial};

/// Several, since some faults are only known by a silence.
const JOBS: NonZero<usize> = NonZero::new(4).unwrap();

/// So many places of all scenarios: some seconds.
const SAMPLE: usize = 600;

pub(crate) fn trials(toolbox: &Arc<Toolbox>) -> Vec<Trial> {
    let test = |name: &'static str, test: fn(&Arc<Toolbox>) -> Result<(), Failed>| {
        let toolbox = Arc::clone(toolbox);
        Trial::test(name, move || test(&toolbox))
    };
    vec![
        test("faults_at_every_place_of_a_greeting_pass", every_place),
        test("faults_at_a_sample_of_all_places_pass", a_sample),
    ]
}

fn every_place(toolbox: &Arc<Toolbox>) -> Result<(), Failed> {
    let mut scenarios = language::embedded();
    scenarios.retain(|scenario| scenario.name == "greeting");
    let counts = played(toolbox, scenarios, None)?;
    for kind in FaultKind::ALL {
        let count = counts.counts.get(kind).copied().unwrap_or_default();
        if count.places == 0 {
            return Err(Failed::from(format!("{} was not played", kind.word())));
        }
    }
    Ok(())
}

fn a_sample(toolbox: &Arc<Toolbox>) -> Result<(), Failed> {
    let counts = played(toolbox, language::embedded(), Some(SAMPLE))?;
    if counts.places() == SAMPLE {
        Ok(())
    } else {
        Err(Failed::from(counts.to_string()))
    }
}

fn played(
    toolbox: &Arc<Toolbox>,
    scenarios: Vec<Scenario>,
    sample: Option<usize>,
) -> Result<Counts, Failed> {
    let scenarios: Vec<Arc<Scenario>> = scenarios.into_iter().map(Arc::new).collect();
    let plan = Plan::new(&scenarios, FaultKind::ALL, SEED, sample);
    let pool = PeerPool::new(Arc::clone(toolbox), Vec::new());
    let runner = Runner::new(pool, Timeouts::of_a_scenario());
    let stop = AtomicBool::new(false);
    let counts = sweep(&plan, JOBS, &runner, &stop, |_| {});
    match counts.differences.first() {
        None if counts.is_green() => Ok(counts),
        None => Err(Failed::from(format!("nothing was proved:\n{counts}"))),
        Some(difference) => {
            let scenario = difference.scenario.as_ref().unwrap();
            let again = format!("javatalk faults {}", scenario.name);
            Err(Failed::from(format!(
                "{}\n{}\n{counts}",
                report::failure(&CaseEntry::new(&difference.judged), &again),
                scenario
            )))
        }
    }
}
