//! Compares every supported instruction set with the scalar code, exhaustively where that takes
//! seconds.

use super::{Instructions, Level, scalar};

/// Compares every instruction set with the scalar code, on arbitrary bytes and on their text.
#[track_caller]
fn assert_twins(levels: &[Level], bytes: &[u8]) {
    let plain = scalar::is_plain(bytes);
    let units = scalar::units(bytes).ok();
    let mut text = String::from(BEFORE);
    let is_text = scalar::transcode(bytes, &mut text);
    for &level in levels {
        assert_eq!(level.is_plain(bytes), plain, "{level:?} {bytes:02x?}");
        assert_eq!(level.units(bytes), units, "{level:?} {bytes:02x?}");

        let mut own = String::from(BEFORE);
        let own_is_text = level.transcode(bytes, &mut own);
        assert!(std::str::from_utf8(own.as_bytes()).is_ok());
        if own_is_text {
            assert!(is_text && own == text, "{level:?} {bytes:02x?}");
        } else {
            assert_eq!(own, BEFORE, "{level:?} {bytes:02x?}");
            let may = !is_text || is_overlong(bytes);
            assert!(may, "{level:?} left to others {bytes:02x?}");
        }
        if let Ok(text) = std::str::from_utf8(bytes) {
            assert_encodes(level, text);
        }
        if is_text {
            assert_encodes(level, &text);
        }
    }
}

#[track_caller]
fn assert_encodes(level: Level, text: &str) {
    let mut bytes = BEFORE.as_bytes().to_vec();
    scalar::encode(text, &mut bytes);
    let mut own = BEFORE.as_bytes().to_vec();
    level.encode(text, &mut own);
    assert_eq!(own, bytes, "{level:?} {text:?}");
    let longer_by = bytes.len() - BEFORE.len() - text.len();
    assert_eq!(scalar::longer_by(text), longer_by);
    assert_eq!(level.longer_by(text), longer_by, "{level:?} {text:?}");
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

/// All instruction sets but the scalar code. The list is empty on a processor without vector code.
fn levels() -> Vec<Level> {
    let mut levels = Level::available();
    assert_eq!(levels.pop(), Some(Level(Instructions::Scalar)));
    levels
}

/// The step between tested cases: 1, or larger under Miri, which is about a thousand times slower.
const fn one_of(cases: usize) -> usize {
    if cfg!(miri) { cases } else { 1 }
}

/// Content before the appended text, which must not change.
const BEFORE: &str = "é";

#[test]
fn all_simd_levels_agree_on_every_body_of_up_to_three_bytes() {
    let levels = levels();
    for number in (0..1_u32 << 24).step_by(one_of(16_411)) {
        let [_, first, second, third] = number.to_be_bytes();
        assert_twins(&levels, &[first, second, third]);
        if number < 1 << 16 {
            assert_twins(&levels, &[second, third]);
        }
        if number < 1 << 8 {
            assert_twins(&levels, &[third]);
        }
    }
    assert_twins(&levels, b"");
}

/// The first and last byte of each class, for UTF-8 and for modified UTF-8.
const BOUNDARIES: [u8; 24] = [
    0x00, 0x01, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xAF, 0xB0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF,
    0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xFF,
];

#[test]
fn all_simd_levels_agree_on_every_body_of_four_boundary_bytes() {
    let levels = levels();
    let count = BOUNDARIES.len();
    for number in (0..count.pow(4)).step_by(one_of(331)) {
        let boundary = |place| BOUNDARIES[number / count.pow(place) % count];
        assert_twins(&levels, &[3, 2, 1, 0].map(boundary));
    }
}

#[test]
fn all_simd_levels_agree_on_every_two_surrogates() {
    let levels = levels();
    for first in (0..2_048).step_by(one_of(67)) {
        for second in (0..2_048).step_by(one_of(61)) {
            let mut bytes = Vec::with_capacity(6);
            scalar::push(0xD800 + first, &mut bytes);
            scalar::push(0xD800 + second, &mut bytes);
            assert_twins(&levels, &bytes);
        }
    }
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
    let levels = levels();
    for filler in fillers {
        let lengths = (0..70).chain(120..135).chain(1_018..1_030);
        for before in lengths.step_by(one_of(17)) {
            let start = filler.repeat(before / filler.len());
            for piece in PIECES {
                let lengths = [0, 1, 2, 3, 31, 32, 61, 62, 63, 64, 65, 130];
                for behind in lengths.into_iter().step_by(one_of(5)) {
                    let end = filler.repeat(behind / filler.len());
                    assert_twins(&levels, &[&start[..], piece, &end[..]].concat());
                }
            }
        }
    }
}

#[test]
fn all_simd_levels_agree_on_every_character() {
    let levels = levels();
    for character in ('\0'..=char::MAX).step_by(one_of(1_009)) {
        let text = format!("a{character}é");
        let mut bytes = Vec::new();
        scalar::encode(&text, &mut bytes);
        assert_twins(&levels, &bytes);
        assert_twins(&levels, text.as_bytes());
    }
}

#[test]
fn long_ascii_runs_hide_no_character_before_them() {
    let levels = levels();
    let plenty = vec![b'a'; 2_500];
    for before in (500..520).chain(1_010..1_030).step_by(one_of(27)) {
        for piece in PIECES {
            assert_twins(&levels, &[&plenty[..before], piece, &plenty].concat());
        }
    }
}

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
