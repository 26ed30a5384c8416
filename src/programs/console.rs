//! The console as a Java program sees it, its encoding being UTF-8.

use std::io::{self, BufRead, ErrorKind, Write};

use super::Error;
use crate::JavaStr;

/// Reads line after line, as Java's `new BufferedReader(new InputStreamReader(System.in))` does.
///
/// A line ends with LF, CR LF, CR, or with the input. Bytes that are not UTF-8 become U+FFFD, as
/// many of them as Java makes.
///
/// # Examples
///
/// ```
/// use javatalk::chat::Console;
///
/// let mut console = Console::new(&b"hello\r\nhi\n"[..]);
/// assert_eq!(console.read_line()?, Some("hello".to_owned()));
/// assert_eq!(console.read_line()?, Some("hi".to_owned()));
/// assert_eq!(console.read_line()?, None);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub(crate) struct Console<R> {
    input: R,
    /// A LF that comes next belongs to the CR before.
    after_cr: bool,
}

impl<R: BufRead> Console<R> {
    /// The console that this input is.
    pub(crate) const fn new(input: R) -> Self {
        Self {
            input,
            after_cr: false,
        }
    }

    /// The next line without its end, as `BufferedReader.readLine()`; none at the end of the input.
    ///
    /// A CR is a line's end at once, whatever follows: nobody who types waits for a LF.
    ///
    /// # Errors
    ///
    /// What the input says.
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
            // No byte of a longer character, whole or broken, is a line end: a line can be cut out
            // before it is decoded.
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
    /// What the input says.
    pub(crate) fn read_bytes(&mut self) -> io::Result<Option<Vec<u8>>> {
        self.input.by_ref().split(b'\n').next().transpose()
    }
}

/// Prints one line, at once.
///
/// A reader that is gone is no error: Java's `System.out` would not notice it either.
pub(crate) fn print_line(out: &mut impl Write, text: JavaStr<'_>) -> Result<(), Error> {
    heard_or_not(writeln!(out, "{text}").and_then(|()| out.flush()))
}

/// Prints these bytes as they are, and the end of a line, at once.
pub(crate) fn print_bytes(out: &mut impl Write, bytes: &[u8]) -> Result<(), Error> {
    let printed = out.write_all(&[bytes, b"\n"].concat());
    heard_or_not(printed.and_then(|()| out.flush()))
}

fn heard_or_not(printed: io::Result<()>) -> Result<(), Error> {
    match printed {
        Err(e) if e.kind() == ErrorKind::BrokenPipe => Ok(()),
        printed => printed.map_err(Error::Print),
    }
}

/// Decodes UTF-8 as Java's `InputStreamReader` does.
///
/// Where it is malformed, Java replaces as many bytes by one U+FFFD as its decoder gives up at
/// once. That is what `String::from_utf8_lossy` does, but for surrogates: encoded in three bytes
/// they are one U+FFFD there and three here.
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

/// How many bytes at the start of `bytes` are a surrogate, or what there is of one.
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
    fn a_line_ends_with_lf_cr_or_the_input() {
        assert_eq!(lines(b"a\nb\rc"), ["a", "b", "c"]);
        assert_eq!(lines(b"\n\r"), ["", ""]);
        assert_eq!(lines(b"a\r\nb\r\n\nc\r\r"), ["a", "b", "", "c", ""]);
        assert_eq!(lines(b""), [""; 0]);
    }

    #[test]
    fn an_input_that_comes_in_pieces_is_one_line() {
        let pieces = std::io::BufReader::with_capacity(1, "héllo\r\nx".as_bytes());
        let mut console = Console::new(pieces);
        assert_eq!(console.read_line().unwrap().as_deref(), Some("héllo"));
        assert_eq!(console.read_line().unwrap().as_deref(), Some("x"));
        assert_eq!(console.read_line().unwrap(), None);
    }

    // `javatalk sweep console` holds these, and everything of their kind, against a JDK.
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
    fn a_closed_pipe_is_no_error_and_a_full_disk_is() {
        struct Broken(ErrorKind);
        impl Write for Broken {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(self.0.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let print = |kind| print_line(&mut Broken(kind), JavaStr::from("x"));
        assert!(print(ErrorKind::BrokenPipe).is_ok());
        assert!(matches!(
            print(ErrorKind::StorageFull),
            Err(Error::Print(_))
        ));
    }
}
