//! The pairs of console programs that every peer has.

use super::case::ChatCase;
use super::cases::{conversation, hello, line, raw};
use crate::interop::model::participant::{Participant, Role};
use crate::interop::proxy::scripted::Opening;
use crate::system::toolchain::Language;

/// A client and a server that belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProgramPair {
    /// One message and the same message back: `client.java` and `server.java`.
    Hello,
    /// Messages and answers until the client ends: `ChatClient.java` and `ChatServer.java`.
    Conversation,
    /// The same client with the long-running servers, which exit here after one client:
    /// `ChatServer.java` again.
    Service,
    /// A conversation in lines of text: `LineClient.java` and `LineServer.java`.
    Line,
    /// A conversation in raw bytes: `raw_client` and `raw_server`, in Python and C++.
    Raw,
}

impl ProgramPair {
    /// All pairs, in the order in which they are played.
    pub const ALL: [Self; 5] = [
        Self::Hello,
        Self::Conversation,
        Self::Service,
        Self::Line,
        Self::Raw,
    ];

    /// The first part of their case names.
    pub fn suite(self) -> &'static str {
        match self {
            Self::Hello => "chat",
            Self::Conversation => "conversation",
            Self::Service => "forever",
            Self::Line => "line",
            Self::Raw => "raw",
        }
    }

    /// The inputs for the pair.
    pub fn rows(self) -> Vec<ChatCase> {
        match self {
            Self::Hello => hello::rows(),
            Self::Conversation | Self::Service => conversation::rows(),
            Self::Line => line::rows(),
            Self::Raw => raw::rows(),
        }
    }

    /// The oracle, on a machine with these feature releases.
    pub(crate) fn oracle(self, javas: &[u32]) -> Option<Participant> {
        match self {
            Self::Hello | Self::Conversation | Self::Service | Self::Line => {
                javas.last().copied().map(Participant::Java)
            }
            Self::Raw => Some(Participant::Socket(Language::ALL[0])),
        }
    }

    /// The participants that have these programs, on a machine with these feature releases.
    pub(crate) fn peers(self, javas: &[u32]) -> Vec<Participant> {
        let mut others: Vec<Participant> = match self {
            Self::Hello | Self::Conversation | Self::Service | Self::Line => {
                javas.iter().copied().map(Participant::Java).collect()
            }
            Self::Raw => Language::ALL.map(Participant::Socket).into(),
        };
        others.sort_unstable();
        std::iter::once(Participant::Rust).chain(others).collect()
    }

    /// Whether the programs' output depends on how the bytes are split. If so, a network plan that
    /// splits them differently changes the right output.
    pub(crate) fn sees_pieces(self) -> bool {
        self == Self::Raw
    }

    /// The class of the Java program; `None` if there is none.
    pub(crate) fn class(self, role: Role) -> Option<&'static str> {
        match (self, role) {
            (Self::Hello, Role::Client) => Some("client"),
            (Self::Hello, Role::Server) => Some("server"),
            (Self::Conversation | Self::Service, Role::Client) => Some("ChatClient"),
            (Self::Conversation | Self::Service, Role::Server) => Some("ChatServer"),
            (Self::Line, Role::Client) => Some("LineClient"),
            (Self::Line, Role::Server) => Some("LineServer"),
            (Self::Raw, _) => None,
        }
    }

    /// The Java program's arguments besides host and port: how many clients the server serves.
    pub(crate) fn java_arguments(self, role: Role) -> &'static [&'static str] {
        match (self, role) {
            (Self::Conversation | Self::Service, Role::Server) => &["1"],
            _ => &[],
        }
    }

    /// The arguments of `javatalk client` and `javatalk server` besides host and port.
    pub(crate) fn rust_arguments(self, role: Role) -> &'static [&'static str] {
        match (self, role) {
            (Self::Hello, _) => &[],
            (Self::Line, _) => &["--chat", "--wire", "line"],
            (Self::Raw, _) => &["--chat", "--wire", "raw"],
            (Self::Conversation, _) | (Self::Service, Role::Client) => &["--chat"],
            (Self::Service, Role::Server) => &["--forever", "--print", "--clients", "1"],
        }
    }

    /// The client's stdin when the harness is the server: one message for the scripted server's
    /// opening, and enough further messages for its script.
    pub(crate) fn stdin_against_raw(self) -> &'static [u8] {
        match self {
            Self::Hello | Self::Conversation | Self::Service | Self::Line => b"hello\n",
            Self::Raw => b"hello\nhi\nbye\n",
        }
    }

    /// What a scripted server reads before its first step.
    pub(crate) fn opening(self) -> Opening {
        match self {
            Self::Hello | Self::Conversation | Self::Service => Opening::Utf,
            Self::Line => Opening::Line,
            Self::Raw => Opening::Piece,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_in_kebab_case_and_no_two_alike() {
        for program_pair in ProgramPair::ALL {
            let rows = program_pair.rows();
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
    fn on_a_raw_wire_python_judges_and_no_jdk_takes_part() {
        let names = |peers: Vec<Participant>| -> Vec<String> {
            peers.iter().map(Participant::to_string).collect()
        };
        assert_eq!(
            names(ProgramPair::Raw.peers(&[17])),
            ["rust", "python", "cpp"]
        );
        let oracle = |pair: ProgramPair, javas: &[u32]| pair.oracle(javas).map(|o| o.to_string());
        assert_eq!(oracle(ProgramPair::Raw, &[17]).unwrap(), "python");
        let javas = [17, 25];
        assert_eq!(
            names(ProgramPair::Line.peers(&javas)),
            ["rust", "java17", "java25"]
        );
        assert_eq!(oracle(ProgramPair::Line, &javas).unwrap(), "java25");
        assert_eq!(oracle(ProgramPair::Line, &[]), None);
    }

    #[test]
    fn no_two_rows_do_the_same() {
        for program_pair in ProgramPair::ALL {
            let rows = program_pair.rows();
            for (i, row) in rows.iter().enumerate() {
                for other in &rows[..i] {
                    let does = |row: &ChatCase| (row.play.clone(), row.network, row.charset);
                    assert_ne!(does(row), does(other), "{} and {}", row.name, other.name);
                    assert_ne!(row.claim, other.claim, "{} and {}", row.name, other.name);
                }
            }
        }
    }
}
