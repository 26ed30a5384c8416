//! The methods of java_data_io_rs.

use ::java_data_io_rs::{JavaDataInput, JavaDataOutput};
use javatalk::data::{DataInput, DataInputStream, DataOutput, DataOutputStream};

use super::inputs::{LINE_ENDS_MAX, bits_of, cut_short, doubles, floats, line_ends, numbers};
use super::methods::{IN_MEMORY, bits, low, writes};
use super::{Failure, Method, Source, Value, What};

macro_rules! reads {
    ($name:literal, $inputs:expr, $method:ident, $into:expr) => {
        Method {
            name: $name,
            what: What::Reads {
                inputs: || $inputs,
                java: bits!(source, DataInputStream<&mut Source<'_>>, $method, $into),
                other: bits!(source, JavaDataInput<&mut Source<'_>>, $method, $into),
            },
        }
    };
}

pub(super) fn methods() -> Vec<Method> {
    vec![
        reads!("readBoolean", numbers(1), read_boolean, u64::from),
        reads!("readByte", numbers(1), read_byte, |value: i8| {
            u64::from(value.cast_unsigned())
        }),
        reads!(
            "readUnsignedByte",
            numbers(1),
            read_unsigned_byte,
            u64::from
        ),
        reads!("readShort", numbers(2), read_short, |value: i16| {
            u64::from(value.cast_unsigned())
        }),
        reads!(
            "readUnsignedShort",
            numbers(2),
            read_unsigned_short,
            u64::from
        ),
        reads!("readChar", numbers(2), read_char, u64::from),
        reads!("readInt", numbers(4), read_int, |value: i32| {
            u64::from(value.cast_unsigned())
        }),
        reads!("readLong", numbers(8), read_long, i64::cast_unsigned),
        reads!("readFloat", numbers(4), read_float, |value: f32| {
            u64::from(value.to_bits())
        }),
        reads!("readDouble", numbers(8), read_double, f64::to_bits),
        Method {
            name: "readFully of four bytes",
            what: What::Reads {
                inputs: || numbers(4),
                java: |source| {
                    let mut buffer = [0; 4];
                    DataInputStream::new(source).read_fully(&mut buffer)?;
                    Ok(Value::Bits(u32::from_be_bytes(buffer).into()))
                },
                other: |source| {
                    let mut buffer = [0; 4];
                    JavaDataInput::new(source).read_fully(&mut buffer)?;
                    Ok(Value::Bits(u32::from_be_bytes(buffer).into()))
                },
            },
        },
        Method {
            name: "skipBytes(2)",
            what: What::Reads {
                inputs: || numbers(4),
                java: |source| {
                    Ok(Value::Bits(
                        DataInputStream::new(source).skip_bytes(2)? as u64
                    ))
                },
                other: |source| {
                    let skipped = JavaDataInput::new(source).skip_bytes(2)?;
                    Ok(Value::Bits(u64::from(skipped.cast_unsigned())))
                },
            },
        },
        Method {
            name: "readLine to the end",
            what: What::Reads {
                inputs: line_ends,
                java: |source| {
                    let mut input = DataInputStream::new(source);
                    lines_until_none(|| {
                        Ok(line(input.read_line()?.map(|l| l.encode_utf16().collect())))
                    })
                },
                other: |source| {
                    let mut input = JavaDataInput::new(source);
                    lines_until_none(|| Ok(line(input.read_line()?)))
                },
            },
        },
        Method {
            name: "readLine, then readUnsignedByte",
            what: What::Reads {
                inputs: line_ends,
                java: |source| {
                    let mut input = DataInputStream::new(source);
                    input.read_line()?;
                    Ok(Value::Bits(input.read_unsigned_byte()?.into()))
                },
                other: |source| {
                    let mut input = JavaDataInput::new(source);
                    input.read_line()?;
                    Ok(Value::Bits(input.read_unsigned_byte()?.into()))
                },
            },
        },
        Method {
            name: "readLine, then skipBytes(1)",
            what: What::Reads {
                inputs: line_ends,
                java: |source| {
                    let mut input = DataInputStream::new(source);
                    input.read_line()?;
                    Ok(Value::Bits(input.skip_bytes(1)? as u64))
                },
                other: |source| {
                    let mut input = JavaDataInput::new(source);
                    input.read_line()?;
                    Ok(Value::Bits(u64::from(input.skip_bytes(1)?.cast_unsigned())))
                },
            },
        },
        Method {
            name: "readUTF, with bytes behind",
            what: What::ReadsUtf { other: other_utf },
        },
        Method {
            name: "readUTF, cut short",
            what: What::Reads {
                inputs: cut_short,
                java: |source| {
                    let text = DataInputStream::new(source).read_utf()?;
                    Ok(Value::Units(text.encode_utf16().collect()))
                },
                other: other_utf,
            },
        },
        writes!(
            "writeBoolean",
            vec![0, 1],
            |mut output, bits| output.write_boolean(bits != 0).expect(IN_MEMORY),
            |sink, bits| JavaDataOutput::new(sink)
                .write_boolean(bits != 0)
                .expect(IN_MEMORY)
        ),
        writes!(
            "writeByte",
            (0..=0xFF).collect(),
            |mut output, bits| output.write_byte(low(bits)).expect(IN_MEMORY),
            |sink, bits| JavaDataOutput::new(sink)
                .write_byte(low::<i8>(bits).into())
                .expect(IN_MEMORY)
        ),
        writes!(
            "writeShort",
            (0..=0xFFFF).collect(),
            |mut output, bits| output.write_short(low(bits)).expect(IN_MEMORY),
            |sink, bits| JavaDataOutput::new(sink)
                .write_short(low::<i16>(bits).into())
                .expect(IN_MEMORY)
        ),
        writes!(
            "writeChar",
            (0..=0xFFFF).collect(),
            |mut output, bits| output.write_char(low(bits)).expect(IN_MEMORY),
            |sink, bits| JavaDataOutput::new(sink)
                .write_char(low::<u16>(bits).into())
                .expect(IN_MEMORY)
        ),
        writes!(
            "writeInt",
            bits_of(numbers(4)),
            |mut output, bits| output.write_int(low(bits)).expect(IN_MEMORY),
            |sink, bits| JavaDataOutput::new(sink)
                .write_int(low(bits))
                .expect(IN_MEMORY)
        ),
        writes!(
            "writeLong",
            bits_of(numbers(8)),
            |mut output, bits| output.write_long(low(bits)).expect(IN_MEMORY),
            |sink, bits| JavaDataOutput::new(sink)
                .write_long(low(bits))
                .expect(IN_MEMORY)
        ),
        writes!(
            "writeFloat",
            floats(),
            |mut output, bits| output
                .write_float(f32::from_bits(low(bits)))
                .expect(IN_MEMORY),
            |sink, bits| JavaDataOutput::new(sink)
                .write_float(f32::from_bits(low(bits)))
                .expect(IN_MEMORY)
        ),
        writes!(
            "writeDouble",
            doubles(),
            |mut output, bits| output.write_double(f64::from_bits(bits)).expect(IN_MEMORY),
            |sink, bits| JavaDataOutput::new(sink)
                .write_double(f64::from_bits(bits))
                .expect(IN_MEMORY)
        ),
        writes!(
            "writeBytes",
            (0..=0xFFFF).collect(),
            |mut output, bits| {
                let text = javatalk::JavaString::from_utf16(&[low(bits)]);
                output.write_bytes(&text).expect(IN_MEMORY);
            },
            |sink, bits| JavaDataOutput::new(sink)
                .write_bytes(&[low(bits)])
                .expect(IN_MEMORY)
        ),
        writes!(
            "writeChars",
            (0..=0xFFFF).collect(),
            |mut output, bits| {
                let text = javatalk::JavaString::from_utf16(&[low(bits)]);
                output.write_chars(&text).expect(IN_MEMORY);
            },
            |sink, bits| JavaDataOutput::new(sink)
                .write_chars(&[low(bits)])
                .expect(IN_MEMORY)
        ),
    ]
}

fn other_utf(source: &mut Source<'_>) -> Result<Value, Failure> {
    Ok(Value::Units(JavaDataInput::new(source).read_utf()?))
}

fn line(line: Option<Vec<u16>>) -> Value {
    line.map_or(Value::None, Value::Units)
}

fn lines_until_none(mut read: impl FnMut() -> Result<Value, Failure>) -> Result<Value, Failure> {
    let mut lines = Vec::new();
    // No text has more lines than bytes; a reader that never ends is cut off.
    for _ in 0..=LINE_ENDS_MAX + 1 {
        let line = read();
        let last = line == Ok(Value::None);
        lines.push(line);
        if last {
            break;
        }
    }
    Ok(Value::Many(lines))
}
