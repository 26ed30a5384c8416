//! Whether stored files agree with a JDK.

use std::io;

use super::folder::Files;
use super::judge::Judge;
use super::model::Outcome;

/// A test whose outcome is not the stored one.
#[derive(Debug)]
pub(crate) struct Mismatch {
    pub(crate) id: String,
    pub(crate) stored: Outcome,
    pub(crate) java: Outcome,
}

/// Asks a JDK for every stored test. Returns the number of tests, and those that differ.
///
/// # Errors
///
/// If the JVM has ended, or a test is none that it can be asked.
pub(crate) fn replay(files: &Files, judge: &mut Judge) -> io::Result<(usize, Vec<Mismatch>)> {
    let mut tests = 0;
    let mut mismatches = Vec::new();
    for file in files.values() {
        for (group, test) in file.tests() {
            tests += 1;
            let java = judge.outcome(group, test)?;
            let stored = test.expected(judge.release(), &file.jdks);
            if java != stored {
                mismatches.push(Mismatch {
                    id: test.id.clone(),
                    stored,
                    java,
                });
            }
        }
    }
    Ok((tests, mismatches))
}
