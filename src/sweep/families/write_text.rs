//! `writeUTF`, `writeChars` and `writeBytes`: the encoding of strings.

use crate::JavaString;
use crate::sweep::block::{Block, Sink, Work};
use crate::sweep::call::Write;
use crate::sweep::family::Family;
use crate::system::random::Random;

pub(crate) const SECTIONS: [Family; 5] = [
    Family {
        name: "write_utf_every_unit",
        claim: "writeUTF encodes every code unit as Java does.",
        long: false,
        blocks: 1,
        asynchronous_in: 1,
        block: |_, _| each_unit(Write::Utf),
    },
    Family {
        name: "write_utf_every_surrogate_pair",
        claim: "writeUTF encodes every pair of surrogates, and every two low ones, as Java does.",
        long: false,
        blocks: 32,
        asynchronous_in: 16,
        block: every_surrogate_pair,
    },
    Family {
        name: "write_utf_at_the_limit",
        claim: "writeUTF takes 65535 bytes and refuses 65536 with Java's message, cut where Java cuts.",
        long: false,
        blocks: UNITS.len(),
        asynchronous_in: 4,
        block: at_the_limit,
    },
    Family {
        name: RANDOM,
        claim: "writeUTF, writeChars and writeBytes write mixed strings as Java does.",
        long: false,
        blocks: 8,
        asynchronous_in: 1,
        block: random,
    },
    Family {
        name: "write_chars_and_bytes_every_unit",
        claim: "writeChars and writeBytes write every code unit as Java does.",
        long: false,
        blocks: 2,
        asynchronous_in: 1,
        block: |_, index| each_unit([Write::Chars, Write::Bytes][index]),
    },
];

const RANDOM: &str = "write_text_random";

fn each_unit(call: fn(JavaString) -> Write) -> Block {
    on_one_sink(
        (0..=0xFFFF_u16)
            .map(|unit| call(vec![unit].into()))
            .collect(),
    )
}

/// Each surrogate followed by each low surrogate.
fn every_surrogate_pair(_: u64, index: usize) -> Block {
    let mut calls = Vec::with_capacity(1 << 16);
    for first in (0xD800..=0xDFFF_u16).skip(64 * index).take(64) {
        for second in 0xDC00..=0xDFFF_u16 {
            calls.push(Write::Utf(vec![first, second].into()));
        }
    }
    on_one_sink(calls)
}

/// Strings of one kind of code unit, with other kinds at their beginning, their end, or where
/// Java's message is cut, so that they are just short enough or just too long.
fn at_the_limit(_: u64, index: usize) -> Block {
    let filling = UNITS[index];
    let mut sinks = Vec::new();
    for encoded in [65_535, 65_536, 65_537] {
        for extra in EXTRAS {
            // Without an extra code unit, its position does not matter.
            let places = if extra.is_empty() {
                &PLACES[..1]
            } else {
                &PLACES
            };
            for &place in places {
                if let Some(text) = text_of(encoded, filling, extra, place) {
                    // The calls around it show that the stream is still usable, and what `size()`
                    // has counted.
                    let calls = vec![Write::Byte(1), Write::Utf(text), Write::Byte(2)];
                    sinks.push(Sink {
                        failing: None,
                        calls,
                    });
                }
            }
        }
    }
    Block {
        cases: sinks.len(),
        work: Work::Writes(sinks),
    }
}

/// A string of `encoded` bytes of modified UTF-8, including `extra`. `None` if there is none.
fn text_of(encoded: usize, filling: u16, extra: &[u16], place: Place) -> Option<JavaString> {
    let room = encoded.checked_sub(extra.iter().copied().map(width).sum())?;
    let mut units = vec![filling; room / width(filling)];
    // The remaining bytes are filled up in the middle, which no message quotes.
    let middle = units.len() / 2;
    units.splice(
        middle..middle,
        std::iter::repeat_n(u16::from(b'+'), room % width(filling)),
    );
    let at = match place {
        Place::FromStart(units_before) => units_before,
        Place::FromEnd(units_behind) => units.len() - units_behind,
    };
    units.splice(at..at, extra.iter().copied());
    Some(units.into())
}

fn width(unit: u16) -> usize {
    match unit {
        0x0001..=0x007F => 1,
        0x0000 | 0x0080..=0x07FF => 2,
        0x0800..=0xFFFF => 3,
    }
}

/// Strings of up to some hundred code units, mostly of one kind.
fn random(seed: u64, index: usize) -> Block {
    let mut random = Random::of(seed, RANDOM, index);
    let mut calls = Vec::new();
    for _ in 0..RANDOM_TEXTS {
        let length = random.below(200);
        let kind = random.below(4);
        let units: Vec<u16> = (0..length)
            .map(|_| match (kind, random.below(16)) {
                (0, 0) | (1, 0..8) => random.pick(&EDGES),
                (2, _) => random.unit(),
                (3, 0..12) => 0xD800 | random.unit() & 0x7FF,
                _ => 0x20 + random.unit() % 0x5F,
            })
            .collect();
        let text = JavaString::from(units);
        calls.push(match random.below(4) {
            0 => Write::Bytes(text),
            1 => Write::Chars(text),
            _ => Write::Utf(text),
        });
    }
    on_one_sink(calls)
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

/// The number in each of 8 blocks.
const RANDOM_TEXTS: usize = 2_000;

/// One code unit of each width, NUL, and an unpaired surrogate.
const UNITS: [u16; 5] = [0x0061, 0x0000, 0x00E9, 0x4E2D, 0xD83D];

/// The code units inserted between them.
const EXTRAS: [&[u16]; 8] = [
    &[],
    &[0x0062],
    &[0x0000],
    &[0x07FF],
    &[0x0800],
    &[0xD83D, 0xDE00],
    &[0xD800],
    &[0xDC00],
];

#[derive(Clone, Copy)]
enum Place {
    FromStart(usize),
    FromEnd(usize),
}

/// Java quotes the first and last eight code units of a string that is too long. These are the
/// ends, the positions at which a pair is cut in two, and the positions beside them.
const PLACES: [Place; 8] = [
    Place::FromStart(0),
    Place::FromStart(6),
    Place::FromStart(7),
    Place::FromStart(8),
    Place::FromEnd(8),
    Place::FromEnd(7),
    Place::FromEnd(6),
    Place::FromEnd(0),
];

/// The boundaries between one, two and three bytes, and of the surrogates.
const EDGES: [u16; 14] = [
    0x0000, 0x0001, 0x007F, 0x0080, 0x00FF, 0x0100, 0x07FF, 0x0800, 0xD7FF, 0xD800, 0xDBFF, 0xDC00,
    0xDFFF, 0xE000,
];
