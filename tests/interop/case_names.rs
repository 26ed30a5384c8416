//! Which tests stand for the cases of the matrix, and which of them a filter selects.
//!
//! Of a scenario file all cases in one pairing are one test, so that there are thousands fewer. The
//! name of a single case still selects a test: where a filter does not select the test of all, it
//! selects those cases for themselves. So a filter plays exactly what `javatalk interop FILTER` plays.

use std::collections::HashMap;

use javatalk::internals::interop::model::case::Case;
use javatalk::internals::text::suggestion::did_you_mean;
use libtest_mimic::{Arguments, Failed, Trial};

/// The names of the tests, in the order of the matrix, and the cases of each.
pub(crate) fn tests(cases: &[Case], arguments: &Arguments) -> Vec<(String, Vec<Case>)> {
    let is_meant = |filter: &String, name: &str| match arguments.exact {
        true => name == filter,
        false => name.contains(filter.as_str()),
    };
    let is_selected = |name: &str| {
        let filter = arguments.filter.as_ref();
        filter.is_none_or(|filter| is_meant(filter, name))
    };
    let mut tests: Vec<(String, Vec<Case>)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for case in cases {
        let own = case.to_string();
        if arguments.skip.iter().any(|skip| is_meant(skip, &own)) {
            continue;
        }
        let all = format!("{}::{}::{}", case.suite, case.group, case.pairing);
        let name = if !is_selected(&all) && is_selected(&own) {
            own
        } else {
            all
        };
        let place = *places.entry(name.clone()).or_insert_with(|| {
            tests.push((name, Vec::new()));
            tests.len() - 1
        });
        tests[place].1.push(case.clone());
    }
    tests
}

/// A test that fails in the place of those that a filter meant and did not select: a filter that
/// names a pairing is meant for this program, and for no other.
pub(crate) fn none_is_selected(
    cases: &[Case],
    tests: &[(String, Vec<Case>)],
    arguments: &Arguments,
) -> Option<Trial> {
    let filter = arguments.filter.as_ref()?;
    let selects = |(name, _): &(String, Vec<Case>)| match arguments.exact {
        true => name == filter,
        false => name.contains(filter),
    };
    if arguments.list || !filter.contains("-to-") || tests.iter().any(selects) {
        return None;
    }
    let question = did_you_mean(filter, cases.iter().map(Case::to_string));
    let how = if arguments.exact {
        "is called"
    } else {
        "has in its name"
    };
    let why = format!(
        "no case {how} {filter:?}{question}; `javatalk interop --list` lists them all, for the JDKs \
         of this machine"
    );
    Some(Trial::test(filter, || Err(Failed::from(why))))
}
