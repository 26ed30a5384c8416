//! The first difference in time, which is the cause of the others.
//!
//! A program can only react to what it has received. So the difference that came first is blamed,
//! and what other programs showed afterwards is its consequence. Wrong bytes are blamed on the
//! encoder of the program that wrote them, wrong output after equal bytes on its decoder. Output and
//! bytes that are missing because the other side has closed the connection are blamed on that side.

use super::channel::ConnectionName;
use super::difference::{Difference, Differences};
use super::{steps, words};
use crate::interop::model::pair::ActorName;
use crate::interop::model::pair::run::{Connection, ProgramEnd};
use crate::interop::model::participant::{Pairing, Role};
use crate::interop::model::traffic::End;
use crate::interop::model::verdict::{Divergence, Part};

/// The differences of a run from the oracle's, the cause first.
pub(super) fn divergences(
    differences: &Differences<'_>,
    pairing: Pairing,
) -> Vec<(Difference, Divergence)> {
    let mut divergences: Vec<(Difference, Divergence)> = Vec::new();
    for difference in differences.all() {
        let difference = cut_off(differences, &difference).unwrap_or(difference);
        // Both the output and the bytes of a program may be missing for one reason.
        let same = |(known, _): &(Difference, Divergence)| {
            (&known.actor, known.part, &known.detail)
                == (&difference.actor, difference.part, &difference.detail)
        };
        if !divergences.iter().any(same) {
            let divergence = divergence(differences, pairing, &difference);
            divergences.push((difference, divergence));
        }
    }
    divergences
}

fn divergence(
    differences: &Differences<'_>,
    pairing: Pairing,
    difference: &Difference,
) -> Divergence {
    let mut place: Vec<String> = Vec::new();
    place.extend(words::named(&difference.actor, difference.role));
    if difference.role == Role::Server
        && let Some(client) = &difference.client
    {
        place.extend(words::named(client, Role::Client).map(|client| format!("to {client}")));
    }
    let script = differences.rules.script;
    let step = match (difference.when.seen, difference.when.oracle) {
        (Some(time), _) => steps::done_before(script, differences.seen, time),
        (None, Some(time)) => steps::done_before(script, differences.oracle, time),
        (None, None) => None,
    };
    place.extend(step.map(|step| format!("after {}", steps::named(step))));
    let place = match &place[..] {
        [] => String::new(),
        words => format!("{}: ", words.join(" ")),
    };
    let is_end = matches!(difference.part, Part::Exit | Part::Stop);
    let failure = (!is_end)
        .then(|| failure(differences, &difference.actor))
        .flatten();
    let is_exit = difference.part == Part::Exit;
    let stderr = is_exit
        .then(|| words::stderr(differences.seen, &difference.actor))
        .flatten();
    let stderr = stderr.map_or(String::new(), |said| format!("; its stderr says {said}"));
    Divergence {
        peer: pairing.peer(difference.role),
        role: difference.role,
        part: difference.part,
        method: None,
        detail: format!(
            "{place}{}{}{stderr}",
            difference.detail,
            failure.unwrap_or_default()
        ),
    }
}

/// How a program ended that does not end so in the oracle's run: it failed, or it did not go on.
fn failure(differences: &Differences<'_>, actor: &ActorName) -> Option<String> {
    let ends = [differences.oracle, differences.seen]
        .map(|run| run.program(actor).map(|program| program.end));
    let [Some(expected), Some(ProgramEnd::Exited(exit))] = ends else {
        return None;
    };
    let goes_on = matches!(expected, ProgramEnd::Stopped(_));
    let failed_too = matches!(expected, ProgramEnd::Exited(exit) if !exit.success());
    let how = match (exit.success(), goes_on, failed_too) {
        (true, true, _) => format!("; it ends by itself with {exit}, and the oracle's goes on"),
        (false, _, false) => format!("; it ends with {exit}"),
        (true, false, _) | (false, _, true) => return None,
    };
    Some(match words::stderr(differences.seen, actor) {
        Some(said) => format!("{how}, and its stderr says {said}"),
        None => how,
    })
}

/// The premature end of the other side's direction, if that explains why something of this program
/// is missing.
fn cut_off(differences: &Differences<'_>, difference: &Difference) -> Option<Difference> {
    if !difference.is_missing {
        return None;
    }
    let closer = difference.role.other();
    let is_concerned = |connection: &&Connection| match (&difference.connection, &difference.client)
    {
        (Some(name), _) => ConnectionName::of(connection) == *name,
        (None, Some(client)) => connection.client == *client,
        (None, None) => true,
    };
    let mut seen = differences.seen.connections.iter().filter(is_concerned);
    seen.find_map(|connection| {
        let name = ConnectionName::of(connection);
        let oracle = name.find(differences.oracle)?;
        let [expected, actual] = [oracle, connection].map(|run| run.traffic.sent_by(closer).end);
        // Where both close after the same bytes, which of them is first is a race.
        let [full, got] =
            [oracle, connection].map(|run| run.traffic.sent_by(difference.role).bytes.len());
        let closes_first = connection.traffic.ended_first == Some(closer)
            && oracle.traffic.ended_first == Some(difference.role)
            && got < full;
        let on = words::on(differences.rules, &name);
        let detail = if actual != End::Open && actual != expected {
            let (actual, expected) = (actual.word(), expected.word());
            format!("{on}its direction is {actual}, the oracle's {expected}")
        } else if closes_first {
            format!(
                "{on}it closes the connection first, after {got} bytes of the {}; in the oracle's \
                 run the {} does, after {full}",
                difference.role, difference.role
            )
        } else {
            return None;
        };
        let actor = match closer {
            Role::Client => connection.client.clone(),
            Role::Server => ActorName(ActorName::SERVER.into()),
        };
        Some(Difference {
            actor,
            role: closer,
            part: Part::Close,
            detail,
            client: Some(connection.client.clone()),
            connection: Some(name),
            ..difference.clone()
        })
    })
}
