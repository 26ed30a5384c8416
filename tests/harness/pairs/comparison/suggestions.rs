//! Masks that are suggested where the old programs differ from themselves.

use std::sync::Arc;

use javatalk::internals::interop::compare::pairs::suggestions;
use javatalk::internals::interop::model::pair::{Action, Aspect, ScriptStep, Where};

use super::made::{Made, Pairs, actor, echo};

/// What is suggested for these runs of the oracle.
fn suggested(rules: &Pairs, runs: &[Made]) -> Vec<String> {
    let runs: Vec<_> = runs.iter().map(|made| Arc::new(made.run.clone())).collect();
    suggestions(&rules.rules(), &runs)
}

/// A run whose server prints this.
fn printing(text: &str) -> Made {
    echo("hi\n", "HI\n", "HI\n").prints("server", text)
}

/// The patterns of what is suggested for two runs whose servers print these.
fn patterns(one: &str, other: &str) -> Vec<String> {
    let suggested = suggested(&Pairs::default(), &[printing(one), printing(other)]);
    let patterns = suggested.iter().map(|table| {
        let line = table.lines().find(|line| line.starts_with("match = "));
        line.unwrap_or(table).to_owned()
    });
    patterns.collect()
}

#[test]
fn a_time_is_masked_wherever_it_stands() {
    let made = |time: &str| echo("time\n", &format!("{time}\n"), &format!("it is {time}\n"));
    assert_eq!(
        suggested(&Pairs::default(), &[made("21:41:25"), made("21:41:26")]),
        [concat!(
            "[[pair.mask]]\n",
            "name = \"time\"\n",
            r"match = '\d\d:\d\d:\d\d'",
            "\nin = [\"stdout\", \"wire\"]",
        )]
    );
}

#[test]
fn a_width_that_differs_in_any_run_is_open() {
    for (times, pattern) in [
        (
            ["9:41:25", "10:41:26", "10:41:27"],
            r"match = '\d+:\d+:\d+'",
        ),
        (
            ["10:41:25", "10:41:26", "9:41:27"],
            r"match = '\d+:\d+:\d+'",
        ),
        // One digit may be padded or not, and a fraction has the digits that it needs.
        (
            ["7:41:25", "8:41:26", "9:41:27"],
            r"match = '\d+:\d\d:\d\d'",
        ),
        (
            ["07:41:25.12", "07:41:25.13", "07:41:25.14"],
            r"match = '\d\d:\d\d:\d\d\.\d+'",
        ),
    ] {
        let runs = times.map(|time| printing(&format!("{time}\n")));
        let [suggested] = &suggested(&Pairs::default(), &runs)[..] else {
            panic!("{times:?}");
        };
        assert_eq!(suggested.lines().nth(2), Some(pattern), "{times:?}");
    }
}

#[test]
fn a_suggested_mask_has_a_name_of_its_own() {
    let mut rules = Pairs::masking("at noon");
    rules.comparison.masks[0].name = "time".to_owned();
    let suggested = suggested(&rules, &[printing("10:41:25\n"), printing("10:41:26\n")]);
    assert_eq!(suggested[0].lines().nth(1), Some("name = \"time-2\""));
}

#[test]
fn clients_at_once_may_need_an_order() {
    let step = |client: &str, action| ScriptStep {
        actor: actor(client),
        action,
        at: Where::default(),
    };
    let start = |client: &str| step(client, Action::Start);
    let orders = |script: Vec<ScriptStep>, runs: &[Made]| {
        let rules = Pairs {
            script,
            ..Pairs::default()
        };
        let suggested = suggested(&rules, runs);
        let order = |advice: &String| advice.contains("say order = \"one-after-another\"");
        suggested.iter().any(order)
    };
    let at_once = || vec![start("client-1"), start("client-2")];
    let runs = [printing("you are 1\n"), printing("you are 2\nhello\n")];
    assert!(orders(at_once(), &runs));
    assert!(orders(at_once(), &[printing("a\nb\n"), printing("b\na\n")]));
    // A mask is enough.
    assert!(!orders(
        at_once(),
        &[printing("1:00\n"), printing("2:00\n")]
    ));
    // One client, an order, a script.
    assert!(!orders(vec![start("client")], &runs));
    let mut in_order = at_once();
    in_order.insert(1, step("client-1", Action::AwaitEnd));
    assert!(!orders(in_order, &runs));
    let mut script = at_once();
    script.iter_mut().for_each(|step| step.at.line = 7);
    assert!(!orders(script, &runs));
}

#[test]
fn a_number_is_masked_with_the_text_beside_it() {
    assert_eq!(
        patterns(
            "client 1 from /127.0.0.1:40001\n",
            "client 1 from /127.0.0.1:40002\n"
        ),
        [r"match = '/127\.0\.0\.1:\d+'"]
    );
    assert_eq!(patterns("17 ms\n", "5 ms\n"), [r"match = '\d+ ms'"]);
}

#[test]
fn hashes_threads_dates_and_uuids_are_known() {
    for (one, other, pattern) in [
        ("Msg@1b2c3d\n", "Msg@4e5f60\n", r"match = '@[0-9a-f]+'"),
        (
            "in Thread-0\n",
            "in Thread-1\n",
            r"match = '(?:pool-\d+-thread-\d+|Thread-\d+)'",
        ),
        (
            "id 123e4567-e89b-12d3-a456-426614174000\n",
            "id 00000000-e89b-12d3-a456-426614174fff\n",
            r"match = '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}'",
        ),
    ] {
        assert_eq!(patterns(one, other), [pattern]);
    }
    assert_eq!(
        patterns(
            "Thu Nov 26 21:41:25 UTC 2026\n",
            "Thu Nov 26 21:41:26 UTC 2026\n"
        ),
        [r"match = '\w+ \w+ \d\d \d\d:\d\d:\d\d \w+ \d{4}'"]
    );
}

#[test]
fn lines_in_another_order_are_unordered() {
    assert_eq!(
        suggested(
            &Pairs::default(),
            &[printing("a 1\nb 2\n"), printing("b 2\na 1\n")]
        ),
        ["[[pair.unordered]]\nin = \"stdout\""]
    );
    // The order of both, and what stands in the lines.
    let both = [
        printing("21:00:01 a\n21:00:02 b\n"),
        printing("21:00:03 b\n21:00:04 a\n"),
    ];
    let suggested = suggested(&Pairs::default(), &both);
    assert_eq!(suggested.len(), 2, "{suggested:?}");
}

#[test]
fn nothing_is_suggested_that_does_not_help() {
    // More lines in one run than in the other: no mask makes them equal.
    assert!(patterns("a\n", "a\nb\n").is_empty());
    assert!(patterns("a\n", "a\n").is_empty());
    // What is not compared needs no mask.
    let rules = Pairs::comparing(&[Aspect::Success, Aspect::Wire]);
    assert!(suggested(&rules, &[printing("1 x\n"), printing("2 x\n")]).is_empty());
}
