//! The ports on which the programs of a pair meet.

use super::Pattern;

/// One port of a pair.
#[derive(Debug, Clone)]
pub struct Port {
    /// The name in `{port.NAME}`; empty for the first port, which is `{port}`.
    pub name: String,
    pub transport: Transport,
    pub number: PortNumber,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Transport {
    Tcp,
    Udp,
}

/// How client and server learn the number of a port.
#[derive(Debug, Clone)]
pub enum PortNumber {
    /// It is built into the programs. Each program runs in a network namespace of its own.
    Fixed(u16),
    /// Both get it as `{port}`: a free port for the server, and the relay's for the client.
    Given,
    /// The server says it; the client gets the relay's as `{port}`.
    Announced(Announcement),
}

/// A line of the server that says its port.
#[derive(Debug, Clone)]
pub struct Announcement {
    /// The first group of this pattern is the port.
    pub pattern: Pattern,
    pub on: Stream,
}

/// An output of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stream {
    Stdout,
    Stderr,
}
