//! `peer-check`: whether a program keeps to the peer protocol, rule by rule and method by method.
//!
//! The harness leads the candidate through short conversations in which the harness is the other
//! side. The rules of `java/README.md` define what is right (`rules`, `values`); where no answer
//! shows whether a rule is kept, the kernel is asked (`outside`). For the methods, a reference peer
//! plays the same conversations in the same run, a JDK if there is one (`probes`, `scenarios`,
//! `compare`).

mod answers;
mod compare;
mod difference;
mod object_probes;
#[cfg(target_os = "linux")]
mod outside;
pub(crate) mod probe;
pub(crate) mod probes;
pub(crate) mod report;
mod rules;
pub(crate) mod scenarios;
mod session;
mod values;

use std::path::Path;
use std::time::Duration;

use compare::{Comparison, compare};
use probe::Probe;
pub(crate) use report::{Found, Report, Subject};
use rules::RULES;
use session::{Incomplete, Session};

use crate::interop::peer::error::PeerError;
use crate::interop::protocol::call::Method;
use crate::system::process::Invocation;
use crate::text::count::counted;

/// A candidate, and what it is checked against.
#[derive(Debug, Clone, Copy)]
pub struct Check<'a> {
    pub candidate: &'a Invocation,
    /// The peer whose behaviour is right.
    pub reference: &'a Invocation,
    /// The executable that supervises both.
    pub javatalk: &'a Path,
    /// How long the candidate may take for one answer.
    pub timeout: Duration,
    /// The only rule, command or method to check; `None` to check everything.
    pub only: Option<Subject>,
}

impl Check<'_> {
    /// Checks everything that is selected.
    ///
    /// # Errors
    ///
    /// If one of the two peers cannot be started.
    pub fn run(self) -> Result<Report, NotStarted> {
        let mut reference =
            Session::start(self.reference, self.javatalk, None).map_err(NotStarted::Reference)?;
        let mut report = Report::new(self.candidate, reference.identity().clone());
        let candidate = Session::start(self.candidate, self.javatalk, Some(self.timeout));
        let mut candidate = match candidate {
            Ok(candidate) => candidate,
            Err(why) if why.is_death() => return Err(NotStarted::Candidate(why)),
            Err(why) => {
                report.add(
                    Subject::Rule(3),
                    IDENTIFIES,
                    Found::Wrong(vec![session::sentence(&why)]),
                );
                return Ok(report);
            }
        };
        report.peer = Some(candidate.identity().clone());
        report.add(Subject::Rule(3), IDENTIFIES, Found::Obeyed);
        let is_asked = |subject: Subject| self.only.is_none_or(|only| only == subject);
        for rule in RULES.iter().filter(|rule| is_asked(rule.subject)) {
            let found = match candidate.keep(rule.check) {
                Ok(found) => found,
                Err(incomplete) => incomplete.into(),
            };
            report.add(rule.subject, rule.claim, found);
        }
        let trials = probes::trials();
        let mut objects = Vec::new();
        for &method in Method::ALL {
            let subject = Subject::Method(method);
            if !is_asked(subject) {
                continue;
            }
            let own = trials.iter().filter(|trial| trial.subject == method);
            let (calls, found) = tried(own, &mut candidate, &mut reference);
            let claim = counted(calls, "call");
            if method.is_of_objects() {
                objects.push((subject, claim, found));
            } else {
                report.add(subject, &claim, found);
            }
        }
        report.add_objects(objects);
        let found = match candidate.nonsense() {
            Some(answer) => Found::Wrong(vec![answer.to_owned()]),
            None => Found::Obeyed,
        };
        report.add(Subject::Rules(2, 4), "every answer is valid", found);
        report.noise = candidate.noise();
        report.sort();
        Ok(report)
    }
}

/// Which of the two peers could not be started, and why.
#[derive(Debug, thiserror::Error)]
pub enum NotStarted {
    /// The reference could not be started.
    #[error(transparent)]
    Reference(PeerError),
    /// The candidate could not be started, so nothing was checked.
    #[error(transparent)]
    Candidate(PeerError),
}

const IDENTIFIES: &str = "it identifies itself";

/// Plays the probes of one method and reports how many calls they made.
fn tried<'a>(
    trials: impl Iterator<Item = &'a Probe>,
    candidate: &mut Session<'_>,
    reference: &mut Session<'_>,
) -> (usize, Found) {
    let mut calls = 0;
    let mut wrong = Vec::new();
    let mut found = Found::Obeyed;
    for trial in trials {
        calls += trial.calls();
        match compared(trial.clone(), candidate, reference) {
            Ok(Comparison::Equal) => {}
            Ok(Comparison::Unsupported(method)) => {
                found = Found::Unsupported(format!("it answers `do {method}` so"));
            }
            Ok(Comparison::Differs(how) | Comparison::EndsDifferently(how))
            | Err(Incomplete::Wrong(how)) => wrong.push(how),
            Err(Incomplete::NotChecked(why)) => found = Found::NotChecked(why),
        }
    }
    if !wrong.is_empty() {
        found = Found::Wrong(wrong);
    }
    (calls, found)
}

/// How often a probe is played before a different end of the connection counts.
const MOST_PLAYS: u32 = 10;

/// Plays a probe with both peers. Calls of auxiliary methods that the candidate does not offer are
/// left out.
fn compared(
    mut trial: Probe,
    candidate: &mut Session<'_>,
    reference: &mut Session<'_>,
) -> Result<Comparison, Incomplete> {
    let name = reference.identity().name.clone();
    let mut plays = 0;
    loop {
        plays += 1;
        let expected = reference
            .keep(|peer, timeout| trial.play(peer, timeout))
            .map_err(|incomplete| {
                Incomplete::NotChecked(format!("{name} itself failed: {incomplete}"))
            })?;
        let own = candidate.keep(|peer, timeout| trial.play(peer, timeout))?;
        match compare(&trial, &own, &expected, &name) {
            Comparison::Unsupported(method) if method != trial.subject => {
                trial = trial.without(method);
            }
            // Whether a side that closes sees a reset or an end depends on who is faster: it counts
            // only if both never end in the same way.
            Comparison::EndsDifferently(_) if plays < MOST_PLAYS => {}
            comparison => return Ok(comparison),
        }
    }
}
