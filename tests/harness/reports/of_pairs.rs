//! What the reports say of a user's pair: its masks, its connections, and what to write in its file.

use javatalk::internals::interop::report;
use javatalk::internals::interop::report::{
    CaseEntry, ConnectionEntry, FlowEntry, MaskEntry, Paint, ProgramEntry, Run,
};

use super::in_shards;
use super::sample_run::{fails, pass, run};

const ADVICE: &str = "[[pair.mask]]\nname = \"time\"\nmatch = 'T'";

/// The case with the mask `time`, which has matched so often.
fn masked(case: CaseEntry, count: usize) -> CaseEntry {
    let example = if count > 0 { "\"10:00\"" } else { "" };
    CaseEntry {
        name: case.name.replace("chat::", "pair::guess::"),
        suite: "pair".to_owned(),
        row: format!("guess::{}", case.row),
        masks: vec![MaskEntry {
            name: "time".to_owned(),
            count,
            example: example.to_owned(),
        }],
        ..case
    }
}

/// A case of two clients that is unstable, with advice.
fn unstable() -> CaseEntry {
    let mut case = masked(fails("two", "reference", "candidate", "oracle unstable"), 3);
    case.advice = vec![ADVICE.to_owned()];
    let side = case.seen.as_mut().unwrap();
    side.connections = ["x", "o"]
        .map(|client| ConnectionEntry {
            client: client.to_owned(),
            port: "2017".to_owned(),
            number: 1,
            transport: "tcp".to_owned(),
            to_server: FlowEntry {
                bytes: "6869".to_owned(),
                end: "closed".to_owned(),
            },
            to_client: FlowEntry::default(),
        })
        .into();
    side.programs = vec![ProgramEntry {
        name: "x".to_owned(),
        role: "client".to_owned(),
        end: "succeeds".to_owned(),
        files: vec!["log.txt: 5 bytes".to_owned()],
    }];
    case
}

/// Every report for people, by its name.
fn reports(run: &Run) -> [(&'static str, String); 4] {
    [
        ("terminal", report::terminal(run, None, Paint::Plain)),
        ("markdown", report::markdown(run, None)),
        ("html", report::html(run, None).unwrap()),
        ("junit", report::junit(run).unwrap()),
    ]
}

#[test]
fn every_report_shows_what_was_masked_and_what_to_write() {
    let run = run(vec![
        unstable(),
        masked(pass("one", "reference", "reference"), 2),
    ]);
    for (name, text) in reports(&run) {
        for said in ["[[pair.mask]]", "5 times, first"] {
            assert!(text.contains(said), "{name}: {said}: {text}");
        }
    }
    let html = report::html(&run, None).unwrap();
    assert!(
        html.contains("tcp 1 of o to 2017: client 2 bytes, closed; server 0 bytes, "),
        "{html}"
    );
}

#[test]
fn a_mask_that_matches_nothing_fails_a_complete_run() {
    let unused = || masked(pass("one", "reference", "reference"), 0);
    let red = run(vec![unused(), unused()]);
    assert!(!red.is_green());
    for (name, text) in reports(&red) {
        let said = "the mask time of the pair guess matches nothing";
        assert!(text.contains(said), "{name}: {text}");
    }
    assert!(report::junit(&red).unwrap().contains("failures=\"1\""));
    // One match in any case is enough.
    assert!(
        run(vec![
            unused(),
            masked(pass("two", "reference", "reference"), 1)
        ])
        .is_green()
    );
    // A part of the cases cannot tell.
    let mut filtered = red.clone();
    filtered.filtered = true;
    let mut partial = red.clone();
    partial.partial = true;
    assert!(filtered.is_green());
    assert!(partial.outdated().is_empty());
    for (_, shard) in in_shards(&red, 2) {
        assert!(shard.is_green(), "{:?}", shard.outdated());
    }
}

#[test]
fn advice_on_a_green_case_is_a_remark() {
    let mut case = pass("one", "reference", "reference");
    case.advice = vec!["the old programs themselves wait".to_owned()];
    for (name, text) in reports(&run(vec![case])) {
        let said = "the old programs themselves wait";
        assert!(text.contains(said), "{name}: {text}");
    }
}

#[test]
fn results_of_a_pair_round_trip_through_json() {
    let run = run(vec![unstable()]);
    let read: Run = serde_json::from_str(&report::json(&run).unwrap()).unwrap();
    assert_eq!(read, run);
}
