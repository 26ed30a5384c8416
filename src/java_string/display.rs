//! How strings are formatted with `Display` and `Debug`.

use alloc::format;
use alloc::string::String;
use core::fmt::{self, Write};

use super::{JavaStr, JavaString};

impl fmt::Display for JavaStr<'_> {
    /// As Java's console prints it: one `?` for each unpaired surrogate.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.as_str() {
            Some(text) => f.pad(text),
            None => f.pad(
                &char::decode_utf16(self.encode_utf16())
                    .map(|character| character.unwrap_or('?'))
                    .collect::<String>(),
            ),
        }
    }
}

impl fmt::Debug for JavaStr<'_> {
    /// As `str`, with unpaired surrogates as in Java source: `\uD800`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        let mut text = String::new();
        for character in char::decode_utf16(self.encode_utf16()) {
            match character {
                Ok(character) => text.push(character),
                Err(unpaired) => {
                    write_escaped(f, &text)?;
                    text.clear();
                    write!(f, "\\u{:04X}", unpaired.unpaired_surrogate())?;
                }
            }
        }
        write_escaped(f, &text)?;
        f.write_char('"')
    }
}

impl fmt::Display for JavaString {
    /// As Java's console prints it: one `?` for each unpaired surrogate.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_java_str().fmt(f)
    }
}

impl fmt::Debug for JavaString {
    /// As `str`, with unpaired surrogates as in Java source: `\uD800`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.as_java_str(), f)
    }
}

/// The text as `str` escapes it between the quotes; `char::escape_debug` would also escape `'`.
fn write_escaped(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let quoted = format!("{text:?}");
    f.write_str(&quoted[1..quoted.len() - 1])
}
