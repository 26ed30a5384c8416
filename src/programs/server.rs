//! The server: accepts one connection, prints each message, and sends it back.

use std::io::Write;
use std::net::{IpAddr, SocketAddr, TcpListener};

use super::Error;
use super::console::print_line;
use super::error::Peer;
use super::framing::line::LineMessages;
use super::framing::object::ObjectMessages;
use super::framing::raw::RawMessages;
use super::framing::utf::UtfMessages;
use super::framing::{Framing, Messages};
use super::socket::Connection;

/// The first line that a server prints.
pub(crate) const GREETING: &str = "---server---";

/// What a server prints when it has accepted a client.
pub(crate) const ACCEPTED: &str = "一个客户端连接建立";

/// What a server prints in front of each message.
pub(crate) const LABEL: &str = "client say:";

/// A server that listens.
#[derive(Debug)]
pub(crate) struct Server {
    listener: TcpListener,
    address: SocketAddr,
}

impl Server {
    /// Listens on `port` of `interface`; port 0 lets the system choose.
    ///
    /// # Errors
    ///
    /// [`Error::Listen`].
    pub(crate) fn listen(interface: IpAddr, port: u16) -> Result<Self, Error> {
        let address = SocketAddr::from((interface, port));
        let failed = |why| Error::Listen { address, why };
        let listener = TcpListener::bind(address).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self { listener, address })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The whole program, `java server PORT`: prints its greeting, listens, calls `listening` with
    /// its address, accepts one client, prints its message and sends it back.
    ///
    /// # Errors
    ///
    /// Any error that prevents the message from being sent back.
    pub(crate) fn run(
        interface: IpAddr,
        port: u16,
        listening: impl FnOnce(SocketAddr),
        out: &mut impl Write,
    ) -> Result<(), Error> {
        let connection = Self::greet(interface, port, listening, out)?;
        let stream = connection.stream();
        if answer(&mut UtfMessages::new(stream, stream, Peer::Client), out)? {
            Ok(())
        } else {
            Err(Error::Closed(Peer::Client))
        }
    }

    /// The whole program, `java ChatServer PORT 1` and its like in the other framings: prints its
    /// greeting, listens, calls `listening` with its address, accepts one client, prints each
    /// message and sends it back, until the client closes its output.
    ///
    /// # Errors
    ///
    /// Any error that prevents a message from being sent back.
    pub(crate) fn chat(
        interface: IpAddr,
        port: u16,
        framing: Framing,
        listening: impl FnOnce(SocketAddr),
        out: &mut impl Write,
    ) -> Result<(), Error> {
        let connection = Self::greet(interface, port, listening, out)?;
        let stream = connection.stream();
        let client = Peer::Client;
        match framing {
            Framing::Utf => answer_all(UtfMessages::new(stream, stream, client), out),
            Framing::Line(charset) => {
                answer_all(LineMessages::new(stream, stream, charset, client), out)
            }
            Framing::Raw => answer_all(RawMessages::new(stream, stream, client), out),
            Framing::Object => answer_all(ObjectMessages::open(stream, stream, client)?, out),
        }
    }

    /// Prints the greeting, listens, accepts a client, and prints that it has connected.
    fn greet(
        interface: IpAddr,
        port: u16,
        listening: impl FnOnce(SocketAddr),
        out: &mut impl Write,
    ) -> Result<Connection, Error> {
        print_line(out, GREETING, b"")?;
        let server = Self::listen(interface, port)?;
        listening(server.address());
        let (stream, _) = server.listener.accept().map_err(Error::Accept)?;
        let connection = Connection::new(stream).map_err(Error::Accept)?;
        print_line(out, ACCEPTED, b"")?;
        Ok(connection)
    }
}

/// Answers every message until the client closes its output.
fn answer_all(mut messages: impl Messages, out: &mut impl Write) -> Result<(), Error> {
    while answer(&mut messages, out)? {}
    Ok(())
}

/// Receives a message, prints it, and sends it back. Returns whether there was one.
///
/// # Errors
///
/// The errors of the framing, and of `out`.
fn answer<M: Messages>(messages: &mut M, out: &mut impl Write) -> Result<bool, Error> {
    let Some(message) = messages.receive()? else {
        return Ok(false);
    };
    print_line(out, LABEL, &M::printed(&message))?;
    messages.send(&message)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programs::charset::Charset;

    /// What a server prints and sends.
    fn answered<'a, M: Messages>(
        messages: impl FnOnce(&'a mut Vec<u8>) -> M,
        sent: &'a mut Vec<u8>,
    ) -> String {
        let mut printed = Vec::new();
        answer_all(messages(sent), &mut printed).unwrap();
        String::from_utf8(printed).unwrap()
    }

    #[test]
    fn every_message_is_printed_and_answered() {
        let mut sent = Vec::new();
        let input = &b"\0\x01a\0\x01b"[..];
        let messages = |sent| UtfMessages::new(input, sent, Peer::Client);
        assert_eq!(
            answered(messages, &mut sent),
            "client say:a\nclient say:b\n"
        );
        assert_eq!(sent, input);
    }

    #[test]
    fn every_line_is_answered_in_its_charset() {
        let mut sent = Vec::new();
        let input = &b"one\rtw\xf6\r\nthree"[..];
        let messages = |sent| LineMessages::new(input, sent, Charset::Latin1, Peer::Client);
        assert_eq!(
            answered(messages, &mut sent),
            "client say:one\nclient say:twö\nclient say:three\n"
        );
        assert_eq!(sent, b"one\ntw\xf6\nthree\n");
    }

    #[test]
    fn the_bytes_of_each_read_are_answered() {
        let mut sent = Vec::new();
        let input = [b'x'; 1500];
        let messages = |sent| RawMessages::new(&input[..], sent, Peer::Client);
        let printed = answered(messages, &mut sent);
        let pieces: Vec<usize> = printed.lines().map(|line| line.len()).collect();
        assert_eq!(pieces, [LABEL.len() + 1024, LABEL.len() + 476]);
        assert_eq!(sent, input);
    }
}
