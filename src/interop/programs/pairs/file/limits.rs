//! How large a pair file and its parts may be. Far more than is useful, and little enough that a
//! wrong file takes no memory worth mentioning.

use super::source::{Checked, Wrong};

/// The bytes of a pair file.
pub(super) const FILE: u64 = 4 << 20;
/// The pairs of a file.
pub(super) const PAIRS: usize = 100;
/// The cases of a pair.
pub(super) const CASES: usize = 10_000;
/// The clients of a case.
pub(super) const CLIENTS: usize = 100;
/// The steps of a script.
pub(super) const STEPS: usize = 10_000;
/// The ports of a pair.
pub(super) const PORTS: usize = 16;
/// The masks, the unordered sections and the known differences of a pair, each.
pub(super) const RULES: usize = 100;
/// The networks, commands of `compile`, arguments, variables and JDKs.
pub(super) const ITEMS: usize = 1000;
/// The characters of a name.
pub(super) const NAME: usize = 100;
/// The bytes of memory that a compiled regular expression may take.
pub(super) const REGEX: usize = 1 << 20;

/// An error if there are more than `most` of them.
pub(super) fn check(at: usize, count: usize, most: usize, things: &str) -> Checked<()> {
    if count > most {
        let what = format!("{count} {things} are too many: at most {most} are allowed");
        return Err(Wrong::new(at, what));
    }
    Ok(())
}
