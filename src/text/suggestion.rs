//! Suggests a name for a filter that selects nothing.

use std::collections::BTreeSet;
use std::ops::Range;

/// The part of one of `names` that is most similar to `filter`; none if no part is similar.
///
/// A part has as many consecutive words as the filter: `emoji` for `emojy`. For a filter of one
/// word it may have two: `half-close` for `halfclose`.
pub(crate) fn suggestion(
    filter: &str,
    names: impl IntoIterator<Item: AsRef<str>>,
) -> Option<String> {
    let count = words(filter).len();
    let most = count.max(2);
    let mut parts = BTreeSet::new();
    for name in names {
        let name = name.as_ref();
        let words = words(name);
        for count in count..=most {
            for row in words.windows(count) {
                parts.insert(name[row[0].start..row[count - 1].end].to_owned());
            }
        }
    }
    // At most half of the characters may differ: `rust-too` still means `rust-to`.
    let mut likely = None;
    let mut fewest = usize::MAX;
    for part in parts {
        let longer = filter.len().max(part.len());
        let at_least = filter.len().abs_diff(part.len());
        if at_least >= fewest {
            continue;
        }
        let edits = strsim::osa_distance(filter, &part);
        if edits < fewest && 2 * edits <= longer {
            (fewest, likely) = (edits, Some(part));
        }
    }
    likely
}

/// Asks for the whole name out of `names` that is most similar to `word`, as a clause; empty if at
/// most two thirds of the characters of each are the same.
pub(crate) fn did_you_mean_whole<'a>(
    word: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> String {
    let edits = |name: &'a str| (strsim::osa_distance(word, name), name);
    match names.into_iter().map(edits).min() {
        Some((edits, name)) if 3 * edits <= word.len().max(name.len()) => {
            format!("; did you mean {name:?}?")
        }
        _ => String::new(),
    }
}

/// The positions of the words of a name.
fn words(name: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = 0;
    for (end, separator) in name.match_indices(['-', '_', '.', ':']) {
        if start < end {
            words.push(start..end);
        }
        start = end + separator.len();
    }
    words.push(start..name.len());
    words
}

/// The suggestion as a clause, `; did you mean "emoji"?`; empty without a suggestion.
pub fn did_you_mean(filter: &str, names: impl IntoIterator<Item: AsRef<str>>) -> String {
    match suggestion(filter, names) {
        Some(name) => format!("; did you mean {name:?}?"),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 3] = [
        "chat::emoji::rust-to-java17",
        "chat::emoji::rust-to-rust",
        "scenario::half-close::java17-to-rust",
    ];

    #[test]
    fn the_closest_part_of_a_name_is_suggested() {
        for (filter, suggested) in [
            ("emojy", Some("emoji")),
            ("rust-too", Some("rust-to")),
            ("halfclose", Some("half-close")),
            ("half-colse", Some("half-close")),
            ("chat::emojy", Some("chat::emoji")),
            (
                "chat::emoji::rust-to-java71",
                Some("chat::emoji::rust-to-java17"),
            ),
            ("nothing-like-it", None),
            ("", None),
        ] {
            assert_eq!(suggestion(filter, NAMES).as_deref(), suggested, "{filter}");
        }
    }

    #[test]
    fn a_whole_name_is_suggested_only_if_it_is_close() {
        let names = || ["at-once", "starts", "utf"].into_iter();
        for (word, asked) in [
            ("once", ""),
            ("sais", ""),
            ("start", "; did you mean \"starts\"?"),
            ("uft", "; did you mean \"utf\"?"),
            ("", ""),
        ] {
            assert_eq!(did_you_mean_whole(word, names()), asked, "{word}");
        }
        assert_eq!(did_you_mean_whole("once", []), "");
    }

    #[test]
    fn no_question_is_asked_without_a_suggestion() {
        assert_eq!(did_you_mean("emojy", NAMES), "; did you mean \"emoji\"?");
        assert_eq!(did_you_mean("nothing-like-it", NAMES), "");
    }
}
