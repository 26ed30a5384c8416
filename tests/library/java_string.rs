//! `JavaString` and `JavaStr`: one form for one content, Java's order, and how they show.

use std::collections::{BTreeSet, HashMap, HashSet};

use javatalk::{JavaStr, JavaString};

fn units(units: &[u16]) -> JavaString {
    JavaString::from_utf16(units)
}

#[test]
fn every_code_unit_round_trips() {
    // Under Miri, which is some thousand times as slow, a share of them.
    for unit in (0..=u16::MAX).step_by(if cfg!(miri) { 61 } else { 1 }) {
        let text = units(&[unit]);
        assert_eq!(text.encode_utf16().collect::<Vec<_>>(), [unit]);
        let unpaired = (0xD800..=0xDFFF).contains(&unit);
        assert_eq!(text.as_str().is_none(), unpaired, "{unit:04x}");
        assert_eq!(text.len_utf16(), 1);
        assert!(!text.is_empty());
    }
}

#[test]
fn well_formed_utf16_converts_to_str() {
    assert_eq!(units(&[0xD83D, 0xDE00]).as_str(), Some("😀"));
    assert_eq!(units(&[]).as_str(), Some(""));
    assert_eq!(
        JavaString::from(vec![0x61, 0xD83D, 0xDE00]).as_str(),
        Some("a😀")
    );
    assert_eq!(JavaString::from(&[0x4E2D][..]).as_str(), Some("中"));
}

#[test]
fn unpaired_surrogates_do_not_convert_to_str() {
    for unpaired in [
        &[0xD800][..],
        &[0xDC00],
        &[0xDE00, 0xD83D],
        &[0xD83D, 0xD83D, 0xDE00],
        &[0xD83D, 0xDE00, 0xDE00],
        &[0x61, 0xDFFF, 0x62],
    ] {
        let text = units(unpaired);
        assert_eq!(text.as_str(), None, "{text:?}");
        let error = text.clone().into_string().unwrap_err();
        assert_eq!(error.into_java_string(), text);
        assert_eq!(text.encode_utf16().collect::<Vec<_>>(), unpaired);
        assert_eq!(JavaString::from(unpaired.to_vec()), text);
        assert_eq!(text.as_java_str().to_java_string(), text);
    }
}

#[test]
fn conversion_from_and_to_string_does_not_copy() {
    let text = String::from("héllo");
    let address = text.as_ptr();
    let java = JavaString::from(text);
    assert_eq!(java.as_str().unwrap().as_ptr(), address);
    let text = java.into_string().unwrap();
    assert_eq!(text.as_ptr(), address);
}

#[test]
fn len_utf16_counts_code_units() {
    for (text, length) in [
        ("", 0),
        ("a\0", 2),
        ("é", 1),
        ("中", 1),
        ("😀", 2),
        ("a😀中é", 5),
    ] {
        assert_eq!(JavaString::from(text).len_utf16(), length, "{text}");
        assert_eq!(
            JavaString::from(text).encode_utf16().count(),
            length,
            "{text}"
        );
    }
    assert_eq!(units(&[0xD800, 0x61]).len_utf16(), 2);
}

// String#compareTo: this.charAt(k)-anotherString.charAt(k), or the difference of the lengths.
#[test]
fn ordering_compares_code_units() {
    let ascending = [
        units(&[]),
        "\0".into(),
        "a".into(),
        "aa".into(),
        "b".into(),
        "é".into(),
        "中".into(),
        units(&[0xD7FF]),
        units(&[0xD800]),
        units(&[0xD800, 0x61]),
        "\u{10000}".into(),
        units(&[0xD800, 0xE000]),
        "😀".into(),
        "\u{10FFFF}".into(),
        units(&[0xDC00]),
        units(&[0xDFFF]),
        "\u{E000}".into(),
        "\u{FFFF}".into(),
    ];
    for (at, lesser) in ascending.iter().enumerate() {
        for (other, greater) in ascending.iter().enumerate() {
            assert_eq!(
                lesser.cmp(greater),
                at.cmp(&other),
                "{lesser:?} and {greater:?}"
            );
            assert_eq!(
                lesser.as_java_str().partial_cmp(&greater.as_java_str()),
                Some(at.cmp(&other))
            );
        }
    }
    assert!(
        "\u{10000}" > "\u{E000}",
        "or there would be nothing to test"
    );
    assert!(
        ascending
            .iter()
            .collect::<BTreeSet<_>>()
            .into_iter()
            .eq(&ascending)
    );
}

#[test]
fn java_strings_compare_equal_to_all_string_types() {
    let java = JavaString::from("hi");
    let text = String::from("hi");
    assert_eq!(java, "hi");
    assert_eq!("hi", java);
    assert_eq!(java, *"hi");
    assert_eq!(java, text);
    assert_eq!(text, java);
    assert_eq!(java.as_java_str(), "hi");
    assert_eq!("hi", java.as_java_str());
    assert_eq!(java.as_java_str(), java);
    assert_eq!(java, JavaStr::from(&text));
    assert_ne!(java, "ho");
    assert_ne!(units(&[0xD800]), "\u{FFFD}");
    assert_ne!(units(&[0xD800]), "?");
    assert_ne!(units(&[0xD800]), units(&[0xD801]));
}

#[test]
fn equal_strings_have_equal_hashes() {
    let mut counts: HashMap<JavaString, u32> = HashMap::new();
    for text in [
        units(&[0xD83D, 0xDE00]),
        "😀".into(),
        units(&[0xD83D]),
        units(&[0xD83D]),
    ] {
        *counts.entry(text).or_default() += 1;
    }
    assert_eq!(counts[&JavaString::from("😀")], 2);
    assert_eq!(counts[&units(&[0xD83D])], 2);
    let half = units(&[0xD83D]);
    let borrowed: HashSet<JavaStr<'_>> = [half.as_java_str(), (&half).into()].into();
    assert_eq!(borrowed.len(), 1);
}

#[test]
fn debug_shows_unpaired_surrogates_as_java_writes_them() {
    assert_eq!(format!("{:?}", units(&[0xD800])), r#""\uD800""#);
    assert_eq!(
        format!("{:?}", units(&[0x61, 0xDFFF, 0x22, 0x27])),
        r#""a\uDFFF\"'""#
    );
    assert_eq!(
        format!("{:?}", units(&[0xD83D, 0xD83D, 0xDE00])),
        r#""\uD83D😀""#
    );
    for text in ["", "a\0\n'\"\\", "e\u{301}", "😀"] {
        assert_eq!(format!("{:?}", JavaString::from(text)), format!("{text:?}"));
        assert_eq!(format!("{:?}", JavaStr::from(text)), format!("{text:?}"));
    }
}

// System.out prints one `?` for what its charset cannot encode, and no charset encodes half a pair.
#[test]
fn display_shows_a_question_mark_for_each_unpaired_surrogate() {
    assert_eq!(units(&[0x61, 0xD800, 0xD800, 0x62]).to_string(), "a??b");
    assert_eq!(units(&[0xDE00, 0xD83D, 0xDE00]).to_string(), "?😀");
    assert_eq!(JavaString::from("héllo 😀").to_string(), "héllo 😀");
    assert_eq!(format!("[{:>3}]", units(&[0xD800])), "[  ?]");
    assert_eq!(format!("[{:<4}]", JavaStr::from("hi")), "[hi  ]");
}

#[test]
fn to_string_lossy_uses_the_replacement_character() {
    assert_eq!(units(&[0x61, 0xD800, 0x62]).to_string_lossy(), "a\u{FFFD}b");
    let text = JavaString::from("hi");
    assert!(matches!(
        text.to_string_lossy(),
        std::borrow::Cow::Borrowed("hi")
    ));
}

#[test]
fn a_java_string_is_no_larger_than_a_string() {
    assert_eq!(size_of::<JavaString>(), size_of::<String>());
    assert_eq!(size_of::<Option<JavaString>>(), size_of::<String>());
}

#[test]
fn the_default_string_is_empty() {
    assert_eq!(JavaString::default(), JavaString::new());
    assert_eq!(JavaStr::default(), "");
    assert!(JavaString::new().is_empty());
}
