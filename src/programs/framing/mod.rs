//! The framing of messages on the wire: where one message ends and the next begins.
//!
//! Everything that is particular to a framing stands in its file; the rest of the package knows only
//! [`Framing`] and [`Messages`].
//!
//! | file | a message is |
//! |---|---|
//! | `utf` | a two-byte length and modified UTF-8: `writeUTF` and `readUTF` |
//! | `line` | a line of text in a charset: `println` and `readLine` |
//! | `raw` | what one `recv` returns |
//! | `object` | a string in an object stream: `writeObject` and `readObject` |

mod field;
pub(crate) mod line;
pub(crate) mod object;
pub(crate) mod raw;
pub(crate) mod utf;

use std::borrow::Cow;
use std::io::{self, ErrorKind, Read};
use std::ops::Range;

pub(crate) use field::Field;
use strum::EnumCount;

use super::charset::Charset;
use super::console::Lines;
use super::error::Error;

/// How messages are framed on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, EnumCount)]
pub enum Framing {
    /// Messages of `writeUTF`: a length and the text.
    #[default]
    Utf,
    /// Lines of text in this charset.
    Line(Charset),
    /// Bytes without any message boundary.
    Raw,
    /// Strings in an object stream.
    Object,
}

impl Framing {
    /// Every framing, with its default charset.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Utf,
        Self::Line(Charset::Utf8),
        Self::Raw,
        Self::Object,
    ];

    /// The choices where the fields of messages can be named as well, such as these.
    #[cfg(feature = "cli")]
    pub(crate) fn choices(fields: &str) -> String {
        let names = Self::ALL.map(Self::name).join(", ");
        format!("{names}, or fields such as {fields}")
    }

    /// Its name on the command line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Utf => utf::NAME,
            Self::Line(_) => line::NAME,
            Self::Raw => raw::NAME,
            Self::Object => object::NAME,
        }
    }

    /// What a message is, for the help.
    pub(crate) const fn summary(self) -> &'static str {
        match self {
            Self::Utf => utf::SUMMARY,
            Self::Line(_) => line::SUMMARY,
            Self::Raw => raw::SUMMARY,
            Self::Object => object::SUMMARY,
        }
    }

    /// The same framing in this charset.
    ///
    /// # Errors
    ///
    /// The reason why its messages are not text in some charset.
    pub(crate) const fn in_charset(self, charset: Charset) -> Result<Self, &'static str> {
        match self {
            Self::Utf => Err(utf::NO_CHARSET),
            Self::Line(_) => Ok(Self::Line(charset)),
            Self::Raw => Err(raw::NO_CHARSET),
            Self::Object => Err(object::NO_CHARSET),
        }
    }

    /// The charset of its messages, if they are text in a charset of the user's choice.
    pub(crate) const fn charset(self) -> Option<Charset> {
        match self {
            Self::Utf | Self::Raw | Self::Object => None,
            Self::Line(charset) => Some(charset),
        }
    }

    /// The fields of `flow`, which must hold every byte of one direction from the first on. None if
    /// the framing gives the bytes no meaning.
    pub(crate) fn fields(self, flow: &[u8]) -> Vec<Field> {
        match self {
            Self::Utf => utf::fields(flow),
            Self::Line(charset) => line::fields(flow, charset),
            Self::Raw => Vec::new(),
            Self::Object => object::fields(flow),
        }
    }

    /// Where the texts of `flow` stand that have a length of two bytes in front.
    pub(crate) fn texts(self, flow: &[u8]) -> Vec<Range<usize>> {
        match self {
            Self::Utf => utf::texts(flow),
            Self::Line(_) | Self::Raw => Vec::new(),
            Self::Object => object::texts(flow),
        }
    }

    /// What explains that both sides wait for bytes after they have sent these, if the framing does.
    pub(crate) fn why_both_wait(self, to_server: &[u8], to_client: &[u8]) -> Option<String> {
        match self {
            Self::Utf | Self::Line(_) | Self::Raw => None,
            Self::Object => object::why_both_wait(to_server, to_client),
        }
    }

    /// How many bytes to read next in order to receive what a client sends before it waits for the
    /// server, and nothing behind it: its first message, or what comes before the first message.
    /// `received` has been read so far; 0 once that is complete.
    pub(crate) fn missing(self, received: &[u8]) -> usize {
        match self {
            Self::Utf => utf::missing(received),
            Self::Line(charset) => line::missing(received, charset),
            Self::Raw => raw::missing(received),
            Self::Object => object::missing(received),
        }
    }

    /// Whether the output of a program depends on how the bytes are split. If so, a network plan
    /// that splits them differently changes the right output.
    pub(crate) const fn shows_pieces(self) -> bool {
        match self {
            Self::Utf | Self::Line(_) | Self::Object => false,
            Self::Raw => true,
        }
    }
}

/// The messages of one connection, as one side reads and writes them.
///
/// The loops of the client and of the server are written over this trait. Each framing opens its
/// messages by a function of its own, which may read and write what comes before the first message.
pub(crate) trait Messages {
    type Message;

    /// The message that the next line of the user becomes; none if there are no more lines.
    ///
    /// # Errors
    ///
    /// The errors of the console.
    fn typed(&mut self, lines: &mut impl Lines) -> Result<Option<Self::Message>, Error>;

    /// The message as the programs print it.
    fn printed(message: &Self::Message) -> Cow<'_, [u8]>;

    /// Whether the client says no more once this message is answered.
    fn is_farewell(message: &Self::Message) -> bool;

    /// Sends a message in one write.
    ///
    /// # Errors
    ///
    /// [`Error::Lost`], and the errors of this framing.
    fn send(&mut self, message: &Self::Message) -> Result<(), Error>;

    /// Receives a message; none if the other side has ended its direction where a message could
    /// begin.
    ///
    /// # Errors
    ///
    /// [`Error::Lost`], and the errors of this framing.
    fn receive(&mut self) -> Result<Option<Self::Message>, Error>;

    /// Waits until the other side ends its direction.
    ///
    /// # Errors
    ///
    /// [`Error::Lost`]; an error of this framing if the other side sends anything before the end.
    fn expect_end(&mut self) -> Result<(), Error>;
}

/// What one read returns; nothing at the end of the input.
fn recv(mut input: impl Read, buffer: &mut [u8]) -> io::Result<&[u8]> {
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
    fn a_framing_that_has_a_charset_takes_another() {
        for framing in Framing::ALL {
            let in_gbk = framing.in_charset(Charset::Gbk);
            assert_eq!(in_gbk.is_ok(), framing.charset().is_some(), "{framing:?}");
            if let Ok(in_gbk) = in_gbk {
                assert_eq!(in_gbk.charset(), Some(Charset::Gbk));
                assert_eq!(in_gbk.name(), framing.name());
            }
        }
    }

    #[test]
    fn the_first_message_is_read_whole_and_nothing_of_the_second() {
        for (framing, flow, first) in [
            (Framing::Utf, &b"\0\x02hi\0\x01!"[..], 4),
            (Framing::Utf, b"\0\0\0\x01!", 2),
            (Framing::Line(Charset::Utf8), b"hi\nx\n", 3),
            (Framing::Line(Charset::Utf16Be), b"\x0a\x00\0\n\0x", 4),
            (Framing::Object, b"\xac\xed\0\x05t\0\x02hi", 4),
        ] {
            let mut read = 0;
            loop {
                let missing = framing.missing(&flow[..read]);
                if missing == 0 {
                    break;
                }
                read += missing;
            }
            assert_eq!(read, first, "{framing:?} {flow:?}");
        }
        assert!(Framing::Raw.missing(b"") > 0);
        assert_eq!(Framing::Raw.missing(b"h"), 0);
    }
}
