//! Text in quotes and bytes in brackets, as a scenario file holds them.

use std::fmt::Write as _;

/// Text in quotes; characters that are not visible are escapes.
pub(crate) fn quoted(units: &[u16]) -> String {
    let mut text = String::from("\"");
    for character in char::decode_utf16(units.iter().copied()) {
        let _ = match character {
            Ok('\n') => text.write_str("\\n"),
            Ok('\r') => text.write_str("\\r"),
            Ok('\t') => text.write_str("\\t"),
            Ok('"') => text.write_str("\\\""),
            Ok('\\') => text.write_str("\\\\"),
            // Characters that Debug prints unchanged are visible, and parse back unchanged.
            Ok(visible) if visible.escape_debug().count() == 1 || visible == '\'' => {
                text.write_char(visible)
            }
            Ok(other) => other
                .encode_utf16(&mut [0; 2])
                .iter()
                .try_for_each(|unit| write!(text, "\\u{unit:04X}")),
            Err(unpaired) => write!(text, "\\u{:04X}", unpaired.unpaired_surrogate()),
        };
    }
    text.push('"');
    text
}

/// Bytes in hex, in brackets.
pub(crate) fn bracketed(bytes: &[u8]) -> String {
    let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("[{}]", pairs.join(" "))
}
