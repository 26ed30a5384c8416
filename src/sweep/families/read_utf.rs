//! `readUTF`: the result of each body.
//!
//! A body is what follows the length. Bodies that are consumed whole follow each other on one
//! stream, so that a body that is not fully consumed breaks the next one.

use crate::sweep::block::{Block, Sources, Work};
use crate::sweep::call::Read;
use crate::sweep::family::Family;
use crate::system::random::Random;

pub(crate) const SECTIONS: [Family; 4] = [
    Family {
        name: "read_utf_up_to_three_bytes",
        claim: "readUTF decides every body of up to three bytes as Java does.",
        long: false,
        blocks: 1 + 256,
        asynchronous_in: 64,
        block: up_to_three_bytes,
    },
    Family {
        name: "read_utf_every_two_surrogates",
        claim: "readUTF gives every two surrogates back, paired or not.",
        long: false,
        blocks: 64,
        asynchronous_in: 32,
        block: every_two_surrogates,
    },
    Family {
        name: "read_utf_four_bytes",
        claim: "readUTF decides every body of four bytes, one or more of each class, as Java does.",
        long: false,
        blocks: CLASSES.len(),
        asynchronous_in: 1,
        block: four_bytes,
    },
    Family {
        name: RANDOM,
        claim: "readUTF decides bodies of up to 65535 bytes as Java does, broken or cut off.",
        long: false,
        blocks: 32,
        asynchronous_in: 8,
        block: random,
    },
];

const RANDOM: &str = "read_utf_random";

/// The boundaries of all ranges that a decoder distinguishes, and one more byte of the wide ranges.
pub(super) const CLASSES: [u8; 24] = [
    0x00, 0x01, 0x41, 0x7F, 0x80, 0x81, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0,
    0xE1, 0xEC, 0xED, 0xEF, 0xF0, 0xF4, 0xF8, 0xFF,
];

/// Block 0 has all bodies of less than three bytes. Each other block has all bodies of three bytes
/// with one first byte.
fn up_to_three_bytes(_: u64, index: usize) -> Block {
    let mut stream = Stream::default();
    let Some(first) = index.checked_sub(1) else {
        stream.push(&[]);
        (0..=0xFF).for_each(|byte| stream.push(&[byte]));
        (0..=0xFFFF).for_each(|bytes: u16| stream.push(&bytes.to_be_bytes()));
        return stream.into();
    };
    let first = u8::try_from(first).unwrap_or(u8::MAX);
    for rest in 0..=0xFFFF_u16 {
        let [second, third] = rest.to_be_bytes();
        stream.push(&[first, second, third]);
    }
    stream.into()
}

fn every_two_surrogates(_: u64, index: usize) -> Block {
    let mut stream = Stream::default();
    for first in (SURROGATES..=0xDFFF).skip(32 * index).take(32) {
        for second in SURROGATES..=0xDFFF {
            let [a, b, c] = three_bytes(first);
            let [d, e, f] = three_bytes(second);
            stream.push(&[a, b, c, d, e, f]);
        }
    }
    stream.into()
}

fn four_bytes(_: u64, index: usize) -> Block {
    let mut stream = Stream::default();
    for second in CLASSES {
        for third in CLASSES {
            for fourth in CLASSES {
                stream.push(&[CLASSES[index], second, third, fourth]);
            }
        }
    }
    stream.into()
}

/// Bodies on a stream of their own, followed by other bytes or cut off.
fn random(seed: u64, index: usize) -> Block {
    let mut random = Random::of(seed, RANDOM, index);
    let mut sources = Sources::default();
    for _ in 0..RANDOM_BODIES {
        let body = random_body(&mut random);
        let mut bytes = u16::try_from(body.len())
            .unwrap_or(u16::MAX)
            .to_be_bytes()
            .to_vec();
        bytes.extend_from_slice(&body);
        bytes.extend([0x2A, 0x00, 0x01, 0x61]);
        if random.below(8) == 0 {
            bytes.truncate(random.below(bytes.len()));
        }
        sources.push(&bytes);
    }
    Block {
        cases: sources.len(),
        work: Work::Reads {
            calls: vec![Read::Utf, Read::UnsignedByte, Read::Utf],
            rounds: 1,
            sources,
        },
    }
}

/// Runs of characters of one width, and occasionally an invalid byte.
pub(super) fn random_body(random: &mut Random) -> Vec<u8> {
    let length = match random.below(4) {
        0 => random.pick(&LENGTHS),
        1 => random.below(1 << 16),
        _ => random.below(600),
    };
    let mut body = Vec::with_capacity(length + 3);
    while body.len() < length {
        let width = random.below(5);
        let run = 1 + random.below(if width == 0 { 200 } else { 20 });
        for _ in 0..run {
            push_character(random, width, &mut body);
        }
    }
    // The last character may be cut in two; that is also a case.
    body.truncate(length);
    if length > 0 && random.below(2) == 0 {
        let at = match random.below(4) {
            0 => random.below(length.min(4)),
            1 => length - 1 - random.below(length.min(4)),
            _ => random.below(length),
        };
        body[at] = if random.below(2) == 0 {
            random.pick(&CLASSES)
        } else {
            random.byte()
        };
    }
    body
}

fn push_character(random: &mut Random, width: usize, body: &mut Vec<u8>) {
    let low = |byte: u8| 0x80 | byte & 0x3F;
    match width {
        0 => body.push(random.byte() & 0x7F),
        1 => body.extend([0xC0 | random.byte() & 0x1F, low(random.byte())]),
        2 | 3 => body.extend(three_bytes(random.unit())),
        _ => {
            let pair = random.unit();
            body.extend(three_bytes(0xD800 | pair >> 6));
            body.extend(three_bytes(0xDC00 | pair & 0x3FF));
        }
    }
}

pub(super) fn three_bytes(unit: u16) -> [u8; 3] {
    let [high, low] = unit.to_be_bytes();
    [
        0xE0 | high >> 4,
        0x80 | (high & 0x0F) << 2 | low >> 6,
        0x80 | low & 0x3F,
    ]
}

/// Bodies that follow each other on one stream.
#[derive(Default)]
struct Stream {
    bytes: Vec<u8>,
    bodies: usize,
}

impl Stream {
    fn push(&mut self, body: &[u8]) {
        let length = u16::try_from(body.len()).unwrap_or(u16::MAX);
        self.bytes.extend(length.to_be_bytes());
        self.bytes.extend_from_slice(body);
        self.bodies += 1;
    }
}

impl From<Stream> for Block {
    fn from(stream: Stream) -> Self {
        Self {
            cases: stream.bodies,
            work: Work::Reads {
                calls: vec![Read::Utf],
                rounds: stream.bodies,
                sources: Sources::one(stream.bytes),
            },
        }
    }
}

/// The first surrogate.
const SURROGATES: u16 = 0xD800;

/// The number in each of 32 blocks; together about 25 MB.
const RANDOM_BODIES: usize = 64;

/// Around the buffer sizes of both sides, and the ends of the range.
const LENGTHS: [usize; 22] = [
    0, 1, 2, 3, 4, 7, 8, 79, 80, 81, 511, 512, 513, 1023, 1024, 1025, 32_767, 32_768, 65_532,
    65_533, 65_534, 65_535,
];
