//! Lines as `BufferedReader.readLine` returns them.

use std::io::{self, ErrorKind, Read};

use super::Charset;
use super::decode::Step;

/// Reads lines as Java's `BufferedReader` over an `InputStreamReader` does.
///
/// A line ends with LF, CR LF, CR, or the end of the input. It reads ahead, as Java does, so use it
/// only for streams that consist of lines.
#[derive(Debug)]
pub(crate) struct LineReader<R> {
    input: R,
    charset: Charset,
    /// The buffer of the next read.
    room: Vec<u8>,
    /// Bytes that have been read and not decoded yet.
    bytes: Vec<u8>,
    next: usize,
    /// A LF that comes next belongs to the preceding CR.
    after_cr: bool,
}

/// The limit of a line in bytes of UTF-8, without its line end. Java has no limit except its
/// memory.
pub(crate) const MAX_LINE: usize = 16 << 20;

/// The size of each read, as in `InputStreamReader`.
const BUFFER: usize = 8192;

impl<R: Read> LineReader<R> {
    /// A reader of the lines of this input.
    pub(crate) fn new(input: R, charset: Charset) -> Self {
        Self {
            input,
            charset,
            room: vec![0; BUFFER],
            bytes: Vec::new(),
            next: 0,
            after_cr: false,
        }
    }

    /// The next line without its line end; none at the end of the input.
    ///
    /// A CR ends the line at once, whatever follows.
    ///
    /// # Errors
    ///
    /// The errors of the input; [`ErrorKind::InvalidData`] for a line of more than [`MAX_LINE`]
    /// bytes, which is discarded.
    pub(crate) fn read_line(&mut self) -> io::Result<Option<String>> {
        let mut line = String::new();
        while let Some(character) = self.character()? {
            match character {
                '\n' => return Ok(Some(line)),
                '\r' => {
                    self.after_cr = true;
                    return Ok(Some(line));
                }
                other if line.len() + other.len_utf8() > MAX_LINE => {
                    return Err(io::Error::new(
                        ErrorKind::InvalidData,
                        "the line is too long",
                    ));
                }
                other => line.push(other),
            }
        }
        Ok((!line.is_empty()).then_some(line))
    }

    /// Waits for the next input. Returns whether the input has ended.
    ///
    /// # Errors
    ///
    /// The errors of the input.
    pub(crate) fn is_at_end(&mut self) -> io::Result<bool> {
        Ok(self.character()?.is_none())
    }

    /// The next character, without the LF of a CR LF; none at the end.
    fn character(&mut self) -> io::Result<Option<char>> {
        loop {
            let character = self.decoded()?;
            if !(std::mem::take(&mut self.after_cr) && character == Some('\n')) {
                return Ok(character);
            }
        }
    }

    /// The next character, including the LF of a CR LF; none at the end.
    fn decoded(&mut self) -> io::Result<Option<char>> {
        loop {
            let (character, length) = match self.charset.step(&self.bytes[self.next..]) {
                Step::Char(character, length) => (character, length),
                Step::Malformed(length) => (char::REPLACEMENT_CHARACTER, length),
                Step::More if self.read_more()? => continue,
                Step::More if self.next == self.bytes.len() => return Ok(None),
                Step::More => (char::REPLACEMENT_CHARACTER, self.bytes.len() - self.next),
            };
            self.next += length;
            return Ok(Some(character));
        }
    }

    /// Reads more bytes; returns whether there were any.
    fn read_more(&mut self) -> io::Result<bool> {
        self.bytes.drain(..self.next);
        self.next = 0;
        loop {
            match self.input.read(&mut self.room) {
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
                Ok(count) => {
                    self.bytes.extend_from_slice(&self.room[..count]);
                    return Ok(count > 0);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(charset: Charset, input: impl Read) -> Vec<String> {
        let mut lines = LineReader::new(input, charset);
        std::iter::from_fn(|| lines.read_line().unwrap()).collect()
    }

    #[test]
    fn lines_end_at_lf_cr_or_end_of_input() {
        let latin1 = |input| lines(Charset::Latin1, input);
        assert_eq!(latin1(&b"a\nb\rc"[..]), ["a", "b", "c"]);
        assert_eq!(latin1(b"\n\r"), ["", ""]);
        assert_eq!(latin1(b"a\r\nb\r\n\nc\r\r"), ["a", "b", "", "c", ""]);
        assert_eq!(latin1(b""), [""; 0]);
    }

    #[test]
    fn a_line_may_have_the_maximum_length_and_no_more() {
        // The last character has two bytes and does not fit if one byte is left.
        for (character, bytes) in [(&b"a"[..], 1), (b"\xe9", 2)] {
            let full = character.repeat(MAX_LINE / bytes);
            let mut lines = LineReader::new(full.chain(&b"\nb"[..]), Charset::Latin1);
            assert_eq!(lines.read_line().unwrap().unwrap().len(), MAX_LINE);
            assert_eq!(lines.read_line().unwrap().as_deref(), Some("b"));
            let endless = io::repeat(character[0]);
            let error = LineReader::new(endless, Charset::Latin1).read_line();
            assert_eq!(error.unwrap_err().kind(), ErrorKind::InvalidData);
        }
    }

    #[test]
    fn utf16_lines_end_at_code_units_and_not_at_bytes() {
        let input = b"\x0a\x0d\0\r\0\n\0x\xd8\0\0\n\0y\0";
        assert_eq!(
            lines(Charset::Utf16Be, &input[..]),
            ["\u{a0d}", "x\u{fffd}y\u{fffd}"]
        );
    }

    #[test]
    fn fragmented_input_gives_the_same_lines() {
        struct OneByOne<'a>(&'a [u8]);
        impl Read for OneByOne<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let count = buffer.len().min(1);
                self.0.read(&mut buffer[..count])
            }
        }
        let input = "a世\r\n\n😀\r\u{a0a}\u{d0d}".as_bytes();
        for charset in Charset::ALL {
            for end in 0..=input.len() {
                let input = &input[..end];
                assert_eq!(lines(charset, input), lines(charset, OneByOne(input)));
            }
        }
    }

    #[test]
    fn end_of_input_is_recognized_after_cr_lf() {
        for (input, at_end) in [(&b"a\r\n"[..], true), (b"a\r", true), (b"a\r\n\n", false)] {
            let mut lines = LineReader::new(input, Charset::Ascii);
            lines.read_line().unwrap();
            assert_eq!(lines.is_at_end().unwrap(), at_end, "{input:?}");
        }
    }

    #[test]
    fn lines_are_decoded_in_their_charset() -> Result<(), Box<dyn std::error::Error>> {
        let mut lines = LineReader::new(&b"gr\xfc\xdfe\r\nx"[..], Charset::Latin1);
        assert_eq!(lines.read_line()?, Some("grüße".to_owned()));
        assert_eq!(lines.read_line()?, Some("x".to_owned()));
        assert_eq!(lines.read_line()?, None);
        Ok(())
    }
}
