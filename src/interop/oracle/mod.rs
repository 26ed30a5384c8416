//! The evaluation of one case: the oracle's run, the pairing's run, and what the comparison gives.
//!
//! The end of a conversation may depend on which side is faster: the same two programs end with a
//! FIN in one run and with a reset in the next. If the oracle can end either way, either is right.
//! So a difference counts only after the oracle has been played again several times without
//! agreeing. If nothing differs, the oracle is played once. A bug is still found: the oracle never
//! shows it.
//!
//! A pairing may be played with a shortcut, such as in a JVM that is already warm. So may the oracle,
//! once it is known to be stable. A difference counts only if it is still there when both are played
//! without the shortcut.
//!
//! An oracle is stable if two of its runs have shown the same, one of them with the shortcut if there
//! is one. To find that out, the pairing of the oracle with itself is played like any other. It is not
//! played again if the oracle is known to be stable.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use super::model::case::{Case, Evidence, Judged};
use super::model::known_difference::Expected;
use super::model::participant::Pairing;
use super::model::verdict::Verdict;
use super::proxy::plan::{Direction, NetworkPlan, Shaping};

/// One case of a suite: how it is played, and how two runs of it are compared.
pub(crate) trait Playable {
    /// What is seen of one run.
    type Seen;

    fn play(&self, pairing: Pairing) -> Result<Self::Seen, String>;

    /// Whether [`play`](Self::play) takes a shortcut.
    fn has_shortcut(&self) -> bool {
        false
    }

    /// Plays the pairing without any shortcut.
    fn play_afresh(&self, pairing: Pairing) -> Result<Self::Seen, String> {
        self.play(pairing)
    }

    /// Plays run `n` of the oracle, the pairing `alone`, without any shortcut.
    fn play_oracle(&self, alone: Pairing, n: usize) -> Result<Self::Seen, String>;

    /// Whether the oracle is known to show in [`play`](Self::play) what it shows in
    /// [`play_oracle`](Self::play_oracle).
    fn is_stable(&self, _alone: Pairing) -> bool {
        false
    }

    /// Remembers that the oracle has shown the same in both.
    fn set_stable(&self, _alone: Pairing) {}

    /// Compares with what `alone` showed; also returns the known differences that the case is about.
    fn compare(
        &self,
        alone: Pairing,
        pairing: Pairing,
        oracle: &Self::Seen,
        seen: &Self::Seen,
    ) -> (Verdict, Vec<Expected>);

    /// Whether the kernel decides what either role sees, so that the pairing is played again too.
    fn races(&self) -> bool {
        false
    }

    /// Whether the oracle is played again before a difference counts.
    fn plays_again(&self) -> bool {
        true
    }

    /// Whether an oracle of which no two runs agree judges no pairing. Otherwise it is unstable only
    /// in its own pairing.
    fn needs_a_stable_oracle(&self) -> bool {
        false
    }
}

/// What came of one pairing.
#[derive(Debug, Clone)]
pub struct Judgement<T> {
    pub verdict: Verdict,
    /// The known differences that the case is about.
    pub(crate) expected: Vec<Expected>,
    /// What was seen; none if it could not be played.
    pub(crate) seen: Option<Arc<T>>,
    /// How often the oracle was played again until it showed the same: it can end one way or the
    /// other.
    pub(crate) again: usize,
    /// What the oracle showed, and which pairing that is; none if it could not be played.
    pub(crate) oracle: Option<(Pairing, Arc<T>)>,
}

impl<T> Judgement<T> {
    /// The same as the result of `case`, with the evidence in the form of the reports.
    pub(crate) fn of(
        self,
        case: Case,
        took: Duration,
        evidence: impl Fn(Arc<T>) -> Arc<dyn Evidence>,
    ) -> Judged {
        Judged {
            case,
            verdict: self.verdict,
            expected: self.expected,
            seen: self.seen.map(&evidence),
            oracle: self.oracle.map(|(alone, oracle)| (alone, evidence(oracle))),
            again: self.again,
            advice: Vec::new(),
            took,
        }
    }
}

/// What the oracle has shown so far; it is played when the first one asks.
#[derive(Debug)]
pub(crate) struct ReferenceRuns<T> {
    /// With the shortcut; `None` if it is not known to be stable.
    short: OnceLock<Option<Arc<T>>>,
    /// Without it.
    runs: Mutex<Vec<Result<Arc<T>, String>>>,
}

impl<T> Default for ReferenceRuns<T> {
    fn default() -> Self {
        Self {
            short: OnceLock::new(),
            runs: Mutex::default(),
        }
    }
}

/// A run of the oracle and a run of the pairing that agree.
#[derive(Debug)]
struct Agreement<T> {
    /// How often the oracle was played again before.
    again: usize,
    /// What the oracle showed.
    oracle: Arc<T>,
    /// What the pairing showed.
    seen: Arc<T>,
}

/// How often the oracle is played again before a difference counts.
const PLAYED_AGAIN: usize = 4;

impl<T> ReferenceRuns<T> {
    /// Plays `case` in this pairing, and compares it with what `alone` shows; none if there is
    /// no oracle.
    pub(crate) fn evaluate(
        &self,
        case: &impl Playable<Seen = T>,
        alone: Option<Pairing>,
        pairing: Pairing,
    ) -> Judgement<T> {
        let mut judgement = Judgement {
            verdict: Verdict::Vacuous,
            expected: Vec::new(),
            seen: None,
            again: 0,
            oracle: None,
        };
        judgement.verdict = alone
            .ok_or_else(|| "there is no JDK to judge it".to_owned())
            .and_then(|alone| self.verdict(case, alone, pairing, &mut judgement))
            .unwrap_or_else(Verdict::NotRun);
        judgement
    }

    fn verdict(
        &self,
        case: &impl Playable<Seen = T>,
        alone: Pairing,
        pairing: Pairing,
        judgement: &mut Judgement<T>,
    ) -> Result<Verdict, String> {
        if let Some(verdict) = self.short_verdict(case, alone, pairing, judgement) {
            return Ok(verdict);
        }
        let play_oracle = |n| case.play_oracle(alone, n);
        let oracle = self.nth(0, play_oracle)?;
        judgement.oracle = Some((alone, Arc::clone(&oracle)));
        let is_known = pairing == alone && case.is_stable(alone);
        let mut seen = if is_known {
            Arc::clone(&oracle)
        } else {
            Arc::new(case.play(pairing)?)
        };
        let compare = |oracle: &T, seen: &T| case.compare(alone, pairing, oracle, seen);
        let (mut verdict, mut expected) = compare(&oracle, &seen);
        let is_new = pairing == alone && !is_known;
        if is_new && verdict == Verdict::Pass && !case.races() {
            case.set_stable(alone);
        }
        if !counts_at_once(&verdict) && case.has_shortcut() {
            seen = Arc::new(case.play_afresh(pairing)?);
            (verdict, expected) = compare(&oracle, &seen);
        }
        judgement.seen = Some(Arc::clone(&seen));
        judgement.expected = expected;
        let Verdict::Differs(divergence) = verdict else {
            return Ok(verdict);
        };
        if case.plays_again() {
            let play_again = || case.play_afresh(pairing);
            let play_again: Option<&dyn Fn() -> _> = case.races().then_some(&play_again);
            let agreement = self.agreement(seen, play_oracle, play_again, |oracle, seen| {
                matches!(
                    compare(oracle, seen).0,
                    Verdict::Pass | Verdict::KnownDifference(..)
                )
            })?;
            if let Some(agreement) = agreement {
                let (verdict, expected) = compare(&agreement.oracle, &agreement.seen);
                judgement.expected = expected;
                judgement.again = agreement.again;
                judgement.oracle = Some((alone, agreement.oracle));
                judgement.seen = Some(agreement.seen);
                return Ok(verdict);
            }
            if case.needs_a_stable_oracle()
                && pairing != alone
                && let Some((verdict, other)) = self.instability(case, alone)
            {
                judgement.seen = Some(other);
                return Ok(verdict);
            }
        }
        Ok(if pairing == alone {
            Verdict::OracleUnstable(divergence)
        } else {
            Verdict::Differs(divergence)
        })
    }

    /// The verdict with the shortcut, for the oracle too; `None` if there is none, if the oracle is
    /// not known to be stable, or if the verdict does not count at once.
    fn short_verdict(
        &self,
        case: &impl Playable<Seen = T>,
        alone: Pairing,
        pairing: Pairing,
        judgement: &mut Judgement<T>,
    ) -> Option<Verdict> {
        if !case.has_shortcut() {
            return None;
        }
        let oracle = self.short.get_or_init(|| {
            let is_known = case.is_stable(alone);
            let run = is_known.then(|| case.play(alone).ok()).flatten();
            run.map(Arc::new)
        });
        let oracle = oracle.as_ref()?;
        let seen = if pairing == alone {
            Arc::clone(oracle)
        } else {
            Arc::new(case.play(pairing).ok()?)
        };
        let (verdict, expected) = case.compare(alone, pairing, oracle, &seen);
        if !counts_at_once(&verdict) {
            return None;
        }
        judgement.oracle = Some((alone, Arc::clone(oracle)));
        judgement.seen = Some(seen);
        judgement.expected = expected;
        Some(verdict)
    }

    /// The first run of the oracle, and what comparing it with itself gives: whether it can judge
    /// anything.
    ///
    /// # Errors
    ///
    /// If it cannot be played.
    pub(crate) fn first(
        &self,
        case: &impl Playable<Seen = T>,
        alone: Pairing,
    ) -> Result<(Arc<T>, Verdict), String> {
        let run = self.nth(0, |n| case.play_oracle(alone, n))?;
        let (verdict, _) = case.compare(alone, alone, &run, &run);
        Ok((run, verdict))
    }

    /// What the oracle showed in run `n`; each run is played once, for all pairings.
    fn nth(&self, n: usize, play: impl Fn(usize) -> Result<T, String>) -> Result<Arc<T>, String> {
        let mut shown = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        while shown.len() <= n {
            let run = shown.len();
            shown.push(play(run).map(Arc::new));
        }
        shown[n].clone()
    }

    /// How the first run of the oracle differs from another, if no two of its runs agree.
    fn instability(
        &self,
        case: &impl Playable<Seen = T>,
        alone: Pairing,
    ) -> Option<(Verdict, Arc<T>)> {
        let runs = self.shown();
        let compare = |one: &T, other: &T| case.compare(alone, alone, one, other).0;
        let mut pairs = runs
            .iter()
            .enumerate()
            .flat_map(|(place, one)| runs[place + 1..].iter().map(move |other| (one, other)));
        let agree =
            |(one, other): (&Arc<T>, &Arc<T>)| !matches!(compare(one, other), Verdict::Differs(_));
        if pairs.any(agree) {
            return None;
        }
        let (first, other) = (runs.first()?, runs.get(1)?);
        match compare(first, other) {
            Verdict::Differs(divergence) => {
                Some((Verdict::OracleUnstable(divergence), Arc::clone(other)))
            }
            Verdict::Pass
            | Verdict::Deadlock(_)
            | Verdict::Timeout(_)
            | Verdict::Crash(_)
            | Verdict::ProtocolViolation(_)
            | Verdict::OracleUnstable(_)
            | Verdict::KnownDifference(..)
            | Verdict::Unsupported(_)
            | Verdict::Vacuous
            | Verdict::NotRun(_) => None,
        }
    }

    /// What the oracle has shown so far, in each run that could be played.
    pub(crate) fn shown(&self) -> Vec<Arc<T>> {
        let shown = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        shown.iter().flatten().cloned().collect()
    }

    /// Plays the oracle again until it once shows what the pairing has shown. With `play_again` the
    /// pairing is played again too: for a network after which the kernel decides what either sees.
    fn agreement(
        &self,
        seen: Arc<T>,
        play: impl Fn(usize) -> Result<T, String>,
        play_again: Option<&dyn Fn() -> Result<T, String>>,
        agree: impl Fn(&T, &T) -> bool,
    ) -> Result<Option<Agreement<T>>, String> {
        let mut oracles = vec![self.nth(0, &play)?];
        let mut all_seen = vec![seen];
        for again in 1..=PLAYED_AGAIN {
            oracles.push(self.nth(again, &play)?);
            if let Some(play_again) = play_again {
                all_seen.push(Arc::new(play_again()?));
            }
            let mut pairs = oracles
                .iter()
                .flat_map(|oracle| all_seen.iter().map(move |seen| (oracle, seen)));
            if let Some((oracle, seen)) = pairs.find(|(oracle, seen)| agree(oracle, seen)) {
                return Ok(Some(Agreement {
                    again,
                    oracle: Arc::clone(oracle),
                    seen: Arc::clone(seen),
                }));
            }
        }
        Ok(None)
    }
}

/// Whether a verdict stands even if the pairing was played with a shortcut: if the shortcut has shown
/// what the oracle shows, or if the pairing was not to blame.
fn counts_at_once(verdict: &Verdict) -> bool {
    match verdict {
        Verdict::Pass
        | Verdict::KnownDifference(..)
        | Verdict::Unsupported(_)
        | Verdict::NotRun(_) => true,
        Verdict::Differs(_)
        | Verdict::Deadlock(_)
        | Verdict::Timeout(_)
        | Verdict::Crash(_)
        | Verdict::ProtocolViolation(_)
        | Verdict::OracleUnstable(_)
        | Verdict::Vacuous => false,
    }
}

/// The network plan for run `n` of the oracle. A delay does not change the bytes that arrive, but
/// may change which side is faster.
pub(crate) fn network(network: NetworkPlan, n: usize) -> NetworkPlan {
    let delayed = |direction: Direction| Direction {
        shaping: match direction.shaping {
            Shaping::Plain => Shaping::Pause(DELAY),
            other => other,
        },
        ..direction
    };
    match n {
        1 => NetworkPlan {
            to_server: delayed(network.to_server),
            ..network
        },
        2 => NetworkPlan {
            to_client: delayed(network.to_client),
            ..network
        },
        _ => network,
    }
}

/// In milliseconds: longer than a program takes to close a socket it has just used.
const DELAY: u64 = 5;

#[cfg(test)]
mod tests;
