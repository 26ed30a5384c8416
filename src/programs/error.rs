//! The errors of the chat programs, and what to do about each.

use std::net::SocketAddr;
use std::{fmt, io};

use crate::data;
use crate::mutf8::DecodeError;

/// The other side of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// The program that connects.
    Client,
    /// The program that listens.
    Server,
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Client => "client",
            Self::Server => "server",
        })
    }
}

/// Why a conversation failed. The message is one line that says what to do.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The host cannot be resolved.
    UnknownHost {
        host: String,
        /// The error of the resolver.
        why: io::Error,
    },
    /// The connection was not accepted.
    Connect {
        /// The host, as given by the user.
        host: String,
        address: SocketAddr,
        /// The error of the system.
        why: io::Error,
    },
    /// The server cannot listen on the port.
    Listen {
        address: SocketAddr,
        /// The error of the system.
        why: io::Error,
    },
    /// No connection could be accepted.
    Accept(io::Error),
    /// The system provides no threads, or no signals.
    Runtime(io::Error),
    /// stdin ended before there was a line to send.
    NoInput,
    /// stdin cannot be read.
    Console(io::Error),
    /// stdout cannot be written.
    Print(io::Error),
    /// The message is longer than `writeUTF` can write.
    TooLong {
        /// Its length in modified UTF-8.
        bytes: usize,
    },
    /// The other side closed before it had sent a complete message.
    Closed(Peer),
    /// The other side's message is not modified UTF-8.
    Malformed(Peer, DecodeError),
    /// The other side's line is longer than [`MAX_LINE`](crate::programs::charset::MAX_LINE).
    LineTooLong(Peer),
    /// The server sent data after the last answer.
    MoreThanAsked,
    /// The server sent more bytes than the client has read as answers, on a raw wire.
    LeftOver {
        /// The number of unread bytes at the end.
        bytes: u64,
    },
    /// The connection was lost.
    Lost(Peer, io::Error),
}

impl Error {
    /// The error of reading a message from `peer`, or of writing one to it.
    pub(crate) fn from_data(peer: Peer, error: data::Error) -> Self {
        match error {
            data::Error::EndOfInput => Self::Closed(peer),
            data::Error::Malformed(why) => Self::Malformed(peer, why),
            data::Error::TooLong(why) => Self::TooLong {
                bytes: why.encoded_len(),
            },
            data::Error::Io(why) => Self::Lost(peer, why),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownHost { host, why } => write!(
                f,
                "{host}: unknown host ({why}); check the name, or use an address"
            ),
            Self::Connect { host, address, why } => {
                write!(f, "{host} ({address}): {}", Said(why))?;
                match why.kind() {
                    io::ErrorKind::ConnectionRefused => {
                        f.write_str("; is the server running there?")
                    }
                    io::ErrorKind::TimedOut
                    | io::ErrorKind::HostUnreachable
                    | io::ErrorKind::NetworkUnreachable => {
                        f.write_str("; check the host and the network")
                    }
                    _ => Ok(()),
                }
            }
            Self::Listen { address, why } => {
                write!(f, "{address}: {}", Said(why))?;
                let port = address.port();
                match why.kind() {
                    io::ErrorKind::PermissionDenied => write!(
                        f,
                        "; a port below 1024 needs privileges: use another (`javatalk server \
                         6660`, and `javatalk client localhost 6660`), run as root, or allow it \
                         with `sysctl net.ipv4.ip_unprivileged_port_start={port}`"
                    ),
                    io::ErrorKind::AddrInUse => f.write_str(
                        "; another program listens there: stop it, or use another port (0 lets \
                         the system choose)",
                    ),
                    io::ErrorKind::AddrNotAvailable => {
                        f.write_str("; --bind takes an address of this machine")
                    }
                    _ => Ok(()),
                }
            }
            Self::Accept(why) => write!(f, "no connection could be accepted: {}", Said(why)),
            Self::Runtime(why) => write!(f, "the server cannot run: {}", Said(why)),
            Self::NoInput => f.write_str("stdin is empty: type a line, or pipe one in"),
            Self::Console(why) => write!(f, "stdin cannot be read: {}", Said(why)),
            Self::Print(why) => write!(f, "stdout cannot be written: {}", Said(why)),
            Self::TooLong { bytes } => write!(
                f,
                "the message has {bytes} bytes in modified UTF-8, and the limit is {}: send less",
                u16::MAX
            ),
            Self::Closed(peer) => write!(
                f,
                "the {peer} closed the connection before it had sent a complete message; check its \
                 output"
            ),
            Self::Malformed(peer, why) => write!(
                f,
                "the {peer}'s message is malformed: {why}; does it use writeUTF?"
            ),
            Self::LineTooLong(peer) => write!(
                f,
                "the {peer} sent a line longer than the limit of {} MiB; does it end its lines?",
                crate::programs::charset::MAX_LINE >> 20
            ),
            Self::MoreThanAsked => {
                f.write_str("the server sent data after its last answer; is it a chat server?")
            }
            Self::LeftOver { bytes } => write!(
                f,
                "unread bytes of the server's answers: {bytes}; an answer is what one recv of at \
                 most {} bytes returns: send shorter lines, or use --wire line",
                super::framing::raw::RECV_BUFFER
            ),
            Self::Lost(peer, why) => {
                write!(f, "the connection to the {peer} was lost: {}", Said(why))
            }
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::UnknownHost { why, .. }
            | Self::Connect { why, .. }
            | Self::Listen { why, .. }
            | Self::Accept(why)
            | Self::Runtime(why)
            | Self::Console(why)
            | Self::Print(why)
            | Self::Lost(_, why) => Some(why),
            Self::Malformed(_, why) => Some(why),
            Self::NoInput
            | Self::TooLong { .. }
            | Self::Closed(_)
            | Self::LineTooLong(_)
            | Self::MoreThanAsked
            | Self::LeftOver { .. } => None,
        }
    }
}

/// An error of the system in words, without its number.
struct Said<'a>(&'a io::Error);

impl fmt::Display for Said<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.kind() {
            io::ErrorKind::PermissionDenied => f.write_str("permission denied"),
            // The text of a custom error, or of one without a kind of its own, says more than its
            // kind.
            io::ErrorKind::Other => self.0.fmt(f),
            kind if self.0.raw_os_error().is_some()
                && kind.to_string() != "uncategorized error" =>
            {
                write!(f, "{kind}")
            }
            _ => self.0.fmt(f),
        }
    }
}
