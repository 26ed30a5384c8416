//! Makes a dialogue small before its judge: each smaller one is played again.

pub(crate) mod steps;
pub(crate) mod values;

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use steps::{ended, fewer_steps, simpler_values};

use crate::interop::faults::is_sure;
use crate::interop::model::participant::{Pairing, Participant};
use crate::interop::model::verdict::Verdict;
use crate::interop::proxy::plan::NetworkPlan;
use crate::interop::scenario::Runner;
use crate::interop::scenario::language::Scenario;
use crate::interop::suites::evaluation::{Evaluation, Judgement};

/// One dialogue made small, in one pairing.
pub(crate) struct Reduction<'a> {
    open: &'a (dyn Fn() -> Arc<Runner> + Sync),
    runner: RefCell<Arc<Runner>>,
    stop: &'a AtomicBool,
    pairing: Pairing,
}

/// So often a dialogue is played again before it is said to be green the next time.
const TRIES: usize = 4;

/// Where an attempt takes a second, since nothing moves until it is given up, the search for fewer
/// steps ends after so many of them. They are counted and not timed: what is left of a dialogue must
/// not depend on how busy the machine is.
const SILENT_FOR_STEPS: usize = 20;
/// After so many of them the search for simpler values does not begin.
const SILENT_FOR_VALUES: usize = 4;

impl<'a> Reduction<'a> {
    pub(crate) fn new(
        open: &'a (dyn Fn() -> Arc<Runner> + Sync),
        stop: &'a AtomicBool,
        pairing: Pairing,
    ) -> Self {
        Self {
            open,
            runner: RefCell::new(open()),
            stop,
            pairing,
        }
    }

    /// The smallest dialogue that fails in the same way, and what came of it; none if this one
    /// does not fail again.
    pub(crate) fn of(&self, scenario: &Scenario) -> Option<(Scenario, Judgement)> {
        let calm = Scenario {
            network: NetworkPlan::default(),
            ..scenario.clone()
        }
        .as_printed();
        // What depends on who is faster may need to be asked again.
        let (mut start, mut heard) = [&calm, scenario]
            .into_iter()
            .flat_map(|candidate| std::iter::repeat_n(candidate, TRIES))
            .map(|candidate| (candidate.clone(), self.hear(candidate)))
            .find(|(_, heard)| self.fails(heard, None).is_some())?;
        // Who meets the end instead of waiting says what it has seen, and at once.
        if is_silent(&heard)
            && let Some(ended) = ended(&start)
        {
            let again = self.hear(&ended);
            if matches!(again.verdict, Verdict::Differs(_)) {
                (start, heard) = (ended, again);
            }
        }
        let kind = self.fails(&heard, None)?;
        let first = (start.clone(), heard);
        let mut best = first.clone();
        let silent = Cell::new(0);
        let mut fails = |candidate: &Scenario| {
            if self.stop.load(Ordering::Relaxed) || silent.get() >= SILENT_FOR_STEPS {
                return false;
            }
            // What is smaller must not fail for a reason of its own.
            if !is_sure(candidate) {
                return false;
            }
            let heard = self.look(candidate);
            silent.set(silent.get() + usize::from(is_silent(&heard)));
            let fails = self.fails(&heard, Some(kind)).is_some();
            if fails {
                best = (candidate.clone(), heard);
            }
            fails
        };
        let mut small = start;
        loop {
            let before = small.clone();
            small = fewer_steps(&small, &mut fails);
            if silent.get() < SILENT_FOR_VALUES {
                small = simpler_values(&small, &mut fails);
            }
            if small == before {
                break;
            }
        }
        let (small, heard) = best;
        if self.hear(&small).again > 0 {
            // Java can show that too.
            return Some(first);
        }
        Some((small, heard))
    }

    /// Plays it; a peer that has failed so often that it is given up has another chance, once.
    fn hear(&self, scenario: &Scenario) -> Judgement {
        self.hear_in(scenario, Evaluation::new)
    }

    /// The same at first sight: there are many that are smaller.
    fn look(&self, scenario: &Scenario) -> Judgement {
        self.hear_in(scenario, Evaluation::at_first_sight)
    }

    fn hear_in(
        &self,
        scenario: &Scenario,
        trial: impl Fn(Arc<Scenario>) -> Evaluation,
    ) -> Judgement {
        let scenario = Arc::new(scenario.clone());
        let hear = || {
            let runner = Arc::clone(&self.runner.borrow());
            trial(Arc::clone(&scenario)).hear(&runner, self.pairing)
        };
        let heard = hear();
        if !matches!(heard.verdict, Verdict::NotRun(_)) {
            return heard;
        }
        self.runner.replace((self.open)());
        hear()
    }

    /// In which way it fails, if it does: as `wanted`, if that is given. A difference stays one of
    /// the same peer; silences and crashes are as good as each other.
    fn fails(&self, heard: &Judgement, wanted: Option<Failure>) -> Option<Failure> {
        let failure = match &heard.verdict {
            Verdict::Differs(divergence) => Failure::Differs(divergence.peer),
            Verdict::Deadlock(_)
            | Verdict::Timeout(_)
            | Verdict::Crash(_)
            | Verdict::ProtocolViolation(_) => Failure::NeverEnds,
            // A judge that contradicts itself is no judge of what is smaller.
            Verdict::OracleUnstable(_) | Verdict::NotRun(_) | Verdict::Vacuous => return None,
            Verdict::Pass | Verdict::KnownDifference(..) | Verdict::Unsupported(_) => return None,
        };
        wanted
            .is_none_or(|wanted| wanted == failure)
            .then_some(failure)
    }
}

/// What has to stay as it is while all else becomes smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Failure {
    Differs(Participant),
    NeverEnds,
}

fn is_silent(heard: &Judgement) -> bool {
    matches!(heard.verdict, Verdict::Deadlock(_) | Verdict::Timeout(_))
}
