//! The reader, with one byte of lookahead: the counterpart of Java's `PeekInputStream`.

use std::io::{ErrorKind, Read};

use crate::data::{EndOfInput, Error};

#[derive(Clone, Debug)]
pub(in super::super) struct Source<R> {
    pub(in super::super) reader: R,
    /// A byte that has been looked at.
    peeked: Option<u8>,
}

impl<R: Read> Source<R> {
    pub(super) fn new(reader: R) -> Self {
        Self {
            reader,
            peeked: None,
        }
    }

    pub(in super::super) fn peeked(&self) -> Option<u8> {
        self.peeked
    }

    /// The next byte, which the next read returns again; `None` at the end.
    pub(super) fn peek(&mut self) -> Result<Option<u8>, Error> {
        if self.peeked.is_none() {
            let mut byte = [0];
            if self.read_reader(&mut byte)? > 0 {
                self.peeked = Some(byte[0]);
            }
        }
        Ok(self.peeked)
    }

    pub(super) fn next(&mut self) -> Result<Option<u8>, Error> {
        let byte = self.peek()?;
        self.peeked = None;
        Ok(byte)
    }

    /// Reads at least one byte; 0 at the end.
    pub(super) fn read(&mut self, bytes: &mut [u8]) -> Result<usize, Error> {
        match (self.peeked.take(), bytes) {
            (Some(byte), [first, rest @ ..]) => {
                *first = byte;
                Ok(1 + if rest.is_empty() {
                    0
                } else {
                    self.read_reader(rest)?
                })
            }
            (peeked, bytes) => {
                self.peeked = peeked;
                self.read_reader(bytes)
            }
        }
    }

    pub(super) fn read_fully(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        let mut came = 0;
        while came < bytes.len() {
            match self.read(&mut bytes[came..])? {
                0 => return Err(EndOfInput::new(bytes.len(), came).into()),
                count => came += count,
            }
        }
        Ok(())
    }

    /// # Panics
    ///
    /// If the reader reports more bytes than fit into the buffer.
    fn read_reader(&mut self, bytes: &mut [u8]) -> Result<usize, Error> {
        loop {
            match self.reader.read(bytes) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Ok(count) if count > bytes.len() => broken_reader(count, bytes.len()),
                read => return Ok(read?),
            }
        }
    }
}

/// Whether the error is an `EOFException` in Java.
pub(super) fn is_end(error: &Error) -> bool {
    match error {
        Error::EndOfInput(_) => true,
        Error::Io(error) => error.kind() == ErrorKind::UnexpectedEof,
        Error::Malformed(_) | Error::TooLong(_) | Error::Object(_) => false,
    }
}

/// A panic and not an error of the input: the reader itself is faulty.
#[cold]
fn broken_reader(count: usize, room: usize) -> ! {
    panic!("the reader is broken: it says that it has read {count} bytes where {room} fit");
}
