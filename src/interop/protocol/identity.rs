//! How a peer identifies itself: the line that it sends at its start.

use std::fmt;
use std::str::FromStr;

/// How a peer identifies itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// The name, unique among all peers: `java25`.
    pub name: String,
    /// The language: `java`.
    pub language: String,
    /// The version of its runtime: `25.0.2`.
    pub version: String,
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} {})", self.name, self.language, self.version)
    }
}

/// What is wrong with a peer's identification line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdentityError {
    /// The line is not `peer` followed by three words.
    NoIdentity,
    /// One of the words is not allowed, for this reason.
    Word(String),
}

/// Parses the text that follows `@@ `: `peer java25 java 25.0.2`.
impl FromStr for Identity {
    type Err = IdentityError;

    fn from_str(text: &str) -> Result<Self, IdentityError> {
        let words: Vec<&str> = text.split(' ').collect();
        let is_word = |word: &&str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_graphic());
        let ["peer", name, language, version] = *words.as_slice() else {
            return Err(IdentityError::NoIdentity);
        };
        if ![name, language, version].iter().all(is_word) {
            return Err(IdentityError::NoIdentity);
        }
        check_name(name)
            .and_then(|()| check_length("language", language))
            .and_then(|()| check_length("version", version))
            .map_err(IdentityError::Word)?;
        Ok(Self {
            name: name.to_owned(),
            language: language.to_owned(),
            version: version.to_owned(),
        })
    }
}

/// The longest word allowed in a peer's identification line.
const LONGEST: usize = 64;

/// Checks that `name` is valid as the name of a peer.
///
/// A pairing is written `CLIENT-to-SERVER` and a case `SUITE::ROW::PAIRING`, so a name must be
/// recognizable in both.
fn check_name(name: &str) -> Result<(), String> {
    check_length("name", name)?;
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "._+-".contains(c);
    if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) || !name.chars().all(is_allowed) {
        return Err(format!(
            "the name `{name}` has to consist of letters, digits, `.`, `_`, `+` and `-`, and to \
             begin with a letter or a digit"
        ));
    }
    if name.split('-').any(|part| part == "to") {
        return Err(format!(
            "the name `{name}` contains `to` as a word, which stands between the two names of a \
             pairing"
        ));
    }
    Ok(())
}

/// Checks the length of a name, language or version.
fn check_length(what: &str, word: &str) -> Result<(), String> {
    if word.len() > LONGEST {
        return Err(format!(
            "the {what} has {} characters, and {LONGEST} are the most",
            word.len()
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_has_three_words() {
        let peer: Identity = "peer java25 java 25.0.2".parse().unwrap();
        assert_eq!(peer.to_string(), "java25 (java 25.0.2)");
        for text in [
            "",
            "peer",
            "peer a b",
            "peer a b c d",
            "peer  a b",
            "pear a b c",
        ] {
            assert_eq!(
                text.parse::<Identity>(),
                Err(IdentityError::NoIdentity),
                "{text:?}"
            );
        }
        let long = "x".repeat(65);
        for (text, why) in [
            (
                format!("peer {long} b c"),
                "the name has 65 characters, and 64 are the most",
            ),
            (
                format!("peer a {long} c"),
                "the language has 65 characters, and 64 are the most",
            ),
            (
                format!("peer a b {long}"),
                "the version has 65 characters, and 64 are the most",
            ),
        ] {
            let wrong = IdentityError::Word(why.to_owned());
            assert_eq!(text.parse::<Identity>(), Err(wrong));
        }
    }

    #[test]
    fn names_must_be_usable_in_case_names_and_as_file_names() {
        for name in [
            "a",
            "A-1",
            "my_peer",
            "g++-15",
            "0.1",
            "auto-tor",
            &"n".repeat(64),
        ] {
            check_name(name).unwrap();
        }
        for name in [
            "a::b",
            "a/b",
            "..",
            "-a",
            "_a",
            "a`b",
            "a\"b",
            "a to b",
            "a-to-b",
            "to-b",
            "a-to",
            "to",
            "",
            &"n".repeat(65),
        ] {
            check_name(name).unwrap_err();
        }
    }
}
