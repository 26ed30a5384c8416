//! Messages of `writeUTF` and `readUTF`: a length of two bytes, and the text in modified UTF-8.

use std::borrow::Cow;
use std::io::{Cursor, Read, Write};
use std::ops::Range;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};

use super::field::{Field, SHOWN};
use super::{Messages, recv};
use crate::data::asynchronous::{
    AsyncDataInput, AsyncDataInputStream, AsyncDataOutput, AsyncDataOutputStream,
};
use crate::data::{self, DataInput, DataInputStream, DataOutput, DataOutputStream};
use crate::programs::Error;
use crate::programs::console::Lines;
use crate::programs::error::Peer;
use crate::programs::partial_message::{PartialMessage, RecordingReader};
use crate::text::count::plural;
use crate::text::quotation::shortened;
use crate::{JavaString, mutf8};

pub(super) const NAME: &str = "utf";
pub(super) const SUMMARY: &str = "A two-byte length and modified UTF-8: writeUTF and readUTF";
pub(super) const NO_CHARSET: &str = "writeUTF has a charset of its own";

/// The messages of one connection.
#[derive(Debug)]
pub(crate) struct UtfMessages<R, W> {
    input: R,
    output: W,
    peer: Peer,
    /// What has come of the message that is being received.
    partial: PartialMessage,
}

impl<R: Read, W: Write> UtfMessages<R, W> {
    /// The messages from and to `peer`.
    pub(crate) fn new(input: R, output: W, peer: Peer) -> Self {
        Self {
            input,
            output,
            peer,
            partial: PartialMessage::default(),
        }
    }

    fn failed(&self, error: data::Error) -> Error {
        Error::from_data(self.peer, error, self.partial)
    }
}

impl<R: Read, W: Write> Messages for UtfMessages<R, W> {
    type Message = JavaString;

    fn typed(&mut self, lines: &mut impl Lines) -> Result<Option<JavaString>, Error> {
        Ok(lines.next_line()?.map(JavaString::from))
    }

    fn printed(message: &JavaString) -> Cow<'_, [u8]> {
        message.to_string().into_bytes().into()
    }

    fn is_farewell(_: &JavaString) -> bool {
        false
    }

    /// # Errors
    ///
    /// [`Error::TooLong`], before anything is sent: for a line that the user typed, and for a
    /// message that can be read but not written, such as 65,535 NULs of one byte each.
    fn send(&mut self, message: &JavaString) -> Result<(), Error> {
        let mut output = DataOutputStream::new(&mut self.output);
        let sent = output.write_utf(message).and_then(|()| output.flush());
        sent.map_err(|error| self.failed(error))
    }

    /// # Errors
    ///
    /// [`Error::Incomplete`] if the input ends within a message; [`Error::Malformed`].
    fn receive(&mut self) -> Result<Option<JavaString>, Error> {
        let mut length = [0; LENGTH];
        let first = match recv(&mut self.input, &mut length) {
            Ok([]) => return Ok(None),
            Ok(first) => first,
            Err(why) => return Err(Error::Lost(self.peer, why)),
        };
        let message = RecordingReader::new(Read::chain(first, &mut self.input), &mut self.partial);
        match DataInputStream::new(message).read_utf() {
            Ok(message) => Ok(Some(message)),
            Err(error) => Err(self.failed(error)),
        }
    }

    /// # Errors
    ///
    /// [`Error::MoreThanAsked`].
    fn expect_end(&mut self) -> Result<(), Error> {
        match recv(&mut self.input, &mut [0]) {
            Ok([]) => Ok(()),
            Ok(_) => Err(Error::MoreThanAsked),
            Err(why) => Err(Error::Lost(self.peer, why)),
        }
    }
}

/// Reads a message whose first byte has been read already, and records in `partial` what
/// has arrived.
///
/// # Errors
///
/// [`data::Error::EndOfInput`] if the input ends within the message; [`data::Error::Malformed`];
/// [`data::Error::Io`].
pub(crate) async fn read_behind(
    first: u8,
    input: impl AsyncRead + Unpin + Send,
    partial: &mut PartialMessage,
) -> Result<JavaString, data::Error> {
    let message = AsyncReadExt::chain(Cursor::new([first]), input);
    AsyncDataInputStream::new(RecordingReader::new(message, partial))
        .read_utf()
        .await
}

/// Writes a message in one call, and flushes it.
///
/// # Errors
///
/// [`data::Error::TooLong`], before anything is written; [`data::Error::Io`].
pub(crate) async fn write(
    message: &JavaString,
    output: &mut AsyncDataOutputStream<impl AsyncWrite + Unpin + Send>,
) -> Result<(), data::Error> {
    output.write_utf(message).await?;
    output.flush().await
}

/// The size of the length in front of each message.
const LENGTH: usize = 2;

/// How many bytes are missing of the length, or else of the text behind it.
pub(super) fn missing(received: &[u8]) -> usize {
    match received.split_first_chunk::<LENGTH>() {
        None => LENGTH - received.len(),
        Some((length, body)) => usize::from(u16::from_be_bytes(*length)).saturating_sub(body.len()),
    }
}

/// The bodies of the messages; the last one may be cut.
pub(super) fn texts(flow: &[u8]) -> Vec<Range<usize>> {
    let mut texts = Vec::new();
    let mut at = 0;
    while let Some((length, body)) = flow[at..].split_first_chunk::<LENGTH>() {
        let start = at + LENGTH;
        at = start + body.len().min(u16::from_be_bytes(*length).into());
        texts.push(start..at);
    }
    texts
}

/// Splits a flow into fields: length, body, length, body, and so on.
///
/// A truncated length, or a body shorter than its length field, becomes a field too.
pub(super) fn fields(bytes: &[u8]) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let Some((length, body)) = rest.split_first_chunk::<LENGTH>() else {
            fields.push(Field {
                start: at,
                bytes: rest.to_vec(),
                meaning: "length of the message, cut after 1 of 2 bytes".to_owned(),
            });
            break;
        };
        let n = usize::from(u16::from_be_bytes(*length));
        fields.push(Field {
            start: at,
            bytes: length.to_vec(),
            meaning: format!("length of the message: {n} {}", plural(n, "byte")),
        });
        at += LENGTH;
        let body = &body[..n.min(body.len())];
        if n > 0 {
            let text = mutf8::decode(body).map_or_else(
                |why| format!("not modified UTF-8: {why}"),
                |text| format!("{:?}", shortened(&text.to_string_lossy(), SHOWN)),
            );
            let meaning = if body.len() == n {
                format!("the message: {text}")
            } else {
                format!(
                    "the message, cut after {} of {n} {}: {text}",
                    body.len(),
                    plural(n, "byte")
                )
            };
            fields.push(Field {
                start: at,
                bytes: body.to_vec(),
                meaning,
            });
        }
        at += body.len();
    }
    fields.retain(|field| !field.bytes.is_empty());
    fields
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    fn meanings(bytes: &[u8]) -> Vec<String> {
        fields(bytes)
            .into_iter()
            .map(|field| format!("{} {:02x?}: {}", field.start, field.bytes, field.meaning))
            .collect()
    }

    #[test]
    fn messages_are_split_into_lengths_and_bodies() {
        assert_eq!(
            meanings(b"\x00\x02hi\x00\x00\x00\x01!"),
            [
                "0 [00, 02]: length of the message: 2 bytes",
                "2 [68, 69]: the message: \"hi\"",
                "4 [00, 00]: length of the message: 0 bytes",
                "6 [00, 01]: length of the message: 1 byte",
                "8 [21]: the message: \"!\"",
            ]
        );
    }

    #[test]
    fn cut_and_malformed_messages_are_described() {
        assert_eq!(
            meanings(b"\x00"),
            ["0 [00]: length of the message, cut after 1 of 2 bytes"]
        );
        assert_eq!(
            meanings(b"\x00\x03h"),
            [
                "0 [00, 03]: length of the message: 3 bytes",
                "2 [68]: the message, cut after 1 of 3 bytes: \"h\"",
            ]
        );
        let malformed = meanings(b"\x00\x01\xff");
        assert!(
            malformed[1].starts_with("2 [ff]: the message: not modified UTF-8: "),
            "{malformed:?}"
        );
    }

    #[test]
    fn end_of_input_is_an_error_only_within_a_message() {
        let message = b"\0\x02hi";
        let input = [&message[..], message].concat();
        for length in 0..=input.len() {
            let mut messages = UtfMessages::new(&input[..length], io::sink(), Peer::Client);
            for _ in 0..length / message.len() {
                assert_eq!(messages.receive().unwrap().unwrap(), "hi");
            }
            let end = messages.receive();
            if length % message.len() == 0 {
                assert!(matches!(end, Ok(None)), "{length}");
            } else {
                assert!(
                    matches!(end, Err(Error::Incomplete(Peer::Client, _))),
                    "{length}"
                );
            }
        }
    }

    #[test]
    fn a_message_that_cannot_be_written_is_refused_before_anything_is_sent() {
        let mut sent = Vec::new();
        let mut messages = UtfMessages::new(io::empty(), &mut sent, Peer::Server);
        let refused = messages.send(&JavaString::from("x".repeat(65_536)));
        assert!(matches!(refused, Err(Error::TooLong { bytes: 65_536 })));
        messages.send(&JavaString::from("hi")).unwrap();
        assert_eq!(sent, b"\0\x02hi");
    }
}
