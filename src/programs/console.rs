//! The console as a Java program sees it, with UTF-8 as its encoding.

use std::io::{self, BufRead, ErrorKind, Write};

use super::Error;

/// Reads line after line, as Java's `new BufferedReader(new InputStreamReader(System.in))` does.
///
/// A line ends with LF, CR LF, CR, or the end of the input. Bytes that are not UTF-8 become U+FFFD,
/// exactly as many as in Java.
#[derive(Debug)]
pub(crate) struct Console<R> {
    input: R,
    /// A LF that comes next belongs to the preceding CR.
    after_cr: bool,
}

impl<R: BufRead> Console<R> {
    /// A console that reads this input.
    pub(crate) const fn new(input: R) -> Self {
        Self {
            input,
            after_cr: false,
        }
    }

    /// The next line without its line end, as `BufferedReader.readLine()` returns it; none at the
    /// end of the input.
    ///
    /// A CR ends the line at once, whatever follows: a user who types must not have to wait for a
    /// LF.
    ///
    /// # Errors
    ///
    /// The errors of the input.
    pub(crate) fn read_line(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        loop {
            let available = match self.input.fill_buf() {
                Ok(available) => available,
                Err(e) if e.kind() == ErrorKind::Interrupted => continue,
                Err(e) => return Err(e),
            };
            if available.is_empty() {
                return Ok((!line.is_empty()).then(|| decode(&line)));
            }
            if std::mem::take(&mut self.after_cr) && available[0] == b'\n' {
                self.input.consume(1);
                continue;
            }
            // No byte of a multi-byte character, complete or truncated, is a line end. So a line
            // can be cut out before it is decoded.
            let end = available
                .iter()
                .position(|byte| matches!(byte, b'\n' | b'\r'));
            line.extend_from_slice(&available[..end.unwrap_or(available.len())]);
            let used = end.map_or(available.len(), |end| end + 1);
            self.after_cr = end.is_some_and(|end| available[end] == b'\r');
            self.input.consume(used);
            if end.is_some() {
                return Ok(Some(decode(&line)));
            }
        }
    }

    /// The bytes of the next line without the LF at its end; none at the end of the input.
    ///
    /// # Errors
    ///
    /// The errors of the input.
    pub(crate) fn read_bytes(&mut self) -> io::Result<Option<Vec<u8>>> {
        self.input.by_ref().split(b'\n').next().transpose()
    }
}

/// The source of the lines that a client sends.
pub(crate) trait Lines {
    /// The next line without its line end; none if there are no more.
    ///
    /// # Errors
    ///
    /// The errors of the console.
    fn next_line(&mut self) -> Result<Option<String>, Error>;

    /// The unchanged bytes of the next line, up to its LF or the end; none if there are no more.
    ///
    /// # Errors
    ///
    /// The errors of the console.
    fn next_bytes(&mut self) -> Result<Option<Vec<u8>>, Error> {
        self.next_line().map(|line| line.map(String::into_bytes))
    }
}

impl<R: BufRead> Lines for Console<R> {
    fn next_line(&mut self) -> Result<Option<String>, Error> {
        self.read_line().map_err(Error::Console)
    }

    fn next_bytes(&mut self) -> Result<Option<Vec<u8>>, Error> {
        self.read_bytes().map_err(Error::Console)
    }
}

/// Prints these bytes unchanged, `label` and then `text`, as one line, and flushes it.
///
/// A closed pipe is not an error: Java's `System.out` does not report it either.
pub(crate) fn print_line(out: &mut impl Write, label: &str, text: &[u8]) -> Result<(), Error> {
    let line = [label.as_bytes(), text, b"\n"].concat();
    match out.write_all(&line).and_then(|()| out.flush()) {
        Err(e) if e.kind() == ErrorKind::BrokenPipe => Ok(()),
        printed => printed.map_err(Error::Print),
    }
}

/// Decodes UTF-8 as Java's `InputStreamReader` does.
///
/// Java replaces each malformed sequence by one U+FFFD, as long as its decoder defines it.
/// `String::from_utf8_lossy` does the same, except for surrogates encoded in three bytes: Java
/// makes one U+FFFD of each, and `from_utf8_lossy` three.
fn decode(mut bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    loop {
        match str::from_utf8(bytes) {
            Ok(rest) => {
                text.push_str(rest);
                return text;
            }
            Err(e) => {
                let (valid, rest) = bytes.split_at(e.valid_up_to());
                text.push_str(str::from_utf8(valid).unwrap_or_default());
                text.push(char::REPLACEMENT_CHARACTER);
                let malformed = surrogate_len(rest).or(e.error_len()).unwrap_or(rest.len());
                bytes = &rest[malformed..];
            }
        }
    }
}

/// The length of an encoded surrogate, complete or truncated, at the start of `bytes`.
fn surrogate_len(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [0xED, 0xA0..=0xBF, 0x80..=0xBF, ..] => Some(3),
        [0xED, 0xA0..=0xBF, ..] => Some(2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(input: &[u8]) -> Vec<String> {
        let mut console = Console::new(input);
        std::iter::from_fn(|| console.read_line().unwrap()).collect()
    }

    #[test]
    fn lines_end_at_lf_cr_or_end_of_input() {
        assert_eq!(lines(b"a\nb\rc"), ["a", "b", "c"]);
        assert_eq!(lines(b"\n\r"), ["", ""]);
        assert_eq!(lines(b"a\r\nb\r\n\nc\r\r"), ["a", "b", "", "c", ""]);
        assert_eq!(lines(b""), [""; 0]);
    }

    #[test]
    fn fragmented_input_is_joined_into_lines() {
        let pieces = std::io::BufReader::with_capacity(1, "héllo\r\nx".as_bytes());
        let mut console = Console::new(pieces);
        assert_eq!(console.read_line().unwrap().as_deref(), Some("héllo"));
        assert_eq!(console.read_line().unwrap().as_deref(), Some("x"));
        assert_eq!(console.read_line().unwrap(), None);
    }

    // `javatalk sweep console` compares these, and all others of their kind, with a JDK.
    #[test]
    fn malformed_bytes_become_as_many_replacement_characters_as_in_java() {
        for (bytes, text) in [
            (&b"a\xffb"[..], "a\u{fffd}b"),
            (b"\xed\xa0\x80", "\u{fffd}"),
            (b"\xed\xa0x", "\u{fffd}x"),
            (b"\xed\xa0", "\u{fffd}"),
            (b"\xedx", "\u{fffd}x"),
            (b"\xe4\xb8", "\u{fffd}"),
            (b"\xe0\x80\x80", "\u{fffd}\u{fffd}\u{fffd}"),
            (b"\xf0\x9f\x98", "\u{fffd}"),
            (b"\xf4\x90\x80\x80", "\u{fffd}\u{fffd}\u{fffd}\u{fffd}"),
        ] {
            assert_eq!(decode(bytes), text, "{bytes:02x?}");
        }
    }

    #[test]
    fn printing_to_a_closed_pipe_succeeds_and_to_a_full_disk_fails() {
        struct Broken(ErrorKind);
        impl Write for Broken {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(self.0.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let print = |kind| print_line(&mut Broken(kind), "x", b"");
        assert!(print(ErrorKind::BrokenPipe).is_ok());
        assert!(matches!(
            print(ErrorKind::StorageFull),
            Err(Error::Print(_))
        ));
    }

    #[test]
    fn lines_are_read_until_the_input_ends() -> Result<(), Box<dyn std::error::Error>> {
        let mut console = Console::new(&b"hello\r\nhi\n"[..]);
        assert_eq!(console.read_line()?, Some("hello".to_owned()));
        assert_eq!(console.read_line()?, Some("hi".to_owned()));
        assert_eq!(console.read_line()?, None);
        Ok(())
    }
}
