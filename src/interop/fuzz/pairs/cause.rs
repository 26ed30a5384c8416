//! What a difference is about, in a few words: findings with the same words have the same cause, as far
//! as that can be told from outside.

use std::collections::BTreeSet;

use super::input::{Input, Line, LineEnd};
use crate::interop::model::verdict::{Verdict, blamed};

/// Who is blamed, and what is special about the input that is left.
pub(super) fn cause(verdict: &Verdict, input: &Input) -> String {
    let blame = match verdict.divergence() {
        Some(blame) => blamed(blame.part, blame.peer, blame.role),
        None => verdict.word().to_owned(),
    };
    let mut traits = BTreeSet::new();
    let lines = input.typed().into_iter().flat_map(|lines| &lines.0);
    let lines: Vec<&Line> = lines.collect();
    if lines.is_empty() && !input.typed().is_empty() {
        traits.insert("no input".to_owned());
    }
    for line in lines {
        match line.end {
            LineEnd::Lf => {}
            LineEnd::CrLf => _ = traits.insert("a carriage return".to_owned()),
            LineEnd::Missing => _ = traits.insert("no line end".to_owned()),
        }
        if line.text.is_empty() {
            traits.insert("an empty line".to_owned());
        }
        match str::from_utf8(&line.text) {
            Ok(text) => traits.extend(traits_of(text)),
            Err(_) => _ = traits.insert("bytes that are not UTF-8".to_owned()),
        }
    }
    for argument in input.clone().texts_of_arguments() {
        traits.extend(traits_of(argument));
    }
    let traits: Vec<String> = traits.into_iter().collect();
    match traits.is_empty() {
        true => format!("{blame}, with plain text"),
        false => format!("{blame}, with {}", traits.join(", ")),
    }
}

/// A line of more characters is long. A common limit is longer.
const LONG: usize = 60;

fn traits_of(text: &str) -> BTreeSet<String> {
    let mut traits = BTreeSet::new();
    if text.chars().count() > LONG {
        traits.insert("a long line".to_owned());
    }
    for c in text.chars() {
        let name = match c {
            'a'..='z' => continue,
            'A'..='Z' => "a capital letter".to_owned(),
            '0'..='9' => "a digit".to_owned(),
            c if c.is_control() && c != '\t' => "a control character".to_owned(),
            c if c.is_whitespace() => "white space".to_owned(),
            c if c.is_ascii() => format!("{c:?}"),
            '\u{80}'..='\u{ffff}' => "a character beyond ASCII".to_owned(),
            _ => "a character beyond the BMP".to_owned(),
        };
        traits.insert(name);
    }
    traits
}
