//! A run as JUnit XML, the format that CI systems read: a test suite for each suite, a test for
//! each case.
//!
//! Of several failures for one cause the smallest is told in full, and the others name it. What
//! differs is a failure. What could not be judged is an error, unless the run accepts it; then,
//! as what a peer does not offer, it is skipped. A known difference is passed, and told: its reason
//! stands in the test, its count in the properties of the suite.
//! Characters that no XML may hold are written as escapes.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};

use super::causes::Cause;
use super::failure::failure;
use super::run::{CaseEntry, Run};
use super::table::hidden;
use crate::interop::model::verdict::VerdictKind;
use crate::text::count::counted;
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
            for known in known_in(run, &case.suite) {
                suite.add_property(("known difference", &*printable(&known)));
            }
            for mask in masks_in(run, &case.suite) {
                suite.add_property(("mask", &*printable(&mask)));
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
    let outdated = run.outdated_differences().into_iter();
    let outdated = outdated.map(|said| (said, "known difference", "every known difference occurs"));
    let unused = run.unused_masks().into_iter();
    let unused = unused.map(|said| (said, "mask", "every mask matches something"));
    for (said, kind, name) in outdated.chain(unused) {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_type(kind).set_message(&*printable(&said));
        let suite = suites
            .entry("javatalk")
            .or_insert_with(|| TestSuite::new("javatalk"));
        suite.add_test_case(TestCase::new(name, status));
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

/// The known differences that occurred in this suite, each with its count.
fn known_in(run: &Run, suite: &str) -> Vec<String> {
    let mut counts: BTreeMap<(&str, bool), usize> = BTreeMap::new();
    for case in run.cases.iter().filter(|case| case.suite == suite) {
        for known in case.known_differences.iter().filter(|k| k.occurred) {
            *counts.entry((&known.reason, !case.green)).or_default() += 1;
        }
    }
    let counts = counts.into_iter();
    counts
        .map(|((reason, partly), count)| {
            let of = if partly { "only a part of " } else { "" };
            format!("{of}{}: {reason}", counted(count, "case"))
        })
        .collect()
}

/// What the masks have hidden in this suite.
fn masks_in(run: &Run, suite: &str) -> Vec<String> {
    let mut own = run.cases.iter().filter(|case| case.suite == suite);
    if own.all(|case| case.masks.is_empty()) {
        return Vec::new();
    }
    let masks = run.masks().into_iter();
    masks.map(|((pair, _), mask)| hidden(pair, &mask)).collect()
}

fn test(case: &CaseEntry, told_in: Option<&str>) -> TestCase {
    let mut test = TestCase::new(&*printable(&case.name), status(case, told_in));
    let class = format!("{}::{}", case.suite, case.group);
    test.set_classname(&*printable(&class));
    test.set_time(duration(case.seconds));
    let said: Vec<&str> = std::iter::once(&*case.detail)
        .filter(|_| !case.is_pass())
        .chain(case.advice.iter().map(String::as_str))
        .collect();
    if case.green && !said.is_empty() {
        test.set_system_out(&*printable(&said.join("\n")));
    }
    test
}

fn status(case: &CaseEntry, told_in: Option<&str>) -> TestCaseStatus {
    if !case.green {
        let mut status = TestCaseStatus::non_success(match case.kind() {
            Some(
                VerdictKind::Differs
                | VerdictKind::Deadlock
                | VerdictKind::Timeout
                | VerdictKind::Crash
                | VerdictKind::ProtocolViolation,
            ) => NonSuccessKind::Failure,
            Some(
                VerdictKind::Pass
                | VerdictKind::OracleUnstable
                | VerdictKind::KnownDifference
                | VerdictKind::Unsupported
                | VerdictKind::Vacuous
                | VerdictKind::NotRun,
            )
            | None => NonSuccessKind::Error,
        });
        status
            .set_type(&*printable(&case.verdict))
            .set_message(&*printable(&case.detail))
            .set_description(match told_in {
                None => failure(case, &case.again()),
                Some(other) => format!(
                    "{}\n\n  cause    the same as of {other}, which tells it in full\n  again    {}\n",
                    case.detail,
                    case.again()
                ),
            });
        return status;
    }
    // Older versions called a known difference a split.
    let is_known = case.is_split() || case.kind() == Some(VerdictKind::KnownDifference);
    if case.is_pass() || is_known {
        return TestCaseStatus::success();
    }
    let mut status = TestCaseStatus::skipped();
    status.set_message(&*printable(&case.detail));
    status
}

/// A file may contain any number; an invalid duration becomes zero.
fn duration(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}
