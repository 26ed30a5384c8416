//! Turns a value into a part of a case name that is readable and safe in a shell.

use super::literal::{Literal, Piece};

/// The label of a literal: `-1` becomes `minus-1`, `"a" * 3` becomes `a-x3`, `readUTF` becomes
/// `read-utf`.
pub(crate) fn label(literal: &Literal) -> String {
    let mut words: Vec<String> = literal.number().iter().map(u32::to_string).collect();
    for (piece, times) in literal.pieces() {
        match piece {
            Piece::Word(word) => words.push(kebab(word)),
            Piece::Object(written) => {
                let parts =
                    written.split(|c: char| !c.is_ascii_alphanumeric() && !".-".contains(c));
                words.extend(parts.filter(|part| !part.is_empty()).map(kebab));
            }
            Piece::Quoted("") => words.push("empty".to_owned()),
            Piece::Quoted(inside) => words.extend(quoted(inside)),
            Piece::Range(range) => words.push(range.ends().join("-to-")),
            Piece::Bytes([]) => words.push("none".to_owned()),
            Piece::Bytes(bytes) => words.extend(bytes.iter().map(|byte| format!("{byte:02x}"))),
        }
        words.extend(times.map(|times| format!("x{times}")));
    }
    words.join("-")
}

/// A number or a method in kebab case: `writeUTF` becomes `write-utf`.
fn kebab(word: &str) -> String {
    if let Some(number) = word.strip_prefix('-') {
        return format!("minus-{}", kebab(number));
    }
    if matches!(word, "NaN" | "Infinity") {
        return word.to_lowercase();
    }
    let mut label = String::new();
    let mut after_small = false;
    for character in word.chars() {
        if character.is_ascii_uppercase() && after_small {
            label.push('-');
        }
        after_small = character.is_ascii_lowercase();
        label.push(character.to_ascii_lowercase());
    }
    label
}

/// Letters and digits unchanged; every other character by its name or code.
fn quoted(inside: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut spelled = String::new();
    let mut rest = inside.chars();
    while let Some(character) = rest.next() {
        if character.is_ascii_alphanumeric() {
            spelled.push(character.to_ascii_lowercase());
            continue;
        }
        if !spelled.is_empty() {
            words.push(std::mem::take(&mut spelled));
        }
        if character != '\\' {
            words.push(format!("{:04x}", u32::from(character)));
            continue;
        }
        words.push(match rest.next() {
            Some('u') => rest.by_ref().take(4).collect::<String>().to_lowercase(),
            Some('n') => "lf".to_owned(),
            Some('r') => "cr".to_owned(),
            Some('t') => "tab".to_owned(),
            Some('"') => "quote".to_owned(),
            _ => "backslash".to_owned(),
        });
    }
    if !spelled.is_empty() {
        words.push(spelled);
    }
    words
}
