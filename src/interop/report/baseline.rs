//! The changes between a run and a baseline.

use std::collections::BTreeMap;
use std::fmt;

use super::run::{CaseEntry, Run};

/// The cases that changed, by name, in the order of the tables.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// Cases that were green and are not any more.
    pub newly_failing: Vec<Change>,
    /// Cases that were not green and are now.
    pub newly_passing: Vec<Change>,
    /// Cases that are as green or as red as before, with another verdict.
    pub otherwise: Vec<Change>,
    pub new: Vec<Change>,
    /// Cases that no longer exist.
    pub gone: Vec<Change>,
    /// The number of cases that did not change.
    pub unchanged: usize,
}

/// A case, with its verdicts before and now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub name: String,
    /// The verdict in the baseline; `None` if the case is new.
    pub before: Option<String>,
    /// The verdict in this run, as a sentence; `None` if the case is gone.
    pub now: Option<String>,
}

/// How the cases of a list have changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    NewlyFailing,
    NewlyPassing,
    Otherwise,
    New,
    Gone,
}

/// The title of the list.
impl fmt::Display for ChangeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NewlyFailing => "newly failing",
            Self::NewlyPassing => "newly passing",
            Self::Otherwise => "failing or passing otherwise",
            Self::New => "new",
            Self::Gone => "gone",
        })
    }
}

impl Changes {
    /// The changes from `old` to `new`.
    pub fn between(old: &Run, new: &Run) -> Self {
        let mut before: BTreeMap<&str, &CaseEntry> = BTreeMap::new();
        for case in &old.cases {
            before.insert(&case.name, case);
        }
        let mut changes = Self::default();
        for case in &new.cases {
            let was = before.remove(case.name.as_str());
            let change = Change {
                name: case.name.clone(),
                before: was.map(|was| was.verdict.clone()),
                now: Some(case.detail.clone()),
            };
            let list = match was {
                None => &mut changes.new,
                Some(was) if was.green && !case.green => &mut changes.newly_failing,
                Some(was) if !was.green && case.green => &mut changes.newly_passing,
                Some(was) if was.verdict != case.verdict => &mut changes.otherwise,
                Some(_) => {
                    changes.unchanged += 1;
                    continue;
                }
            };
            list.push(change);
        }
        let gone = old
            .cases
            .iter()
            .filter(|case| before.contains_key(case.name.as_str()));
        changes.gone = gone
            .map(|case| Change {
                name: case.name.clone(),
                before: Some(case.verdict.clone()),
                now: None,
            })
            .collect();
        changes
    }

    /// Each list with its kind, the most important first, without the empty ones.
    pub fn lists(&self) -> Vec<(ChangeKind, &[Change])> {
        let lists: [(ChangeKind, &[Change]); 5] = [
            (ChangeKind::NewlyFailing, &self.newly_failing),
            (ChangeKind::NewlyPassing, &self.newly_passing),
            (ChangeKind::Otherwise, &self.otherwise),
            (ChangeKind::New, &self.new),
            (ChangeKind::Gone, &self.gone),
        ];
        lists
            .into_iter()
            .filter(|(_, list)| !list.is_empty())
            .collect()
    }

    /// The counts in one line: `since the baseline: 2 newly failing, 1 gone, 456 unchanged`.
    pub fn summary(&self) -> String {
        let mut parts: Vec<String> = self
            .lists()
            .iter()
            .map(|(kind, list)| format!("{} {kind}", list.len()))
            .collect();
        parts.push(format!("{} unchanged", self.unchanged));
        format!("since the baseline: {}", parts.join(", "))
    }
}

/// The text after the case name: `pass, now differs: the encoder of ...`.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.before, &self.now) {
            (Some(before), Some(now)) => write!(f, "was {before}, now {now}"),
            (Some(before), None) => write!(f, "was {before}"),
            (None, Some(now)) => f.write_str(now),
            (None, None) => Ok(()),
        }
    }
}
