//! Encoders: every character, every code unit and every pair of surrogates, alone and in company.

use javatalk::{JavaString, mutf8};
use serde::Serialize;

use crate::numbers::{hex, units};
use crate::panics::caught;
use crate::subjects::{Claim, Encode, Encoder};
use crate::tally::{Example, Tally};
use crate::{pieces, versions};

/// What was measured of one encoder.
#[derive(Serialize)]
pub(crate) struct Measured {
    pub(crate) krate: &'static str,
    pub(crate) version: &'static str,
    pub(crate) function: &'static str,
    pub(crate) claim: Claim,
    /// Whether it takes any code units, unpaired surrogates too.
    pub(crate) takes_units: bool,
    pub(crate) texts: u64,
    pub(crate) differences: Tally<Kind>,
}

/// What a text that is encoded otherwise than by Java holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    Nul,
    /// A character from U+10000 on.
    Supplementary,
    UnpairedSurrogate,
    /// None of these.
    Other,
    /// Any of these, and the encoder panics.
    Panics,
}

/// Gives the encoder every text that it can be given and that its claim covers.
pub(crate) fn measure(encoder: &Encoder) -> Measured {
    let takes_units = matches!(encoder.encode, Encode::Units(_));
    let len = if takes_units { UNITS } else { SCALARS };
    let gathered = pieces::shared(len * COMPANIES, |range, mine: &mut Gathered| {
        for index in range {
            let text = in_company(text(index / COMPANIES, takes_units), index % COMPANIES);
            let Some(text) = text else { continue };
            if !encoder.claim.covers_nul() && text.contains(&0) {
                continue;
            }
            mine.texts += 1;
            let java = mutf8::encode(&JavaString::from_utf16(&text));
            let answer = caught(|| encode(encoder, &text));
            let kind = match &answer {
                None => Kind::Panics,
                Some(Some(bytes)) if *bytes == java => continue,
                Some(_) => kind(&text),
            };
            mine.differences.count(kind, index, || Example {
                given: units(&text),
                java: hex(&java),
                krate: match answer {
                    None => "panics".to_owned(),
                    Some(None) => "an error".to_owned(),
                    Some(Some(bytes)) => hex(&bytes),
                },
            });
        }
    });
    let gathered = gathered
        .into_iter()
        .fold(Gathered::default(), |a, b| Gathered {
            texts: a.texts + b.texts,
            differences: a.differences.merge(b.differences),
        });
    Measured {
        krate: encoder.krate,
        version: versions::of(encoder.krate),
        function: encoder.function,
        claim: encoder.claim,
        takes_units,
        texts: gathered.texts,
        differences: gathered.differences,
    }
}

#[derive(Default)]
struct Gathered {
    texts: u64,
    differences: Tally<Kind>,
}

fn encode(encoder: &Encoder, text: &[u16]) -> Option<Vec<u8>> {
    let as_text = || String::from_utf16(text).expect("made of characters");
    match encoder.encode {
        Encode::Units(encode) => encode(text),
        Encode::Text(encode) => encode(&as_text()),
        Encode::WithLength(encode) => encode(&as_text()).map(|message| message[2..].to_owned()),
    }
}

/// The text of a number, alone: a character, or with units a code unit or two surrogates. `None`
/// where a number is that of no character.
fn text(index: u64, takes_units: bool) -> Option<Vec<u16>> {
    let index = u32::try_from(index).expect("there are not so many texts");
    if !takes_units {
        let character = char::from_u32(index)?;
        return Some(character.encode_utf16(&mut [0; 2]).to_vec());
    }
    let surrogate = |number: u32| u16::try_from(0xD800 + number).expect("a surrogate");
    Some(match u16::try_from(index) {
        Ok(unit) => vec![unit],
        Err(_) => {
            let pair = index - 0x1_0000;
            vec![surrogate(pair / 2_048), surrogate(pair % 2_048)]
        }
    })
}

/// The text alone, among letters, behind what is longer than in UTF-8, and behind more letters than
/// a vector register holds.
fn in_company(text: Option<Vec<u16>>, company: u64) -> Option<Vec<u16>> {
    let text = text?;
    let a = u16::from(b'a');
    Some(match company {
        0 => text,
        1 => [&[a], &text[..], &[a]].concat(),
        2 => [&[0xD83D, 0xDE00], &text[..], &[a]].concat(),
        _ => [&[a; 40], &text[..], &[a; 3]].concat(),
    })
}

const COMPANIES: u64 = 4;
const SCALARS: u64 = 0x11_0000;
const UNITS: u64 = 0x1_0000 + 2_048 * 2_048;

/// What is to blame, by what is rarest in it.
fn kind(text: &[u16]) -> Kind {
    let mut characters = char::decode_utf16(text.iter().copied());
    if characters.clone().any(|character| character.is_err()) {
        Kind::UnpairedSurrogate
    } else if text.contains(&0) {
        Kind::Nul
    } else if characters.any(|character| matches!(character, Ok('\u{10000}'..))) {
        Kind::Supplementary
    } else {
        Kind::Other
    }
}

impl Kind {
    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Self::Nul => "NUL",
            Self::Supplementary => "U+10000 and up",
            Self::UnpairedSurrogate => "unpaired surrogate",
            Self::Other => "anything else",
            Self::Panics => "panics",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_utf8_differs_in_nul_and_supplementary_characters() {
        let measured = measure(&Encoder {
            krate: "javatalk",
            function: "a mutant",
            claim: Claim::ModifiedUtf8,
            encode: Encode::Text(|text| Some(text.as_bytes().to_owned())),
        });
        let characters = SCALARS - 2_048;
        let supplementary = SCALARS - 0x1_0000;
        assert_eq!(measured.texts, COMPANIES * characters);
        assert_eq!(measured.differences.cases(Kind::Nul), COMPANIES);
        // Behind a pair every text holds one.
        assert_eq!(
            measured.differences.cases(Kind::Supplementary),
            (COMPANIES - 1) * supplementary + characters - 1,
        );
        assert_eq!(measured.differences.cases(Kind::Other), 0);
    }

    #[test]
    fn texts_include_surrogates_in_every_order() {
        assert_eq!(text(0xD800, true), Some(vec![0xD800]));
        assert_eq!(text(0x1_0000, true), Some(vec![0xD800, 0xD800]));
        assert_eq!(text(UNITS - 1, true), Some(vec![0xDFFF, 0xDFFF]));
        assert_eq!(text(0xD800, false), None);
    }
}
