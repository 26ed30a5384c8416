//! The options that select cases.

use clap::Args;

use crate::cli::{Exit, complain};
use crate::interop::model::case::Case;
use crate::interop::model::shard::Shard;
use crate::interop::report::Run;
use crate::text::suggestion::did_you_mean;

/// Filters and a shard.
#[derive(Args)]
pub(crate) struct Selection {
    /// Run only cases whose name contains one of these texts
    filter: Vec<String>,
    /// Run only part K of N of the selected cases, with K from 1 to N
    #[arg(long, value_name = "K/N")]
    shard: Option<Shard>,
}

impl Selection {
    /// The selected cases. A filter that matches nothing is an error; a shard may be empty.
    pub(crate) fn of(&self, cases: &[Case]) -> Result<Vec<Case>, Exit> {
        for filter in &self.filter {
            if !cases.iter().any(|case| case.is_selected_by(filter)) {
                let question = did_you_mean(filter, cases.iter().map(Case::to_string));
                complain(format!(
                    "no case has {filter:?} in its name{question}; `javatalk interop --list` lists \
                     them all"
                ));
                return Err(Exit::Usage);
            }
        }
        let wanted = |case: &&Case| self.selects(&case.to_string(), case.suite, &case.row);
        Ok(cases.iter().filter(wanted).cloned().collect())
    }

    /// The selected cases of an old run, so that the other cases do not look removed.
    pub(crate) fn narrowed(&self, mut old: Run) -> Run {
        old.cases
            .retain(|case| self.selects(&case.name, &case.suite, &case.row));
        old
    }

    /// Whether --shard is given.
    pub(crate) fn is_a_shard(&self) -> bool {
        self.shard.is_some()
    }

    /// Whether only cases with certain names are meant.
    pub(crate) fn is_filtered(&self) -> bool {
        !self.filter.is_empty()
    }

    /// The shard that the results name.
    pub(crate) fn shards(&self) -> Vec<Shard> {
        self.shard.into_iter().collect()
    }

    fn selects(&self, name: &str, suite: &str, row: &str) -> bool {
        let filtered = self.filter.is_empty() || self.filter.iter().any(|f| name.contains(f));
        filtered && self.shard.is_none_or(|shard| shard.holds(suite, row))
    }
}
