//! One part of the matrix, for a run that is spread over several machines.
//!
//! Every input belongs to exactly one shard, chosen by a hash of its name. The choice depends on
//! neither the filter nor the JDKs of a machine, so the shards together cover the whole matrix and
//! never overlap. All pairings of an input belong to one shard, so its oracle is played once.

use std::fmt;
use std::num::NonZero;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Shard `K` of `N`, written `K/N`, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Shard {
    of: NonZero<u32>,
    number: NonZero<u32>,
}

/// A larger number of shards is taken for a typing error. A report lists every missing shard.
const MOST: NonZero<u32> = NonZero::new(1000).unwrap();

impl Shard {
    /// Every shard of a matrix that is split into `of` parts, in order.
    pub fn all(of: NonZero<u32>) -> Vec<Self> {
        (1..=of.get())
            .filter_map(NonZero::new)
            .map(|number| Self { of, number })
            .collect()
    }

    /// The number of shards that the matrix is split into; `None` if these are none.
    pub(crate) fn partition(shards: &[Self]) -> Option<NonZero<u32>> {
        shards.first().map(|shard| shard.of)
    }

    /// The shards that are missing beside these, in order.
    pub fn missing(shards: &[Self]) -> Vec<Self> {
        let mut missing = Self::partition(shards).map_or_else(Vec::new, Self::all);
        missing.retain(|shard| !shards.contains(shard));
        missing
    }

    /// Sorts the shards of joined results. If none is missing, the results are whole and name no
    /// shard.
    pub(crate) fn close(shards: &mut Vec<Self>) {
        shards.sort_unstable();
        if Self::missing(shards).is_empty() {
            shards.clear();
        }
    }

    /// The total number of shards.
    pub fn of(self) -> NonZero<u32> {
        self.of
    }

    /// Whether this shard contains the input `row` of `suite`.
    pub fn holds(self, suite: &str, row: &str) -> bool {
        let name = [suite.as_bytes(), b"::", row.as_bytes()];
        let of = u64::from(self.of.get());
        fnv1a(name.into_iter().flatten()) % of + 1 == u64::from(self.number.get())
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = text.split_once('/').and_then(|(number, of)| {
            let (number, of) = (number.parse().ok()?, of.parse().ok()?);
            (number <= of && of <= MOST).then_some(Self { of, number })
        });
        parsed.ok_or_else(|| {
            format!("{text:?} is no shard: K/N, with K from 1 to N, and N at most {MOST}")
        })
    }
}

impl TryFrom<String> for Shard {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Shard> for String {
    fn from(shard: Shard) -> Self {
        shard.to_string()
    }
}

/// 64-bit FNV-1a, folded. Its result is the same on every machine and in every version; the hashers
/// of the standard library do not promise that.
fn fnv1a<'a>(bytes: impl Iterator<Item = &'a u8>) -> u64 {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    let hash = bytes.fold(OFFSET, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(PRIME)
    });
    hash ^ (hash >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_round_trip_through_text() {
        for text in ["1/1", "1/4", "4/4", "12/100"] {
            let shard: Shard = text.parse().unwrap();
            assert_eq!(shard.to_string(), text);
        }
        for text in [
            "",
            "1",
            "0/4",
            "5/4",
            "1/0",
            "0/0",
            "-1/4",
            "1/4/4",
            "a/b",
            "1/1001",
            "1/4294967295",
        ] {
            assert_eq!(
                text.parse::<Shard>().unwrap_err(),
                format!("{text:?} is no shard: K/N, with K from 1 to N, and N at most 1000")
            );
        }
    }

    // The assignment is part of the interface: a user may join shards of two versions.
    #[test]
    fn the_shard_of_a_row_never_changes() {
        let of_four = |row| {
            let mut shards = Shard::all(NonZero::new(4).unwrap());
            shards.retain(|shard| shard.holds("chat", row));
            assert_eq!(shards.len(), 1, "{row}");
            shards[0].to_string()
        };
        assert_eq!(of_four("ascii"), "4/4");
        assert_eq!(of_four("emoji"), "4/4");
        assert_eq!(of_four("raw-nul"), "2/4");
    }
}
