//! The console: lines of bytes, valid UTF-8 or not, with replacement characters as in
//! `InputStreamReader`.
//!
//! CR may be combined with a following LF. That is swept separately, and CR is left out of sources
//! with many lines.

use crate::sweep::block::{Block, Sources, Work};
use crate::sweep::family::Family;

pub(crate) const SECTIONS: [Family; 6] = [
    Family {
        name: "console_up_to_three_bytes",
        claim: "Lines of up to three bytes, broken characters included, are the same text as on Java's console.",
        long: false,
        blocks: 1 + FIRST.len(),
        asynchronous_in: 1,
        block: up_to_three_bytes,
    },
    Family {
        name: "console_at_the_end",
        claim: "Input that ends within a character, or after one, is the same text as on Java's console.",
        long: false,
        blocks: 2,
        asynchronous_in: 1,
        block: at_the_end,
    },
    Family {
        name: "console_line_ends",
        claim: "Lines with any mixture of ends are the same lines as on Java's console.",
        long: false,
        blocks: 1,
        asynchronous_in: 1,
        block: line_ends,
    },
    Family {
        name: "console_across_a_buffer",
        claim: "A character across the end of Java's buffer is the same text as on Java's console.",
        long: false,
        blocks: ACROSS.len(),
        asynchronous_in: 1,
        block: across_a_buffer,
    },
    Family {
        name: "console_every_three_bytes",
        claim: "Every line of three bytes is the same text as on Java's console.",
        long: true,
        blocks: LINE_BYTES,
        asynchronous_in: 1,
        block: every_three_bytes,
    },
    Family {
        name: "console_every_three_bytes_at_the_end",
        claim: "Every three bytes with which an input ends are the same text as on Java's console.",
        long: true,
        blocks: 256,
        asynchronous_in: 1,
        block: every_three_bytes_at_the_end,
    },
];

/// All bytes except CR.
const LINE_BYTES: usize = 255;

fn line_bytes() -> impl Iterator<Item = u8> + Clone {
    (0..=u8::MAX).filter(|&byte| byte != b'\r')
}

/// A letter, three bytes that begin no character, which leaves a line of two bytes, and the
/// boundaries of all bytes that may begin one. The bytes between the boundaries differ only in the
/// character.
const FIRST: [u8; 21] = [
    b'a', 0x80, 0x9F, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1,
    0xF3, 0xF4, 0xF5, 0xF8, 0xFF,
];

/// Block 0 has all lines of less than three bytes. Each other block has all lines of three bytes
/// with one first byte.
fn up_to_three_bytes(_: u64, index: usize) -> Block {
    match index {
        0 => {
            let mut lines = vec![vec![]];
            lines.extend(line_bytes().map(|byte| vec![byte]));
            for first in line_bytes() {
                lines.extend(line_bytes().map(|second| vec![first, second]));
            }
            lines_of(lines.iter().map(Vec::as_slice))
        }
        _ => three_bytes(FIRST[index - 1]),
    }
}

fn every_three_bytes(_: u64, index: usize) -> Block {
    three_bytes(line_bytes().nth(index).unwrap_or(u8::MAX))
}

/// All lines of three bytes with this first byte.
fn three_bytes(first: u8) -> Block {
    let seconds = line_bytes().flat_map(|second| line_bytes().map(move |third| [second, third]));
    let lines: Vec<[u8; 3]> = seconds
        .map(|[second, third]| [first, second, third])
        .collect();
    lines_of(lines.iter().map(<[u8; 3]>::as_slice))
}

/// The lines, one after the other on one console.
fn lines_of<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Block {
    let mut console = Vec::new();
    let mut cases = 0;
    for line in lines {
        console.extend_from_slice(line);
        console.push(b'\n');
        cases += 1;
    }
    Block {
        cases,
        work: Work::Lines {
            // Sources with LF have more lines; the null at the end ends the loop.
            rounds: 4 * cases,
            sources: Sources::one(console),
        },
    }
}

/// The boundaries of all ranges that a UTF-8 decoder distinguishes, and both line ends.
const CLASSES: [u8; 20] = [
    b'a', b'\n', b'\r', 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC1, 0xC2, 0xE0, 0xE1, 0xED, 0xEF,
    0xF0, 0xF1, 0xF4, 0xF5, 0xFF,
];

/// One of each kind: enough for four and five bytes.
const FEWER: [u8; 10] = [b'a', 0x80, 0x90, 0xA0, 0xC2, 0xE0, 0xED, 0xEF, 0xF0, 0xF4];

fn at_the_end(_: u64, index: usize) -> Block {
    let mut sources = Sources::default();
    if index == 0 {
        sources.push(b"");
        (0..=u8::MAX).for_each(|byte| sources.push(&[byte]));
        (0..=u16::MAX).for_each(|bytes| sources.push(&bytes.to_be_bytes()));
    } else {
        push_all(&CLASSES, 3, b"", &mut sources);
        push_all(&FEWER, 4, b"", &mut sources);
        push_all(&FEWER, 5, b"", &mut sources);
    }
    one_line_of_each(sources)
}

fn line_ends(_: u64, _: usize) -> Block {
    let mut sources = Sources::default();
    for length in 0..=LINE_ENDS {
        push_all(b"a\r\n", length, b"", &mut sources);
    }
    // The buffer may end within a CR LF pair.
    for left in ACROSS {
        push_all(b"a\r\n", 4, &vec![b'x'; BUFFER - left], &mut sources);
    }
    Block {
        cases: sources.len(),
        work: Work::Lines {
            rounds: usize::try_from(LINE_ENDS).unwrap_or_default() + 2,
            sources,
        },
    }
}

const LINE_ENDS: u32 = 8;

/// How many bytes of the buffer are left where the characters begin.
const ACROSS: [usize; 4] = [0, 1, 2, 3];

fn across_a_buffer(_: u64, index: usize) -> Block {
    let before = vec![b'x'; BUFFER - ACROSS[index]];
    let mut sources = Sources::default();
    push_all(&FEWER, 3, &before, &mut sources);
    one_line_of_each(sources)
}

/// The buffer size of `InputStreamReader`.
const BUFFER: usize = 8192;

fn every_three_bytes_at_the_end(_: u64, index: usize) -> Block {
    let first = u8::try_from(index).unwrap_or(u8::MAX);
    let mut sources = Sources::default();
    for rest in 0..=u16::MAX {
        let [second, third] = rest.to_be_bytes();
        sources.push(&[first, second, third]);
    }
    one_line_of_each(sources)
}

/// Adds `before` followed by every string of `length` bytes of the alphabet.
fn push_all(alphabet: &[u8], length: u32, before: &[u8], sources: &mut Sources) {
    let mut bytes = Vec::new();
    for number in 0..alphabet.len().pow(length) {
        bytes.clear();
        bytes.extend_from_slice(before);
        let mut rest = number;
        for _ in 0..length {
            bytes.push(alphabet[rest % alphabet.len()]);
            rest /= alphabet.len();
        }
        sources.push(&bytes);
    }
}

fn one_line_of_each(sources: Sources) -> Block {
    Block {
        cases: sources.len(),
        work: Work::Lines { rounds: 1, sources },
    }
}
