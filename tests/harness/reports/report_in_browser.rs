//! The HTML report as its reader meets it: opened in Chromium, clicked, filtered, read.

use javatalk::internals::interop::report;
use javatalk::internals::interop::report::CaseEntry;

use super::browser::{Browser, file};
use super::sample_run::{fails, pass, run};

/// Text that does harm wherever it is taken for markup.
const HOSTILE: &str = "</script><img src=x onerror=\"document.title='harm'\">";

/// A row of its own, one that fails with rust as client, and a group of three rows.
fn cases() -> Vec<CaseEntry> {
    let mut cases = Vec::new();
    for (client, server) in [("rust", "java25"), ("java25", "rust")] {
        cases.push(pass("ascii", client, server));
        cases.push(match client {
            "rust" => fails("latin", client, server, "differs"),
            _ => pass("latin", client, server),
        });
        for row in ["int", "long", "utf"] {
            let mut case = pass(row, client, server);
            case.group = "numbers".to_owned();
            cases.push(case);
        }
    }
    for case in &mut cases {
        if case.row == "utf" {
            case.claim = HOSTILE.to_owned();
        }
        if let Some(seen) = &mut case.seen {
            seen.client_stderr = HOSTILE.to_owned();
        }
    }
    cases
}

#[test]
#[ignore = "needs Chromium: .ci/run installs it and runs this"]
fn the_page_works_by_mouse_keyboard_and_address() {
    let folder = tempfile::tempdir().unwrap();
    let page = file(&folder, &report::html(&run(cases()), None).unwrap());
    let browser = Browser::start(1400, 1000);
    browser.open(&page, "");

    check_matrix_has_its_group_folded(&browser);
    check_click_shows_the_difference(&browser);
    check_keyboard_moves_between_cases(&browser);
    check_filter_is_kept_in_the_address(&browser);
    check_unfolded_group_shows_passed_cases(&browser);

    // In a browser that has never seen the page before, the address alone makes the view.
    drop(browser);
    let browser = Browser::start(390, 844);
    browser.open(
        &page,
        "#words=latin&verdict=pass&case=chat::latin::java25-to-rust",
    );
    assert_eq!(browser.find("#case").text(), "chat::latin::java25-to-rust");
    assert!(browser.find(".verdict").text().starts_with("pass"));
    let wide = browser.script("return document.documentElement.scrollWidth <= innerWidth");
    assert_eq!(wide, true, "the page is wider than a phone");
    browser.find("dialog nav button:last-child").click();
    assert_eq!(browser.hash(), "#words=latin&verdict=pass");
    assert_eq!(browser.texts("#shown"), ["1 of 10 cases"]);

    browser.open(&page, "#case=chat::gone::rust-to-rust");
    assert!(
        browser
            .find("dialog")
            .text()
            .contains("This report has no such case.")
    );

    assert_eq!(browser.complaints(), serde_json::json!([]));
}

fn check_matrix_has_its_group_folded(browser: &Browser) {
    assert_eq!(browser.find("h1").text(), "1 of 10 cases is not as in Java");
    assert_eq!(
        browser.texts("tbody th"),
        [
            "ascii The claim of ascii.",
            "latin The claim of latin.",
            "numbers 3 cases"
        ]
    );
    assert_eq!(browser.texts("td a.fail"), ["differs"]);
    assert!(
        browser
            .find(".wrong")
            .text()
            .contains("the encoder of rust: 1")
    );
}

fn check_click_shows_the_difference(browser: &Browser) {
    browser.cell("chat::latin::rust-to-java25").click();
    assert_eq!(browser.hash(), "#case=chat::latin::rust-to-java25");
    assert_eq!(browser.find("#case").text(), "chat::latin::rust-to-java25");
    assert_eq!(
        browser.texts(".heads span"),
        [
            "client: rust",
            "server: java25",
            "client: java25",
            "server: java25"
        ]
    );
    // Three things happened here and three there; of each the second is marked, and what differs.
    assert_eq!(browser.texts(".seen li").len(), 3);
    assert_eq!(
        browser.texts("li.parts .badge"),
        ["Here it first differs", "What belongs here"]
    );
    assert_eq!(browser.texts(".seen mark"), ["e9"]);
    assert_eq!(browser.texts(".judge mark"), ["c3", "a9"]);
    assert_eq!(
        browser.texts(".seen .fields span")[..2],
        ["00 02", "length of the message"]
    );
    assert_eq!(browser.texts("pre"), [HOSTILE]);
    assert_eq!(
        browser.texts(".again"),
        ["javatalk interop chat::latin::rust-to-java25"]
    );
    // Red is red: the first difference lies on another ground than the rest.
    let ground = |item: &str| {
        browser.script(&format!(
            "return getComputedStyle(document.querySelector({item:?})).backgroundColor"
        ))
    };
    assert_ne!(ground(".seen li.parts"), ground(".judge li.parts"));

    browser.back();
    assert_eq!(browser.texts("dialog"), [""; 0]);
    assert_eq!(browser.hash(), "");
}

fn check_keyboard_moves_between_cases(browser: &Browser) {
    const ENTER: &str = "\u{e007}";
    const ESCAPE: &str = "\u{e00c}";
    let focused = || browser.script("return document.activeElement.getAttribute('href')");
    browser.cell("chat::ascii::rust-to-java25").type_in(ENTER);
    assert_eq!(browser.find("#case").text(), "chat::ascii::rust-to-java25");
    browser
        .find("dialog nav button:nth-child(2)")
        .type_in(ENTER);
    assert_eq!(browser.find("#case").text(), "chat::ascii::java25-to-rust");
    browser
        .find("dialog nav button:nth-child(2)")
        .type_in(ESCAPE);
    assert_eq!(browser.texts("dialog"), [""; 0]);
    // Back where the reader has come to.
    assert_eq!(focused(), "#case=chat::ascii::java25-to-rust");
    assert_eq!(browser.hash(), "");
}

fn check_filter_is_kept_in_the_address(browser: &Browser) {
    browser.find("#words").type_in("latin to-java");
    assert_eq!(browser.hash(), "#words=latin to-java");
    assert_eq!(browser.texts("tbody th"), ["latin The claim of latin."]);
    assert_eq!(browser.texts("td a"), ["differs"]);
    assert_eq!(browser.texts("#shown"), ["1 of 10 cases"]);
    browser.cell("chat::latin::rust-to-java25").click();
    assert_eq!(
        browser.hash(),
        "#words=latin to-java&case=chat::latin::rust-to-java25"
    );
    browser.find("dialog nav button:last-child").click();
    browser.script("document.getElementById('words').select()");
    browser.find("#words").type_in("\u{e017}");
    assert_eq!(browser.hash(), "");
    browser.find("#verdict option[value='not green']").click();
    assert_eq!(browser.hash(), "#verdict=not green");
    assert_eq!(browser.texts("td a"), ["differs"]);
    browser.find("#verdict option[value='']").click();
    assert_eq!(browser.texts("#shown"), [""]);
}

fn check_unfolded_group_shows_passed_cases(browser: &Browser) {
    assert_eq!(browser.texts("tr.group td"), ["pass 3", "pass 3"]);
    browser.find("tr.group button").click();
    assert_eq!(browser.texts("tbody th").len(), 6);
    browser.cell("chat::utf::java25-to-rust").click();
    let said = browser.find(".verdict").text();
    assert!(
        said.contains("java25-to-java25 had in the same run"),
        "{said}"
    );
    assert!(browser.find("dialog").text().contains(HOSTILE));
    assert_eq!(browser.texts(".judge li").len(), 3);
    assert_eq!(browser.texts("li.parts"), [""; 0]);
    browser.find("dialog nav button:last-child").click();
    assert_ne!(browser.script("return document.title"), "harm");
    assert_eq!(browser.script("return document.images.length"), 0);
}
