//! The progress of a run.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::cli::output::progress_bar::ProgressBar;
use crate::cli::shown;
use crate::interop::model::case::Judged;

/// The progress of a run, on stderr: a bar on a terminal, otherwise a line for each tenth of the
/// cases. Each case that fails has a line of its own.
pub(crate) struct Progress {
    bar: ProgressBar,
    seen: AtomicUsize,
    all: usize,
}

impl Progress {
    pub(crate) fn of(all: usize) -> Self {
        Self {
            bar: ProgressBar::new(Some(all), "{bar:30} {pos}/{len} {elapsed} {msg}"),
            seen: AtomicUsize::new(0),
            all,
        }
    }

    pub(crate) fn saw(&self, judged: &Judged) {
        let case = shown(&judged.case);
        if !judged.verdict.is_green() {
            self.bar.print(format!("{case}: {}", judged.verdict.word()));
        }
        self.bar.say(case);
        self.bar.advance();
        let seen = 1 + self.seen.fetch_add(1, Ordering::Relaxed);
        if !self.bar.is_shown() && tenth(seen, self.all) > tenth(seen - 1, self.all) {
            self.bar.print(format!("{seen} of {} cases", self.all));
        }
    }

    pub(crate) fn finish(&self) {
        self.bar.finish();
    }
}

/// How many tenths of `all` are done.
fn tenth(seen: usize, all: usize) -> usize {
    10 * seen / all
}
