//! The vectors of `tests/vectors`: what the JDK made of chosen bytes and texts. Each function is given
//! those of the mode that it claims.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::panics::caught;
use crate::subjects::{Claim, Decoded, Decoder, Encode, Encoder};
use crate::versions;

/// How a function did.
#[derive(Serialize)]
pub(crate) struct Measured {
    pub(crate) krate: &'static str,
    pub(crate) version: &'static str,
    pub(crate) function: &'static str,
    pub(crate) claim: Claim,
    /// The group of the vectors, which is the first part of their ids.
    pub(crate) group: &'static str,
    /// By what the vectors are about.
    pub(crate) subjects: BTreeMap<&'static str, Score>,
}

#[derive(Default, Serialize)]
pub(crate) struct Score {
    pub(crate) right: usize,
    /// The last parts of the ids of those that it got wrong.
    pub(crate) wrong: Vec<String>,
}

impl Measured {
    pub(crate) fn right(&self) -> usize {
        self.subjects.values().map(|score| score.right).sum()
    }

    pub(crate) fn all(&self) -> usize {
        let all = self.subjects.values();
        all.map(|score| score.right + score.wrong.len()).sum()
    }
}

/// The flags that tell what a vector is about, the most telling ones first. A vector counts for the
/// first of its flags.
const SUBJECTS: [&str; 12] = [
    "FourByteForm",
    "UnpairedSurrogate",
    "Overlong",
    "RawNul",
    "Nul",
    "SurrogatePair",
    "Truncated",
    "BadContinuation",
    "BadLead",
    "Unchanged",
    "LengthLimit",
    "Boundary",
];

/// Of a vector with none of these flags.
const ANY: &str = "other text";

/// A decoder is given the bodies of `readUTF`, or the constants of a class file.
pub(crate) fn decoder(decoder: &Decoder) -> Measured {
    let group = match decoder.claim {
        Claim::ClassFiles => "class-48",
        Claim::ModifiedUtf8 | Claim::Cesu8 | Claim::Jni | Claim::Nbt | Claim::ObjectStreams => {
            "readUTF"
        }
    };
    let file = match decoder.claim {
        Claim::ClassFiles => CLASS_FILE,
        Claim::ModifiedUtf8 | Claim::Cesu8 | Claim::Jni | Claim::Nbt | Claim::ObjectStreams => {
            READ_UTF
        }
    };
    let mut subjects: BTreeMap<&'static str, Score> = BTreeMap::new();
    for vector in vectors(file, group) {
        let input = bytes(text_of(&vector["input"]));
        let body = match decoder.claim {
            Claim::ClassFiles => &input[..],
            // Without the length, and the byte behind the string.
            Claim::ModifiedUtf8 | Claim::Cesu8 | Claim::Jni | Claim::Nbt | Claim::ObjectStreams => {
                &input[2..input.len() - 1]
            }
        };
        let subject = subject(&vector);
        // A reader of NBT may accept what tools other than Java write.
        let is_free = decoder.claim == Claim::Nbt && subject == "FourByteForm";
        if decoder.claim.leaves_out(body) || is_free {
            continue;
        }
        let java = vector["calls"][0]["returns"].as_str().map(units);
        let is_right = match caught(|| (decoder.decode)(body)) {
            Some(Decoded::Text(text)) => java == Some(text),
            Some(Decoded::Refused(_)) => java.is_none(),
            // It broke the promise of every `str`, or panicked.
            Some(Decoded::NotUtf8) | None => false,
        };
        note(&mut subjects, subject, &vector, is_right);
    }
    Measured {
        krate: decoder.krate,
        version: versions::of(decoder.krate),
        function: decoder.function,
        claim: decoder.claim,
        group,
        subjects,
    }
}

/// An encoder is given the texts of `writeUTF` that it can take.
pub(crate) fn encoder(encoder: &Encoder) -> Measured {
    let group = "writeUTF";
    let mut subjects: BTreeMap<&'static str, Score> = BTreeMap::new();
    for vector in vectors(WRITE_UTF, group) {
        let call = &vector["calls"][0];
        let text = units(text_of(&call["argument"]));
        let java = &bytes(text_of(&call["written"]))[2..];
        let as_str = String::from_utf16(&text);
        if !encoder.claim.covers_nul() && text.contains(&0) {
            continue;
        }
        let answer = match (encoder.encode, as_str) {
            (Encode::Units(encode), _) => caught(|| encode(&text)),
            (Encode::Text(encode), Ok(text)) => caught(|| encode(&text)),
            (Encode::WithLength(encode), Ok(text)) => {
                caught(|| encode(&text).map(|message| message[2..].to_owned()))
            }
            // Not in a `str`.
            (Encode::Text(_) | Encode::WithLength(_), Err(_)) => continue,
        };
        let is_right = answer.flatten().is_some_and(|bytes| bytes == java);
        note(&mut subjects, subject(&vector), &vector, is_right);
    }
    Measured {
        krate: encoder.krate,
        version: versions::of(encoder.krate),
        function: encoder.function,
        claim: encoder.claim,
        group,
        subjects,
    }
}

fn note(
    subjects: &mut BTreeMap<&'static str, Score>,
    subject: &'static str,
    vector: &Value,
    is_right: bool,
) {
    let score = subjects.entry(subject).or_default();
    if is_right {
        score.right += 1;
    } else {
        let (_, id) = text_of(&vector["id"])
            .split_once('/')
            .expect("an id begins with its group");
        score.wrong.push(id.to_owned());
    }
}

fn subject(vector: &Value) -> &'static str {
    let flags = vector["flags"].as_array().expect("a test has flags");
    let is_about = |subject: &&str| flags.iter().any(|flag| flag == *subject);
    SUBJECTS
        .iter()
        .find(|subject| is_about(subject))
        .unwrap_or(&ANY)
}

/// The tests of a group.
fn vectors(file: &str, group: &str) -> Vec<Value> {
    let file: Value = serde_json::from_str(file).expect("the vectors are JSON");
    let groups = file["groups"].as_array().expect("a file has groups");
    let group = groups.iter().find(|each| each["name"] == group);
    let tests = &group.expect("the file has this group")["tests"];
    tests.as_array().expect("a group has tests").clone()
}

fn text_of(value: &Value) -> &str {
    value.as_str().expect("a notation is a string")
}

/// Hex, in which `PART*COUNT` is repeated.
fn bytes(notation: &str) -> Vec<u8> {
    let tokens = notation.split_whitespace().map(|token| {
        let (digits, count) = token.split_once('*').unwrap_or((token, "1"));
        digits.repeat(count.parse().expect("a count"))
    });
    let digits: String = tokens.collect();
    let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).expect("hex digits");
    (0..digits.len()).step_by(2).map(byte).collect()
}

fn units(notation: &str) -> Vec<u16> {
    let bytes = bytes(notation);
    let pairs = bytes.chunks_exact(2);
    pairs
        .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
        .collect()
}

const READ_UTF: &str = include_str!("../../../tests/vectors/read_utf.json");
const CLASS_FILE: &str = include_str!("../../../tests/vectors/class_file.json");
const WRITE_UTF: &str = include_str!("../../../tests/vectors/write_utf.json");

#[cfg(test)]
mod tests {
    use javatalk::mutf8::Rules;

    use super::*;

    fn measured(claim: Claim, decode: fn(&[u8]) -> Decoded) -> Measured {
        decoder(&Decoder {
            krate: "javatalk",
            function: "decode",
            claim,
            decode,
        })
    }

    fn java(rules: Rules, body: &[u8]) -> Decoded {
        rules
            .decode_utf16(body)
            .map_or_else(Decoded::refused, Decoded::Text)
    }

    #[test]
    fn javatalk_gets_every_vector_right_in_the_mode_that_it_claims() {
        for (claim, decode) in [
            (
                Claim::ModifiedUtf8,
                (|body| java(Rules::ReadUtf, body)) as fn(&[u8]) -> Decoded,
            ),
            (Claim::ClassFiles, |body| java(Rules::ClassFile, body)),
        ] {
            let measured = measured(claim, decode);
            assert_eq!(measured.right(), measured.all());
            assert!(measured.all() > 200);
        }
    }

    #[test]
    fn a_decoder_of_utf_8_is_wrong_about_what_java_writes_otherwise() {
        let measured = measured(Claim::ModifiedUtf8, |body| match str::from_utf8(body) {
            Ok(text) => Decoded::text(text),
            Err(error) => Decoded::refused(error),
        });
        for subject in ["Nul", "SurrogatePair", "Overlong"] {
            assert_eq!(measured.subjects[subject].right, 0, "{subject}");
        }
        // Some of these forms are refused by UTF-8 too.
        assert!(!measured.subjects["FourByteForm"].wrong.is_empty());
        assert!(measured.subjects["BadLead"].wrong.is_empty());
    }
}
