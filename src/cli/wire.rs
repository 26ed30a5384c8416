//! What a message is on the wire of a conversation.

use clap::{Args, ValueEnum};

use super::{Exit, complain};
use crate::charset::Charset;

#[derive(Args)]
pub(super) struct WireOptions {
    /// How a message is said [default: utf]
    #[arg(long, value_name = "KIND", requires = "chat")]
    wire: Option<Wire>,
    /// The character set of `--wire line`: UTF-8, ISO-8859-1, US-ASCII, UTF-16BE or GBK [default:
    /// UTF-8]
    #[arg(long, value_name = "NAME")]
    charset: Option<Charset>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Wire {
    /// With writeUTF and readUTF
    Utf,
    /// As a line of text, with println and readLine
    Line,
}

impl WireOptions {
    /// The character set of a conversation in lines; none for one with `writeUTF`.
    pub(super) fn charset(&self) -> Result<Option<Charset>, Exit> {
        match (self.wire, self.charset) {
            (Some(Wire::Line), charset) => Ok(Some(charset.unwrap_or(Charset::Utf8))),
            (Some(Wire::Utf) | None, None) => Ok(None),
            (Some(Wire::Utf) | None, Some(charset)) => {
                complain(format!(
                    "writeUTF has no character set but its own: --charset {charset} needs --chat \
                     --wire line"
                ));
                Err(Exit::Usage)
            }
        }
    }
}
