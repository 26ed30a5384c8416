//! Calls a method of the library by its Java name: the only place that does.
//!
//! The streams may be over anything: a socket, a buffer in memory, or the sources and sinks of the
//! sweep; blocking or asynchronous. What is called on the connection itself belongs to the peer.

use std::io;
use std::mem::take;

use super::call::{Objects, Read, Stream, Value, Write};
use super::known_objects::{ReadObjects, WrittenObjects};
use crate::JavaString;
use crate::data::asynchronous::{AsyncDataInput, AsyncDataOutput};
use crate::data::object::{ObjectInput, ObjectOutput};
use crate::data::{DataInput, DataOutput, DataOutputStream, Error};

/// The memory that a reading call fills. It may be reused for the next one.
#[derive(Debug, Default)]
pub struct Room {
    /// The buffer of `readFully`. After an error it holds what had been read.
    pub(crate) bytes: Vec<u8>,
    /// If there is a string, `readUTF` reads into it, with `read_utf_into`; otherwise `read_utf`
    /// makes one.
    pub(crate) text: Option<JavaString>,
}

/// `readFully` reads in pieces of this size, so that no more memory is allocated than has arrived.
const PIECE: usize = 64 << 10;

/// Makes the call. `$wait` is `.await` for asynchronous streams.
macro_rules! read {
    ($read:expr, $input:expr, $room:expr, $($wait:tt)*) => {{
        let (input, room) = ($input, $room);
        Ok(match $read {
            Read::Fully(count) => {
                let count = count.bytes();
                room.bytes.clear();
                while room.bytes.len() < count {
                    let start = room.bytes.len();
                    room.bytes.resize(count.min(start + PIECE), 0);
                    input.read_fully(&mut room.bytes[start..])$($wait)*?;
                }
                Value::Bytes(take(&mut room.bytes))
            }
            Read::Skip(count) => {
                let skipped = input.skip_bytes(count.bytes())$($wait)*?;
                Value::Whole(i64::try_from(skipped).unwrap_or(i64::MAX))
            }
            Read::Boolean => Value::Boolean(input.read_boolean()$($wait)*?),
            Read::Byte => Value::Whole(input.read_byte()$($wait)*?.into()),
            Read::UnsignedByte => Value::Whole(input.read_unsigned_byte()$($wait)*?.into()),
            Read::Short => Value::Whole(input.read_short()$($wait)*?.into()),
            Read::UnsignedShort => Value::Whole(input.read_unsigned_short()$($wait)*?.into()),
            Read::Char => Value::Whole(input.read_char()$($wait)*?.into()),
            Read::Int => Value::Whole(input.read_int()$($wait)*?.into()),
            Read::Long => Value::Whole(input.read_long()$($wait)*?),
            Read::Float => Value::Float(input.read_float()$($wait)*?.to_bits()),
            Read::Double => Value::Double(input.read_double()$($wait)*?.to_bits()),
            Read::Line => input.read_line()$($wait)*?.map_or(Value::Null, Value::Text),
            Read::Utf => match &mut room.text {
                Some(text) => {
                    input.read_utf_into(text)$($wait)*?;
                    Value::Text(take(text))
                }
                None => Value::Text(input.read_utf()$($wait)*?),
            },
        })
    }};
}

/// Makes the call. `$wait` is `.await` for asynchronous streams.
macro_rules! write {
    ($write:expr, $output:expr, $($wait:tt)*) => {{
        let output = $output;
        match $write {
            Write::All(bytes) => output.write(bytes)$($wait)*,
            Write::Boolean(truth) => output.write_boolean(*truth)$($wait)*,
            Write::Byte(number) => output.write_byte(*number)$($wait)*,
            Write::UnsignedByte(number) => output.write_unsigned_byte(*number)$($wait)*,
            Write::Short(number) => output.write_short(*number)$($wait)*,
            Write::UnsignedShort(number) => output.write_unsigned_short(*number)$($wait)*,
            Write::Char(unit) => output.write_char(*unit)$($wait)*,
            Write::Int(number) => output.write_int(*number)$($wait)*,
            Write::Long(number) => output.write_long(*number)$($wait)*,
            Write::Float(bits) => output.write_float(f32::from_bits(*bits))$($wait)*,
            Write::Double(bits) => output.write_double(f64::from_bits(*bits))$($wait)*,
            Write::Bytes(text) => output.write_bytes(text)$($wait)*,
            Write::Chars(text) => output.write_chars(text)$($wait)*,
            Write::Utf(text) => output.write_utf(text)$($wait)*,
        }
    }};
}

/// Calls the method on `input`, and returns what Java would return; for `readFully`, the bytes.
#[inline]
pub fn read(read: Read, input: &mut impl DataInput, room: &mut Room) -> Result<Value, Error> {
    read!(read, input, room,)
}

/// The same with an asynchronous stream. The future may be dropped if that of the method may be.
pub(crate) async fn read_asynchronously(
    read: Read,
    input: &mut impl AsyncDataInput,
    room: &mut Room,
) -> Result<Value, Error> {
    read!(read, input, room, .await)
}

/// Calls the method on `output`.
#[inline]
pub fn write(write: &Write, output: &mut impl DataOutput) -> Result<(), Error> {
    write!(write, output,)
}

/// The same with an asynchronous stream.
pub(crate) async fn write_asynchronously(
    write: &Write,
    output: &mut impl AsyncDataOutput,
) -> Result<(), Error> {
    write!(write, output, .await)
}

/// Calls the method on `output`, and returns what Java would return.
pub(crate) fn stream(
    stream: Stream,
    output: &mut DataOutputStream<impl io::Write>,
) -> Result<Value, Error> {
    Ok(match stream {
        Stream::Flush => {
            output.flush()?;
            Value::Void
        }
        Stream::Size => Value::Whole(output.size().into()),
    })
}

/// Calls the method on `output`. Returns whether its object has been written before; `None` if it is
/// no method of an output that exists.
pub fn write_object(
    call: &Objects,
    output: &mut ObjectOutput<impl io::Write>,
    written: &mut WrittenObjects,
) -> Option<Result<bool, Error>> {
    Some(match call {
        Objects::Write(object) => {
            let (object, is_known) = written.object(object.as_value());
            output.write_object(object.as_ref()).map(|()| is_known)
        }
        Objects::WriteUnshared(object) => {
            let (object, is_known) = written.object(object.as_value());
            output.write_unshared(object.as_ref()).map(|()| is_known)
        }
        Objects::Reset => output.reset().map(|()| false),
        Objects::NewOutput | Objects::NewInput | Objects::Read | Objects::ReadUnshared => {
            return None;
        }
    })
}

/// Calls the method on `input`, and returns what a peer would return, and whether the object has been
/// read before; `None` if it is no method of an input that exists.
pub fn read_object(
    call: &Objects,
    input: &mut ObjectInput<impl io::Read>,
    known: &mut ReadObjects,
) -> Option<Result<(Value, bool), Error>> {
    let object = match call {
        Objects::Read => input.read_object(),
        Objects::ReadUnshared => input.read_unshared(),
        Objects::NewOutput
        | Objects::NewInput
        | Objects::Write(_)
        | Objects::WriteUnshared(_)
        | Objects::Reset => return None,
    };
    Some(object.map(|object| known.value(object.as_ref())))
}
