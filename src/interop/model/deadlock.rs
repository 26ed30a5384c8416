//! How client and server can wait for each other.

use std::fmt;

use super::participant::Role;

/// Why neither program can continue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deadlock {
    /// Every role with a pending call waits for bytes, and no bytes are in transit.
    Read,
    /// Both roles wait for buffer space to write, and neither reads.
    Write,
    /// This role waits for buffer space to write, and the other role has no call left that would
    /// read.
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
