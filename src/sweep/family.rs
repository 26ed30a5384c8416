//! Families of cases, each with a claim.

use super::block::Block;

/// A family of cases. Its blocks can be generated in any order.
#[derive(Debug, Clone, Copy)]
pub struct Family {
    pub name: &'static str,
    /// The claim that it proves, as a sentence.
    pub claim: &'static str,
    /// Whether it takes minutes, and is left out unless `--full` is given.
    pub long: bool,
    pub blocks: usize,
    /// The asynchronous streams run one of this many blocks, and all of them with `--full`. Cases
    /// that differ only in the bytes of a value test the same paths of these streams again.
    pub asynchronous_in: usize,
    /// Generates one block.
    pub block: fn(seed: u64, index: usize) -> Block,
}

impl Family {
    /// Whether the asynchronous streams also run this block.
    pub(crate) fn is_asynchronous(&self, index: usize, extent: Extent) -> bool {
        extent.full || index.is_multiple_of(self.asynchronous_in)
    }
}

/// How much of the families is run.
#[derive(Debug, Clone, Copy)]
pub struct Extent {
    /// The seed of random cases.
    pub seed: u64,
    /// Also run what takes minutes: the long families, and every block with the asynchronous
    /// streams.
    pub full: bool,
}

#[cfg(test)]
mod tests {
    use crate::sweep::codec::Mode;
    use crate::sweep::outcome::Outcomes;
    use crate::sweep::{codec, families};

    #[test]
    fn family_names_are_unique_words_and_claims_are_sentences() {
        let mut names: Vec<&str> = families::all().iter().map(|family| family.name).collect();
        for family in families::all() {
            let plain = |c: char| c.is_ascii_lowercase() || c == '_';
            assert!(family.name.chars().all(plain), "{}", family.name);
            assert!(family.claim.ends_with('.'), "{}", family.claim);
        }
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }

    #[test]
    fn first_and_last_blocks_have_cases_and_can_be_played() {
        for family in families::all().iter().filter(|family| !family.long) {
            for index in [0, family.blocks - 1] {
                let block = (family.block)(1, index);
                assert!(block.cases > 0, "{} {index}", family.name);
                for &mode in [Mode::Blocking].iter().chain(Mode::others(&block.work)) {
                    let mut outcomes = Outcomes::with_labels();
                    codec::play(mode, &block.work, &mut outcomes);
                    let parsed = outcomes.parsed().unwrap();
                    assert_eq!(parsed.len(), outcomes.labels().len(), "{}", family.name);
                    assert!(parsed.len() >= block.cases, "{} {index}", family.name);
                }
            }
        }
    }
}
