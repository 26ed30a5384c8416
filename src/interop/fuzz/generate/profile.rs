//! The profiles of the search: how often each kind of content is generated.

use crate::interop::protocol::call::Method;

/// The profile of a generated scenario.
pub(crate) struct Profile {
    /// The kinds of content, each with its weight.
    pub(crate) contents: &'static [(usize, Content)],
    /// The percentage of reads that use another method than the one that matches the write.
    pub(crate) mismatched: usize,
    /// The percentage of scenarios in which a role ends the connection before the last reads.
    pub(crate) ends: usize,
}

/// A kind of content that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// A number, a boolean or a character; holds the method once it is chosen.
    Single(Option<Method>),
    /// A string, written by `writeUTF`.
    Text,
    /// A string, written by `writeBytes` or `writeChars`.
    Characters(Option<Method>),
    /// Bytes in the format of `readUTF`, valid or not.
    Body,
    /// Letters and line terminators.
    Lines,
    Bytes,
    /// The first bytes of other content.
    Part,
}

const SINGLE: Content = Content::Single(None);
const CHARACTERS: Content = Content::Characters(None);

/// Data over object streams, beside objects.
pub(crate) const OBJECTS: Profile = Profile {
    contents: &[
        (6, SINGLE),
        (3, Content::Text),
        (2, CHARACTERS),
        (2, Content::Body),
        (1, Content::Lines),
        (1, Content::Bytes),
    ],
    mismatched: 15,
    ends: 55,
};

pub(crate) const PROFILES: [Profile; 6] = [
    // Everything is read by the matching method.
    Profile {
        contents: &[
            (6, SINGLE),
            (5, Content::Text),
            (2, CHARACTERS),
            (1, Content::Lines),
        ],
        mismatched: 0,
        ends: 30,
    },
    // Reads by methods that do not match.
    Profile {
        contents: &[
            (6, SINGLE),
            (3, Content::Text),
            (3, Content::Bytes),
            (2, CHARACTERS),
        ],
        mismatched: 70,
        ends: 30,
    },
    // Invalid strings.
    Profile {
        contents: &[(9, Content::Body), (1, Content::Text), (1, SINGLE)],
        mismatched: 8,
        ends: 40,
    },
    // Lines, and the bytes after them.
    Profile {
        contents: &[
            (8, Content::Lines),
            (2, SINGLE),
            (1, CHARACTERS),
            (1, Content::Text),
        ],
        mismatched: 25,
        ends: 40,
    },
    // Truncated content.
    Profile {
        contents: &[
            (5, Content::Part),
            (3, SINGLE),
            (2, Content::Body),
            (2, Content::Text),
        ],
        mismatched: 20,
        ends: 95,
    },
    // All kinds mixed.
    Profile {
        contents: &[
            (3, SINGLE),
            (2, Content::Text),
            (2, CHARACTERS),
            (2, Content::Body),
            (2, Content::Lines),
            (1, Content::Bytes),
            (1, Content::Part),
        ],
        mismatched: 35,
        ends: 60,
    },
];
