//! `readLine`: where lines end, and which call gets the byte that it has read ahead.

use crate::sweep::block::{Block, Sources, Work};
use crate::sweep::call::Read;
use crate::sweep::family::Family;

pub(crate) const SECTIONS: [Family; 2] = [
    Family {
        name: "read_line_up_to_nine_bytes",
        claim: "readLine splits every string of up to nine letters, line ends and other bytes as Java does.",
        long: false,
        blocks: 1 + 5 + 25,
        asynchronous_in: 16,
        block: up_to_nine,
    },
    Family {
        name: "read_line_then_any",
        claim: "After readLine every method gets what it gets in Java: the byte behind a CR first.",
        long: false,
        blocks: 2 * Read::EACH.len(),
        asynchronous_in: 1,
        block: then_any,
    },
];

/// A letter, both line ends, and two bytes outside ASCII, one of which is NEL in Latin-1.
const LETTERS: [u8; 5] = [b'a', b'\r', b'\n', 0x85, 0xFF];

/// Line ends, and bytes that `readUTF` reads as a short string.
const LENGTHS: [u8; 5] = [b'\r', b'\n', 0x00, 0x01, b'a'];

/// Block 0 has all strings of up to seven bytes. Five blocks have those of eight bytes, the others
/// those of nine.
fn up_to_nine(_: u64, index: usize) -> Block {
    let mut sources = Sources::default();
    match index {
        0 => (0..=7).for_each(|length| push_all(&LETTERS, &[], length, &mut sources)),
        1..=5 => push_all(&LETTERS, &[LETTERS[index - 1]], 7, &mut sources),
        _ => {
            let (first, second) = ((index - 6) / 5, (index - 6) % 5);
            push_all(
                &LETTERS,
                &[LETTERS[first], LETTERS[second]],
                7,
                &mut sources,
            );
        }
    }
    Block {
        cases: sources.len(),
        work: Work::Reads {
            calls: vec![Read::Line],
            // Up to the null at the end: no string of nine bytes has this many lines.
            rounds: 11,
            sources,
        },
    }
}

fn then_any(_: u64, index: usize) -> Block {
    let (method, (alphabet, longest)) = (index / 2, [(LETTERS, 5), (LENGTHS, 6)][index % 2]);
    let mut sources = Sources::default();
    (0..=longest).for_each(|length| push_all(&alphabet, &[], length, &mut sources));
    let any = Read::EACH[method];
    Block {
        cases: sources.len(),
        work: Work::Reads {
            calls: vec![Read::Line, any, Read::Line, any, Read::UnsignedByte],
            rounds: 1,
            sources,
        },
    }
}

/// Adds `prefix` followed by every string of `length` letters.
fn push_all(alphabet: &[u8; 5], prefix: &[u8], length: u32, sources: &mut Sources) {
    let mut bytes = Vec::new();
    for number in 0..5_usize.pow(length) {
        bytes.clear();
        bytes.extend_from_slice(prefix);
        let mut rest = number;
        for _ in 0..length {
            bytes.push(alphabet[rest % 5]);
            rest /= 5;
        }
        sources.push(&bytes);
    }
}
