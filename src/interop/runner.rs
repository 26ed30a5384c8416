//! All cases of all suites, and the worker pool that runs them.

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZero;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use super::model::case::{Case, Judged};
use super::model::verdict::Verdict;
use crate::system::workers::each;

/// A set of cases that are played in the same way.
pub trait Suite: fmt::Debug + Send + Sync {
    /// Every case, input by input.
    fn cases(&self) -> Vec<Case>;

    /// Plays and judges one case.
    fn run(&self, case: &Case) -> Judged;
}

/// A suite that its user keeps too.
impl<S: Suite> Suite for Arc<S> {
    fn cases(&self) -> Vec<Case> {
        (**self).cases()
    }

    fn run(&self, case: &Case) -> Judged {
        (**self).run(case)
    }
}

#[derive(Debug)]
pub struct Matrix {
    suites: BTreeMap<&'static str, Box<dyn Suite>>,
    cases: Vec<Case>,
}

impl Matrix {
    pub fn new(suites: Vec<Box<dyn Suite>>) -> Self {
        let mut cases = Vec::new();
        let mut named = BTreeMap::new();
        for suite in suites {
            let own = suite.cases();
            if let Some(first) = own.first() {
                named.insert(first.suite, suite);
            }
            cases.extend(own);
        }
        Self {
            suites: named,
            cases,
        }
    }

    /// Every case, suite by suite and input by input.
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    pub fn run(&self, case: &Case) -> Judged {
        match self.suites.get(case.suite) {
            Some(suite) => suite.run(case),
            None => Judged {
                case: case.clone(),
                verdict: Verdict::NotRun(format!("there is no suite {}", case.suite)),
                expected: Vec::new(),
                seen: None,
                oracle: None,
                again: 0,
                advice: Vec::new(),
                took: std::time::Duration::ZERO,
            },
        }
    }

    /// Runs `cases`, `jobs` at a time, and returns the results in the order of the cases.
    ///
    /// The cases start in another [order](order_of_play). Calls `seen` with each result as it arrives.
    /// Once `stop` is true, no further case starts; the results contain only the cases that started.
    pub fn run_all(
        &self,
        cases: &[Case],
        jobs: NonZero<usize>,
        stop: &AtomicBool,
        seen: impl Fn(&Judged) + Sync,
    ) -> Vec<Judged> {
        let results: Mutex<Vec<Option<Judged>>> = Mutex::new(vec![None; cases.len()]);
        each(&order_of_play(cases), jobs, stop, |_, &index| {
            let judged = self.run(&cases[index]);
            seen(&judged);
            results.lock().unwrap_or_else(PoisonError::into_inner)[index] = Some(judged);
        });
        let results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
        results.into_iter().flatten().collect()
    }
}

/// The indices of `cases` in the order in which they are played.
///
/// The cases that are under way together are of different suites and rows. Some suites keep the
/// processors busy, and others mostly wait; and all cases of a row need one run of the oracle. So
/// each suite plays the first case of every row before the second of any, and the suites are spread
/// evenly over the run.
fn order_of_play(cases: &[Case]) -> Vec<usize> {
    // The cases of each suite, each with its place in its row.
    let mut suites: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
    let mut met: BTreeMap<(&str, usize), usize> = BTreeMap::new();
    for (index, case) in cases.iter().enumerate() {
        let turn = met.entry((case.suite, case.index)).or_default();
        suites.entry(case.suite).or_default().push((*turn, index));
        *turn += 1;
    }
    // When each case is played, as a part of the time that its suite takes.
    let mut times = Vec::with_capacity(cases.len());
    for mut turns in suites.into_values() {
        turns.sort_unstable();
        let count = turns.len() as f64;
        let places = turns.into_iter().enumerate();
        times.extend(places.map(|(place, (_, index))| ((place as f64 + 0.5) / count, index)));
    }
    times.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    times.into_iter().map(|(_, index)| index).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::interop::model::participant::{Pairing, Participant};

    /// Cases of these suites, each with its number of rows and of pairings.
    fn cases(suites: &[(&'static str, usize, usize)]) -> Vec<Case> {
        let rows = suites
            .iter()
            .flat_map(|&(suite, rows, pairings)| (0..rows).map(move |row| (suite, row, pairings)));
        rows.flat_map(|(suite, index, pairings)| {
            (0..pairings).map(move |_| Case {
                suite,
                index,
                group: index.to_string(),
                row: index.to_string(),
                claim: String::new(),
                pairing: Pairing {
                    client: Participant::Rust,
                    server: Participant::Rust,
                },
            })
        })
        .collect()
    }

    #[test]
    fn every_case_is_played_once() {
        let cases = cases(&[("chat", 40, 9), ("line", 1, 3), ("scenario", 300, 5)]);
        let mut order = order_of_play(&cases);
        order.sort_unstable();
        assert!(order.into_iter().eq(0..cases.len()));
        assert!(order_of_play(&[]).is_empty());
    }

    #[test]
    fn cases_under_way_together_are_of_different_rows_and_suites() {
        let cases = cases(&[("chat", 48, 9), ("scenario", 96, 9)]);
        let order = order_of_play(&cases);
        for together in order.windows(8) {
            let row = |&index: &usize| (cases[index].suite, cases[index].index);
            let rows: BTreeSet<_> = together.iter().map(row).collect();
            assert_eq!(rows.len(), together.len());
            let suites: BTreeSet<_> = rows.iter().map(|(suite, _)| suite).collect();
            assert_eq!(suites.len(), 2);
        }
    }
}
