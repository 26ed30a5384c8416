//! Counts of cases by kind, with the first case of each.

use std::collections::BTreeMap;

use serde::Serialize;

/// How many cases there were of each kind.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Tally<K: Ord> {
    kinds: BTreeMap<K, Count>,
}

#[derive(Clone, Debug, Serialize)]
struct Count {
    cases: u64,
    /// Where in the order of all cases the first of this kind stands.
    #[serde(skip)]
    first_at: u64,
    first: Example,
}

/// One case, in words.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Example {
    /// What both were given.
    pub(crate) given: String,
    /// What Java makes of it.
    pub(crate) java: String,
    /// What the crate makes of it.
    pub(crate) krate: String,
}

impl<K: Ord> Default for Tally<K> {
    fn default() -> Self {
        Self {
            kinds: BTreeMap::new(),
        }
    }
}

impl<K: Ord + Copy> Tally<K> {
    /// Counts a case. The words are asked for only where it may become the first of its kind.
    pub(crate) fn count(&mut self, kind: K, at: u64, example: impl FnOnce() -> Example) {
        match self.kinds.get_mut(&kind) {
            None => {
                let first = example();
                self.kinds.insert(
                    kind,
                    Count {
                        cases: 1,
                        first_at: at,
                        first,
                    },
                );
            }
            Some(count) => {
                count.cases += 1;
                if at < count.first_at {
                    count.first_at = at;
                    count.first = example();
                }
            }
        }
    }

    pub(crate) fn merge(mut self, other: Self) -> Self {
        for (kind, theirs) in other.kinds {
            match self.kinds.get_mut(&kind) {
                None => {
                    self.kinds.insert(kind, theirs);
                }
                Some(ours) => {
                    let cases = ours.cases + theirs.cases;
                    if theirs.first_at < ours.first_at {
                        *ours = theirs;
                    }
                    ours.cases = cases;
                }
            }
        }
        self
    }

    pub(crate) fn cases(&self, kind: K) -> u64 {
        self.kinds.get(&kind).map_or(0, |count| count.cases)
    }

    /// How many cases there were of the kinds that are chosen.
    pub(crate) fn cases_where(&self, chosen: impl Fn(K) -> bool) -> u64 {
        self.kinds
            .iter()
            .filter(|(kind, _)| chosen(**kind))
            .map(|(_, count)| count.cases)
            .sum()
    }

    /// The first case of each kind.
    pub(crate) fn examples(&self) -> impl Iterator<Item = (K, &Example)> {
        self.kinds.iter().map(|(kind, count)| (*kind, &count.first))
    }
}
