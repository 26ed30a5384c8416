//! The progress of a run: a bar on a terminal, otherwise a line from time to time. Each finding is
//! saved and printed at once.

use std::fmt::Display;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::cli::output::eprintln;
use crate::cli::output::progress_bar::ProgressBar;
use crate::cli::{complain, shown};
use crate::interop::fuzz::{Corpus, Counts, Extent, Finding, Plan, Size, Watch};
use crate::interop::scenario::language::Coverage;
use crate::sweep::table::a_second;
use crate::text::count::{counted, grouped};

/// The progress of a fuzzing run, on stderr.
pub(crate) struct Progress<'a> {
    corpus: &'a Corpus,
    bar: ProgressBar,
    start: Instant,
    shown: Mutex<Instant>,
    lost: AtomicBool,
}

/// The intervals between updates of a bar, and between lines.
const TERMINAL: Duration = Duration::from_millis(200);
const LINES: Duration = Duration::from_secs(10);

impl<'a> Progress<'a> {
    pub(crate) fn of(plan: &Plan, corpus: &'a Corpus) -> Self {
        let bar = match plan.extent {
            // The share of a shard is only approximate; the count of dialogues is exact.
            Extent::Cases(count) => {
                let of = plan.shard.map_or(1, |shard| shard.of().get() as usize);
                ProgressBar::new(Some(count / of), "{bar:30} {pos}/{len} {elapsed} {msg}")
            }
            Extent::Only(_) => ProgressBar::new(Some(1), "{pos}/{len} {elapsed} {msg}"),
            Extent::Time(_) => ProgressBar::new(None, "{spinner} {pos} {elapsed} {msg}"),
        };
        eprintln!("seed {}", plan.seed);
        let now = Instant::now();
        Self {
            corpus,
            bar,
            start: now,
            shown: Mutex::new(now),
            lost: AtomicBool::new(false),
        }
    }

    /// Whether a finding could not be saved.
    pub(crate) fn lost_something(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }

    pub(crate) fn finish(&self) {
        self.bar.finish();
    }

    /// Saves a finding, and says where it is; its text if it cannot be saved.
    pub(super) fn keep(&self, name: &str, text: &str) -> String {
        match self.corpus.put(name, text) {
            Ok(file) => file.display().to_string(),
            Err(why) => {
                self.lost.store(true, Ordering::Relaxed);
                let folder = self.corpus.folder().display();
                complain(format!("{folder}: cannot save a finding: {why}"));
                format!("\n{text}")
            }
        }
    }

    /// Shows how far the campaign is, if that is due: so many of the things of this `noun`, and more
    /// about them.
    pub(super) fn reach(&self, count: usize, noun: &str, state: impl FnOnce() -> String) {
        if !self.is_due() {
            return;
        }
        if self.bar.is_shown() {
            self.bar.reach(count);
            self.bar.say(state());
        } else {
            eprintln!("{}, {}", counted(count, noun), state());
        }
    }

    /// Prints a line above the bar.
    pub(super) fn print(&self, line: impl Display) {
        self.bar.print(shown(line));
    }

    /// Whether an update is due.
    fn is_due(&self) -> bool {
        let every = if self.bar.is_shown() { TERMINAL } else { LINES };
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let due = shown.elapsed() >= every;
        if due {
            *shown = Instant::now();
        }
        due
    }
}

impl Watch for Progress<'_> {
    fn played(&self, counts: &Counts) {
        self.reach(counts.dialogues, "dialogue", || {
            let cells = Coverage::required();
            format!(
                "{} a second, {} of {cells} covered, {} found",
                grouped(a_second(counts.dialogues, self.start.elapsed())),
                cells - counts.coverage.missing().len(),
                counts.findings.len()
            )
        });
    }

    fn found(&self, finding: &Finding) {
        let kept = self.keep(&finding.scenario.file, &finding.file());
        let steps = counted(finding.scenario.steps.len(), "step");
        let name = &finding.case.name;
        self.print(match finding.size {
            Size::AsMade => format!("{name}: {}, minimizing: {kept}", finding.case.verdict),
            Size::Small => format!("{name}: minimized to {steps} of {}: {kept}", finding.steps),
            Size::Fleeting => format!("{name}: passed when run again: {kept}"),
        });
    }

    fn could_not(&self, why: &str) {
        self.print(format!("NOT RUN: {why}"));
    }
}
