//! Strings: decoded while they arrive, so that a malformed one ends where it does in Java.

use std::io::Read;

use super::super::ObjectError;
use super::super::wire::BLOCK;
use super::blocks::BlockInput;
use crate::JavaString;
use crate::data::{EndOfInput, Error};
use crate::mutf8::{self, DecodeError, DecodeErrorKind};

impl<R: Read> BlockInput<R> {
    /// Reads a string of `len` bytes into the memory of `body`.
    pub(in super::super) fn text(
        &mut self,
        len: u64,
        mut body: Vec<u8>,
    ) -> Result<JavaString, Error> {
        body.clear();
        if self.block_mode() {
            if let Some(whole) = self.in_buffer().get(..in_memory(len)) {
                let decoded = if body.capacity() == 0 {
                    mutf8::decode(whole)
                } else {
                    append(&mut body, whole, len);
                    mutf8::decode_owned(std::mem::take(&mut body))
                };
                if let Ok(text) = decoded {
                    self.consume(in_memory(len));
                    return Ok(text);
                }
            }
            self.text_in_blocks(len, &mut body)?;
        } else {
            self.text_outside_blocks(len, &mut body)?;
        }
        mutf8::decode_owned(body).map_err(malformed)
    }

    /// A malformed character is consumed, and what follows it is not.
    fn text_in_blocks(&mut self, len: u64, body: &mut Vec<u8>) -> Result<(), Error> {
        let mut sound = 0;
        let mut left = len;
        while left > 0 {
            let start = body.len();
            let piece = self.buffered()?;
            if piece.is_empty() {
                let wanted = usize::try_from(len).unwrap_or(usize::MAX);
                return Err(EndOfInput::new(wanted, start).into());
            }
            let piece = &piece[..piece.len().min(in_memory(left))];
            append(body, piece, left);
            let taken = piece.len();
            left -= taken as u64;
            match mutf8::validate(&body[sound..]) {
                Ok(()) => sound = body.len(),
                Err(error) if left > 0 && error.kind() == DecodeErrorKind::PartialAtEnd => {
                    sound += error.valid_up_to();
                }
                Err(error) => {
                    let bad = sound + error.valid_up_to();
                    let end = body.len().min(bad + width(error.kind(), body[bad]));
                    self.consume(end - start);
                    return Err(malformed(DecodeError::new(error.kind(), bad)));
                }
            }
            self.consume(taken);
        }
        Ok(())
    }

    /// The string is read in pieces of up to 1,024 bytes. A malformed one ends with its piece.
    fn text_outside_blocks(&mut self, len: u64, body: &mut Vec<u8>) -> Result<(), Error> {
        let mut left = len;
        // Bytes at the start of the buffer that have not been decoded.
        let mut kept = 0;
        while left > 0 {
            let before = body.len();
            let end = BLOCK.min(in_memory(left));
            let (source, buffer) = self.scratch();
            source
                .read_fully(&mut buffer[kept..end])
                .map_err(|error| of_text(error, len, before + kept))?;
            let is_last = end as u64 == left;
            let done = if is_last {
                end
            } else {
                decodable(&buffer[..end])
            };
            // A string of one piece is validated when it is decoded.
            if before > 0 || !is_last {
                mutf8::validate(&buffer[..done]).map_err(|error| {
                    malformed(DecodeError::new(error.kind(), before + error.valid_up_to()))
                })?;
            }
            append(body, &buffer[..done], left);
            buffer.copy_within(done..end, 0);
            kept = end - done;
            left -= done as u64;
        }
        Ok(())
    }
}

/// How much of a piece Java decodes before it reads the next one: all characters that begin before
/// the last two bytes.
fn decodable(piece: &[u8]) -> usize {
    let mut done = 0;
    while done < piece.len().saturating_sub(2) {
        done += match piece[done] {
            0xC0..=0xDF => 2,
            0xE0..=0xEF => 3,
            _ => 1,
        };
    }
    done.min(piece.len())
}

/// The number of bytes that Java consumes of a malformed character.
fn width(kind: DecodeErrorKind, lead: u8) -> usize {
    match kind {
        DecodeErrorKind::Lead => 1,
        DecodeErrorKind::Continuation | DecodeErrorKind::PartialAtEnd if lead < 0xE0 => 2,
        DecodeErrorKind::Continuation
        | DecodeErrorKind::PartialAtEnd
        | DecodeErrorKind::ZeroByte
        | DecodeErrorKind::Overlong
        | DecodeErrorKind::UnpairedSurrogate => 3,
    }
}

/// Appends without reserving more than the string still needs.
fn append(body: &mut Vec<u8>, piece: &[u8], left: u64) {
    if body.capacity() - body.len() < piece.len() {
        let grown = piece.len().max(body.len()).min(in_memory(left));
        body.reserve_exact(grown);
    }
    body.extend_from_slice(piece);
}

fn in_memory(len: u64) -> usize {
    usize::try_from(len).unwrap_or(usize::MAX)
}

/// The error of a piece, as one of the whole string: `before` bytes of it had come.
fn of_text(error: Error, len: u64, before: usize) -> Error {
    match error {
        Error::EndOfInput(end) => {
            EndOfInput::new(in_memory(len), before + end.came().unwrap_or(0)).into()
        }
        other => other,
    }
}

fn malformed(error: DecodeError) -> Error {
    ObjectError::Malformed(error).into()
}
