//! Numbers, booleans and characters, read and written.

use crate::sweep::block::{Block, Sink, Sources, Work};
use crate::sweep::call::{Count, Read, Write};
use crate::sweep::family::Family;
use crate::system::random::Random;

pub(crate) const SECTIONS: [Family; 8] = [
    Family {
        name: "every_byte",
        claim: "Every byte is read and written by each method of one byte as in Java.",
        long: false,
        blocks: 2,
        asynchronous_in: 1,
        block: bytes,
    },
    Family {
        name: "read_every_sixteen_bits",
        claim: "Every two bytes are the same short, unsigned short and char as in Java.",
        long: false,
        blocks: READS_OF_TWO.len(),
        asynchronous_in: 1,
        block: |_, index| every_two_bytes(READS_OF_TWO[index]),
    },
    Family {
        name: "write_every_sixteen_bits",
        claim: "Every short, unsigned short and char is written as in Java.",
        long: false,
        blocks: WRITES_OF_TWO.len(),
        asynchronous_in: 1,
        block: |_, index| on_one_sink((0..=u16::MAX).map(WRITES_OF_TWO[index]).collect()),
    },
    Family {
        name: READ_WIDE,
        claim: "Ints, longs, floats and doubles are read as in Java: at every edge, and 80000 others.",
        long: false,
        blocks: READS_OF_MORE.len(),
        asynchronous_in: 1,
        block: |seed, index| {
            let values = wide_values(&mut Random::of(seed, READ_WIDE, index));
            let (call, width) = READS_OF_MORE[index];
            on_one_source(
                call,
                values.iter().flat_map(|value| &value[8 - width..]),
                values.len(),
            )
        },
    },
    Family {
        name: WRITE_WIDE,
        claim: "Ints, longs, floats and doubles are written as in Java: at every edge, and 80000 others.",
        long: false,
        blocks: WRITES_OF_MORE.len(),
        asynchronous_in: 1,
        block: |seed, index| {
            let values = wide_values(&mut Random::of(seed, WRITE_WIDE, index));
            on_one_sink(values.into_iter().map(WRITES_OF_MORE[index]).collect())
        },
    },
    Family {
        name: "floats_and_nans",
        claim: "Floats and doubles of every exponent keep their bits when read, and all but NaNs when written.",
        long: false,
        blocks: 4,
        asynchronous_in: 1,
        block: floats_and_nans,
    },
    Family {
        name: "read_every_float",
        claim: "Every float there is keeps its bits when read.",
        long: true,
        blocks: 1 << 12,
        asynchronous_in: 1,
        block: |_, index| {
            let floats = floats_of(index);
            on_one_source(Read::Float, floats.flat_map(u32::to_be_bytes), 1 << 20)
        },
    },
    Family {
        name: "write_every_float",
        claim: "Every float there is has the bits of Java when written.",
        long: true,
        blocks: 1 << 12,
        asynchronous_in: 1,
        block: |_, index| on_one_sink(floats_of(index).map(Write::Float).collect()),
    },
];

const READ_WIDE: &str = "read_wide";
const WRITE_WIDE: &str = "write_wide";

const READS_OF_TWO: [Read; 3] = [Read::Short, Read::UnsignedShort, Read::Char];

const WRITES_OF_TWO: [fn(u16) -> Write; 3] = [
    |bits| Write::Short(bits.cast_signed()),
    Write::UnsignedShort,
    Write::Char,
];

const READS_OF_MORE: [(Read, usize); 4] = [
    (Read::Int, 4),
    (Read::Long, 8),
    (Read::Float, 4),
    (Read::Double, 8),
];

/// Each writes its value in the low bytes of eight.
const WRITES_OF_MORE: [fn([u8; 8]) -> Write; 4] = [
    |bytes| Write::Int(i32::from_be_bytes(low(bytes))),
    |bytes| Write::Long(i64::from_be_bytes(bytes)),
    |bytes| Write::Float(u32::from_be_bytes(low(bytes))),
    |bytes| Write::Double(u64::from_be_bytes(bytes)),
];

fn bytes(_: u64, index: usize) -> Block {
    let all = 0..=u8::MAX;
    if index == 0 {
        let calls = vec![
            Read::Boolean,
            Read::Byte,
            Read::UnsignedByte,
            Read::Fully(Count(1)),
        ];
        let cases = 256 * calls.len();
        return Block {
            cases,
            work: Work::Reads {
                // Each byte four times, once for each method.
                sources: Sources::one(all.flat_map(|byte| [byte; 4]).collect()),
                rounds: 256,
                calls,
            },
        };
    }
    let mut calls = vec![Write::Boolean(false), Write::Boolean(true)];
    calls.extend(all.clone().map(Write::UnsignedByte));
    calls.extend(all.clone().map(|byte| Write::Byte(byte.cast_signed())));
    calls.extend(all.clone().map(|byte| Write::All(vec![byte])));
    calls.extend((0..20).map(|length| Write::All((0..length).collect())));
    on_one_sink(calls)
}

fn every_two_bytes(call: Read) -> Block {
    on_one_source(
        call,
        (0..=u16::MAX).flat_map(u16::to_be_bytes),
        1 << u16::BITS,
    )
}

/// The last four bytes.
fn low([.., a, b, c, d]: [u8; 8]) -> [u8; 4] {
    [a, b, c, d]
}

/// Each power of two and its neighbours, both signs, each byte alone, and random values.
fn wide_values(random: &mut Random) -> Vec<[u8; 8]> {
    let mut values = vec![0x0102_0304_0506_0708, 0xF1E2_D3C4_B5A6_9788];
    for bit in 0..u64::BITS {
        let power = 1_u64 << bit;
        for near in [power.wrapping_sub(1), power, power.wrapping_add(1)] {
            values.extend([near, !near, near.wrapping_neg()]);
        }
    }
    for place in 0..8 {
        values.extend((0..=0xFF).map(|byte: u64| byte << (8 * place)));
    }
    values.extend((0..20_000).map(|_| random.next()));
    values.into_iter().map(u64::to_be_bytes).collect()
}

fn floats_and_nans(_: u64, index: usize) -> Block {
    let floats: Vec<u32> = (0..1 << 9)
        .flat_map(|head: u32| mantissas(23).map(move |tail| head << 23 | narrow(tail)))
        .collect();
    let doubles: Vec<u64> = (0..1 << 12)
        .flat_map(|head: u64| mantissas(52).map(move |tail| head << 52 | tail))
        .collect();
    match index {
        0 => on_one_source(
            Read::Float,
            floats.iter().flat_map(|bits| bits.to_be_bytes()),
            floats.len(),
        ),
        1 => on_one_source(
            Read::Double,
            doubles.iter().flat_map(|bits| bits.to_be_bytes()),
            doubles.len(),
        ),
        2 => on_one_sink(floats.into_iter().map(Write::Float).collect()),
        _ => on_one_sink(doubles.into_iter().map(Write::Double).collect()),
    }
}

/// Zero, each single bit, all bits below and all bits from each position: this includes quiet and
/// signalling NaNs with every single payload bit.
fn mantissas(bits: u32) -> impl Iterator<Item = u64> {
    let all = (1_u64 << bits) - 1;
    let each = (0..bits).flat_map(move |bit| {
        let power = 1_u64 << bit;
        [power, power - 1, all & !(power - 1)]
    });
    each.chain([all])
}

fn narrow(bits: u64) -> u32 {
    u32::try_from(bits).unwrap_or(u32::MAX)
}

/// The floats of one block of a million.
fn floats_of(index: usize) -> impl Iterator<Item = u32> {
    let first = u32::try_from(index << 20).unwrap_or_default();
    (0..1 << 20).map(move |rest| first | rest)
}

fn on_one_source<B: std::borrow::Borrow<u8>>(
    call: Read,
    bytes: impl Iterator<Item = B>,
    cases: usize,
) -> Block {
    Block {
        cases,
        work: Work::Reads {
            calls: vec![call],
            rounds: cases,
            sources: Sources::one(bytes.map(|byte| *byte.borrow()).collect()),
        },
    }
}

fn on_one_sink(calls: Vec<Write>) -> Block {
    Block {
        cases: calls.len(),
        work: Work::Writes(vec![Sink {
            failing: None,
            calls,
        }]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interop::protocol::call::Method;

    #[test]
    fn every_method_of_a_fixed_size_is_swept() {
        let mut swept: Vec<Method> = Vec::new();
        for index in 0..2 {
            match bytes(1, index).work {
                Work::Reads { calls, .. } => swept.extend(calls.iter().map(|call| call.method())),
                Work::Writes(sinks) => {
                    swept.extend(sinks[0].calls.iter().map(|call| call.method()));
                }
                other => panic!("{other:?}"),
            }
        }
        swept.extend(READS_OF_TWO.map(Read::method));
        swept.extend(READS_OF_MORE.map(|(call, _)| call.method()));
        swept.extend(WRITES_OF_TWO.map(|call| call(0).method()));
        swept.extend(WRITES_OF_MORE.map(|call| call([0; 8]).method()));
        for method in Method::ALL {
            let format = method.format_read().or(method.format_written());
            if format.is_some_and(|format| format.fixed_size().is_some()) {
                assert!(swept.contains(method), "{method}");
            }
        }
    }
}
