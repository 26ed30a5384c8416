//! The pairs of console programs that every peer has.

use crate::interop::pairing::Role;
use crate::interop::raw::Opening;

use super::rows::{self, Row};
use super::{conversation_rows, line_rows};

/// A client and a server that are made for each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duet {
    /// One message there and the same message back: `client.java` and `server.java`.
    Hello,
    /// Message and answer until the client says no more: `ChatClient.java` and `ChatServer.java`.
    Conversation,
    /// The same client with the servers that are left running, and end here after one client:
    /// `ChatServer.java` again.
    Forever,
    /// A conversation in lines of text: `LineClient.java` and `LineServer.java`.
    Line,
}

impl Duet {
    /// All of them, in the order in which they are played.
    pub const ALL: [Self; 4] = [Self::Hello, Self::Conversation, Self::Forever, Self::Line];

    /// What the names of their cases begin with.
    pub fn suite(self) -> &'static str {
        match self {
            Self::Hello => "chat",
            Self::Conversation => "conversation",
            Self::Forever => "forever",
            Self::Line => "line",
        }
    }

    /// What they are given.
    pub fn rows(self) -> Vec<Row> {
        match self {
            Self::Hello => rows::rows(),
            Self::Conversation | Self::Forever => conversation_rows::rows(),
            Self::Line => line_rows::rows(),
        }
    }

    /// The class of the Java program.
    pub(super) fn class(self, role: Role) -> &'static str {
        match (self, role) {
            (Self::Hello, Role::Client) => "client",
            (Self::Hello, Role::Server) => "server",
            (Self::Conversation | Self::Forever, Role::Client) => "ChatClient",
            (Self::Conversation | Self::Forever, Role::Server) => "ChatServer",
            (Self::Line, Role::Client) => "LineClient",
            (Self::Line, Role::Server) => "LineServer",
        }
    }

    /// What the Java program is told besides host and port: how many clients there will be.
    pub(super) fn java_arguments(self, role: Role) -> &'static [&'static str] {
        match (self, role) {
            (Self::Conversation | Self::Forever, Role::Server) => &["1"],
            _ => &[],
        }
    }

    /// What `javatalk client` and `javatalk server` are told besides host and port.
    pub(super) fn rust_arguments(self, role: Role) -> &'static [&'static str] {
        match (self, role) {
            (Self::Hello, _) => &[],
            (Self::Line, _) => &["--chat", "--wire", "line"],
            (Self::Conversation, _) | (Self::Forever, Role::Client) => &["--chat"],
            (Self::Forever, Role::Server) => &["--forever", "--print", "--clients", "1"],
        }
    }

    /// What the client is told where the harness is the server: one message for the one that a raw
    /// server waits for.
    pub(super) fn stdin_against_raw(self) -> &'static [u8] {
        b"hello\n"
    }

    /// What a raw server hears of it before it plays its script.
    pub(super) fn opening(self) -> Opening {
        match self {
            Self::Hello | Self::Conversation | Self::Forever => Opening::Utf,
            Self::Line => Opening::Line,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_in_kebab_case_and_no_two_alike() {
        for duet in Duet::ALL {
            let rows = duet.rows();
            let names: BTreeSet<&str> = rows.iter().map(|row| row.name.as_str()).collect();
            assert_eq!(names.len(), rows.len());
            for name in names {
                assert!(
                    name.chars()
                        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
                    "{name}"
                );
            }
        }
    }

    #[test]
    fn no_two_rows_do_the_same() {
        for duet in Duet::ALL {
            let rows = duet.rows();
            for (i, row) in rows.iter().enumerate() {
                for other in &rows[..i] {
                    let does = |row: &Row| (row.play.clone(), row.network, row.charset);
                    assert_ne!(does(row), does(other), "{} and {}", row.name, other.name);
                    assert_ne!(row.claim, other.claim, "{} and {}", row.name, other.name);
                }
            }
        }
    }
}
