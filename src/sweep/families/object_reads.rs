//! An object stream that is read: each method at each place of a block, whatever the sizes of the
//! blocks, up to the end and behind failures.

use crate::sweep::block::{Block, Sources, Work};
use crate::sweep::call::{Count, Read};
use crate::sweep::family::Family;

pub(crate) const SECTIONS: [Family; 4] = [
    Family {
        name: "object_reads_at_every_offset",
        claim: "Wherever blocks end, each method reads across them what it reads in Java.",
        long: false,
        blocks: OFFSETS,
        asynchronous_in: 1,
        block: |_, index| at_offset(index),
    },
    Family {
        name: "object_reads_of_two_byte_strings",
        claim: "readUTF decides every body of two bytes as Java does, wherever a block ends within it.",
        long: false,
        blocks: 5,
        asynchronous_in: 1,
        block: |_, index| two_bytes(index),
    },
    Family {
        name: "object_reads_to_the_end",
        claim: "Wherever the stream ends, each method and the calls after it get what they get in Java.",
        long: false,
        blocks: CALLS.len(),
        asynchronous_in: 1,
        block: |_, index| each_length(CALLS[index], |length| (length, None)),
    },
    Family {
        name: "object_reads_from_a_failing_source",
        claim: "Wherever the source fails, each method and the calls after it get what they get in Java.",
        long: false,
        blocks: CALLS.len(),
        asynchronous_in: 1,
        block: |_, index| each_length(CALLS[index], |length| (usize::MAX, Some(length))),
    },
];

/// The header of the stream, behind which a source may end or fail.
const HEADER: [u8; 4] = [0xAC, 0xED, 0x00, 0x05];

/// Each method, in an order in which the bytes of [`VALUES`] suit them.
const EACH: [Read; 14] = [
    Read::Boolean,
    Read::Byte,
    Read::UnsignedByte,
    Read::Short,
    Read::UnsignedShort,
    Read::Char,
    Read::Int,
    Read::Long,
    Read::Float,
    Read::Double,
    Read::Utf,
    Read::Line,
    Read::Skip(Count(3)),
    Read::Fully(Count(3)),
];

const VALUES: &[u8] = b"\x01\xfe\xfd\x80\x01\x80\x02\x80\x03\x81\x02\x03\x04\x82\x02\x03\x04\x05\x06\x07\x08\
    \x41\x02\x03\x04\x42\x02\x03\x04\x05\x06\x07\x08\0\x0ba\xc3\xa9\xe4\xb8\xad\xc0\x80b\xc3\xbfline\xff\r\nskiful";

/// Up to a little more than the buffer of 1,024 bytes with which Java reads blocks.
const OFFSETS: usize = 1032;

/// The sizes of blocks: around those at which their header changes, and of Java's buffer.
const SIZES: [usize; 13] = [1, 2, 3, 7, 8, 254, 255, 256, 1023, 1024, 1025, 2048, 4096];

/// Appends these data in blocks of this size; with a length of four bytes where it has to be, or in any
/// case.
fn put_blocks(data: &[u8], size: usize, long: bool, stream: &mut Vec<u8>) {
    for block in data.chunks(size) {
        match u8::try_from(block.len()) {
            Ok(length) if !long => stream.extend([0x77, length]),
            _ => {
                let length = u32::try_from(block.len()).expect("a block is short");
                stream.push(0x7A);
                stream.extend(length.to_be_bytes());
            }
        }
        stream.extend_from_slice(block);
    }
}

/// All methods behind this number of bytes, in blocks of each size.
fn at_offset(offset: usize) -> Block {
    let data: Vec<u8> = (0..=u8::MAX).cycle().take(offset).collect();
    let data = [&data[..], VALUES].concat();
    let mut sources = Sources::default();
    for size in SIZES {
        for long in [false, true] {
            let mut stream = HEADER.to_vec();
            put_blocks(&data, size, long, &mut stream);
            sources.push(&stream);
        }
    }
    let before = i32::try_from(offset).expect("an offset is small");
    Block {
        cases: sources.len() * EACH.len(),
        work: Work::ObjectReads {
            calls: [&[Read::Fully(Count(before))], &EACH[..]].concat(),
            rounds: 1,
            sources,
        },
    }
}

/// Every body of two bytes. The first block ends behind this many bytes of the length and the body, and
/// the rest, with two more bytes, is in the second.
fn two_bytes(first: usize) -> Block {
    let mut sources = Sources::default();
    let mut stream = Vec::new();
    for body in 0..=u16::MAX {
        let data = [&[0, 2][..], &body.to_be_bytes(), b"yz"].concat();
        stream.clear();
        stream.extend(HEADER);
        put_blocks(&data[..first], data.len(), false, &mut stream);
        put_blocks(&data[first..], data.len(), false, &mut stream);
        sources.push(&stream);
    }
    Block {
        cases: sources.len(),
        work: Work::ObjectReads {
            calls: vec![Read::Utf, Read::UnsignedByte, Read::UnsignedByte],
            rounds: 1,
            sources,
        },
    }
}

/// Each method, some with several arguments, some behind a `readLine` that holds a byte.
const CALLS: [&[Read]; 19] = [
    &[Read::Fully(Count(0))],
    &[Read::Fully(Count(5))],
    &[Read::Skip(Count(0))],
    &[Read::Skip(Count(5))],
    &[Read::Boolean],
    &[Read::Byte],
    &[Read::UnsignedByte],
    &[Read::Short],
    &[Read::UnsignedShort],
    &[Read::Char],
    &[Read::Int],
    &[Read::Long],
    &[Read::Float],
    &[Read::Double],
    &[Read::Line],
    &[Read::Utf],
    &[Read::Line, Read::Long],
    &[Read::Line, Read::Skip(Count(4))],
    &[Read::Line, Read::Utf],
];

/// The calls after it.
const AFTER: [Read; 6] = [
    Read::UnsignedByte,
    Read::Short,
    Read::Utf,
    Read::Line,
    Read::Int,
    Read::Line,
];

/// Blocks with numbers, lines and strings; empty ones; a reset, an object, and a byte that is no type
/// code between them.
const SAMPLES: [&[u8]; 8] = [
    b"\x77\x03\x01\x02\x03\x77\x09\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c",
    b"\x77\x01\xff\x77\x00\x79\x7a\0\0\0\x07\xfe\xfd\xfc\xfb\xfa\xf9\xf8",
    b"\x77\x04\x00\x07a\xc3\x77\x07\xa9\xe4\xb8\xad\x00\x00\x01\x77\x01b",
    b"\x77\x05\x00\x05\xff\x80\xe4\x77\x07\x61\x61\x00\x01\xc3\x00\x02",
    b"\x77\x06\xff\xff\x80ab\r\x77\x07\ncd\re\n\r",
    b"\x77\x02a\r\x70\x77\x05b\r\r\nc",
    b"\x77\x03\x00\x03ab\x77\x02\r\n",
    b"\x7a\xff\xff\xff\xff\x77\x02ab",
];

fn each_length(calls: &[Read], cut: fn(usize) -> (usize, Option<usize>)) -> Block {
    let mut sources = Sources::default();
    for sample in SAMPLES {
        let stream = [&HEADER, sample].concat();
        for length in HEADER.len()..=stream.len() {
            let (end, failing) = cut(length);
            sources.push_failing(&stream[..end.min(stream.len())], failing);
        }
    }
    Block {
        cases: sources.len(),
        work: Work::ObjectReads {
            calls: [calls, &AFTER].concat(),
            rounds: 1,
            sources,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_is_read_at_every_offset_and_meets_the_end() {
        for read in Read::EACH {
            let is_in = |mut calls: std::slice::Iter<'_, Read>| {
                calls.any(|call| call.method() == read.method())
            };
            assert!(is_in(EACH.iter()), "{}", read.method());
            assert!(CALLS.iter().any(|calls| is_in(calls[..1].iter())));
        }
    }

    #[test]
    fn the_values_suit_the_methods() {
        let mut outcomes = crate::sweep::outcome::Outcomes::with_labels();
        crate::sweep::codec::play(
            crate::sweep::codec::Mode::Blocking,
            &at_offset(0).work,
            &mut outcomes,
        );
        let parsed = outcomes.parsed().unwrap();
        for outcome in parsed {
            assert_eq!(outcome.end, crate::sweep::outcome::End::Returned);
        }
    }
}
