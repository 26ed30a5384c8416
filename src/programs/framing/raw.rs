//! A conversation in raw bytes, as small socket programs in Python and C++ have it.
//!
//! Messages have no framing: a message is what one `recv` returns. That is the message that was
//! sent, as long as each side waits for the other and sends at most [`RECV_BUFFER`] bytes. A longer
//! message arrives in pieces, and the second piece is taken for the next message. Such programs
//! behave this way, and so does this module.
//!
//! The bytes are never decoded, so nothing is replaced: a piece that ends within a character is
//! printed unchanged.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, Shutdown, SocketAddr};

use super::utf::Lines;
use crate::JavaStr;
use crate::programs::console::{print_bytes, print_line};
use crate::programs::error::Peer;
use crate::programs::{Client, Error, Server};

/// The most bytes that one `recv` returns.
pub(crate) const RECV_BUFFER: usize = 1024;

/// The line that ends the conversation: the client sends it, reads the answer, and exits.
pub(crate) const BYE: &[u8] = b"bye";

impl Client {
    /// The whole program, `python3 raw_client.py HOST PORT`: prints its greeting, connects, sends
    /// the bytes of each line, and prints what one `recv` returns for each. When [`BYE`] is
    /// answered, or there are no more lines, it closes its output and waits for the server to
    /// close.
    ///
    /// Empty lines are skipped: there is nothing to send, so no answer is expected.
    ///
    /// # Errors
    ///
    /// Any error that prevents an answer from being printed; [`Error::LeftOver`].
    pub(crate) fn chat_raw(
        host: &str,
        port: u16,
        lines: &mut impl Lines,
        out: &mut impl Write,
    ) -> Result<(), Error> {
        print_line(out, JavaStr::from("---client---"))?;
        let client = Self::connect(host, port)?;
        let mut stream = client.stream();
        let lost = |why| Error::Lost(Peer::Server, why);
        let mut buffer = [0; RECV_BUFFER];
        while let Some(line) = lines.next_bytes()? {
            if line.is_empty() {
                continue;
            }
            stream.write_all(&line).map_err(lost)?;
            match recv(stream, &mut buffer).map_err(lost)? {
                [] => return Err(Error::Closed(Peer::Server)),
                answer => print_bytes(out, answer)?,
            }
            if line == BYE {
                break;
            }
        }
        stream.shutdown(Shutdown::Write).map_err(lost)?;
        // The number of pieces depends on timing, so the bytes are counted and not printed.
        match io::copy(&mut stream, &mut io::sink()).map_err(lost)? {
            0 => Ok(()),
            bytes => Err(Error::LeftOver { bytes }),
        }
    }
}

impl Server {
    /// The whole program, `python3 raw_server.py PORT`: prints its greeting, listens, calls
    /// `listening` with its address, accepts one client, prints what each `recv` returns and sends
    /// it back, until the client closes its output.
    ///
    /// # Errors
    ///
    /// Any error that prevents a piece from being sent back.
    pub(crate) fn chat_raw(
        interface: IpAddr,
        port: u16,
        listening: impl FnOnce(SocketAddr),
        out: &mut impl Write,
    ) -> Result<(), Error> {
        let connection = Self::greet(interface, port, listening, out)?;
        answer_pieces(connection.stream(), connection.stream(), |piece| {
            print_bytes(out, &[b"client say:", piece].concat())
        })
    }
}

/// Reads what one `recv` returns, shows it to `seen`, and sends it back, until the input ends.
///
/// # Errors
///
/// [`Error::Lost`]; the errors of `seen`.
pub(crate) fn answer_pieces(
    mut input: impl Read,
    mut output: impl Write,
    mut seen: impl FnMut(&[u8]) -> Result<(), Error>,
) -> Result<(), Error> {
    let lost = |why| Error::Lost(Peer::Client, why);
    let mut buffer = [0; RECV_BUFFER];
    loop {
        let piece = match recv(&mut input, &mut buffer).map_err(lost)? {
            [] => return Ok(()),
            piece => piece,
        };
        seen(piece)?;
        output.write_all(piece).map_err(lost)?;
        output.flush().map_err(lost)?;
    }
}

/// What one read returns; nothing at the end.
fn recv(mut input: impl Read, buffer: &mut [u8; RECV_BUFFER]) -> io::Result<&[u8]> {
    loop {
        match input.read(buffer) {
            Err(why) if why.kind() == ErrorKind::Interrupted => {}
            read => return read.map(|count| &buffer[..count]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_read_brings_is_answered() -> Result<(), Box<dyn std::error::Error>> {
        let mut sent = Vec::new();
        let mut pieces = Vec::new();
        answer_pieces(&[b'x'; 1500][..], &mut sent, |piece| {
            pieces.push(piece.len());
            Ok(())
        })?;
        assert_eq!(pieces, [1024, 476]);
        assert_eq!(sent, [b'x'; 1500]);
        Ok(())
    }
}
