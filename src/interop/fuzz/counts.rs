//! The counts of a campaign. Their size is bounded, however long the campaign runs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::finding::Finding;
use crate::interop::model::participant::Pairing;
use crate::interop::model::verdict::Verdict;
use crate::interop::scenario::language::{Coverage, Scenario};

/// The counts of a campaign, and a few remarks.
#[derive(Debug, Default)]
pub struct Counts {
    /// How many scenarios were played, each in every pairing.
    pub dialogues: usize,
    /// How many steps they had.
    pub steps: usize,
    /// How often each pairing received each verdict, by its word.
    pub verdicts: BTreeMap<Pairing, BTreeMap<&'static str, usize>>,
    /// Which edges of which methods were tried in every pairing.
    pub coverage: Coverage,
    pub findings: Vec<Finding>,
    /// The first cases that were not equal and are blamed on no peer, a line each.
    pub remarks: Vec<String>,
    /// Why scenarios could not be played, and how often; only the first few reasons.
    pub not_run: BTreeMap<String, usize>,
    /// How the campaign ended.
    pub end: End,
}

/// How a campaign ended. Of several shards, the last variant in this order counts for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum End {
    /// Every scenario of the plan was played.
    #[default]
    Whole,
    /// The user interrupted it.
    Interrupted,
    /// It had enough findings.
    Enough,
    /// No pairing could be played any more.
    Stranded,
}

/// How many remarks and reasons are kept.
const KEPT: usize = 8;

impl Counts {
    /// Counts a scenario and its verdict in each pairing.
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

    /// Counts a scenario that could not be played. Returns whether the reason is new.
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

    /// Whether there are no findings, and everything could be played.
    pub fn is_green(&self) -> bool {
        self.findings.is_empty() && self.not_run.is_empty() && self.end != End::Stranded
    }
}
