//! Numbers, booleans and characters, read and written.

use serde_json::Value;

use super::{file, group, test};
use crate::vectors::flag::Flag;
use crate::vectors::flag::Flag::{
    ArgumentTooWide, Boundary, ByteOrder, EndOfFile, NaN, Position, Sign, SignedZero, Subnormal,
    UnpairedSurrogate,
};
use crate::vectors::model::{Group, JavaClass, Test, VectorFile};
use crate::vectors::notation;

pub(super) fn reads() -> VectorFile {
    let integers = [
        ("readBoolean", 1),
        ("readByte", 1),
        ("readUnsignedByte", 1),
        ("readShort", 2),
        ("readUnsignedShort", 2),
        ("readChar", 2),
        ("readInt", 4),
        ("readLong", 8),
    ];
    let mut groups: Vec<Group> = integers
        .map(|(method, width)| {
            let mut tests: Vec<Test> = patterns(width)
                .into_iter()
                .map(|(bytes, flags, comment)| read(method, &bytes, &flags, comment))
                .collect();
            tests.extend(cut(method, width));
            let about = format!("{method} of {width} bytes, and of fewer.");
            group(method, JavaClass::DataInputStream, &about, tests)
        })
        .into();
    for (method, floats) in [("readFloat", singles()), ("readDouble", doubles())] {
        let width = floats[0].0.len();
        let mut tests: Vec<Test> = floats
            .into_iter()
            .map(|(bits, flags, what)| {
                read(
                    method,
                    &bits,
                    &flags,
                    format!("{what} does not keep its bits"),
                )
            })
            .collect();
        tests.extend(cut(method, width));
        let about = format!("{method}, by the bits of the value. Java keeps those of a NaN.");
        groups.push(group(method, JavaClass::DataInputStream, &about, tests));
    }
    file("DataInput: numbers, booleans and characters.", groups)
}

pub(super) fn writes() -> VectorFile {
    let mut groups = vec![
        group(
            "writeBoolean",
            JavaClass::DataOutputStream,
            "One byte, 00 or 01.",
            [true, false]
                .map(|value| {
                    write(
                        "writeBoolean",
                        value,
                        &value.to_string(),
                        &[],
                        "true is another byte than 01, or false than 00",
                    )
                })
                .into(),
        ),
        group(
            "write",
            JavaClass::DataOutputStream,
            "write(byte[]): the bytes as they are.",
            ["", "00", "ff", "007f80ff0d0a", "61*65537"]
                .map(|bytes| {
                    let id = if bytes.is_empty() { "nothing" } else { bytes };
                    write(
                        "write",
                        bytes,
                        id,
                        &[Sign],
                        "bytes are changed, counted or prefixed",
                    )
                })
                .into(),
        ),
    ];
    for (method, bits) in [
        ("writeByte", 8),
        ("writeShort", 16),
        ("writeChar", 16),
        ("writeInt", 32),
    ] {
        let tests = ints(bits)
            .into_iter()
            .map(|(value, flags, comment)| {
                write(method, value, &value.to_string(), &flags, comment)
            })
            .collect();
        let about = if bits < 32 {
            format!("{method}(int) writes the low {bits} bits.")
        } else {
            format!("{method}.")
        };
        groups.push(group(method, JavaClass::DataOutputStream, &about, tests));
    }
    groups.push(group(
        "writeLong",
        JavaClass::DataOutputStream,
        "writeLong.",
        longs(),
    ));
    for (method, floats) in [("writeFloat", singles()), ("writeDouble", doubles())] {
        let tests = floats
            .into_iter()
            .map(|(bits, flags, what)| {
                let bits = notation::of_bytes(&bits);
                let comment = if flags.contains(&NaN) {
                    format!("{what} keeps its bits: Java writes the one canonical NaN")
                } else {
                    format!("{what} is not written with its bits")
                };
                write(method, bits.as_str(), &bits, &flags, comment)
            })
            .collect();
        let about =
            format!("{method}, by the bits of the value: every NaN becomes the canonical one.");
        groups.push(group(method, JavaClass::DataOutputStream, &about, tests));
    }
    file(
        "DataOutput: numbers, booleans, characters and arrays of bytes.",
        groups,
    )
}

fn read(method: &str, bytes: &[u8], flags: &[Flag], comment: impl Into<String>) -> Test {
    let input = [bytes, b"."].concat();
    test(notation::of_bytes(bytes), flags, comment)
        .input(&input)
        .call(method)
}

fn write(
    method: &str,
    value: impl Into<Value>,
    id: &str,
    flags: &[Flag],
    comment: impl Into<String>,
) -> Test {
    test(id, flags, comment).call_with(method, value)
}

/// Bytes of a number, and what they show.
fn patterns(width: usize) -> Vec<(Vec<u8>, Vec<Flag>, String)> {
    let of = |first: u8, rest: u8| {
        let mut bytes = vec![rest; width];
        bytes[0] = first;
        bytes
    };
    let mut all = vec![
        (
            of(0, 0),
            vec![Boundary],
            "zero is not read as zero or false".to_owned(),
        ),
        (
            of(0xFF, 0xFF),
            vec![Sign],
            "all ones have another sign than in Java".to_owned(),
        ),
        (
            of(0x7F, 0xFF),
            vec![Boundary],
            "the largest signed value is wrong".to_owned(),
        ),
        (
            of(0x80, 0),
            vec![Boundary, Sign],
            "the smallest signed value is wrong".to_owned(),
        ),
    ];
    if width == 1 {
        let bytes = [
            (0x01, "one"),
            (0x02, "a byte that is neither 0 nor 1"),
            (0xFE, "the last byte but one"),
        ];
        all.extend(
            bytes.map(|(byte, what)| (vec![byte], Vec::new(), format!("{what} is read wrongly"))),
        );
        return all;
    }
    let counting = (1..=width).map(|place| u8::try_from(place).unwrap_or(u8::MAX));
    all.push((
        counting.collect(),
        vec![ByteOrder],
        "the bytes are read in another order".to_owned(),
    ));
    for place in 0..width {
        for (byte, flags, what) in [(1, vec![ByteOrder], "01"), (0x80, vec![Sign], "80")] {
            let mut bytes = vec![0; width];
            bytes[place] = byte;
            // The sign of the whole is one of the values above.
            if !all.iter().any(|(other, _, _)| *other == bytes) {
                all.push((
                    bytes,
                    flags,
                    format!(
                        "{what} as byte {place} is read in another place, or its sign extended"
                    ),
                ));
            }
        }
    }
    if width == 2 {
        for unit in [0xD7FF_u16, 0xD800, 0xDBFF, 0xDC00, 0xDFFF, 0xE000] {
            let flags = if (0xD800..=0xDFFF).contains(&unit) {
                vec![Boundary, UnpairedSurrogate]
            } else {
                vec![Boundary]
            };
            let comment =
                format!("{unit:04x}, at a boundary of the surrogates, is refused or replaced");
            all.push((unit.to_be_bytes().to_vec(), flags, comment));
        }
    }
    all
}

/// An input that ends within the value. Nothing of it can be read again.
fn cut(method: &str, width: usize) -> Vec<Test> {
    (0..width)
        .map(|there| {
            let bytes = &[1, 2, 3, 4, 5, 6, 7][..there];
            test(
                format!("{there}-of-{width}"),
                &[EndOfFile, Position],
                "a value that is cut is returned, or its bytes are read again",
            )
            .input(bytes)
            .call(method)
            .call("readByte")
        })
        .collect()
}

/// The arguments of a method that takes an int and writes so many bits of it.
fn ints(bits: u32) -> Vec<(i32, Vec<Flag>, String)> {
    let largest = i32::MAX >> (32 - bits);
    let mut all = vec![
        (0, vec![Boundary], "zero is not all zero bytes".to_owned()),
        (
            1,
            vec![ByteOrder],
            "the low byte is not the last".to_owned(),
        ),
        (-1, vec![Sign], "minus one is not all ones".to_owned()),
        (
            largest,
            vec![Boundary],
            "the largest signed value is wrong".to_owned(),
        ),
        (
            -largest - 1,
            vec![Boundary, Sign],
            "the smallest signed value is wrong".to_owned(),
        ),
    ];
    let mut more = |value: i32, flags: &[Flag], comment: &str| {
        all.push((value, flags.to_vec(), comment.to_owned()));
    };
    if bits > 8 {
        more(
            0x0102,
            &[ByteOrder],
            "the bytes are written in another order",
        );
        more(0x0080, &[Sign], "the sign of the low byte is extended");
    }
    if bits == 32 {
        more(
            0x0102_0304,
            &[ByteOrder],
            "the bytes are written in another order",
        );
        more(0x8000, &[Sign], "the sign of the low half is extended");
        return all;
    }
    let wide = &[ArgumentTooWide];
    more(
        largest + 1,
        wide,
        "a value that is too large for a signed type is refused or limited",
    );
    more(
        2 * largest + 1,
        wide,
        "the largest unsigned value is refused or limited",
    );
    more(
        2 * largest + 2,
        wide,
        "a value that needs one bit more is refused or limited",
    );
    more(
        -largest - 2,
        wide,
        "a value below the smallest is refused or limited",
    );
    more(
        0x1234_5678,
        wide,
        "an int is refused or limited, or its high bits are written",
    );
    more(i32::MIN, wide, "the smallest int is refused or limited");
    all
}

fn longs() -> Vec<Test> {
    let all: [(i64, Flag, &str); 11] = [
        (0, Boundary, "zero is not all zero bytes"),
        (1, ByteOrder, "the low byte is not the last"),
        (-1, Sign, "minus one is not all ones"),
        (i64::MAX, Boundary, "the largest value is wrong"),
        (i64::MIN, Boundary, "the smallest value is wrong"),
        (
            0x0102_0304_0506_0708,
            ByteOrder,
            "the bytes are written in another order",
        ),
        (0x8000_0000, Sign, "the sign of the low half is extended"),
        (0xFFFF_FFFF, Sign, "the low half is taken for minus one"),
        (0x1_0000_0000, Boundary, "a value beyond an int is cut"),
        (
            (1 << 53) + 1,
            Boundary,
            "a value beyond 2^53 is rounded to a double",
        ),
        (-0x8000_0001, Sign, "a value below the smallest int is cut"),
    ];
    let of = |(value, flag, comment): (i64, Flag, &str)| {
        write(
            "writeLong",
            value.to_string(),
            &value.to_string(),
            &[flag],
            comment,
        )
    };
    all.into_iter().map(of).collect()
}

/// A floating-point number: its bits, its flags, and what it is.
type Float = (Vec<u8>, Vec<Flag>, &'static str);

fn singles() -> Vec<Float> {
    let all: [(u32, Option<Flag>, &str); 21] = [
        (0x0000_0000, None, "zero"),
        (0x8000_0000, Some(SignedZero), "negative zero"),
        (0x0000_0001, Some(Subnormal), "the smallest subnormal"),
        (
            0x8000_0001,
            Some(Subnormal),
            "the negative subnormal next to zero",
        ),
        (0x007F_FFFF, Some(Subnormal), "the largest subnormal"),
        (0x0080_0000, Some(Boundary), "the smallest normal"),
        (0x3F80_0000, None, "one"),
        (0xBF80_0000, Some(Sign), "minus one"),
        (0x3DCC_CCCD, None, "0.1"),
        (
            0x0102_0304,
            Some(ByteOrder),
            "a number of four different bytes",
        ),
        (0x7F7F_FFFF, Some(Boundary), "the largest"),
        (0xFF7F_FFFF, Some(Boundary), "the smallest"),
        (0x7F80_0000, Some(Boundary), "infinity"),
        (0xFF80_0000, Some(Sign), "negative infinity"),
        (0x7F80_0001, Some(NaN), "the first signalling NaN"),
        (0x7FBF_FFFF, Some(NaN), "the last signalling NaN"),
        (0x7FC0_0000, Some(NaN), "the canonical NaN"),
        (0x7FC0_0001, Some(NaN), "a NaN with a payload"),
        (0x7FFF_FFFF, Some(NaN), "the last NaN"),
        (0xFFC0_0000, Some(NaN), "the canonical NaN with a sign"),
        (0xFFFF_FFFF, Some(NaN), "the NaN of all ones"),
    ];
    all.map(|(bits, flag, what)| (bits.to_be_bytes().to_vec(), Vec::from_iter(flag), what))
        .into()
}

fn doubles() -> Vec<Float> {
    let all: [(u64, Option<Flag>, &str); 21] = [
        (0x0000_0000_0000_0000, None, "zero"),
        (0x8000_0000_0000_0000, Some(SignedZero), "negative zero"),
        (
            0x0000_0000_0000_0001,
            Some(Subnormal),
            "the smallest subnormal",
        ),
        (
            0x8000_0000_0000_0001,
            Some(Subnormal),
            "the negative subnormal next to zero",
        ),
        (
            0x000F_FFFF_FFFF_FFFF,
            Some(Subnormal),
            "the largest subnormal",
        ),
        (0x0010_0000_0000_0000, Some(Boundary), "the smallest normal"),
        (0x3FF0_0000_0000_0000, None, "one"),
        (0xBFF0_0000_0000_0000, Some(Sign), "minus one"),
        (0x3FB9_9999_9999_999A, None, "0.1"),
        (
            0x0102_0304_0506_0708,
            Some(ByteOrder),
            "a number of eight different bytes",
        ),
        (0x7FEF_FFFF_FFFF_FFFF, Some(Boundary), "the largest"),
        (0xFFEF_FFFF_FFFF_FFFF, Some(Boundary), "the smallest"),
        (0x7FF0_0000_0000_0000, Some(Boundary), "infinity"),
        (0xFFF0_0000_0000_0000, Some(Sign), "negative infinity"),
        (0x7FF0_0000_0000_0001, Some(NaN), "the first signalling NaN"),
        (0x7FF7_FFFF_FFFF_FFFF, Some(NaN), "the last signalling NaN"),
        (0x7FF8_0000_0000_0000, Some(NaN), "the canonical NaN"),
        (0x7FF8_0000_0000_0001, Some(NaN), "a NaN with a payload"),
        (0x7FFF_FFFF_FFFF_FFFF, Some(NaN), "the last NaN"),
        (
            0xFFF8_0000_0000_0000,
            Some(NaN),
            "the canonical NaN with a sign",
        ),
        (0xFFFF_FFFF_FFFF_FFFF, Some(NaN), "the NaN of all ones"),
    ];
    all.map(|(bits, flag, what)| (bits.to_be_bytes().to_vec(), Vec::from_iter(flag), what))
        .into()
}
