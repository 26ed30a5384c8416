//! The errors of the chat programs, and what to do about each.

use std::net::SocketAddr;
use std::time::Duration;
use std::{fmt, io};

use super::partial_message::{Expected, PartialMessage};
use crate::data;
use crate::data::object::ObjectError;
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
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The host cannot be resolved.
    #[error("{host}: unknown host ({why}); check the name, or use an address")]
    UnknownHost {
        host: String,
        /// The error of the resolver.
        #[source]
        why: io::Error,
    },
    /// The connection was not accepted.
    #[error("{host} ({address}): {}{}", SystemError(.why), advice_to_connect(.why))]
    Connect {
        /// The host, as given by the user.
        host: String,
        address: SocketAddr,
        /// The error of the system.
        #[source]
        why: io::Error,
    },
    /// The server cannot listen on the port.
    #[error("{address}: {}{}", SystemError(.why), advice_to_listen(.why, .address.port()))]
    Listen {
        address: SocketAddr,
        /// The error of the system.
        #[source]
        why: io::Error,
    },
    /// No connection could be accepted.
    #[error("no connection could be accepted: {}", SystemError(.0))]
    Accept(#[source] io::Error),
    /// The system provides no threads, or no signals.
    #[error("the server cannot run: {}", SystemError(.0))]
    Runtime(#[source] io::Error),
    /// stdin ended before there was a line to send.
    #[error("stdin is empty: type a line, or pipe one in")]
    NoInput,
    /// stdin cannot be read.
    #[error("stdin cannot be read: {}", SystemError(.0))]
    Console(#[source] io::Error),
    /// stdout cannot be written.
    #[error("stdout cannot be written: {}", SystemError(.0))]
    Print(#[source] io::Error),
    /// The message is longer than `writeUTF` can write.
    #[error(
        "the message has {bytes} bytes in modified UTF-8, and the limit is {}: send less",
        u16::MAX
    )]
    TooLong {
        /// Its length in modified UTF-8.
        bytes: usize,
    },
    /// The other side closed before it had sent anything of a message.
    #[error(
        "the {0} closed the connection before it had sent a complete message; check its output"
    )]
    Closed(Peer),
    /// The other side closed within a message.
    #[error("the {0} {1}, and closed the connection{hint}", hint = .1.hint(Expected::Utf))]
    Incomplete(Peer, PartialMessage),
    /// The other side's message is not modified UTF-8.
    #[error("the {0}'s message is malformed: {1}{hint}", hint = advice_on_message(.2))]
    Malformed(Peer, #[source] DecodeError, PartialMessage),
    /// The other side's line is longer than [`MAX_LINE`](crate::programs::charset::MAX_LINE).
    #[error(
        "the {0} sent a line longer than the limit of {limit} MiB; does it end its lines?",
        limit = crate::programs::charset::MAX_LINE >> 20
    )]
    LineTooLong(Peer),
    /// The server sent data after the last answer.
    #[error("the server sent data after its last answer; is it a chat server?")]
    MoreThanAsked,
    /// The server sent more bytes than the client has read as answers, on a raw wire.
    #[error(
        "unread bytes of the server's answers: {bytes}; an answer is what one recv of at most {most} \
         bytes returns: send shorter lines, or use --wire line"
    )]
    LeftOver {
        /// The number of unread bytes at the end.
        bytes: u64,
        /// The number of bytes that one recv returns at most.
        most: usize,
    },
    /// The other side's object stream cannot be read, or ours not written.
    #[error("the object stream of the {0}: {1}")]
    ObjectStream(Peer, #[source] ObjectError),
    /// The other side's bytes are no object stream.
    #[error(
        "the {0} sent no header of an object stream{hint}",
        hint = advice_on_header(.1)
    )]
    NoHeader(Peer, PartialMessage),
    /// The server has not sent the header of its object stream for this long.
    #[error(
        "the server has not sent the header of its object stream within {} s: it creates its \
         ObjectOutputStream too late, or does not flush it; it must do both before it creates its \
         ObjectInputStream", .0.as_secs_f32()
    )]
    NoHeaderInTime(Duration),
    /// The other side's object is no string.
    #[error("the {0} sent an object of {1}: send it as a string, `toString()`")]
    NoText(Peer, &'static str),
    /// The object stream, or its primitive data, ended within a message.
    #[error(
        "the {0} sent an incomplete message, and closed the connection or wrote an object behind it"
    )]
    CutShort(Peer),
    /// The connection was lost.
    #[error("the connection to the {0} was lost: {why}", why = SystemError(.1))]
    Lost(Peer, #[source] io::Error),
}

impl Error {
    /// The error of reading a message from `peer`, of which this has come, or of writing one to it.
    pub(crate) fn from_data(peer: Peer, error: data::Error, partial: PartialMessage) -> Self {
        match error {
            data::Error::EndOfInput(_) if partial.is_nothing() => Self::Closed(peer),
            data::Error::EndOfInput(_) => Self::Incomplete(peer, partial),
            data::Error::Malformed(why) => Self::Malformed(peer, why, partial),
            data::Error::TooLong(why) => Self::TooLong {
                bytes: why.encoded_len(),
            },
            data::Error::Io(why) => Self::Lost(peer, why),
            data::Error::Object(why) => match *why {
                ObjectError::TooLong(why) => Self::TooLong {
                    bytes: why.encoded_len(),
                },
                why => Self::ObjectStream(peer, why),
            },
        }
    }
}

/// What to do about a connection that was not accepted.
fn advice_to_connect(why: &io::Error) -> &'static str {
    match why.kind() {
        io::ErrorKind::ConnectionRefused => "; is the server running there?",
        io::ErrorKind::TimedOut
        | io::ErrorKind::HostUnreachable
        | io::ErrorKind::NetworkUnreachable => "; check the host and the network",
        _ => "",
    }
}

/// What to do about a message that is malformed.
fn advice_on_message(partial: &PartialMessage) -> String {
    match partial.hint(Expected::Utf) {
        hint if hint.is_empty() => "; does it use writeUTF?".to_owned(),
        hint => hint,
    }
}

/// What to do about bytes that are not the header of an object stream.
fn advice_on_header(partial: &PartialMessage) -> String {
    match partial.hint(Expected::ObjectStream) {
        hint if hint.is_empty() => "; does it write with an ObjectOutputStream?".to_owned(),
        hint => hint,
    }
}

/// What to do about a port that cannot be listened on.
fn advice_to_listen(why: &io::Error, port: u16) -> String {
    match why.kind() {
        io::ErrorKind::PermissionDenied => format!(
            "; a port below 1024 needs privileges: use another (`javatalk server 6660`, and \
             `javatalk client localhost 6660`), run as root, or allow it with \
             `sysctl net.ipv4.ip_unprivileged_port_start={port}`"
        ),
        io::ErrorKind::AddrInUse => "; another program listens there: stop it, or use another \
                                     port (0 lets the system choose)"
            .to_owned(),
        io::ErrorKind::AddrNotAvailable => "; --bind takes an address of this machine".to_owned(),
        _ => String::new(),
    }
}

/// An error of the system in words, without its number.
struct SystemError<'a>(&'a io::Error);

impl fmt::Display for SystemError<'_> {
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
