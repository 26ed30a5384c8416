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
    /// Calls `seen` with each result as it arrives. Once `stop` is true, no further case starts;
    /// the results contain only the cases that started.
    pub fn run_all(
        &self,
        cases: &[Case],
        jobs: NonZero<usize>,
        stop: &AtomicBool,
        seen: impl Fn(&Judged) + Sync,
    ) -> Vec<Judged> {
        let results: Mutex<Vec<Option<Judged>>> = Mutex::new(vec![None; cases.len()]);
        each(cases, jobs, stop, |index, case| {
            let judged = self.run(case);
            seen(&judged);
            results.lock().unwrap_or_else(PoisonError::into_inner)[index] = Some(judged);
        });
        let results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
        results.into_iter().flatten().collect()
    }
}
