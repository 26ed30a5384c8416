//! Text as TOML strings.

use std::fmt::Write as _;

use super::printable::is_invisible;

/// The text as a TOML string on one line, with as few escapes as possible.
pub(crate) fn quoted(text: &str) -> String {
    let is_plain = |c: char| c != '\'' && (c == '\t' || !is_invisible(c));
    if text.contains(['"', '\\']) && text.chars().all(is_plain) {
        return format!("'{text}'");
    }
    let mut quoted = "\"".to_owned();
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            invisible if is_invisible(invisible) => {
                // Writing to a string cannot fail.
                let _ = write!(quoted, "\\U{:08X}", u32::from(invisible));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_read_back_as_it_was() {
        let all: String = ('\0'..='\u{3100}').collect();
        for text in [
            "",
            "a",
            "it's",
            "\\d+",
            "say \"x\"",
            "it's \"x\"\\",
            "a\tb\r\n",
            "\u{fdd0}😀",
            &all,
        ] {
            let line = format!("key = {}", quoted(text));
            let table: toml::Table = line.parse().unwrap_or_else(|why| panic!("{line}: {why}"));
            assert_eq!(table["key"].as_str(), Some(text), "{line}");
            assert!(
                line.chars().all(|c| c == '\t' || !is_invisible(c)),
                "{line}"
            );
        }
    }

    #[test]
    fn a_backslash_is_not_doubled_if_that_can_be_avoided() {
        assert_eq!(quoted("\\d \"x\""), "'\\d \"x\"'");
        assert_eq!(quoted("it's \\d"), "\"it's \\\\d\"");
    }
}
