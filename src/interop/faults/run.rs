//! Playing scenarios at every place where they can break.

use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
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
use crate::system::workers::work;

/// What the names of these cases begin with.
pub(crate) const NAME: &str = "fault";

/// What is to be played.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The scenarios, and under which network.
    pub performances: Vec<(Arc<Scenario>, NetworkPlan)>,
    /// How many places of long conversations were left out, by choice or by `sample`.
    pub left_out: usize,
    /// How many places were left out because who is faster decides there, or how many calls of the
    /// socket a method makes.
    pub racing: usize,
}

impl Plan {
    /// These faults at every place of these scenarios; if there are more than `sample`, so many of
    /// them, chosen by the seed.
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
        if let Some(sample) = sample {
            let mut random = Random::of(seed, "sample", 0);
            while plan.performances.len() > sample {
                let surplus = random.below(plan.performances.len());
                plan.performances.swap_remove(surplus);
                plan.left_out += 1;
            }
        }
        plan
    }
}

/// Plays all of `plan`, `jobs` places at a time; `saw` is told of each when it has been played in all
/// pairings.
///
/// It ends early when `stop` is set.
pub fn sweep(
    plan: &Plan,
    jobs: NonZero<usize>,
    runner: &Runner,
    stop: &AtomicBool,
    saw: impl Fn(&[Difference]) + Sync,
) -> Counts {
    let start = Instant::now();
    let next = AtomicUsize::new(0);
    let counts = Mutex::new(Counts::default());
    work(jobs.get().min(plan.performances.len()), |_| {
        while !stop.load(Ordering::Relaxed) {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some((scenario, network)) = plan.performances.get(index) else {
                break;
            };
            let (judged, again) = play(runner, scenario, *network);
            let differences: Vec<Difference> = judged
                .iter()
                .filter(|(_, judged)| !judged.verdict.is_green())
                .map(|(scenario, judged)| Difference {
                    scenario: Arc::clone(scenario),
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
        }
    });
    let mut counts = counts.into_inner().unwrap_or_else(PoisonError::into_inner);
    counts.left_out = plan.left_out;
    counts.racing = plan.racing;
    counts.unplayed = plan.performances.len() - counts.places();
    counts.took = start.elapsed();
    counts
}

/// One scenario under one network, in every pairing but the one that judges; and how many of them
/// were as Java only when that was played again.
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
            // Nobody looks at it, and there are very many.
            (judged.seen, judged.oracle) = (None, None);
        }
    }
    (judged, again)
}
