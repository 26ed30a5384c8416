//! Every case in every pairing, each a test of its own: `cargo test chat::emoji::rust-to-java17`.
//!
//! Of a scenario file all cases in one pairing are one test; the name of each case selects it for
//! itself: `cargo test scenario::string.a::rust-to-java17`.

mod case_names;
#[path = "../jdk/mod.rs"]
mod jdk;
#[path = "../python/mod.rs"]
mod python;

use std::collections::HashMap;
use std::process::{Command, ExitCode};
use std::sync::Arc;

use javatalk::internals::interop::model::case::{Case, Judged};
use javatalk::internals::interop::model::verdict::Verdict;
use javatalk::internals::interop::peer::pool::{ExternalPeer, PeerPool};
use javatalk::internals::interop::report;
use javatalk::internals::interop::report::CaseEntry;
use javatalk::internals::interop::runner::{Matrix, Suite};
use javatalk::internals::interop::scenario::language;
use javatalk::internals::interop::suites::packets::Packets;
use javatalk::internals::interop::suites::programs::Chat;
use javatalk::internals::interop::suites::scenarios::Scenarios;
use javatalk::internals::system::jdk::Freshness;
use javatalk::internals::system::wait::Timeouts;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> ExitCode {
    jdk::run(Vec::new(), |toolbox| {
        let toolbox = Arc::new(toolbox);
        let mut suites: Vec<Box<dyn Suite>> = Vec::new();
        let timeouts = Timeouts::of_a_conversation();
        for chat in Chat::of_duets(&toolbox, timeouts) {
            suites.push(Box::new(chat.in_jvms(freshness())));
        }
        let packets = Packets::new(Arc::clone(&toolbox), timeouts);
        suites.push(Box::new(packets.in_jvms(freshness())));
        let python = python::invocation(&python::source());
        let external_peers = match &python {
            Ok(Some(invocation)) => vec![ExternalPeer {
                name: "python".to_owned(),
                invocation: invocation.clone(),
                identity: None,
            }],
            Ok(None) | Err(_) => Vec::new(),
        };
        let pool = PeerPool::new(toolbox, external_peers);
        let scenarios = Scenarios::new(pool, language::embedded(), Timeouts::of_a_scenario());
        suites.push(Box::new(scenarios.in_jvms(freshness())));
        let matrix = Arc::new(Matrix::new(suites));
        let arguments = Arguments::from_args();
        let tests = case_names::tests(matrix.cases(), &arguments);
        let mut trials = vec![
            names_trial(
                &matrix,
                "every_listed_name_selects_its_case",
                every_name_selects_its_case,
            ),
            names_trial(
                &matrix,
                "a_full_case_name_plays_only_that_case",
                a_full_case_name_plays_only_that_case,
            ),
        ];
        trials.extend(case_names::none_is_selected(
            matrix.cases(),
            &tests,
            &arguments,
        ));
        trials.extend(tests.into_iter().map(|(name, cases)| {
            let matrix = Arc::clone(&matrix);
            Trial::test(name, move || {
                cases.iter().try_for_each(|case| passes(&matrix.run(case)))
            })
        }));
        if let Err(why) = python {
            trials.push(Trial::test("python_takes_part", || Err(why)));
        }
        trials
    })
}

/// With `JAVATALK_FRESH=1`, each Java program runs in a JVM of its own, and the oracle is played
/// twice.
fn freshness() -> Freshness {
    match std::env::var_os("JAVATALK_FRESH") {
        Some(_) => Freshness::Fresh,
        None => Freshness::Warm,
    }
}

/// A test of the names of the cases.
fn names_trial(
    matrix: &Arc<Matrix>,
    name: &'static str,
    test: fn(&[Case]) -> Result<(), Failed>,
) -> Trial {
    let matrix = Arc::clone(matrix);
    Trial::test(name, move || test(matrix.cases()))
}

fn every_name_selects_its_case(cases: &[Case]) -> Result<(), Failed> {
    // The others have no part in it, and to ask for each among all takes a minute.
    let mut alike: HashMap<(&str, String), Vec<Case>> = HashMap::new();
    for case in cases {
        let key = (case.group.as_str(), case.pairing.to_string());
        alike.entry(key).or_default().push(case.clone());
    }
    let mut together = 0;
    for case in cases {
        let name = case.to_string();
        let alike = &alike[&(case.group.as_str(), case.pairing.to_string())];
        for exact in [true, false] {
            let arguments = Arguments {
                filter: Some(name.clone()),
                exact,
                ..Arguments::default()
            };
            let tests = case_names::tests(alike, &arguments);
            let selected = tests.iter().find(|(test, _)| *test == name);
            let plays = selected.is_some_and(|(_, cases)| cases.contains(case));
            if !plays || case_names::none_is_selected(alike, &tests, &arguments).is_some() {
                return Err(Failed::from(format!("{name}, exact {exact}: {tests:?}")));
            }
        }
        together += usize::from(case.row != case.group);
    }
    assert!(together > 1000, "{together} cases share a test");
    // Without a filter they are played together.
    let all = case_names::tests(cases, &Arguments::default());
    assert!(all.len() + together / 2 < cases.len(), "{}", all.len());
    Ok(())
}

/// This program as `cargo test` starts it.
fn a_full_case_name_plays_only_that_case(cases: &[Case]) -> Result<(), Failed> {
    let ours = |case: &&Case| case.row != case.group && case.pairing.to_string() == "rust-to-rust";
    let case = cases.iter().find(ours).ok_or("no case shares a test")?;
    let run = |filter: &str, options: &[&str]| {
        let command = Command::new(std::env::current_exe()?)
            .arg(filter)
            .args(options)
            .output()?;
        let out = String::from_utf8_lossy(&command.stdout).into_owned();
        Ok::<_, Failed>((command.status.success(), out))
    };
    let name = case.to_string();
    let (passes, out) = run(&name, &["--exact"])?;
    let played = format!("test {name} ... ok");
    assert!(
        passes && out.contains("1 passed") && out.contains(&played),
        "{out}"
    );
    for options in [&["--exact"][..], &[]] {
        let (passes, out) = run(&format!("{name}y"), options)?;
        assert!(!passes, "{out}");
        assert!(out.contains(&format!("did you mean {name:?}?")), "{out}");
    }
    Ok(())
}

fn passes(judged: &Judged) -> Result<(), Failed> {
    if judged.verdict.is_green() {
        return Ok(());
    }
    if let Verdict::NotRun(why) = &judged.verdict
        && std::env::var_os("JAVATALK_ALLOW_NOT_RUN").is_some()
    {
        anstream::eprintln!("JAVATALK_ALLOW_NOT_RUN: {} did not run: {why}", judged.case);
        return Ok(());
    }
    let again = format!("cargo test --test interop -- --exact {}", judged.case);
    Err(Failed::from(report::failure(
        &CaseEntry::new(judged),
        &again,
    )))
}
