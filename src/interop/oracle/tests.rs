//! Invented cases, and what comes of them.

use std::cell::Cell;

use super::*;
use crate::interop::model::participant::{Participant, Role};
use crate::interop::model::verdict::{Divergence, Part};

/// An oracle that alternates between two ends.
fn either_way(run: usize) -> Result<&'static str, String> {
    Ok(["a FIN", "a reset"][run % 2])
}

fn agreement(seen: &'static str) -> Option<Agreement<&'static str>> {
    let shown = ReferenceRuns::default();
    let agree = |oracle: &&str, seen: &&str| oracle == seen;
    shown
        .agreement(Arc::new(seen), either_way, None, agree)
        .unwrap()
}

#[test]
fn any_ending_that_the_oracle_shows_is_accepted() {
    for end in ["a FIN", "a reset"] {
        let agreement = agreement(end).unwrap();
        assert_eq!((*agreement.oracle, agreement.again), (end, 1));
    }
}

#[test]
fn an_ending_that_the_oracle_never_shows_is_a_difference() {
    assert!(agreement("a lost byte").is_none());
}

#[test]
fn oracle_runs_are_shared_by_all_differing_pairings() {
    let played = Cell::new(0);
    let play = |run| {
        played.set(played.get() + 1);
        either_way(run)
    };
    let shown = ReferenceRuns::default();
    shown.nth(0, play).unwrap();
    assert_eq!(played.get(), 1);
    for _ in 0..10 {
        let lost = Arc::new("a lost byte");
        let agreement = shown.agreement(lost, play, None, |oracle, seen| oracle == seen);
        assert!(agreement.unwrap().is_none());
    }
    assert_eq!(played.get(), 1 + PLAYED_AGAIN);
}

/// A case whose oracle always shows 0, and each other pairing its own.
struct Fixed(fn(Pairing) -> u8);

impl Playable for Fixed {
    type Seen = u8;

    fn play(&self, pairing: Pairing) -> Result<u8, String> {
        Ok(self.0(pairing))
    }

    fn play_oracle(&self, _: Pairing, _: usize) -> Result<u8, String> {
        Ok(0)
    }

    fn compare(
        &self,
        _: Pairing,
        pairing: Pairing,
        oracle: &u8,
        seen: &u8,
    ) -> (Verdict, Vec<Expected>) {
        let divergence = || Divergence {
            peer: pairing.client,
            role: Role::Client,
            part: Part::Decoder,
            method: None,
            detail: seen.to_string(),
        };
        let verdict = match seen.abs_diff(*oracle) {
            0 => Verdict::Pass,
            1 => Verdict::KnownDifference(divergence(), "a reason".into()),
            _ => Verdict::Differs(divergence()),
        };
        (verdict, Vec::new())
    }
}

fn java(feature: u32) -> Pairing {
    let java = Participant::Java(feature);
    Pairing {
        client: java,
        server: java,
    }
}

#[test]
fn an_older_jdk_that_differs_fails_even_paired_with_rust() {
    let runs = ReferenceRuns::default();
    let ours = java(17).with_only(Participant::Rust);
    for pairing in [java(17), ours] {
        let judgement = runs.evaluate(&Fixed(|_| 2), Some(java(25)), pairing);
        assert!(matches!(judgement.verdict, Verdict::Differs(_)));
    }
}

#[test]
fn an_inconsistent_oracle_is_unstable_and_a_missing_one_is_not_run() {
    let runs = ReferenceRuns::default();
    let judgement = runs.evaluate(&Fixed(|_| 2), Some(java(25)), java(25));
    assert!(matches!(judgement.verdict, Verdict::OracleUnstable(_)));
    let judgement = runs.evaluate(&Fixed(|_| 0), None, java(25));
    assert!(matches!(judgement.verdict, Verdict::NotRun(_)));
}

/// An oracle that shows another number in each run, or always the same.
struct Counting {
    step: u8,
}

impl Playable for Counting {
    type Seen = u8;

    fn play(&self, _: Pairing) -> Result<u8, String> {
        Ok(200)
    }

    fn play_oracle(&self, _: Pairing, n: usize) -> Result<u8, String> {
        Ok(self.step * 10 * u8::try_from(n).unwrap())
    }

    fn compare(
        &self,
        alone: Pairing,
        pairing: Pairing,
        oracle: &u8,
        seen: &u8,
    ) -> (Verdict, Vec<Expected>) {
        Fixed(|_| 0).compare(alone, pairing, oracle, seen)
    }

    fn needs_a_stable_oracle(&self) -> bool {
        true
    }
}

#[test]
fn an_oracle_of_which_no_two_runs_agree_blames_no_pairing_if_it_must_be_stable() {
    let ours = java(17).with_only(Participant::Rust);
    let evaluate = |step| {
        let judgement = ReferenceRuns::default().evaluate(&Counting { step }, Some(java(25)), ours);
        (judgement.verdict, judgement.seen)
    };
    let (verdict, seen) = evaluate(1);
    assert!(matches!(verdict, Verdict::OracleUnstable(_)), "{verdict}");
    // What it is compared with is the oracle's own second run.
    assert_eq!(seen.as_deref(), Some(&10));
    let (verdict, seen) = evaluate(0);
    assert!(matches!(verdict, Verdict::Differs(_)), "{verdict}");
    assert_eq!(seen.as_deref(), Some(&200));
}

/// A case that shows `with` where a shortcut is taken, and `without` otherwise.
struct Shortcut {
    with: u8,
    without: u8,
}

impl Playable for Shortcut {
    type Seen = u8;

    fn play(&self, _: Pairing) -> Result<u8, String> {
        Ok(self.with)
    }

    fn has_shortcut(&self) -> bool {
        true
    }

    fn play_afresh(&self, _: Pairing) -> Result<u8, String> {
        Ok(self.without)
    }

    fn play_oracle(&self, _: Pairing, _: usize) -> Result<u8, String> {
        Ok(0)
    }

    fn compare(
        &self,
        alone: Pairing,
        pairing: Pairing,
        oracle: &u8,
        seen: &u8,
    ) -> (Verdict, Vec<Expected>) {
        Fixed(|_| 0).compare(alone, pairing, oracle, seen)
    }
}

#[test]
fn what_only_a_shortcut_shows_is_no_difference() {
    let evaluate = |with, without| {
        let case = Shortcut { with, without };
        let judgement = ReferenceRuns::default().evaluate(&case, Some(java(25)), java(17));
        (judgement.verdict, judgement.seen.as_deref().copied())
    };
    assert!(matches!(evaluate(2, 0), (Verdict::Pass, Some(0))));
    assert!(matches!(evaluate(0, 2), (Verdict::Pass, Some(0))));
    assert!(matches!(evaluate(2, 3), (Verdict::Differs(_), Some(3))));
}

/// A case that is remembered, and counts its runs: those of the oracle without the shortcut, and
/// those of the pairings. Java 17 shows `of_17`, and Java 25 with the shortcut `short`; all else is 0.
#[derive(Default)]
struct Remembered {
    has_shortcut: bool,
    short: u8,
    of_17: u8,
    is_stable: Cell<bool>,
    afresh: Cell<usize>,
    played: Cell<usize>,
}

impl Remembered {
    fn with_a_shortcut() -> Self {
        Self {
            has_shortcut: true,
            ..Self::default()
        }
    }
}

impl Playable for Remembered {
    type Seen = u8;

    fn play(&self, pairing: Pairing) -> Result<u8, String> {
        self.played.set(self.played.get() + 1);
        Ok(match pairing == java(25) {
            true => self.short,
            false => self.of_17,
        })
    }

    fn has_shortcut(&self) -> bool {
        self.has_shortcut
    }

    fn play_afresh(&self, pairing: Pairing) -> Result<u8, String> {
        Ok(match pairing == java(25) {
            true => 0,
            false => self.of_17,
        })
    }

    fn play_oracle(&self, _: Pairing, _: usize) -> Result<u8, String> {
        self.afresh.set(self.afresh.get() + 1);
        Ok(0)
    }

    fn is_stable(&self, _: Pairing) -> bool {
        self.is_stable.get()
    }

    fn set_stable(&self, _: Pairing) {
        self.is_stable.set(true);
    }

    fn compare(
        &self,
        alone: Pairing,
        pairing: Pairing,
        oracle: &u8,
        seen: &u8,
    ) -> (Verdict, Vec<Expected>) {
        Fixed(|_| 0).compare(alone, pairing, oracle, seen)
    }
}

fn verdict(case: &Remembered, pairing: Pairing) -> Verdict {
    ReferenceRuns::default()
        .evaluate(case, Some(java(25)), pairing)
        .verdict
}

#[test]
fn an_oracle_that_is_the_same_with_the_shortcut_is_played_without_it_once() {
    let case = Remembered::with_a_shortcut();
    // Only the oracle's own pairing shows it.
    assert_eq!(verdict(&case, java(17)), Verdict::Pass);
    assert!(!case.is_stable.get());
    assert_eq!(verdict(&case, java(25)), Verdict::Pass);
    assert!(case.is_stable.get());
    let before = case.afresh.get();
    for pairing in [java(17), java(25)] {
        assert_eq!(verdict(&case, pairing), Verdict::Pass);
    }
    assert_eq!(case.afresh.get(), before);
}

#[test]
fn an_oracle_that_is_known_to_be_stable_is_played_once_for_all_pairings() {
    for has_shortcut in [false, true] {
        let case = Remembered {
            has_shortcut,
            ..Remembered::default()
        };
        let runs = ReferenceRuns::default();
        for pairing in [java(17), java(25)] {
            let judgement = runs.evaluate(&case, Some(java(25)), pairing);
            assert_eq!(judgement.verdict, Verdict::Pass);
        }
        // The oracle has been played twice: as the judge, and as a pairing like any other.
        assert_eq!((case.afresh.get(), case.played.get()), (1, 2));
        assert!(case.is_stable.get());

        let runs = ReferenceRuns::default();
        for pairing in [java(17), java(25)] {
            let judgement = runs.evaluate(&case, Some(java(25)), pairing);
            assert_eq!(judgement.verdict, Verdict::Pass);
            assert_eq!(judgement.seen.as_deref(), Some(&0));
        }
        assert_eq!(case.afresh.get() + case.played.get(), 3 + 2);
    }
}

#[test]
fn an_oracle_that_differs_with_the_shortcut_is_not_remembered() {
    let case = Remembered {
        short: 2,
        ..Remembered::with_a_shortcut()
    };
    assert_eq!(verdict(&case, java(25)), Verdict::Pass);
    assert!(!case.is_stable.get());
}

#[test]
fn what_differs_from_a_remembered_oracle_is_compared_with_one_without_the_shortcut() {
    let case = Remembered {
        of_17: 2,
        is_stable: Cell::new(true),
        ..Remembered::with_a_shortcut()
    };
    assert!(matches!(verdict(&case, java(17)), Verdict::Differs(_)));
    assert_eq!(case.afresh.get(), 1 + PLAYED_AGAIN);
    // The shortcut has become unsound, and is not believed.
    let case = Remembered {
        short: 2,
        is_stable: Cell::new(true),
        ..Remembered::with_a_shortcut()
    };
    assert_eq!(verdict(&case, java(17)), Verdict::Pass);
    assert_eq!(case.afresh.get(), 1);
}

#[test]
fn a_known_difference_needs_no_further_oracle_run() {
    let runs = ReferenceRuns::default();
    let judgement = runs.evaluate(&Fixed(|_| 1), Some(java(25)), java(11));
    assert!(matches!(judgement.verdict, Verdict::KnownDifference(..)));
    assert_eq!((judgement.again, runs.runs.lock().unwrap().len()), (0, 1));
}

#[test]
fn a_delay_is_added_only_to_a_plain_network() {
    let plain = NetworkPlan::default();
    assert_eq!(network(plain, 0), plain);
    assert_eq!(network(plain, 1).to_string(), "client to server pause 5");
    assert_eq!(network(plain, 2).to_string(), "server to client pause 5");
    let sliced: NetworkPlan = "both ways slice 1".parse().unwrap();
    assert_eq!(network(sliced, 1), sliced);
}
