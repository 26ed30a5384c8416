//! Lines of text in a charset, as Java programs with `println` and `readLine` send them.

use std::borrow::Cow;
use std::io::{self, Read, Write};

use super::Messages;
use super::field::{Field, SHOWN};
use crate::programs::Error;
use crate::programs::charset::{Charset, LineReader};
use crate::programs::console::Lines;
use crate::programs::error::Peer;
use crate::text::quotation::shortened;

pub(super) const NAME: &str = "line";
pub(super) const SUMMARY: &str =
    "A line of text: println and readLine; a received line has at most 16 MiB";

/// The messages of one connection.
#[derive(Debug)]
pub(crate) struct LineMessages<R, W> {
    input: LineReader<R>,
    output: W,
    charset: Charset,
    peer: Peer,
}

impl<R: Read, W: Write> LineMessages<R, W> {
    /// The messages from and to `peer`, in this charset.
    pub(crate) fn new(input: R, output: W, charset: Charset, peer: Peer) -> Self {
        Self {
            input: LineReader::new(input, charset),
            output,
            charset,
            peer,
        }
    }

    /// The error of reading or writing a line.
    fn failed(&self, why: io::Error) -> Error {
        match why.kind() {
            io::ErrorKind::InvalidData => Error::LineTooLong(self.peer),
            _ => Error::Lost(self.peer, why),
        }
    }
}

impl<R: Read, W: Write> Messages for LineMessages<R, W> {
    type Message = String;

    fn typed(&mut self, lines: &mut impl Lines) -> Result<Option<String>, Error> {
        lines.next_line()
    }

    fn printed(line: &String) -> Cow<'_, [u8]> {
        line.as_bytes().into()
    }

    fn is_farewell(_: &String) -> bool {
        false
    }

    fn send(&mut self, line: &String) -> Result<(), Error> {
        let mut bytes = Vec::new();
        self.charset.encode_line(line, &mut bytes);
        let sent = self.output.write_all(&bytes);
        sent.and_then(|()| self.output.flush())
            .map_err(|why| self.failed(why))
    }

    /// The last line needs no line end.
    ///
    /// # Errors
    ///
    /// [`Error::LineTooLong`].
    fn receive(&mut self) -> Result<Option<String>, Error> {
        self.input.read_line().map_err(|why| self.failed(why))
    }

    /// # Errors
    ///
    /// [`Error::MoreThanAsked`].
    fn expect_end(&mut self) -> Result<(), Error> {
        match self.input.is_at_end() {
            Ok(true) => Ok(()),
            Ok(false) => Err(Error::MoreThanAsked),
            Err(why) => Err(self.failed(why)),
        }
    }
}

/// LF in this charset.
const fn line_feed(charset: Charset) -> &'static [u8] {
    match charset {
        Charset::Utf16Be => b"\0\n",
        Charset::Utf8 | Charset::Latin1 | Charset::Ascii | Charset::Gbk => b"\n",
    }
}

/// Lines are read one code unit at a time, up to and including a LF.
pub(super) fn missing(received: &[u8], charset: Charset) -> usize {
    let end = line_feed(charset);
    match received.chunks(end.len()).next_back() {
        Some(last) if last == end => 0,
        Some(last) if last.len() < end.len() => end.len() - last.len(),
        _ => end.len(),
    }
}

/// Splits a direction into lines and line ends.
pub(super) fn fields(flow: &[u8], charset: Charset) -> Vec<Field> {
    let end = line_feed(charset);
    let mut fields = Vec::new();
    let mut start = 0;
    while start < flow.len() {
        let rest = &flow[start..];
        // A UTF-16 line end starts only at a code unit boundary.
        let ends = rest.chunks(end.len()).position(|unit| unit == end);
        let text = &rest[..ends.map_or(rest.len(), |units| units * end.len())];
        if !text.is_empty() {
            let said = shortened(&charset.decode(text), SHOWN);
            let what = if ends.is_some() {
                "the line"
            } else {
                "a line without its end"
            };
            fields.push(Field {
                start,
                bytes: text.to_vec(),
                meaning: format!("{what}, in {charset}: {said:?}"),
            });
        }
        start += text.len();
        if ends.is_some() {
            fields.push(Field {
                start,
                bytes: end.to_vec(),
                meaning: "its end".to_owned(),
            });
            start += end.len();
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(charset: Charset, flow: &[u8]) -> Vec<String> {
        let fields = fields(flow, charset);
        let shown = |field: &Field| format!("{} {}", field.start, field.meaning);
        fields.iter().map(shown).collect()
    }

    #[test]
    fn a_line_and_its_end_are_two_fields() {
        assert_eq!(
            shown(Charset::Utf8, b"hi\n\nx"),
            [
                "0 the line, in UTF-8: \"hi\"",
                "2 its end",
                "3 its end",
                "4 a line without its end, in UTF-8: \"x\"",
            ]
        );
        // A line end that straddles two code units does not count.
        assert_eq!(
            shown(Charset::Utf16Be, b"\x4e\x00\x0a\x41\x00\x0a"),
            ["0 the line, in UTF-16BE: \"一\\u{a41}\"", "4 its end"]
        );
    }
}
