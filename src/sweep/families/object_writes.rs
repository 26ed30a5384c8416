//! An object stream that is written: each method at each place of a block, and where it drains.
//!
//! The stream is an `ObjectOutputStream` over a sink. It collects up to 1,024 bytes, and the header of a
//! block has one byte of length for up to 255 of them and four for more. What has reached the sink after
//! each call is compared, so a block that is written too early or too late is found as well.

use crate::JavaString;
use crate::sweep::block::{Block, Sink, Work};
use crate::sweep::call::Write;
use crate::sweep::family::Family;

pub(crate) const SECTIONS: [Family; 4] = [
    Family {
        name: "object_writes_at_every_offset",
        claim: "At each offset in a block, each method writes and drains what it does in Java.",
        long: false,
        blocks: CALLS,
        asynchronous_in: 1,
        block: |_, index| at_every_offset(&calls()[index]),
    },
    Family {
        name: "object_writes_of_long_strings",
        claim: "Strings longer than a block, of characters of each length, are cut into blocks as in Java.",
        long: false,
        blocks: 3 * TEXTS,
        asynchronous_in: 1,
        block: |_, index| long_strings(index),
    },
    Family {
        name: "object_writes_of_every_size",
        claim: "Blocks of each size up to 3 KiB, written at once or in two parts, have the headers that they have in Java.",
        long: false,
        blocks: 4,
        asynchronous_in: 1,
        block: |_, index| every_size(index),
    },
    Family {
        name: "object_writes_to_a_failing_sink",
        claim: "Wherever the sink fails, the same bytes are out as in Java, and the calls behind it write the same.",
        long: false,
        blocks: 1,
        asynchronous_in: 1,
        block: |_, _| to_a_failing_sink(),
    },
];

/// How many bytes a stream collects.
const BLOCK: usize = 1024;

/// The number of [`calls`].
const CALLS: usize = 18;

/// Each method, with a value that shows the order and the number of its bytes.
fn calls() -> [Write; CALLS] {
    [
        Write::All(Vec::new()),
        Write::All(b"abcde".to_vec()),
        Write::Boolean(true),
        Write::Byte(-2),
        Write::UnsignedByte(200),
        Write::Short(-2),
        Write::UnsignedShort(0x8001),
        Write::Char(0x4E2D),
        Write::Int(0x0102_0304),
        Write::Long(0x0102_0304_0506_0708),
        Write::Float(0x7FA1_2345),
        Write::Double(0x4009_21FB_5444_2D18),
        Write::Bytes("".into()),
        Write::Bytes("ab中".into()),
        Write::Chars("a😀".into()),
        Write::Utf("".into()),
        Write::Utf("abc".into()),
        Write::Utf("a\0é中😀z".into()),
    ]
}

/// Bytes that are not the same everywhere.
fn filler(len: usize) -> Vec<u8> {
    (0..=u8::MAX).cycle().take(len).collect()
}

/// The call behind each number of bytes up to a whole block, and then another byte.
fn at_every_offset(call: &Write) -> Block {
    let behind = |before: Vec<Write>| Sink {
        failing: None,
        calls: [&before[..], &[call.clone(), Write::Byte(7)]].concat(),
    };
    let mut sinks = Vec::new();
    for offset in 0..=BLOCK + 8 {
        sinks.push(behind(vec![Write::All(filler(offset))]));
    }
    // Bytes that do not begin a block and fill it are drained only with the next one.
    for offset in BLOCK - 8..=BLOCK + 8 {
        let before = vec![Write::Byte(1), Write::All(filler(offset - 1))];
        sinks.push(behind(before));
    }
    Block {
        cases: sinks.len(),
        work: Work::ObjectWrites(sinks),
    }
}

/// The number of [`texts`].
const TEXTS: usize = 9;

/// Texts of more than one block: of characters of one, two, three and six bytes, and with the first
/// character that is not ASCII at different places.
fn texts() -> [String; TEXTS] {
    let ascii = |len| "a".repeat(len);
    [
        ascii(2100),
        "\0".repeat(600),
        "é".repeat(1100),
        "中".repeat(700),
        "😀".repeat(400),
        "a\0é中😀".repeat(150),
        format!("{}é{}", ascii(1000), "中b".repeat(300)),
        format!("{}中{}", ascii(1022), ascii(1100)),
        format!("é{}\0{}", ascii(1023), ascii(1025)),
    ]
}

/// A text behind each number of bytes at which a block or a header changes, and near them.
fn long_strings(index: usize) -> Block {
    let text: JavaString = texts()[index % TEXTS].as_str().into();
    let call = match index / TEXTS {
        0 => Write::Bytes(text),
        1 => Write::Chars(text),
        _ => Write::Utf(text),
    };
    let offsets = (0..=8).chain(248..=258).chain(BLOCK - 12..=BLOCK + 4);
    let sinks: Vec<Sink> = offsets
        .map(|offset| Sink {
            failing: None,
            calls: vec![
                Write::All(filler(offset)),
                call.clone(),
                Write::Int(0x0102_0304),
            ],
        })
        .collect();
    Block {
        cases: sinks.len(),
        work: Work::ObjectWrites(sinks),
    }
}

/// Bytes of each size: in one call, behind one byte, before one byte, or one by one.
fn every_size(index: usize) -> Block {
    let mut sinks = Vec::new();
    for size in 0..=3 * BLOCK {
        let bytes = filler(size);
        let calls = match index {
            0 => vec![Write::All(bytes)],
            1 => vec![Write::Byte(1), Write::All(bytes)],
            2 => vec![Write::All(bytes), Write::Byte(1)],
            _ if size > BLOCK + 2 => break,
            _ => bytes.into_iter().map(Write::UnsignedByte).collect(),
        };
        sinks.push(Sink {
            failing: None,
            calls,
        });
    }
    Block {
        cases: sinks.len(),
        work: Work::ObjectWrites(sinks),
    }
}

/// The header of the stream, which no sink refuses.
const HEADER: usize = 4;

/// A sink that fails within the header of a block, within its data, and at its end.
fn to_a_failing_sink() -> Block {
    let mut sinks = Vec::new();
    for call in calls() {
        for before in [0, 200, BLOCK - 3, BLOCK] {
            let near = [0, 1, 2, 3, 4, 5, 6, 7];
            let far = [
                200,
                257,
                258,
                BLOCK - 1,
                BLOCK,
                BLOCK + 4,
                BLOCK + 5,
                BLOCK + 6,
            ];
            for failing in near.into_iter().chain(far) {
                sinks.push(Sink {
                    failing: Some(HEADER + failing),
                    calls: vec![
                        Write::All(filler(before)),
                        call.clone(),
                        // More than a block, so that it drains.
                        Write::All(filler(BLOCK + 1)),
                        call.clone(),
                        Write::All(filler(BLOCK + 1)),
                        Write::Short(1),
                    ],
                });
            }
        }
    }
    Block {
        cases: sinks.len(),
        work: Work::ObjectWrites(sinks),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interop::protocol::call::Method;

    #[test]
    fn every_method_is_called_at_every_offset() {
        let writes = |method: &&Method| method.format_written().is_some();
        for method in Method::ALL.iter().filter(writes) {
            let is_called = calls().iter().any(|call| call.method() == *method);
            assert!(is_called, "{method}");
        }
    }
}
