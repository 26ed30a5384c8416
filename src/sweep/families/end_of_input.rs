//! The end of the input, and a source that fails, at each byte of each type, and the results of the
//! next calls.
//!
//! Not compared: how often the source is called, and for how many bytes. Up to 20, a JDK asks for
//! the remaining bytes of a number after the source has reported its end; from 21 on it does not.
//! Only a source that continues after its end, such as a terminal, could tell the difference.

use crate::sweep::block::{Block, Sources, Work};
use crate::sweep::call::{Count, Read};
use crate::sweep::family::Family;

pub(crate) const SECTIONS: [Family; 4] = [
    Family {
        name: "end_of_input",
        claim: "Wherever the input ends, each method and the calls after it get what they get in Java.",
        long: false,
        blocks: CALLS.len(),
        asynchronous_in: 1,
        block: |_, index| each_length(CALLS[index], |length| (length, None)),
    },
    Family {
        name: "failing_source",
        claim: "Wherever the source fails, each method has consumed what it has in Java, and the next goes on there.",
        long: false,
        blocks: CALLS.len(),
        asynchronous_in: 1,
        block: |_, index| each_length(CALLS[index], |length| (ALL, Some(length))),
    },
    Family {
        name: "skip_bytes",
        claim: "skipBytes skips what there is, and says how much, as in Java.",
        long: false,
        blocks: 2,
        asynchronous_in: 1,
        block: |_, index| around(index, |count| Read::Skip(Count(count - 2))),
    },
    Family {
        name: "read_fully",
        claim: "readFully fills what it can, and has filled and consumed the same as in Java when it throws.",
        long: false,
        blocks: 2,
        asynchronous_in: 1,
        block: |_, index| around(index, |count| Read::Fully(Count(count))),
    },
];

/// Each method, some with several arguments, some after a `readLine` that holds a byte.
const CALLS: [&[Read]; 21] = [
    &[Read::Fully(Count(0))],
    &[Read::Fully(Count(1))],
    &[Read::Fully(Count(5))],
    &[Read::Skip(Count(0))],
    &[Read::Skip(Count(1))],
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

/// The calls after it: they must read everything that Java reads.
const AFTER: [Read; 6] = [
    Read::UnsignedByte,
    Read::Short,
    Read::Utf,
    Read::Line,
    Read::Int,
    Read::Line,
];

/// Numbers, lines and strings: whole, malformed, and longer than the input.
const SAMPLES: [&[u8]; 7] = [
    b"\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c",
    b"\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8\xf7\xf6\xf5\xf4",
    b"\x00\x07a\xc3\xa9\xe4\xb8\xad\x00\x00\x01b",
    b"\x00\x05\xff\x80\xe4\x61\x61\x00\x01\xc3\x00\x02",
    b"\xff\xff\x80ab\r\ncd\re\n",
    b"a\rb\r\r\nc\n\rd\r\r",
    b"\r\x00\x03ab\r\n\x00\x01\xff\r\n",
];

/// No limit: the whole sample.
const ALL: usize = usize::MAX;

fn each_length(calls: &[Read], cut: fn(usize) -> (usize, Option<usize>)) -> Block {
    let mut sources = Sources::default();
    for sample in SAMPLES {
        for length in 0..=sample.len() {
            let (end, failing) = cut(length);
            sources.push_failing(&sample[..end.min(sample.len())], failing);
        }
    }
    Block {
        cases: sources.len(),
        work: Work::Reads {
            calls: [calls, &AFTER].concat(),
            rounds: 1,
            sources,
        },
    }
}

/// Calls with each argument near each length of the input: small ones, and those near the size of a
/// buffer.
///
/// In one block the call is the first on the stream, in the other it follows a line that holds a
/// byte.
fn around(index: usize, call: fn(i32) -> Read) -> Block {
    let mut sources = Sources::default();
    let mut calls = Vec::new();
    let before: &[u8] = if index == 0 { b"" } else { b"x\r" };
    if !before.is_empty() {
        calls.push(Read::Line);
    }
    for size in [0, 1, 2, 3, 8, 9, 2047, 2048, 2049, 4096, 4097] {
        let bytes = (0..=u8::MAX).cycle().skip(1).take(size);
        let bytes: Vec<u8> = before.iter().copied().chain(bytes).collect();
        sources.push(&bytes);
    }
    // All calls on each source, one after the other, so that each is made at every distance from
    // the end.
    for count in [0, 1, 2, 3, 4, 5, 2, 11, 2050, 1000, 1, 1100, 3000, 1, 3] {
        calls.extend([call(count), Read::Byte]);
    }
    calls.push(Read::Line);
    calls.extend([i32::MAX, i32::MIN].map(|count| Read::Skip(Count(count))));
    Block {
        cases: calls.len() * sources.len(),
        work: Work::Reads {
            calls,
            rounds: 1,
            sources,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_meets_the_end_and_a_failure() {
        for read in Read::EACH {
            let is_called = CALLS.iter().any(|calls| calls[0].method() == read.method());
            assert!(is_called, "{}", read.method());
        }
    }
}
