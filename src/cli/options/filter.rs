//! The options that select cases.

use clap::Args;

use crate::cli::{Exit, complain};
use crate::interop::model::case::Case;
use crate::interop::model::shard::Shard;
use crate::interop::report::Run;
use crate::text::suggestion::did_you_mean;

/// Selects names: those that contain one of the texts, or all names if there is no text.
#[derive(Clone, Copy)]
pub(crate) struct Filter<'a>(pub(crate) &'a [String]);

impl<'a> Filter<'a> {
    pub(crate) fn selects(self, name: &str) -> bool {
        self.0.is_empty() || self.0.iter().any(|text| name.contains(text.as_str()))
    }

    /// The first text that none of the names contains.
    pub(crate) fn without_match(self, names: &[impl AsRef<str>]) -> Option<&'a str> {
        let is_in = |text: &str| names.iter().any(|name| name.as_ref().contains(text));
        self.0.iter().map(String::as_str).find(|text| !is_in(text))
    }

    /// Checks that each text is part of some name. `what` has these names, and the command `list`
    /// of javatalk prints them.
    pub(crate) fn check(
        self,
        names: &[impl AsRef<str>],
        what: &str,
        list: &str,
    ) -> Result<(), Exit> {
        let Some(text) = self.without_match(names) else {
            return Ok(());
        };
        let question = did_you_mean(text, names);
        complain(format!(
            "no {what} has {text:?} in its name{question}; `javatalk {list}` lists them all"
        ));
        Err(Exit::Usage)
    }
}

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
        let names: Vec<String> = cases.iter().map(Case::to_string).collect();
        Filter(&self.filter).check(&names, "case", "interop --list")?;
        let named = cases.iter().zip(&names);
        let wanted = named.filter(|(case, name)| self.selects(name, case.suite, &case.row));
        Ok(wanted.map(|(case, _)| case.clone()).collect())
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
        Filter(&self.filter).selects(name) && self.shard.is_none_or(|shard| shard.holds(suite, row))
    }
}
