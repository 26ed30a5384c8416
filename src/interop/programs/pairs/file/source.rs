//! Where something stands in a pair file, and what is wrong with it.

use std::ops::Range;

use thiserror::Error;

/// Why a pair file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{file}{}: {what}", place(*.at))]
pub struct PairFileError {
    /// The file, as the caller named it.
    file: String,
    /// The line and the column, from 1; none if the mistake is the whole file.
    at: Option<(usize, usize)>,
    /// What is wrong, and what to write instead.
    what: String,
}

fn place(at: Option<(usize, usize)>) -> String {
    match at {
        Some((line, column)) => format!(":{line}:{column}"),
        None => String::new(),
    }
}

/// The text of a pair file, and its name in messages.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) file: &'a str,
    pub(super) text: &'a str,
}

/// A mistake at this byte of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) at: usize,
    pub(super) what: String,
}

pub(super) type Checked<T> = Result<T, Wrong>;

impl Source<'_> {
    /// The line of this byte, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        1 + self.before(at).matches('\n').count()
    }

    /// The column of this byte in characters, from 1.
    fn column(&self, at: usize) -> usize {
        let before = self.before(at);
        let line = before.rsplit('\n').next().unwrap_or_default();
        1 + line.chars().count()
    }

    fn before(&self, at: usize) -> &str {
        self.text.get(..at).unwrap_or(self.text)
    }

    /// The first byte of this line that is no space, or `otherwise` if there is no such line.
    pub(super) fn start_of_line(&self, line: usize, otherwise: usize) -> usize {
        let mut lines = self.text.split_inclusive('\n');
        let before: usize = lines.by_ref().take(line - 1).map(str::len).sum();
        let Some(text) = lines.next() else {
            return otherwise;
        };
        before + (text.len() - text.trim_start().len())
    }

    /// The text as it stands in the file.
    pub(super) fn raw(&self, span: &Range<usize>) -> &str {
        self.text.get(span.clone()).unwrap_or_default()
    }

    /// The mistake with its place.
    pub(super) fn explain(&self, wrong: Wrong) -> PairFileError {
        PairFileError {
            file: self.file.to_owned(),
            at: Some((self.line(wrong.at), self.column(wrong.at))),
            what: wrong.what,
        }
    }
}

impl Wrong {
    pub(super) fn new(at: usize, what: impl Into<String>) -> Self {
        let what = what.into();
        Self { at, what }
    }
}

impl PairFileError {
    /// What is wrong, without the place.
    pub(crate) fn what(&self) -> &str {
        &self.what
    }

    /// A mistake of the whole file.
    pub(super) fn of_the_file(file: &str, what: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            at: None,
            what: what.into(),
        }
    }
}
