//! Which bytes each of the rules accepts, against its definition written down once more.

use std::borrow::Cow;

use javatalk::JavaString;
use javatalk::mutf8::{DecodeErrorKind, Rules};

const ALL: [Rules; 4] = [
    Rules::ReadUtf,
    Rules::OldClassFile,
    Rules::ClassFile,
    Rules::Lenient,
];

/// `ClassFileParser::verify_legal_utf8` of HotSpot, which says only whether it accepts a constant.
fn class_loader_accepts(bytes: &[u8], major_version: u16) -> bool {
    let mut at = 0;
    while at < bytes.len() {
        let continues = |at: usize| bytes.get(at).is_some_and(|byte| byte & 0xC0 == 0x80);
        let bits = |at: usize, mask: u8| u16::from(bytes[at] & mask);
        match bytes[at] >> 4 {
            0..=7 if bytes[at] != 0 => {}
            12 | 13 => {
                at += 1;
                if !continues(at) {
                    return false;
                }
                let unit = bits(at - 1, 0x1F) << 6 | bits(at, 0x3F);
                if major_version > 47 && unit != 0 && unit < 0x80 {
                    return false;
                }
            }
            14 => {
                at += 2;
                if !continues(at - 1) || !continues(at) {
                    return false;
                }
                let unit = bits(at - 2, 0x0F) << 12 | bits(at - 1, 0x3F) << 6 | bits(at, 0x3F);
                if major_version > 47 && unit < 0x800 {
                    return false;
                }
            }
            _ => return false,
        }
        at += 1;
    }
    true
}

/// Each character of four-byte UTF-8 as Java writes it: as a pair of three bytes each.
fn with_pairs(bytes: &[u8]) -> Vec<u8> {
    let mut rewritten = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let four = bytes
            .get(at..at + 4)
            .and_then(|four| std::str::from_utf8(four).ok());
        match four.and_then(|four| four.chars().next()) {
            Some(character) if character > '\u{FFFF}' => {
                let pair = character.encode_utf16(&mut [0; 2]).to_vec();
                rewritten.extend(javatalk::mutf8::encode(&pair));
                at += 4;
            }
            _ => {
                rewritten.push(bytes[at]);
                at += 1;
            }
        }
    }
    rewritten
}

/// The definition of lossy decoding, by trying what is accepted on its own.
fn lossy(rules: Rules, bytes: &[u8]) -> String {
    let mut units: Vec<u16> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let piece = |len: usize| bytes.get(at..at + len);
        let character = (1..=4).find_map(|len| {
            let units = rules.decode_utf16(piece(len)?).ok()?;
            Some((units, len))
        });
        if let Some((character, len)) = character {
            units.extend(character);
            at += len;
            continue;
        }
        units.push(0xFFFD);
        let refused = (2..=3).find(|&len| {
            let kind = piece(len).and_then(|piece| rules.validate(piece).err());
            kind.is_some_and(|error| error.kind() == DecodeErrorKind::Overlong)
        });
        let begun = (1..=3).rev().find(|&len| {
            let kind = piece(len).and_then(|piece| rules.validate(piece).err());
            let is_partial = |kind| kind == DecodeErrorKind::PartialAtEnd;
            kind.is_some_and(|error| is_partial(error.kind()))
                && bytes[at + 1..at + len]
                    .iter()
                    .all(|byte| byte & 0xC0 == 0x80)
        });
        at += refused.or(begun).unwrap_or(1);
    }
    String::from_utf16_lossy(&units)
}

#[track_caller]
fn assert_rules(bytes: &[u8]) {
    let accepted = |rules: Rules| rules.validate(bytes).is_ok();
    assert_eq!(
        accepted(Rules::OldClassFile),
        class_loader_accepts(bytes, 47),
        "{bytes:02x?}"
    );
    assert_eq!(
        accepted(Rules::ClassFile),
        class_loader_accepts(bytes, 48),
        "{bytes:02x?}"
    );
    let of_java = Rules::ReadUtf.decode(bytes);
    let of_pairs = Rules::ReadUtf.decode(&with_pairs(bytes));
    assert_eq!(
        Rules::Lenient.decode(bytes).ok(),
        of_pairs.ok(),
        "{bytes:02x?}"
    );
    for rules in ALL {
        assert_consistent(rules, bytes);
        if accepted(rules) && rules != Rules::Lenient {
            assert_eq!(rules.decode(bytes), of_java, "{rules:?} {bytes:02x?}");
        }
        assert_eq!(
            rules.decode_lossy(bytes),
            lossy(rules, bytes),
            "{rules:?} {bytes:02x?}"
        );
    }
}

/// All functions of the same rules agree, and what is the same in UTF-8 is borrowed.
#[track_caller]
fn assert_consistent(rules: Rules, bytes: &[u8]) {
    let text = rules.decode(bytes);
    let units = rules.decode_utf16(bytes);
    assert_eq!(units.map(JavaString::from), text, "{rules:?} {bytes:02x?}");
    assert_eq!(
        rules.validate(bytes),
        text.as_ref().map(drop).map_err(|error| *error),
        "{rules:?} {bytes:02x?}"
    );
    assert_eq!(rules.const_validate(bytes), rules.validate(bytes));
    let characters = rules.chars(bytes);
    let (least, most) = characters.size_hint();
    let count = characters.clone().count();
    assert!((least..=most.unwrap()).contains(&count), "{bytes:02x?}");
    let replaced = characters.clone().map(|each| each.unwrap_or('\u{FFFD}'));
    assert_eq!(replaced.collect::<String>(), rules.decode_lossy(bytes));
    let first_error = characters.filter_map(Result::err).next();
    assert_eq!(first_error, rules.decode_cow(bytes).err(), "{bytes:02x?}");
    let mut appended = String::from("é");
    let done = rules.decode_into(bytes, &mut appended);
    let cow = rules.decode_cow(bytes);
    assert_eq!(cow.as_ref().map(drop), done.as_ref().copied());
    let of_vec = rules.decode_vec(bytes.to_vec());
    assert_eq!(of_vec.as_deref(), cow.as_deref(), "{rules:?} {bytes:02x?}");
    let borrowed = match cow {
        Ok(Cow::Borrowed(text)) => Some(text),
        _ => None,
    };
    assert_eq!(rules.as_str(bytes), borrowed, "{rules:?} {bytes:02x?}");
    match &cow {
        Ok(cow) => {
            assert_eq!(text.unwrap(), *cow, "{rules:?} {bytes:02x?}");
            assert_eq!(appended, format!("é{cow}"));
            let is_borrowed = matches!(cow, Cow::Borrowed(_));
            assert_eq!(
                is_borrowed,
                cow.as_bytes() == bytes,
                "{rules:?} {bytes:02x?}"
            );
        }
        Err(error) => {
            assert_eq!(appended, "é");
            let sound = &bytes[..error.valid_up_to()];
            assert!(rules.decode_cow(sound).is_ok(), "{rules:?} {bytes:02x?}");
            if let Err(refused) = text {
                let is_same = refused == *error;
                assert!(is_same || error.kind() == DecodeErrorKind::UnpairedSurrogate);
            }
        }
    }
}

/// Every case; under Miri, which is some thousand times as slow, one of so many.
const fn one_of(cases: usize) -> usize {
    if cfg!(miri) { cases } else { 1 }
}

#[test]
fn every_body_of_up_to_two_bytes_is_accepted_by_the_rules_that_say_so() {
    assert_rules(b"");
    for first in 0..=u8::MAX {
        assert_rules(&[first]);
        for second in (0..=u8::MAX).step_by(one_of(23)) {
            assert_rules(&[first, second]);
        }
    }
}

/// One byte of each class: NUL, ASCII, continuations, leads of two with and without overlong forms,
/// leads of three before, at and after the surrogates, leads of four, and no lead.
const CLASSES: [u8; 13] = [
    0x00, 0x61, 0x80, 0x9F, 0xA0, 0xB0, 0xC0, 0xC1, 0xC3, 0xE0, 0xED, 0xF0, 0xF5,
];

#[test]
fn every_body_of_four_classes_is_accepted_by_the_rules_that_say_so() {
    let count = CLASSES.len();
    for number in (0..count.pow(4)).step_by(one_of(331)) {
        let class = |place| CLASSES[number / count.pow(place) % count];
        let four = [3, 2, 1, 0].map(class);
        assert_rules(&four);
        assert_rules(&four[1..]);
    }
}

#[test]
fn bodies_that_take_the_vector_paths_are_accepted_by_the_same_rules() {
    let odds: [&[u8]; 16] = [
        b"\0",
        b"\xc0\x80",
        b"\xc1\x81",
        b"\xe0\x80\x81",
        b"\xed\xa0\x80",
        b"\xed\xa0\xbd\xed\xb8\x80",
        b"\xed\xb8\x80",
        "😀".as_bytes(),
        b"\xf0\x9f\x98",
        // Overlong, the first and the last character of four bytes, and beyond.
        b"\xf0\x8f\xbf\xbf",
        b"\xf0\x90\x80\x80",
        b"\xf4\x8f\xbf\xbf",
        b"\xf4\x90\x80\x80",
        b"\xe4\xb8",
        b"\xff",
        "é中".as_bytes(),
    ];
    for len in [2, 8, 17, 33, 64, 120, 600].into_iter().step_by(one_of(3)) {
        for odd in odds {
            for other in odds {
                let bytes = [&vec![b'a'; len / 2], odd, &vec![b'b'; len / 2], other].concat();
                assert_rules(&bytes);
            }
        }
    }
}

#[test]
fn the_version_of_the_class_file_decides() {
    for version in 0..=u16::MAX {
        let expected = match version {
            0..=47 => Rules::OldClassFile,
            48.. => Rules::ClassFile,
        };
        assert_eq!(Rules::of_class_file(version), expected);
    }
    assert_eq!(Rules::default(), Rules::ReadUtf);
}
