//! Object streams in memory: primitive values in blocks, strings as objects, and an array.

use std::hint::black_box;

use javatalk::data::{DataInput, DataOutput, Error};
use javatalk::object::{Content, Object, ObjectInput, ObjectOutput};

use super::Measuring;
use crate::case::OURS;
use crate::clock::time;

pub(super) fn measure(measuring: &mut Measuring<'_>) {
    row(
        measuring,
        ["writeInt", "readInt", "object stream"],
        |output| (0..COUNT).try_for_each(|number| output.write_int(number.cast_signed())),
        |input| {
            let mut sum = 0_i64;
            for _ in 0..COUNT {
                sum = sum.wrapping_add(input.read_int()?.into());
            }
            black_box(sum);
            Ok(())
        },
    );
    row(
        measuring,
        ["writeUTF", "readUTF", "object stream, hello"],
        |output| (0..COUNT).try_for_each(|_| output.write_utf("hello")),
        |input| {
            for _ in 0..COUNT {
                black_box(input.read_utf()?);
            }
            Ok(())
        },
    );
    row(
        measuring,
        ["writeObject", "readObject", "hello"],
        |output| (0..COUNT).try_for_each(|_| output.write_object(&Object::from("hello"))),
        |input| {
            for _ in 0..COUNT {
                black_box(input.read_object()?);
            }
            Ok(())
        },
    );
    let ints = Object::new(Content::Ints((0..COUNT).map(u32::cast_signed).collect()));
    row(
        measuring,
        ["writeObject", "readObject", "int[10000]"],
        |output| output.write_object(&ints),
        |input| {
            black_box(input.read_object()?);
            Ok(())
        },
    );
}

/// Writes so many values to a new stream in memory, and reads them from another.
fn row(
    measuring: &mut Measuring<'_>,
    [write, read, input]: [&str; 3],
    writes: impl Fn(&mut ObjectOutput<&mut Vec<u8>>) -> Result<(), Error>,
    reads: impl Fn(&mut ObjectInput<&[u8]>) -> Result<(), Error>,
) {
    let mut memory = Vec::with_capacity(ROOM);
    measuring.row([OURS, write, input], COUNT, || {
        time(|| {
            memory.clear();
            let mut output = ObjectOutput::new(&mut memory).expect(THERE);
            writes(&mut output).expect(THERE);
            output.flush().expect(THERE);
        })
    });
    measuring.row([OURS, read, input], COUNT, || {
        time(|| {
            let mut stream = ObjectInput::new(black_box(&memory[..])).expect(THERE);
            reads(&mut stream).expect(THERE);
        })
    });
}

const THERE: &str = "memory has the bytes, and room for them";

/// How many values are written or read in one go.
const COUNT: u32 = 10_000;

/// More than the bytes of any of them.
const ROOM: usize = 1 << 20;
