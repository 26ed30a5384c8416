//! Plays dialogue after dialogue in every pairing, and makes small what is not the same.

use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::counts::{Counts, End};
use super::finding::{Finding, Size};
use super::generate::GeneratedScenario;
use super::minimize::Reduction;
use crate::interop::model::participant::Pairing;
use crate::interop::model::shard::Shard;
use crate::interop::model::verdict::Verdict;
use crate::interop::scenario::Runner;
use crate::interop::suites::evaluation::{Evaluation, Judgement};
use crate::system::workers::work;

/// What is to be played.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What the dialogues are made from.
    pub seed: u64,
    pub extent: Extent,
    /// Of these only this part.
    pub shard: Option<Shard>,
    /// How many at a time.
    pub jobs: NonZero<usize>,
    /// When so many are found, it is enough.
    pub most: NonZero<usize>,
}

/// Which dialogues of a seed are played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// So many, from the first.
    Cases(usize),
    /// As many as there is time for, from the first.
    Time(Duration),
    Only(usize),
}

impl Plan {
    /// The dialogues of this plan, in order; without end if only the time ends it.
    pub fn dialogues(&self) -> impl Iterator<Item = GeneratedScenario> + use<'_> {
        let (start, end) = match self.extent {
            Extent::Cases(count) => (0, count),
            Extent::Time(_) => (0, usize::MAX),
            Extent::Only(number) => (number, number.saturating_add(1)),
        };
        (start..end)
            .map(|number| GeneratedScenario {
                seed: self.seed,
                number,
            })
            .filter(|dialogue| self.holds(*dialogue))
    }

    fn holds(&self, dialogue: GeneratedScenario) -> bool {
        self.shard
            .is_none_or(|shard| shard.holds("fuzz", &dialogue.to_string()))
    }
}

/// Is told what happens while it happens.
pub trait Watch: Sync {
    /// A dialogue was played.
    fn played(&self, counts: &Counts);
    /// Something was found; told again, by the same dialogue, when it was made small.
    fn found(&self, finding: &Finding);
    /// For the first time something could not be played for this reason.
    fn could_not(&self, why: &str);
}

/// Who plays, and who is told.
pub struct Campaign<'a> {
    /// Where dialogues are played.
    pub runner: &'a Runner,
    pub pairings: Vec<Pairing>,
    /// Opens a theatre in which a dialogue is made small. What a peer does there, again and again,
    /// is not held against it in the other.
    pub rehearsals: &'a (dyn Fn() -> Arc<Runner> + Sync),
    /// The options of the command line that say who plays, for the command that plays a dialogue again.
    pub with: String,
    /// Ends the hunt once it is true.
    pub stop: &'a AtomicBool,
    pub watch: &'a dyn Watch,
}

impl Campaign<'_> {
    /// Plays the plan to its end.
    pub fn run(&self, plan: &Plan) -> Counts {
        let run = Run {
            campaign: self,
            plan,
            dialogues: Mutex::new(Box::new(plan.dialogues())),
            over: AtomicBool::new(false),
            found: AtomicUsize::new(0),
            deadline: match plan.extent {
                Extent::Time(time) => Instant::now().checked_add(time),
                Extent::Cases(_) | Extent::Only(_) => None,
            },
            counts: Mutex::default(),
        };
        work(plan.jobs.get(), |worker| run.work(worker));
        let counts = run.counts;
        counts.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Run<'a> {
    campaign: &'a Campaign<'a>,
    plan: &'a Plan,
    dialogues: Mutex<Box<dyn Iterator<Item = GeneratedScenario> + Send + 'a>>,
    over: AtomicBool,
    found: AtomicUsize,
    deadline: Option<Instant>,
    counts: Mutex<Counts>,
}

impl Run<'_> {
    /// Whoever works begins with another pairing, so that two seldom wait for the same peer.
    fn work(&self, worker: usize) {
        let pairings = &self.campaign.pairings;
        let mut own = pairings.clone();
        own.rotate_left(worker * pairings.len() / self.plan.jobs.get());
        while let Some(dialogue) = self.next() {
            self.play(dialogue, &own);
        }
    }

    fn next(&self) -> Option<GeneratedScenario> {
        if self.over.load(Ordering::Relaxed) {
            return None;
        }
        let next = lock(&self.dialogues).next();
        if self.deadline.is_some_and(|end| Instant::now() >= end) {
            return None;
        }
        if next.is_some() && self.campaign.stop.load(Ordering::Relaxed) {
            self.end(End::Interrupted);
            return None;
        }
        next
    }

    fn end(&self, end: End) {
        if !self.over.swap(true, Ordering::Relaxed) {
            lock(&self.counts).end = end;
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
            // Whoever ended the hunt may have ended a peer too.
            self.end(End::Interrupted);
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
            self.end(End::Stranded);
        }
        let is_red = |heard: &Judgement| !heard.verdict.is_green() && unplayed(heard).is_none();
        let red: Vec<Pairing> = pairings
            .iter()
            .zip(&heard)
            .filter_map(|(&pairing, (_, heard))| is_red(heard).then_some(pairing))
            .collect();
        // A difference says more than a silence that it has led to.
        let telling = |(_, heard): &(Pairing, Judgement)| match heard.verdict {
            Verdict::Differs(_) => 0,
            _ => 1,
        };
        let first = heard
            .into_iter()
            .filter(|(_, heard)| is_red(heard))
            .min_by_key(telling);
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

    /// Tells what was found before it is made small, and again afterwards: that takes its time.
    fn found(&self, finding: Finding, pairing: Pairing) {
        if self.found.fetch_add(1, Ordering::Relaxed) + 1 >= self.plan.most.get() {
            self.end(End::Enough);
        }
        self.campaign.watch.found(&finding);
        let reduction = Reduction::new(self.campaign.rehearsals, self.campaign.stop, pairing);
        let finding = match reduction.of(&finding.scenario) {
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

/// Why it was not played at all.
fn unplayed(heard: &Judgement) -> Option<&str> {
    match &heard.verdict {
        Verdict::NotRun(why) if heard.seen.is_none() => Some(why),
        _ => None,
    }
}

fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
