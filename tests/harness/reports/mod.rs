//! Every report, from runs that never were, and the command that joins them.

mod browser;
mod causes;
mod command;
mod foreign;
mod joined;
mod known;
mod of_pairs;
mod page;
mod report_in_browser;
mod sample_run;
mod text;

use std::num::NonZero;

use javatalk::internals::interop::model::shard::Shard;
use javatalk::internals::interop::report::Run;
use sample_run::{fails, pass, peer, run};

/// Text that does harm wherever it is taken for more than text.
pub(crate) const HOSTILE: &str = "</script><img src=x onerror=alert(1)>\"'&|`*_]]><!--";

/// Two rows, of which one fails in one pairing.
pub(crate) fn mixed() -> Run {
    run(vec![
        pass("ascii", "rust", "java25"),
        pass("ascii", "java25", "rust"),
        fails("latin", "rust", "java25", "differs"),
        pass("latin", "java25", "rust"),
    ])
}

/// A run in which everything that can be text is hostile.
pub(crate) fn hostile() -> Run {
    let mut run = run(vec![
        fails(HOSTILE, HOSTILE, "java25", HOSTILE),
        pass(HOSTILE, "rust", "rust"),
    ]);
    run.peers.push(peer(HOSTILE));
    run.javatalk = HOSTILE.to_owned();
    let case = &mut run.cases[0];
    case.claim = HOSTILE.to_owned();
    case.detail = HOSTILE.to_owned();
    let seen = case.seen.as_mut().unwrap();
    seen.client_stderr = format!("{HOSTILE}\u{1b}[31m\u{0}");
    seen.events[0].text = HOSTILE.to_owned();
    seen.events[1].bytes[0].meaning = HOSTILE.to_owned();
    run
}

/// The parts of a run that its shards would have brought.
pub(crate) fn in_shards(whole: &Run, of: u32) -> Vec<(String, Run)> {
    let shards = Shard::all(NonZero::new(of).unwrap());
    let part = |shard: &Shard| {
        let mut part = whole.clone();
        part.cases
            .retain(|case| shard.holds(&case.suite, &case.row));
        part.good.retain(|good| shard.holds(&good.suite, &good.row));
        part.shards = vec![*shard];
        part.seconds = whole.seconds / f64::from(of);
        (format!("{shard}.json"), part)
    };
    shards.iter().map(part).collect()
}
