//! Where a codec differs from Java, as text.

use std::fmt;

use crate::text::count::{counted, grouped};

/// Where a codec differs from Java.
///
/// Its text has a line for each of the first mismatches, with the bytes or the string, what the codec
/// made of it, and what Java made of it. A test that returns this error, or unwraps it, prints that
/// text.
#[derive(Clone, PartialEq, Eq)]
pub struct Mismatches {
    /// What is compared, and with which Java.
    pub(crate) subject: String,
    pub(crate) cases: usize,
    pub(crate) count: usize,
    pub(crate) first: Vec<Mismatch>,
    /// Whether the codec has panicked, so that the rest was not compared.
    pub(crate) panicked: bool,
}

/// One input for which a codec differs from Java.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mismatch {
    /// The bytes in hexadecimal, or the string in quotes.
    pub input: String,
    /// What the codec made of it.
    pub codec: String,
    /// What Java made of it.
    pub java: String,
}

impl Mismatches {
    /// How many inputs they are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Some of them: the first ones of each part of the inputs.
    #[must_use]
    pub fn first(&self) -> &[Mismatch] {
        &self.first
    }
}

impl fmt::Display for Mismatches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} in {} of {}",
            self.subject,
            grouped(self.count),
            counted(self.cases, "case"),
        )?;
        if self.panicked {
            f.write_str(" and then panicked, so that the others were not compared")?;
        }
        for mismatch in &self.first {
            write!(
                f,
                "\n  {}\n    codec  {}\n    java   {}",
                mismatch.input, mismatch.codec, mismatch.java
            )?;
        }
        let more = self.count - self.first.len().min(self.count);
        if more > 0 {
            write!(f, "\n  and {} more", grouped(more))?;
        }
        Ok(())
    }
}

/// As `Display`: a test prints the error that it returns with `Debug`.
impl fmt::Debug for Mismatches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Mismatches {}

/// The mismatches that are collected while the blocks are compared.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) cases: usize,
    pub(crate) count: usize,
    pub(crate) first: Vec<Mismatch>,
    pub(crate) panicked: bool,
}

impl Found {
    /// How many mismatches of a block are shown: this many of each, and `MOST` in all.
    const OF_A_BLOCK: usize = 3;
    const MOST: usize = 12;

    /// Whether the next mismatch is one of those that are shown. `before` is the number of
    /// mismatches before its block.
    pub(crate) fn is_shown(&self, before: usize) -> bool {
        self.count - before < Self::OF_A_BLOCK && self.first.len() < Self::MOST
    }

    pub(crate) fn show(&mut self, mismatch: Mismatch) {
        // One of several that differ in the same way is enough.
        let is_alike =
            |shown: &Mismatch| (&shown.codec, &shown.java) == (&mismatch.codec, &mismatch.java);
        if !self.first.iter().any(is_alike) {
            self.first.push(mismatch);
        }
    }

    /// The number of cases, if none differs.
    pub(crate) fn into_result(self, subject: impl FnOnce() -> String) -> Result<usize, Mismatches> {
        if self.count == 0 {
            return Ok(self.cases);
        }
        Err(Mismatches {
            subject: subject(),
            cases: self.cases,
            count: self.count,
            first: self.first,
            panicked: self.panicked,
        })
    }
}
