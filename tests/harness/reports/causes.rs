//! Failures by their causes: each cause is told once, with its smallest case.

use javatalk::internals::interop::report;
use javatalk::internals::interop::report::{CaseEntry, Paint, Run};

use super::sample_run::{fails, pass, run};

/// A case that fails since `method` writes wrong bytes, so many of them.
fn encoder(row: &str, method: &str, bytes: usize) -> CaseEntry {
    let mut case = fails(row, "rust", "java25", "differs");
    case.detail =
        format!("differs: the encoder of rust as client: line 2, {method}: {row} differs");
    case.blame.as_mut().unwrap().method = Some(method.to_owned());
    for side in [&mut case.seen, &mut case.judged_by] {
        side.as_mut().unwrap().to_server.bytes = "00".repeat(bytes);
    }
    case
}

/// Seven failures for one cause, one for another, and nine that could not run for one reason.
fn three_causes() -> Run {
    let mut cases: Vec<CaseEntry> = (1..=7)
        .map(|number| encoder(&format!("utf-{number}"), "writeUTF", 100 - number))
        .collect();
    // The same bug in the other role, and where it leaves the other side waiting.
    cases[1].blame.as_mut().unwrap().role = "server".to_owned();
    cases[2].verdict = "deadlock".to_owned();
    cases.push(encoder("long", "writeLong", 8));
    for number in 0..9 {
        let mut case = fails(&format!("raw-{number}"), "raw", "cpp", "not run");
        case.detail = format!("not run: no compiler after {number} s");
        (case.blame, case.seen, case.judged_by) = (None, None, None);
        cases.push(case);
    }
    cases.push(pass("ascii", "rust", "java25"));
    run(cases)
}

#[test]
fn the_terminal_shows_each_cause_once_with_its_smallest_case() {
    let text = report::terminal(&three_causes(), None, Paint::Plain);
    let told: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("chat::"))
        .collect();
    assert_eq!(
        told,
        [
            "chat::utf-7::rust-to-java25",
            "chat::long::rust-to-java25",
            "chat::raw-0::raw-to-cpp",
        ]
    );
    assert_eq!(text.matches("no compiler").count(), 1, "{text}");
    let also: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("  also"))
        .collect();
    assert_eq!(
        also,
        [
            "  also     6 more for the same cause: chat::utf-1::rust-to-java25, \
             chat::utf-2::rust-to-java25, chat::utf-3::rust-to-java25 …",
            "  also     8 more for the same cause: chat::raw-1::raw-to-cpp, chat::raw-2::raw-to-cpp, \
             chat::raw-3::raw-to-cpp …",
        ]
    );
}

#[test]
fn causes_beyond_the_limit_are_counted_and_named() {
    let methods = [
        "writeByte",
        "writeInt",
        "writeLong",
        "writeChar",
        "writeShort",
        "size",
        "write",
    ];
    let mut cases: Vec<CaseEntry> = methods.map(|method| encoder(method, method, 1)).into();
    cases.push(encoder("again", "write", 9));
    cases.push(encoder("again", "size", 9));
    let text = report::terminal(&run(cases), None, Paint::Plain);
    assert!(
        text.contains("\nand 2 more causes:\n  chat::writeChar::"),
        "{text}"
    );
}

#[test]
fn markdown_shows_each_cause_once_and_names_the_other_cases() {
    let text = report::markdown(&three_causes(), None);
    let folded: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("<details><summary><b>"))
        .collect();
    assert_eq!(
        folded,
        [
            "<details><summary><b>chat::utf-7::rust-to-java25</b>: differs, and 6 more</summary>",
            "<details><summary><b>chat::long::rust-to-java25</b>: differs</summary>",
            "<details><summary><b>chat::raw-0::raw-to-cpp</b>: not run, and 8 more</summary>",
        ]
    );
    for number in 1..=7 {
        assert!(text.contains(&format!("chat::utf-{number}::rust-to-java25")));
    }
}

#[test]
fn the_page_lists_causes_first_and_failed_tables_before_passed_ones() {
    let mut run = three_causes();
    let mut green = pass("ascii", "rust", "java25");
    green.suite = "a-green-suite".to_owned();
    run.cases.insert(0, green);
    let page = report::html(&run, None).unwrap();
    let above = page.split("<table").next().unwrap();
    assert!(above.contains(
        "<b>the encoder of rust in writeUTF</b>: 7 cases, the smallest <a \
         href=\"#case=chat::utf-7::rust-to-java25\">"
    ));
    assert!(above.contains("<b>the encoder of rust in writeLong</b>: 1 case, <a"));
    assert!(above.contains("<b>not run</b>: 9 cases, the smallest"));
    let place = |heading: &str| page.find(heading).unwrap();
    assert!(place(">chat") < place(">a-green-suite"));
}

#[test]
fn junit_details_a_cause_in_one_test_and_refers_to_it_in_the_others() {
    let xml = report::junit(&three_causes()).unwrap();
    let document = roxmltree::Document::parse(&xml).unwrap();
    let told = |name: &str| {
        let mut tests = document.descendants();
        let test = tests
            .find(|node| node.attribute("name") == Some(name))
            .unwrap();
        test.first_element_child()
            .unwrap()
            .text()
            .unwrap()
            .to_owned()
    };
    assert!(told("chat::utf-7::rust-to-java25").contains("here rust-to-java25 (-)"));
    let other = told("chat::utf-1::rust-to-java25");
    assert!(!other.contains("(-)"), "{other}");
    assert!(
        other.contains("the same as of chat::utf-7::rust-to-java25, which tells it in full"),
        "{other}"
    );
    assert!(
        other.contains("javatalk interop chat::utf-1::rust-to-java25"),
        "{other}"
    );
}

#[test]
fn reports_name_the_oracle_or_say_that_there_was_none() {
    let mut run = three_causes();
    run.oracle = Some("reference".to_owned());
    let text = report::terminal(&run, None, Paint::Plain);
    assert!(text.ends_with("; the oracle is reference with reference\n"));
    run.oracle = None;
    let text = report::terminal(&run, None, Paint::Plain);
    assert!(text.ends_with("; there was no oracle\n"));
    assert!(report::markdown(&run, None).contains("There was no oracle"));
}
