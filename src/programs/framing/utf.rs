//! A conversation: messages and answers, until the client has no more messages.
//!
//! It ends with a half-close: the client closes its output and continues to read. The server
//! answers the remaining messages, reads the end of the stream, and closes.

use std::io::{self, BufRead, Read, Write};
use std::net::{IpAddr, Shutdown, SocketAddr};

use crate::JavaStr;
use crate::programs::console::{Console, print_line};
use crate::programs::error::Peer;
use crate::programs::{Client, Error, Server, answer, exchange};

/// The source of the lines that a client sends.
pub(crate) trait Lines {
    /// The next line without its line end; none if there are no more.
    ///
    /// # Errors
    ///
    /// The errors of the console.
    fn next_line(&mut self) -> Result<Option<String>, Error>;

    /// The unchanged bytes of the next line, up to its LF or the end; none if there are no more.
    ///
    /// # Errors
    ///
    /// The errors of the console.
    fn next_bytes(&mut self) -> Result<Option<Vec<u8>>, Error> {
        self.next_line().map(|line| line.map(String::into_bytes))
    }
}

impl<R: BufRead> Lines for Console<R> {
    fn next_line(&mut self) -> Result<Option<String>, Error> {
        self.read_line().map_err(Error::Console)
    }

    fn next_bytes(&mut self) -> Result<Option<Vec<u8>>, Error> {
        self.read_bytes().map_err(Error::Console)
    }
}

impl Client {
    /// The whole program, `java ChatClient HOST PORT`: prints its greeting, connects, sends each
    /// line and prints each answer. After the last line it closes its output and waits for the
    /// server to close.
    ///
    /// # Errors
    ///
    /// Any error that prevents an answer from being printed; [`Error::MoreThanAsked`].
    pub(crate) fn chat(
        host: &str,
        port: u16,
        lines: &mut impl Lines,
        out: &mut impl Write,
    ) -> Result<(), Error> {
        print_line(out, JavaStr::from("---client---"))?;
        let client = Self::connect(host, port)?;
        let stream = client.stream();
        while let Some(message) = lines.next_line()? {
            let answer = exchange(stream, stream, &message)?;
            print_line(out, (&answer).into())?;
        }
        let lost = |why| Error::Lost(Peer::Server, why);
        stream.shutdown(Shutdown::Write).map_err(lost)?;
        match next_byte(stream).map_err(lost)? {
            None => Ok(()),
            Some(_) => Err(Error::MoreThanAsked),
        }
    }
}

impl Server {
    /// The whole program, `java ChatServer PORT 1`: prints its greeting, listens, calls `listening`
    /// with its address, accepts one client, prints each message and sends it back, until the
    /// client closes its output.
    ///
    /// # Errors
    ///
    /// Any error that prevents a message from being sent back.
    pub(crate) fn chat(
        interface: IpAddr,
        port: u16,
        listening: impl FnOnce(SocketAddr),
        out: &mut impl Write,
    ) -> Result<(), Error> {
        let connection = Self::greet(interface, port, listening, out)?;
        answer_all(connection.stream(), connection.stream(), |message| {
            print_line(out, JavaStr::from(&format!("client say:{message}")))
        })
    }
}

/// Answers every message as [`answer`] does, until the input ends between two messages.
///
/// # Errors
///
/// As [`answer`]; if the input ends within a message, [`Error::Incomplete`].
pub(crate) fn answer_all(
    mut input: impl Read,
    mut output: impl Write,
    mut seen: impl FnMut(&crate::JavaString) -> Result<(), Error>,
) -> Result<(), Error> {
    let lost = |why| Error::Lost(Peer::Client, why);
    while let Some(first) = next_byte(&mut input).map_err(lost)? {
        let message = io::Cursor::new([first]).chain(&mut input);
        answer(message, &mut output, &mut seen)?;
    }
    Ok(())
}

/// One byte; none at the end.
fn next_byte(input: impl Read) -> io::Result<Option<u8>> {
    let mut byte = Vec::with_capacity(1);
    input.take(1).read_to_end(&mut byte)?;
    Ok(byte.pop())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_between_two_messages_is_the_end_and_within_one_an_error() {
        let message = b"\0\x02hi";
        for length in 0..=2 * message.len() {
            let input = [&message[..], message].concat();
            let mut sent = Vec::new();
            let ended = answer_all(&input[..length], &mut sent, |_| Ok(()));
            if length % message.len() == 0 {
                assert!(ended.is_ok(), "{length}");
            } else {
                assert!(
                    matches!(ended, Err(Error::Incomplete(Peer::Client, _))),
                    "{length}"
                );
            }
            assert_eq!(sent.len(), length / message.len() * message.len());
        }
    }

    #[test]
    fn every_message_is_answered() -> Result<(), Box<dyn std::error::Error>> {
        let mut sent = Vec::new();
        let mut count = 0;
        answer_all(&b"\0\x01a\0\x01b"[..], &mut sent, |_| {
            count += 1;
            Ok(())
        })?;
        assert_eq!(count, 2);
        assert_eq!(sent, b"\0\x01a\0\x01b");
        Ok(())
    }
}
