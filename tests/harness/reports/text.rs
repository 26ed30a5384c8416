//! The reports that are text: JSON, the terminal, JUnit, Markdown.

use javatalk::internals::interop::report;
use javatalk::internals::interop::report::{Paint, Run};
use javatalk::internals::interop::scenario::language::embedded;

use super::sample_run::{fails, pass, peer, run};
use super::{HOSTILE, hostile, mixed};

#[track_caller]
fn same(text: &str, expected: &str) {
    assert_eq!(text, expected, "\n{text}\n-- and not --\n{expected}");
}

#[test]
fn a_run_round_trips_through_json() {
    for run in [mixed(), hostile()] {
        let json = serde_json::to_string(&run).unwrap();
        assert_eq!(serde_json::from_str::<Run>(&json).unwrap(), run);
    }
}

#[test]
fn results_without_newer_keys_are_read() {
    let mut json = serde_json::to_value(mixed()).unwrap();
    json.as_object_mut().unwrap().remove("good");
    json.as_object_mut().unwrap().remove("shards");
    for case in json["cases"].as_array_mut().unwrap() {
        case.as_object_mut().unwrap().remove("index");
        case.as_object_mut().unwrap().remove("judge");
    }
    for peer in json["peers"].as_array_mut().unwrap() {
        peer.as_object_mut().unwrap().remove("version");
    }
    let old: Run = serde_json::from_value(json).unwrap();
    assert!(report::html(&old, None).unwrap().contains("ascii"));
}

#[test]
fn the_table_lists_rust_then_java_by_release_then_others() {
    let peers = ["zig", "java25", "java8", "rust"];
    let pairs = peers.map(|server| pass("ascii", "rust", server));
    same(
        &report::table(&run(pairs.to_vec()), Paint::Plain),
        "client  rust  rust   rust    rust\n\
         server  rust  java8  java25  zig\n\
         ascii   pass  pass   pass    pass\n",
    );
}

#[test]
fn a_cell_of_several_cases_shows_the_worst_verdict() {
    let mut cases = vec![
        pass("a", "rust", "rust"),
        fails("b", "rust", "rust", "timeout"),
        pass("c", "rust", "rust"),
    ];
    for case in &mut cases {
        case.group = "strings".to_owned();
    }
    same(
        &report::table(&run(cases), Paint::Plain),
        " client  rust\n server  rust\nstrings  timeout\n",
    );
}

#[test]
fn every_report_states_the_version_of_each_participant() {
    let mut run = mixed();
    run.peers.push(peer("zig-peer"));
    let what = "zig-peer, as it was then";
    for (report, text) in [
        ("terminal", report::terminal(&run, None, Paint::Plain)),
        ("JUnit", report::junit(&run).unwrap()),
        ("Markdown", report::markdown(&run, None)),
        ("HTML", report::html(&run, None).unwrap()),
        ("JSON", serde_json::to_string(&run).unwrap()),
    ] {
        assert!(text.contains(what), "{report}\n{text}");
    }
}

#[test]
fn the_terminal_report_ends_with_the_counts() {
    let text = report::terminal(&mixed(), None, Paint::Plain);
    assert!(text.starts_with("chat::latin::rust-to-java25\n  claim    The claim of latin.\n"));
    assert!(
        text.ends_with("\n4 cases: 3 pass, 1 differs in 1.5 s; the oracle is java25 with java25\n")
    );
    assert!(text.contains("  again    javatalk interop chat::latin::rust-to-java25\n"));
}

#[test]
fn names_with_shell_characters_are_quoted() {
    assert_eq!(
        pass("it's", "a b", "rust").again(),
        "javatalk interop \"chat::it's::a b-to-rust\""
    );
}

#[test]
fn junit_distinguishes_failures_errors_and_skipped_tests() {
    let mut skipped = fails("c", "rust", "rust", "not run");
    skipped.green = true;
    let cases = vec![
        pass("a", "rust", "rust"),
        fails("b", "rust", "rust", "differs"),
        skipped,
        fails("d", "rust", "rust", "not run"),
    ];
    let xml = report::junit(&run(cases)).unwrap();
    let document = roxmltree::Document::parse(&xml).unwrap();
    let root = document.root_element();
    for (attribute, value) in [
        ("tests", "4"),
        ("failures", "1"),
        ("errors", "1"),
        ("skipped", "1"),
    ] {
        assert_eq!(root.attribute(attribute), Some(value), "{attribute}");
    }
    let failure = root
        .descendants()
        .find(|node| node.has_tag_name("failure"))
        .unwrap();
    assert_eq!(failure.attribute("type"), Some("differs"));
    assert!(failure.text().unwrap().contains("here rust-to-rust (-)"));
    let test = failure.parent_element().unwrap();
    assert_eq!(test.attribute("name"), Some("chat::b::rust-to-rust"));
    assert_eq!(test.attribute("time"), Some("0.250"));
}

#[test]
fn junit_is_well_formed_xml_for_hostile_text() {
    let xml = report::junit(&hostile()).unwrap();
    let document = roxmltree::Document::parse(&xml).unwrap();
    assert!(document.descendants().all(|node| !node.has_tag_name("img")));
    let failure = document
        .descendants()
        .find(|node| node.has_tag_name("failure") || node.has_tag_name("error"))
        .unwrap();
    assert_eq!(failure.attribute("message"), Some(HOSTILE));
}

#[test]
fn markdown_shows_failing_rows_and_folds_the_rest() {
    let text = report::markdown(&mixed(), None);
    assert!(text.starts_with("## ❌ javatalk: 1 not green of 4 cases: 3 pass, 1 differs\n"));
    let (sight, folded) = text.split_once("<details>").unwrap();
    assert!(sight.contains("| client→server | rust→java25 | java25→rust |\n|---|---|---|\n"));
    assert!(sight.contains("| latin | ❌ differs | ✅ |\n"));
    assert!(!sight.contains("| ascii |"));
    assert!(folded.contains("| ascii | ✅ | ✅ |\n"));
    assert!(folded.contains(
        "<details><summary><b>chat::latin::rust-to-java25</b>: differs</summary>\n\n```text\n"
    ));
    let green = report::markdown(&run(vec![pass("ascii", "rust", "rust")]), None);
    assert!(green.starts_with("## ✅ javatalk: 1 case: 1 pass\n"));
}

#[test]
fn markdown_escapes_all_markup() {
    let text = report::markdown(&hostile(), None);
    // Outside of the fences nothing of it is left; within them it is text.
    let mut fence = None;
    for line in text.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match fence {
            None if ticks >= 3 => fence = Some(ticks),
            None => assert!(!line.contains("<img") && !line.contains("`*"), "{line}"),
            Some(opened) if line.len() == ticks && ticks >= opened => fence = None,
            Some(_) => {}
        }
    }
    assert_eq!(fence, None);
}

#[test]
fn a_chat_row_named_like_a_scenario_does_not_count_as_coverage() {
    let scenarios = embedded();
    let row = &scenarios[0].name;
    let mut scenario = pass(row, "rust", "java25");
    scenario.suite = "scenario".to_owned();
    let other = pass(row, "python", "cpp");
    let coverage = report::coverage(&run(vec![scenario.clone(), other]), &scenarios);
    assert_eq!(coverage.lines().count(), 1, "{coverage}");
    assert_eq!(coverage, report::coverage(&run(vec![scenario]), &scenarios));
}
