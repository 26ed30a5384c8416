//! Minimizes a scenario that fails: each smaller candidate is played and compared again.

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

/// Minimizes one scenario in one pairing.
pub(crate) struct Minimizer<'a> {
    open: &'a (dyn Fn() -> Arc<Runner> + Sync),
    runner: RefCell<Arc<Runner>>,
    stop: &'a AtomicBool,
    pairing: Pairing,
}

/// How often a scenario is played again before it counts as green the second time.
const TRIES: usize = 4;

/// The search for fewer steps ends after this many candidates that timed out, each of which costs a
/// second. They are counted rather than timed, so that the result does not depend on how busy the
/// machine is.
const TIMEOUTS_FOR_STEPS: usize = 20;
/// After this many candidates that timed out, no simpler values are searched for.
const TIMEOUTS_FOR_VALUES: usize = 4;

impl<'a> Minimizer<'a> {
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

    /// The smallest scenario that fails in the same way, and its judgement; `None` if the scenario
    /// does not fail again.
    pub(crate) fn of(&self, scenario: &Scenario) -> Option<(Scenario, Judgement)> {
        let undisturbed = Scenario {
            network: NetworkPlan::default(),
            ..scenario.clone()
        }
        .into_printed();
        // A failure that depends on timing may need several attempts.
        let (mut start, mut heard) = [&undisturbed, scenario]
            .into_iter()
            .flat_map(|candidate| std::iter::repeat_n(candidate, TRIES))
            .map(|candidate| (candidate.clone(), self.evaluate(candidate)))
            .find(|(_, heard)| self.fails(heard, None).is_some())?;
        // A role that meets the end instead of waiting reports at once what it has read.
        if timed_out(&heard)
            && let Some(ended) = ended(&start)
        {
            let again = self.evaluate(&ended);
            if matches!(again.verdict, Verdict::Differs(_)) {
                (start, heard) = (ended, again);
            }
        }
        let kind = self.fails(&heard, None)?;
        let first = (start.clone(), heard);
        let mut best = first.clone();
        let timeouts = Cell::new(0);
        let mut fails = |candidate: &Scenario| {
            if self.stop.load(Ordering::Relaxed) || timeouts.get() >= TIMEOUTS_FOR_STEPS {
                return false;
            }
            // A smaller candidate must not fail for a reason of its own.
            if !is_sure(candidate) {
                return false;
            }
            let heard = self.evaluate_once(candidate);
            timeouts.set(timeouts.get() + usize::from(timed_out(&heard)));
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
            if timeouts.get() < TIMEOUTS_FOR_VALUES {
                small = simpler_values(&small, &mut fails);
            }
            if small == before {
                break;
            }
        }
        let (small, heard) = best;
        if self.evaluate(&small).again > 0 {
            // Java can show the same result.
            return Some(first);
        }
        Some((small, heard))
    }

    /// Plays the scenario. If a peer was given up, a new runner gives it one more chance.
    fn evaluate(&self, scenario: &Scenario) -> Judgement {
        self.evaluate_with(scenario, Evaluation::new)
    }

    /// Plays the scenario, and lets any difference count at once: there are many smaller
    /// candidates.
    fn evaluate_once(&self, scenario: &Scenario) -> Judgement {
        self.evaluate_with(scenario, Evaluation::at_first_sight)
    }

    fn evaluate_with(
        &self,
        scenario: &Scenario,
        trial: impl Fn(Arc<Scenario>) -> Evaluation,
    ) -> Judgement {
        let scenario = Arc::new(scenario.clone());
        let play = || {
            let runner = Arc::clone(&self.runner.borrow());
            trial(Arc::clone(&scenario)).hear(&runner, self.pairing)
        };
        let heard = play();
        if !matches!(heard.verdict, Verdict::NotRun(_)) {
            return heard;
        }
        self.runner.replace((self.open)());
        play()
    }

    /// How the scenario fails, if it does. With `wanted`, only that kind of failure counts: a
    /// difference must be blamed on the same peer, but timeouts and crashes are interchangeable.
    fn fails(&self, heard: &Judgement, wanted: Option<Failure>) -> Option<Failure> {
        let failure = match &heard.verdict {
            Verdict::Differs(divergence) => Failure::Differs(divergence.peer),
            Verdict::Deadlock(_)
            | Verdict::Timeout(_)
            | Verdict::Crash(_)
            | Verdict::ProtocolViolation(_) => Failure::NeverEnds,
            // An oracle that contradicts itself cannot judge a candidate.
            Verdict::OracleUnstable(_) | Verdict::NotRun(_) | Verdict::Vacuous => return None,
            Verdict::Pass | Verdict::KnownDifference(..) | Verdict::Unsupported(_) => return None,
        };
        wanted
            .is_none_or(|wanted| wanted == failure)
            .then_some(failure)
    }
}

/// The kind of failure that must stay the same while the scenario becomes smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Failure {
    Differs(Participant),
    NeverEnds,
}

fn timed_out(heard: &Judgement) -> bool {
    matches!(heard.verdict, Verdict::Deadlock(_) | Verdict::Timeout(_))
}
