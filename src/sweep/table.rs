//! The results for people: a row for each family, a column for each JDK.

use std::fmt::Write as _;
use std::time::Duration;

use super::run::{Judged, Swept};
use crate::text::count::{counted, grouped};

/// All families, and the total.
pub(crate) fn table(results: &[Swept]) -> String {
    let Some(first) = results.first() else {
        return String::new();
    };
    let name_width = results
        .iter()
        .map(|swept| swept.family.name.len())
        .max()
        .unwrap_or_default();
    let mut text = format!("{:name_width$}  {:>CASES$}", "family", "cases");
    for judged in &first.judged {
        let _ = write!(text, "  {:>VERDICT$}", format!("java{}", judged.feature));
    }
    let _ = writeln!(text, "  {:>SECONDS$}", "seconds");
    for swept in results {
        let _ = write!(
            text,
            "{:name_width$}  {:>CASES$}",
            swept.family.name,
            grouped(swept.cases)
        );
        for judged in &swept.judged {
            let word = if swept.partial && judged.is_equal() {
                "partial".to_owned()
            } else {
                word(judged)
            };
            let _ = write!(text, "  {word:>VERDICT$}");
        }
        let _ = writeln!(text, "  {:>SECONDS$.2}", swept.took.as_secs_f64());
    }
    text
}

/// The verdict of a JVM, in two words.
fn word(judged: &Judged) -> String {
    match (&judged.failure, judged.mismatches) {
        (Some(_), _) => "not judged".to_owned(),
        (None, 0) => "equal".to_owned(),
        (None, count) => format!("{} differ", grouped(count)),
    }
}

/// A summary of the run in one sentence.
pub(crate) fn summary(results: &[Swept], took: Duration) -> String {
    let cases: usize = results.iter().map(|swept| swept.cases).sum();
    let judged = || results.iter().flat_map(|swept| &swept.judged);
    let mismatches: usize = judged().map(|judged| judged.mismatches).sum();
    let mut features: Vec<u32> = judged().map(|judged| judged.feature).collect();
    features.sort_unstable();
    features.dedup();
    let javas: Vec<String> = features
        .iter()
        .map(|feature| format!("java{feature}"))
        .collect();
    let mut text = format!(
        "{}, each by {}; {}; {:.1} s, {} a second",
        counted(cases, "case"),
        javas.join(" and "),
        counted(mismatches, "mismatch"),
        took.as_secs_f64(),
        counted(a_second(cases * features.len(), took), "case"),
    );
    let failed = judged().filter(|judged| judged.failure.is_some()).count();
    if failed > 0 {
        let _ = write!(text, "; {} NOT JUDGED", counted(failed, "time"));
    }
    text
}

/// Cases per second.
pub(crate) fn a_second(cases: usize, took: Duration) -> usize {
    let millis = usize::try_from(took.as_millis()).unwrap_or(usize::MAX);
    cases.saturating_mul(1000) / millis.max(1)
}

const CASES: usize = 13;
const VERDICT: usize = 14;
const SECONDS: usize = 7;
