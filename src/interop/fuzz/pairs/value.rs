//! Random texts, and changes of a text that programs often get wrong.

use crate::interop::fuzz::generate::phrase::{MEANINGS, phrase};
use crate::system::random::Random;

/// A text that has nothing to do with others.
pub(super) fn fresh(random: &mut Random) -> String {
    let mut text = match random.below(4) {
        0 => random.pick(&NUMBERS).to_owned(),
        1 => character(random).to_string(),
        _ => String::from_utf16_lossy(&phrase(random)),
    };
    text.retain(|c| c != '\n');
    text
}

/// The text with one change.
pub(super) fn changed(text: &str, random: &mut Random) -> String {
    let numbers = words(text).filter(|word| is_number(word)).count();
    let at = boundary(text, random);
    let (before, behind) = text.split_at(at);
    match random.below(20) {
        0..4 => format!("{before}{}{behind}", character(random)),
        4 => {
            let mut behind = behind.chars();
            behind.next_back();
            format!("{before}{}", behind.as_str())
        }
        5 => {
            // One character several times.
            let again = behind.chars().next().unwrap_or('x');
            let times = 1 + random.below(8);
            format!("{before}{}{behind}", String::from(again).repeat(times))
        }
        6 => format!("{text}{text}"),
        7 => String::new(),
        8 | 9 => long(text, random),
        10 => format!("{text}{}", blank(random)),
        11 => format!("{}{text}", blank(random)),
        12 => match random.percent(50) {
            true => text.to_uppercase(),
            false => text.to_lowercase(),
        },
        13 => {
            let phrase = fresh(random);
            format!("{before}{phrase}{behind}")
        }
        14 => fresh(random),
        15 => format!("{before}{}{behind}", random.pick(&MEANINGS)),
        16 => reordered(text, random),
        _ if numbers > 0 => with_other_number(text, random.below(numbers), random),
        17 => before.to_owned(),
        18 => behind.to_owned(),
        _ => format!("{before}{}{behind}", random.pick(&NUMBERS)),
    }
}

/// A place between two characters, or at an end.
fn boundary(text: &str, random: &mut Random) -> usize {
    let count = text.chars().count();
    let nth = random.below(count + 1);
    let mut places = text.char_indices().map(|(at, _)| at);
    places.nth(nth).unwrap_or(text.len())
}

/// A character of a kind that programs treat specially.
fn character(random: &mut Random) -> char {
    match random.below(8) {
        0 => char::from(b'a' + random.byte() % 26),
        1 => char::from(b'0' + random.byte() % 10),
        2 => char::from(random.pick(b"!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")),
        3 => ' ',
        4 => random.pick(&['\t', '\0', '\r', '\u{1b}', '\u{7f}']),
        5 => random.pick(&['é', 'ß', 'İ', 'ж', '\u{301}', '\u{a0}', '\u{85}']),
        6 => random.pick(&['世', '가', '€', '\u{2028}', '\u{feff}', '\u{ffff}']),
        _ => random.pick(&['😀', '🇩', '𝕏', '\u{10ffff}']),
    }
}

fn blank(random: &mut Random) -> &'static str {
    random.pick(&[
        " ", " ", "  ", "\t", " \t", "\r", "\u{a0}", "\u{3000}", "\0",
    ])
}

/// The text as often as it takes to be about as long as a common limit, mostly a short one.
fn long(text: &str, random: &mut Random) -> String {
    let bits = match random.below(6) {
        0..3 => 5 + random.below(5),
        3 | 4 => 10 + random.below(4),
        _ => 14 + random.below(4),
    };
    let length = (1 << bits) - 1 + random.below(4);
    let text = if text.is_empty() { "x" } else { text };
    let mut long = text.repeat(length / text.len() + 1);
    cut(&mut long, length);
    long
}

/// Cuts the text between two characters, so that it has at most this many bytes.
pub(super) fn cut(text: &mut String, most: usize) {
    let end = (0..=most.min(text.len()))
        .rev()
        .find(|&at| text.is_char_boundary(at));
    text.truncate(end.unwrap_or(0));
}

/// Two words that change places, or one that comes twice or not at all.
fn reordered(text: &str, random: &mut Random) -> String {
    let mut words: Vec<&str> = words(text).collect();
    let count = words.len();
    let at = random.below(count.max(1));
    match random.below(3) {
        0 if count > 1 => words.swap(at, (at + 1) % count),
        1 if count > 1 => {
            words.remove(at);
        }
        _ => words.insert(at, words.get(at).copied().unwrap_or(text)),
    }
    words.join(" ")
}

/// The text with another number in place of number `which`.
fn with_other_number(text: &str, which: usize, random: &mut Random) -> String {
    let number = match random.below(4) {
        0 => i64::from(random.byte()).to_string(),
        _ => random.pick(&NUMBERS).to_owned(),
    };
    let mut numbers = 0;
    let replaced = words(text).map(|word| {
        let is_it = is_number(word) && {
            numbers += 1;
            numbers == which + 1
        };
        if is_it { number.as_str() } else { word }
    });
    replaced.collect::<Vec<_>>().join(" ")
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(' ')
}

fn is_number(word: &str) -> bool {
    let digits = word.strip_prefix(['-', '+']).unwrap_or(word);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

/// Numbers at which types end, and other ways to write one.
const NUMBERS: [&str; 32] = [
    "0",
    "-1",
    "1",
    "-0",
    "+1",
    "007",
    "127",
    "128",
    "255",
    "256",
    "-129",
    "32767",
    "32768",
    "65535",
    "65536",
    "2147483647",
    "2147483648",
    "-2147483648",
    "-2147483649",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "99999999999999999999",
    "1.5",
    "1e3",
    "1,000",
    "0x10",
    "٣",
    "NaN",
    "Infinity",
    "1 ",
];
