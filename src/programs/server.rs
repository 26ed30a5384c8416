//! The server: accepts one connection, reads one message, and sends it back.

use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener};

use super::Error;
use super::begun::{Begun, Noting};
use super::console::print_line;
use super::error::Peer;
use super::socket::Connection;
use crate::data::{DataInput, DataInputStream, DataOutput, DataOutputStream};
use crate::{JavaStr, JavaString};

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
        answer(connection.stream(), connection.stream(), |message| {
            print_line(out, JavaStr::from(&format!("client say:{message}")))
        })
    }

    /// Prints the greeting, listens, accepts a client, and prints that it has connected.
    pub(crate) fn greet(
        interface: IpAddr,
        port: u16,
        listening: impl FnOnce(SocketAddr),
        out: &mut impl Write,
    ) -> Result<Connection, Error> {
        print_line(out, JavaStr::from("---server---"))?;
        let server = Self::listen(interface, port)?;
        listening(server.address());
        let (stream, _) = server.listener.accept().map_err(Error::Accept)?;
        let connection = Connection::new(stream).map_err(Error::Accept)?;
        print_line(out, JavaStr::from("一个客户端连接建立"))?;
        Ok(connection)
    }
}

/// Reads a message with `readUTF`, shows it to `seen`, and sends it back with `writeUTF`.
///
/// The answer is one write.
///
/// # Errors
///
/// [`Error::Closed`], [`Error::Incomplete`], [`Error::Malformed`] or [`Error::Lost`];
/// [`Error::TooLong`] for a message that can be read but not written, such as 65,535 NULs of one byte each; the errors of `seen`.
pub(crate) fn answer(
    input: impl Read,
    output: impl Write,
    seen: impl FnOnce(&JavaString) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut begun = Begun::default();
    let message = DataInputStream::new(Noting::new(input, &mut begun)).read_utf();
    let failed = |error| Error::from_data(Peer::Client, error, begun);
    let message = message.map_err(failed)?;
    seen(&message)?;
    let mut output = DataOutputStream::new(output);
    output.write_utf(&message).map_err(failed)?;
    output.flush().map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_answers_with_the_same_message() -> Result<(), Box<dyn std::error::Error>> {
        let mut sent = Vec::new();
        answer(&b"\0\x05hello"[..], &mut sent, |message| {
            assert_eq!(message, "hello");
            Ok(())
        })?;
        assert_eq!(sent, b"\0\x05hello");
        Ok(())
    }
}
