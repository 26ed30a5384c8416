//! Minimizes a scenario: the fewest steps and the simplest values with which it still fails.
//!
//! A candidate is tried only if the simulation runs to its end, and kept only if it is played and
//! fails again. So the result is a confirmed difference.

use super::values::simpler;
use crate::interop::fuzz::generate::{is_sound, outcomes};
use crate::interop::model::participant::Role;
use crate::interop::protocol::call::{Call, Kind, ObjectContent, Read, Socket, Value, Write};
use crate::interop::protocol::method::Sequence;
use crate::interop::scenario::language::simulate::{Conversation, Flaw, simulate};
use crate::interop::scenario::language::{Scenario, Step};

/// The most candidates played in one search. Hundreds are played in a second, and few scenarios
/// need half as many; long values count for as many candidates as they take the time of.
const MOST_ATTEMPTS: usize = 400;

/// This many elements of values take as long as one more candidate.
const ELEMENTS: usize = 1000;

/// The scenario with the fewest steps found that still `fails`, as `scenario` does.
pub(crate) fn fewer_steps(scenario: &Scenario, fails: impl FnMut(&Scenario) -> bool) -> Scenario {
    let mut search = Search::new(scenario, fails);
    search.isolate_a_read();
    loop {
        let before = search.best.steps.len();
        search.remove_steps();
        search.remove_calls_with_dependencies();
        search.join_writes();
        if search.best.steps.len() == before {
            return search.best;
        }
    }
}

/// The scenario with the simplest values found that still `fails`, as `scenario` does.
pub(crate) fn simpler_values(
    scenario: &Scenario,
    fails: impl FnMut(&Scenario) -> bool,
) -> Scenario {
    let mut search = Search::new(scenario, fails);
    search.simplify_values();
    search.best
}

/// The scenario with each direction ended after the last call of its writer, so that a role that
/// waits for missing bytes meets the end at once. `None` if both directions end there already.
pub(crate) fn ended(scenario: &Scenario) -> Option<Scenario> {
    let mut steps = scenario.steps.clone();
    for role in [Role::Client, Role::Server] {
        let own = |step: &Step| step.role() == Some(role);
        let has_end =
            |step: &Step| matches!(step, Step::Call { call, .. } if call.method().ends_output());
        if !steps.iter().any(|step| own(step) && has_end(step)) {
            let behind = steps.iter().rposition(own).map_or(0, |last| last + 1);
            steps.insert(behind, step(role, Call::Socket(Socket::ShutdownOutput)));
        }
    }
    let ended = with_steps(scenario, steps);
    (ended.steps.len() > scenario.steps.len() && is_sound(&ended)).then_some(ended)
}

struct Search<F> {
    best: Scenario,
    left: usize,
    fails: F,
}

impl<F: FnMut(&Scenario) -> bool> Search<F> {
    fn new(scenario: &Scenario, fails: F) -> Self {
        Self {
            best: scenario.clone(),
            left: MOST_ATTEMPTS,
            fails,
        }
    }

    /// Adopts these steps if they run to an end and still fail.
    fn attempt(&mut self, steps: Vec<Step>) -> bool {
        if self.left == 0 {
            return false;
        }
        let Some(candidate) = repaired(with_steps(&self.best, steps)) else {
            return false;
        };
        if candidate == self.best {
            return false;
        }
        let elements = candidate.steps.iter().map(elements).sum::<usize>();
        self.left = self.left.saturating_sub(1 + elements / ELEMENTS);
        let fails = (self.fails)(&candidate);
        if fails {
            self.best = candidate;
        }
        fails
    }

    /// Tries a single read with just the bytes that it reads, and perhaps the end of the direction.
    fn isolate_a_read(&mut self) {
        for read in reads(&self.best) {
            let role = read.role.other();
            let write = step(role, Call::Write(Write::All(read.bytes)));
            let end = step(role, Call::Socket(Socket::ShutdownOutput));
            let read = step(read.role, Call::Read(read.call));
            for steps in [vec![write.clone(), read.clone()], vec![write, end, read]] {
                if steps.len() < self.best.steps.len() && self.attempt(steps) {
                    return;
                }
            }
        }
    }

    /// Removes runs of steps, long ones first.
    fn remove_steps(&mut self) {
        let mut size = self.best.steps.len() / 2;
        while size > 0 {
            // Start at the end, where fewer steps depend on each other.
            let mut end = self.best.steps.len();
            while end >= size {
                let mut steps = self.best.steps.clone();
                steps.drain(end - size..end);
                end = if self.attempt(steps) {
                    end - size
                } else {
                    end - 1
                };
                end = end.min(self.best.steps.len());
            }
            size /= 2;
        }
    }

    /// Removes a read together with the writes that it reads from, or a write together with its
    /// reads.
    fn remove_calls_with_dependencies(&mut self) {
        let mut at = self.best.steps.len();
        while at > 0 {
            at -= 1;
            let Some(simulated) = outcomes(&self.best) else {
                return;
            };
            let mut out = vec![at];
            if let Some(Some(what)) = simulated.get(at) {
                out.extend(&what.writers);
            }
            if out.len() == 1 {
                // A write, with all its reads.
                let reads = simulated.iter().enumerate();
                out.extend(reads.filter_map(|(step, what)| {
                    what.as_ref()?.writers.contains(&at).then_some(step)
                }));
            }
            if out.len() > 1 {
                let steps = self.best.steps.iter().enumerate();
                let rest = steps.filter(|(step, _)| !out.contains(step));
                self.attempt(rest.map(|(_, step)| step.clone()).collect());
                at = at.min(self.best.steps.len());
            }
        }
    }

    /// Joins two consecutive writes of bytes into one.
    fn join_writes(&mut self) {
        let mut at = 0;
        while at + 1 < self.best.steps.len() {
            let joined = match &self.best.steps[at..] {
                [first, second, ..] => joined(first, second),
                _ => None,
            };
            let mut steps = self.best.steps.clone();
            let replaced = joined.map(|joined| steps.splice(at..at + 2, [joined]).count());
            if replaced.is_none() || !self.attempt(steps) {
                at += 1;
            }
        }
    }

    fn simplify_values(&mut self) {
        for at in 0..self.best.steps.len() {
            // Each success offers other values; start with the simplest again.
            let mut from = 0;
            while let Step::Call { call, .. } = &self.best.steps[at]
                && let Some(value) = call.argument()
                && let Some(simple) = simpler(&value).nth(from)
                && let Ok(simple) = Call::new(call.method(), Some(simple))
                && self.left > 0
            {
                let mut steps = self.best.steps.clone();
                if let Step::Call { call, .. } = &mut steps[at] {
                    *call = simple;
                }
                from = if self.attempt(steps) { 0 } else { from + 1 };
            }
        }
    }
}

/// A read and the bytes that it reads.
struct ReadBytes {
    role: Role,
    call: Read,
    bytes: Vec<u8>,
}

/// Every read, when the calls are made in the order of the file.
fn reads(scenario: &Scenario) -> Vec<ReadBytes> {
    let mut conversation = Conversation::default();
    let mut reads = Vec::new();
    for (index, step) in scenario.steps.iter().enumerate() {
        let Step::Call { role, call, line } = step else {
            continue;
        };
        let mut bytes = conversation.unread(*role).to_vec();
        if !matches!(conversation.make(*role, call, index, *line), Ok(Some(_))) {
            break;
        }
        if let Call::Read(call) = *call {
            bytes.truncate(bytes.len() - conversation.unread(*role).len());
            let role = *role;
            reads.push(ReadBytes { role, call, bytes });
        }
    }
    reads
}

/// One write of the bytes that these two writes write.
fn joined(first: &Step, second: &Step) -> Option<Step> {
    let bytes = |step: &Step| {
        let Step::Call {
            call: Call::Write(Write::All(bytes)),
            ..
        } = step
        else {
            return None;
        };
        Some(bytes.clone())
    };
    let role = first.role().filter(|role| second.role() == Some(*role))?;
    let all = [bytes(first)?, bytes(second)?].concat();
    Some(Step::Call {
        role,
        call: Call::Write(Write::All(all)),
        line: first.line(),
    })
}

/// A step whose line number is still to be set.
fn step(role: Role, call: Call) -> Step {
    Step::Call {
        role,
        call,
        line: 0,
    }
}

fn elements(step: &Step) -> usize {
    match step {
        Step::Call { call, .. } => match call {
            Call::Write(write) => write.sequence().map_or(0, Sequence::len),
            Call::Objects(objects) => objects.argument().map_or(0, elements_of),
            Call::Stream(_) | Call::Read(_) | Call::Socket(_) => 0,
        },
        Step::Sync { .. } => 0,
    }
}

fn elements_of(object: &Value) -> usize {
    match object.as_object() {
        Some((_, ObjectContent::String(text))) => text.len_utf16(),
        Some((_, ObjectContent::Array(_, elements))) => elements.len(),
        Some((_, ObjectContent::Boxed(..))) | None => 0,
    }
}

/// The scenario with other steps, each with its new line number.
fn with_steps(scenario: &Scenario, steps: Vec<Step>) -> Scenario {
    let scenario = Scenario {
        steps,
        ..scenario.clone()
    };
    scenario.into_printed()
}

/// The scenario, changed so that it runs to its end: a read that asks for more bytes than are left
/// asks for fewer. `None` if that does not help.
fn repaired(mut scenario: Scenario) -> Option<Scenario> {
    /// More reads than this hardly ever depend on one value.
    const READS: usize = 4;
    for _ in 0..READS {
        let Err(Flaw::Waits(lines)) = simulate(&scenario, Role::Client) else {
            break;
        };
        let mut repaired = false;
        for line in lines {
            if let Some(count) = available(&scenario, line)
                && let Some(Step::Call { call, .. }) = scenario.steps.get_mut(line - 2)
                && call.method().takes() == Some(Kind::Count)
                && let Ok(shorter) = Call::new(call.method(), Some(count.clone()))
                && *call != shorter
            {
                *call = shorter;
                repaired = true;
            }
        }
        if !repaired {
            return None;
        }
    }
    is_sound(&scenario).then_some(scenario)
}

/// How many bytes the waiting call in this line could read.
fn available(scenario: &Scenario, line: usize) -> Option<Value> {
    let mut shorter = scenario.clone();
    let at = line.checked_sub(2)?;
    let role = shorter.steps.get(at)?.role()?;
    // Without this call and the role's later ones, the scenario runs as far as it can.
    let mut index = 0;
    shorter.steps.retain(|step| {
        index += 1;
        index <= at || step.role() != Some(role)
    });
    let simulated = simulate(&shorter, role.other()).ok()?;
    let count = |own: Role, is_read: bool| {
        let steps = shorter.steps.iter().zip(&simulated);
        let ends = steps.filter_map(move |(step, what)| match step {
            Step::Call { role, call, .. } if *role == own && call.method().reads() == is_read => {
                Some(what.as_ref()?.bytes.end)
            }
            _ => None,
        });
        ends.max().unwrap_or(0)
    };
    let written = count(role.other(), false);
    let read = count(role, true);
    Some(Value::Whole(
        i64::try_from(written.saturating_sub(read)).ok()?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interop::fuzz::generate::GeneratedScenario;
    use crate::interop::scenario::language::simulate::Outcome;

    /// The steps that are left of the first scenario that `is_wanted`.
    fn left(is_wanted: impl Fn(&Scenario) -> bool) -> String {
        let dialogues = (0..).map(|number| GeneratedScenario { seed: 3, number }.scenario());
        let first = dialogues.take(5000).find(&is_wanted).unwrap();
        let fewer = fewer_steps(&first, &is_wanted);
        let small = simpler_values(&fewer, &is_wanted);
        assert!(is_wanted(&small) && is_sound(&small));
        small.steps.iter().map(|step| format!("{step}\n")).collect()
    }

    #[test]
    fn a_failing_write_is_minimized_to_one_step() {
        let steps = left(|scenario| {
            scenario.steps.iter().any(|step| {
                matches!(step, Step::Call { call: Call::Write(Write::Utf(text)), .. }
                    if text.encode_utf16().any(|unit| unit == 0xD800))
            })
        });
        assert!(steps.ends_with(" writeUTF \"\\uD800\"\n"), "{steps}");
        assert_eq!(steps.lines().count(), 1, "{steps}");
    }

    #[test]
    fn a_failing_read_is_minimized_to_itself_and_its_bytes() {
        let steps = left(|scenario| {
            outcomes(scenario).is_some_and(|all| {
                let outcomes = all.iter().flatten().map(|what| &what.outcome);
                outcomes
                    .into_iter()
                    .any(|outcome| *outcome == Outcome::Malformed)
            })
        });
        let lines: Vec<&str> = steps.lines().collect();
        let [write, read] = lines.as_slice() else {
            panic!("{steps}");
        };
        assert!(write.contains(" write [00 01 "), "{steps}");
        assert!(read.ends_with(" readUTF"), "{steps}");
    }

    #[test]
    fn ending_a_direction_twice_changes_nothing() {
        let scenario = GeneratedScenario { seed: 3, number: 0 }.scenario();
        let all = ended(&scenario).unwrap_or(scenario);
        assert_eq!(ended(&all), None);
    }
}
