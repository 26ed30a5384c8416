//! Plays dialogue after dialogue in every pairing, and makes small what is not the same.

use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::counts::{End, Tally};
use super::finding::{Finding, Size};
use super::generate::Dialogue;
use super::minimize::Reduction;
use crate::interop::compare::programs::Verdict;
use crate::interop::model::participant::Pairing;
use crate::interop::model::shard::Shard;
use crate::interop::scenario::{Heard, Theatre, Trial};
use crate::system::workers::work;

/// What is to be played.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What the dialogues are made from.
    pub seed: u64,
    /// Which of them.
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
    /// This one.
    Only(usize),
}

impl Plan {
    /// The dialogues of this plan, in order; without end if only the time ends it.
    pub fn dialogues(&self) -> impl Iterator<Item = Dialogue> + use<'_> {
        let (start, end) = match self.extent {
            Extent::Cases(count) => (0, count),
            Extent::Time(_) => (0, usize::MAX),
            Extent::Only(number) => (number, number.saturating_add(1)),
        };
        (start..end)
            .map(|number| Dialogue {
                seed: self.seed,
                number,
            })
            .filter(|dialogue| self.holds(*dialogue))
    }

    fn holds(&self, dialogue: Dialogue) -> bool {
        self.shard
            .is_none_or(|shard| shard.holds("fuzz", &dialogue.to_string()))
    }
}

/// Is told what happens while it happens.
pub trait Watch: Sync {
    /// A dialogue was played.
    fn played(&self, tally: &Tally);
    /// Something was found; told again, by the same dialogue, when it was made small.
    fn found(&self, finding: &Finding);
    /// For the first time something could not be played for this reason.
    fn could_not(&self, why: &str);
}

/// Who plays, and who is told.
pub struct Hunt<'a> {
    /// Where dialogues are played.
    pub theatre: &'a Theatre,
    /// In these pairings.
    pub pairings: Vec<Pairing>,
    /// Opens a theatre in which a dialogue is made small. What a peer does there, again and again,
    /// is not held against it in the other.
    pub rehearsals: &'a (dyn Fn() -> Arc<Theatre> + Sync),
    /// The options of the command line that say who plays, for the command that plays a dialogue again.
    pub with: String,
    /// Ends the hunt once it is true.
    pub stop: &'a AtomicBool,
    /// Who is told.
    pub watch: &'a dyn Watch,
}

impl Hunt<'_> {
    /// Plays the plan to its end.
    pub fn run(&self, plan: &Plan) -> Tally {
        let run = Run {
            hunt: self,
            plan,
            dialogues: Mutex::new(Box::new(plan.dialogues())),
            over: AtomicBool::new(false),
            found: AtomicUsize::new(0),
            deadline: match plan.extent {
                Extent::Time(time) => Instant::now().checked_add(time),
                Extent::Cases(_) | Extent::Only(_) => None,
            },
            tally: Mutex::default(),
        };
        work(plan.jobs.get(), |worker| run.work(worker));
        let tally = run.tally;
        tally.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Run<'a> {
    hunt: &'a Hunt<'a>,
    plan: &'a Plan,
    dialogues: Mutex<Box<dyn Iterator<Item = Dialogue> + Send + 'a>>,
    over: AtomicBool,
    found: AtomicUsize,
    deadline: Option<Instant>,
    tally: Mutex<Tally>,
}

impl Run<'_> {
    /// Whoever works begins with another pairing, so that two seldom wait for the same peer.
    fn work(&self, worker: usize) {
        let pairings = &self.hunt.pairings;
        let mut own = pairings.clone();
        own.rotate_left(worker * pairings.len() / self.plan.jobs.get());
        while let Some(dialogue) = self.next() {
            self.play(dialogue, &own);
        }
    }

    fn next(&self) -> Option<Dialogue> {
        if self.over.load(Ordering::Relaxed) {
            return None;
        }
        let next = lock(&self.dialogues).next();
        if self.deadline.is_some_and(|end| Instant::now() >= end) {
            return None;
        }
        if next.is_some() && self.hunt.stop.load(Ordering::Relaxed) {
            self.end(End::Interrupted);
            return None;
        }
        next
    }

    fn end(&self, end: End) {
        if !self.over.swap(true, Ordering::Relaxed) {
            lock(&self.tally).end = end;
        }
    }

    fn play(&self, dialogue: Dialogue, pairings: &[Pairing]) {
        let scenario = Arc::new(dialogue.scenario());
        let theatre = self.hunt.theatre;
        let trial = Trial::with_the_oracle_once(Arc::clone(&scenario), theatre);
        let heard: Vec<(Pairing, Heard)> = pairings
            .iter()
            .map(|&pairing| (pairing, trial.hear(theatre, pairing)))
            .collect();
        let is_green = heard.iter().all(|(_, heard)| heard.verdict.is_green());
        if !is_green && self.hunt.stop.load(Ordering::Relaxed) {
            // Whoever ended the hunt may have ended a peer too.
            self.end(End::Interrupted);
            return;
        }
        {
            let mut tally = lock(&self.tally);
            let verdicts: Vec<_> = heard
                .iter()
                .map(|(p, heard)| (*p, &heard.verdict))
                .collect();
            tally.add(&scenario, &verdicts);
            for (_, heard) in &heard {
                if let Some(why) = unplayed(heard)
                    && tally.could_not(why)
                {
                    self.hunt.watch.could_not(why);
                }
            }
            self.hunt.watch.played(&tally);
        }
        if heard.iter().all(|(_, heard)| unplayed(heard).is_some()) {
            self.end(End::Stranded);
        }
        let is_red = |heard: &Heard| !heard.verdict.is_green() && unplayed(heard).is_none();
        let red: Vec<Pairing> = pairings
            .iter()
            .zip(&heard)
            .filter_map(|(&pairing, (_, heard))| is_red(heard).then_some(pairing))
            .collect();
        // A difference says more than a silence that it has led to.
        let telling = |(_, heard): &(Pairing, Heard)| match heard.verdict {
            Verdict::Differs(_) => 0,
            _ => 1,
        };
        let first = heard
            .into_iter()
            .filter(|(_, heard)| is_red(heard))
            .min_by_key(telling);
        if let Some((pairing, heard)) = first {
            self.found(
                Finding::new(dialogue, &scenario, red, pairing, heard, &self.hunt.with),
                pairing,
            );
        }
    }

    /// Tells what was found before it is made small, and again afterwards: that takes its time.
    fn found(&self, finding: Finding, pairing: Pairing) {
        if self.found.fetch_add(1, Ordering::Relaxed) + 1 >= self.plan.most.get() {
            self.end(End::Enough);
        }
        self.hunt.watch.found(&finding);
        let reduction = Reduction::new(self.hunt.rehearsals, self.hunt.stop, pairing);
        let finding = match reduction.of(&finding.scenario) {
            Some((scenario, heard)) => finding.made_small(&scenario, pairing, heard),
            None if self.hunt.stop.load(Ordering::Relaxed) => finding,
            None => Finding {
                size: Size::Fleeting,
                ..finding
            },
        };
        self.hunt.watch.found(&finding);
        lock(&self.tally).findings.push(finding);
    }
}

/// Why it was not played at all.
fn unplayed(heard: &Heard) -> Option<&str> {
    match &heard.verdict {
        Verdict::NotRun(why) if heard.seen.is_none() => Some(why),
        _ => None,
    }
}

fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
