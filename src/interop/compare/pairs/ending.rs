//! The verdict: how both runs ended, and what differs.

use super::blame::divergences;
use super::difference::{Difference, Differences};
use super::known::Known;
use super::told::{told, waits};
use super::{Rules, oracle_ending, steps, words};
use crate::interop::model::known_difference::Expected;
use crate::interop::model::pair::run::{PairEnding, PairRun, WaitsFor};
use crate::interop::model::pair::{ActorName, Aspect};
use crate::interop::model::participant::{Pairing, Role};
use crate::interop::model::verdict::{Broken, Divergence, Part, Verdict};

/// Judges a run of a pairing by the oracle's run of the same case; also returns the known
/// differences that the case is about.
pub fn judge(
    rules: &Rules<'_>,
    pairing: Pairing,
    oracle: &PairRun,
    seen: &PairRun,
) -> (Verdict, Vec<Expected>) {
    if let Some(why) = oracle_ending::refusal(rules, oracle) {
        return (Verdict::NotRun(why), Vec::new());
    }
    let differences = Differences::new(rules, oracle, seen);
    let found = divergences(&differences, pairing);
    let known = Known::of(rules, pairing);
    let (verdict, occurred) =
        with_known(&known, found, |found| verdict(&differences, pairing, found));
    (verdict, known.expected(&occurred))
}

/// The verdict that `judge` gives on the differences that no known one explains. What is known of
/// a run that breaks off explains the whole run.
fn with_known(
    known: &Known<'_>,
    found: Vec<(Difference, Divergence)>,
    judge: impl Fn(&[(Difference, Divergence)]) -> Verdict,
) -> (Verdict, Vec<usize>) {
    let mut occurred = Vec::new();
    let mut first: Option<(Divergence, usize)> = None;
    let mut rest = Vec::new();
    for (difference, divergence) in found {
        match known.explains(&divergence.to_string()) {
            Some(which) => {
                occurred.push(which);
                first.get_or_insert((divergence, which));
            }
            None => rest.push((difference, divergence)),
        }
    }
    let verdict = judge(&rest);
    let broken = match &verdict {
        Verdict::Deadlock(broken)
        | Verdict::Timeout(broken)
        | Verdict::Crash(broken)
        | Verdict::ProtocolViolation(broken) => Some(broken),
        Verdict::Pass
        | Verdict::Differs(_)
        | Verdict::OracleUnstable(_)
        | Verdict::KnownDifference(..)
        | Verdict::Unsupported(_)
        | Verdict::Vacuous
        | Verdict::NotRun(_) => None,
    };
    if let Some(broken) = broken
        && let Some(blame) = &broken.blame
        && let Some(which) = known.explains(&broken.told)
    {
        occurred.push(which);
        let reason = known.reason(which).into();
        return (Verdict::KnownDifference(blame.clone(), reason), occurred);
    }
    match (verdict, first) {
        (Verdict::Pass, Some((divergence, which))) => {
            let reason = known.reason(which).into();
            (Verdict::KnownDifference(divergence, reason), occurred)
        }
        (verdict, _) => (verdict, occurred),
    }
}

fn verdict(
    differences: &Differences<'_>,
    pairing: Pairing,
    found: &[(Difference, Divergence)],
) -> Verdict {
    let (rules, oracle, seen) = (differences.rules, differences.oracle, differences.seen);
    let first = || found.first().map(|(_, divergence)| divergence.clone());
    let blame = |actor: &ActorName, part, detail: String| {
        let role = role_of(seen, actor);
        let detail = match words::named(actor, role) {
            Some(name) => format!("{name}: {detail}"),
            None => detail,
        };
        Divergence {
            peer: pairing.peer(role),
            role,
            part,
            method: None,
            detail,
        }
    };
    let server = ActorName(ActorName::SERVER.into());
    let told = told(rules, oracle, seen);
    match &seen.ending {
        PairEnding::Complete => {
            if let Some(divergence) = first() {
                return Verdict::Differs(divergence);
            }
            if let Some(actor) = unconnected(&oracle.ending) {
                let detail = "connects; in the oracle's run it never does".to_owned();
                return Verdict::Differs(blame(actor, Part::Contract, detail));
            }
            if let PairEnding::Waiting(waiting, at) = &oracle.ending {
                // The oracle waits, and this one comes to its end.
                let actor = waiting.first().map_or(&server, |(actor, _)| actor);
                let words = waits(waiting, at.as_ref());
                let detail = format!("comes to its end; in the oracle's run {words}");
                return Verdict::Differs(blame(actor, Part::Exit, detail));
            }
            if let PairEnding::EndedBefore(actor, at) = &oracle.ending {
                let step = steps::named(at);
                let detail =
                    format!("does what {step} waits for; in the oracle's run {actor} ends before");
                return Verdict::Differs(blame(actor, Part::Contract, detail));
            }
            equal(differences)
        }
        PairEnding::Waiting(waiting, at) => {
            if let PairEnding::Waiting(expected, expected_at) = &oracle.ending
                && same_programs(expected, waiting)
                && expected_at == at
            {
                return first().map_or_else(|| equal(differences), Verdict::Differs);
            }
            let actor = at.as_ref().and_then(|at| steps::step_at(rules.script, at));
            let actor = actor.map(|(_, step)| &step.actor);
            let actor = actor.or_else(|| waiting.first().map(|(actor, _)| actor));
            let culprit = blame(actor.unwrap_or(&server), Part::Contract, told.clone());
            Verdict::Deadlock(broken(culprit, first(), &told))
        }
        PairEnding::Silent(actors, at) | PairEnding::Overdue(actors, at) => {
            let actor = at.as_ref().and_then(|at| steps::step_at(rules.script, at));
            let actor = actor.map(|(_, step)| &step.actor).or(actors.first());
            let culprit = blame(actor.unwrap_or(&server), Part::Contract, told.clone());
            Verdict::Timeout(broken(culprit, first(), &told))
        }
        ending @ PairEnding::EndedBefore(..) if *ending == oracle.ending => {
            first().map_or_else(|| equal(differences), Verdict::Differs)
        }
        PairEnding::EndedBefore(actor, _) => {
            Verdict::Differs(first().unwrap_or_else(|| blame(actor, Part::Contract, told)))
        }
        PairEnding::Crashed(actor, _) => {
            // Bytes that another program sent may have caused the crash. Missing bytes cannot have
            // caused it.
            let sent = found.first().filter(|(difference, _)| {
                difference.actor != *actor
                    && difference.part == Part::Encoder
                    && !difference.is_missing
            });
            let cause = sent.map(|(_, divergence)| divergence.clone());
            Verdict::Crash(Broken::by(blame(actor, Part::Exit, told), cause))
        }
        PairEnding::NotStarted(actor, ..) | PairEnding::NeverConnected(actor)
            if unconnected(&oracle.ending) == Some(actor) =>
        {
            first().map_or_else(|| equal(differences), Verdict::Differs)
        }
        PairEnding::NotStarted(actor, ..) => {
            Verdict::Crash(Broken::by(blame(actor, Part::Exit, told), None))
        }
        // Without a connection no bytes were sent, so the other role cannot be the cause.
        PairEnding::NoListener(..) | PairEnding::NeverListened(_) | PairEnding::Unreachable(_) => {
            let culprit = blame(&server, Part::Contract, told);
            Verdict::ProtocolViolation(Broken::by(culprit, None))
        }
        PairEnding::NeverConnected(actor) => {
            let culprit = blame(actor, Part::Contract, told);
            // What another program said may be why this one does not connect. What another lacks is
            // a consequence.
            let sent = found
                .first()
                .filter(|(difference, _)| difference.actor != *actor && !difference.is_missing);
            let cause = sent.map(|(_, divergence)| divergence.clone());
            Verdict::ProtocolViolation(Broken::by(culprit, cause))
        }
    }
}

/// The verdict on runs without a difference.
fn equal(differences: &Differences<'_>) -> Verdict {
    match nothing_compared(differences) {
        Some(why) => Verdict::NotRun(why),
        None if differences.has_substance() => Verdict::Pass,
        None if differences.is_masked() => Verdict::NotRun(
            "the masks hide all that is compared, so nothing is proved: make their patterns narrower"
                .to_owned(),
        ),
        None => Verdict::Vacuous,
    }
}

/// The run broke off because of `cause`; if there is none, as `culprit` says.
fn broken(culprit: Divergence, cause: Option<Divergence>, told: &str) -> Broken {
    match cause {
        Some(cause) => Broken::after(Some(cause), &told),
        None => Broken {
            told: told.to_owned(),
            blame: Some(culprit),
        },
    }
}

/// The client that ended without having connected.
fn unconnected(ending: &PairEnding) -> Option<&ActorName> {
    match ending {
        PairEnding::NeverConnected(actor) | PairEnding::NotStarted(actor, ..) => Some(actor),
        PairEnding::Complete
        | PairEnding::Waiting(..)
        | PairEnding::Silent(..)
        | PairEnding::Overdue(..)
        | PairEnding::EndedBefore(..)
        | PairEnding::NoListener(..)
        | PairEnding::NeverListened(_)
        | PairEnding::Unreachable(_)
        | PairEnding::Crashed(..) => None,
    }
}

/// Why a comparison without differences proves nothing: what alone is compared was not recorded.
fn nothing_compared(differences: &Differences<'_>) -> Option<String> {
    let runs = [differences.oracle, differences.seen];
    let why = runs.iter().find_map(|run| run.unobserved.as_ref())?;
    let only_wire = differences.rules.comparison.aspects == [Aspect::Wire];
    only_wire.then(|| {
        format!(
            "the traffic could not be recorded ({why}), and nothing else is compared: add \
             \"stdout\" to `compare`"
        )
    })
}

fn role_of(run: &PairRun, actor: &ActorName) -> Role {
    let program = run.program(actor);
    program.map_or(
        if actor.is_server() {
            Role::Server
        } else {
            Role::Client
        },
        |program| program.role,
    )
}

/// Whether the same programs wait. What for is the business of the programs: one may poll where
/// the other blocks.
fn same_programs(one: &[(ActorName, WaitsFor)], other: &[(ActorName, WaitsFor)]) -> bool {
    let names = |waiting: &[(ActorName, WaitsFor)]| {
        let mut names: Vec<_> = waiting.iter().map(|(actor, _)| actor.clone()).collect();
        names.sort();
        names
    };
    names(one) == names(other)
}
