//! Every input in every pairing, each a test of its own: `cargo test chat::emoji::rust-to-java17`.

mod jdk;

use std::process::ExitCode;
use std::sync::Arc;

use javatalk::interop::bell::Patience;
use javatalk::interop::case::Case;
use javatalk::interop::chat::{Chat, Programs, rows};
use javatalk::interop::matrix::Matrix;
use javatalk::interop::report::{self, CaseEntry};
use javatalk::interop::verdict::Verdict;
use libtest_mimic::{Failed, Trial};

fn main() -> ExitCode {
    jdk::run(|bench| {
        let allowed = std::env::var_os("JAVATALK_ALLOW_NOT_RUN");
        let chat = Chat::new(
            Programs::new(Arc::new(bench), Patience::of_a_conversation()),
            rows(),
        );
        let matrix = Arc::new(Matrix::new(vec![Box::new(chat)]));
        let trial = |case: Case| {
            let (matrix, allowed) = (Arc::clone(&matrix), allowed.clone());
            Trial::test(format!("{case}"), move || {
                let judged = matrix.run(&case);
                if judged.verdict.is_green() {
                    return Ok(());
                }
                if let (Verdict::NotRun(why), Some(_)) = (&judged.verdict, &allowed) {
                    anstream::eprintln!("JAVATALK_ALLOW_NOT_RUN: {case} did not run: {why}");
                    return Ok(());
                }
                let again = format!("cargo test --test interop -- --exact {case}");
                Err(Failed::from(report::failure(
                    &CaseEntry::new(&judged),
                    &again,
                )))
            })
        };
        matrix.cases().iter().cloned().map(trial).collect()
    })
}
