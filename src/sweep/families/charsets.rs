//! The charsets: lines as `println` writes them and as `readLine` reads them.
//!
//! Every family runs each of its blocks once for each charset.

use crate::JavaString;
use crate::programs::charset::Charset;
use crate::sweep::block::{Block, Sources, Work};
use crate::sweep::family::Family;

pub(crate) const SECTIONS: [Family; 7] = [
    Family {
        name: "charset_encode_every_unit",
        claim: "Every code unit, at the beginning and at the end of a line, is sent as the same bytes as by Java.",
        long: false,
        blocks: SETS,
        asynchronous_in: 1,
        block: every_unit,
    },
    Family {
        name: "charset_encode_surrogates",
        claim: "Surrogates in any order, in one line and from line to line, are sent as the same bytes as by Java.",
        long: false,
        blocks: SETS,
        asynchronous_in: 1,
        block: surrogates,
    },
    Family {
        name: "charset_encode_across_a_buffer",
        claim: "A character across the end of Java's buffer is sent as the same bytes as by Java.",
        long: false,
        blocks: SETS,
        asynchronous_in: 1,
        block: encoded_across_a_buffer,
    },
    Family {
        name: "charset_decode_up_to_two_bytes",
        claim: "All input of up to two bytes, and all lines of two, are the same lines as in Java.",
        long: false,
        blocks: 2 * SETS,
        asynchronous_in: 1,
        block: up_to_two_bytes,
    },
    Family {
        name: "charset_decode_more_bytes",
        claim: "Three to six bytes of every kind, cut wherever it may be, are the same lines as in Java.",
        long: false,
        blocks: SETS,
        asynchronous_in: 1,
        block: more_bytes,
    },
    Family {
        name: "charset_decode_across_a_buffer",
        claim: "A character across the end of Java's buffer is the same text as in Java.",
        long: false,
        blocks: LEFT.len() * SETS,
        asynchronous_in: 1,
        block: decoded_across_a_buffer,
    },
    Family {
        name: "charset_decode_every_three_bytes",
        claim: "Every input of three bytes is the same lines as in Java.",
        long: true,
        blocks: 256 * SETS,
        asynchronous_in: 1,
        block: every_three_bytes,
    },
];

const SETS: usize = Charset::ALL.len();

fn charset(index: usize) -> Charset {
    Charset::ALL[index % SETS]
}

fn every_unit(_: u64, index: usize) -> Block {
    let all = (0..=u16::MAX).map(|unit| vec![unit, 0x61, unit]);
    encoded(charset(index), vec![lines(all)])
}

/// One code unit of each kind that an encoder may distinguish, and the boundaries of the
/// surrogates.
const UNITS: [u16; 10] = [
    0x000A, 0x0061, 0x00E9, 0x4E16, 0xD800, 0xDBFF, 0xDC00, 0xDFFF, 0xFEFF, 0xFFFF,
];

fn surrogates(_: u64, index: usize) -> Block {
    let edges = [0xD800, 0xD83D, 0xDBFF, 0xDC00, 0xDE00, 0xDFFF];
    let pairs =
        (0xD800..=0xDFFF_u16).flat_map(|unit| edges.map(|edge| [[unit, edge], [edge, unit]]));
    let pairs = lines(pairs.flatten().map(Vec::from));
    let mut mixtures = Vec::new();
    for length in 0..=4 {
        let count = UNITS.len();
        mixtures.extend((0..count.pow(length)).map(|number| {
            let units = (0..length).map(|place| UNITS[number / count.pow(place) % count]);
            JavaString::from(units.collect::<Vec<u16>>())
        }));
    }
    encoded(charset(index), vec![pairs, mixtures])
}

/// How many bytes of the buffer are left where the interesting bytes begin.
const LEFT: [usize; 5] = [0, 1, 2, 3, 4];

/// The buffer size of Java's readers and writers.
const BUFFER: usize = 8192;

/// The buffer counts bytes, and a code unit before it takes one, two or three of them.
fn encoded_across_a_buffer(_: u64, index: usize) -> Block {
    let mut all = Vec::new();
    for (before, bytes) in [(0x61, 1), (0x61, 2), (0xE9, 2), (0x4E16, 2), (0x4E16, 3)] {
        for left in LEFT {
            for text in ["a世b", "é€", "😀😀", "\u{ffff}"] {
                let before = std::iter::repeat_n(before, BUFFER / bytes - left);
                all.push(before.chain(text.encode_utf16()).collect());
            }
            let high = std::iter::repeat_n(before, BUFFER / bytes - left);
            all.push(high.chain([0xD83D]).collect());
        }
    }
    encoded(charset(index), vec![lines(all.into_iter())])
}

fn lines(all: impl Iterator<Item = Vec<u16>>) -> Vec<JavaString> {
    all.map(JavaString::from).collect()
}

fn encoded(charset: Charset, sinks: Vec<Vec<JavaString>>) -> Block {
    Block {
        cases: sinks.iter().map(Vec::len).sum(),
        work: Work::Encoded { charset, sinks },
    }
}

/// First everything that an input may consist of or end with, then all lines of two bytes, a few
/// for each source: a reader has large buffers and takes a while to create.
fn up_to_two_bytes(_: u64, index: usize) -> Block {
    let mut sources = Sources::default();
    if index < SETS {
        sources.push(b"");
        (0..=u8::MAX).for_each(|byte| sources.push(&[byte]));
        push_all(&CLASSES, 2, b"", &mut sources);
    } else {
        let all: Vec<u8> = (0..=u16::MAX)
            .map(u16::to_be_bytes)
            .flat_map(|[first, second]| [0, b'a', first, second, 0, b'b', 0, b'\n'])
            .collect();
        all.chunks(8 * LINES).for_each(|some| sources.push(some));
    }
    decoded(charset(index), sources)
}

/// How many lines still fit into a test.
const LINES: usize = 8;

/// The boundaries of all ranges that some decoder distinguishes.
const CLASSES: [u8; 20] = [
    0x00, b'\n', b'\r', b'a', 0x7F, 0x80, 0x81, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC2, 0xD8, 0xDC,
    0xE0, 0xED, 0xF0, 0xF4, 0xFF,
];

/// One of each kind.
const FEWER: [u8; 8] = [0x00, b'\n', 0x81, 0xA0, 0xD8, 0xDC, 0xED, 0xF0];

/// The bytes that matter in longer inputs of two-byte code units.
const HALVES: [u8; 4] = [0x00, b'\r', 0xD8, 0xDC];

fn more_bytes(_: u64, index: usize) -> Block {
    let mut sources = Sources::default();
    push_all(&CLASSES, 3, b"", &mut sources);
    push_all(&FEWER, 4, b"", &mut sources);
    push_all(&HALVES, 5, b"", &mut sources);
    push_all(&HALVES, 6, b"", &mut sources);
    decoded(charset(index), sources)
}

fn decoded_across_a_buffer(_: u64, index: usize) -> Block {
    let before = b"\0a".repeat(BUFFER / 2);
    let mut sources = Sources::default();
    for alphabet in [
        [0x00, b'\n', 0xA0, 0xD8, 0xDC],
        [b'\r', b'a', 0x81, 0xED, 0xFF],
    ] {
        push_all(&alphabet, 2, &before[LEFT[index / SETS]..], &mut sources);
    }
    decoded(charset(index), sources)
}

fn every_three_bytes(_: u64, index: usize) -> Block {
    let first = u8::try_from(index / SETS).unwrap_or(u8::MAX);
    let mut sources = Sources::default();
    for rest in 0..=u16::MAX {
        let [second, third] = rest.to_be_bytes();
        sources.push(&[first, second, third]);
    }
    decoded(charset(index), sources)
}

/// Adds `before` followed by every string of `length` bytes of the alphabet.
fn push_all(alphabet: &[u8], length: u32, before: &[u8], sources: &mut Sources) {
    let count = alphabet.len();
    let mut bytes = before.to_vec();
    for number in 0..count.pow(length) {
        bytes.truncate(before.len());
        bytes.extend((0..length).map(|place| alphabet[number / count.pow(place) % count]));
        sources.push(&bytes);
    }
}

fn decoded(charset: Charset, sources: Sources) -> Block {
    Block {
        cases: sources.len(),
        work: Work::Decoded {
            charset,
            // Up to the null at the end: no source has this many line ends.
            rounds: 3 * LINES + 2,
            sources,
        },
    }
}
