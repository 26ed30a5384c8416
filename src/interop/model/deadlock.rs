//! How two programs wait for each other.

use std::fmt;

use super::participant::Role;

/// Why neither of two programs can go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deadlock {
    /// Each role that has something left to do waits for bytes, and none are under way.
    Read,
    /// Both roles wait for room to write, and neither reads.
    Write,
    /// This role waits for room to write, and the other has nothing left to do.
    Unread(Role),
}

impl fmt::Display for Deadlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read => f.write_str("both roles wait for bytes, and nothing is under way"),
            Self::Write => f.write_str("both roles write, and neither reads"),
            Self::Unread(role) => write!(
                f,
                "the {role} writes more than the connection holds, and the {} does not read it",
                role.other()
            ),
        }
    }
}
