//! The client: sends what the user types, and prints each answer.

use std::io::{BufRead, Write};
use std::net::{Shutdown, TcpStream};

use super::Error;
use super::console::{Console, Lines, print_line};
use super::error::Peer;
use super::framing::line::LineMessages;
use super::framing::object::ObjectMessages;
use super::framing::raw::RawMessages;
use super::framing::utf::UtfMessages;
use super::framing::{Framing, Messages};
use super::host::resolve;
use super::socket::Connection;

/// A client that has connected.
#[derive(Debug)]
pub(crate) struct Client(Connection);

impl Client {
    /// Connects as `new Socket(host, port)` does: only to the first address of the host, with IPv4
    /// before IPv6.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownHost`] or [`Error::Connect`].
    pub(crate) fn connect(host: &str, port: u16) -> Result<Self, Error> {
        let address = resolve(host, port).map_err(|why| Error::UnknownHost {
            host: host.to_owned(),
            why,
        })?;
        TcpStream::connect(address)
            .and_then(Connection::new)
            .map(Self)
            .map_err(|why| Error::Connect {
                host: host.to_owned(),
                address,
                why,
            })
    }

    /// The whole program, `java client HOST PORT`: prints its greeting, connects, sends one line,
    /// and prints the answer.
    ///
    /// # Errors
    ///
    /// Any error that prevents the answer from being printed.
    pub(crate) fn run(
        host: &str,
        port: u16,
        console: &mut impl BufRead,
        out: &mut impl Write,
    ) -> Result<(), Error> {
        let client = Self::greet(host, port, out)?;
        let stream = client.stream();
        let mut messages = UtfMessages::new(stream, stream, Peer::Server);
        let message = messages.typed(&mut Console::new(console))?;
        exchange(&mut messages, &message.ok_or(Error::NoInput)?, out)
    }

    /// The whole program, `java ChatClient HOST PORT` and its like in the other framings: prints its
    /// greeting, connects, sends each line and prints each answer. After the last line it closes its
    /// output and waits for the server to close.
    ///
    /// # Errors
    ///
    /// Any error that prevents an answer from being printed; an error of the framing if the server
    /// sends anything after its last answer.
    pub(crate) fn chat(
        host: &str,
        port: u16,
        framing: Framing,
        lines: &mut impl Lines,
        out: &mut impl Write,
    ) -> Result<(), Error> {
        let client = Self::greet(host, port, out)?;
        let stream = client.stream();
        let server = Peer::Server;
        match framing {
            Framing::Utf => {
                let messages = UtfMessages::new(stream, stream, server);
                converse(stream, messages, lines, out)
            }
            Framing::Line(charset) => {
                let messages = LineMessages::new(stream, stream, charset, server);
                converse(stream, messages, lines, out)
            }
            Framing::Raw => {
                let messages = RawMessages::new(stream, stream, server);
                converse(stream, messages, lines, out)
            }
            Framing::Object => {
                let messages = ObjectMessages::open_in_time(stream)?;
                converse(stream, messages, lines, out)
            }
        }
    }

    /// Prints the greeting, and connects.
    fn greet(host: &str, port: u16, out: &mut impl Write) -> Result<Self, Error> {
        print_line(out, "---client---", b"")?;
        Self::connect(host, port)
    }

    fn stream(&self) -> &TcpStream {
        self.0.stream()
    }
}

/// Sends each line and prints each answer. Then it closes the output of the connection, and waits
/// for the server to close.
fn converse<M: Messages>(
    stream: &TcpStream,
    mut messages: M,
    lines: &mut impl Lines,
    out: &mut impl Write,
) -> Result<(), Error> {
    while let Some(message) = messages.typed(lines)? {
        exchange(&mut messages, &message, out)?;
        if M::is_farewell(&message) {
            break;
        }
    }
    let closed = stream.shutdown(Shutdown::Write);
    closed.map_err(|why| Error::Lost(Peer::Server, why))?;
    messages.expect_end()
}

/// Sends a message, and prints the answer.
///
/// # Errors
///
/// [`Error::Closed`] if the server ends its direction instead; the errors of the framing, and of
/// `out`.
fn exchange<M: Messages>(
    messages: &mut M,
    message: &M::Message,
    out: &mut impl Write,
) -> Result<(), Error> {
    messages.send(message)?;
    let answer = messages.receive()?.ok_or(Error::Closed(Peer::Server))?;
    print_line(out, "", &M::printed(&answer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exchange_sends_a_message_and_prints_the_answer() -> Result<(), Box<dyn std::error::Error>>
    {
        let (mut sent, mut printed) = (Vec::new(), Vec::new());
        let mut messages = UtfMessages::new(&b"\0\x02hi"[..], &mut sent, Peer::Server);
        exchange(&mut messages, &"hello".into(), &mut printed)?;
        let closed = exchange(&mut messages, &"hi".into(), &mut printed);
        assert!(matches!(closed, Err(Error::Closed(Peer::Server))));
        assert_eq!(printed, b"hi\n");
        assert_eq!(sent, b"\0\x05hello\0\x02hi");
        Ok(())
    }
}
