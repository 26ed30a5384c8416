//! Simulates a scenario in memory with this crate's own codec.
//!
//! The simulation judges nothing. It tells which bytes a step reads, which steps wrote them, and
//! whether the step fails. The coverage table is computed from that. It also finds scenarios that
//! would wait forever, and those whose outcome depends on which role is faster. It opens no socket
//! and starts no thread.

mod conversation;
mod object_streams;

use std::ops::Range;

pub use conversation::{Conversation, written_by};

use super::{Scenario, Step};
use crate::interop::model::participant::Role;
use crate::interop::protocol::call::Value;

/// What one call did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Simulated {
    /// The result of the call.
    pub outcome: Outcome,
    /// The offsets of the bytes it read from the other side, or of the bytes it wrote itself.
    pub bytes: Range<usize>,
    /// The first of these bytes.
    pub first: Option<u8>,
    /// The steps that wrote the bytes it read.
    pub writers: Vec<usize>,
    /// Whether the first byte was one that `readLine` had pushed back.
    pub held: bool,
    /// How many bytes of the other side had arrived and were left unread.
    pub unread: usize,
    /// Whether it was made on an object stream.
    pub in_objects: bool,
    /// Whether its object had been written or read before.
    pub repeats: bool,
}

/// The result of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Returned(Value),
    /// Too few bytes before the end: `EOFException`.
    Ended,
    /// `readUTF` of malformed modified UTF-8: `UTFDataFormatException`.
    Malformed,
    /// `writeUTF` of a string that is too long: `UTFDataFormatException`.
    Refused,
    /// The connection had been closed or reset: `SocketException`.
    Broken,
    /// Another exception of an object stream, of this class.
    Threw(&'static str),
}

/// Why a scenario cannot be played, and the lines at fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// No role can continue; holds the lines at which they wait.
    Waits(Vec<usize>),
    /// This line writes to a side that has closed, or resets while bytes are in transit: the
    /// outcome depends on which role is faster.
    Races(usize),
    /// What this line does on an object stream is not the same in every release of the JDK, or not
    /// defined at all.
    Differs(usize),
}

/// What each step does if `first` is the faster role; `None` for `sync`.
///
/// # Errors
///
/// If the scenario does not run to its end, or its outcome depends on timing.
pub fn simulate(scenario: &Scenario, first: Role) -> Result<Vec<Option<Simulated>>, Flaw> {
    let mut simulation = Simulation::new(scenario);
    loop {
        if !simulation.advance(first)? && !simulation.advance(first.other())? {
            break;
        }
    }
    let waiting: Vec<usize> = [Role::Client, Role::Server]
        .into_iter()
        .filter_map(|role| simulation.next(role))
        .map(|step| scenario.steps[step].line())
        .collect();
    if waiting.is_empty() {
        Ok(simulation.done)
    } else {
        Err(Flaw::Waits(waiting))
    }
}

/// How many calls of client and server complete before neither can continue, if nothing that
/// `sender` sends arrives after its first `at` bytes.
///
/// # Errors
///
/// If that depends on which role is faster.
pub fn answered_when_idle(scenario: &Scenario, sender: Role, at: u64) -> Result<[usize; 2], Flaw> {
    let mut simulation = Simulation::new(scenario);
    simulation.conversation.held = Some((sender, usize::try_from(at).unwrap_or(usize::MAX)));
    while simulation.advance(Role::Client)? || simulation.advance(Role::Server)? {}
    let answered = |role| {
        let steps = scenario.steps.iter().zip(&simulation.done);
        steps
            .filter(|(step, done)| step.role() == Some(role) && done.is_some())
            .count()
    };
    Ok([Role::Client, Role::Server].map(answered))
}

struct Simulation<'a> {
    scenario: &'a Scenario,
    done: Vec<Option<Simulated>>,
    /// The index of the `sync` above each step, or 0.
    synced: Vec<usize>,
    /// The next step of each role.
    at: [usize; 2],
    conversation: Conversation,
}

impl<'a> Simulation<'a> {
    fn new(scenario: &'a Scenario) -> Self {
        let mut last_sync = 0;
        let synced = scenario.steps.iter().enumerate().map(|(index, step)| {
            if let Step::Sync { .. } = step {
                last_sync = index;
            }
            last_sync
        });
        Self {
            scenario,
            done: vec![None; scenario.steps.len()],
            synced: synced.collect(),
            at: [0, 0],
            conversation: Conversation::default(),
        }
    }

    /// The next call of this role.
    fn next(&self, role: Role) -> Option<usize> {
        let steps = &self.scenario.steps;
        (self.at[index(role)]..steps.len()).find(
            |&step| matches!(&steps[step], Step::Call { role: caller, .. } if *caller == role),
        )
    }

    /// Makes the next call of this role if it would not wait.
    fn advance(&mut self, role: Role) -> Result<bool, Flaw> {
        let Some(step) = self.next(role) else {
            return Ok(false);
        };
        let synced = self.synced[step];
        let waits_for_other = self.next(role.other()).is_some_and(|other| other < synced);
        let Step::Call { call, line, .. } = &self.scenario.steps[step] else {
            return Ok(false);
        };
        if waits_for_other {
            return Ok(false);
        }
        let Some(simulated) = self.conversation.make(role, call, step, *line)? else {
            return Ok(false);
        };
        self.done[step] = Some(simulated);
        self.at[index(role)] = step + 1;
        Ok(true)
    }
}

fn index(role: Role) -> usize {
    match role {
        Role::Client => 0,
        Role::Server => 1,
    }
}
