//! Every peer of this package keeps to the contract, as the newest JDK shows what it means.

mod jdk;
mod python;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use javatalk::interop::peer::check::{Check, Found};
use javatalk::interop::peer::rust;
use javatalk::interop::toolbox::Bench;
use javatalk::system::jdk::Lifetime;
use javatalk::system::process::Invocation;
use libtest_mimic::{Failed, Trial};

/// A JVM on a busy machine is given time.
const PATIENCE: Duration = Duration::from_secs(30);

fn main() -> ExitCode {
    jdk::run(|bench| {
        let bench = Arc::new(bench);
        let trial = |name: String, test: fn(&Bench, u32) -> Result<(), Failed>, java: u32| {
            let bench = Arc::clone(&bench);
            Trial::test(format!("{name}_obeys"), move || test(&bench, java))
        };
        let mut trials = vec![
            trial("rust".to_owned(), rust_obeys, 0),
            trial("python".to_owned(), python_obeys, 0),
        ];
        let javas = bench.javas().into_iter();
        trials.extend(javas.map(|java| trial(format!("java{java}"), java_obeys, java)));
        trials
    })
}

fn rust_obeys(bench: &Bench, _: u32) -> Result<(), Failed> {
    let rust = Invocation::new(bench.javatalk()).arg(rust::SUBCOMMAND);
    obeys(bench, &rust, "rust (rust ")
}

fn python_obeys(bench: &Bench, _: u32) -> Result<(), Failed> {
    match python::invocation(&python::source())? {
        Some(python) => obeys(bench, &python, "python-peer (python 3."),
        None => Ok(()),
    }
}

fn java_obeys(bench: &Bench, java: u32) -> Result<(), Failed> {
    obeys(
        bench,
        &bench.java(java, Lifetime::Run, "Peer")?,
        &format!("java{java} (java {}", if java < 9 { "1." } else { "" }),
    )
}

/// All is as it should be, and nothing is left out.
fn obeys(bench: &Bench, peer: &Invocation, name: &str) -> Result<(), Failed> {
    let newest = *bench.javas().last().ok_or("no JDK")?;
    let report = Check {
        only: None,
        candidate: peer,
        reference: &bench.java(newest, Lifetime::Run, "Peer")?,
        javatalk: bench.javatalk(),
        patience: PATIENCE,
    }
    .run()?;
    let all_is_well = report.findings.iter().all(|f| f.found == Found::Obeyed);
    if !all_is_well || !report.noise.is_empty() || !report.to_string().starts_with(name) {
        return Err(Failed::from(report.to_string()));
    }
    Ok(())
}
