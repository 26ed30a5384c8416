//! The tokens of a line, and their classes.

use std::sync::LazyLock;

use regex::bytes::Regex;

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) class: Class,
    text: Vec<u8>,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumCount)]
pub(super) enum Class {
    Uuid,
    /// The identity of a Java object: `@1b2c3d`.
    Hash,
    /// `Thu Nov 26 21:41:25 UTC 2026`, or a date and a time in the order of ISO 8601.
    Date,
    Time,
    /// The name of a Java thread.
    Thread,
    Number,
    /// A long hexadecimal number.
    Hex,
    Word,
    /// A space, a sign, a byte.
    Other,
}

/// The classes in the order in which they are tried, each with its name, its pattern, and whether
/// the pattern alone tells what is meant.
const CLASSES: [(Class, &str, &str, bool); <Class as strum::EnumCount>::COUNT] = [
    (
        Class::Uuid,
        "uuid",
        r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
        true,
    ),
    (Class::Hash, "hash", r"@[0-9a-f]+", true),
    (
        Class::Date,
        "date",
        concat!(
            r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?(?:",
            r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]?\d",
            r"|[ \d]?\d (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4}",
            r"|\d{4}[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.]\d{2,4})",
            r"(?:[T ,]{1,2}\d\d?:\d\d(?::\d\d)?(?:[.,]\d+)?)?",
            r"(?:Z|[+-]\d\d:?\d\d| ?[A-Z]{3,5}\b)?(?: \d{4})?",
        ),
        true,
    ),
    (
        Class::Time,
        "time",
        r"\d\d?:\d\d(?::\d\d)?(?:[.,]\d+)?(?: [AP]M)?",
        true,
    ),
    (
        Class::Thread,
        "thread",
        r"(?:pool-\d+-thread-\d+|Thread-\d+)",
        true,
    ),
    (Class::Number, "number", r"\d+(?:[.,]\d+)*\b", false),
    (Class::Hex, "hex", r"[0-9a-fA-F]{6,}\b", false),
    (Class::Word, "word", r"\w+", false),
    (Class::Other, "text", r"(?s:.)", false),
];

/// The patterns of all classes, each bound to the beginning.
static PATTERNS: LazyLock<Vec<(Class, Regex)>> = LazyLock::new(|| {
    let bound = |(class, _, pattern, _): (Class, &str, &str, bool)| {
        let regex = Regex::new(&format!("^(?:{pattern})"));
        regex.ok().map(|regex| (class, regex))
    };
    CLASSES.into_iter().filter_map(bound).collect()
});

impl Class {
    fn row(self) -> (Self, &'static str, &'static str, bool) {
        let mut rows = CLASSES.into_iter();
        let own = rows.find(|(class, ..)| *class == self);
        own.unwrap_or(CLASSES[CLASSES.len() - 1])
    }

    pub(super) fn name(self) -> &'static str {
        self.row().1
    }

    fn pattern(self) -> &'static str {
        self.row().2
    }

    /// Whether the pattern alone tells what is meant.
    pub(super) fn is_telling(self) -> bool {
        self.row().3
    }

    /// The class of both.
    fn joined(self, other: Self) -> Self {
        let is_digits = |class| matches!(class, Self::Number | Self::Hex);
        if self == other {
            self
        } else if is_digits(self) && is_digits(other) {
            Self::Hex
        } else {
            Self::Word
        }
    }
}

/// How many digits the numbers in a time or a date have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Widths {
    /// As many as in all samples.
    Fixed,
    Any,
}

impl Token {
    /// What lines with the same tokens in the same places have in common.
    pub(super) fn shape(&self) -> String {
        match self.class {
            Class::Number | Class::Hex => "number".to_owned(),
            Class::Uuid | Class::Hash | Class::Date | Class::Time | Class::Thread => {
                self.class.name().to_owned()
            }
            Class::Word => String::new(),
            Class::Other => format!("{:?}", self.text),
        }
    }

    /// The class and a pattern of both: numbers in times and dates may have other digits, and words
    /// in dates other letters.
    pub(super) fn generalised(&self, other: &Self, widths: Widths) -> (Class, String) {
        let class = self.class.joined(other.class);
        let of_both = |widths| {
            let [one, other] = [self, other].map(|token| loose(&token.text, widths));
            (one == other).then_some(one)
        };
        let pattern = match class {
            Class::Date | Class::Time => of_both(widths).or_else(|| of_both(Widths::Any)),
            // A counter grows.
            Class::Number => of_both(Widths::Any),
            Class::Uuid | Class::Hash | Class::Thread | Class::Hex | Class::Word | Class::Other => {
                None
            }
        };
        (class, pattern.unwrap_or_else(|| class.pattern().to_owned()))
    }

    /// A pattern that matches exactly this.
    pub(super) fn escaped(&self) -> String {
        match str::from_utf8(&self.text) {
            Ok(text) if !text.chars().any(char::is_control) => regex::escape(text),
            _ => {
                let bytes = self.text.iter().map(|byte| format!("\\x{byte:02x}"));
                format!("(?-u:{})", bytes.collect::<String>())
            }
        }
    }
}

/// A pattern for texts like this one: runs of digits and of letters may be others. Only runs of two
/// and of four digits have a fixed width: one digit may be padded or not, and Java leaves out the
/// last zeros of a fraction of a second.
fn loose(text: &[u8], widths: Widths) -> String {
    let kind = |byte: &u8| (byte.is_ascii_digit(), byte.is_ascii_alphabetic());
    let mut pattern = String::new();
    let mut is_fraction = false;
    for run in text.chunk_by(|a, b| kind(a) == kind(b)) {
        match run.first().map(kind) {
            Some((true, _)) => pattern.push_str(match (widths, run.len()) {
                (Widths::Fixed, 2) if !is_fraction => r"\d\d",
                (Widths::Fixed, 4) if !is_fraction => r"\d{4}",
                (Widths::Fixed | Widths::Any, _) => r"\d+",
            }),
            Some((_, true)) => pattern.push_str(r"\w+"),
            Some((false, false)) | None => {
                pattern.push_str(&regex::escape(&String::from_utf8_lossy(run)));
            }
        }
        is_fraction = pattern.contains(':') && matches!(run, b"." | b",");
    }
    pattern
}

/// Takes a line apart.
pub(super) fn tokens(line: &[u8]) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = line;
    while !rest.is_empty() {
        let found = PATTERNS.iter().find_map(|(class, pattern)| {
            let found = pattern.find(rest).filter(|found| !found.is_empty())?;
            Some((*class, found.end()))
        });
        // A byte that is no text matches nothing.
        let (class, length) = found.unwrap_or((Class::Other, 1));
        let (text, behind) = rest.split_at(length);
        tokens.push(Token {
            class,
            text: text.to_vec(),
        });
        rest = behind;
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_of_the_class_that_tells_most() {
        for (text, class) in [
            ("123e4567-e89b-12d3-a456-426614174000", Class::Uuid),
            ("@1b2c3d", Class::Hash),
            ("Thu Nov 26 21:41:25 UTC 2026", Class::Date),
            ("2026-11-26T21:41:25.123Z", Class::Date),
            ("2026-11-26 21:41:25", Class::Date),
            ("26/11/2026", Class::Date),
            ("26 Nov 2026 21:41:25", Class::Date),
            ("21:41:25", Class::Time),
            ("9:41 PM", Class::Time),
            ("pool-1-thread-2", Class::Thread),
            ("Thread-12", Class::Thread),
            ("12345", Class::Number),
            ("1,234.5", Class::Number),
            ("12ab34cd", Class::Hex),
            ("hello", Class::Word),
        ] {
            let tokens = tokens(text.as_bytes());
            let [token] = &tokens[..] else {
                panic!("{text}: {tokens:?}");
            };
            assert_eq!(token.class, class, "{text}");
        }
    }

    #[test]
    fn the_classes_are_listed_in_their_order() {
        for (index, (class, ..)) in CLASSES.into_iter().enumerate() {
            assert_eq!(class as usize, index);
        }
        assert_eq!(PATTERNS.len(), CLASSES.len());
    }
}
