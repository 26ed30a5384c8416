//! The methods of byteorder, for which there is one in Java.

use ::byteorder::BigEndian;
use javatalk::data::{DataInput, DataInputStream, DataOutput, DataOutputStream};

use super::inputs::{bits_of, doubles, floats, numbers};
use super::methods::{IN_MEMORY, bits, low, writes};
use super::{Method, Source, Value, What};

macro_rules! reads {
    ($name:literal, $inputs:expr, $java:ident, $other:ident $(::<$order:ty>)?, $into:expr) => {
        Method {
            name: $name,
            what: What::Reads {
                inputs: || $inputs,
                java: bits!(source, DataInputStream<&mut Source<'_>>, $java, $into),
                other: |source| Ok(Value::Bits($into(::byteorder::ReadBytesExt::$other $(::<$order>)? (source)?))),
            },
        }
    };
}

pub(super) fn methods() -> Vec<Method> {
    vec![
        reads!("readByte", numbers(1), read_byte, read_i8, |value: i8| {
            u64::from(value.cast_unsigned())
        }),
        reads!(
            "readUnsignedByte",
            numbers(1),
            read_unsigned_byte,
            read_u8,
            u64::from
        ),
        reads!(
            "readShort",
            numbers(2),
            read_short,
            read_i16::<BigEndian>,
            |value: i16| { u64::from(value.cast_unsigned()) }
        ),
        reads!(
            "readUnsignedShort",
            numbers(2),
            read_unsigned_short,
            read_u16::<BigEndian>,
            u64::from
        ),
        reads!(
            "readInt",
            numbers(4),
            read_int,
            read_i32::<BigEndian>,
            |value: i32| { u64::from(value.cast_unsigned()) }
        ),
        reads!(
            "readLong",
            numbers(8),
            read_long,
            read_i64::<BigEndian>,
            i64::cast_unsigned
        ),
        reads!(
            "readFloat",
            numbers(4),
            read_float,
            read_f32::<BigEndian>,
            |value: f32| { u64::from(value.to_bits()) }
        ),
        reads!(
            "readDouble",
            numbers(8),
            read_double,
            read_f64::<BigEndian>,
            f64::to_bits
        ),
        writes!(
            "writeByte",
            (0..=0xFF).collect(),
            |mut output, bits| output.write_byte(low(bits)).expect(IN_MEMORY),
            |sink, bits| ::byteorder::WriteBytesExt::write_i8(sink, low(bits)).expect(IN_MEMORY)
        ),
        writes!(
            "writeShort",
            (0..=0xFFFF).collect(),
            |mut output, bits| output.write_short(low(bits)).expect(IN_MEMORY),
            |sink, bits| ::byteorder::WriteBytesExt::write_i16::<BigEndian>(sink, low(bits))
                .expect(IN_MEMORY)
        ),
        writes!(
            "writeInt",
            bits_of(numbers(4)),
            |mut output, bits| output.write_int(low(bits)).expect(IN_MEMORY),
            |sink, bits| ::byteorder::WriteBytesExt::write_i32::<BigEndian>(sink, low(bits))
                .expect(IN_MEMORY)
        ),
        writes!(
            "writeLong",
            bits_of(numbers(8)),
            |mut output, bits| output.write_long(low(bits)).expect(IN_MEMORY),
            |sink, bits| ::byteorder::WriteBytesExt::write_i64::<BigEndian>(sink, low(bits))
                .expect(IN_MEMORY)
        ),
        writes!(
            "writeFloat",
            floats(),
            |mut output, bits| output
                .write_float(f32::from_bits(low(bits)))
                .expect(IN_MEMORY),
            |sink, bits| ::byteorder::WriteBytesExt::write_f32::<BigEndian>(
                sink,
                f32::from_bits(low(bits))
            )
            .expect(IN_MEMORY)
        ),
        writes!(
            "writeDouble",
            doubles(),
            |mut output, bits| output.write_double(f64::from_bits(bits)).expect(IN_MEMORY),
            |sink, bits| ::byteorder::WriteBytesExt::write_f64::<BigEndian>(
                sink,
                f64::from_bits(bits)
            )
            .expect(IN_MEMORY)
        ),
    ]
}
