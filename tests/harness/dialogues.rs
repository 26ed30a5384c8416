//! The dialogues of `javatalk fuzz`, as far as they need no JDK.

use std::collections::BTreeSet;
use std::num::NonZero;

use assert_cmd::Command;
use javatalk::internals::interop::fuzz::{Extent, GeneratedScenario, Plan};
use javatalk::internals::interop::model::participant::Role;
use javatalk::internals::interop::model::shard::Shard;
use javatalk::internals::interop::scenario::language::simulate::{Outcome, simulate};
use javatalk::internals::interop::scenario::language::{Coverage, Scenario, Script, Step};
use predicates::str::contains;

fn dialogues(seed: u64, count: usize) -> Vec<Scenario> {
    let numbers = 0..count;
    numbers
        .map(|number| GeneratedScenario { seed, number }.scenario())
        .collect()
}

fn fuzz(arguments: &[&str]) -> assert_cmd::assert::Assert {
    Command::new(env!("CARGO_BIN_EXE_javatalk"))
        .env("JAVATALK_JDK", "none")
        .arg("fuzz")
        .args(arguments)
        .assert()
}

#[test]
fn equal_seeds_generate_equal_dialogues_and_different_seeds_do_not() {
    assert_eq!(dialogues(7, 200), dialogues(7, 200));
    let steps = |seed| -> Vec<Vec<Step>> {
        let all = dialogues(seed, 200).into_iter();
        all.map(|scenario| scenario.steps).collect()
    };
    assert_ne!(steps(7), steps(8));
}

// A seed that somebody has written down must stay what it was within a release, on all machines.
#[test]
fn a_seed_generates_the_same_dialogue_in_another_process() {
    let here = GeneratedScenario {
        seed: 7,
        number: 12,
    };
    fuzz(&["--seed", "7", "--only", "12", "--list"])
        .success()
        .stdout(format!("{}\n", here.scenario()));
}

#[test]
fn every_dialogue_round_trips_through_a_scenario_file() {
    for scenario in dialogues(1, 2000) {
        let script = Script::parse(&scenario.file, &scenario.to_string()).unwrap();
        assert_eq!(script.scenarios(), [scenario]);
    }
}

#[test]
fn every_dialogue_has_one_outcome_whichever_role_goes_first() {
    for scenario in dialogues(2, 2000) {
        let outcomes = [Role::Client, Role::Server].map(|first| -> Vec<Option<Outcome>> {
            let simulated = simulate(&scenario, first).unwrap_or_else(|flaw| {
                panic!("{flaw:?}\n{scenario}");
            });
            let each = simulated.into_iter();
            each.map(|what| what.map(|what| what.outcome)).collect()
        });
        assert_eq!(outcomes[0], outcomes[1], "{scenario}");
    }
}

#[test]
fn most_generated_reads_find_bytes() {
    let (mut reads, mut found) = (0, 0);
    for scenario in dialogues(3, 2000) {
        let simulated = simulate(&scenario, Role::Client).unwrap();
        for (step, what) in scenario.steps.iter().zip(simulated) {
            if let (Step::Call { call, .. }, Some(what)) = (step, what)
                && call.method().reads()
            {
                reads += 1;
                found += usize::from(!what.bytes.is_empty());
            }
        }
    }
    assert!(found * 10 > reads * 7, "{found} of {reads}");
}

#[test]
fn generated_dialogues_cover_every_cell_of_the_coverage_table() {
    let coverage = Coverage::of(&dialogues(4, 30_000));
    assert_eq!(coverage.missing(), []);
}

#[test]
fn the_shards_partition_the_dialogues() {
    let plan = |shard| Plan {
        seed: 7,
        extent: Extent::Cases(1000),
        shard,
        jobs: NonZero::<usize>::MIN,
        most: NonZero::<usize>::MIN,
    };
    let whole: Vec<GeneratedScenario> = plan(None).dialogues().collect();
    assert_eq!(whole.len(), 1000);
    let mut parts = Vec::new();
    for shard in Shard::all(NonZero::new(3).unwrap()) {
        let part: Vec<GeneratedScenario> = plan(Some(shard)).dialogues().collect();
        assert!((200..500).contains(&part.len()), "{shard}: {}", part.len());
        parts.extend(part);
    }
    assert_eq!(parts.len(), whole.len());
    assert_eq!(BTreeSet::from_iter(parts), BTreeSet::from_iter(whole));
}

#[test]
fn invalid_fuzz_options_are_a_usage_error() {
    for (arguments, why) in [
        (&["--shard", "1/2"][..], "--seed"),
        (&["--only", "1"], "--seed"),
        (&["--cases", "0"], "--cases"),
        (&["--time", "soon"], "90s, 10m, 2h"),
        (&["--time", "1m", "--cases", "5"], "cannot be used with"),
        (
            &["--seed", "1", "--only", "2", "--time", "1m"],
            "cannot be used with",
        ),
    ] {
        fuzz(arguments).code(2).stdout("").stderr(contains(why));
    }
}

#[test]
fn fuzzing_without_a_jdk_exits_with_status_8() {
    fuzz(&[])
        .code(8)
        .stdout("")
        .stderr(contains("JAVATALK_JDK is `none`"));
}
