//! Raw bytes, as small socket programs in Python and C++ send them.
//!
//! Messages have no framing: a message is what one `recv` returns. That is the message that was
//! sent, as long as each side waits for the other and sends at most [`RECV_BUFFER`] bytes. A longer
//! message arrives in pieces, and the second piece is taken for the next message. Such programs
//! behave this way, and so does this module.
//!
//! The bytes are never decoded, so nothing is replaced: a piece that ends within a character is
//! printed unchanged.

use std::borrow::Cow;
use std::io::{self, Read, Write};

use super::{Messages, recv};
use crate::programs::Error;
use crate::programs::console::Lines;
use crate::programs::error::Peer;

pub(super) const NAME: &str = "raw";
pub(super) const SUMMARY: &str = "Bytes without framing: send and recv";
pub(super) const NO_CHARSET: &str = "--wire raw sends bytes unchanged";

/// The most bytes that one `recv` returns.
pub(crate) const RECV_BUFFER: usize = 1024;

/// The line that ends the conversation: the client sends it, reads the answer, and exits.
const BYE: &[u8] = b"bye";

/// The messages of one connection.
#[derive(Debug)]
pub(crate) struct RawMessages<R, W> {
    input: R,
    output: W,
    peer: Peer,
}

impl<R: Read, W: Write> RawMessages<R, W> {
    /// The messages from and to `peer`.
    pub(crate) fn new(input: R, output: W, peer: Peer) -> Self {
        Self {
            input,
            output,
            peer,
        }
    }

    fn lost(&self, why: io::Error) -> Error {
        Error::Lost(self.peer, why)
    }
}

impl<R: Read, W: Write> Messages for RawMessages<R, W> {
    type Message = Vec<u8>;

    /// Empty lines are skipped: there is nothing to send, so no answer is expected.
    fn typed(&mut self, lines: &mut impl Lines) -> Result<Option<Vec<u8>>, Error> {
        loop {
            match lines.next_bytes()? {
                Some(line) if line.is_empty() => {}
                line => return Ok(line),
            }
        }
    }

    fn printed(message: &Vec<u8>) -> Cow<'_, [u8]> {
        message.as_slice().into()
    }

    fn is_farewell(message: &Vec<u8>) -> bool {
        message == BYE
    }

    fn send(&mut self, message: &Vec<u8>) -> Result<(), Error> {
        let sent = self.output.write_all(message);
        sent.and_then(|()| self.output.flush())
            .map_err(|why| self.lost(why))
    }

    fn receive(&mut self) -> Result<Option<Vec<u8>>, Error> {
        match recv(&mut self.input, &mut [0; RECV_BUFFER]) {
            Ok([]) => Ok(None),
            Ok(piece) => Ok(Some(piece.to_vec())),
            Err(why) => Err(self.lost(why)),
        }
    }

    /// # Errors
    ///
    /// [`Error::LeftOver`].
    fn expect_end(&mut self) -> Result<(), Error> {
        // The number of pieces depends on timing, so the bytes are counted and not printed.
        match io::copy(&mut self.input, &mut io::sink()) {
            Ok(0) => Ok(()),
            Ok(bytes) => Err(Error::LeftOver { bytes }),
            Err(why) => Err(self.lost(why)),
        }
    }
}

/// Any bytes are a message.
pub(super) fn missing(received: &[u8]) -> usize {
    if received.is_empty() { RECV_BUFFER } else { 0 }
}
