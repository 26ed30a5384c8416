//! The search for what nobody thought of: a short one with a fixed seed, one with a new seed, and
//! `javatalk fuzz` as a user meets it.

mod command;
#[path = "../jdk/mod.rs"]
mod jdk;

use std::hash::{BuildHasher, RandomState};
use std::num::NonZero;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use javatalk::interop::fuzz::{Extent, Finding, Hunt, Plan, Tally, Watch};
use javatalk::interop::scenario::{Cast, Theatre};
use javatalk::interop::toolbox::Bench;
use javatalk::system::wait::Patience;
use libtest_mimic::{Failed, Trial};

/// What a test does with the bench.
type Test = fn(&Arc<Bench>) -> Result<(), Failed>;

fn main() -> ExitCode {
    jdk::run(|bench| {
        let bench = Arc::new(bench);
        let tests: [(&str, Test); 6] = [
            ("a_fixed_seed_finds_nothing", |bench| hunt(bench, 1)),
            ("a_new_seed_finds_nothing", |bench| {
                hunt(bench, RandomState::new().hash_one(()) % 1_000_000_000)
            }),
            (
                "two_shards_in_two_processes_are_the_whole",
                command::two_shards_in_two_processes_are_the_whole,
            ),
            (
                "a_peer_that_is_given_up_turns_the_run_red",
                command::a_peer_that_is_given_up_turns_the_run_red,
            ),
            (
                "an_interrupted_search_says_what_it_has_played",
                command::an_interrupted_search_says_what_it_has_played,
            ),
            (
                "one_dialogue_can_be_played_again",
                command::one_dialogue_can_be_played_again,
            ),
        ];
        tests
            .into_iter()
            .map(|(name, test)| {
                let bench = Arc::clone(&bench);
                Trial::test(name, move || test(&bench))
            })
            .collect()
    })
}

/// Seconds of a search, in every pairing.
const DIALOGUES: usize = 150;

fn hunt(bench: &Arc<Bench>, seed: u64) -> Result<(), Failed> {
    anstream::println!("seed {seed}");
    let open = || {
        let cast = Cast::new(Arc::clone(bench), Vec::new());
        Theatre::new(cast, Patience::of_a_scenario())
    };
    let theatre = open();
    let hunt = Hunt {
        theatre: &theatre,
        pairings: theatre.cast().pairings(),
        rehearsals: &|| Arc::new(open()),
        with: String::new(),
        stop: &AtomicBool::new(false),
        watch: &Quiet,
    };
    let tally = hunt.run(&Plan {
        seed,
        extent: Extent::Cases(DIALOGUES),
        shard: None,
        jobs: NonZero::new(2).unwrap(),
        most: NonZero::<usize>::MIN,
    });
    if let Some(finding) = tally.findings.first() {
        return Err(Failed::from(finding.told()));
    }
    if tally.is_green() && tally.dialogues == DIALOGUES {
        Ok(())
    } else {
        let why = format!("{} were played, {:?}", tally.dialogues, tally.not_run);
        Err(Failed::from(why))
    }
}

/// Nobody looks on.
struct Quiet;

impl Watch for Quiet {
    fn played(&self, _: &Tally) {}
    fn found(&self, _: &Finding) {}
    fn could_not(&self, _: &str) {}
}
