//! How much a scenario file may ask for.
//!
//! A few lines can ask for more memory than there is: `repeat` around `repeat`, `for` beside `for`,
//! a long value in a claim. What a file asks for is counted before any of it is made, and a file that
//! asks for too much is refused with its line. The limits are far above what a test needs.

use crate::interop::protocol::call::{Call, Value};

/// The cases of one file.
pub(crate) const MOST_CASES: usize = 1000;

/// What all cases of one file may take together.
pub(crate) const OF_A_FILE: Limit = Limit {
    steps: 100_000,
    bytes: 128 << 20,
    what: "file",
};

/// What all files of one folder may take together.
pub(crate) const OF_A_FOLDER: Limit = Limit {
    steps: 1_000_000,
    bytes: 256 << 20,
    what: "folder",
};

/// The `repeat`s around one step.
pub(crate) const MOST_DEPTH: usize = 16;

/// The bytes of the name or the claim of one case.
pub(crate) const MOST_NAME: usize = 16 << 10;

/// The bytes of one file.
pub(crate) const MOST_TEXT: u64 = 4 << 20;

/// The most that steps may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit {
    steps: usize,
    bytes: usize,
    what: &'static str,
}

/// What steps take when they are made. It saturates: too much stays too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Cost {
    steps: usize,
    bytes: usize,
}

impl Cost {
    /// That of `sync`.
    pub(crate) const SYNC: Self = Self { steps: 1, bytes: 0 };

    /// That of a call.
    pub(crate) fn of(call: &Call) -> Self {
        let bytes = match &call.value {
            Some(Value::Text(text)) => text.len_utf16() * size_of::<u16>(),
            Some(Value::Bytes(bytes)) => bytes.len(),
            Some(
                Value::Void
                | Value::Whole(_)
                | Value::Boolean(_)
                | Value::Float(_)
                | Value::Double(_)
                | Value::Null,
            )
            | None => 0,
        };
        Self { steps: 1, bytes }
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            steps: self.steps.saturating_add(other.steps),
            bytes: self.bytes.saturating_add(other.bytes),
        }
    }

    /// The same so often.
    pub(crate) fn times(self, times: usize) -> Self {
        Self {
            steps: self.steps.saturating_mul(times),
            bytes: self.bytes.saturating_mul(times),
        }
    }

    /// Says what is too much, if anything is.
    pub(crate) fn check(self, limit: Limit) -> Result<(), String> {
        let Limit { steps, bytes, what } = limit;
        if self.steps > steps {
            let count = self.steps;
            Err(format!("{count} steps: {steps} are the most for a {what}"))
        } else if self.bytes > bytes {
            let count = self.bytes;
            Err(format!(
                "values of {count} bytes: {bytes} are the most for a {what}"
            ))
        } else {
            Ok(())
        }
    }
}
