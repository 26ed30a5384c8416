//! Reports of results that somebody else has written: nothing of them is obeyed, and none is
//! larger than a report can be.

use javatalk::internals::interop::report;
use javatalk::internals::interop::report::{CaseEntry, Changes, Paint, Run};

use super::sample_run::{fails, pass, peer, run};

/// Escape sequences of seven and of eight bits, a line that is written over, a direction mark, and
/// what is no character.
const OBEYED: &str = "a\u{1b}]0;title\u{7}\u{9b}8m\r\u{202e}\u{0}\u{fffe}\u{ffff}b";

/// A run in which every text has them.
fn obeyed() -> Run {
    let mut run = run(vec![
        fails(OBEYED, OBEYED, "java25", OBEYED),
        fails("green", "rust", "rust", "oracle split"),
        pass(OBEYED, "rust", "rust"),
    ]);
    run.peers.push(peer(OBEYED));
    run.javatalk = OBEYED.to_owned();
    run.oracle = Some(OBEYED.to_owned());
    for case in &mut run.cases {
        case.claim = OBEYED.to_owned();
        case.detail = OBEYED.to_owned();
        case.suite = OBEYED.to_owned();
        case.with = format!("--peer '{OBEYED}'");
        case.unobserved = Some(OBEYED.to_owned());
    }
    run.cases[1].green = true;
    let seen = run.cases[0].seen.as_mut().unwrap();
    seen.client_stderr = OBEYED.to_owned();
    seen.server_stderr = OBEYED.to_owned();
    seen.ending = OBEYED.to_owned();
    seen.pairing = OBEYED.to_owned();
    seen.events[0].text = OBEYED.to_owned();
    seen.events[1].role = Some(OBEYED.to_owned());
    seen.events[1].bytes[0].meaning = OBEYED.to_owned();
    seen.events[1].bytes[0].hex = OBEYED.to_owned();
    run
}

#[test]
fn no_report_contains_terminal_control_characters() {
    let run = obeyed();
    let mut old = run.clone();
    old.cases[2].name = format!("{OBEYED} gone");
    old.cases[2].verdict = OBEYED.to_owned();
    old.cases[0].green = true;
    old.cases[0].verdict = format!("{OBEYED} then");
    let changes = Changes::between(&old, &run);
    let reports = [
        ("failure", report::failure(&run.cases[0], OBEYED)),
        (
            "terminal",
            report::terminal(&run, Some(&changes), Paint::Plain),
        ),
        ("junit", report::junit(&run).unwrap()),
        ("markdown", report::markdown(&run, Some(&changes))),
        ("html", report::html(&run, Some(&changes)).unwrap()),
    ];
    for (name, text) in reports {
        assert!(text.contains('b'), "{name}: {text}");
        let obeyed = |c: &char| c.is_control() && !"\n\t".contains(*c) || OBEYED[8..].contains(*c);
        let found = text.chars().find(|c| obeyed(c) && !c.is_ascii_graphic());
        assert_eq!(found, None, "{name}: {text:?}");
    }
}

#[test]
fn junit_is_well_formed_xml_for_every_character() {
    let all: String = (0..=0x0010_FFFF).filter_map(char::from_u32).collect();
    let mut case = fails("row", "rust", "rust", "differs");
    case.detail.clone_from(&all);
    case.name = all;
    let xml = report::junit(&run(vec![case])).unwrap();
    let document = roxmltree::Document::parse(&xml).unwrap();
    assert!(
        document
            .descendants()
            .any(|node| node.has_tag_name("failure"))
    );
}

// GitHub takes one megabyte.
#[test]
fn a_flood_on_stderr_does_not_flood_the_reports() {
    let flood = "x".repeat(8 << 20);
    let flooded = |number: usize| {
        let mut case = fails(&format!("row{number}"), "rust", "rust", "differs");
        let seen = case.seen.as_mut().unwrap();
        seen.client_stderr.clone_from(&flood);
        case
    };
    let run = run(vec![flooded(0)]);
    for (name, text) in [
        ("terminal", report::terminal(&run, None, Paint::Plain)),
        ("junit", report::junit(&run).unwrap()),
        ("markdown", report::markdown(&run, None)),
        ("html", report::html(&run, None).unwrap()),
    ] {
        assert!(text.len() < 128 << 10, "{name} has {} bytes", text.len());
    }
}

#[test]
fn markdown_of_many_long_failures_stays_below_one_megabyte() {
    let long = |number: usize| {
        let mut case = fails(&format!("row{number}"), "rust", "rust", "differs");
        let seen = case.seen.as_mut().unwrap();
        for event in &mut seen.events {
            event.text = "x\n".repeat(100) + &"y".repeat(100_000);
        }
        case
    };
    let markdown = report::markdown(&run((0..40).map(long).collect()), None);
    assert!(markdown.len() < 1 << 20, "{} bytes", markdown.len());
}

#[test]
fn the_reproduction_command_is_safe_to_paste_into_a_shell() {
    let again = |name: &str, with: &str| {
        let case = CaseEntry {
            name: name.to_owned(),
            with: with.to_owned(),
            ..pass("row", "rust", "rust")
        };
        case.again()
    };
    assert_eq!(
        again("chat::emoji::rust-to-rust", "--peer 'python3 peer.py'"),
        "javatalk interop chat::emoji::rust-to-rust --peer 'python3 peer.py'"
    );
    // Each is read as the same words by a shell, and does nothing else.
    for (with, words) in [
        ("; rm -rf ~", vec![";", "rm", "-rf", "~"]),
        (
            "--peer $(reboot) `reboot`",
            vec!["--peer", "$(reboot)", "`reboot`"],
        ),
        ("--jdk 'unclosed", vec!["--jdk 'unclosed"]),
        (
            "> /etc/passwd | sh &",
            vec![">", "/etc/passwd", "|", "sh", "&"],
        ),
    ] {
        let again = again("x; reboot", with);
        let mut expected = vec!["javatalk", "interop", "x; reboot"];
        expected.extend(words);
        let printed = std::process::Command::new("sh")
            .arg("-c")
            .arg(again.replacen("javatalk", "printf '%s\\0' javatalk", 1))
            .output()
            .unwrap();
        let printed = String::from_utf8(printed.stdout).unwrap();
        let read: Vec<&str> = printed.trim_end_matches('\0').split('\0').collect();
        assert_eq!(read, expected, "{again}");
    }
}
