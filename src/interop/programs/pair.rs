//! The pairs of console programs that every peer has.

use super::case::ChatCase;
use super::cases::{conversation, hello, line, object, raw};
use crate::interop::model::participant::{Participant, Role};
use crate::programs::charset::Charset;
use crate::programs::framing::Framing;
use crate::system::toolchain::Language;

/// A client and a server that belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProgramPair {
    /// One message of `writeUTF` and the same message back: `client.java` and `server.java`.
    Hello,
    /// Messages and answers until the client ends: `ChatClient.java` and `ChatServer.java`, and
    /// their like in the other framings.
    Conversation(Framing),
    /// The client of a conversation in `writeUTF` with the long-running servers, which exit here
    /// after one client: `ChatServer.java` again.
    Service,
}

/// The programs that our own are paired with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counterparts {
    /// These Java classes.
    Java {
        client: &'static str,
        server: &'static str,
        /// The server's arguments besides its port.
        server_arguments: &'static [&'static str],
    },
    /// `raw_client` and `raw_server`, in every [`Language`].
    Sockets,
}

impl ProgramPair {
    /// All pairs, in the order in which they are played.
    pub fn all() -> Vec<Self> {
        Framing::ALL.into_iter().flat_map(Self::of).collect()
    }

    /// The pairs whose messages are framed like this.
    fn of(framing: Framing) -> Vec<Self> {
        let conversation = Self::Conversation(framing);
        match framing {
            Framing::Utf => vec![Self::Hello, conversation, Self::Service],
            Framing::Line(_) | Framing::Raw | Framing::Object => vec![conversation],
        }
    }

    /// How their messages are framed, in the default charset.
    pub(crate) fn framing(self) -> Framing {
        match self {
            Self::Hello | Self::Service => Framing::Utf,
            Self::Conversation(framing) => framing,
        }
    }

    /// How the messages of an input are framed whose programs are given this charset, if any.
    pub(crate) fn framing_in(self, charset: Option<Charset>) -> Framing {
        let framing = self.framing();
        let given = charset.and_then(|charset| framing.in_charset(charset).ok());
        given.unwrap_or(framing)
    }

    /// The first part of their case names.
    pub fn suite(self) -> &'static str {
        match self {
            Self::Hello => "chat",
            Self::Conversation(Framing::Utf) => "conversation",
            Self::Conversation(Framing::Line(_)) => "line",
            Self::Conversation(Framing::Raw) => "raw",
            Self::Conversation(Framing::Object) => "object",
            Self::Service => "forever",
        }
    }

    /// The inputs for the pair.
    pub fn rows(self) -> Vec<ChatCase> {
        match self {
            Self::Hello => hello::rows(),
            Self::Conversation(Framing::Utf) | Self::Service => conversation::rows(),
            Self::Conversation(Framing::Line(_)) => line::rows(),
            Self::Conversation(Framing::Raw) => raw::rows(),
            Self::Conversation(Framing::Object) => object::rows(),
        }
    }

    fn counterparts(self) -> Counterparts {
        match self {
            Self::Hello => Counterparts::Java {
                client: "client",
                server: "server",
                server_arguments: &[],
            },
            // How many clients the server serves.
            Self::Conversation(Framing::Utf) | Self::Service => Counterparts::Java {
                client: "ChatClient",
                server: "ChatServer",
                server_arguments: &["1"],
            },
            Self::Conversation(Framing::Line(_)) => Counterparts::Java {
                client: "LineClient",
                server: "LineServer",
                server_arguments: &[],
            },
            Self::Conversation(Framing::Object) => Counterparts::Java {
                client: "ObjectClient",
                server: "ObjectServer",
                server_arguments: &[],
            },
            Self::Conversation(Framing::Raw) => Counterparts::Sockets,
        }
    }

    /// The oracle, on a machine with these feature releases.
    pub(crate) fn oracle(self, javas: &[u32]) -> Option<Participant> {
        match self.counterparts() {
            Counterparts::Java { .. } => javas.last().copied().map(Participant::Java),
            Counterparts::Sockets => Some(Participant::Socket(Language::ALL[0])),
        }
    }

    /// The pair whose oracle judges this one. The Java programs of a service are those of a
    /// conversation, with the same inputs and arguments, so they need not be played again.
    pub(crate) fn judge(self) -> Self {
        match self {
            Self::Hello | Self::Conversation(_) => self,
            Self::Service => Self::Conversation(Framing::Utf),
        }
    }

    /// The participants that have these programs, on a machine with these feature releases.
    pub(crate) fn peers(self, javas: &[u32]) -> Vec<Participant> {
        let mut others: Vec<Participant> = match self.counterparts() {
            Counterparts::Java { .. } => javas.iter().copied().map(Participant::Java).collect(),
            Counterparts::Sockets => Language::ALL.map(Participant::Socket).into(),
        };
        others.sort_unstable();
        std::iter::once(Participant::Rust).chain(others).collect()
    }

    /// Whether the programs exist in Python and C++.
    pub(crate) fn has_socket_programs(self) -> bool {
        self.counterparts() == Counterparts::Sockets
    }

    /// The class of the Java program; `None` if there is none.
    pub(crate) fn class(self, role: Role) -> Option<&'static str> {
        match (self.counterparts(), role) {
            (Counterparts::Java { client, .. }, Role::Client) => Some(client),
            (Counterparts::Java { server, .. }, Role::Server) => Some(server),
            (Counterparts::Sockets, Role::Client | Role::Server) => None,
        }
    }

    /// The Java program's arguments besides host and port.
    pub(crate) fn java_arguments(self, role: Role) -> &'static [&'static str] {
        match (self.counterparts(), role) {
            (
                Counterparts::Java {
                    server_arguments, ..
                },
                Role::Server,
            ) => server_arguments,
            (Counterparts::Java { .. }, Role::Client)
            | (Counterparts::Sockets, Role::Client | Role::Server) => &[],
        }
    }

    /// The arguments of `javatalk client` and `javatalk server` besides host and port.
    pub(crate) fn rust_arguments(self, role: Role) -> Vec<&'static str> {
        match (self, role) {
            (Self::Hello, Role::Client | Role::Server) => Vec::new(),
            (Self::Conversation(framing), Role::Client | Role::Server) => {
                let mut arguments = vec!["--chat"];
                if framing != Framing::default() {
                    arguments.extend(["--wire", framing.name()]);
                }
                arguments
            }
            (Self::Service, Role::Client) => vec!["--chat"],
            (Self::Service, Role::Server) => vec!["--forever", "--print", "--clients", "1"],
        }
    }

    /// The client's stdin when the harness is the server: the message that a scripted server reads
    /// first, and enough further messages for its script.
    pub(crate) fn stdin_against_raw(self) -> &'static [u8] {
        match self.framing() {
            Framing::Utf | Framing::Line(_) | Framing::Object => b"hello\n",
            Framing::Raw => b"hello\nhi\nbye\n",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn row_names_are_unique_and_in_kebab_case() {
        for program_pair in ProgramPair::all() {
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
    fn a_pair_and_its_judge_play_the_same_java_programs() {
        for program_pair in ProgramPair::all() {
            let judge = program_pair.judge();
            assert_eq!(judge.rows(), program_pair.rows());
            assert_eq!(judge.counterparts(), program_pair.counterparts());
            assert_eq!(judge.framing(), program_pair.framing());
            assert_eq!(judge.stdin_against_raw(), program_pair.stdin_against_raw());
            // It comes first, so that the other finds its oracle.
            let place = |pair| ProgramPair::all().iter().position(|other| *other == pair);
            assert!(place(judge) <= place(program_pair));
        }
    }

    #[test]
    fn raw_rows_have_python_as_oracle_and_no_jdk() {
        let names = |peers: Vec<Participant>| -> Vec<String> {
            peers.iter().map(Participant::to_string).collect()
        };
        let raw = ProgramPair::Conversation(Framing::Raw);
        assert_eq!(names(raw.peers(&[17])), ["rust", "python", "cpp"]);
        let oracle = |pair: ProgramPair, javas: &[u32]| pair.oracle(javas).map(|o| o.to_string());
        assert_eq!(oracle(raw, &[17]).unwrap(), "python");
        let javas = [17, 25];
        let line = ProgramPair::Conversation(Framing::Line(Charset::Utf8));
        assert_eq!(names(line.peers(&javas)), ["rust", "java17", "java25"]);
        assert_eq!(oracle(line, &javas).unwrap(), "java25");
        assert_eq!(oracle(line, &[]), None);
    }

    #[test]
    fn no_two_rows_have_the_same_script_or_claim() {
        for program_pair in ProgramPair::all() {
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
