//! Text that software often alters in transit: by trimming, composing, normalizing, formatting,
//! unescaping or truncating it.

use crate::system::random::Random;

pub(crate) fn phrase(random: &mut Random) -> Vec<u16> {
    if random.below(12) == 0 {
        return alike(random);
    }
    let mut units = Vec::new();
    if random.percent(60) {
        blank(&mut units, random);
    }
    for _ in 0..random.below(8) {
        match random.below(8) {
            0 => letter(&mut units, random),
            1 => blank(&mut units, random),
            2 | 3 => units.extend(random.pick(&FORMS).encode_utf16()),
            4 | 5 => {
                // A parser of formats, escapes or markup recognizes them anywhere in a text.
                letter(&mut units, random);
                units.extend(random.pick(&MEANINGS).encode_utf16());
            }
            6 => {
                let above = random.below(0x10_0000);
                let character = u32::try_from(0x1_0000 + above)
                    .ok()
                    .and_then(char::from_u32);
                units.extend(
                    character
                        .into_iter()
                        .flat_map(|c| c.encode_utf16(&mut [0; 2]).to_vec()),
                );
            }
            _ => units.push(0xE000 + random.unit() % 0x1900),
        }
    }
    if random.percent(60) {
        blank(&mut units, random);
    }
    if random.below(25) == 0 {
        // As long as a common buffer size, or nearly.
        letter(&mut units, random);
        let length = (1 << (4 + random.below(10))) + random.below(3);
        units = units.iter().copied().cycle().take(length - 1).collect();
    }
    units
}

fn letter(units: &mut Vec<u16>, random: &mut Random) {
    units.push(u16::from(b'a' + random.byte() % 26));
}

/// One to three invisible characters of one kind.
fn blank(units: &mut Vec<u16>, random: &mut Random) {
    let unit = if random.percent(40) {
        0x20
    } else {
        random.pick(&BLANKS)
    };
    units.extend(vec![unit; 1 + random.below(3)]);
}

/// White space, joiners, invisible characters and noncharacters.
const BLANKS: [u16; 32] = [
    0x00, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x1C, 0x1F, 0x7F, 0x85, 0xA0, 0xAD, 0x034F, 0x061C, 0x115F,
    0x1680, 0x180E, 0x2003, 0x200B, 0x200D, 0x200F, 0x2028, 0x2029, 0x202F, 0x2060, 0x2800, 0x3000,
    0xFDD0, 0xFE0F, 0xFEFF, 0xFFFE, 0xFFFF,
];

/// Characters that have another normalization form.
const FORMS: [&str; 20] = [
    "é",
    "e\u{301}",
    "ﬁ",
    "\u{212A}",
    "\u{212B}",
    "Ａ",
    "ﾊﾞ",
    "ハ\u{3099}",
    "½",
    "…",
    "각",
    "\u{1100}\u{1161}\u{11A8}",
    "q\u{307}\u{323}",
    "\u{958}",
    "ß",
    "İ",
    "ς",
    "ǆ",
    "☺\u{FE0F}",
    "👩🏽\u{200D}🚀",
];

/// Text with a meaning in formats, escapes or markup.
pub(crate) const MEANINGS: [&str; 20] = [
    "%", "%%", "%s", "%n", "%41", "{}", "{0}", "{{", "${a}", "$1", "\\n", "\\", "\\u0041", "&amp;",
    "&#65;", "<b>", "'", "\"", "\r\n", "+",
];

/// Strings of equal length, with equal hashes, or with a common beginning or end.
fn alike(random: &mut Random) -> Vec<u16> {
    let text = random.pick(&["Aa", "BB", "AaAa", "BBBB", "AaBB", "aa", "AA"]);
    let mut units: Vec<u16> = text.encode_utf16().collect();
    if random.percent(25) {
        let same = vec![0x61; 300];
        units = [same.clone(), units, same].concat();
    }
    units
}
