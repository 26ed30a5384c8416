//! The sections of the sweep: each a family of cases with a claim.

use super::block::Block;

/// A family of cases that are generated, block by block, in any order.
#[derive(Debug, Clone, Copy)]
pub struct Family {
    /// What it is called.
    pub name: &'static str,
    /// What it proves, in a sentence.
    pub claim: &'static str,
    /// Whether it takes minutes, and is left out of the short form.
    pub long: bool,
    /// How many blocks it has.
    pub blocks: usize,
    /// The asynchronous streams play one block in so many, and all of them when everything is wanted:
    /// where only the bytes within a value differ from case to case, they repeat themselves.
    pub asynchronous_in: usize,
    /// Makes one of them.
    pub block: fn(seed: u64, index: usize) -> Block,
}

impl Family {
    /// Whether the asynchronous streams play this block too.
    pub(crate) fn is_asynchronous(&self, index: usize, extent: Extent) -> bool {
        extent.full || index.is_multiple_of(self.asynchronous_in)
    }

    /// Whether a word of the command line means this section.
    pub fn is_selected_by(&self, filter: &str) -> bool {
        self.name.contains(filter)
    }
}

/// How much of the sections is played.
#[derive(Debug, Clone, Copy)]
pub struct Extent {
    /// What random cases are made from.
    pub seed: u64,
    /// What takes minutes too: the long sections, and every block with the asynchronous streams.
    pub full: bool,
}

#[cfg(test)]
mod tests {
    use crate::sweep::codec::Mode;
    use crate::sweep::outcome::Outcomes;
    use crate::sweep::{codec, sections};

    #[test]
    fn names_are_words_of_a_test_and_claims_are_sentences() {
        let mut names: Vec<&str> = sections().iter().map(|section| section.name).collect();
        for section in sections() {
            let plain = |c: char| c.is_ascii_lowercase() || c == '_';
            assert!(section.name.chars().all(plain), "{}", section.name);
            assert!(section.claim.ends_with('.'), "{}", section.claim);
        }
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }

    #[test]
    fn every_first_and_last_block_has_cases_and_can_be_played() {
        for section in sections().iter().filter(|section| !section.long) {
            for index in [0, section.blocks - 1] {
                let block = (section.block)(1, index);
                assert!(block.cases > 0, "{} {index}", section.name);
                for &way in [Mode::Blocking].iter().chain(Mode::others(&block.work)) {
                    let mut outcomes = Outcomes::with_labels();
                    codec::play(way, &block.work, &mut outcomes);
                    let parsed = outcomes.parsed().unwrap();
                    assert_eq!(parsed.len(), outcomes.labels().len(), "{}", section.name);
                    assert!(parsed.len() >= block.cases, "{} {index}", section.name);
                }
            }
        }
    }
}
