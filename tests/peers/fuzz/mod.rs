//! The search for what nobody thought of: a short one with a fixed seed, one with a new seed, and
//! `javatalk fuzz` as a user meets it.

mod command;

use std::hash::{BuildHasher, RandomState};
use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use javatalk::internals::interop::fuzz::{Campaign, Counts, Extent, Finding, Plan, Watch};
use javatalk::internals::interop::peer::pool::PeerPool;
use javatalk::internals::interop::scenario::Runner;
use javatalk::internals::interop::toolbox::Toolbox;
use javatalk::internals::system::wait::Timeouts;
use libtest_mimic::{Failed, Trial};

/// What a test does with the bench.
type Test = fn(&Arc<Toolbox>) -> Result<(), Failed>;

pub(crate) fn trials(toolbox: &Arc<Toolbox>) -> Vec<Trial> {
    let tests: [(&str, Test); 6] = [
        ("fuzzing_with_a_fixed_seed_finds_nothing", |toolbox| {
            campaign(toolbox, 1)
        }),
        ("fuzzing_with_a_random_seed_finds_nothing", |toolbox| {
            campaign(toolbox, RandomState::new().hash_one(()) % 1_000_000_000)
        }),
        (
            "two_fuzz_shards_joined_equal_the_whole_search",
            command::two_fuzz_shards_joined_equal_the_whole_search,
        ),
        (
            "a_peer_that_is_given_up_fails_the_search",
            command::a_peer_that_is_given_up_fails_the_search,
        ),
        (
            "an_interrupted_search_fails_with_partial_results",
            command::an_interrupted_search_fails_with_partial_results,
        ),
        (
            "one_dialogue_can_be_replayed_by_seed_and_number",
            command::one_dialogue_can_be_replayed_by_seed_and_number,
        ),
    ];
    tests
        .into_iter()
        .map(|(name, test)| {
            let toolbox = Arc::clone(toolbox);
            Trial::test(name, move || test(&toolbox))
        })
        .collect()
}

/// Seconds of a search, in every pairing.
const DIALOGUES: usize = 150;

fn campaign(toolbox: &Arc<Toolbox>, seed: u64) -> Result<(), Failed> {
    anstream::println!("seed {seed}");
    let open = || {
        let pool = PeerPool::new(Arc::clone(toolbox), Vec::new());
        Runner::new(pool, Timeouts::of_a_scenario())
    };
    let runner = open();
    let campaign = Campaign {
        runner: &runner,
        pairings: runner.pool().pairings(),
        rehearsals: &|| Arc::new(open()),
        with: String::new(),
        stop: &AtomicBool::new(false),
        watch: &Quiet,
    };
    let counts = campaign.run(&Plan {
        seed,
        extent: Extent::Cases(DIALOGUES),
        shard: None,
        jobs: NonZero::new(2).unwrap(),
        most: NonZero::<usize>::MIN,
    });
    if let Some(finding) = counts.findings.first() {
        return Err(Failed::from(finding.description()));
    }
    if counts.is_green() && counts.dialogues == DIALOGUES {
        Ok(())
    } else {
        let why = format!("{} were played, {:?}", counts.dialogues, counts.not_run);
        Err(Failed::from(why))
    }
}

/// Nobody looks on.
struct Quiet;

impl Watch for Quiet {
    fn played(&self, _: &Counts) {}
    fn found(&self, _: &Finding) {}
    fn could_not(&self, _: &str) {}
}
