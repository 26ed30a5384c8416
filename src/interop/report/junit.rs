//! A run as JUnit XML, which CI systems read: a suite for each suite, a test for each case.
//!
//! Of several failures for one cause the smallest is told in full, and the others name it. What
//! differs is a failure. What could not be judged is an error, unless the run accepts it; then,
//! as what a peer does not offer, it is skipped. A split is a fact about Java: passed, and told.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};

use super::causes::Cause;
use super::failure::failure;
use super::run::{CaseEntry, Run};

/// The whole file.
pub fn junit(run: &Run) -> Result<String, SerializeError> {
    // A failure whose cause is told in another test, and in which.
    let mut told: HashMap<&str, &str> = HashMap::new();
    for cause in Cause::of(run) {
        let others = cause.others.iter();
        told.extend(others.map(|case| (&*case.name, &*cause.smallest.name)));
    }
    let mut suites: BTreeMap<&str, TestSuite> = BTreeMap::new();
    for case in &run.cases {
        let suite = suites.entry(&case.suite).or_insert_with(|| {
            let mut suite = TestSuite::new(case.suite.as_str());
            for peer in &run.peers {
                suite.add_property((peer.name.as_str(), peer.what.as_str()));
            }
            suite
        });
        suite.add_test_case(test(case, told.get(&*case.name).copied()));
    }
    let mut report = Report::new("javatalk");
    report.set_time(duration(run.seconds));
    for (_, mut suite) in suites {
        let seconds = suite.test_cases.iter().filter_map(|case| case.time);
        suite.set_time(seconds.sum());
        report.add_test_suite(suite);
    }
    report.to_string()
}

fn test(case: &CaseEntry, told_in: Option<&str>) -> TestCase {
    let mut test = TestCase::new(case.name.as_str(), status(case, told_in));
    test.set_classname(format!("{}::{}", case.suite, case.group));
    test.set_time(duration(case.seconds));
    if case.green && !case.is_pass() {
        test.set_system_out(case.detail.as_str());
    }
    test
}

fn status(case: &CaseEntry, told_in: Option<&str>) -> TestCaseStatus {
    match (case.green, case.verdict.as_str()) {
        (true, "pass" | "oracle split") => TestCaseStatus::success(),
        (true, _) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(case.detail.as_str());
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
                .set_type(verdict)
                .set_message(case.detail.as_str())
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

/// A file may say any number; what is no time is none.
fn duration(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}
