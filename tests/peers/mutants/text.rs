//! What is done to text by those who think that it stays the same.

use super::bug::Bug;

/// The code units that a mutant makes of these when it writes them.
pub(crate) fn written(bug: Bug, units: Vec<u16>) -> Vec<u16> {
    let is = |text: &str| text.encode_utf16().collect::<Vec<u16>>();
    match bug {
        Bug::StartTrimmed => {
            let start = units.iter().take_while(|&&unit| is_space(unit)).count();
            units[start..].to_vec()
        }
        Bug::EndTrimmed => {
            let end = units.iter().rev().take_while(|&&unit| is_space(unit));
            units[..units.len() - end.count()].to_vec()
        }
        Bug::WideSpaceTrimmed => {
            let end = units.iter().rev().take_while(|&&unit| unit == 0x3000);
            units[..units.len() - end.count()].to_vec()
        }
        Bug::SpacesCollapsed => {
            let mut units = units;
            units.dedup_by(|a, b| (*a, *b) == (0x20, 0x20));
            units
        }
        Bug::BlankIsEmpty if units.iter().all(|&unit| is_space(unit)) => Vec::new(),
        Bug::Composed => replaced(&units, &is("e\u{301}"), &is("é")),
        Bug::Decomposed => replaced(&units, &is("é"), &is("e\u{301}")),
        Bug::LigatureResolved => replaced(&units, &is("ﬁ"), &is("fi")),
        Bug::KelvinIsK => replaced(&units, &is("\u{212a}"), &is("K")),
        Bug::WideLetterNarrowed => replaced(&units, &is("Ａ"), &is("A")),
        Bug::SoftHyphenDropped => replaced(&units, &[0xAD], &[]),
        Bug::ZeroWidthDropped => replaced(&units, &[0x200B], &[]),
        Bug::NoncharacterDropped => replaced(&units, &[0xFDD0], &[]),
        Bug::ByteOrderMarkDropped if units.first() == Some(&0xFEFF) => units[1..].to_vec(),
        Bug::VariationDropped => replaced(&units, &[0xFE0F], &[]),
        Bug::LineSeparatorIsLf => replaced(&units, &[0x2028], &[0x0A]),
        Bug::LineEndsNormalized => replaced(&units, &[0x0D, 0x0A], &[0x0A]),
        Bug::PrivateUseDropped => {
            let kept = units
                .into_iter()
                .filter(|unit| !(0xE000..0xF900).contains(unit));
            kept.collect()
        }
        Bug::HighPlanesReplaced => {
            let characters = char::decode_utf16(units).map(|each| match each {
                Ok(high) if u32::from(high) > 0x1_FFFF => Ok('\u{FFFD}'),
                other => other,
            });
            let mut kept = Vec::new();
            for each in characters {
                match each {
                    Ok(character) => kept.extend_from_slice(character.encode_utf16(&mut [0; 2])),
                    Err(unpaired) => kept.push(unpaired.unpaired_surrogate()),
                }
            }
            kept
        }
        Bug::OnePairReplaced => replaced(&units, &is("\u{A5C3D}"), &is("??")),
        Bug::OneUnitReplaced => replaced(&units, &[0xA5C3], &[0x3F]),
        Bug::PercentIsFormat => replaced(&units, &is("%%"), &is("%")),
        Bug::BraceIsFormat => replaced(&units, &is("{}"), &[]),
        Bug::EscapeUndone => replaced(&units, &is("\\n"), &[0x0A]),
        Bug::EntityUndone => replaced(&units, &is("&amp;"), &is("&")),
        Bug::SplitAtBuffer if units.len() == 1024 => units[..1023].to_vec(),
        _ => units,
    }
}

/// The code units that a mutant makes of a line that it has read.
pub(crate) fn line(bug: Bug, units: Vec<u16>) -> Vec<u16> {
    match bug {
        Bug::LineTrimmed => {
            let end = units.iter().rev().take_while(|&&unit| is_space(unit));
            units[..units.len() - end.count()].to_vec()
        }
        Bug::LineOfWindows => replaced(&units, &[0x80], &[0x20AC]),
        Bug::LineOfUtf8 => replaced(&units, &[0xC3, 0xA9], &[0xE9]),
        Bug::NulEndsLine => units.into_iter().take_while(|unit| *unit != 0).collect(),
        _ => units,
    }
}

fn is_space(unit: u16) -> bool {
    matches!(unit, 0x09..=0x0D | 0x20)
}

fn replaced(units: &[u16], old: &[u16], new: &[u16]) -> Vec<u16> {
    let mut kept = Vec::with_capacity(units.len());
    let mut rest = units;
    while let Some((first, behind)) = rest.split_first() {
        if let Some(behind) = rest.strip_prefix(old) {
            kept.extend_from_slice(new);
            rest = behind;
        } else {
            kept.push(*first);
            rest = behind;
        }
    }
    kept
}
