//! Bodies of modified UTF-8: the bytes behind the length. `readUTF`, the class loader and object
//! streams are given the same ones.

use crate::vectors::flag::Flag;
use crate::vectors::flag::Flag::{
    Alternative, BadContinuation, BadLead, Boundary, FourByteForm, LongText, Nul, Overlong, RawNul,
    SurrogatePair, Truncated, Unchanged, UnpairedSurrogate,
};
use crate::vectors::notation;

/// Bytes to be decoded, and why.
pub(super) struct Body {
    /// The last part of the test's id: the bytes, or what they are if they are many.
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
    pub(super) flags: Vec<Flag>,
    pub(super) comment: String,
}

/// All bodies that have at most some hundred bytes.
pub(super) fn short() -> Vec<Body> {
    [
        characters(),
        nul(),
        overlong(),
        surrogates(),
        four_byte_forms(),
        bad_leads(),
        bad_continuations(),
        truncated(),
        first_of_two_faults(),
        offsets(),
        unchanged(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn body(bytes: &[u8], flags: &[Flag], comment: impl Into<String>) -> Body {
    let name = notation::of_bytes(bytes);
    Body {
        name: if name.is_empty() {
            "empty".to_owned()
        } else {
            name
        },
        bytes: bytes.to_vec(),
        flags: flags.to_vec(),
        comment: comment.into(),
    }
}

/// The boundaries between the lengths of a character.
fn characters() -> Vec<Body> {
    let all: [(&[u8], &str); 16] = [
        (b"", "an empty string is refused or read as null"),
        (
            b"\x01",
            "U+0001, the first character of one byte, is taken for NUL",
        ),
        (b"a", "a letter is not read as itself"),
        (
            b"\x7f",
            "U+007F, the last character of one byte, is given two",
        ),
        (
            b"\xc2\x80",
            "U+0080, the first character of two bytes, is refused or read as one byte",
        ),
        (
            b"\xc3\xa9",
            "the bits of two bytes are put together wrongly",
        ),
        (
            b"\xdf\xbf",
            "U+07FF, the last character of two bytes, loses its high bits",
        ),
        (
            b"\xe0\xa0\x80",
            "U+0800, the first character of three bytes, is taken for overlong",
        ),
        (
            b"\xe4\xb8\xad",
            "the bits of three bytes are put together wrongly",
        ),
        (
            b"\xed\x9f\xbf",
            "U+D7FF, the last character below the surrogates, is taken for one",
        ),
        (
            b"\xee\x80\x80",
            "U+E000, the first character above the surrogates, is taken for one",
        ),
        (b"\xef\xbb\xbf", "U+FEFF is dropped as a byte order mark"),
        (
            b"\xef\xbf\xbd",
            "U+FFFD in the input is taken for a failure to decode",
        ),
        (
            b"\xef\xbf\xbe",
            "U+FFFE, a noncharacter, is refused or replaced",
        ),
        (
            b"\xef\xbf\xbf",
            "U+FFFF, the last code unit, is refused or replaced",
        ),
        (
            b"a\xc3\xa9\xe4\xb8\xadz",
            "characters of different lengths follow one another",
        ),
    ];
    all.map(|(bytes, comment)| body(bytes, &[Boundary], comment))
        .into()
}

fn nul() -> Vec<Body> {
    let twice = &[Alternative, Nul, RawNul];
    vec![
        body(
            b"\xc0\x80",
            &[Nul],
            "NUL in two bytes, as Java writes it, is refused as overlong",
        ),
        body(b"a\xc0\x80b", &[Nul], "a string ends at a NUL in two bytes"),
        body(b"\xc0\x80\xc0\x80", &[Nul], "only the first NUL is decoded"),
        body(
            b"\0",
            &[Alternative, RawNul],
            "a zero byte is refused by a reader, or accepted in a class file",
        ),
        body(
            b"a\0b",
            &[Alternative, RawNul],
            "a string ends at a zero byte, as in C",
        ),
        body(
            b"\0\xc0\x80",
            twice,
            "the two forms of NUL are not accepted together",
        ),
        body(
            b"\xc0\x80\0",
            twice,
            "the two forms of NUL are not accepted together in the other order",
        ),
    ]
}

fn overlong() -> Vec<Body> {
    let two: [(&[u8], &str); 8] = [
        (b"\xc0\x81", "U+0001"),
        (b"\xc0\xae", "a full stop"),
        (b"\xc0\xaf", "a slash"),
        (b"\xc0\xbf", "the last one that begins with c0"),
        (b"\xc1\x80", "the first one that begins with c1"),
        (b"\xc1\x81", "the letter A"),
        (b"\xc1\xbf", "U+007F, the last one"),
        (b"a\xc1\x81b", "the letter A between others"),
    ];
    let three: [(&[u8], &str); 9] = [
        (b"\xe0\x80\x80", "NUL"),
        (b"\xe0\x80\x81", "U+0001"),
        (b"\xe0\x80\xaf", "a slash"),
        (b"\xe0\x81\x81", "the letter A"),
        (b"\xe0\x81\xbf", "U+007F"),
        (b"\xe0\x82\x80", "U+0080"),
        (b"\xe0\x83\xa9", "U+00E9"),
        (b"\xe0\x9f\xbf", "U+07FF, the last one"),
        (b"a\xe0\x81\x81b", "the letter A between others"),
    ];
    let of = |length: &str, (bytes, what): (&[u8], &str)| {
        let comment = format!(
            "an overlong form of {length} bytes ({what}) is refused by a reader, or accepted in a new class file"
        );
        body(bytes, &[Alternative, Overlong], comment)
    };
    let two = two.into_iter().map(|each| of("two", each));
    two.chain(three.into_iter().map(|each| of("three", each)))
        .collect()
}

/// The bytes of a surrogate, or of any other code unit of three bytes.
fn three(unit: u16) -> [u8; 3] {
    let [high, low] = unit.to_be_bytes();
    [
        0xE0 | high >> 4,
        0x80 | (high & 0x0F) << 2 | low >> 6,
        0x80 | low & 0x3F,
    ]
}

fn units(units: &[u16]) -> Vec<u8> {
    units.iter().flat_map(|&unit| three(unit)).collect()
}

fn surrogates() -> Vec<Body> {
    let pair = |pair: [u16; 2], what: &str| {
        let comment = format!("{what} is not put together from its two surrogates");
        body(&units(&pair), &[Boundary, SurrogatePair], comment)
    };
    let alone = |alone: &[u16], what: &str| {
        let comment = format!("{what} is refused, replaced or dropped");
        body(&units(alone), &[UnpairedSurrogate], comment)
    };
    let beside = |bytes: &[u8], what: &str| {
        let comment = format!("{what} is refused, or takes the other character with it");
        body(bytes, &[UnpairedSurrogate], comment)
    };
    vec![
        pair(
            [0xD800, 0xDC00],
            "U+10000, the first character of two surrogates,",
        ),
        pair([0xD83D, 0xDE00], "U+1F600"),
        pair([0xDBFF, 0xDFFF], "U+10FFFF, the last character,"),
        pair([0xD83F, 0xDFFE], "U+1FFFE, a noncharacter,"),
        pair(
            [0xD840, 0xDC00],
            "U+20000, the first character of the third plane,",
        ),
        alone(&[0xD800], "the first high surrogate, alone,"),
        alone(&[0xDBFF], "the last high surrogate, alone,"),
        alone(&[0xDC00], "the first low surrogate, alone,"),
        alone(&[0xDFFF], "the last low surrogate, alone,"),
        alone(&[0xDE00, 0xD83D], "a pair the wrong way round"),
        alone(&[0xD83D, 0xD83D], "a high surrogate before another"),
        alone(&[0xDE00, 0xDE00], "a low surrogate after another"),
        alone(&[0xD83D, 0xD83D, 0xDE00], "a high surrogate before a pair"),
        alone(&[0xD83D, 0xDE00, 0xDE00], "a low surrogate behind a pair"),
        alone(&[0xD83D, 0xE000], "a high surrogate before U+E000"),
        beside(b"\xed\xa0\xbda", "a high surrogate before a letter"),
        beside(b"a\xed\xb8\x80", "a low surrogate behind a letter"),
        beside(
            b"\xed\xa0\xbd\xc3\xa9",
            "a high surrogate before a character of two bytes",
        ),
        beside(b"\xed\xa0\xbd\xc0\x80", "a high surrogate before NUL"),
        beside(
            b"\xed\xa0\xbd\xf0\x9f\x98\x80",
            "a high surrogate before a malformed character",
        ),
    ]
}

fn four_byte_forms() -> Vec<Body> {
    let of = |bytes: &[u8], what: &str| {
        let comment = format!("{what} is accepted: the decoder is one of standard UTF-8");
        body(bytes, &[FourByteForm, BadLead], comment)
    };
    vec![
        of(b"\xf0\x90\x80\x80", "U+10000 in four bytes"),
        of(b"\xf0\x9f\x98\x80", "U+1F600 in four bytes"),
        of(b"\xf4\x8f\xbf\xbf", "U+10FFFF in four bytes"),
        of(
            b"a\xf0\x9f\x98\x80b",
            "U+1F600 in four bytes between letters",
        ),
        of(b"\xf0\x80\x80\x80", "NUL in four bytes"),
        of(b"\xf4\x90\x80\x80", "a number above U+10FFFF in four bytes"),
        of(b"\xf8\x88\x80\x80\x80", "a character of five bytes"),
        of(b"\xfc\x84\x80\x80\x80\x80", "a character of six bytes"),
    ]
}

fn bad_leads() -> Vec<Body> {
    let mut all = Vec::new();
    for byte in [0x80, 0x8F, 0x90, 0xA0, 0xBF, 0xF0, 0xF4, 0xF8, 0xFE, 0xFF] {
        let comment = format!("a character that begins with {byte:02x} is accepted or skipped");
        all.push(body(&[byte], &[BadLead], comment));
    }
    for before in [&b"a"[..], b"abc", "é".as_bytes(), "中".as_bytes()] {
        let comment = format!(
            "the message for a ff behind {} does not count bytes, but characters or code units",
            notation::of_bytes(before)
        );
        all.push(body(&[before, b"\xff"].concat(), &[BadLead], comment));
    }
    let behind: [(&[u8], &str); 3] = [
        (
            b"\xc3\xa9\x80",
            "a third byte is taken for part of a character of two",
        ),
        (b"\xc0\x80\x80", "a byte too many behind NUL is passed over"),
        (
            b"\xe4\xb8\xad\x80",
            "a fourth byte is taken for part of a character of three",
        ),
    ];
    all.extend(behind.map(|(bytes, comment)| body(bytes, &[BadLead], comment)));
    all
}

/// One byte of each class that does not continue a character.
const NO_CONTINUATIONS: [u8; 8] = [0x00, 0x41, 0x7F, 0xC0, 0xC3, 0xE4, 0xF0, 0xFF];

fn bad_continuations() -> Vec<Body> {
    let mut all = Vec::new();
    let mut add = |bytes: &[u8], comment: String| {
        all.push(body(bytes, &[BadContinuation], comment));
    };
    for bad in NO_CONTINUATIONS {
        let accepted = |place: &str| format!("{bad:02x} is accepted as the {place}");
        add(&[0xC3, bad], accepted("second byte of two"));
        add(&[0xE4, bad, 0xAD], accepted("second byte of three"));
        add(&[0xE4, 0xB8, bad], accepted("third byte of three"));
    }
    add(
        b"\xe4AA",
        "both bytes behind a first of three are letters, and are accepted".to_owned(),
    );
    add(
        b"\xc0A",
        "a letter behind c0 is accepted, as though c0 meant NUL".to_owned(),
    );
    add(
        b"\xed\xa0A",
        "a letter within a surrogate is accepted".to_owned(),
    );
    add(
        b"\xed\xa0\xbd\xedA\x80",
        "a letter within the second surrogate of a pair is accepted".to_owned(),
    );
    for before in [&b"a"[..], b"abc", "é".as_bytes(), "中".as_bytes()] {
        let comment = |bytes: &str| {
            format!(
                "the message for {bytes} behind {} counts from another byte than Java",
                notation::of_bytes(before)
            )
        };
        add(&[before, b"\xc3A"].concat(), comment("c341"));
        add(&[before, b"\xe4\xb8A"].concat(), comment("e4b841"));
        add(&[before, b"\xe4A\xad"].concat(), comment("e441ad"));
    }
    all
}

fn truncated() -> Vec<Body> {
    let of = |bytes: &[u8], what: &str| {
        let comment = format!("{what} is accepted, or reads beyond the string");
        body(bytes, &[Truncated], comment)
    };
    vec![
        of(b"\xc0", "c0 at the end"),
        of(b"\xc3", "the first byte of two at the end"),
        of(b"ab\xdf", "the first byte of two at the end of a text"),
        of(b"\xe4", "the first byte of three at the end"),
        of(b"\xe4\xb8", "two bytes of three at the end"),
        of(b"ab\xe4\xb8", "two bytes of three at the end of a text"),
        of(b"\xed\xa0", "two bytes of a surrogate at the end"),
        of(
            b"\xed\xa0\xbd\xed",
            "a pair that ends within its second half",
        ),
        of(b"\xed\xa0\xbd\xed\xb8", "a pair that ends one byte early"),
        of(
            b"\xe4A",
            "a first byte of three with one bad byte behind it, at the end,",
        ),
        of(
            b"\xe4\xff",
            "a first byte of three with ff behind it, at the end,",
        ),
        of(b"\xf0\x9f\x98", "three bytes of four at the end"),
    ]
}

fn first_of_two_faults() -> Vec<Body> {
    let of = |bytes: &[u8], flags: &[Flag]| {
        body(bytes, flags, "another fault than the first is reported")
    };
    vec![
        of(b"\xff\xc3A", &[BadLead, BadContinuation]),
        of(b"\xc3A\xff", &[BadLead, BadContinuation]),
        of(b"\xff\xe4\xb8", &[BadLead, Truncated]),
        of(b"\xc3A\xe4\xb8", &[BadContinuation, Truncated]),
    ]
}

/// Where eight, sixteen, 32 or 64 bytes are decoded at once, what is not ASCII is found at every
/// place.
fn offsets() -> Vec<Body> {
    let all: [(&[u8], &[Flag]); 7] = [
        (b"\xc0\x80", &[Nul]),
        (b"\0", &[Alternative, RawNul]),
        ("é".as_bytes(), &[]),
        ("中".as_bytes(), &[]),
        (b"\xed\xa0\xbd\xed\xb8\x80", &[SurrogatePair]),
        (b"\xed\xa0\xbd", &[UnpairedSurrogate]),
        (b"\xff", &[BadLead]),
    ];
    let mut bodies = Vec::new();
    for (bytes, flags) in all {
        for offset in [7, 8, 15, 16, 30, 31, 32, 63, 64, 127] {
            let notation = notation::of_bytes(bytes);
            let mut text = vec![b'a'; offset];
            text.extend_from_slice(bytes);
            text.resize(160, b'z');
            let mut flags = flags.to_vec();
            flags.push(LongText);
            bodies.push(Body {
                name: format!("{notation}-at-{offset}"),
                bytes: text,
                flags,
                comment: format!(
                    "{notation} is lost or misread at offset {offset}, where blocks of bytes are decoded at once"
                ),
            });
        }
    }
    bodies
}

/// Text that must come through as it is.
fn unchanged() -> Vec<Body> {
    let all: [(&str, &str); 20] = [
        (" a ", "spaces at the ends are trimmed"),
        ("a  b", "two spaces become one"),
        ("\ta\t", "tabs at the ends are trimmed"),
        ("a\n", "a line feed at the end is removed"),
        (
            "a\r\nb",
            "a carriage return and a line feed become one line feed",
        ),
        (
            "\u{3000}a\u{3000}",
            "ideographic spaces at the ends are trimmed",
        ),
        ("\u{a0}a\u{a0}", "no-break spaces at the ends are trimmed"),
        (
            "\u{2028}\u{2029}\u{85}",
            "line and paragraph separators are changed",
        ),
        (
            "e\u{301}",
            "a letter and a combining accent are composed (NFC)",
        ),
        ("caf\u{e9}", "a letter with an accent is decomposed (NFD)"),
        ("\u{fb01}", "a ligature is taken apart (NFKC)"),
        ("\u{212a}", "the Kelvin sign becomes a K (NFC)"),
        (
            "\u{ff21}",
            "a full-width letter becomes an ordinary one (NFKC)",
        ),
        ("a\u{ad}b", "a soft hyphen is dropped"),
        ("a\u{200b}\u{200d}b", "characters without width are dropped"),
        ("\u{1b}[31m", "an escape sequence is dropped"),
        ("%s %d {0} ${a}", "the text is taken for a format"),
        ("\\u0041\\n", "backslashes are interpreted"),
        ("&amp;<a>", "entities are interpreted"),
        ("\u{1}\u{8}\u{7f}", "control characters are dropped"),
    ];
    all.map(|(text, comment)| body(text.as_bytes(), &[Unchanged], comment))
        .into()
}
