//! Text and bytes in quotes, shortened for a line of output.

/// Text in quotes, cut after `most` characters. Invalid UTF-8 is escaped byte by byte, so that
/// different bytes never look alike.
pub(crate) fn quoted(text: &[u8], most: usize) -> String {
    match str::from_utf8(text) {
        Ok(text) => format!("{:?}", shortened(text, most)),
        Err(_) => {
            let more = if text.len() > most { "…" } else { "" };
            format!("b\"{}{more}\"", text[..most.min(text.len())].escape_ascii())
        }
    }
}

/// The first `most` characters of the text, and an ellipsis if there are more.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    let mut shown: String = text.chars().take(most).collect();
    if text.chars().nth(most).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_utf8_is_quoted_as_bytes() {
        assert_eq!(quoted("a\n世".as_bytes(), 3), r#""a\n世""#);
        assert_eq!(quoted("世界".as_bytes(), 1), r#""世…""#);
        assert_eq!(quoted(b"a\n\xff\xe4", 4), r#"b"a\n\xff\xe4""#);
        assert_eq!(quoted(b"a\n\xff\xe4", 3), r#"b"a\n\xff…""#);
    }
}
