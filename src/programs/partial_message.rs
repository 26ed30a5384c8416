//! The beginning of a message that is still being received, for the error if it turns out not to be
//! one.
//!
//! A program that does not call `writeUTF` is seldom refused at once: its first two bytes are read
//! as a length, and the server waits for thousands of bytes that never arrive. So the first bytes
//! are kept, and the error says what they look like.

use std::io::{self, Read};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::{fmt, str};

use tokio::io::{AsyncRead, ReadBuf};

use crate::data::object::wire::HEADER;
use crate::mutf8::{self, DecodeErrorKind};
use crate::text::count::{counted, grouped};

/// The first bytes of a message, and how many have arrived.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PartialMessage {
    first: [u8; Self::KEPT],
    came: usize,
}

/// What the reader expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    /// Messages of `writeUTF`.
    Utf,
    /// An object stream.
    ObjectStream,
}

impl PartialMessage {
    /// How many bytes are kept: enough to show the first line of a request.
    pub(crate) const KEPT: usize = 32;

    /// The message that begins with these bytes.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut partial = Self::default();
        partial.add(bytes);
        partial
    }

    fn add(&mut self, bytes: &[u8]) {
        let room = self.first.get_mut(self.came..).unwrap_or_default();
        let kept = bytes.len().min(room.len());
        room[..kept].copy_from_slice(&bytes[..kept]);
        self.came += bytes.len();
    }

    /// Whether no byte came.
    pub(crate) const fn is_nothing(&self) -> bool {
        self.came == 0
    }

    fn first(&self) -> &[u8] {
        &self.first[..self.came.min(Self::KEPT)]
    }

    /// Whether as many bytes came as were announced.
    pub(crate) fn is_complete(&self) -> bool {
        match *self.first() {
            [high, low, ..] => self.came - LENGTH == usize::from(u16::from_be_bytes([high, low])),
            _ => false,
        }
    }

    /// What the bytes look like, if they are not what was expected.
    fn guess(&self, expected: Expected) -> Option<Guess> {
        let first = self.first();
        let begins = |words: &[&str]| words.iter().any(|word| first.starts_with(word.as_bytes()));
        if begins(&HTTP) {
            return Some(Guess::Http);
        }
        if first.starts_with(&[0x16, 0x03]) {
            return Some(Guess::Tls);
        }
        match expected {
            Expected::Utf if first.starts_with(&HEADER) => Some(Guess::ObjectStream),
            Expected::ObjectStream if self.may_be_utf() => self.text().or(Some(Guess::Utf)),
            Expected::Utf | Expected::ObjectStream => self.text(),
        }
    }

    /// The kind of text, if the bytes are text.
    fn text(&self) -> Option<Guess> {
        let first = self.first();
        let text = match str::from_utf8(first) {
            Ok(text) => text,
            // A character may be cut where no more is kept.
            Err(error) if error.error_len().is_none() => {
                str::from_utf8(&first[..error.valid_up_to()]).ok()?
            }
            Err(_) => return None,
        };
        let is_line_end = |character| matches!(character, '\r' | '\n');
        let is_text = |character: char| !character.is_control() || character == '\t';
        if text.len() < LEAST_TEXT || !text.chars().all(|c| is_text(c) || is_line_end(c)) {
            return None;
        }
        Some(if text.contains(is_line_end) {
            Guess::Line
        } else {
            Guess::Text
        })
    }

    /// Whether a length comes first, and then modified UTF-8, as far as it is kept.
    fn may_be_utf(&self) -> bool {
        let Some((length, text)) = self.first().split_first_chunk::<LENGTH>() else {
            return false;
        };
        let length = usize::from(u16::from_be_bytes(*length));
        match mutf8::validate(&text[..length.min(text.len())]) {
            Ok(()) => !text.is_empty(),
            Err(why) => why.kind() == DecodeErrorKind::PartialAtEnd && length > text.len(),
        }
    }

    /// What the bytes look like and what to do, to append to a message; empty if that is unknown.
    pub(crate) fn hint(&self, expected: Expected) -> String {
        let Some(guess) = self.guess(expected) else {
            return String::new();
        };
        let first = self.first();
        let line = first.split(|byte| matches!(byte, b'\r' | b'\n')).next();
        let quoted = match guess {
            Guess::Http | Guess::Line | Guess::Text => {
                let more = if self.came > Self::KEPT { "..." } else { "" };
                let line = line.unwrap_or(first).escape_ascii();
                format!("\"{line}{more}\" ")
            }
            Guess::Tls | Guess::ObjectStream | Guess::Utf => "that ".to_owned(),
        };
        let send = match expected {
            Expected::Utf => "send it with writeUTF",
            Expected::ObjectStream => "send it with writeObject of an ObjectOutputStream",
        };
        let advice = match guess {
            Guess::Http => "HTTP: this port does not speak it".to_owned(),
            Guess::Tls => "TLS: connect without it".to_owned(),
            Guess::ObjectStream => "an ObjectOutputStream: write with a DataOutputStream instead, \
                                    or use --wire object"
                .to_owned(),
            Guess::Utf => format!("writeUTF of a DataOutputStream: {send}, or use --wire utf"),
            Guess::Line => format!("a line of println: {send}, or use --wire line"),
            Guess::Text => format!("text: {send}"),
        };
        format!("; {quoted}looks like {advice}")
    }
}

impl fmt::Display for PartialMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.first(), self.came) {
            (&[high, low, ..], came) => write!(
                f,
                "announced {} and sent {}",
                counted(u16::from_be_bytes([high, low]).into(), "byte"),
                grouped(came - LENGTH),
            ),
            (_, came) => write!(f, "sent {came} of the {LENGTH} bytes of a length"),
        }
    }
}

/// What bytes that are not a message look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Guess {
    Http,
    Tls,
    ObjectStream,
    Utf,
    Line,
    Text,
}

/// A reader that records what has arrived of a message.
#[derive(Debug)]
pub(crate) struct RecordingReader<'a, R> {
    source: R,
    partial: &'a mut PartialMessage,
}

impl<'a, R> RecordingReader<'a, R> {
    /// Starts a new record.
    pub(crate) fn new(source: R, partial: &'a mut PartialMessage) -> Self {
        *partial = PartialMessage::default();
        Self { source, partial }
    }
}

impl<R: Read> Read for RecordingReader<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        self.partial.add(&buffer[..count]);
        Ok(count)
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for RecordingReader<'_, R> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.source).poll_read(context, buffer))?;
        this.partial.add(&buffer.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}

const HTTP: [&str; 8] = [
    "GET ", "POST ", "HEAD ", "PUT ", "DELETE ", "OPTIONS ", "CONNECT ", "HTTP/1.",
];

/// The size of a message's length prefix in bytes.
const LENGTH: usize = 2;

/// Fewer bytes of text may be anything.
const LEAST_TEXT: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    fn partial(bytes: &[u8]) -> PartialMessage {
        let mut partial = PartialMessage::default();
        // By one byte and then the rest, as a length and a body come.
        let (first, rest) = bytes.split_at(bytes.len().min(1));
        partial.add(first);
        partial.add(rest);
        partial
    }

    #[test]
    fn it_says_what_was_announced_and_what_came() {
        for (bytes, said) in [
            (&b"\0"[..], "sent 1 of the 2 bytes of a length"),
            (b"\0\x01", "announced 1 byte and sent 0"),
            (
                b"CLIENT SAYS SOMETHING ELSE",
                "announced 17,228 bytes and sent 24",
            ),
        ] {
            assert_eq!(partial(bytes).to_string(), said);
        }
        assert_eq!(
            partial(&[b'C'; 2_002]).to_string(),
            "announced 17,219 bytes and sent 2,000"
        );
        assert!(partial(b"").is_nothing());
        for (bytes, is_complete) in [(&b"\0"[..], false), (b"\0\x01", false), (b"\0\x01a", true)] {
            assert_eq!(partial(bytes).is_complete(), is_complete);
        }
    }

    #[test]
    fn it_says_what_the_first_bytes_look_like() {
        for (bytes, hint) in [
            (
                &b"GET /index.html HTTP/1.1\r\nHost: localhost\r\n"[..],
                "; \"GET /index.html HTTP/1.1...\" looks like HTTP: this port does not speak it",
            ),
            (
                b"hello\n",
                "; \"hello\" looks like a line of println: send it with writeUTF, or use --wire line",
            ),
            (
                "grüße".as_bytes(),
                "; \"gr\\xc3\\xbc\\xc3\\x9fe\" looks like text: send it with writeUTF",
            ),
            (
                b"\xac\xed\x00\x05t\x00\x05hello",
                "; that looks like an ObjectOutputStream: write with a DataOutputStream instead, \
                 or use --wire object",
            ),
            (
                b"\x16\x03\x01\x02\x00\x01",
                "; that looks like TLS: connect without it",
            ),
        ] {
            assert_eq!(partial(bytes).hint(Expected::Utf), hint);
        }
    }

    #[test]
    fn a_message_that_was_cut_looks_like_nothing() {
        for bytes in [
            &b"\0\x05he"[..],
            b"\x01\x00hello",
            b"hi",
            b"\x20\x20\x00\x01\x02",
            b"\xac\xed",
        ] {
            assert_eq!(partial(bytes).hint(Expected::Utf), "", "{bytes:02x?}");
        }
    }

    #[test]
    fn a_character_may_be_cut_where_no_more_is_kept() {
        let text = format!("{}é", "a".repeat(PartialMessage::KEPT - 1));
        assert_eq!(
            partial(text.as_bytes()).guess(Expected::Utf),
            Some(Guess::Text)
        );
    }
}
