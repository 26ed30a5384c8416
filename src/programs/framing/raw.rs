//! A conversation of bytes as they are, as small socket programs in Python and C++ have it.
//!
//! Nothing stands in front of a message and nothing behind it: a message is what one `recv` brings.
//! That is what was sent as long as each side waits for the other and says no more than
//! [`RECV_BUFFER`] bytes. What is longer comes in pieces, and the second piece is taken for the next
//! message; that is what such programs do, and so do these.
//!
//! No byte is looked at, so nothing is replaced: a piece that ends within a character is printed as
//! the bytes that it has.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, Shutdown, SocketAddr};

use super::utf::Lines;
use crate::JavaStr;
use crate::programs::console::{print_bytes, print_line};
use crate::programs::error::Peer;
use crate::programs::{Client, Error, Server};

/// The most bytes that one `recv` brings.
pub(crate) const RECV_BUFFER: usize = 1024;

/// The line that is the last one: it is said and answered, and then the client ends.
pub(crate) const BYE: &[u8] = b"bye";

impl Client {
    /// The whole program, `python3 raw_client.py HOST PORT`: greets, connects, sends the bytes of
    /// line after line and prints what one `recv` brings for each, until [`BYE`] is answered or there
    /// are no more lines; then it closes its output and waits for the server's end.
    ///
    /// An empty line has no bytes that could be sent: it is passed over, and nothing is waited for.
    ///
    /// # Errors
    ///
    /// Whatever keeps an answer from being printed; [`Error::LeftOver`].
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
        // In how many pieces it comes is luck, so it is counted and not printed.
        match io::copy(&mut stream, &mut io::sink()).map_err(lost)? {
            0 => Ok(()),
            bytes => Err(Error::LeftOver { bytes }),
        }
    }
}

impl Server {
    /// The whole program, `python3 raw_server.py PORT`: greets, listens, tells `listening` where,
    /// accepts one client, prints what each `recv` brings and sends it back, until the client says
    /// no more.
    ///
    /// # Errors
    ///
    /// Whatever keeps a piece from being sent back.
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

/// Reads what one `recv` brings, shows it to `seen`, and sends it back, until the input ends.
///
/// # Errors
///
/// [`Error::Lost`]; what `seen` says.
///
/// # Examples
///
/// ```
/// let mut sent = Vec::new();
/// let mut pieces = Vec::new();
/// javatalk::chat::answer_pieces(&[b'x'; 1500][..], &mut sent, |piece| {
///     pieces.push(piece.len());
///     Ok(())
/// })?;
/// assert_eq!(pieces, [1024, 476]);
/// assert_eq!(sent, [b'x'; 1500]);
/// # Ok::<(), javatalk::chat::Error>(())
/// ```
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

/// What one read brings; nothing at the end.
fn recv(mut input: impl Read, buffer: &mut [u8; RECV_BUFFER]) -> io::Result<&[u8]> {
    loop {
        match input.read(buffer) {
            Err(why) if why.kind() == ErrorKind::Interrupted => {}
            read => return read.map(|count| &buffer[..count]),
        }
    }
}
