//! The cases of a search: which case of the pair files is changed, and how.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::block::block;
use super::change::changed;
use super::input::{Input, Line};
use crate::interop::fuzz::generate::name;
use crate::interop::model::case::Judged;
use crate::interop::model::participant::Pairing;
use crate::interop::suites::pairs::{Pairs, Trial};
use crate::system::random::Random;

/// The cases of some pair files, which are changed in turn.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    suite: &'a Pairs,
    origins: Vec<Origin>,
}

/// A case of a pair file.
#[derive(Debug)]
struct Origin {
    row: usize,
    input: Input,
    /// The lines that all cases of its pair type.
    others: Arc<Vec<Line>>,
}

/// A case that was made from one of a pair file.
#[derive(Debug)]
pub(crate) struct Generated<'a> {
    suite: &'a Pairs,
    origin: &'a Origin,
    seed: u64,
    pub(crate) number: usize,
    pub(crate) input: Input,
}

impl<'a> Source<'a> {
    /// The cases that type something or have arguments.
    pub(crate) fn new(suite: &'a Pairs) -> Self {
        let rows: Vec<usize> = suite.plain_rows().map(|(row, _)| row).collect();
        let mut lines: BTreeMap<usize, Vec<Line>> = BTreeMap::new();
        for &row in &rows {
            let (_, case) = suite.origin(row);
            let typed = Input::of(case);
            let typed = typed.typed().into_iter().flat_map(|lines| lines.0.clone());
            lines.entry(suite.pair_of(row)).or_default().extend(typed);
        }
        let others = |mut lines: Vec<Line>| {
            lines.sort_unstable();
            lines.dedup();
            Arc::new(lines)
        };
        let lines: BTreeMap<usize, Arc<Vec<Line>>> = lines
            .into_iter()
            .map(|(pair, lines)| (pair, others(lines)))
            .collect();
        let origins = rows.into_iter().map(|row| Origin {
            row,
            input: Input::of(suite.origin(row).1),
            others: Arc::clone(&lines[&suite.pair_of(row)]),
        });
        Self {
            suite,
            origins: origins.filter(Origin::can_be_changed).collect(),
        }
    }

    /// Whether no case can be changed.
    pub(crate) fn is_empty(&self) -> bool {
        self.origins.is_empty()
    }

    /// A case by its seed and its number, from 0.
    ///
    /// # Panics
    ///
    /// If the source is empty.
    pub(crate) fn generated(&self, seed: u64, number: usize) -> Generated<'_> {
        let origin = &self.origins[number % self.origins.len()];
        let mut random = Random::of(seed, "pair", number);
        let mut generated = Generated {
            suite: self.suite,
            origin,
            seed,
            number,
            input: origin.input.clone(),
        };
        let unchanged = generated.block(&origin.input);
        for _ in 0..TRIES {
            // Some changes leave a text as it is: its capital letters are already capital.
            generated.input = changed(&origin.input, &origin.others, &mut random);
            if generated.block(&generated.input) != unchanged {
                break;
            }
        }
        generated
    }
}

/// How often a case is changed until it differs from what it was.
const TRIES: usize = 20;

impl Origin {
    fn can_be_changed(&self) -> bool {
        !self.input.typed().is_empty() || !self.input.clone().texts_of_arguments().is_empty()
    }
}

impl Generated<'_> {
    /// The name, for example `fuzz-7-12`.
    pub(crate) fn name(&self) -> String {
        name(self.seed, self.number)
    }

    /// The name of the pair.
    pub(crate) fn pair(&self) -> &str {
        &self.suite.origin(self.origin.row).0.name
    }

    /// The command that plays the case again, with these options.
    pub(super) fn again(&self, with: &str) -> String {
        let command = format!("javatalk fuzz --seed {} --only {}", self.seed, self.number);
        match with {
            "" => command,
            with => format!("{command} {with}"),
        }
    }

    fn claim(&self) -> String {
        let (_, case) = self.suite.origin(self.origin.row);
        format!(
            "Every pairing plays this as the old programs do: {}, changed by case {} of seed {}.",
            case.name, self.number, self.seed
        )
    }

    /// The case with this input in place of its own, ready to be played.
    pub(crate) fn trial(&self, input: &Input) -> Trial<'_> {
        let (pair, case) = self.suite.origin(self.origin.row);
        let case = input.case(case, &self.claim(), &pair.server_end);
        self.suite.trial(self.origin.row, &self.name(), case)
    }

    /// What comes of this input in a pairing; none if the old programs do not play it. Unless it is
    /// played `in_full`, a difference counts at once.
    pub(super) fn judge(&self, input: &Input, pairing: Pairing, in_full: bool) -> Option<Judged> {
        let trial = self.trial(input);
        let trial = match in_full {
            true => trial,
            false => trial.at_first_sight(),
        };
        trial.play_oracle().ok()?;
        Some(trial.judge(pairing))
    }

    /// The case with this input as it stands in a pair file.
    pub(crate) fn block(&self, input: &Input) -> String {
        let (pair, case) = self.suite.origin(self.origin.row);
        block(pair, case, &self.name(), &self.claim(), input)
    }
}
