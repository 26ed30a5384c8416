//! Known differences in the reports: counted, with their reason, and red once they no longer occur.

use javatalk::internals::interop::report;
use javatalk::internals::interop::report::{CaseEntry, KnownEntry, Paint, Run, join};

use super::in_shards;
use super::sample_run::{fails, pass, run};

const REASON: &str = "before JDK 17 it was worded otherwise";

/// A case that is about a known difference, which occurs.
fn occurs(row: &str) -> CaseEntry {
    CaseEntry {
        green: true,
        detail: format!("known difference: {REASON}: the exception of java11 as client"),
        ..about(fails(row, "java11", "rust", "known difference"), true)
    }
}

/// One that is about it, in which it does not occur.
fn does_not_occur(row: &str) -> CaseEntry {
    about(pass(row, "java11", "rust"), false)
}

fn about(case: CaseEntry, occurred: bool) -> CaseEntry {
    let known = KnownEntry {
        reason: REASON.to_owned(),
        occurred,
        listed_in: "src/interop/model/known_difference.rs".to_owned(),
    };
    CaseEntry {
        known_differences: vec![known],
        ..case
    }
}

/// Every report, by its name.
fn reports(run: &Run) -> [(&'static str, String); 5] {
    [
        ("terminal", report::terminal(run, None, Paint::Plain)),
        ("markdown", report::markdown(run, None)),
        ("html", report::html(run, None).unwrap()),
        ("junit", report::junit(run).unwrap()),
        ("json", report::json(run).unwrap()),
    ]
}

#[test]
fn every_report_counts_a_known_difference_and_gives_its_reason() {
    let run = run(vec![occurs("a"), occurs("b"), does_not_occur("c")]);
    assert!(run.is_green());
    for (name, text) in reports(&run) {
        let counted = match name {
            "json" => {
                format!("\"reason\": \"{REASON}\",\n      \"cases\": 3,\n      \"occurred\": 2")
            }
            "junit" => format!("name=\"known difference\" value=\"2 cases: {REASON}\""),
            _ => format!("known difference in 2 cases: {REASON}"),
        };
        assert!(text.contains(&counted), "{name}: {text}");
        assert!(!text.contains("<failure"), "{name}: {text}");
    }
}

#[test]
fn a_known_difference_that_explains_only_a_part_says_so() {
    let partly = about(fails("b", "java11", "rust", "differs"), true);
    let run = run(vec![occurs("a"), partly]);
    assert!(!run.is_green());
    for (name, text) in reports(&run) {
        let (entirely, partly) = match name {
            "json" => continue,
            "junit" => (
                format!("value=\"1 case: {REASON}\""),
                format!("value=\"only a part of 1 case: {REASON}\""),
            ),
            _ => (
                format!("known difference in 1 case: {REASON}"),
                format!("a known difference explains only a part of 1 case: {REASON}"),
            ),
        };
        assert!(text.contains(&entirely), "{name}: {text}");
        assert!(text.contains(&partly), "{name}: {text}");
    }
}

#[test]
fn the_headline_of_the_page_counts_known_differences() {
    let page = report::html(
        &run(vec![
            occurs("a"),
            pass("b", "java11", "rust"),
            pass("c", "rust", "rust"),
        ]),
        None,
    );
    let page = page.unwrap();
    assert!(
        page.contains("2 cases as in Java, 1 known difference"),
        "{page}"
    );
}

#[test]
fn a_known_difference_that_no_longer_occurs_fails_a_complete_run() {
    let run = run(vec![
        does_not_occur("a"),
        does_not_occur("b"),
        pass("c", "rust", "rust"),
    ]);
    assert!(!run.is_green());
    for (name, text) in reports(&run) {
        if name != "json" {
            let said =
                format!("a known difference no longer occurs: {REASON}: 2 cases are about it");
            assert!(text.contains(&said), "{name}: {text}");
        }
    }
    let junit = report::junit(&run).unwrap();
    assert!(junit.contains("failures=\"1\""), "{junit}");
}

#[test]
fn an_incomplete_run_reports_no_outdated_known_differences() {
    let complete = run(vec![does_not_occur("a")]);
    let mut filtered = complete.clone();
    filtered.filtered = true;
    let mut shard = complete.clone();
    shard.shards = vec!["1/2".parse().unwrap()];
    for run in [&filtered, &shard] {
        assert!(run.is_green(), "{:?}", run.outdated());
    }
    let mut partial = complete;
    partial.partial = true;
    assert_eq!(partial.outdated(), Vec::<String>::new());
    // Nor can a run whose cases are about none.
    assert!(run(vec![pass("a", "java11", "rust")]).is_green());
}

#[test]
fn joined_shards_count_as_a_complete_run() {
    let rows = ["one", "two", "three", "four", "five", "six"];
    let whole = run(rows.map(does_not_occur).to_vec());
    let mut parts = in_shards(&whole, 2);
    assert!(parts.iter().all(|(_, part)| part.is_green()));
    assert_eq!(join(parts.clone()).unwrap().outdated(), whole.outdated());
    assert!(!whole.outdated().is_empty());
    // It is enough that one of them has it.
    let mut one = parts.clone();
    let case = one.iter_mut().find_map(|(_, part)| part.cases.first_mut());
    let case = case.unwrap();
    *case = CaseEntry {
        index: case.index,
        ..occurs(&case.row)
    };
    assert!(join(one).unwrap().is_green());
    // Of a run with a filter no number of shards is complete.
    for (_, part) in &mut parts {
        part.filtered = true;
    }
    assert!(join(parts).unwrap().is_green());
}

#[test]
fn known_differences_round_trip_through_json() {
    let run = run(vec![occurs("a"), does_not_occur("b")]);
    let read: Run = serde_json::from_str(&report::json(&run).unwrap()).unwrap();
    assert_eq!(read, run);
}

#[test]
fn an_oracle_split_in_results_of_an_older_version_is_green() {
    let split = CaseEntry {
        green: true,
        ..fails("a", "java11", "rust", "oracle split")
    };
    let mut json: serde_json::Value =
        serde_json::from_str(&report::json(&run(vec![split])).unwrap()).unwrap();
    // What that version did not write.
    json.as_object_mut().unwrap().remove("known_differences");
    let old: Run = serde_json::from_value(json).unwrap();
    assert!(old.is_green());
    for (name, text) in reports(&old) {
        assert!(text.contains("oracle split"), "{name}: {text}");
        assert!(!text.contains("<failure"), "{name}: {text}");
    }
}
