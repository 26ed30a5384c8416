//! The oracle's own pairing is not played again where an earlier run has found the oracle to be
//! stable.

use std::path::Path;
use std::sync::Arc;

use javatalk::internals::interop::model::verdict::Verdict;
use javatalk::internals::interop::peer::pool::PeerPool;
use javatalk::internals::interop::runner::Suite;
use javatalk::internals::interop::scenario::language::Script;
use javatalk::internals::interop::suites::scenarios::Scenarios;
use javatalk::internals::interop::toolbox::Toolbox;
use javatalk::internals::system::jdk::Freshness;
use javatalk::internals::system::wait::Timeouts;

const PLAIN: &str = "# A string.\nclient writeUTF \"a\"\nserver readUTF\n";

const SLICED: &str =
    "# A string.\nnetwork both ways slice 1\nclient writeUTF \"a\"\nserver readUTF\n";

/// The scenario as a run of its own plays it, with the newest JDK and this cache.
fn scenarios(toolbox: &Toolbox, cache: &Path, scenario: &str) -> Scenarios {
    let newest = toolbox.jdks().last().cloned();
    let toolbox = Toolbox::new(
        toolbox.javatalk().to_owned(),
        newest.into_iter().collect(),
        cache.to_owned(),
    );
    let script = Script::parse("a.scenario", scenario).unwrap();
    Scenarios::new(
        PeerPool::new(Arc::new(toolbox), Vec::new()),
        script.scenarios(),
        Timeouts::of_a_scenario(),
    )
}

/// Whether the run with which the oracle's own pairing passes is the oracle's run.
fn is_played_once(suite: &Scenarios) -> bool {
    let cases = suite.cases();
    let own = cases.last().unwrap();
    assert_eq!(own.pairing.client, own.pairing.server);
    let judged = suite.run(own);
    assert_eq!(judged.verdict, Verdict::Pass);
    let ((_, oracle), seen) = (judged.oracle.unwrap(), judged.seen.unwrap());
    Arc::as_ptr(&oracle).cast::<()>() == Arc::as_ptr(&seen).cast()
}

pub(crate) fn an_oracle_that_an_earlier_run_found_stable_is_played_once(toolbox: &Arc<Toolbox>) {
    let cache = tempfile::tempdir().unwrap();
    let run = |scenario, freshness| {
        is_played_once(&scenarios(toolbox, cache.path(), scenario).in_jvms(freshness))
    };
    assert!(!run(PLAIN, Freshness::Warm));
    assert!(run(PLAIN, Freshness::Warm));
    // What earlier runs have found out does not count.
    assert!(!run(PLAIN, Freshness::Fresh));
    assert!(!is_played_once(&scenarios(toolbox, cache.path(), PLAIN)));
    // The oracle's network is not sliced.
    assert!(!run(SLICED, Freshness::Warm));
    assert!(!run(SLICED, Freshness::Warm));
    // Nothing is known of another scenario.
    let other = PLAIN.replace("\"a\"", "\"b\"");
    assert!(!run(&other, Freshness::Warm));
}
