//! How a run ended, in words.

use std::time::Duration;

use super::words::the;
use super::{Rules, steps, words};
use crate::interop::model::deadlock::Deadlock;
use crate::interop::model::pair::run::{PairEnding, PairRun, ProgramEnd, WaitsFor};
use crate::interop::model::pair::{Action, ActorName, Where, Wire};
use crate::interop::model::participant::Role;

/// Who waits for what, and at which step.
pub(super) fn waits(waiting: &[(ActorName, WaitsFor)], at: Option<&Where>) -> String {
    let mut words: Vec<String> = Vec::new();
    for (actor, wait) in waiting {
        words.push(match wait {
            WaitsFor::Deadlock(deadlock) => deadlock.to_string(),
            WaitsFor::Accept
            | WaitsFor::Bytes
            | WaitsFor::Room
            | WaitsFor::Stdin
            | WaitsFor::Other => format!("{actor} {wait}"),
        });
    }
    words.dedup();
    let all = match &words[..] {
        [] => "nothing can move any more".to_owned(),
        [words @ .., last] if !words.is_empty() => format!("{} and {last}", words.join(", ")),
        words => words.join(""),
    };
    match at {
        Some(at) => format!("{all}, at {}", steps::named(at)),
        None => all,
    }
}

/// How a run ended, in words, with what the programs said of it.
pub(super) fn told(rules: &Rules<'_>, oracle: &PairRun, seen: &PairRun) -> String {
    let running = |actors: &[ActorName]| {
        let names: Vec<String> = actors.iter().map(ToString::to_string).collect();
        names.join(" and ")
    };
    let place = |at: &Option<Where>| {
        let at = at.as_ref();
        at.map_or(String::new(), |at| format!(", at {}", steps::named(at)))
    };
    let expected = |at: &Option<Where>| {
        let expected = at
            .as_ref()
            .and_then(|at| expectation(rules, oracle, seen, at));
        expected.map_or(String::new(), |words| format!(": {words}"))
    };
    let said = |words: String, actor: &ActorName| match words::stderr(seen, actor) {
        Some(stderr) => format!("{words}; the stderr of {} says {stderr}", the(actor)),
        None => words,
    };
    let server = ActorName(ActorName::SERVER.into());
    match &seen.ending {
        PairEnding::Complete => "came to its end".to_owned(),
        PairEnding::Waiting(waiting, at) => {
            let why =
                why_both_wait(rules, seen, waiting).map_or(String::new(), |why| format!("; {why}"));
            format!("{}{}{why}", waits(waiting, at.as_ref()), expected(at))
        }
        PairEnding::Silent(actors, at) if actors.is_empty() => format!(
            "the programs ended, but a connection is still open{}{}",
            place(at),
            expected(at)
        ),
        PairEnding::Silent(actors, at) => format!(
            "no further activity, with {} still running{}{}",
            running(actors),
            place(at),
            expected(at)
        ),
        PairEnding::Overdue(actors, at) => format!(
            "the time limit passed with {} still running{}{}",
            running(actors),
            place(at),
            expected(at)
        ),
        PairEnding::EndedBefore(actor, at) => {
            let exit = seen.program(actor).map(|program| program.end);
            let exit = match exit {
                Some(ProgramEnd::Exited(exit)) => format!("ended with {exit}"),
                Some(ProgramEnd::Stopped(_) | ProgramEnd::Killed | ProgramEnd::NotStarted)
                | None => "ended".to_owned(),
            };
            let words = format!(
                "{} {exit} before {} was satisfied{}",
                the(actor),
                steps::named(at),
                expected(&Some(at.clone()))
            );
            said(words, actor)
        }
        PairEnding::NoListener(port, waited) => said(
            format!(
                "the server did not listen on {} within {}",
                words::port(rules, *port),
                rounded(*waited)
            ),
            &server,
        ),
        PairEnding::NeverListened(port) => said(
            format!(
                "the server ended without having listened on {}",
                words::port(rules, *port)
            ),
            &server,
        ),
        PairEnding::Unreachable(why) => format!("the server cannot be reached: {why}"),
        PairEnding::NeverConnected(actor) => said(format!("{} never connected", the(actor)), actor),
        PairEnding::NotStarted(actor, command, exit) => said(
            format!(
                "{} could not start: `{command}` ended with {exit}",
                the(actor)
            ),
            actor,
        ),
        PairEnding::Crashed(actor, exit) => said(format!("{} crashed: {exit}", the(actor)), actor),
    }
}

/// What explains that client and server wait for each other, if the framing of a connection does.
fn why_both_wait(
    rules: &Rules<'_>,
    seen: &PairRun,
    waiting: &[(ActorName, WaitsFor)],
) -> Option<String> {
    let both_wait = WaitsFor::Deadlock(Deadlock::Read);
    waiting.iter().find(|(_, wait)| *wait == both_wait)?;
    let Wire::Framing(framing) = rules.wire.client else {
        return None;
    };
    seen.connections.iter().find_map(|connection| {
        let sent = |role| &connection.traffic.sent_by(role).bytes;
        framing.why_both_wait(sent(Role::Client), sent(Role::Server))
    })
}

/// What the program of an expectation printed in place of what the script waits for, and what it
/// printed in the oracle's run.
fn expectation(rules: &Rules<'_>, oracle: &PairRun, seen: &PairRun, at: &Where) -> Option<String> {
    let (index, step) = steps::step_at(rules.script, at)?;
    let Action::Expect(..) = &step.action else {
        return None;
    };
    let shown = |run| steps::awaited(rules.script, run, index);
    let actual = shown(seen)?;
    let actual = match words::behind_line_end(actual) {
        [] => "nothing since then".to_owned(),
        text => words::quoted(text),
    };
    let words = format!("{} has printed {actual}", step.actor);
    Some(
        match shown(oracle).filter(|_| !std::ptr::eq(oracle, seen)) {
            Some(expected) => {
                let expected = words::quoted(words::behind_line_end(expected));
                format!("{words}, in the oracle's run {expected}")
            }
            None => words,
        },
    )
}

/// A time in words: whole seconds, or milliseconds below one second.
fn rounded(time: Duration) -> humantime::FormattedDuration {
    humantime::format_duration(if time < Duration::from_secs(1) {
        Duration::from_millis(time.subsec_millis().into())
    } else {
        Duration::from_secs(time.as_secs())
    })
}
