//! The options that choose the framing of messages on the wire.

use clap::{Args, ValueEnum};
use serde::Deserialize;

use crate::cli::{Exit, complain};
use crate::interop::model::fields::Fields;
use crate::programs::charset::Charset;

#[derive(Args)]
pub(crate) struct FramingOptions {
    /// The framing of messages on the wire [default: utf]
    #[arg(long, value_name = "KIND", requires = "chat")]
    wire: Option<Kind>,
    /// The charset of --wire line: UTF-8, ISO-8859-1, US-ASCII, UTF-16BE or GBK [default: UTF-8]
    #[arg(long, value_name = "NAME")]
    charset: Option<Charset>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// A two-byte length and modified UTF-8: writeUTF and readUTF
    Utf,
    /// A line of text: println and readLine; a received line has at most 16 MiB
    Line,
    /// Bytes without framing: send and recv
    Raw,
}

/// The same options for a user's own programs, whose framing is unknown unless it is given.
#[derive(Args)]
pub(crate) struct ProtocolOptions {
    /// The framing of messages on the wire [default: utf; none for your own programs]
    ///
    /// The results name the bytes accordingly. Without a known framing they show plain bytes and
    /// text.
    #[arg(long, value_name = "KIND")]
    wire: Option<Kind>,
    /// The charset of --wire line: UTF-8, ISO-8859-1, US-ASCII, UTF-16BE or GBK [default: UTF-8]
    #[arg(long, value_name = "NAME")]
    charset: Option<Charset>,
}

/// The framing that the options choose.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// `writeUTF` and `readUTF`.
    Utf,
    /// Lines of text in this charset.
    Line(Charset),
    /// Bytes without framing.
    Raw,
}

impl FramingOptions {
    /// The framing that these options choose. Prints an error if they contradict each other.
    pub(crate) fn chosen(&self) -> Result<Framing, Exit> {
        wire(self.wire.unwrap_or(Kind::Utf), self.charset).map_err(|(charset, why)| {
            complain(format!(
                "--charset {charset} needs --chat --wire line: {why}"
            ));
            Exit::Usage
        })
    }
}

impl ProtocolOptions {
    /// The same options from elsewhere, as if given on the command line.
    pub(crate) fn new(wire: Option<Kind>, charset: Option<Charset>) -> Self {
        Self { wire, charset }
    }

    /// The framing that these options choose, if any. Prints an error if they contradict each
    /// other.
    pub(crate) fn chosen(&self) -> Result<Option<Framing>, Exit> {
        let kind = match (self.wire, self.charset) {
            (None, None) => return Ok(None),
            (kind, _) => kind.unwrap_or(Kind::Utf),
        };
        wire(kind, self.charset)
            .map(Some)
            .map_err(|(charset, why)| {
                complain(format!("--charset {charset} needs --wire line: {why}"));
                Exit::Usage
            })
    }
}

/// The framing of this kind. It is an error, with the reason, if --charset is given and the kind has
/// no charset.
fn wire(kind: Kind, charset: Option<Charset>) -> Result<Framing, (Charset, &'static str)> {
    let (charset, why) = match (kind, charset) {
        (Kind::Line, charset) => return Ok(Framing::Line(charset.unwrap_or(Charset::Utf8))),
        (Kind::Utf, None) => return Ok(Framing::Utf),
        (Kind::Raw, None) => return Ok(Framing::Raw),
        (Kind::Utf, Some(charset)) => (charset, "writeUTF has a charset of its own"),
        (Kind::Raw, Some(charset)) => (charset, "--wire raw sends bytes unchanged"),
    };
    Err((charset, why))
}

impl Framing {
    /// How the reports name the fields of the traffic.
    pub(crate) fn fields(self) -> Fields {
        match self {
            Self::Utf => Fields::Utf,
            Self::Line(charset) => Fields::Lines(charset),
            Self::Raw => Fields::Raw,
        }
    }

    /// Its name on the command line.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Utf => "utf",
            Self::Line(_) => "line",
            Self::Raw => "raw",
        }
    }
}
