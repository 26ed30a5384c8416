//! Compares every set of instructions of this machine, and the portable code, with the scalar code,
//! exhaustively where that takes seconds.

use alloc::vec::Vec;

use super::portable::gathered_high_bits;
use super::short::LONGEST;
use super::{Instructions, Short, ShortPlain, high_bits, short_zeros};
use crate::mutf8::scalar;

/// Compares every instruction set with the scalar code, on arbitrary bytes and on their text.
#[track_caller]
fn assert_twins(all: &[Instructions], bytes: &[u8]) {
    let plain = scalar::is_plain(bytes);
    let units = scalar::units(bytes).ok();
    let mut text = String::from(BEFORE);
    let is_text = scalar::transcode(bytes, &mut text);
    for &instructions in all {
        assert_eq!(
            instructions.is_plain(bytes),
            plain,
            "{instructions} {bytes:02x?}"
        );
        assert_eq!(
            instructions.units(bytes),
            units,
            "{instructions} {bytes:02x?}"
        );

        let mut own = String::from(BEFORE);
        let own_is_text = instructions.transcode(bytes, &mut own);
        assert!(std::str::from_utf8(own.as_bytes()).is_ok());
        if own_is_text {
            assert!(is_text && own == text, "{instructions} {bytes:02x?}");
        } else {
            assert_eq!(own, BEFORE, "{instructions} {bytes:02x?}");
            let may = !is_text || is_overlong(bytes);
            assert!(may, "{instructions} left to others {bytes:02x?}");
        }
        if let Ok(text) = std::str::from_utf8(bytes) {
            assert_encodes(instructions, text);
        }
        if is_text {
            assert_encodes(instructions, &text);
        }
    }
}

/// The same with so much around the bytes that they are handled in blocks: once within a block, and
/// once across the end of the second block of 32 bytes.
#[track_caller]
fn assert_twins_within(all: &[Instructions], bytes: &[u8]) {
    assert_twins(all, bytes);
    for before in [39, 62] {
        let around = [&b"a".repeat(before)[..], bytes, &b"b".repeat(40)].concat();
        assert_twins(all, &around);
    }
}

#[track_caller]
fn assert_encodes(instructions: Instructions, text: &str) {
    let mut bytes = BEFORE.as_bytes().to_vec();
    scalar::encode(text, &mut bytes);
    let longer_by = bytes.len() - BEFORE.len() - text.len();
    let mut own = BEFORE.as_bytes().to_vec();
    instructions.encode(text, longer_by, &mut own);
    assert_eq!(own, bytes, "{instructions} {text:?}");
    own.truncate(BEFORE.len());
    instructions.encode_all(text, &mut own);
    assert_eq!(own, bytes, "{instructions} {text:?}");
    assert_eq!(scalar::longer_by(text), longer_by);
    assert_eq!(
        instructions.longer_by(text),
        longer_by,
        "{instructions} {text:?}"
    );
}

/// Whether encoding the decoded text gives other bytes. An instruction set may leave such bytes to
/// the scalar code.
fn is_overlong(bytes: &[u8]) -> bool {
    let mut text = String::new();
    let mut again = Vec::new();
    scalar::transcode(bytes, &mut text) && {
        scalar::encode(&text, &mut again);
        again != bytes
    }
}

fn available() -> Vec<Instructions> {
    Instructions::available().collect()
}

/// The step between tested cases: 1, or larger under Miri, which is about a thousand times slower, and
/// slower still with the portable code, in which a vector instruction is a loop.
const fn one_of(cases: usize) -> usize {
    match (cfg!(miri), cfg!(target_feature = "avx2")) {
        (false, _) => 1,
        (true, true) => cases,
        (true, false) => 4 * cases,
    }
}

/// Content before the appended text, which must not change.
const BEFORE: &str = "é";

#[test]
fn all_simd_levels_agree_on_every_body_of_up_to_three_bytes() {
    let all = available();
    for number in (0..1_u32 << 24).step_by(one_of(16_411)) {
        let [_, first, second, third] = number.to_be_bytes();
        assert_twins(&all, &[first, second, third]);
        if number < 1 << 16 {
            assert_twins(&all, &[second, third]);
        }
        if number < 1 << 8 {
            assert_twins(&all, &[third]);
        }
    }
    assert_twins(&all, b"");
}

/// The first and last byte of each class, for UTF-8 and for modified UTF-8.
const BOUNDARIES: [u8; 24] = [
    0x00, 0x01, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xAF, 0xB0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF,
    0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xFF,
];

#[test]
fn all_simd_levels_agree_on_every_body_of_four_boundary_bytes() {
    let all = available();
    let count = BOUNDARIES.len();
    for number in (0..count.pow(4)).step_by(one_of(1_657)) {
        let boundary = |place| BOUNDARIES[number / count.pow(place) % count];
        assert_twins_within(&all, &[3, 2, 1, 0].map(boundary));
    }
}

#[test]
fn all_simd_levels_agree_on_every_two_surrogates() {
    let all = available();
    for first in (0..2_048).step_by(one_of(163)) {
        for second in (0..2_048).step_by(one_of(151)) {
            let mut bytes = Vec::with_capacity(6);
            scalar::push(0xD800 + first, &mut bytes);
            scalar::push(0xD800 + second, &mut bytes);
            assert_twins(&all, &[&b"a".repeat(62)[..], &bytes, b"bc"].concat());
            assert_twins(&all, &bytes);
        }
    }
}

#[test]
fn all_simd_levels_agree_on_pieces_in_any_order() {
    let all = available();
    let mut random = 0x2545_F491_4F6C_DD1D_u64;
    let mut below = |limit: usize| {
        random ^= random >> 12;
        random ^= random << 25;
        random ^= random >> 27;
        (random.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 40) as usize % limit
    };
    for _ in (0..40_000).step_by(one_of(997)) {
        // Mostly well-formed, else hardly any case would get beyond its first bytes.
        let faults = below(3);
        let mut bytes = Vec::new();
        for _ in 0..below(60) {
            let run = [1, 1, 1, 2, 9][below(5)];
            let piece = WELL_FORMED[below(WELL_FORMED.len())];
            bytes.extend(piece.repeat(run));
        }
        for _ in 0..faults {
            let at = below(bytes.len() + 1);
            let piece = PIECES[below(PIECES.len())];
            bytes.splice(at..at, piece.iter().copied());
        }
        assert_twins(&all, &bytes);
    }
}

#[test]
fn high_bits_are_the_same_with_sse2() {
    for place in 0..32 {
        for byte in [0x00, 0x7F, 0x80, 0xC0, 0xFF] {
            for other in [0x00, 0x7F, 0x80, 0xFF] {
                let mut bytes = [other; 32];
                bytes[place] = byte;
                let expected = bytes
                    .iter()
                    .rev()
                    .fold(0, |bits, byte| bits << 1 | u32::from(byte >> 7));
                assert_eq!(high_bits(&bytes), expected);
                assert_eq!(gathered_high_bits(&bytes), expected);
            }
        }
    }
}

/// Compares the code for short bytes with loops over them, wherever others are behind them.
#[track_caller]
fn assert_short(bytes: &[u8], behind: &[u8]) {
    let len = bytes.len();
    let all = [bytes, behind].concat();
    let short = Short::at_start(&all, len).expect("they are few");
    assert_eq!(short.len(), len);
    let is_same = !bytes.iter().any(|&byte| byte == 0 || byte >= 0xF0);
    assert_eq!(short.is_same(), is_same, "{bytes:02x?} {behind:02x?}");

    let mut appended = BEFORE.as_bytes().to_vec();
    short.put(&mut appended);
    assert_eq!(appended, [BEFORE.as_bytes(), bytes].concat());
    let message = short.behind(*b"->");
    assert_eq!(message[..2 + len], [b"->", bytes].concat());

    assert_eq!(
        short.is_ascii(),
        bytes.is_ascii(),
        "{bytes:02x?} {behind:02x?}"
    );
    let ascii = ShortPlain::ascii_at_start(&all, len);
    assert_eq!(
        ascii.is_some(),
        bytes.is_ascii(),
        "{bytes:02x?} {behind:02x?}"
    );
    let expected = std::str::from_utf8(bytes).ok().filter(|_| bytes.is_ascii());
    let owned = ShortPlain::ascii_of(all, len);
    assert_eq!(owned.as_deref(), expected.ok_or(&bytes.to_vec()));

    let may_differ = bytes.contains(&0xC0) || bytes.contains(&0xED);
    let plain = ShortPlain::of(bytes);
    assert!(
        plain.is_some() == scalar::is_plain(bytes) || may_differ,
        "{bytes:02x?}"
    );
    for plain in [ascii, plain].into_iter().flatten() {
        assert!(scalar::is_plain(bytes), "{bytes:02x?}");
        let text = std::str::from_utf8(bytes).expect("it is plain");
        assert_eq!(plain.len(), len);
        assert_eq!(plain.text(), text);
        let mut appended = String::from(BEFORE);
        plain.put_text(&mut appended);
        assert_eq!(appended, [BEFORE, text].concat());
    }
}

#[test]
fn short_bytes_of_every_length_are_tested_and_copied_as_by_a_loop() {
    for len in (0..=LONGEST).step_by(one_of(5)) {
        let bytes: Vec<u8> = (1..).take(len).collect();
        for behind in [&b""[..], b"\x80", b"\0", b"\xFFbehind", &[0xFF; LONGEST]] {
            assert_short(&bytes, behind);
            for place in (0..len).step_by(one_of(7)) {
                for other in (0..=0xFF).step_by(one_of(67)) {
                    let mut bytes = bytes.clone();
                    bytes[place] = other;
                    assert_short(&bytes, behind);
                }
            }
        }
        let zeros = short_zeros(len);
        assert_eq!(zeros, vec![0; len.max(16)]);
    }
    assert!(Short::of(&[b'a'; LONGEST + 1]).is_none());
    assert!(Short::at_start(&[b'a'; 2 * LONGEST], LONGEST + 1).is_none());
}

#[test]
fn all_simd_levels_agree_on_characters_across_block_edges() {
    let fillers: [&[u8]; 5] = [
        b"a",
        b"\xC3\xA9",
        b"\xE4\xB8\xAD",
        b"\xED\xA0\xBD\xED\xB8\x80",
        b"\xC0\x80",
    ];
    let all = available();
    for filler in fillers {
        let lengths = (0..70).chain(120..135).chain(1_018..1_030);
        for before in lengths.step_by(one_of(47)) {
            let start = filler.repeat(before / filler.len());
            for piece in PIECES.into_iter().step_by(one_of(3)) {
                let lengths = [0, 1, 2, 3, 31, 32, 61, 62, 63, 64, 65, 130];
                for behind in lengths.into_iter().step_by(one_of(6)) {
                    let end = filler.repeat(behind / filler.len());
                    assert_twins(&all, &[&start[..], piece, &end[..]].concat());
                }
            }
        }
    }
}

#[test]
fn all_simd_levels_agree_on_every_character() {
    let all = available();
    for character in ('\0'..=char::MAX).step_by(one_of(10_007)) {
        let text = format!("a{character}é");
        let mut bytes = Vec::new();
        scalar::encode(&text, &mut bytes);
        assert_twins_within(&all, &bytes);
        assert_twins(&all, text.as_bytes());
    }
}

#[test]
fn long_ascii_runs_hide_no_character_before_them() {
    let all = available();
    let plenty = vec![b'a'; 2_500];
    for before in (500..520).chain(1_010..1_030).step_by(one_of(27)) {
        for piece in PIECES.into_iter().step_by(one_of(5)) {
            assert_twins(&all, &[&plenty[..before], piece, &plenty].concat());
        }
    }
}

/// Characters that modified UTF-8 has.
const WELL_FORMED: [&[u8]; 8] = [
    b"a",
    b"\0",
    b"\xC0\x80",
    b"\xC3\xA9",
    b"\xE4\xB8\xAD",
    b"\xED\x9F\xBF",
    b"\xED\xA0\xBD\xED\xB8\x80",
    b"a plain sentence of more than one block of bytes",
];

/// Short pieces of text, one empty, so that block boundaries fall at every position within a
/// character.
const PIECES: [&[u8]; 22] = [
    b"",
    b"\0",
    b"\xC0\x80",
    b"\xC1\x81",
    b"\xC3\xA9",
    b"\xE0\x80\x80",
    b"\xE4\xB8\xAD",
    b"\xED\x9F\xBF",
    b"\xED\xA0\x80",
    b"\xED\xB0\x80",
    b"\xED\xA0\xBD\xED\xB8\x80",
    b"\xED\xB8\x80\xED\xA0\xBD",
    b"\xED\xA0\xBDa",
    b"\xED\xA0\xBD\xC3\xA9",
    b"\xF0\x9F\x98\x80",
    b"\x80",
    b"\xFF",
    b"\xC3",
    b"\xE4\xB8",
    b"\xE4\xB8\x41",
    b"\xED\xA0\xBD\xED\xB8",
    b"\xED\xA0\xBD\xED",
];
