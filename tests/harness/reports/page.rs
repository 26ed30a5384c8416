//! The HTML page, as far as it can be read without a browser.

use javatalk::internals::interop::report;
use javatalk::internals::interop::report::Changes;

use super::sample_run::{fails, run};
use super::{hostile, mixed};

#[test]
fn the_page_escapes_all_markup() {
    let page = report::html(&hostile(), Some(&Changes::between(&mixed(), &hostile()))).unwrap();
    assert!(!page.contains("<img"));
    assert!(!page.contains("<!--"));
    // One for the data and one for the program, which does not contain the word.
    assert_eq!(page.matches("</script>").count(), 2);
    assert!(page.contains("&lt;/script&gt;&lt;img src=x"));
}

#[test]
fn the_page_loads_no_external_resources() {
    let page = report::html(&mixed(), None).unwrap();
    for word in ["src=", "<link", "@import", "url(", "http://", "https://"] {
        assert!(!page.contains(word), "{word}");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn the_page_summarizes_the_failures_above_the_matrix() {
    let mut run = mixed();
    let mut late = fails("latin", "rust", "rust", "timeout");
    let blame = late.blame.as_mut().unwrap();
    (blame.role, blame.part) = ("server".to_owned(), "decoder".to_owned());
    late.detail =
        "timeout: the decoder of rust as server: it read 3 bytes; then no further activity, \
                   with client and server still running"
            .to_owned();
    run.cases.push(late);
    let page = report::html(&run, None).unwrap();
    let above = page.split("<table").next().unwrap();
    assert!(above.contains("2 of 5 cases are not as in Java"));
    assert!(above.contains("<b>the encoder of rust</b>: 1 case, <a"));
    assert!(above.contains("<b>the decoder of rust</b>: 1 case, <a"));
    assert!(above.contains(">it read 3 bytes; then no further activity"));
}

#[test]
fn the_page_of_three_thousand_cases_stays_below_two_megabytes() {
    let peers = ["rust", "java17", "java25"];
    let mut cases = Vec::new();
    for row in 0..334 {
        for client in peers {
            for server in peers {
                let row = format!("write-utf-of-a-string-{row}");
                let mut case = fails(&row, client, server, "differs");
                case.group = format!("strings-{}", row.len());
                let seen = case.seen.as_mut().unwrap();
                seen.events[0].text = format!("writeUTF {row:?}");
                case.seen.as_mut().unwrap().client_stderr = "a line\n".repeat(1000);
                cases.push(case);
            }
        }
    }
    let all_fail = report::html(&run(cases), None).unwrap().len();
    assert!(all_fail < 2_000_000, "{all_fail}");
}

#[test]
fn a_long_conversation_is_shortened_around_the_first_difference() {
    let mut run = mixed();
    let case = &mut run.cases[2];
    for side in [&mut case.seen, &mut case.judged_by] {
        let events = &mut side.as_mut().unwrap().events;
        let first = events[0].clone();
        for number in 0..100_000 {
            let mut event = first.clone();
            event.text = format!("prints {number}");
            events.insert(events.len() - 2, event);
        }
    }
    let page = report::html(&run, None).unwrap();
    assert!(page.len() < 100_000, "{}", page.len());
    assert!(page.contains("… 99971 more, the same in both …"));
    assert!(page.contains("prints 99999"));
}
