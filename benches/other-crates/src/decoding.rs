//! Decoders: every body, and what kind of difference there is to Java.

use std::collections::BTreeSet;

use javatalk::mutf8;
use javatalk::mutf8::{DecodeError, DecodeErrorKind};
use serde::Serialize;

use crate::bodies::Bodies;
use crate::numbers::{hex, units};
use crate::panics::caught;
use crate::subjects::{Claim, Decoded, Decoder};
use crate::tally::{Example, Tally};
use crate::{pieces, versions};

/// What was measured of one decoder.
#[derive(Serialize)]
pub(crate) struct Measured {
    pub(crate) krate: &'static str,
    pub(crate) version: &'static str,
    pub(crate) function: &'static str,
    pub(crate) claim: Claim,
    /// Bodies that its claim covers: of these, Java takes so many ...
    pub(crate) java_takes: u64,
    /// ... and refuses so many.
    pub(crate) java_refuses: u64,
    pub(crate) differences: Tally<Kind>,
    pub(crate) error_says: ErrorSays,
}

/// A kind of difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// Java takes a zero byte for NUL; the crate refuses it.
    RefusesZeroByte,
    /// The same for NUL as Java writes it, in two bytes.
    RefusesEncodedNul,
    /// The same for a character in more bytes than it needs.
    RefusesOverlong,
    /// The same for a character of four bytes in UTF-8, which is two surrogates here.
    RefusesPair,
    /// The same for a surrogate alone.
    RefusesUnpaired,
    /// The same for a character of four bytes, where NBT is read leniently.
    RefusesFourBytes,
    /// Java takes the body, and the crate refuses it, though it takes each character alone.
    RefusesOther,
    /// Both take it, and the crate has U+FFFD or `?` where Java has unpaired surrogates.
    ReplacesUnpaired,
    /// Both take it, and the texts differ otherwise.
    OtherText,
    /// Java takes the body, and the crate panics.
    PanicsWhereJavaTakes,
    /// A class file must not contain a zero byte; the crate takes it.
    TakesZeroByte,
    /// The same for a character in more bytes than it needs, since version 48.
    TakesOverlong,
    /// Java refuses a character of four bytes; the crate takes it.
    TakesFourBytes,
    /// Java refuses the body for anything else; the crate takes it.
    TakesOther,
    /// Java refuses the body, and the crate panics.
    PanicsWhereJavaRefuses,
    /// The crate makes a `str` of bytes that are not UTF-8.
    BreaksStr,
}

/// What a refusal tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ErrorSays {
    /// It refuses nothing of what was tried.
    RefusesNothing,
    /// There is no error, just no text.
    Nothing,
    /// The error has no number that depends on where the fault is.
    NoPosition,
    /// The error has a number that depends on where the fault is.
    OwnPosition,
    /// In all that was tried, the number is the one of Java's message.
    JavasNumber,
}

/// Gives the decoder every body that its claim covers.
pub(crate) fn measure(decoder: &Decoder) -> Measured {
    measure_bodies(decoder, Bodies::LEN)
}

fn measure_bodies(decoder: &Decoder, len: u64) -> Measured {
    let gathered = pieces::shared(len, |range, mine: &mut Gathered| {
        let mut body = Vec::new();
        for index in range {
            Bodies::get(index, &mut body);
            if decoder.claim.leaves_out(&body) {
                continue;
            }
            let java = decoder.claim.rules().decode_utf16(&body);
            match java {
                Ok(_) => mine.java_takes += 1,
                Err(_) => mine.java_refuses += 1,
            }
            let answer = answer(decoder, &body);
            if let Some(kind) = kind(decoder, &body, &java, answer.as_ref()) {
                mine.differences.count(kind, index, || Example {
                    given: hex(&body),
                    java: java_in_words(&java),
                    krate: in_words(answer.as_ref()),
                });
            }
        }
    });
    let gathered = gathered
        .into_iter()
        .fold(Gathered::default(), |a, b| Gathered {
            java_takes: a.java_takes + b.java_takes,
            java_refuses: a.java_refuses + b.java_refuses,
            differences: a.differences.merge(b.differences),
        });
    Measured {
        krate: decoder.krate,
        version: versions::of(decoder.krate),
        function: decoder.function,
        claim: decoder.claim,
        java_takes: gathered.java_takes,
        java_refuses: gathered.java_refuses,
        differences: gathered.differences,
        error_says: error_says(decoder),
    }
}

#[derive(Default)]
struct Gathered {
    java_takes: u64,
    java_refuses: u64,
    differences: Tally<Kind>,
}

/// `None` is a panic.
fn answer(decoder: &Decoder, body: &[u8]) -> Option<Decoded> {
    caught(|| (decoder.decode)(body))
}

/// The kind of difference between Java's answer and the decoder's, if there is one.
fn kind(
    decoder: &Decoder,
    body: &[u8],
    java: &Result<Vec<u16>, DecodeError>,
    answer: Option<&Decoded>,
) -> Option<Kind> {
    match (java, answer) {
        (_, Some(Decoded::NotUtf8)) => Some(Kind::BreaksStr),
        (Ok(_), None) => Some(Kind::PanicsWhereJavaTakes),
        (Err(_), None) => Some(Kind::PanicsWhereJavaRefuses),
        (Ok(java), Some(Decoded::Text(text))) if java == text => None,
        (Ok(java), Some(Decoded::Text(text))) if certain(java).eq(certain(text)) => {
            Some(Kind::ReplacesUnpaired)
        }
        (Ok(_), Some(Decoded::Text(_))) => Some(Kind::OtherText),
        (Ok(_), Some(Decoded::Refused(_))) => Some(refused(decoder, body)),
        (Err(error), Some(Decoded::Text(_))) => Some(taken(body, *error)),
        (Err(_), Some(Decoded::Refused(_))) => None,
    }
}

/// The characters of a text without its unpaired surrogates and what is put in their place.
fn certain(text: &[u16]) -> impl Iterator<Item = char> {
    char::decode_utf16(text.iter().copied())
        .filter_map(Result::ok)
        .filter(|character| !['?', char::REPLACEMENT_CHARACTER].contains(character))
}

/// Why a body that Java takes is refused: the first of its characters that is refused alone.
fn refused(decoder: &Decoder, body: &[u8]) -> Kind {
    characters(body)
        .find(|character| {
            let alone = answer(decoder, character);
            !matches!(alone, Some(Decoded::Text(_)))
        })
        .map_or(Kind::RefusesOther, |character| match *character {
            [0] => Kind::RefusesZeroByte,
            [0xC0, 0x80] => Kind::RefusesEncodedNul,
            [0xC0 | 0xC1, _] | [0xE0, 0x80..=0x9F, _] => Kind::RefusesOverlong,
            [0xED, 0xA0..=0xBF, _] => Kind::RefusesUnpaired,
            [_, _, _, _, _, _] => Kind::RefusesPair,
            [0xF0..=0xFF, ..] => Kind::RefusesFourBytes,
            _ => Kind::RefusesOther,
        })
}

/// The characters of a body that Java takes, a surrogate pair as one.
fn characters(body: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = body;
    std::iter::from_fn(move || {
        let width = match *rest {
            [] => return None,
            [0x00..=0x7F, ..] => 1,
            [0xC0..=0xDF, ..] => 2,
            [0xED, 0xA0..=0xAF, _, 0xED, 0xB0..=0xBF, ..] => 6,
            [0xF0..=0xFF, ..] => 4,
            _ => 3,
        };
        let (character, behind) = rest.split_at(width);
        rest = behind;
        Some(character)
    })
}

/// What a body that Java refuses, for this, was taken for.
fn taken(body: &[u8], error: DecodeError) -> Kind {
    // All that comes before the fault is sound.
    let fault = &body[error.valid_up_to()..];
    match (error.kind(), fault.get(..4).map(str::from_utf8)) {
        (DecodeErrorKind::ZeroByte, _) => Kind::TakesZeroByte,
        (DecodeErrorKind::Overlong, _) => Kind::TakesOverlong,
        (_, Some(Ok(_))) if fault[0] >= 0xF0 => Kind::TakesFourBytes,
        _ => Kind::TakesOther,
    }
}

/// What the decoder's error tells of a fault that is moved through a text.
fn error_says(decoder: &Decoder) -> ErrorSays {
    FAULTS
        .iter()
        .filter_map(|fault| error_says_of(decoder, fault))
        .reduce(weaker)
        .unwrap_or(ErrorSays::RefusesNothing)
}

fn error_says_of(decoder: &Decoder, fault: &[u8]) -> Option<ErrorSays> {
    let mut said = BTreeSet::new();
    let mut javas = true;
    let mut refused = 0;
    for offset in 0..PROBED_OFFSETS {
        let body = [&vec![b'a'; offset][..], fault, b"bc"].concat();
        let error = mutf8::decode_utf16(&body).err();
        let Some(number) = error.and_then(DecodeError::java_byte) else {
            unreachable!("Java refuses every fault, and none is at the end");
        };
        match answer(decoder, &body) {
            Some(Decoded::Refused(None)) => return Some(ErrorSays::Nothing),
            Some(Decoded::Refused(Some(error))) => {
                let numbers = numbers_of(&error.to_string());
                refused += 1;
                javas &= numbers.contains(&number);
                said.insert(numbers);
            }
            _ => {}
        }
    }
    match (refused, said.len()) {
        (0, _) => None,
        (_, 1) => Some(ErrorSays::NoPosition),
        _ if javas => Some(ErrorSays::JavasNumber),
        _ => Some(ErrorSays::OwnPosition),
    }
}

/// Of two faults, the one that the error tells less about decides.
fn weaker(a: ErrorSays, b: ErrorSays) -> ErrorSays {
    a.min(b)
}

fn numbers_of(text: &str) -> Vec<usize> {
    text.split(|c: char| !c.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok())
        .collect()
}

/// One for each of Java's ways to count: a byte that leads nothing, a bad second byte of two, and
/// of three.
const FAULTS: [&[u8]; 3] = [b"\xFF", b"\xC3\x41", b"\xE4\x41\x41"];

const PROBED_OFFSETS: usize = 40;

fn java_in_words(java: &Result<Vec<u16>, DecodeError>) -> String {
    match java {
        Ok(text) => units(text),
        Err(error) => match error.java_message() {
            Some(message) => format!("`{message}`"),
            None => "`ClassFormatError`".to_owned(),
        },
    }
}

fn in_words(answer: Option<&Decoded>) -> String {
    match answer {
        None => "panics".to_owned(),
        Some(Decoded::Text(text)) => units(text),
        Some(Decoded::NotUtf8) => "a `str` that is not UTF-8".to_owned(),
        Some(Decoded::Refused(None)) => "no text".to_owned(),
        Some(Decoded::Refused(Some(error))) => {
            format!("`{}`", printable(&error.to_string()))
        }
    }
}

/// What a cell of a table can hold.
fn printable(text: &str) -> String {
    let escaped = |character: char| match character {
        '|' | '`' | '\0'..'\u{20}' | '\u{7F}'.. => character.escape_unicode().to_string(),
        plain => plain.into(),
    };
    text.chars().map(escaped).collect()
}

impl Kind {
    /// Whether it is a difference about bodies that Java takes.
    pub(crate) fn java_takes(self) -> bool {
        !matches!(
            self,
            Self::TakesZeroByte
                | Self::TakesOverlong
                | Self::TakesFourBytes
                | Self::TakesOther
                | Self::PanicsWhereJavaRefuses
        )
    }

    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Self::RefusesZeroByte => "refuses `00`",
            Self::RefusesEncodedNul => "refuses `c0 80`",
            Self::RefusesOverlong => "refuses overlong",
            Self::RefusesPair => "refuses surrogate pair",
            Self::RefusesUnpaired => "refuses unpaired surrogate",
            Self::RefusesFourBytes => "refuses four-byte UTF-8",
            Self::RefusesOther => "refuses, though each character alone is taken",
            Self::ReplacesUnpaired => "U+FFFD or ? for unpaired surrogate",
            Self::OtherText => "other text",
            Self::PanicsWhereJavaTakes | Self::PanicsWhereJavaRefuses => "panics",
            Self::TakesZeroByte => "takes `00`",
            Self::TakesOverlong => "takes overlong",
            Self::TakesFourBytes => "takes four-byte UTF-8",
            Self::TakesOther => "takes other malformed",
            Self::BreaksStr => "a `str` that is not UTF-8",
        }
    }
}

impl ErrorSays {
    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Self::RefusesNothing => "-",
            Self::Nothing => "nothing",
            Self::NoPosition => "words, no position",
            Self::OwnPosition => "a position of its own",
            Self::JavasNumber => "Java's number",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoder(decode: fn(&[u8]) -> Decoded) -> Decoder {
        Decoder {
            krate: "javatalk",
            function: "a mutant",
            claim: Claim::ModifiedUtf8,
            decode,
        }
    }

    fn right(body: &[u8]) -> Decoded {
        match mutf8::decode_utf16(body) {
            Ok(text) => Decoded::Text(text),
            Err(error) => Decoded::refused(error.java_message().unwrap_or_default()),
        }
    }

    #[track_caller]
    fn assert_kind(decode: fn(&[u8]) -> Decoded, body: &[u8], expected: Option<Kind>) {
        let decoder = decoder(decode);
        let java = mutf8::decode_utf16(body);
        let answer = answer(&decoder, body);
        assert_eq!(kind(&decoder, body, &java, answer.as_ref()), expected);
    }

    #[test]
    fn a_correct_decoder_never_differs() {
        let measured = measure_bodies(&decoder(right), 100_000);
        assert_eq!(measured.differences.cases_where(|_| true), 0);
        assert_eq!(measured.java_takes + measured.java_refuses, 100_000);
        assert_eq!(measured.error_says, ErrorSays::JavasNumber);
    }

    #[test]
    fn plain_utf8_is_recognized_by_what_it_refuses_and_accepts() {
        fn utf8(body: &[u8]) -> Decoded {
            match str::from_utf8(body) {
                Ok(text) => Decoded::text(text),
                Err(error) => Decoded::refused(error),
            }
        }
        assert_kind(utf8, b"a\0", None);
        assert_kind(utf8, b"a\xC0\x80", Some(Kind::RefusesEncodedNul));
        assert_kind(utf8, b"a\xC1\x81", Some(Kind::RefusesOverlong));
        assert_kind(utf8, b"a\xE0\x80\x80", Some(Kind::RefusesOverlong));
        assert_kind(utf8, b"\xED\xA0\x80", Some(Kind::RefusesUnpaired));
        assert_kind(
            utf8,
            b"\xED\xB0\x80\xED\xA0\x80",
            Some(Kind::RefusesUnpaired),
        );
        assert_kind(utf8, b"\xED\xA0\xBD\xED\xB8\x80", Some(Kind::RefusesPair));
        assert_kind(utf8, b"a\xF0\x9F\x98\x80", Some(Kind::TakesFourBytes));
        assert_kind(utf8, b"a\xFF", None);
        assert_eq!(error_says(&decoder(utf8)), ErrorSays::OwnPosition);
    }

    #[test]
    fn the_first_character_refused_on_its_own_is_blamed() {
        fn no_zero_byte(body: &[u8]) -> Decoded {
            if body.contains(&0) {
                return Decoded::none();
            }
            right(body)
        }
        assert_kind(no_zero_byte, b"\xC1\x81\0", Some(Kind::RefusesZeroByte));
        assert_eq!(error_says(&decoder(no_zero_byte)), ErrorSays::JavasNumber);
    }

    #[test]
    fn refusal_only_in_combination_is_a_kind_of_its_own() {
        fn one_character_at_most(body: &[u8]) -> Decoded {
            if body.len() > 1 {
                return Decoded::none();
            }
            right(body)
        }
        assert_kind(one_character_at_most, b"ab", Some(Kind::RefusesOther));
        assert_eq!(
            error_says(&decoder(one_character_at_most)),
            ErrorSays::Nothing
        );
    }

    #[test]
    fn lossy_decoding_is_distinguished_from_other_wrong_text() {
        fn lossy(body: &[u8]) -> Decoded {
            match mutf8::decode(body) {
                Ok(text) => Decoded::text(&text.to_string_lossy()),
                Err(_) => Decoded::text("?"),
            }
        }
        assert_kind(lossy, b"?a", None);
        assert_kind(lossy, b"a\xED\xA0\x80", Some(Kind::ReplacesUnpaired));
        assert_kind(lossy, b"\xED\xA0\xBD\xED\xB8\x80", None);
        assert_kind(lossy, b"\xFF", Some(Kind::TakesOther));
        assert_eq!(error_says(&decoder(lossy)), ErrorSays::RefusesNothing);

        fn upside_down(body: &[u8]) -> Decoded {
            right(&body.iter().copied().rev().collect::<Vec<_>>())
        }
        assert_kind(upside_down, b"ab", Some(Kind::OtherText));
    }

    #[test]
    fn panics_are_classified_by_what_java_does() {
        fn panics(_: &[u8]) -> Decoded {
            panic!("a mutant that panics");
        }
        assert_kind(panics, b"a", Some(Kind::PanicsWhereJavaTakes));
        assert_kind(panics, b"\xFF", Some(Kind::PanicsWhereJavaRefuses));
    }

    #[test]
    fn a_claim_excludes_what_its_specification_excludes() {
        let of = |claim: Claim| Decoder {
            claim,
            ..decoder(|_| Decoded::none())
        };
        let takes = |claim| measure_bodies(&of(claim), 257).java_takes;
        // The empty body, and the 128 bytes that stand alone.
        assert_eq!(takes(Claim::ModifiedUtf8), 129);
        assert_eq!(takes(Claim::ClassFiles), 128);
        assert_eq!(takes(Claim::Jni), 128);
        assert_eq!(takes(Claim::Cesu8), 129);
    }

    #[test]
    fn a_class_file_is_measured_by_the_rules_of_the_class_loader() {
        let java = |body: &[u8]| Claim::ClassFiles.rules().decode_utf16(body);
        let kind_of = |body: &[u8]| {
            kind(
                &decoder(right),
                body,
                &java(body),
                answer(&decoder(right), body).as_ref(),
            )
        };
        assert_eq!(kind_of(b"a\0"), Some(Kind::TakesZeroByte));
        assert_eq!(kind_of(b"a\xC1\x81"), Some(Kind::TakesOverlong));
        assert_eq!(kind_of(b"a\xC0\x80"), None);
        assert_eq!(kind_of(b"\xFF"), None);
    }

    #[test]
    fn nbt_is_measured_leniently() {
        let body = b"a\xF0\x9F\x98\x80";
        let java = Claim::Nbt.rules().decode_utf16(body);
        let kind = kind(
            &decoder(right),
            body,
            &java,
            answer(&decoder(right), body).as_ref(),
        );
        assert_eq!(kind, Some(Kind::RefusesFourBytes));
    }
}
