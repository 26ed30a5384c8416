//! Texts and regular expressions: what an output is searched for, and what is typed.

use super::limits;
use crate::interop::model::pair::Pattern;
use crate::text::quotation::quoted;

/// The regular expression over bytes. `^` and `$` match at the ends of lines.
pub(super) fn regex(text: &str) -> Result<regex::bytes::Regex, String> {
    let mut builder = regex::bytes::RegexBuilder::new(text);
    let builder = builder.multi_line(true).size_limit(limits::REGEX);
    builder.build().map_err(|why| explained(text, &why))
}

/// The regular expression over text, as `regex`.
pub(super) fn text_regex(text: &str) -> Result<regex::Regex, String> {
    let mut builder = regex::RegexBuilder::new(text);
    let builder = builder.multi_line(true).size_limit(limits::REGEX);
    builder.build().map_err(|why| explained(text, &why))
}

fn explained(text: &str, why: &regex::Error) -> String {
    let text = quoted(text.as_bytes(), limits::NAME);
    match why {
        regex::Error::CompiledTooBig(most) => format!(
            "the regular expression {text} is too large: compiled it takes more than {most} bytes"
        ),
        // The last line says what is wrong, the ones before where.
        why => {
            let why = why.to_string();
            let last = why.lines().last().unwrap_or_default();
            let last = last.trim_start_matches("error: ");
            format!("the regular expression {text} is wrong: {last}")
        }
    }
}

/// `/.../` as a regular expression, `"..."` with its escapes, anything else as it stands.
pub(super) fn pattern(text: &str) -> Result<Pattern, String> {
    if let Some(rest) = text.strip_prefix('/') {
        return match rest.strip_suffix('/') {
            Some("") | None => Err(format!(
                "a regular expression begins and ends with /: write \"{text}\" in double quotes if \
                 it is text"
            )),
            Some(expression) => Ok(Pattern::Regex(regex(expression)?)),
        };
    }
    let bytes = match text.starts_with('"') {
        true => escaped(text)?,
        false => text.as_bytes().to_vec(),
    };
    match bytes.is_empty() {
        true => Err("an empty text is found everywhere: write what is expected".to_owned()),
        false => Ok(Pattern::Text(bytes)),
    }
}

/// What is typed: `"..."` exactly, anything else as a line.
pub(super) fn typed(text: &str) -> Result<Vec<u8>, String> {
    if text.starts_with('"') {
        return escaped(text);
    }
    let mut line = text.as_bytes().to_vec();
    line.push(b'\n');
    Ok(line)
}

/// The bytes of a text in double quotes.
fn escaped(text: &str) -> Result<Vec<u8>, String> {
    let open = || {
        format!(
            "the double quote in front of {} is not closed; in a script between \"\"\" TOML itself \
             reads \\n, so write the script between '''",
            quoted(text.get(1..).unwrap_or_default().as_bytes(), 40)
        )
    };
    let mut bytes = Vec::new();
    let mut rest = text.get(1..).unwrap_or_default().chars();
    loop {
        let character = rest.next().ok_or_else(open)?;
        match character {
            '"' => break,
            '\\' => escape(&mut rest, &mut bytes)?,
            other => bytes.extend(other.encode_utf8(&mut [0; 4]).bytes()),
        }
    }
    match rest.as_str() {
        "" => Ok(bytes),
        more => Err(format!(
            "{more:?} stands behind the closing double quote: write \\\" for a double quote in the \
             text"
        )),
    }
}

fn escape(rest: &mut std::str::Chars<'_>, bytes: &mut Vec<u8>) -> Result<(), String> {
    let wrong = |what: &str| {
        format!(
            "\\{what} is no escape: there are \\n, \\r, \\t, \\0, \\\\, \\\", \\xHH and \\u{{HHHH}}"
        )
    };
    match rest.next() {
        Some('n') => bytes.push(b'\n'),
        Some('r') => bytes.push(b'\r'),
        Some('t') => bytes.push(b'\t'),
        Some('0') => bytes.push(0),
        Some('\\') => bytes.push(b'\\'),
        Some('"') => bytes.push(b'"'),
        Some('x') => {
            let digits: String = rest.take(2).collect();
            let is_hex = digits.len() == 2 && digits.chars().all(|c| c.is_ascii_hexdigit());
            let byte = u8::from_str_radix(&digits, 16).ok().filter(|_| is_hex);
            bytes.push(byte.ok_or_else(|| wrong(&format!("x{digits}")))?);
        }
        Some('u') => {
            let inside = rest.as_str().strip_prefix('{');
            let inside = inside.and_then(|inside| inside.split_once('}'));
            let (digits, behind) = inside.ok_or_else(|| wrong("u"))?;
            let is_hex = digits.chars().all(|c| c.is_ascii_hexdigit());
            let number = u32::from_str_radix(digits, 16).ok().filter(|_| is_hex);
            let character = number.and_then(char::from_u32);
            let character = character.ok_or_else(|| wrong(&format!("u{{{digits}}}")))?;
            bytes.extend(character.encode_utf8(&mut [0; 4]).bytes());
            *rest = behind.chars();
        }
        Some(other) => return Err(wrong(&other.to_string())),
        None => return Err(wrong("")),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_text_is_a_line_unless_it_stands_in_quotes() {
        for (text, bytes) in [
            ("MOVE 0", &b"MOVE 0\n"[..]),
            ("/help", b"/help\n"),
            ("say \"hi\"", b"say \"hi\"\n"),
            (r#""no line end""#, b"no line end"),
            (
                r#""a\tb\r\n\0\\\"\xff\u{e9}""#,
                b"a\tb\r\n\0\\\"\xff\xc3\xa9",
            ),
            (r#""""#, b""),
        ] {
            assert_eq!(typed(text).as_deref(), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn what_is_searched_is_a_text_or_a_regular_expression() {
        for (text, output, found) in [
            ("WELCOME X", "say WELCOME X\n", Some((4, 13))),
            (r#""a\n""#, "a b a\n", Some((4, 6))),
            (r"/^\d+$/", "x\n42\ny", Some((2, 4))),
            ("a.c", "abc", None),
        ] {
            let pattern = pattern(text).unwrap();
            assert_eq!(pattern.find(output.as_bytes()), found, "{text}");
        }
    }

    #[test]
    fn wrong_texts_and_patterns_are_explained() {
        let no_escape =
            "is no escape: there are \\n, \\r, \\t, \\0, \\\\, \\\", \\xHH and \\u{HHHH}";
        for (text, why) in [
            (
                r#""a"#,
                "the double quote in front of \"a\" is not closed; in a script between \"\"\" \
                       TOML itself reads \\n, so write the script between '''"
                    .to_owned(),
            ),
            (
                r#""a" b"#,
                "\" b\" stands behind the closing double quote: write \\\" for a double \
                          quote in the text"
                    .to_owned(),
            ),
            (r#""\q""#, format!("\\q {no_escape}")),
            (r#""\xg0""#, format!("\\xg0 {no_escape}")),
            (r#""\x+1""#, format!("\\x+1 {no_escape}")),
            (r#""\u{d800}""#, format!("\\u{{d800}} {no_escape}")),
            (r#""\u{+41}""#, format!("\\u{{+41}} {no_escape}")),
            (
                "/help",
                "a regular expression begins and ends with /: write \"/help\" in double \
                       quotes if it is text"
                    .to_owned(),
            ),
            (
                "//",
                "a regular expression begins and ends with /: write \"//\" in double quotes if \
                    it is text"
                    .to_owned(),
            ),
            (
                "/(/",
                "the regular expression \"(\" is wrong: unclosed group".to_owned(),
            ),
            (
                r"/\w{9999}/",
                "the regular expression \"\\\\w{9999}\" is too large: compiled it takes \
                             more than 1048576 bytes"
                    .to_owned(),
            ),
            (
                "",
                "an empty text is found everywhere: write what is expected".to_owned(),
            ),
            (
                r#""""#,
                "an empty text is found everywhere: write what is expected".to_owned(),
            ),
        ] {
            assert_eq!(pattern(text).map(|_| ()), Err(why), "{text}");
        }
    }
}
