//! The options that choose the framing of messages on the wire.

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use crate::cli::{Exit, complain};
use crate::programs::charset::Charset;
use crate::programs::framing::Framing;

#[derive(Args)]
pub(crate) struct FramingOptions {
    /// The framing of messages on the wire [default: utf]
    #[arg(long, value_name = "KIND", requires = "chat")]
    wire: Option<Framing>,
    /// The charset of --wire line: UTF-8, ISO-8859-1, US-ASCII, UTF-16BE or GBK [default: UTF-8]
    #[arg(long, value_name = "NAME")]
    charset: Option<Charset>,
}

/// The same options for a user's own programs, whose framing is unknown unless it is given.
#[derive(Args)]
pub(crate) struct ProtocolOptions {
    /// The framing of messages on the wire [default: utf; none for your own programs]
    ///
    /// The results name the bytes accordingly. Without a known framing they show plain bytes and
    /// text.
    #[arg(long, value_name = "KIND")]
    wire: Option<Framing>,
    /// The charset of --wire line: UTF-8, ISO-8859-1, US-ASCII, UTF-16BE or GBK [default: UTF-8]
    #[arg(long, value_name = "NAME")]
    charset: Option<Charset>,
}

impl FramingOptions {
    /// The framing that these options choose. Prints an error if they contradict each other.
    pub(crate) fn chosen(&self) -> Result<Framing, Exit> {
        let framing = self.wire.unwrap_or_default();
        in_charset(framing, self.charset, "--chat --wire line")
    }
}

impl ProtocolOptions {
    /// The framing that these options choose, if any. Prints an error if they contradict each
    /// other.
    pub(crate) fn chosen(&self) -> Result<Option<Framing>, Exit> {
        if self.wire.is_none() && self.charset.is_none() {
            return Ok(None);
        }
        let framing = self.wire.unwrap_or_default();
        in_charset(framing, self.charset, "--wire line").map(Some)
    }
}

/// The framing in the charset that is given, if one is. Prints an error if it has none; `needed`
/// are the options that --charset needs.
fn in_charset(framing: Framing, charset: Option<Charset>, needed: &str) -> Result<Framing, Exit> {
    let Some(charset) = charset else {
        return Ok(framing);
    };
    framing.in_charset(charset).map_err(|why| {
        complain(format!("--charset {charset} needs {needed}: {why}"));
        Exit::Usage
    })
}

/// As on the command line.
impl ValueEnum for Framing {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()).help(self.summary()))
    }
}
