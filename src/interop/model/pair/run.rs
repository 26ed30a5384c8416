//! Everything that was observed while one case of a pair was played.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::{ActorName, Transport, Where};
use crate::interop::model::deadlock::Deadlock;
use crate::interop::model::participant::Role;
use crate::interop::model::traffic::Traffic;
use crate::system::process::Exit;

/// One run of a case.
#[derive(Debug, Clone)]
pub struct PairRun {
    /// The server first, then the clients in the order in which they were started.
    pub programs: Vec<ProgramRun>,
    /// The connections, by client, port and number.
    pub connections: Vec<Connection>,
    /// When each step of the script was done, in order; shorter than the script if the run broke off.
    pub steps: Vec<Instant>,
    /// Why the traffic could not be recorded, if it could not.
    pub unobserved: Option<String>,
    pub ending: PairEnding,
}

/// What one program showed.
#[derive(Debug, Clone)]
pub struct ProgramRun {
    pub name: ActorName,
    pub role: Role,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    /// The length of stdout after each read, with its time.
    pub printed: Vec<(usize, Instant)>,
    /// The length of stderr after each read, with its time.
    pub logged: Vec<(usize, Instant)>,
    pub end: ProgramEnd,
    /// The files in its working directory at its end, by relative path; none unless files are
    /// compared.
    pub files: BTreeMap<PathBuf, FileContent>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileContent {
    Bytes(Vec<u8>),
    /// A file that is not kept because it is larger than the limit; its size and digest.
    Large(u64, String),
    Folder,
    /// A link to this path.
    Link(PathBuf),
}

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProgramEnd {
    /// By itself.
    Exited(Exit),
    /// After it was told to stop.
    Stopped(Exit),
    /// It did not end although it was told to stop, or the run broke off; it was killed.
    Killed,
    /// It could not be started, or was not started because the run broke off before.
    NotStarted,
}

/// One connection of a client, through the relay. For UDP: all datagrams between one port of the
/// client and one port of the server; each datagram is a segment.
#[derive(Debug, Clone)]
pub struct Connection {
    pub client: ActorName,
    /// The index of the port in the pair.
    pub port: usize,
    pub transport: Transport,
    /// The number among the connections of this client to this port, from 0.
    pub number: usize,
    pub traffic: Traffic,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PairEnding {
    /// The script was played to its end, all clients ended, and the server ended or was stopped.
    Complete,
    /// Nothing can move any more: the kernel confirms that these programs wait, and for what.
    Waiting(Vec<(ActorName, WaitsFor)>, Option<Where>),
    /// Nothing moved within the time limit; these programs were still running, and the script had
    /// come to this step, if it was not over.
    Silent(Vec<ActorName>, Option<Where>),
    /// There was activity until the total time limit; these programs were still running.
    Overdue(Vec<ActorName>, Option<Where>),
    /// The program ended before it had printed what this step waits for.
    EndedBefore(ActorName, Where),
    /// The server did not listen on this port, or did not announce it, within this time.
    NoListener(usize, Duration),
    /// The server ended without having listened.
    NeverListened(usize),
    /// What the server announced is no port.
    Unreachable(String),
    /// The client ended or waited without having connected to any port.
    NeverConnected(ActorName),
    /// The program could not start, or failed before it printed or connected: its command and exit
    /// status.
    NotStarted(ActorName, String, Exit),
    /// A signal that the harness did not send ended the program, or it panicked.
    Crashed(ActorName, Exit),
}

/// What a program waits for, according to the kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitsFor {
    /// A client that connects.
    Accept,
    /// Bytes from the other side.
    Bytes,
    /// Room to write: the other side does not read.
    Room,
    /// Its stdin.
    Stdin,
    /// Another event: a lock, a timer, another process.
    Other,
    /// Both sides of a connection wait for each other.
    Deadlock(Deadlock),
}

impl Connection {
    pub(crate) fn is_udp(&self) -> bool {
        match self.transport {
            Transport::Tcp => false,
            Transport::Udp => true,
        }
    }
}

impl PairRun {
    /// The program of this name.
    pub fn program(&self, name: &ActorName) -> Option<&ProgramRun> {
        self.programs.iter().find(|program| program.name == *name)
    }
}

impl fmt::Display for WaitsFor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accept => f.write_str("waits for a client"),
            Self::Bytes => f.write_str("waits for bytes"),
            Self::Room => f.write_str("waits for room to write"),
            Self::Stdin => f.write_str("waits for its stdin"),
            Self::Other => f.write_str("waits"),
            Self::Deadlock(deadlock) => deadlock.fmt(f),
        }
    }
}
