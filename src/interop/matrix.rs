//! All cases: every row in every pairing, each judged by Java with Java of the same run.

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::chat::{Bench, Row, SUITE};
use super::outcome::Outcome;
use super::pairing::Pairing;
use super::verdict::{Verdict, diverges, judge};

/// The rows, the bench that plays them, and what the oracle has said so far.
#[derive(Debug)]
pub struct Matrix {
    bench: Bench,
    rows: Vec<Row>,
    oracle: BTreeMap<Cell, OnceLock<Result<Arc<Outcome>, String>>>,
}

/// One row in one pairing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Cell {
    row: usize,
    pairing: Pairing,
}

/// One case, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    cell: Cell,
    row: String,
}

impl Case {
    /// The name of the row.
    pub fn row(&self) -> &str {
        &self.row
    }

    /// Who talks to whom.
    pub fn pairing(&self) -> Pairing {
        self.cell.pairing
    }

    /// Whether `filter` selects it: a part of its name, or all of it.
    pub fn is_selected_by(&self, filter: &str) -> bool {
        self.to_string().contains(filter)
    }
}

/// The name: `chat::emoji::rust-to-java17`.
impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SUITE}::{}::{}", self.row, self.cell.pairing)
    }
}

/// A case and what came of it.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The case.
    pub case: Case,
    /// What the row claims.
    pub claim: String,
    /// What is said of it.
    pub verdict: Verdict,
    /// What was seen; none if it could not run.
    pub outcome: Option<Outcome>,
    /// What the oracle showed, and who that was; none if it could not run.
    pub oracle: Option<(Pairing, Arc<Outcome>)>,
    /// Wall time, that of the oracle included if this case was the first to ask for it.
    pub took: Duration,
}

impl Matrix {
    /// The matrix of `rows` on `bench`.
    pub fn new(bench: Bench, rows: Vec<Row>) -> Self {
        let javas = bench.javas();
        let oracle = rows
            .iter()
            .enumerate()
            .flat_map(|(row, content)| {
                content
                    .pairings(&javas)
                    .into_iter()
                    .filter(|pairing| pairing.is_java_alone() && pairing.javas().len() == 1)
                    .map(move |pairing| (Cell { row, pairing }, OnceLock::new()))
            })
            .collect();
        Self {
            bench,
            rows,
            oracle,
        }
    }

    /// The bench.
    pub fn bench(&self) -> &Bench {
        &self.bench
    }

    /// Every case, row by row.
    pub fn cases(&self) -> Vec<Case> {
        let javas = self.bench.javas();
        self.rows
            .iter()
            .enumerate()
            .flat_map(|(row, content)| {
                content
                    .pairings(&javas)
                    .into_iter()
                    .map(move |pairing| Case {
                        cell: Cell { row, pairing },
                        row: content.name.clone(),
                    })
            })
            .collect()
    }

    /// Plays and judges one case.
    pub fn run(&self, case: &Case) -> Judged {
        let start = Instant::now();
        let row = &self.rows[case.cell.row];
        let mut judged = Judged {
            case: case.clone(),
            claim: row.claim.clone(),
            verdict: Verdict::Vacuous,
            outcome: None,
            oracle: None,
            took: Duration::ZERO,
        };
        judged.verdict = self
            .judge(case, &mut judged)
            .unwrap_or_else(Verdict::NotRun);
        judged.took = start.elapsed();
        judged
    }

    fn judge(&self, case: &Case, judged: &mut Judged) -> Result<Verdict, String> {
        let pairing = case.cell.pairing;
        let Some(newest) = self.bench.javas().last().copied() else {
            return Err("there is no JDK to judge it".to_owned());
        };
        let judge_pairing = pairing.with_only(newest);
        let oracle = self.oracle(case.cell.row, judge_pairing)?;
        judged.oracle = Some((judge_pairing, Arc::clone(&oracle)));
        let outcome = self
            .bench
            .run(&self.rows[case.cell.row].play, pairing, Some(&oracle))
            .map_err(|why| why.to_string())?;
        let outcome = judged.outcome.insert(outcome);
        let verdict = judge(pairing, &oracle, outcome);
        let Verdict::Differs(divergence) = verdict else {
            return Ok(verdict);
        };
        if pairing == judge_pairing {
            return Ok(Verdict::OracleUnstable(divergence));
        }
        // An older JDK may differ from the newest. Nobody who agrees with that JDK among its own
        // is to blame; and where only JDKs take part, nobody is.
        for java in pairing.javas() {
            if java != newest {
                let own = self.oracle(case.cell.row, pairing.with_only(java))?;
                if diverges(pairing, &own, outcome).is_none() {
                    return Ok(Verdict::OracleSplit(divergence));
                }
            }
        }
        if pairing.is_java_alone() {
            return Ok(Verdict::OracleSplit(divergence));
        }
        Ok(Verdict::Differs(divergence))
    }

    /// What Java alone shows in this row; played once, whoever asks.
    fn oracle(&self, row: usize, pairing: Pairing) -> Result<Arc<Outcome>, String> {
        let cell = Cell { row, pairing };
        let memory = self
            .oracle
            .get(&cell)
            .ok_or_else(|| format!("{pairing} is no oracle"))?;
        memory
            .get_or_init(|| {
                self.bench
                    .run(&self.rows[row].play, pairing, None)
                    .map(Arc::new)
                    .map_err(|why| why.to_string())
            })
            .clone()
    }

    /// Runs `cases`, `jobs` at a time, and returns the results in the order of the cases.
    ///
    /// `seen` is told of each as it ends.
    pub fn run_all(
        &self,
        cases: &[Case],
        jobs: NonZero<usize>,
        seen: impl Fn(&Judged) + Sync,
    ) -> Vec<Judged> {
        let next = AtomicUsize::new(0);
        let results: Mutex<Vec<Option<Judged>>> = Mutex::new(vec![None; cases.len()]);
        thread::scope(|scope| {
            for _ in 0..jobs.get().min(cases.len()) {
                scope.spawn(|| {
                    while let Some((i, case)) = {
                        let i = next.fetch_add(1, Ordering::Relaxed);
                        cases.get(i).map(|case| (i, case))
                    } {
                        let judged = self.run(case);
                        seen(&judged);
                        results.lock().unwrap_or_else(PoisonError::into_inner)[i] = Some(judged);
                    }
                });
            }
        });
        let results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
        results.into_iter().flatten().collect()
    }
}
