//! The progress of a run: a bar on a terminal, otherwise one line per group of cases.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::cli::output::progress_bar::ProgressBar;
use crate::cli::shown;
use crate::interop::model::case::{Case, Judged};

/// The progress of a run, on stderr.
pub(crate) struct Progress {
    bar: ProgressBar,
    groups: Mutex<BTreeMap<String, Group>>,
}

/// The counts of the cases of one group.
#[derive(Default)]
struct Group {
    missing: usize,
    failed: usize,
    cases: usize,
}

impl Progress {
    pub(crate) fn of(cases: &[Case]) -> Self {
        let mut groups: BTreeMap<String, Group> = BTreeMap::new();
        for case in cases {
            let group = groups.entry(case.group.clone()).or_default();
            group.missing += 1;
            group.cases += 1;
        }
        Self {
            bar: ProgressBar::new(Some(cases.len()), "{bar:30} {pos}/{len} {elapsed} {msg}"),
            groups: Mutex::new(groups),
        }
    }

    pub(crate) fn saw(&self, judged: &Judged) {
        let failed = !judged.verdict.is_green();
        if self.bar.is_shown() {
            if failed {
                let (case, word) = (shown(&judged.case), judged.verdict.word());
                self.bar.print(format!("{case}: {word}"));
            }
            self.bar.say(shown(&judged.case));
            self.bar.advance();
            return;
        }
        let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(group) = groups.get_mut(&judged.case.group) else {
            return;
        };
        group.missing -= 1;
        group.failed += usize::from(failed);
        if group.missing == 0 {
            let green = group.cases - group.failed;
            let name = shown(&judged.case.group);
            self.bar
                .print(format!("{name}: {green} of {}", group.cases));
        }
    }

    pub(crate) fn finish(&self) {
        self.bar.finish();
    }
}
