//! A number of things in words: `1 dialogue`, `1,000 dialogues`.

/// The number, with a comma between thousands, and the noun in the singular or plural.
pub(crate) fn counted(number: usize, noun: &str) -> String {
    format!("{} {}", grouped(number), plural(number, noun))
}

/// The noun in the singular or plural.
pub(crate) fn plural(number: impl TryInto<usize>, noun: &str) -> String {
    match number.try_into() {
        Ok(1) => noun.to_owned(),
        _ if noun.ends_with("ch") => format!("{noun}es"),
        _ => format!("{noun}s"),
    }
}

/// A number with a comma between thousands.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (16_843_009, "16,843,009"),
        ] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn nouns_are_singular_only_for_one() {
        for (number, noun, text) in [
            (0, "dialogue", "0 dialogues"),
            (1, "dialogue", "1 dialogue"),
            (1000, "dialogue", "1,000 dialogues"),
            (1, "mismatch", "1 mismatch"),
            (2, "mismatch", "2 mismatches"),
        ] {
            assert_eq!(counted(number, noun), text);
        }
    }
}
