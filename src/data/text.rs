//! The encoding of `readUTF` and `writeUTF`: a length of two bytes, then the body.

use super::{DataInput, DataOutput, EndOfInput, Error, TooLong};
use crate::mutf8::Short;
use crate::{JavaStr, JavaString, mutf8};

/// Bodies up to this length are read on the stack and allocated once, at their exact size.
pub(super) const SHORT: usize = 64;

/// How much a read allocates before any byte of the body has arrived.
const FIRST_CHUNK: usize = 512;

/// Reads a body of `len` bytes, only through [`DataInput::read_fully`].
#[inline(always)]
pub(super) fn read(input: &mut (impl DataInput + ?Sized), len: usize) -> Result<JavaString, Error> {
    if len <= SHORT {
        return read_short(input, len);
    }
    Ok(mutf8::decode_owned(read_long(input, len, Vec::new())?)?)
}

/// Like [`read`], but into an empty string, whose memory it reuses.
pub(super) fn read_into(
    input: &mut (impl DataInput + ?Sized),
    len: usize,
    text: &mut JavaString,
) -> Result<(), Error> {
    if len <= SHORT {
        return read_short_into(input, len, text);
    }
    let memory = text.take_memory().into_bytes();
    *text = mutf8::decode_owned(read_long(input, len, memory)?)?;
    Ok(())
}

/// Like [`read`], for bodies of up to [`SHORT`] bytes.
#[inline(always)]
fn read_short(input: &mut (impl DataInput + ?Sized), len: usize) -> Result<JavaString, Error> {
    let mut body = [0; SHORT];
    input.read_fully(&mut body[..len])?;
    Ok(mutf8::decode_start(&body, len)?)
}

/// Like [`read_into`], for bodies of up to [`SHORT`] bytes.
#[inline(always)]
fn read_short_into(
    input: &mut (impl DataInput + ?Sized),
    len: usize,
    text: &mut JavaString,
) -> Result<(), Error> {
    let mut body = [0; SHORT];
    input.read_fully(&mut body[..len])?;
    Ok(mutf8::decode_start_into(&body, len, text)?)
}

/// Reads `len` bytes into the memory of `body`. It allocates at most twice what has arrived.
pub(super) fn read_long(
    input: &mut (impl DataInput + ?Sized),
    len: usize,
    mut body: Vec<u8>,
) -> Result<Vec<u8>, Error> {
    body.clear();
    if body.capacity() >= len {
        body.resize(len, 0);
        input.read_fully(&mut body)?;
        return Ok(body);
    }
    let mut first = [0; FIRST_CHUNK];
    let first = &mut first[..len.min(FIRST_CHUNK)];
    input
        .read_fully(first)
        .map_err(|error| of_body(error, len, 0))?;
    body.extend_from_slice(first);
    while body.len() < len {
        let start = body.len();
        let step = (body.capacity() - start).max(start).min(len - start);
        body.reserve_exact(step);
        body.resize(start + step, 0);
        input
            .read_fully(&mut body[start..])
            .map_err(|error| of_body(error, len, start))?;
    }
    Ok(body)
}

/// The error of a piece, as one of the whole body: `before` bytes of it had come.
#[cold]
fn of_body(error: Error, len: usize, before: usize) -> Error {
    match error {
        Error::EndOfInput(end) => match end.came() {
            Some(came) => EndOfInput::new(len, before + came).into(),
            None => EndOfInput::within(len).into(),
        },
        other => other,
    }
}

/// The text of a line, one character for each byte, as in `DataInput.readLine`.
///
/// Spare capacity of the bytes is freed before the text is allocated, because the text may take
/// twice as much memory as the bytes.
pub(super) fn line(mut bytes: Vec<u8>) -> JavaString {
    let longer = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    if longer == 0 {
        return String::from_utf8(bytes).expect("ASCII is UTF-8").into();
    }
    if bytes.len() > FIRST_CHUNK {
        bytes.shrink_to_fit();
    }
    let mut text = String::with_capacity(bytes.len() + longer);
    text.extend(bytes.into_iter().map(char::from));
    text.into()
}

/// A short text, if its modified UTF-8 is the same.
#[inline(always)]
pub(super) fn short_same(text: &str) -> Option<Short> {
    Short::of(text.as_bytes()).filter(Short::is_same)
}

/// The length of a body that is not too long.
#[inline(always)]
pub(super) fn prefix(len: usize) -> [u8; PREFIX] {
    u16::try_from(len).unwrap_or(u16::MAX).to_be_bytes()
}

/// The most bytes of a short text with its length.
pub(super) const MESSAGE: usize = PREFIX + SHORT;

/// How many write calls a string may take.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Writes {
    /// Bytes written in one call usually arrive together.
    One,
    /// Length and body in separate calls: it saves a copy, and the reader cannot tell the
    /// difference.
    Two,
}

#[inline(always)]
pub(super) fn write(
    output: &mut (impl DataOutput + ?Sized),
    text: JavaStr<'_>,
    writes: Writes,
) -> Result<(), Error> {
    if let Some(short) = text.as_str().and_then(short_same) {
        let message = short.behind(prefix(short.len()));
        return output.write(&message[..PREFIX + short.len()]);
    }
    let encoded_len = mutf8::encoded_len(text);
    let Ok(length) = u16::try_from(encoded_len) else {
        return Err(Error::TooLong(TooLong::new(text, encoded_len)));
    };
    let length = length.to_be_bytes();
    match text.as_str() {
        Some(same) if same.len() == encoded_len && writes == Writes::Two => {
            output.write(&length)?;
            output.write(same.as_bytes())
        }
        Some(same) if same.len() == encoded_len && encoded_len <= SHORT => {
            let mut message = [0; PREFIX + SHORT];
            let message = &mut message[..PREFIX + encoded_len];
            message[..PREFIX].copy_from_slice(&length);
            message[PREFIX..].copy_from_slice(same.as_bytes());
            output.write(message)
        }
        _ => {
            let mut message = Vec::with_capacity(PREFIX + encoded_len);
            message.extend(length);
            mutf8::append(text, encoded_len, &mut message);
            output.write(&message)
        }
    }
}

/// The size of the length prefix in bytes.
const PREFIX: usize = size_of::<u16>();
