//! Limits on the size of scenario files.
//!
//! A few lines can ask for more memory than there is: nested `repeat` blocks, several `for` lines,
//! a long value in a claim. The cost of a file is computed before anything is built, and a file
//! over the limit is rejected with the line at fault. The limits are far above what a test needs.

use crate::interop::protocol::call::{Call, ObjectContent, Value};
use crate::interop::protocol::method::Sequence;

/// The maximum number of cases in one file.
pub(crate) const MOST_CASES: usize = 1000;

/// The limit for all cases of one file together.
pub(crate) const OF_A_FILE: Limit = Limit {
    steps: 100_000,
    bytes: 128 << 20,
    what: "file",
};

/// The limit for all files of one folder together.
pub(crate) const OF_A_FOLDER: Limit = Limit {
    steps: 1_000_000,
    bytes: 256 << 20,
    what: "folder",
};

/// The maximum nesting depth of `repeat`.
pub(crate) const MOST_DEPTH: usize = 16;

/// The maximum length of a case's name or claim, in bytes.
pub(crate) const MOST_NAME: usize = 16 << 10;

/// The maximum size of one file, in bytes.
pub(crate) const MOST_TEXT: u64 = 4 << 20;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit {
    steps: usize,
    bytes: usize,
    what: &'static str,
}

/// What a set of steps costs when it is built. Additions saturate, so an excess stays an excess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Cost {
    steps: usize,
    bytes: usize,
}

impl Cost {
    /// The cost of `sync`.
    pub(crate) const SYNC: Self = Self { steps: 1, bytes: 0 };

    /// The cost of a call.
    pub(crate) fn of(call: &Call) -> Self {
        let bytes = match call {
            Call::Write(write) => match write.sequence() {
                Some(Sequence::Text(text)) => text.len_utf16() * size_of::<u16>(),
                Some(Sequence::Bytes(bytes)) => bytes.len(),
                None => 0,
            },
            Call::Objects(objects) => objects.argument().map_or(0, size_of_object),
            Call::Stream(_) | Call::Read(_) | Call::Socket(_) => 0,
        };
        Self { steps: 1, bytes }
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            steps: self.steps.saturating_add(other.steps),
            bytes: self.bytes.saturating_add(other.bytes),
        }
    }

    /// This cost, `times` times.
    pub(crate) fn times(self, times: usize) -> Self {
        Self {
            steps: self.steps.saturating_mul(times),
            bytes: self.bytes.saturating_mul(times),
        }
    }

    /// Checks this cost against `limit`, and names what exceeds it.
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

/// How much memory the elements of an object take.
fn size_of_object(object: &Value) -> usize {
    match object.as_object() {
        Some((_, ObjectContent::String(text))) => text.len_utf16() * size_of::<u16>(),
        Some((_, ObjectContent::Array(_, elements))) => elements.len() * size_of::<i64>(),
        Some((_, ObjectContent::Boxed(..))) | None => 0,
    }
}
