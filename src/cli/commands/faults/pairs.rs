//! `javatalk faults --pair`.

use std::sync::Arc;

use super::{Options, Progress, kinds, print};
use crate::cli::options::filter::Filter;
use crate::cli::options::pairs;
use crate::cli::output::eprintln;
use crate::cli::{Exit, complain, interruption};
use crate::interop::faults::pairs::{Choice, PairPlan, sweep};
use crate::interop::suites::pairs::Pairs;
use crate::system::wait::Timeouts;

/// Breaks the connections of every selected case of the pair files.
pub(super) fn play(options: &Options) -> Result<Exit, Exit> {
    let read = options.pairs.pairs()?;
    let toolbox = Arc::new(pairs::toolbox(&read, &options.jdks, options.cache.clone())?);
    let read = read.into_iter().map(Arc::new).collect();
    let suite = Pairs::new(read, &toolbox, Timeouts::of_a_conversation());
    let rows: Vec<(usize, String)> = suite
        .plain_rows()
        .map(|(row, name)| (row, format!("{}::{name}", Pairs::NAME)))
        .collect();
    let filter = Filter(&options.filter);
    let names: Vec<&str> = rows.iter().map(|(_, name)| name.as_str()).collect();
    filter.check(&names, "case", "interop --list --pair FILE")?;
    let selected = |name: &str| {
        let shard = options.shard;
        filter.selects(name) && shard.is_none_or(|shard| shard.holds("fault", name))
    };
    let rows: Vec<(usize, &str)> = rows
        .iter()
        .map(|(row, name)| (*row, name.as_str()))
        .filter(|(_, name)| selected(name))
        .collect();
    suite.compile().map_err(|why| {
        complain(&why);
        Exit::from(&why)
    })?;
    eprintln!("the old programs play each case once, to see how long it is");
    let choice = Choice {
        kinds: kinds(options),
        seed: options.seed,
        sample: options.sample,
    };
    let plan = PairPlan::new(&suite, &rows, choice).map_err(|why| {
        complain(why);
        Exit::Local
    })?;
    let participants = suite.entries();
    let jobs = options.conditions.jobs();
    let stop = interruption::watch();
    let progress = Progress::of(plan.places.len());
    let counts = sweep(suite, &plan, jobs, &stop, |differences| {
        progress.saw(differences);
    });
    progress.bar.finish();
    print(options, &counts, &participants, plan.places.is_empty())
}
