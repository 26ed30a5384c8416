//! The campaign: plays generated scenario after generated scenario in every pairing, and minimizes
//! those that differ.

use std::num::NonZero;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::counts::{Counts, End};
use super::finding::{Finding, Size};
use super::generate::{GeneratedScenario, name};
use super::minimize::Minimizer;
use super::schedule::{Schedule, lock};
use crate::interop::model::participant::Pairing;
use crate::interop::model::shard::Shard;
use crate::interop::model::verdict::Verdict;
use crate::interop::scenario::Runner;
use crate::interop::suites::evaluation::{Evaluation, Judgement};
use crate::system::workers::work;

/// Which scenarios to play, and how.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The seed of the generated scenarios.
    pub seed: u64,
    pub extent: Extent,
    /// If set, only this shard of them is played.
    pub shard: Option<Shard>,
    /// How many are played at the same time.
    pub jobs: NonZero<usize>,
    /// The campaign ends after this many findings.
    pub most: NonZero<usize>,
}

/// Which scenarios of a seed are played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// The first scenarios, this many.
    Cases(usize),
    /// As many of the first scenarios as this time allows.
    Time(Duration),
    Only(usize),
}

impl Plan {
    /// The numbers of the cases of this plan, in order. The sequence has no end if only the time is
    /// limited.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = usize> + Send + use<> {
        let (start, end) = match self.extent {
            Extent::Cases(count) => (0, count),
            Extent::Time(_) => (0, usize::MAX),
            Extent::Only(number) => (number, number.saturating_add(1)),
        };
        let (seed, shard) = (self.seed, self.shard);
        let holds =
            move |number| shard.is_none_or(|it: Shard| it.holds("fuzz", &name(seed, number)));
        (start..end).filter(move |&number| holds(number))
    }

    /// The scenarios of this plan, in order.
    pub fn dialogues(&self) -> impl Iterator<Item = GeneratedScenario> + use<'_> {
        self.numbers().map(|number| GeneratedScenario {
            seed: self.seed,
            number,
        })
    }
}

/// Receives the events of a campaign as they happen.
pub trait Watch: Sync {
    /// A scenario was played.
    fn played(&self, counts: &Counts);
    /// A scenario differs. Called again for the same scenario once it is minimized.
    fn found(&self, finding: &Finding);
    /// A scenario could not be played. Called once for each reason.
    fn could_not(&self, why: &str);
}

/// A campaign: the peers, and the receiver of its events.
pub struct Campaign<'a> {
    /// The runner that plays the scenarios.
    pub runner: &'a Runner,
    pub pairings: Vec<Pairing>,
    /// Opens a runner in which a scenario is minimized. The many failures there do not count
    /// against a peer in the campaign itself.
    pub rehearsals: &'a (dyn Fn() -> Arc<Runner> + Sync),
    /// The command-line options that select the peers, for the command that replays a scenario.
    pub with: String,
    /// Ends the campaign once true.
    pub stop: &'a AtomicBool,
    pub watch: &'a dyn Watch,
}

impl Campaign<'_> {
    pub fn run(&self, plan: &Plan) -> Counts {
        let run = Run {
            campaign: self,
            plan,
            schedule: Schedule::new(plan, self.stop),
            counts: Mutex::default(),
        };
        work(plan.jobs.get(), |worker| run.work(worker));
        let counts = run.counts;
        let counts = counts.into_inner().unwrap_or_else(PoisonError::into_inner);
        Counts {
            end: run.schedule.ended(),
            ..counts
        }
    }
}

struct Run<'a> {
    campaign: &'a Campaign<'a>,
    plan: &'a Plan,
    schedule: Schedule<'a>,
    counts: Mutex<Counts>,
}

impl Run<'_> {
    /// Each worker starts with another pairing, so that two workers seldom wait for the same peer.
    fn work(&self, worker: usize) {
        let pairings = &self.campaign.pairings;
        let mut own = pairings.clone();
        own.rotate_left(worker * pairings.len() / self.plan.jobs.get());
        while let Some(number) = self.schedule.next() {
            let seed = self.plan.seed;
            self.play(GeneratedScenario { seed, number }, &own);
        }
    }

    fn play(&self, dialogue: GeneratedScenario, pairings: &[Pairing]) {
        let scenario = Arc::new(dialogue.scenario());
        let runner = self.campaign.runner;
        let trial = Evaluation::with_the_oracle_once(Arc::clone(&scenario));
        let heard: Vec<(Pairing, Judgement)> = pairings
            .iter()
            .map(|&pairing| (pairing, trial.hear(runner, pairing)))
            .collect();
        let is_green = heard.iter().all(|(_, heard)| heard.verdict.is_green());
        if !is_green && self.campaign.stop.load(Ordering::Relaxed) {
            // The interruption may also have ended a peer.
            self.schedule.end(End::Interrupted);
            return;
        }
        {
            let mut counts = lock(&self.counts);
            let verdicts: Vec<_> = heard
                .iter()
                .map(|(p, heard)| (*p, &heard.verdict))
                .collect();
            counts.add(&scenario, &verdicts);
            for (_, heard) in &heard {
                if let Some(why) = unplayed(heard)
                    && counts.could_not(why)
                {
                    self.campaign.watch.could_not(why);
                }
            }
            self.campaign.watch.played(&counts);
        }
        if heard.iter().all(|(_, heard)| unplayed(heard).is_some()) {
            self.schedule.end(End::Stranded);
        }
        let is_red = |heard: &Judgement| !heard.verdict.is_green() && unplayed(heard).is_none();
        let red: Vec<Pairing> = pairings
            .iter()
            .zip(&heard)
            .filter_map(|(&pairing, (_, heard))| is_red(heard).then_some(pairing))
            .collect();
        // A difference tells more than a timeout that it has caused.
        let rank = |(_, heard): &(Pairing, Judgement)| match heard.verdict {
            Verdict::Differs(_) => 0,
            _ => 1,
        };
        let first = heard
            .into_iter()
            .filter(|(_, heard)| is_red(heard))
            .min_by_key(rank);
        if let Some((pairing, heard)) = first {
            self.found(
                Finding::new(
                    dialogue,
                    &scenario,
                    red,
                    pairing,
                    heard,
                    &self.campaign.with,
                ),
                pairing,
            );
        }
    }

    /// Reports the finding before it is minimized, which takes a while, and again afterwards.
    fn found(&self, finding: Finding, pairing: Pairing) {
        self.schedule.found();
        self.campaign.watch.found(&finding);
        let minimizer = Minimizer::new(self.campaign.rehearsals, self.campaign.stop, pairing);
        let finding = match minimizer.of(&finding.scenario) {
            Some((scenario, heard)) => finding.made_small(&scenario, pairing, heard),
            None if self.campaign.stop.load(Ordering::Relaxed) => finding,
            None => Finding {
                size: Size::Fleeting,
                ..finding
            },
        };
        self.campaign.watch.found(&finding);
        lock(&self.counts).findings.push(finding);
    }
}

/// Why the scenario was not played at all.
fn unplayed(heard: &Judgement) -> Option<&str> {
    match &heard.verdict {
        Verdict::NotRun(why) if heard.seen.is_none() => Some(why),
        _ => None,
    }
}
