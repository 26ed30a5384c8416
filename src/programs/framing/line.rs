//! A conversation in lines of text, as Java programs with `readLine` and `println` have it.
//!
//! What differs from the other conversation is how a message is said: a line in some character set.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Shutdown, SocketAddr};

use super::utf::Lines;
use crate::JavaStr;
use crate::programs::charset::{Charset, LineReader};
use crate::programs::console::print_line;
use crate::programs::error::Peer;
use crate::programs::{Client, Error, Server};

impl Client {
    /// The whole program, `java LineClient HOST PORT CHARSET`: greets, connects, sends line after
    /// line and prints each answer; after the last line it closes its output and waits for the
    /// server's end.
    ///
    /// # Errors
    ///
    /// Whatever keeps an answer from being printed; [`Error::LineTooLong`],
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
    /// The whole program, `java LineServer PORT CHARSET`: greets, listens, tells `listening` where,
    /// accepts one client, prints each of its lines and sends it back, until the client says no
    /// more.
    ///
    /// # Errors
    ///
    /// Whatever keeps a line from being sent back.
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

/// Reads line after line with `readLine`, shows it to `seen`, and sends it back with `println`,
/// until the input ends. The last line may end with the input.
///
/// # Errors
///
/// [`Error::Lost`]; [`Error::LineTooLong`]; what `seen` says.
///
/// # Examples
///
/// ```
/// use javatalk::charset::Charset;
///
/// let mut sent = Vec::new();
/// let lines = &b"one\rtw\xf6\r\nthree"[..];
/// javatalk::chat::answer_lines(lines, &mut sent, Charset::Latin1, |_| Ok(()))?;
/// assert_eq!(sent, b"one\ntw\xf6\nthree\n");
/// # Ok::<(), javatalk::chat::Error>(())
/// ```
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

/// What reading a line or writing one said.
fn lost(peer: Peer, why: io::Error) -> Error {
    match why.kind() {
        io::ErrorKind::InvalidData => Error::LineTooLong(peer),
        _ => Error::Lost(peer, why),
    }
}

/// A line in one write.
fn send(mut output: impl Write, charset: Charset, line: &str) -> io::Result<()> {
    let mut bytes = Vec::new();
    charset.encode_line(line, &mut bytes);
    output.write_all(&bytes)?;
    output.flush()
}
