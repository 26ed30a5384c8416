//! The campaign: plays changed case after changed case in every pairing, and minimizes those that
//! differ.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use super::cause::cause;
use super::generate::{Generated, Source};
use super::input::Input;
use super::minimize::{Failure, Minimizer};
use crate::interop::fuzz::campaign::Plan;
use crate::interop::fuzz::counts::End;
use crate::interop::fuzz::json::Found;
use crate::interop::fuzz::schedule::{Schedule, lock};
use crate::interop::model::case::Judged;
use crate::interop::model::participant::Pairing;
use crate::interop::model::verdict::{Verdict, VerdictKind};
use crate::interop::report::CaseEntry;
use crate::interop::suites::pairs::Unplayable;
use crate::system::workers::work;
use crate::text::printable::printable;

/// A campaign over the cases of pair files.
pub(crate) struct PairCampaign<'a> {
    pub(crate) source: &'a Source<'a>,
    /// The command-line options for the command that plays a case again.
    pub(crate) with: String,
    /// Ends the campaign once true.
    pub(crate) stop: &'a AtomicBool,
    pub(crate) watch: &'a dyn PairWatch,
}

/// Receives the events of a campaign as they happen.
pub(crate) trait PairWatch: Sync {
    /// A case was played or discarded.
    fn played(&self, counts: &PairCounts);
    /// A case differs. Called again for the same case once it is minimized.
    fn found(&self, found: &Found);
    /// A case could not be played. Called once for each reason.
    fn could_not(&self, why: &str);
}

/// The counts of a campaign. Their size is bounded, however long the campaign runs.
#[derive(Debug, Default)]
pub(crate) struct PairCounts {
    /// How many cases were compared, each in every pairing.
    pub(crate) compared: usize,
    /// How many lines they had.
    pub(crate) lines: usize,
    /// How often each pairing received each verdict.
    pub(crate) verdicts: BTreeMap<Pairing, BTreeMap<VerdictKind, usize>>,
    /// Why cases were discarded, and how many.
    pub(crate) discarded: BTreeMap<&'static str, usize>,
    /// Why cases could not be played, and how many.
    pub(crate) not_run: BTreeMap<String, usize>,
    pub(crate) found: Vec<Found>,
    /// The first cases that timed out and then did not, a line each.
    pub(crate) remarks: Vec<String>,
    pub(crate) end: End,
}

/// How many remarks and reasons are kept.
const KEPT: usize = 8;

/// How often a case that differs is played again, in full, until it differs again.
const AGAIN: usize = 3;

const UNSTABLE: &str = "the old programs differ from themselves";
const NOTHING: &str = "nothing is left to compare";

impl PairCampaign<'_> {
    /// Plays the cases of `plan`.
    pub(crate) fn run(&self, plan: &Plan) -> PairCounts {
        let run = Run {
            campaign: self,
            schedule: Schedule::new(plan, self.stop),
            counts: Mutex::default(),
        };
        work(plan.jobs.get(), |_| {
            while let Some(number) = run.schedule.next() {
                run.play(&self.source.generated(plan.seed, number));
            }
        });
        let counts = std::mem::take(&mut *lock(&run.counts));
        PairCounts {
            end: run.schedule.ended(),
            ..counts
        }
    }

    /// The finding that `generated` with `input` is, in these pairings.
    fn finding(
        &self,
        generated: &Generated<'_>,
        input: &Input,
        pairings: &[Pairing],
        judged: &Judged,
        size: Size,
    ) -> Found {
        let case = CaseEntry {
            with: self.with.clone(),
            ..CaseEntry::new(judged)
        };
        let again = generated.again(&self.with);
        let comment = |text: String| printable(&text.replace(['\n', '\r'], " ")).into_owned();
        let block = format!(
            "{}# of the pair {}\n# {}: {}\n# again: {}\n",
            generated.block(input),
            generated.pair(),
            judged.case.pairing,
            comment(case.detail.clone()),
            comment(again.clone()),
        );
        Found {
            name: generated.name(),
            number: generated.number,
            pairings: pairings.iter().map(ToString::to_string).collect(),
            steps: generated.input.count(),
            small: size == Size::Small,
            fleeting: size == Size::Fleeting,
            scenario: block,
            again,
            pair: generated.pair().to_owned(),
            cause: cause(&judged.verdict, input),
            case,
        }
    }
}

/// Whether a case is minimized.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Size {
    Generated,
    Small,
    /// It passed when it was played again.
    Fleeting,
}

struct Run<'a> {
    campaign: &'a PairCampaign<'a>,
    schedule: Schedule<'a>,
    counts: Mutex<PairCounts>,
}

impl Run<'_> {
    fn play(&self, generated: &Generated<'_>) {
        let trial = generated.trial(&generated.input);
        let unplayable = trial.play_oracle().err();
        let judged: Vec<Judged> = match unplayable {
            Some(_) => Vec::new(),
            None => trial
                .pairings()
                .into_iter()
                .map(|it| trial.judge(it))
                .collect(),
        };
        let is_green = unplayable.is_none() && judged.iter().all(|it| it.verdict.is_green());
        if !is_green && self.campaign.stop.load(Ordering::Relaxed) {
            // The interruption may also have ended a program.
            self.schedule.end(End::Interrupted);
            return;
        }
        let stranded = self.count(generated, unplayable, &judged);
        if stranded {
            self.schedule.end(End::Stranded);
        }
        let failing = judged
            .iter()
            .filter_map(|it| Some((it, Failure::of(&it.verdict)?)));
        let failing: Vec<(&Judged, Failure)> = failing.collect();
        // A difference tells more than a timeout that it has caused.
        let first = failing.iter().min_by_key(|(_, it)| it.is_about_time());
        if let Some(&(judged, failure)) = first {
            let pairings: Vec<Pairing> = failing.iter().map(|(it, _)| it.case.pairing).collect();
            self.look_again(generated, &pairings, judged, failure);
        }
    }

    /// Counts a case. Returns whether it could not be played in any pairing.
    fn count(
        &self,
        generated: &Generated<'_>,
        unplayable: Option<Unplayable>,
        judged: &[Judged],
    ) -> bool {
        let mut not_run = Vec::new();
        let mut discarded = None;
        match unplayable {
            Some(Unplayable::NotRun(why)) => not_run.push(why),
            Some(Unplayable::Unjudged(why)) => discarded = Some(why),
            None => {}
        }
        for judged in judged {
            match &judged.verdict {
                Verdict::NotRun(why) if judged.seen.is_none() => not_run.push(why.clone()),
                Verdict::NotRun(_) | Verdict::Vacuous => discarded = Some(NOTHING),
                Verdict::OracleUnstable(_) => discarded = Some(UNSTABLE),
                Verdict::Pass
                | Verdict::Differs(_)
                | Verdict::Deadlock(_)
                | Verdict::Timeout(_)
                | Verdict::Crash(_)
                | Verdict::ProtocolViolation(_)
                | Verdict::KnownDifference(..)
                | Verdict::Unsupported(_) => {}
            }
        }
        let failed = judged.iter().any(|it| Failure::of(&it.verdict).is_some());
        let mut counts = lock(&self.counts);
        match discarded.filter(|_| !failed) {
            Some(why) => *counts.discarded.entry(why).or_default() += 1,
            None if not_run.is_empty() => {
                counts.compared += 1;
                counts.lines += generated.input.count();
                for judged in judged {
                    let kinds = counts.verdicts.entry(judged.case.pairing).or_default();
                    *kinds.entry(judged.verdict.kind()).or_default() += 1;
                }
            }
            None => {}
        }
        let is_stranded = not_run.len() == judged.len().max(1);
        for why in not_run {
            if counts.could_not(&why) {
                self.campaign.watch.could_not(&why);
            }
        }
        self.campaign.watch.played(&counts);
        is_stranded
    }

    /// Plays a case that differs again, and minimizes it if it differs again.
    fn look_again(
        &self,
        generated: &Generated<'_>,
        pairings: &[Pairing],
        judged: &Judged,
        failure: Failure,
    ) {
        let pairing = judged.case.pairing;
        let input = &generated.input;
        let again = (0..AGAIN)
            .filter_map(|_| generated.judge(input, pairing, true))
            .find_map(|judged| Some((Failure::of(&judged.verdict)?, judged)));
        let is_stopped = self.campaign.stop.load(Ordering::Relaxed);
        let found = |input, judged, size| {
            self.campaign
                .finding(generated, input, pairings, judged, size)
        };
        if again.is_none() && (failure.is_about_time() || is_stopped) {
            // A busy machine is no difference.
            let why = printable(&judged.verdict.to_string()).into_owned();
            let name = generated.name();
            let remark = format!("{name}::{pairing}: passed when played again: {why}");
            let mut counts = lock(&self.counts);
            if counts.remarks.len() < KEPT {
                counts.remarks.push(remark);
            }
            return;
        }
        self.schedule.found();
        let found = match again {
            None => found(input, judged, Size::Fleeting),
            Some((failure, judged)) => {
                // Before it is minimized, which takes a while.
                let first = found(input, &judged, Size::Generated);
                self.campaign.watch.found(&first);
                let minimizer = Minimizer {
                    generated,
                    pairing,
                    stop: self.campaign.stop,
                };
                match minimizer.of(input, failure) {
                    Some((input, judged)) => found(&input, &judged, Size::Small),
                    None => first,
                }
            }
        };
        self.campaign.watch.found(&found);
        lock(&self.counts).found.push(found);
    }
}

impl PairCounts {
    /// Counts a case that could not be played. Returns whether the reason is new.
    fn could_not(&mut self, why: &str) -> bool {
        if let Some(count) = self.not_run.get_mut(why) {
            *count += 1;
            return false;
        }
        let is_kept = self.not_run.len() < KEPT;
        if is_kept {
            self.not_run.insert(why.to_owned(), 1);
        }
        is_kept
    }
}
