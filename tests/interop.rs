//! Every case in every pairing, each a test of its own: `cargo test chat::emoji::rust-to-java17`.
//!
//! Of a scenario file all cases in one pairing are one test, so that there are thousands less: a
//! failure names the case.

mod jdk;
mod python;

use std::collections::HashMap;
use std::process::ExitCode;
use std::sync::Arc;

use javatalk::interop::bell::Patience;
use javatalk::interop::boundaries::Boundaries;
use javatalk::interop::case::{Case, Judged};
use javatalk::interop::chat::Chat;
use javatalk::interop::matrix::{Matrix, Suite};
use javatalk::interop::report::{self, CaseEntry};
use javatalk::interop::scenario::{Cast, Guest, Scenarios};
use javatalk::interop::script;
use javatalk::interop::verdict::Verdict;
use libtest_mimic::{Failed, Trial};

fn main() -> ExitCode {
    jdk::run(|bench| {
        let bench = Arc::new(bench);
        let mut suites: Vec<Box<dyn Suite>> = Vec::new();
        for chat in Chat::of_duets(&bench, Patience::of_a_conversation()) {
            suites.push(Box::new(chat));
        }
        let patience = Patience::of_a_conversation();
        suites.push(Box::new(Boundaries::new(Arc::clone(&bench), patience)));
        let python = python::invocation(&python::source());
        let guests = match &python {
            Ok(Some(invocation)) => vec![Guest {
                name: "python".to_owned(),
                invocation: invocation.clone(),
                identity: None,
            }],
            Ok(None) | Err(_) => Vec::new(),
        };
        let cast = Cast::new(bench, guests);
        let scenarios = Scenarios::new(cast, script::embedded(), Patience::of_a_scenario());
        suites.push(Box::new(scenarios));
        let matrix = Arc::new(Matrix::new(suites));
        let mut trials: Vec<Trial> = tests(&matrix)
            .into_iter()
            .map(|(name, cases)| {
                let matrix = Arc::clone(&matrix);
                Trial::test(name.clone(), move || {
                    cases
                        .iter()
                        .try_for_each(|case| passes(&matrix.run(case), &name))
                })
            })
            .collect();
        if let Err(why) = python {
            trials.push(Trial::test("python_takes_part", || Err(why)));
        }
        trials
    })
}

/// The names of the tests, in the order of the matrix, and the cases of each.
fn tests(matrix: &Matrix) -> Vec<(String, Vec<Case>)> {
    let mut tests: Vec<(String, Vec<Case>)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for case in matrix.cases() {
        let name = format!("{}::{}::{}", case.suite, case.group, case.pairing);
        let place = *places.entry(name.clone()).or_insert_with(|| {
            tests.push((name, Vec::new()));
            tests.len() - 1
        });
        tests[place].1.push(case.clone());
    }
    tests
}

fn passes(judged: &Judged, test: &str) -> Result<(), Failed> {
    if judged.verdict.is_green() {
        return Ok(());
    }
    if let Verdict::NotRun(why) = &judged.verdict
        && std::env::var_os("JAVATALK_ALLOW_NOT_RUN").is_some()
    {
        anstream::eprintln!("JAVATALK_ALLOW_NOT_RUN: {} did not run: {why}", judged.case);
        return Ok(());
    }
    let again = format!("cargo test --test interop -- --exact {test}");
    Err(Failed::from(report::failure(
        &CaseEntry::new(judged),
        &again,
    )))
}
