//! The progress bar of a long run.

use std::fmt::Display;
use std::io::IsTerminal;

use indicatif::ProgressStyle;

use super::eprintln;

/// A progress bar on stderr. It is shown only on a terminal; elsewhere a command prints lines.
pub(crate) struct ProgressBar(Option<indicatif::ProgressBar>);

impl ProgressBar {
    /// A bar that is full at `length`; one without a length only counts. The template is one of
    /// `indicatif`.
    pub(crate) fn new(length: Option<usize>, template: &str) -> Self {
        Self(std::io::stderr().is_terminal().then(|| {
            let bar = match length {
                Some(length) => indicatif::ProgressBar::new(length as u64),
                None => indicatif::ProgressBar::no_length(),
            };
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            bar
        }))
    }

    /// Whether stderr is a terminal.
    pub(crate) fn is_shown(&self) -> bool {
        self.0.is_some()
    }

    /// Prints a line to stderr, above the bar if there is one.
    pub(crate) fn print(&self, line: impl Display) {
        match &self.0 {
            Some(bar) => bar.suspend(|| eprintln!("{line}")),
            None => eprintln!("{line}"),
        }
    }

    /// Sets the text beside the bar.
    pub(crate) fn say(&self, message: String) {
        if let Some(bar) = &self.0 {
            bar.set_message(message);
        }
    }

    /// One more is done.
    pub(crate) fn advance(&self) {
        if let Some(bar) = &self.0 {
            bar.inc(1);
        }
    }

    /// This many are done.
    pub(crate) fn reach(&self, position: usize) {
        if let Some(bar) = &self.0 {
            bar.set_position(position as u64);
        }
    }

    /// Removes the bar.
    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
