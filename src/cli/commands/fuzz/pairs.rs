//! `javatalk fuzz --pair`.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Instant;

use super::progress::Progress;
use super::{Options, finish};
use crate::cli::options::{pairs, reproduce};
use crate::cli::output::println;
use crate::cli::{Exit, complain, interruption, output_file};
use crate::interop::fuzz::pairs::{PairCampaign, PairCounts, PairWatch, Source};
use crate::interop::fuzz::{Corpus, Found, Plan, Results};
use crate::interop::programs::pairs::definition::Pair;
use crate::interop::report::failure;
use crate::interop::suites::pairs::Pairs;
use crate::system::wait::Timeouts;
use crate::text::count::{counted, grouped};

/// Plays changed cases of the pair files.
pub(super) fn play(options: &Options, plan: &Plan) -> Result<Exit, Exit> {
    let read = pairs::read(&options.pairs)?;
    if !options.list {
        output_file::check(&options.json)?;
        // The programs may need the network of the host.
        options.conditions.prepare(true);
    }
    let toolbox = pairs::toolbox(&read, &options.jdks, options.cache.clone())?;
    let timed = |pair: Pair| {
        Arc::new(Pair {
            timeout: options.timeout.or(pair.timeout),
            ..pair
        })
    };
    let read = read.into_iter().map(timed).collect();
    let suite = Pairs::new(read, &Arc::new(toolbox), Timeouts::of_a_conversation());
    let source = Source::new(&suite);
    if source.is_empty() {
        complain(
            "no case of the pair types anything or has arguments, so there is nothing to change",
        );
        return Err(Exit::Usage);
    }
    if options.list {
        for number in plan.numbers() {
            let generated = source.generated(plan.seed, number);
            println!("{}", generated.block(&generated.input));
        }
        return Ok(Exit::Success);
    }
    suite.compile().map_err(|why| {
        complain(&why);
        Exit::from(&why)
    })?;
    let stop = interruption::watch();
    let corpus = Corpus::new(&options.save);
    let start = Instant::now();
    let progress = Progress::of(plan, &corpus);
    let campaign = PairCampaign {
        source: &source,
        with: reproduce::options(),
        stop: &stop,
        watch: &progress,
    };
    let counts = campaign.run(plan);
    progress.finish();
    let (oracle, names, versions) = (suite.judge(0), suite.names(), suite.entries());
    let results = Results::of_pairs(plan, oracle, names, versions, counts, start.elapsed());
    let exit = finish(options, &results, &description(&results.found));
    // A finding that could not be saved is worse than a saved one.
    Ok(if progress.lost_something() {
        Exit::Local
    } else {
        exit
    })
}

impl PairWatch for Progress<'_> {
    fn played(&self, counts: &PairCounts) {
        let discarded: usize = counts.discarded.values().sum();
        self.reach(counts.compared + discarded, "case", || {
            let (discarded, found) = (grouped(discarded), counts.found.len());
            format!("{discarded} of them discarded, {found} found")
        });
    }

    fn found(&self, found: &Found) {
        let kept = self.keep(&format!("{}.toml", found.name), &found.scenario);
        let name = &found.case.name;
        self.print(match (found.small, found.fleeting) {
            (true, _) => format!("{name}: minimized: {kept}"),
            (false, true) => format!("{name}: passed when played again: {kept}"),
            (false, false) => format!("{name}: {}, minimizing: {kept}", found.case.verdict),
        });
    }

    fn could_not(&self, why: &str) {
        self.print(format!("NOT RUN: {why}"));
    }
}

/// The findings by cause: the smallest of each in full, and the names of the others.
pub(super) fn description(found: &[Found]) -> String {
    let mut causes: Vec<Vec<&Found>> = Vec::new();
    for each in found {
        let is_same = |group: &&mut Vec<&Found>| {
            (&group[0].pair, &group[0].cause) == (&each.pair, &each.cause)
        };
        match causes.iter_mut().find(is_same) {
            Some(group) => group.push(each),
            None => causes.push(vec![each]),
        }
    }
    let mut text = String::new();
    for mut group in causes {
        group.sort_by_key(|found| found.scenario.len());
        let (first, others) = (group[0], &group[1..]);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}", failure(&first.case, &first.again));
        let _ = writeln!(text, "  cause    {}", first.cause);
        if !others.is_empty() {
            let names: Vec<&str> = others.iter().map(|other| other.name.as_str()).collect();
            let count = counted(others.len(), "more case");
            let _ = writeln!(text, "  also     {count}: {}", names.join(", "));
        }
        let _ = writeln!(text, "  in       {}", first.pairings.join(", "));
        let what = match (first.small, first.fleeting) {
            (true, _) => "what is left of it, to be pasted behind a case of the pair",
            (false, true) => "it passed when it was played again; as it was changed",
            (false, false) => "it could not be made smaller; as it was changed",
        };
        let _ = writeln!(text, "  case     {what} {}:\n", first.pair);
        let _ = writeln!(text, "{}", first.scenario);
    }
    text
}
