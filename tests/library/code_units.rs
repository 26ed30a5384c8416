//! Strings from code units, views of them, keys, and what is known at compile time.

use std::borrow::Cow;
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, HashMap};
use std::hash::{Hash, Hasher};
use std::rc::Rc;
use std::sync::Arc;

use javatalk::data::{DataOutput, DataOutputStream};
use javatalk::{JavaStr, JavaString, mutf8};

/// Texts, and code units that are none.
fn samples() -> Vec<Vec<u16>> {
    let mut samples: Vec<Vec<u16>> = ["", "a", "a\0b", "é中", "😀", "a😀b", "\u{FFFF}"]
        .map(|text| text.encode_utf16().collect())
        .to_vec();
    samples.extend([
        vec![0xD800],
        vec![0xDC00, 0xD800],
        vec![0x61, 0xDBFF],
        vec![0xDFFF, 0x62],
        vec![0xD83D, 0xD83D, 0xDE00],
    ]);
    // Around the size of the pieces that are hashed, with characters across their edges.
    for len in [63, 64, 65, 254, 255, 256, 257, 600] {
        let plain = vec![0x61; len];
        samples.push(plain.clone());
        samples.push([&plain[..], &[0xD83D, 0xDE00, 0x4E2D]].concat());
        samples.push([&plain[..], &[0xD83D], &plain].concat());
    }
    samples
}

fn hash(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[test]
fn a_view_of_code_units_is_the_string_of_them() {
    for units in samples() {
        let view = JavaStr::from_utf16(&units);
        let string = JavaString::from_utf16(&units);
        assert_eq!(view, string);
        assert_eq!(string, view);
        assert_eq!(hash(view), hash(&string), "{view:?}");
        assert_eq!(view.cmp(&string.as_java_str()), std::cmp::Ordering::Equal);
        assert_eq!(view.to_java_string(), string);
        assert_eq!(view.to_string(), string.to_string());
        assert_eq!(format!("{view:?}"), format!("{string:?}"));
        assert_eq!(view.to_str().as_deref(), string.as_str());
        assert_eq!(view.to_string_lossy(), string.to_string_lossy());
        assert_eq!(view.len_utf16(), units.len());
        assert_eq!(view.is_empty(), units.is_empty());
        assert!(view.encode_utf16().eq(units.iter().copied()));
        assert_eq!(units.iter().copied().collect::<JavaString>(), string);
        if let Some(text) = string.as_str() {
            assert_eq!(view, text);
            assert_eq!(hash(view), hash(JavaStr::new(text)), "{view:?}");
            assert_eq!(text.chars().collect::<JavaString>(), view);
            assert_eq!(text.parse(), Ok(string.clone()));
        }
    }
}

#[test]
fn a_view_is_equal_to_nothing_else() {
    let samples = samples();
    for (at, one) in samples.iter().enumerate() {
        for (other_at, other) in samples.iter().enumerate() {
            let view = JavaStr::from_utf16(one);
            let string = JavaString::from_utf16(other);
            assert_eq!(view == string, at == other_at);
            assert_eq!(view.cmp(&string.as_java_str()), one.cmp(other));
        }
    }
}

#[test]
fn code_units_are_encoded_as_their_string_is() {
    for units in samples() {
        let string = JavaString::from_utf16(&units);
        let bytes = mutf8::encode(&string);
        assert_eq!(mutf8::encode(&units), bytes);
        assert_eq!(mutf8::encoded_len(&units), bytes.len());
        assert_eq!(mutf8::encode_cow(&units), bytes);
        assert_eq!(mutf8::decode_utf16(&bytes), Ok(units.clone()));
        let written = |text: JavaStr<'_>| {
            let mut output = DataOutputStream::new(Vec::new());
            output.write_utf(text).unwrap();
            output.write_chars(text).unwrap();
            output.write_bytes(text).unwrap();
            output.into_inner()
        };
        assert_eq!(
            written(JavaStr::from_utf16(&units)),
            written(string.as_java_str())
        );
    }
}

#[test]
fn every_code_unit_is_encoded_alike_alone_and_among_others() {
    for unit in (0..=u16::MAX).step_by(if cfg!(miri) { 61 } else { 1 }) {
        let alone = mutf8::encode(&[unit]);
        assert_eq!(mutf8::encoded_len(&[unit]), alone.len());
        let mut many = [0x61; 70];
        many[40] = unit;
        let expected = [&[b'a'; 40][..], &alone, &[b'a'; 29]].concat();
        assert_eq!(mutf8::encode(&many), expected, "{unit:04x}");
        assert_eq!(mutf8::encoded_len(&many), expected.len());
    }
}

#[test]
fn bytes_are_borrowed_exactly_if_they_are_the_same() {
    for len in [0, 1, 5, 16, 17, 64, 1_000] {
        for odd in ["", "é", "中", "\0", "😀"] {
            let text = format!("{}{odd}", "x".repeat(len));
            let bytes = mutf8::encode_cow(&text);
            assert_eq!(bytes, mutf8::encode(&text));
            let is_same = *bytes == *text.as_bytes();
            assert_eq!(matches!(bytes, Cow::Borrowed(_)), is_same, "{text:?}");
            assert_eq!(is_same, !matches!(odd, "\0" | "😀"));
        }
    }
}

#[test]
fn an_owned_string_is_found_by_a_borrowed_one() {
    let strings: Vec<JavaString> = samples().into_iter().map(JavaString::from).collect();
    let numbered = || strings.iter().cloned().zip(0..);
    let hashed: HashMap<JavaString, usize> = numbered().collect();
    let sorted: BTreeMap<JavaString, usize> = numbered().collect();
    for (number, units) in samples().iter().enumerate() {
        let view = JavaStr::from_utf16(units);
        assert_eq!(hashed.get(view.as_key()), Some(&number), "{view:?}");
        assert_eq!(sorted.get(view.as_key()), Some(&number), "{view:?}");
        if let Some(text) = strings[number].as_str() {
            assert_eq!(hashed[JavaStr::new(text).as_key()], number);
            assert_eq!(sorted[JavaStr::new(text).as_key()], number);
        }
    }
    assert_eq!(hashed.get(JavaStr::new("none").as_key()), None);
}

#[test]
#[expect(
    clippy::needless_borrows_for_generic_args,
    reason = "references to references are what is tested"
)]
fn every_kind_of_text_can_be_written() {
    let mut output = DataOutputStream::new(Vec::new());
    let string = String::from("x");
    let java = JavaString::from("x");
    let text: &str = "x";
    let boxed: Box<str> = text.into();
    let counted: Rc<str> = text.into();
    let shared: Arc<str> = text.into();
    let units = vec![0x78_u16];
    output.write_utf("x").unwrap();
    output.write_utf(&text).unwrap();
    output.write_utf(&string).unwrap();
    output.write_utf(&java).unwrap();
    output.write_utf(java.as_java_str()).unwrap();
    output.write_utf(&java.as_java_str()).unwrap();
    output.write_utf(&Cow::Borrowed(text)).unwrap();
    output
        .write_utf(&Cow::<str>::Owned(string.clone()))
        .unwrap();
    output.write_utf(&boxed).unwrap();
    output.write_utf(&counted).unwrap();
    output.write_utf(&shared).unwrap();
    output.write_utf(&units).unwrap();
    output.write_utf(&units[..]).unwrap();
    output.write_utf(&[0x78]).unwrap();
    assert_eq!(output.into_inner(), b"\0\x01x".repeat(14));
    for java in [
        JavaString::from(Cow::Borrowed(text)),
        JavaString::from(boxed),
        JavaString::from('x'),
    ] {
        assert_eq!(java, Cow::Borrowed("x"));
    }
}

#[test]
fn an_owned_string_becomes_text_or_comes_back() {
    let pair_and_half = JavaString::from_utf16(&[0xD83D, 0xDE00, 0x61, 0xD83D]);
    assert_eq!(pair_and_half.into_string().unwrap_err().unpaired_at(), 3);
    let half = JavaString::from_utf16(&[0x61, 0x62, 0xD83D]);
    let error = String::try_from(half.clone()).unwrap_err();
    assert_eq!(error.unpaired_at(), 2);
    assert_eq!(error.as_java_str(), half);
    assert_eq!(error.clone().into_java_string(), half);
    let error: Box<dyn std::error::Error + Send + Sync> = error.into();
    assert_eq!(error.to_string(), "unpaired surrogate at code unit 2");
    assert_eq!(half.into_string_lossy(), "ab\u{FFFD}");

    let text = String::from("a text");
    let address = text.as_ptr();
    let text = JavaString::from(text).into_string_lossy();
    let text = String::try_from(JavaString::from(text)).unwrap();
    assert_eq!((text.as_str(), text.as_ptr()), ("a text", address));
}

#[test]
fn literals_are_encoded_when_the_program_is_compiled() {
    const EMPTY: &[u8; 0] = javatalk::mutf8!("");
    const MIXED: &[u8; 15] = javatalk::mutf8!("a\0é中😀b");
    assert_eq!(EMPTY, b"");
    assert_eq!(MIXED[..], mutf8::encode("a\0é中😀b"));
    const NAME: &str = concat!("java/lang/", "Object");
    static ENCODED: &[u8] = javatalk::mutf8!(NAME);
    assert_eq!(ENCODED, b"java/lang/Object");
    const HALF: JavaStr<'static> = JavaStr::from_utf16(&[0xD83D]);
    assert_eq!(mutf8::encode(HALF), b"\xed\xa0\xbd");
}

#[test]
fn every_character_is_encoded_alike_when_the_program_is_compiled() {
    let step = if cfg!(miri) { 4_001 } else { 1 };
    for character in ('\0'..=char::MAX).step_by(step) {
        let mut bytes = [0; 4];
        let text = character.encode_utf8(&mut bytes);
        let expected = mutf8::encode(&*text);
        assert_eq!(mutf8::const_encoded_len(text), expected.len());
        match expected.len() {
            1 => assert_eq!(mutf8::const_encode::<1>(text)[..], expected),
            2 => assert_eq!(mutf8::const_encode::<2>(text)[..], expected),
            3 => assert_eq!(mutf8::const_encode::<3>(text)[..], expected),
            _ => assert_eq!(
                mutf8::const_encode::<6>(text)[..],
                expected,
                "{character:?}"
            ),
        }
    }
}
