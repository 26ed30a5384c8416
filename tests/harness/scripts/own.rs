//! The project's own scenarios: all different, none that hangs, no edge left out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use javatalk::internals::interop::model::participant::Role;
use javatalk::internals::interop::scenario::language::coverage::Coverage;
use javatalk::internals::interop::scenario::language::simulate::{answered_when_idle, simulate};
use javatalk::internals::interop::scenario::language::{
    Scenario, Script, Step, embedded, embedded_files, load,
};

/// The project's own scenarios, as the folder has them now.
fn own() -> Vec<Scenario> {
    load(&own_folder()).unwrap_or_else(|error| panic!("{error}"))
}

fn own_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios")
}

#[test]
fn the_command_embeds_the_scenarios_of_the_folder() {
    let carried: Vec<String> = embedded().into_iter().map(|one| one.name).collect();
    let there: Vec<String> = own().into_iter().map(|one| one.name).collect();
    assert_eq!(
        carried, there,
        "Cargo does not see new files: touch src/interop/script/folder.rs"
    );
    for (file, text) in embedded_files() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&file);
        assert_eq!(std::fs::read_to_string(path).unwrap(), text, "{file}");
    }
}

#[test]
fn every_scenario_file_is_formatted_as_it_is_printed() {
    for (file, text) in embedded_files() {
        let script = Script::parse(&file, text).unwrap();
        assert_eq!(script.to_string(), text, "{file}");
    }
}

#[test]
fn no_two_scenarios_have_the_same_claim_or_steps() {
    let scenarios = own();
    assert!(scenarios.len() >= 150, "only {} scenarios", scenarios.len());
    let mut claims = BTreeMap::new();
    let mut conversations = BTreeMap::new();
    for scenario in &scenarios {
        if let Some(other) = claims.insert(&scenario.claim, &scenario.name) {
            panic!(
                "{} claims what {other} claims: {}",
                scenario.name, scenario.claim
            );
        }
        let steps: Vec<String> = scenario.steps.iter().map(Step::to_string).collect();
        let network = scenario.network.to_string();
        if let Some(other) = conversations.insert((network, steps), &scenario.name) {
            panic!("{} does what {other} does", scenario.name);
        }
    }
}

#[test]
fn every_scenario_has_one_outcome_whichever_role_goes_first() {
    for scenario in own() {
        if let Some((sender, fault)) = scenario.network.fault() {
            // What comes behind the fault is for Java to say; it has to be sure when it happens.
            let rest = answered_when_idle(&scenario, sender, fault.at);
            assert!(rest.is_ok(), "{}: {rest:?}", scenario.file);
            continue;
        }
        let [one, other] = [Role::Client, Role::Server].map(|first| {
            let mut calls = simulate(&scenario, first)
                .unwrap_or_else(|flaw| panic!("{}: {flaw:?}", scenario.file));
            // What has already come, and nobody has asked for, is nobody's observation.
            calls.iter_mut().flatten().for_each(|call| call.unread = 0);
            calls
        });
        assert_eq!(one, other, "{}: it depends on who is faster", scenario.file);
    }
}

/// The typical bugs of a port, in the words in which a claim names them.
const BUGS: &[(&str, &str)] = &[
    ("nul-is-two-bytes", "never as 00"),
    ("length-counts-bytes", "not in characters"),
    ("length-has-no-sign", "not read as signed"),
    ("length-is-two-bytes", "not a length of four bytes"),
    ("length-is-not-seven-bit", "not a seven-bit length"),
    ("high-byte-first", "never as little-endian"),
    ("emoji-is-six-bytes", "not an emoji as four bytes"),
    ("unpaired-surrogate", "never replaced"),
    ("float-nan-written", "bits of a NaN are not kept"),
    ("double-nan-written", "bits of a NaN are not kept"),
    ("float-nan-read", "bits of a NaN are not lost"),
    ("double-nan-read", "bits of a NaN are not lost"),
    ("write-chars-is-two-bytes", "writeChars of one byte"),
    ("write-bytes-is-not-utf-8", "writeBytes of UTF-8"),
    ("overlong-is-accepted", "overlong form is not refused"),
    ("malformed-body-is-consumed", "malformed body not consumed"),
    (
        "end-comes-before-malformed",
        "End of file before malformed, never exchanged",
    ),
    ("unsigned-is-not-signed", "unsigned is not read as signed"),
    (
        "boolean-any-byte",
        "other than 1 is true, not taken for false",
    ),
    ("end-within-skip", "skipBytes that throws"),
    ("cr-lf-is-one-end", "stops at CR without eating LF"),
    ("partial-bytes-are-gone", "Partial bytes given back"),
    ("size", "size off by one"),
    ("close-flushes", "Close without flush"),
    ("answer-follows-question", "Answer before reading"),
    ("malformed-byte-number", "not one off"),
    (
        "refused-before-it-is-written",
        "refused too late would leave bytes already written",
    ),
    ("object-handles", "take handles"),
    ("object-reset", "written in full again"),
    ("object-block-sizes", "a header of its size"),
    ("object-flush", "not forgotten"),
    ("object-again", "the same one for its reader"),
];

#[test]
fn every_typical_bug_is_named_in_a_claim() {
    let scenarios = own();
    for (file, bug) in BUGS {
        let named = scenarios.iter().any(|scenario| {
            Path::new(&scenario.file).file_stem() == Some(file.as_ref())
                && scenario.claim.contains(bug)
        });
        assert!(named, "{file}: {bug}");
    }
}

#[test]
fn every_method_is_covered_at_each_edge_in_both_roles() {
    let coverage = Coverage::of(&own());
    assert!(
        coverage.missing().is_empty(),
        "{coverage}{:#?}",
        coverage.missing()
    );
}
