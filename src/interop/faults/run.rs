//! Plays scenarios with a fault at every place.

use std::num::NonZero;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use super::Difference;
use super::counts::Counts;
use super::places::points;
use crate::interop::model::case::{Case, Judged};
use crate::interop::model::verdict::Verdict;
use crate::interop::proxy::plan::{FaultKind, NetworkPlan};
use crate::interop::scenario::Runner;
use crate::interop::scenario::language::Scenario;
use crate::interop::suites::evaluation::Evaluation;
use crate::system::random::Random;
use crate::system::workers::each;

/// The first part of the case names.
pub(crate) const NAME: &str = "fault";

/// The scenarios and faults to play.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The scenarios, each with a network plan.
    pub performances: Vec<(Arc<Scenario>, NetworkPlan)>,
    /// How many places in long conversations were left out, by choice or by `sample`.
    pub left_out: usize,
    /// How many places were left out because the outcome depends on timing, or on how many socket
    /// calls a method makes.
    pub racing: usize,
}

impl Plan {
    /// A plan of these faults at every place of these scenarios. If there are more than `sample`
    /// places, `seed` chooses that many.
    pub fn new(
        scenarios: &[Arc<Scenario>],
        kinds: &[FaultKind],
        seed: u64,
        sample: Option<usize>,
    ) -> Self {
        let mut plan = Self {
            performances: Vec::new(),
            left_out: 0,
            racing: 0,
        };
        for scenario in scenarios {
            let points = points(scenario, kinds, seed);
            plan.left_out += points.left_out;
            plan.racing += points.racing;
            let networks = points.networks.into_iter();
            plan.performances
                .extend(networks.map(|network| (Arc::clone(scenario), network)));
        }
        plan.left_out += sampled(&mut plan.performances, sample, seed);
        plan
    }
}

/// Leaves at most `sample` of these, chosen by `seed`, and returns how many are removed.
pub(super) fn sampled<T>(places: &mut Vec<T>, sample: Option<usize>, seed: u64) -> usize {
    let before = places.len();
    let mut random = Random::of(seed, "sample", 0);
    while places.len() > sample.unwrap_or(before) {
        let surplus = random.below(places.len());
        places.swap_remove(surplus);
    }
    before - places.len()
}

/// Plays all of `plan`, `jobs` places at a time. Calls `saw` for each place once all pairings have
/// played it.
///
/// Returns early if `stop` is set.
pub fn sweep(
    plan: &Plan,
    jobs: NonZero<usize>,
    runner: &Runner,
    stop: &AtomicBool,
    saw: impl Fn(&[Difference]) + Sync,
) -> Counts {
    let start = Instant::now();
    let counts = Mutex::new(Counts::default());
    each(&plan.performances, jobs, stop, |_, (scenario, network)| {
        let (judged, again) = play(runner, scenario, *network);
        let differences: Vec<Difference> = judged
            .iter()
            .filter(|(_, judged)| !judged.verdict.is_green())
            .map(|(scenario, judged)| Difference {
                network: scenario.network,
                scenario: Some(Arc::clone(scenario)),
                judged: judged.clone(),
            })
            .collect();
        saw(&differences);
        let verdicts = judged.iter().map(|(_, judged)| &judged.verdict);
        counts.lock().unwrap_or_else(PoisonError::into_inner).add(
            network,
            verdicts,
            again,
            differences,
        );
    });
    let mut counts = counts.into_inner().unwrap_or_else(PoisonError::into_inner);
    counts.left_out = plan.left_out;
    counts.racing = plan.racing;
    counts.unplayed = plan.performances.len() - counts.places();
    counts.took = start.elapsed();
    counts
}

/// Plays a scenario with a network plan, in every pairing except the oracle's. Also returns how
/// many pairings agreed with Java only after it had been played again.
fn play(
    runner: &Runner,
    scenario: &Arc<Scenario>,
    network: NetworkPlan,
) -> (Vec<(Arc<Scenario>, Judged)>, usize) {
    let scenario = Arc::new(Scenario {
        network,
        ..Scenario::clone(scenario)
    });
    let trial = Evaluation::new(Arc::clone(&scenario));
    let judge = runner.pool().oracle();
    let mut pairings = runner.pool().pairings();
    pairings.retain(|pairing| Some(*pairing) != judge);
    let mut again = 0;
    let hear = |pairing| {
        let start = Instant::now();
        let heard = trial.hear(runner, pairing);
        again += usize::from(heard.again > 0);
        let case = Case {
            suite: NAME,
            index: 0,
            group: scenario.script().to_owned(),
            row: scenario.name.clone(),
            claim: format!("{} Under {network}.", scenario.claim),
            pairing,
        };
        let judged = heard.of(case, start.elapsed(), |seen| seen);
        (Arc::clone(&scenario), judged)
    };
    let mut judged: Vec<_> = pairings.into_iter().map(hear).collect();
    for (_, judged) in &mut judged {
        if judged.verdict == Verdict::Pass {
            // The evidence of a pass is never shown, and there are very many passes.
            (judged.seen, judged.oracle) = (None, None);
        }
    }
    (judged, again)
}
