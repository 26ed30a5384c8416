//! Class files: which constants the class loader of the JVM accepts, and the text that it makes of
//! them.
//!
//! Each body is a string constant of a generated class of a given version, which the JVM loads and
//! asks for the string. The claims hold for both ranges of versions, the last of the old one and
//! the first and the current one of the new one.

use super::read_utf::{CLASSES, random_body, three_bytes};
use crate::sweep::block::{Block, Sources, Work};
use crate::sweep::family::Family;
use crate::system::random::Random;

pub(crate) const SECTIONS: [Family; 5] = [
    Family {
        name: "class_file_up_to_two_bytes",
        claim: "A constant of up to two bytes is accepted as the class loader accepts it.",
        long: false,
        blocks: PARTS * RANGES.len(),
        asynchronous_in: 1,
        block: up_to_two_bytes,
    },
    Family {
        name: "class_file_three_bytes",
        claim: "A constant of three bytes, one or more of each class, is accepted as the class loader accepts it.",
        long: false,
        blocks: CLASSES.len() * VERSIONS.len(),
        asynchronous_in: 1,
        block: three_classes,
    },
    Family {
        name: "class_file_every_code_unit",
        claim: "A constant of each code unit, alone and after a high surrogate, is the string that the class loader makes of it.",
        long: false,
        blocks: PARTS * RANGES.len(),
        asynchronous_in: 1,
        block: every_code_unit,
    },
    Family {
        name: RANDOM,
        claim: "A constant of up to 65535 bytes, sound or broken, is what the class loader makes of it.",
        long: false,
        blocks: 4 * VERSIONS.len(),
        asynchronous_in: 1,
        block: random,
    },
    Family {
        name: "class_file_every_three_bytes",
        claim: "A constant of three bytes is accepted as the class loader accepts it.",
        long: true,
        blocks: 256 * PARTS * RANGES.len(),
        asynchronous_in: 1,
        block: every_three_bytes,
    },
];

const RANDOM: &str = "class_file_random";

/// The oldest version, both sides of the change, and a recent version that every JDK loads.
const VERSIONS: [u16; 4] = [45, 47, 48, 52];

/// One version of each range.
const RANGES: [u16; 2] = [47, 48];

fn block(version: u16, bodies: Sources) -> Block {
    Block {
        cases: bodies.len(),
        work: Work::Constants { version, bodies },
    }
}

/// One part of the bodies, in each range.
fn up_to_two_bytes(_: u64, index: usize) -> Block {
    let (part, version) = (index / RANGES.len(), RANGES[index % RANGES.len()]);
    let mut bodies = Sources::default();
    if part == 0 {
        bodies.push(&[]);
        (0..=0xFF).for_each(|byte| bodies.push(&[byte]));
    }
    numbers_of(part).for_each(|bytes| bodies.push(&bytes.to_be_bytes()));
    block(version, bodies)
}

fn three_classes(_: u64, index: usize) -> Block {
    let first = CLASSES[index / VERSIONS.len()];
    let mut bodies = Sources::default();
    for second in CLASSES {
        for third in CLASSES {
            bodies.push(&[first, second, third]);
        }
    }
    block(VERSIONS[index % VERSIONS.len()], bodies)
}

fn every_code_unit(_: u64, index: usize) -> Block {
    let (part, version) = (index / RANGES.len(), RANGES[index % RANGES.len()]);
    let mut bodies = Sources::default();
    for unit in numbers_of(part) {
        let bytes = three_bytes(unit);
        bodies.push(&bytes);
        // Pairs, halves, and what no surrogate may precede.
        bodies.push(&[&three_bytes(0xD83D)[..], &bytes].concat());
    }
    block(version, bodies)
}

fn random(seed: u64, index: usize) -> Block {
    let mut random = Random::of(seed, RANDOM, index);
    let mut bodies = Sources::default();
    for _ in 0..RANDOM_BODIES {
        bodies.push(&random_body(&mut random));
    }
    block(VERSIONS[index % VERSIONS.len()], bodies)
}

fn every_three_bytes(_: u64, index: usize) -> Block {
    let (part, version) = (index / RANGES.len(), RANGES[index % RANGES.len()]);
    let first = u8::try_from(part / PARTS).unwrap_or(u8::MAX);
    let mut bodies = Sources::default();
    for rest in numbers_of(part % PARTS) {
        let [second, third] = rest.to_be_bytes();
        bodies.push(&[first, second, third]);
    }
    block(version, bodies)
}

/// One part of all numbers of two bytes.
fn numbers_of(part: usize) -> impl Iterator<Item = u16> {
    (0..=0xFFFF).skip(part * PART).take(PART)
}

/// A class is loaded for each body, which takes its time on a busy machine: all numbers of two bytes
/// are so many blocks.
const PARTS: usize = 16;
const PART: usize = (1 << 16) / PARTS;

/// The number in each block.
const RANDOM_BODIES: usize = 64;
