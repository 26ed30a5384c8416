//! All cases of all suites, and running them.

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::model::case::{Case, Judged};
use super::model::verdict::Verdict;
use crate::system::workers::work;

/// A set of cases that are played alike.
pub trait Suite: fmt::Debug + Send + Sync {
    /// Every case, row by row.
    fn cases(&self) -> Vec<Case>;

    /// Plays and judges one of them.
    fn run(&self, case: &Case) -> Judged;
}

#[derive(Debug)]
pub struct Matrix {
    suites: BTreeMap<&'static str, Box<dyn Suite>>,
    cases: Vec<Case>,
}

impl Matrix {
    /// The matrix of these suites.
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

    /// Every case, suite by suite, row by row.
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// Plays and judges one case.
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
                took: std::time::Duration::ZERO,
            },
        }
    }

    /// Runs `cases`, `jobs` at a time, and returns the results in the order of the cases.
    ///
    /// `seen` is told of each as it ends. Once `stop` is true no other case begins; those that have
    /// not begun are not among the results.
    pub fn run_all(
        &self,
        cases: &[Case],
        jobs: NonZero<usize>,
        stop: &AtomicBool,
        seen: impl Fn(&Judged) + Sync,
    ) -> Vec<Judged> {
        let next = AtomicUsize::new(0);
        let results: Mutex<Vec<Option<Judged>>> = Mutex::new(vec![None; cases.len()]);
        work(jobs.get().min(cases.len()), |_| {
            while !stop.load(Ordering::Relaxed)
                && let Some((i, case)) = {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    cases.get(i).map(|case| (i, case))
                }
            {
                let judged = self.run(case);
                seen(&judged);
                results.lock().unwrap_or_else(PoisonError::into_inner)[i] = Some(judged);
            }
        });
        let results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
        results.into_iter().flatten().collect()
    }
}
