//! What a message is on the wire of a conversation.

use clap::{Args, ValueEnum};

use super::{Exit, complain};
use crate::charset::Charset;

#[derive(Args)]
pub(super) struct WireOptions {
    /// How a message is said [default: utf]
    #[arg(long, value_name = "KIND", requires = "chat")]
    wire: Option<Kind>,
    /// The character set of `--wire line`: UTF-8, ISO-8859-1, US-ASCII, UTF-16BE or GBK [default:
    /// UTF-8]
    #[arg(long, value_name = "NAME")]
    charset: Option<Charset>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// With writeUTF and readUTF
    Utf,
    /// As a line of text, with println and readLine; a line that is heard has at most 16 MiB
    Line,
    /// As bytes with nothing in front or behind, with send and recv
    Raw,
}

/// What these options ask for.
#[derive(Clone, Copy)]
pub(super) enum Wire {
    /// `writeUTF` and `readUTF`.
    Utf,
    /// Lines of text in this character set.
    Line(Charset),
    /// Bytes as they are.
    Raw,
}

impl WireOptions {
    /// The wire that these options ask for; says so and gives up if there is none like that.
    pub(super) fn chosen(&self) -> Result<Wire, Exit> {
        let (wire, charset) = match (self.wire.unwrap_or(Kind::Utf), self.charset) {
            (Kind::Line, charset) => return Ok(Wire::Line(charset.unwrap_or(Charset::Utf8))),
            (Kind::Utf, None) => return Ok(Wire::Utf),
            (Kind::Raw, None) => return Ok(Wire::Raw),
            (Kind::Utf, Some(charset)) => ("writeUTF has no character set but its own", charset),
            (Kind::Raw, Some(charset)) => (
                "a raw wire has no character set: bytes go as they are",
                charset,
            ),
        };
        complain(format!(
            "{wire}: --charset {charset} needs --chat --wire line"
        ));
        Err(Exit::Usage)
    }
}

impl Wire {
    /// As it stands on the command line.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Utf => "utf",
            Self::Line(_) => "line",
            Self::Raw => "raw",
        }
    }
}
