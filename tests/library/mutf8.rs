//! Modified UTF-8 over slices, against the algorithm of the JDK written down once more.

use std::borrow::Cow;

use javatalk::mutf8::{DecodeError, DecodeErrorKind, Instructions};
use javatalk::{JavaString, mutf8};

/// `DataInputStream.readUTF`, line by line: a count that runs ahead, and checks in that order.
fn decode_as_in_the_jdk(bytes: &[u8]) -> Result<Vec<u16>, DecodeError> {
    let mut units = Vec::new();
    let mut count = 0;
    while count < bytes.len() {
        let start = count;
        let refused = |kind, number: Option<usize>| {
            let error = DecodeError::new(kind, start);
            assert_eq!(error.java_byte(), number);
            Err(error)
        };
        let unit = |at: usize| u16::from(bytes[at]);
        let continues = |at: usize| bytes[at] & 0xC0 == 0x80;
        match bytes[count] >> 4 {
            0..=7 => {
                count += 1;
                units.push(unit(count - 1));
            }
            12 | 13 => {
                count += 2;
                if count > bytes.len() {
                    return refused(DecodeErrorKind::PartialAtEnd, None);
                }
                if !continues(count - 1) {
                    return refused(DecodeErrorKind::Continuation, Some(count));
                }
                units.push((unit(count - 2) & 0x1F) << 6 | unit(count - 1) & 0x3F);
            }
            14 => {
                count += 3;
                if count > bytes.len() {
                    return refused(DecodeErrorKind::PartialAtEnd, None);
                }
                if !continues(count - 2) || !continues(count - 1) {
                    return refused(DecodeErrorKind::Continuation, Some(count - 1));
                }
                units.push(
                    (unit(count - 3) & 0x0F) << 12
                        | (unit(count - 2) & 0x3F) << 6
                        | unit(count - 1) & 0x3F,
                );
            }
            _ => return refused(DecodeErrorKind::Lead, Some(count)),
        }
    }
    Ok(units)
}

/// Every case; under Miri, which is some thousand times as slow, one of so many.
const fn one_of(cases: usize) -> usize {
    if cfg!(miri) { cases } else { 1 }
}

#[track_caller]
fn assert_decodes_as_in_the_jdk(bytes: &[u8]) {
    let expected = decode_as_in_the_jdk(bytes);
    assert_eq!(mutf8::decode_utf16(bytes), expected, "{bytes:02x?}");
    let text = mutf8::decode(bytes);
    assert_eq!(
        mutf8::validate(bytes),
        text.as_ref().map(drop).map_err(|error| *error)
    );
    assert_borrowed(bytes, &text);
    assert_eq!(
        text,
        expected.map(|units| JavaString::from_utf16(&units)),
        "{bytes:02x?}"
    );
    if let Ok(text) = text {
        let again = mutf8::encode(&text);
        assert_eq!(again.len(), mutf8::encoded_len(&text));
        assert_eq!(mutf8::decode(&again), Ok(text), "{bytes:02x?}");
    }
}

/// The functions that decode to `str` give the same text, borrow it if and only if its bytes are
/// the same, and refuse unpaired surrogates as well.
#[track_caller]
fn assert_borrowed(bytes: &[u8], text: &Result<JavaString, DecodeError>) {
    let before = "what was there";
    let mut appended = before.to_owned();
    let done = mutf8::decode_into(bytes, &mut appended);
    let cow = mutf8::decode_cow(bytes);
    assert_eq!(cow.as_ref().map(drop), done.as_ref().copied());
    let lossy = mutf8::decode_lossy(bytes);
    match (text.as_ref().map(JavaString::as_str), &cow) {
        (Ok(Some(text)), Ok(cow)) => {
            assert_eq!(text, cow);
            assert_eq!(appended, format!("{before}{text}"));
            assert_eq!(
                matches!(cow, Cow::Borrowed(_)),
                text.as_bytes() == bytes,
                "{bytes:02x?}"
            );
            assert_eq!(lossy, *cow);
        }
        (Ok(None), Err(error)) => {
            assert_eq!(
                error.kind(),
                DecodeErrorKind::UnpairedSurrogate,
                "{bytes:02x?}"
            );
            let sound = mutf8::decode_cow(&bytes[..error.valid_up_to()]).unwrap();
            assert!(
                lossy.starts_with(&format!("{sound}\u{FFFD}")),
                "{bytes:02x?}"
            );
            let units = mutf8::decode_utf16(bytes).unwrap();
            assert_eq!(lossy, String::from_utf16_lossy(&units), "{bytes:02x?}");
        }
        (Err(refused), Err(error)) => {
            let pair_is_cut = error.kind() == DecodeErrorKind::UnpairedSurrogate;
            assert!(error == refused || pair_is_cut, "{bytes:02x?}");
            assert!(error.valid_up_to() <= refused.valid_up_to(), "{bytes:02x?}");
            assert!(lossy.contains('\u{FFFD}'), "{bytes:02x?}");
        }
        other => panic!("{bytes:02x?}: {other:?}"),
    }
    if done.is_err() {
        assert_eq!(appended, before);
    }
}

#[test]
fn all_bodies_of_up_to_two_bytes_decode_as_in_the_jdk() {
    assert_decodes_as_in_the_jdk(&[]);
    for first in 0..=u8::MAX {
        assert_decodes_as_in_the_jdk(&[first]);
        for second in (0..=u8::MAX).step_by(one_of(83)) {
            assert_decodes_as_in_the_jdk(&[first, second]);
        }
    }
}

#[test]
fn all_bodies_of_up_to_four_class_representatives_decode_as_in_the_jdk() {
    // A character of one byte, NUL and its lead, leads of two and three, those before and after
    // the surrogates and of both halves, continuations, and leads of nothing.
    const REPRESENTATIVES: [u8; 11] = [
        0x00, 0x61, 0x80, 0xA0, 0xB0, 0xC0, 0xC3, 0xE0, 0xED, 0xEF, 0xF0,
    ];
    let mut bodies: Vec<Vec<u8>> = vec![Vec::new()];
    for _ in 0..4 {
        bodies = bodies
            .iter()
            .flat_map(|body| {
                REPRESENTATIVES
                    .iter()
                    .map(|&byte| [&body[..], &[byte]].concat())
            })
            .collect();
        bodies
            .iter()
            .step_by(one_of(31))
            .for_each(|body| assert_decodes_as_in_the_jdk(body));
    }
    // Two characters of three bytes each, where the pairs are.
    for first in [0xA0, 0xAF, 0xB0, 0xBF, 0x9F] {
        for second in [0xA0, 0xAF, 0xB0, 0xBF, 0x9F] {
            for last in REPRESENTATIVES {
                assert_decodes_as_in_the_jdk(&[0xED, first, 0x80, 0xED, second, last]);
            }
        }
    }
}

#[test]
fn a_malformed_byte_is_found_at_any_position() {
    let before = [0, 1, 7, 8, 15, 16, 31, 63, 64, 255, 1000];
    for before in before.into_iter().step_by(one_of(3)) {
        for after in [0, 1, 2, 40].into_iter().step_by(one_of(2)) {
            for fault in [
                &b"\xff"[..],
                b"\x80",
                b"\xc3\x41",
                b"\xe4\xb8\x41",
                b"\xe4",
                b"\xf0",
            ] {
                assert_decodes_as_in_the_jdk(
                    &[&vec![b'a'; before], fault, &vec![b'b'; after]].concat(),
                );
            }
        }
    }
}

#[test]
fn every_code_unit_encodes_to_its_width() {
    for unit in (0..=u16::MAX).step_by(one_of(257)) {
        let text = JavaString::from_utf16(&[unit]);
        let bytes = mutf8::encode(&text);
        let width = match unit {
            0 => 2,
            0x0001..=0x007F => 1,
            0x0080..=0x07FF => 2,
            0x0800.. => 3,
        };
        assert_eq!(
            (bytes.len(), mutf8::encoded_len(&text)),
            (width, width),
            "{unit:04x}"
        );
        assert_eq!(decode_as_in_the_jdk(&bytes), Ok(vec![unit]), "{unit:04x}");
        assert_eq!(mutf8::decode(&bytes), Ok(text), "{unit:04x}");
        assert!(!bytes.contains(&0), "{unit:04x}");
    }
}

#[test]
fn every_surrogate_pair_encodes_to_twice_three_bytes() {
    for character in ('\u{10000}'..=char::MAX).step_by(one_of(10_007)) {
        let mut utf8 = [0; 4];
        let text = &*character.encode_utf8(&mut utf8);
        let units: Vec<u16> = text.encode_utf16().collect();
        let mut bytes = Vec::with_capacity(6);
        mutf8::encode_into(text, &mut bytes);
        assert_eq!((bytes.len(), mutf8::encoded_len(text)), (6, 6));
        assert_eq!(
            bytes[..3],
            mutf8::encode(&JavaString::from_utf16(&units[..1]))
        );
        assert_eq!(
            bytes[3..],
            mutf8::encode(&JavaString::from_utf16(&units[1..]))
        );
        assert_eq!(mutf8::decode(&bytes).unwrap(), text);
    }
}

// A vector that is full ends in a copy of a few code units, whatever their number is.
#[test]
fn decode_utf16_matches_the_jdk_for_every_length() {
    for len in (0..200).step_by(one_of(13)) {
        for odd in [
            &b""[..],
            b"\xC3\xA9",
            b"\xED\xA0\x80",
            b"\xE4\xB8\xAD\xC0\x80",
        ] {
            let bytes = [&vec![b'a'; len / 2], odd, &vec![b'b'; len - len / 2]].concat();
            assert_eq!(
                mutf8::decode_utf16(&bytes),
                decode_as_in_the_jdk(&bytes),
                "{bytes:02x?}"
            );
        }
    }
}

#[test]
fn encode_into_appends_to_the_buffer() {
    let mut bytes = b"before".to_vec();
    mutf8::encode_into("a\0", &mut bytes);
    mutf8::encode_into("bc", &mut bytes);
    assert_eq!(bytes, b"beforea\xc0\x80bc");
}

#[test]
fn every_set_of_instructions_can_be_forced_and_gives_the_same_results() {
    let text = "plain, \0, \u{e9}, \u{4e2d}, \u{1f600}; ".repeat(9);
    let bytes = mutf8::encode(&text);
    for instructions in Instructions::available() {
        instructions.use_from_now_on();
        assert_eq!(Instructions::in_use(), instructions);
        assert_eq!(mutf8::encode(&text), bytes, "{instructions}");
        assert_eq!(mutf8::decode(&bytes).unwrap(), text, "{instructions}");
        let units: Vec<u16> = text.encode_utf16().collect();
        assert_eq!(
            mutf8::decode_utf16(&bytes).unwrap(),
            units,
            "{instructions}"
        );
    }
    assert_eq!(Instructions::in_use(), Instructions::PORTABLE);
    Instructions::best().use_from_now_on();
}
