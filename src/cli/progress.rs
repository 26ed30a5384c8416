//! The progress of a run: a bar on a terminal, otherwise one line per group of cases.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::sync::{Mutex, PoisonError};

use indicatif::{ProgressBar, ProgressStyle};

use super::output::eprintln;
use super::shown;
use crate::interop::model::case::{Case, Judged};

/// The progress of a run, on stderr.
pub(crate) enum Progress {
    Bar(ProgressBar),
    Lines(Mutex<BTreeMap<String, ChatCase>>),
}

#[derive(Default)]
pub(crate) struct ChatCase {
    missing: usize,
    failed: usize,
    cases: usize,
}

impl Progress {
    pub(crate) fn of(cases: &[Case]) -> Self {
        if std::io::stderr().is_terminal() {
            let bar = ProgressBar::new(cases.len() as u64);
            if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {elapsed} {msg}")
            {
                bar.set_style(style);
            }
            return Self::Bar(bar);
        }
        let mut rows: BTreeMap<String, ChatCase> = BTreeMap::new();
        for case in cases {
            let row = rows.entry(case.group.clone()).or_default();
            row.missing += 1;
            row.cases += 1;
        }
        Self::Lines(Mutex::new(rows))
    }

    pub(crate) fn saw(&self, judged: &Judged) {
        let failed = !judged.verdict.is_green();
        match self {
            Self::Bar(bar) => {
                if failed {
                    bar.suspend(|| eprintln!("{}: {}", shown(&judged.case), judged.verdict.word()));
                }
                bar.set_message(shown(&judged.case));
                bar.inc(1);
            }
            Self::Lines(rows) => {
                let mut rows = rows.lock().unwrap_or_else(PoisonError::into_inner);
                let Some(row) = rows.get_mut(&judged.case.group) else {
                    return;
                };
                row.missing -= 1;
                row.failed += usize::from(failed);
                if row.missing == 0 {
                    let green = row.cases - row.failed;
                    eprintln!("{}: {green} of {}", shown(&judged.case.group), row.cases);
                }
            }
        }
    }

    pub(crate) fn finish(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}
