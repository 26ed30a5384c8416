//! Times, files, datagrams and farewells: shapes in which the form of the output matters.

use std::sync::Arc;
use std::time::Duration;

use javatalk::internals::interop::model::case::Evidence;
use javatalk::internals::interop::model::pair::Wire;
use javatalk::internals::interop::model::verdict::{Part, Verdict};
use javatalk::internals::interop::report::Run;

use javatalk::internals::programs::framing::Framing;

use super::{catches, client, judged, pair, passes, server, with_bug};

#[test]
fn a_right_port_passes_whatever_the_form_of_its_output() {
    for shape in ["clock", "parcels", "datagrams", "farewell"] {
        passes(shape);
    }
}

#[test]
fn wrong_ports_of_a_clock_are_caught_behind_the_masks() {
    let short = server(
        "leaves-out-seconds",
        Part::Encoder,
        "the bytes on the wire differ",
    );
    catches("clock", &short);
}

#[test]
fn without_masks_a_clock_is_unstable_and_its_masks_are_suggested() {
    let mut pair = with_bug(pair("clock"), "none");
    pair.comparison.masks.clear();
    for judged in judged(pair) {
        let (case, verdict) = (&judged.case, &judged.verdict);
        assert!(
            matches!(verdict, Verdict::OracleUnstable(_)),
            "{case}: {verdict}"
        );
        let advice = judged.advice.join("\n");
        assert!(
            advice.contains(r"match = '\d\d:\d\d:\d\d\.\d+'"),
            "{case}: {advice}"
        );
        assert!(
            advice.contains(r"match = 'from port \d+"),
            "{case}: {advice}"
        );
    }
}

#[test]
fn the_reports_show_masked_text_as_masked_and_name_the_fields() {
    let [_, line, ..] = Framing::ALL;
    let mut pair = with_bug(pair("clock"), "leaves-out-seconds");
    pair.wire.server = Wire::Framing(line);
    let judged = judged(pair);
    // Sorted: client and server close in either order.
    let told = |evidence: &Arc<dyn Evidence>| -> String {
        let mut events = evidence.side().events;
        events.sort_by_key(ToString::to_string);
        events.iter().map(|event| format!("{event}\n")).collect()
    };
    let stable = judged
        .iter()
        .find(|judged| judged.verdict == Verdict::Pass)
        .unwrap();
    let (seen, (_, oracle)) = (
        stable.seen.as_ref().unwrap(),
        stable.oracle.as_ref().unwrap(),
    );
    assert_eq!(told(seen), told(oracle));
    for said in [
        "server prints \"visitor from <port> served by <process>\\n\"",
        "\"<time>\"",
    ] {
        assert!(told(seen).contains(said), "{}", told(seen));
    }
    let masks = seen.side().masks;
    let counts: Vec<(&str, usize)> = masks.iter().map(|m| (&*m.name, m.count)).collect();
    assert_eq!(counts, [("time", 2), ("port", 1), ("process", 1)]);
    assert_eq!(seen.side().connections.len(), 1);
    assert_eq!(seen.side().programs.len(), 2);
}

#[test]
fn a_mask_that_matches_in_no_case_fails_the_run() {
    let run = |pattern: &str| {
        let mut pair = with_bug(pair("clock"), "none");
        let mut mask = pair.comparison.masks[0].clone();
        mask.name = "another".to_owned();
        mask.pattern = javatalk::internals::regex::bytes::Regex::new(pattern).unwrap();
        pair.comparison.masks.push(mask);
        Run::new(&[], &[], &judged(pair), Duration::ZERO)
    };
    assert!(run("visitor").is_green());
    let unused = run("nobody says this");
    assert!(!unused.is_green());
    let [outdated] = &unused.outdated()[..] else {
        panic!("{:?}", unused.outdated());
    };
    assert!(
        outdated.starts_with("the mask another of the pair clock matches nothing"),
        "{outdated}"
    );
}

#[test]
fn wrong_ports_that_handle_files_are_caught() {
    for mutant in [
        client("changes-line-ends", Part::Decoder, "letter.txt 10"),
        client(
            "does-not-save",
            Part::Files,
            "leaves no file got-letter.txt, the oracle does",
        ),
        client(
            "leaves-a-copy",
            Part::Files,
            "leaves a file letter.txt.tmp, the oracle does not",
        ),
        server(
            "drops-the-last-byte",
            Part::Encoder,
            "the bytes on the wire differ at byte 7: nothing more",
        ),
        server(
            "logs-otherwise",
            Part::Files,
            "the file log.txt differs at byte 5, line 1",
        ),
    ] {
        catches("parcels", &mutant);
    }
}

#[test]
fn wrong_ports_over_udp_are_caught() {
    for mutant in [
        server(
            "joins-its-answers",
            Part::Encoder,
            r#"datagram 1 differs: 5 bytes, "HI!2!""#,
        ),
        server(
            "does-not-shout",
            Part::Encoder,
            r#"3 bytes, "hi!", the oracle's 3 bytes, "HI!""#,
        ),
        server(
            "answers-from-another-port",
            Part::Encoder,
            "answers the client from another port than the one that it was asked on",
        ),
    ] {
        catches("datagrams", &mutant);
    }
}

#[test]
fn wrong_ports_that_stop_otherwise_are_caught() {
    for mutant in [
        server(
            "fails-when-stopped",
            Part::Stop,
            "ends with exit code 4 when it is told to stop",
        ),
        server("says-nothing", Part::Output, r#"the oracle "farewell\n""#),
        server(
            "cannot-be-stopped",
            Part::Output,
            r#"the oracle "farewell\n""#,
        ),
    ] {
        catches("farewell", &mutant);
    }
}
