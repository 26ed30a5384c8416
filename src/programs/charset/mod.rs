//! Text as Java's readers and writers send it: charsets and lines.
//!
//! [`Charset::encode_line`] writes what `println` of a `PrintWriter` over an `OutputStreamWriter`
//! writes on Linux. [`LineReader`] returns what `readLine` of a `BufferedReader` over an
//! `InputStreamReader` returns. Characters and bytes that cannot be encoded or decoded are replaced
//! as in Java. `javatalk sweep charset` compares both with a JDK.

mod decode;
mod encode;
mod gbk;
mod lines;

use std::fmt;
use std::str::FromStr;

pub(crate) use lines::{LineReader, MAX_LINE};

/// A charset, under Java's name for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Charset {
    /// `UTF-8`.
    Utf8,
    /// `ISO-8859-1`.
    Latin1,
    /// `US-ASCII`.
    Ascii,
    /// `UTF-16BE`: big-endian code units; a byte order mark is an ordinary character.
    Utf16Be,
    /// `GBK`, as in the JDK.
    Gbk,
}

impl Charset {
    pub const ALL: [Self; 5] = [
        Self::Utf8,
        Self::Latin1,
        Self::Ascii,
        Self::Utf16Be,
        Self::Gbk,
    ];

    /// Its name in Java.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Latin1 => "ISO-8859-1",
            Self::Ascii => "US-ASCII",
            Self::Utf16Be => "UTF-16BE",
            Self::Gbk => "GBK",
        }
    }
}

impl fmt::Display for Charset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Charset {
    type Err = UnknownCharset;

    fn from_str(name: &str) -> Result<Self, UnknownCharset> {
        let called = |charset: &Self| charset.name().eq_ignore_ascii_case(name);
        Self::ALL.into_iter().find(called).ok_or(UnknownCharset)
    }
}

/// The name of a charset that is not supported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the supported charsets are {}", Charset::ALL.map(Charset::name).join(", "))]
pub struct UnknownCharset;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charset_names_are_javas_in_any_case() {
        for charset in Charset::ALL {
            assert_eq!(charset.name().parse(), Ok(charset));
            assert_eq!(charset.name().to_lowercase().parse(), Ok(charset));
        }
        assert_eq!("latin1".parse::<Charset>(), Err(UnknownCharset));
        assert_eq!("".parse::<Charset>(), Err(UnknownCharset));
    }
}
