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
fn short_same(text: &str) -> Option<Short> {
    Short::of(text.as_bytes()).filter(Short::is_same)
}

/// The length of a body that is not too long.
#[inline(always)]
fn prefix(len: usize) -> [u8; PREFIX] {
    u16::try_from(len).unwrap_or(u16::MAX).to_be_bytes()
}

/// Writes a string by one call, since bytes written in one call usually arrive together.
#[inline(always)]
pub(super) fn write(
    output: &mut (impl DataOutput + ?Sized),
    text: JavaStr<'_>,
) -> Result<(), Error> {
    if let Some(short) = text.as_str().and_then(short_same) {
        let message = short.behind(prefix(short.len()));
        return output.write(&message[..PREFIX + short.len()]);
    }
    let mut message = Vec::new();
    append_other(text, &mut message)?;
    output.write(&message)
}

/// Appends a string to a vector.
#[inline(always)]
pub(super) fn append(text: JavaStr<'_>, bytes: &mut Vec<u8>) -> Result<(), Error> {
    if let Some(short) = text.as_str().and_then(short_same) {
        // There may be room for all, which is then tested only once.
        bytes.reserve(PREFIX + SHORT);
        bytes.extend(prefix(short.len()));
        short.put(bytes);
        return Ok(());
    }
    append_other(text, bytes)
}

/// Like [`append`], for a text that is long, or differs in modified UTF-8.
#[inline(never)]
fn append_other(text: JavaStr<'_>, bytes: &mut Vec<u8>) -> Result<(), Error> {
    let start = bytes.len();
    if let Some(few) = text.as_str().filter(|text| text.len() <= SHORT) {
        // It is encoded without finding out first how long it becomes.
        bytes.reserve(PREFIX + few.len() + few.len() / 2);
        bytes.extend([0; PREFIX]);
        mutf8::encode_into(few, bytes);
        let length = prefix(bytes.len() - start - PREFIX);
        bytes[start..][..PREFIX].copy_from_slice(&length);
        return Ok(());
    }
    let encoded_len = mutf8::encoded_len(text);
    let Ok(length) = u16::try_from(encoded_len) else {
        return Err(Error::TooLong(TooLong::new(text, encoded_len)));
    };
    bytes.reserve(PREFIX + encoded_len);
    bytes.extend(length.to_be_bytes());
    mutf8::append(text, encoded_len, bytes);
    Ok(())
}

/// The size of the length prefix in bytes.
const PREFIX: usize = size_of::<u16>();
