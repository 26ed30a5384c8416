//! A run as JUnit XML, the format that CI systems read: a test suite for each suite, a test for
//! each case.
//!
//! Of several failures with one cause, the smallest is reported in full and the others refer to it.
//! A difference is a failure. A case that could not be compared is an error, unless the run accepts
//! it; then it is skipped, like a method that a peer does not offer. A split between JDKs is a fact
//! about Java: it passes, with a note. Characters that XML forbids are written as escapes.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};

use super::causes::Cause;
use super::failure::failure;
use super::run::{CaseEntry, Run};
use crate::text::printable::printable;

pub fn junit(run: &Run) -> Result<String, SerializeError> {
    // The test that reports a cause in full.
    let mut told: HashMap<&str, &str> = HashMap::new();
    for cause in Cause::of(run) {
        let others = cause.others.iter();
        told.extend(others.map(|case| (&*case.name, &*cause.smallest.name)));
    }
    let mut suites: BTreeMap<&str, TestSuite> = BTreeMap::new();
    for case in &run.cases {
        let suite = suites.entry(&case.suite).or_insert_with(|| {
            let mut suite = TestSuite::new(&*printable(&case.suite));
            for peer in &run.peers {
                suite.add_property((&*printable(&peer.name), &*printable(&peer.what)));
            }
            suite
        });
        suite.add_test_case(test(case, told.get(&*case.name).copied()));
    }
    for gap in run.gaps() {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_type("partial").set_message(gap);
        let suite = suites
            .entry("javatalk")
            .or_insert_with(|| TestSuite::new("javatalk"));
        suite.add_test_case(TestCase::new("every case was played", status));
    }
    let mut report = Report::new("javatalk");
    report.set_time(duration(run.seconds));
    for (_, mut suite) in suites {
        let seconds = suite.test_cases.iter().filter_map(|case| case.time);
        suite.set_time(seconds.fold(Duration::ZERO, Duration::saturating_add));
        report.add_test_suite(suite);
    }
    report.to_string()
}

fn test(case: &CaseEntry, told_in: Option<&str>) -> TestCase {
    let mut test = TestCase::new(&*printable(&case.name), status(case, told_in));
    let class = format!("{}::{}", case.suite, case.group);
    test.set_classname(&*printable(&class));
    test.set_time(duration(case.seconds));
    if case.green && !case.is_pass() {
        test.set_system_out(&*printable(&case.detail));
    }
    test
}

fn status(case: &CaseEntry, told_in: Option<&str>) -> TestCaseStatus {
    match (case.green, case.verdict.as_str()) {
        (true, "pass" | "oracle split") => TestCaseStatus::success(),
        (true, _) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(&*printable(&case.detail));
            status
        }
        (false, verdict) => {
            let mut status = TestCaseStatus::non_success(match verdict {
                "differs" | "deadlock" | "timeout" | "crash" | "protocol violation" => {
                    NonSuccessKind::Failure
                }
                _ => NonSuccessKind::Error,
            });
            status
                .set_type(&*printable(verdict))
                .set_message(&*printable(&case.detail))
                .set_description(match told_in {
                    None => failure(case, &case.again()),
                    Some(other) => format!(
                        "{}\n\n  cause    the same as of {other}, which tells it in full\n  again    {}\n",
                        case.detail,
                        case.again()
                    ),
                });
            status
        }
    }
}

/// A file may contain any number; an invalid duration becomes zero.
fn duration(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}
