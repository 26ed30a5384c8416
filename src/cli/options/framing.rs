//! What a message is on the wire of a conversation.

use clap::{Args, ValueEnum};
use serde::Deserialize;

use crate::cli::{Exit, complain};
use crate::interop::model::fields::Fields;
use crate::programs::charset::Charset;

#[derive(Args)]
pub(crate) struct FramingOptions {
    /// How a message is said [default: utf]
    #[arg(long, value_name = "KIND", requires = "chat")]
    wire: Option<Kind>,
    /// The character set of `--wire line`: UTF-8, ISO-8859-1, US-ASCII, UTF-16BE or GBK [default:
    /// UTF-8]
    #[arg(long, value_name = "NAME")]
    charset: Option<Charset>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// With writeUTF and readUTF
    Utf,
    /// As a line of text, with println and readLine; a line that is heard has at most 16 MiB
    Line,
    /// As bytes with nothing in front or behind, with send and recv
    Raw,
}

/// The same for programs of a user's own, of which no one knows it unless it is said.
#[derive(Args)]
pub(crate) struct ProtocolOptions {
    /// How a message is said [default: utf; not known of a program of your own]
    ///
    /// The bytes are named accordingly. What is not known has no names: it is shown as bytes and
    /// text.
    #[arg(long, value_name = "KIND")]
    wire: Option<Kind>,
    /// The character set of `--wire line`: UTF-8, ISO-8859-1, US-ASCII, UTF-16BE or GBK [default:
    /// UTF-8]
    #[arg(long, value_name = "NAME")]
    charset: Option<Charset>,
}

/// What these options ask for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// `writeUTF` and `readUTF`.
    Utf,
    /// Lines of text in this character set.
    Line(Charset),
    /// Bytes as they are.
    Raw,
}

impl FramingOptions {
    /// The wire that these options ask for; says so and gives up if there is none like that.
    pub(crate) fn chosen(&self) -> Result<Framing, Exit> {
        wire(self.wire.unwrap_or(Kind::Utf), self.charset).map_err(|why| {
            complain(format!("{why} needs --chat --wire line"));
            Exit::Usage
        })
    }
}

impl ProtocolOptions {
    /// As if these stood on the command line.
    pub(crate) fn new(wire: Option<Kind>, charset: Option<Charset>) -> Self {
        Self { wire, charset }
    }

    /// The wire that these options ask for, if they ask for one; says so and gives up if there is
    /// none like that.
    pub(crate) fn chosen(&self) -> Result<Option<Framing>, Exit> {
        let kind = match (self.wire, self.charset) {
            (None, None) => return Ok(None),
            (kind, _) => kind.unwrap_or(Kind::Utf),
        };
        wire(kind, self.charset).map(Some).map_err(|why| {
            complain(format!("{why} needs --wire line"));
            Exit::Usage
        })
    }
}

/// The wire of this kind; if it has no character set, why it needs none.
fn wire(kind: Kind, charset: Option<Charset>) -> Result<Framing, String> {
    let (why, charset) = match (kind, charset) {
        (Kind::Line, charset) => return Ok(Framing::Line(charset.unwrap_or(Charset::Utf8))),
        (Kind::Utf, None) => return Ok(Framing::Utf),
        (Kind::Raw, None) => return Ok(Framing::Raw),
        (Kind::Utf, Some(charset)) => ("writeUTF has no character set but its own", charset),
        (Kind::Raw, Some(charset)) => (
            "a raw wire has no character set: bytes go as they are",
            charset,
        ),
    };
    Err(format!("{why}: --charset {charset}"))
}

impl Framing {
    /// How the reports name what passes.
    pub(crate) fn fields(self) -> Fields {
        match self {
            Self::Utf => Fields::Utf,
            Self::Line(charset) => Fields::Lines(charset),
            Self::Raw => Fields::Raw,
        }
    }

    /// As it stands on the command line.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Utf => "utf",
            Self::Line(_) => "line",
            Self::Raw => "raw",
        }
    }
}
