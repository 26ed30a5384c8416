//! Makes foreign text safe to print.
//!
//! The output of a peer or a program, and a results file, may contain escape sequences, which a
//! terminal obeys, direction marks, which disguise a line, and characters that XML forbids. All
//! foreign text that is printed, or written into a report for people, goes through this module.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The text with invisible and unsafe characters as Rust escapes, for example `\u{1b}`.
///
/// Line feeds and tabs are kept.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    let is_shown = |c: char| matches!(c, '\n' | '\t') || !is_obeyed(c);
    if text.chars().all(is_shown) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_shown(c) {
            shown.push(c);
        } else {
            shown.extend(c.escape_default());
        }
    }
    Cow::Owned(shown)
}

/// The JSON with characters that a terminal obeys as JSON escapes.
///
/// A serializer escapes only the characters that JSON forbids. The others occur only within
/// strings, where an escape means the same character.
pub(crate) fn printable_json(json: &str) -> Cow<'_, str> {
    let is_shown = |c: char| matches!(c, '\n' | '\r' | '\t') || !is_obeyed(c);
    if json.chars().all(is_shown) {
        return Cow::Borrowed(json);
    }
    let mut shown = String::with_capacity(json.len());
    for c in json.chars() {
        if is_shown(c) {
            shown.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(shown, "\\u{unit:04x}");
            }
        }
    }
    Cow::Owned(shown)
}

/// The beginning of a line that is too long to show, followed by the number of bytes left out.
pub(crate) fn clipped(line: &str, most: usize) -> Cow<'_, str> {
    let Some((end, _)) = line.char_indices().nth(most) else {
        return Cow::Borrowed(line);
    };
    let left_out = line.len() - end;
    Cow::Owned(format!("{}… {left_out} more bytes", &line[..end]))
}

/// Whether the character, if it stood in a line of text, could not be seen or told from another:
/// white space other than a space, marks that join with the character before them, and what a
/// terminal obeys.
pub(crate) fn is_invisible(c: char) -> bool {
    let is_mark = matches!(c, '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{2800}' | '\u{3099}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}');
    is_obeyed(c) || is_mark || c.is_whitespace() && c != ' '
}

/// Whether it is a control character, a direction mark, or a noncharacter.
fn is_obeyed(c: char) -> bool {
    let is_direction = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let is_line_break = matches!(c, '\u{2028}' | '\u{2029}');
    let is_none = matches!(u32::from(c), 0xFDD0..=0xFDEF) || u32::from(c) & 0xFFFE == 0xFFFE;
    c.is_control() || is_direction || is_line_break || is_none
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminal_control_characters_are_escaped() {
        let hostile = "a\u{1b}[2J\u{9b}31m\r\0\u{7f}\u{202e}\u{ffff}\u{10fffe}é世\n\tb";
        assert_eq!(
            printable(hostile),
            "a\\u{1b}[2J\\u{9b}31m\\r\\u{0}\\u{7f}\\u{202e}\\u{ffff}\\u{10fffe}é世\n\tb"
        );
        assert!(matches!(printable("é世\n\tb"), Cow::Borrowed(_)));
    }

    #[test]
    fn escaped_json_has_the_same_meaning() {
        let text = "a\u{1b}[2J\u{9b}\u{7f}\u{202e}\u{10ffff}é";
        let json = serde_json::to_string_pretty(&[text]).unwrap();
        let shown = printable_json(&json);
        assert!(shown.chars().all(|c| c == '\n' || !is_obeyed(c)), "{shown}");
        assert_eq!(
            serde_json::from_str::<[String; 1]>(&shown).unwrap(),
            [text.to_owned()]
        );
    }

    #[test]
    fn a_long_line_is_cut_between_characters() {
        assert_eq!(clipped("世界", 2), "世界");
        assert_eq!(clipped("世界界", 1), "世… 6 more bytes");
    }
}
