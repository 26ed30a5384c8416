//! A row of the tables: an operation, its input, and how fast each subject did it.

use crate::results::{Results, is_java};

/// Some work, and what Java's part of it is called.
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) operation: &'static str,
    pub(crate) input: String,
    java: &'static str,
}

impl Case {
    pub(crate) fn new(operation: &'static str, input: impl Into<String>) -> Self {
        let java = match operation {
            // Java's strings are neither reused nor of anything else.
            "readUTF, reused" | "to UTF-16" => "readUTF",
            other => other,
        };
        Self {
            operation,
            input: input.into(),
            java,
        }
    }

    pub(crate) fn name(&self) -> String {
        let input = self.input.replace("60000", "60,000");
        format!("{} {input}", self.operation)
    }

    pub(crate) fn ours(&self, results: &Results) -> Option<f64> {
        results.nanoseconds(OURS, self.operation, &self.input)
    }

    /// Without the vector instructions that not every processor has. None if this processor has none.
    pub(crate) fn portable(&self, results: &Results) -> Option<f64> {
        results.nanoseconds(PORTABLE, self.operation, &self.input)
    }

    pub(crate) fn java(&self, results: &Results, java: &str) -> Option<f64> {
        results.nanoseconds(java, self.java, &self.input)
    }

    pub(crate) fn fastest_java(&self, results: &Results) -> Option<f64> {
        let javas = results.javas().into_iter();
        javas
            .filter_map(|java| self.java(results, java))
            .min_by(f64::total_cmp)
    }

    /// Those that somebody could use instead, the fastest first.
    pub(crate) fn rivals<'a>(&self, results: &'a Results) -> Vec<(&'a str, f64)> {
        let ranking = results.ranking(self.operation, &self.input);
        ranking
            .into_iter()
            .filter(|(subject, _)| {
                ![OURS, PORTABLE].contains(subject)
                    && !is_java(subject)
                    && !BOUNDS.contains(subject)
            })
            .collect()
    }

    pub(crate) fn rival<'a>(&self, results: &'a Results) -> Option<(&'a str, f64)> {
        self.rivals(results).into_iter().next()
    }

    /// Those that do less.
    pub(crate) fn bounds<'a>(&self, results: &'a Results) -> Vec<(&'a str, f64)> {
        let ranking = results.ranking(self.operation, &self.input);
        ranking
            .into_iter()
            .filter(|(subject, _)| BOUNDS.contains(subject))
            .collect()
    }
}

pub(crate) const OURS: &str = "javatalk";

/// The same with `Instructions::PORTABLE`.
pub(crate) const PORTABLE: &str = "javatalk portable";

/// Who does less than the work: nobody can be faster.
const BOUNDS: [&str; 4] = [COPY, "copy of a slice", "simdutf8 and copy", "std"];

pub(crate) const COPY: &str = "copy";

/// A time with three digits.
pub(crate) fn shown(nanoseconds: f64) -> String {
    let (number, unit) = if nanoseconds < 1_000.0 {
        (nanoseconds, "ns")
    } else {
        (nanoseconds / 1_000.0, "µs")
    };
    if number < 1.0 {
        format!("{number:.2} {unit}")
    } else if number < 100.0 {
        format!("{number:.1} {unit}")
    } else {
        format!("{number:.0} {unit}")
    }
}
