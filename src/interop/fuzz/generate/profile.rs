//! What a dialogue is about, and so what is said in it: the distribution of the search.

use crate::interop::protocol::call::Method;

/// What a dialogue is about.
pub(crate) struct Profile {
    /// How often each is said, among the sum of all.
    pub(crate) says: &'static [(usize, Said)],
    /// How many of a hundred reads are not by the method that was meant.
    pub(crate) crossed: usize,
    /// How many of a hundred dialogues end in a way of their own.
    pub(crate) ends: usize,
}

/// What is said in one go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    /// A number, a truth value or a character, by this method once it is known.
    Single(Option<Method>),
    /// A string by `writeUTF`.
    Text,
    /// A string by `writeBytes` or `writeChars`.
    Characters(Option<Method>),
    /// Bytes that `readUTF` takes for a string, or does not.
    Body,
    /// Letters and ends of lines.
    Lines,
    Bytes,
    /// The first bytes of something.
    Part,
}

const SINGLE: Said = Said::Single(None);
const CHARACTERS: Said = Said::Characters(None);

pub(crate) const MOODS: [Profile; 6] = [
    // All as it was meant.
    Profile {
        says: &[
            (6, SINGLE),
            (5, Said::Text),
            (2, CHARACTERS),
            (1, Said::Lines),
        ],
        crossed: 0,
        ends: 30,
    },
    // Read by other methods than those that were meant.
    Profile {
        says: &[
            (6, SINGLE),
            (3, Said::Text),
            (3, Said::Bytes),
            (2, CHARACTERS),
        ],
        crossed: 70,
        ends: 30,
    },
    // Strings that are none.
    Profile {
        says: &[(9, Said::Body), (1, Said::Text), (1, SINGLE)],
        crossed: 8,
        ends: 40,
    },
    // Lines, and what comes behind them.
    Profile {
        says: &[
            (8, Said::Lines),
            (2, SINGLE),
            (1, CHARACTERS),
            (1, Said::Text),
        ],
        crossed: 25,
        ends: 40,
    },
    // Cut off.
    Profile {
        says: &[
            (5, Said::Part),
            (3, SINGLE),
            (2, Said::Body),
            (2, Said::Text),
        ],
        crossed: 20,
        ends: 95,
    },
    // Everything at once.
    Profile {
        says: &[
            (3, SINGLE),
            (2, Said::Text),
            (2, CHARACTERS),
            (2, Said::Body),
            (2, Said::Lines),
            (1, Said::Bytes),
            (1, Said::Part),
        ],
        crossed: 35,
        ends: 60,
    },
];
