//! Why an oracle whose run did not complete judges nothing, and what to write in the pair file.
//!
//! An oracle whose programs wait, as the kernel confirms, is an outcome like any other: a pairing
//! that waits in the same place passes. So is a client that ends without having connected, because
//! its arguments are wrong for example. Every other ending means that the case is not what its
//! author thinks, and each has its own advice.

use super::steps;
use super::told::told;
use super::words::the;
use super::{Rules, Told};
use crate::interop::model::pair::run::{PairEnding, PairRun, ProgramEnd, ProgramRun, WaitsFor};
use crate::interop::model::pair::{
    Action, ActorName, Aspect, Pattern, PortNumber, Transport, Where,
};
use crate::interop::model::participant::Role;
use crate::text::quotation::quoted;

/// Why this run of the oracle judges nothing; none if it does.
pub(super) fn refusal(rules: &Rules<'_>, oracle: &PairRun) -> Option<String> {
    let what = told(rules, oracle, oracle);
    let advice = match &oracle.ending {
        PairEnding::Complete => return disobeyed(rules, oracle),
        PairEnding::Waiting(..) | PairEnding::EndedBefore(..) if rules.network_breaks => {
            return None;
        }
        PairEnding::Waiting(waiting, at) => {
            let awaited = at.as_ref().and_then(|at| awaited(rules, at));
            match (awaited, only_server(oracle, waiting.iter().map(|(actor, _)| actor))) {
                (Some(step), _) => unsatisfied(rules, oracle, waiting, step),
                (None, true) if rules.server_ends_by_itself => GOES_ON.to_owned(),
                (None, true | false) => return None,
            }
        }
        PairEnding::Silent(actors, at) | PairEnding::Overdue(actors, at) => {
            let awaited = at.as_ref().and_then(|at| awaited(rules, at));
            if let Some(step) = awaited {
                unsatisfied(rules, oracle, &[], step)
            } else if only_server(oracle, actors.iter()) {
                if rules.server_ends_by_itself {
                    GOES_ON.to_owned()
                } else {
                    "it does not stop when it is told to; say with `server-end` how it is stopped"
                        .to_owned()
                }
            } else if let Some(actor) = unconnected(rules, oracle, actors) {
                format!("{actor} has not connected; {}", elsewhere(rules))
            } else {
                "if they need more time, raise `timeout`; if a program waits for input, give it some \
                 in the case"
                    .to_owned()
            }
        }
        PairEnding::EndedBefore(actor, at) => in_other_case(rules, oracle, at).unwrap_or_else(|| {
            let step = steps::named(at);
            format!("correct {step}, or what {actor} is given before it")
        }),
        PairEnding::NoListener(..) => elsewhere(rules),
        PairEnding::NeverConnected(actor) if has_ended(oracle, actor) => return None,
        PairEnding::NotStarted(actor, ..) if ends_on_purpose(rules, oracle, actor) => return None,
        PairEnding::NeverListened(_) | PairEnding::NotStarted(..) | PairEnding::Crashed(..) => {
            "the old programs must work before new ones can be compared with them: run the command by \
             hand"
                .to_owned()
        }
        PairEnding::Unreachable(_) => {
            "correct the pattern of `port = { announced = ... }`: its first group is the port".to_owned()
        }
        PairEnding::NeverConnected(_) => elsewhere(rules),
    };
    Some(format!(
        "there is no oracle: with the old programs alone, {what}: {advice}"
    ))
}

/// What to write if the server goes on after what is typed to end it. A network that breaks may
/// have kept it from the server.
fn disobeyed(rules: &Rules<'_>, oracle: &PairRun) -> Option<String> {
    let (at, text) = rules.server_is_told.filter(|_| !rules.network_breaks)?;
    let is_killed = |it: &ProgramRun| it.name.is_server() && it.end == ProgramEnd::Killed;
    oracle.programs.iter().find(|it| is_killed(it))?;
    let at = match at {
        Told::Server => "it",
        Told::Client => "one more client",
    };
    let text = quoted(text, 40);
    Some(format!(
        "with the old programs alone, the server goes on after {text} was typed at {at}; correct \
         server-end, or say \"after-clients\""
    ))
}

/// Whether the program ended by itself.
fn has_ended(run: &PairRun, actor: &ActorName) -> bool {
    let program = run.program(actor);
    program.is_some_and(|program| matches!(program.end, ProgramEnd::Exited(_)))
}

/// Whether a client that ends without having connected may be what the case is about, and not a
/// command that does not work: its author looks at its exit status or its stderr.
fn ends_on_purpose(rules: &Rules<'_>, run: &PairRun, actor: &ActorName) -> bool {
    let is_looked_at = rules.compares(Aspect::ExitStatus) || rules.compares(Aspect::Stderr);
    !actor.is_server() && is_looked_at && has_ended(run, actor)
}

/// What to write if an oracle that has not come to its end, and judges nevertheless, is not what
/// the author of the case meant.
pub(crate) fn remark(rules: &Rules<'_>, oracle: &PairRun) -> Option<String> {
    refusal(rules, oracle).is_none().then_some(())?;
    let waiting = match &oracle.ending {
        PairEnding::Waiting(waiting, _) => waiting,
        PairEnding::NeverConnected(actor) | PairEnding::NotStarted(actor, ..) => {
            return Some(format!(
                "{} of the old programs ends without having connected, and a pairing in which it \
                 does the same passes; if that is not meant: {}",
                the(actor),
                elsewhere(rules)
            ));
        }
        PairEnding::Complete
        | PairEnding::Silent(..)
        | PairEnding::Overdue(..)
        | PairEnding::EndedBefore(..)
        | PairEnding::NoListener(..)
        | PairEnding::NeverListened(_)
        | PairEnding::Unreachable(_)
        | PairEnding::Crashed(..) => return None,
    };
    let waits = |role: Role, what: WaitsFor| {
        waiting.iter().any(|(actor, wait)| {
            let program = oracle.program(actor);
            program.is_some_and(|program| program.role == role) && *wait == what
        })
    };
    let what = told(rules, oracle, oracle);
    let advice = if waits(Role::Server, WaitsFor::Accept) && waits(Role::Client, WaitsFor::Bytes) {
        "the server waits for another client: start one more in the case"
    } else if waits(Role::Client, WaitsFor::Stdin) || waits(Role::Server, WaitsFor::Stdin) {
        "a program waits for its stdin: give it more in the case, or close it"
    } else {
        "the programs wait for each other"
    };
    Some(format!(
        "the old programs themselves wait, and a pairing that waits in the same place passes: {what}; \
         if that is not meant: {advice}"
    ))
}

const GOES_ON: &str = "the server goes on when its clients have ended; say `server-end = \
                       \"after-clients\"`, and it is stopped then";

/// The expectation that stands there.
fn awaited<'a>(rules: &Rules<'_>, at: &'a Where) -> Option<&'a Where> {
    let (_, step) = steps::step_at(rules.script, at)?;
    matches!(step.action, Action::Expect(..)).then_some(at)
}

fn unsatisfied(
    rules: &Rules<'_>,
    oracle: &PairRun,
    waiting: &[(ActorName, WaitsFor)],
    step: &Where,
) -> String {
    if let Some(advice) = in_other_case(rules, oracle, step) {
        return advice;
    }
    let step = steps::named(step);
    let waits = |what: WaitsFor| waiting.iter().find(|(_, wait)| *wait == what);
    if waits(WaitsFor::Accept).is_some() && waits(WaitsFor::Bytes).is_some() {
        return format!(
            "the server waits for another client: start it before {step}, or correct the step"
        );
    }
    match waits(WaitsFor::Stdin) {
        Some((actor, _)) => format!(
            "{actor} waits for its stdin: let it type something or close it before {step}, or correct \
             the step"
        ),
        None => format!("correct {step}: the old programs do not print this there"),
    }
}

/// What to write if a step waits for a text that is printed in other letters: small instead of capital
/// ones, or the other way round.
fn in_other_case(rules: &Rules<'_>, oracle: &PairRun, at: &Where) -> Option<String> {
    let (index, step) = steps::step_at(rules.script, at)?;
    let Action::Expect(_, Pattern::Text(text)) = &step.action else {
        return None;
    };
    let printed = steps::awaited(rules.script, oracle, index)?;
    let same = |part: &&[u8]| part.eq_ignore_ascii_case(text);
    let printed = printed.windows(text.len().max(1)).find(same)?;
    Some(format!(
        "correct {}: it is printed as {}, and capital letters count",
        steps::named(at),
        quoted(printed, 40)
    ))
}

/// Whether these are the server alone, and all clients have ended.
fn only_server<'a>(run: &PairRun, mut running: impl Iterator<Item = &'a ActorName>) -> bool {
    let mut clients = run
        .programs
        .iter()
        .filter(|program| program.role == Role::Client);
    running.all(ActorName::is_server)
        && clients.all(|client| match client.end {
            ProgramEnd::Exited(_) | ProgramEnd::Stopped(_) => true,
            ProgramEnd::Killed | ProgramEnd::NotStarted => false,
        })
}

/// A client among those running that has made no connection.
fn unconnected<'a>(
    rules: &Rules<'_>,
    run: &PairRun,
    running: &'a [ActorName],
) -> Option<&'a ActorName> {
    let is_recorded = run.unobserved.is_none() && !rules.ports.is_empty();
    running
        .iter()
        .filter(|_| is_recorded)
        .find(|actor| !actor.is_server() && !run.connections.iter().any(|c| c.client == **actor))
}

/// Where the programs may meet instead.
fn elsewhere(rules: &Rules<'_>) -> String {
    let is_tcp = rules
        .ports
        .iter()
        .all(|port| port.transport == Transport::Tcp);
    let number = rules.ports.iter().find_map(|port| match port.number {
        PortNumber::Fixed(number) => Some(number.to_string()),
        PortNumber::Given | PortNumber::Announced(_) => None,
    });
    let udp = match (is_tcp, number) {
        (false, _) => "".to_owned(),
        (true, Some(number)) => {
            format!("; if they use UDP, say `port = {{ transport = \"udp\", number = {number} }}`")
        }
        (true, None) => "; if they use UDP, say `port = { transport = \"udp\" }`".to_owned(),
    };
    format!(
        "if client and server meet on another port, correct `port`, or give it in the commands as \
         {{port}}{udp}"
    )
}
