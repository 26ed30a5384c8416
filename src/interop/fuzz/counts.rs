//! What a hunt has counted so far. It stays as small as it is, however long the hunt goes on.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::finding::Finding;
use crate::interop::model::participant::Pairing;
use crate::interop::model::verdict::Verdict;
use crate::interop::scenario::language::{Coverage, Scenario};

/// Counts, and the little that is worth telling.
#[derive(Debug, Default)]
pub struct Counts {
    /// How many dialogues were played, each in every pairing.
    pub dialogues: usize,
    /// How many steps they had.
    pub steps: usize,
    /// How often each pairing came to which verdict, by its word.
    pub verdicts: BTreeMap<Pairing, BTreeMap<&'static str, usize>>,
    /// Which edges of which methods were tried in every pairing.
    pub coverage: Coverage,
    pub findings: Vec<Finding>,
    /// What was neither equal nor held against anybody: the first of it, a line each.
    pub remarks: Vec<String>,
    /// Why something could not be played, and how often; the first few reasons.
    pub not_run: BTreeMap<String, usize>,
    /// How the hunt came to its end.
    pub end: End,
}

/// How a hunt came to its end; of several the last in this order is that of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum End {
    /// All was played that was asked for.
    #[default]
    Whole,
    /// Somebody asked it to end.
    Interrupted,
    /// So much was found that the rest would be more of the same.
    Enough,
    /// Nobody could play any more.
    Stranded,
}

/// So many remarks and reasons are kept.
const KEPT: usize = 8;

impl Counts {
    /// Counts a dialogue and what came of it in each pairing.
    pub(crate) fn add(&mut self, scenario: &Scenario, heard: &[(Pairing, &Verdict)]) {
        self.dialogues += 1;
        self.steps += scenario.steps.len();
        for &(pairing, verdict) in heard {
            let words = self.verdicts.entry(pairing).or_default();
            *words.entry(verdict.word()).or_default() += 1;
            let is_remarkable = matches!(
                verdict,
                Verdict::KnownDifference(..) | Verdict::Unsupported(_)
            );
            if is_remarkable && self.remarks.len() < KEPT {
                let remark = format!("{}::{pairing}: {verdict}", scenario.name);
                self.remarks.push(remark);
            }
        }
        let tried =
            |verdict: &Verdict| !matches!(verdict, Verdict::NotRun(_) | Verdict::Unsupported(_));
        if heard.iter().all(|(_, verdict)| tried(verdict)) {
            self.coverage
                .add(&Coverage::of(std::slice::from_ref(scenario)));
        }
    }

    /// Counts that something could not be played; whether it is the first time for this reason.
    pub(crate) fn could_not(&mut self, why: &str) -> bool {
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

    /// Whether nothing was found, and nothing left out.
    pub fn is_green(&self) -> bool {
        self.findings.is_empty() && self.not_run.is_empty() && self.end != End::Stranded
    }
}
