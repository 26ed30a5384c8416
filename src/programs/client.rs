//! The client: sends one line from the console, and prints the answer.

use std::io::{BufRead, Read, Write};
use std::net::TcpStream;

use super::Error;
use super::begun::{Begun, Noting};
use super::console::{Console, print_line};
use super::error::Peer;
use super::host::resolve;
use super::socket::Connection;
use crate::data::{DataInput, DataInputStream, DataOutput, DataOutputStream};
use crate::{JavaStr, JavaString};

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
        print_line(out, JavaStr::from("---client---"))?;
        let client = Self::connect(host, port)?;
        let message = Console::new(console)
            .read_line()
            .map_err(Error::Console)?
            .ok_or(Error::NoInput)?;
        let answer = exchange(client.stream(), client.stream(), &message)?;
        print_line(out, (&answer).into())
    }

    pub(crate) fn stream(&self) -> &TcpStream {
        self.0.stream()
    }
}

/// Sends a message with `writeUTF` and reads the answer with `readUTF`.
///
/// The message is one write.
///
/// # Errors
///
/// [`Error::TooLong`], before anything is sent; [`Error::Closed`], [`Error::Incomplete`],
/// [`Error::Malformed`] or [`Error::Lost`].
pub(crate) fn exchange<'a>(
    input: impl Read,
    output: impl Write,
    message: impl Into<JavaStr<'a>>,
) -> Result<JavaString, Error> {
    let failed = |error, begun| Error::from_data(Peer::Server, error, begun);
    let mut begun = Begun::default();
    let mut output = DataOutputStream::new(output);
    let sent = output.write_utf(message).and_then(|()| output.flush());
    sent.map_err(|error| failed(error, begun))?;
    let answer = DataInputStream::new(Noting::new(input, &mut begun)).read_utf();
    answer.map_err(|error| failed(error, begun))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exchange_sends_a_message_and_returns_the_answer() -> Result<(), Box<dyn std::error::Error>>
    {
        let mut sent = Vec::new();
        let answer = exchange(&b"\0\x02hi"[..], &mut sent, "hello")?;
        assert_eq!(answer, "hi");
        assert_eq!(sent, b"\0\x05hello");
        Ok(())
    }
}
