//! Every peer of this package keeps to the contract, as the newest JDK shows what it means.

use std::sync::Arc;
use std::time::Duration;

use javatalk::internals::interop::peer::check::{Check, Found, Subject};
use javatalk::internals::interop::peer::rust;
use javatalk::internals::interop::toolbox::Toolbox;
use javatalk::internals::system::jdk::Lifetime;
use javatalk::internals::system::process::Invocation;
use libtest_mimic::{Failed, Trial};

use crate::python;

/// A JVM on a busy machine is given time.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) fn trials(toolbox: &Arc<Toolbox>) -> Vec<Trial> {
    let trial = |name: String, test: fn(&Toolbox, u32) -> Result<(), Failed>, java: u32| {
        let toolbox = Arc::clone(toolbox);
        Trial::test(format!("{name}_obeys"), move || test(&toolbox, java))
    };
    let mut trials = vec![
        trial("rust".to_owned(), rust_obeys, 0),
        trial("python".to_owned(), python_obeys, 0),
    ];
    let javas = toolbox.javas().into_iter();
    trials.extend(javas.map(|java| trial(format!("java{java}"), java_obeys, java)));
    trials
}

fn rust_obeys(toolbox: &Toolbox, _: u32) -> Result<(), Failed> {
    let rust = Invocation::new(toolbox.javatalk()).arg(rust::SUBCOMMAND);
    obeys(toolbox, &rust, "rust (rust ")
}

fn python_obeys(toolbox: &Toolbox, _: u32) -> Result<(), Failed> {
    match python::invocation(&python::source())? {
        Some(python) => obeys_without(
            Some(Subject::ObjectStreams),
            toolbox,
            &python,
            "python-peer (python 3.",
        ),
        None => Ok(()),
    }
}

fn java_obeys(toolbox: &Toolbox, java: u32) -> Result<(), Failed> {
    obeys(
        toolbox,
        &toolbox.java(java, Lifetime::Run, "Peer")?,
        &format!("java{java} (java {}", if java < 9 { "1." } else { "" }),
    )
}

/// All is as it should be, and nothing is left out.
fn obeys(toolbox: &Toolbox, peer: &Invocation, name: &str) -> Result<(), Failed> {
    obeys_without(None, toolbox, peer, name)
}

/// All is as it should be, and nothing is left out but this.
fn obeys_without(
    left_out: Option<Subject>,
    toolbox: &Toolbox,
    peer: &Invocation,
    name: &str,
) -> Result<(), Failed> {
    let newest = *toolbox.javas().last().ok_or("no JDK")?;
    let report = Check {
        only: None,
        candidate: peer,
        reference: &toolbox.java(newest, Lifetime::Run, "Peer")?,
        javatalk: toolbox.javatalk(),
        timeout: PATIENCE,
    }
    .run()?;
    let mut left = report.findings.iter();
    let left = left.find(|finding| matches!(finding.found, Found::Unsupported(_)));
    let mut findings = report.findings.iter();
    let all_is_well = left.map(|finding| finding.subject) == left_out
        && findings.all(|f| f.found == Found::Obeyed || Some(f.subject) == left_out);
    if !all_is_well || !report.noise.is_empty() || !report.to_string().starts_with(name) {
        return Err(Failed::from(report.to_string()));
    }
    Ok(())
}
