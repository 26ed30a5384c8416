//! A conversation in lines of text, as Java programs with `readLine` and `println` have it.
//!
//! Only the framing differs from the other conversations: a message is a line in some charset.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Shutdown, SocketAddr};

use super::utf::Lines;
use crate::JavaStr;
use crate::programs::charset::{Charset, LineReader};
use crate::programs::console::print_line;
use crate::programs::error::Peer;
use crate::programs::{Client, Error, Server};

impl Client {
    /// The whole program, `java LineClient HOST PORT CHARSET`: prints its greeting, connects, sends
    /// each line and prints each answer. After the last line it closes its output and waits for the
    /// server to close.
    ///
    /// # Errors
    ///
    /// Any error that prevents an answer from being printed; [`Error::LineTooLong`],
    /// [`Error::MoreThanAsked`].
    pub(crate) fn chat_in_lines(
        host: &str,
        port: u16,
        charset: Charset,
        lines: &mut impl Lines,
        out: &mut impl Write,
    ) -> Result<(), Error> {
        print_line(out, JavaStr::from("---client---"))?;
        let client = Self::connect(host, port)?;
        let stream = client.stream();
        let lost = |why| lost(Peer::Server, why);
        let mut answers = LineReader::new(stream, charset);
        while let Some(message) = lines.next_line()? {
            send(stream, charset, &message).map_err(lost)?;
            let answer = answers.read_line().map_err(lost)?;
            let answer = answer.ok_or(Error::Closed(Peer::Server))?;
            print_line(out, JavaStr::from(&answer))?;
        }
        stream.shutdown(Shutdown::Write).map_err(lost)?;
        if answers.is_at_end().map_err(lost)? {
            Ok(())
        } else {
            Err(Error::MoreThanAsked)
        }
    }
}

impl Server {
    /// The whole program, `java LineServer PORT CHARSET`: prints its greeting, listens, calls
    /// `listening` with its address, accepts one client, prints each line and sends it back, until
    /// the client closes its output.
    ///
    /// # Errors
    ///
    /// Any error that prevents a line from being sent back.
    pub(crate) fn chat_in_lines(
        interface: IpAddr,
        port: u16,
        charset: Charset,
        listening: impl FnOnce(SocketAddr),
        out: &mut impl Write,
    ) -> Result<(), Error> {
        let connection = Self::greet(interface, port, listening, out)?;
        answer_lines(connection.stream(), connection.stream(), charset, |line| {
            print_line(out, JavaStr::from(&format!("client say:{line}")))
        })
    }
}

/// Reads each line with `readLine`, shows it to `seen`, and sends it back with `println`, until the
/// input ends. The last line needs no line end.
///
/// # Errors
///
/// [`Error::Lost`]; [`Error::LineTooLong`]; the errors of `seen`.
pub(crate) fn answer_lines(
    input: impl Read,
    mut output: impl Write,
    charset: Charset,
    mut seen: impl FnMut(&str) -> Result<(), Error>,
) -> Result<(), Error> {
    let lost = |why| lost(Peer::Client, why);
    let mut lines = LineReader::new(input, charset);
    while let Some(line) = lines.read_line().map_err(lost)? {
        seen(&line)?;
        send(&mut output, charset, &line).map_err(lost)?;
    }
    Ok(())
}

/// The error of reading or writing a line.
fn lost(peer: Peer, why: io::Error) -> Error {
    match why.kind() {
        io::ErrorKind::InvalidData => Error::LineTooLong(peer),
        _ => Error::Lost(peer, why),
    }
}

/// Sends a line in one write.
fn send(mut output: impl Write, charset: Charset, line: &str) -> io::Result<()> {
    let mut bytes = Vec::new();
    charset.encode_line(line, &mut bytes);
    output.write_all(&bytes)?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_answered_in_its_charset() -> Result<(), Box<dyn std::error::Error>> {
        let mut sent = Vec::new();
        let lines = &b"one\rtw\xf6\r\nthree"[..];
        answer_lines(lines, &mut sent, Charset::Latin1, |_| Ok(()))?;
        assert_eq!(sent, b"one\ntw\xf6\nthree\n");
        Ok(())
    }
}
