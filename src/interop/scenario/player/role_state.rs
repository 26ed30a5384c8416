//! One role of a session: its peer, and the answers that the peer owes.

use std::collections::VecDeque;

use crate::interop::model::participant::Role;
use crate::interop::peer::error::PeerError;
use crate::interop::peer::pool::Slot;
use crate::interop::protocol::message::{Answer, Command};
use crate::interop::scenario::transcript::Ending;

/// One role of a session: its slot, and the answers that it owes.
pub(super) struct RoleState<'a> {
    pub(super) role: Role,
    pub(super) slot: &'a mut Slot,
    /// The pending answers, oldest first.
    pub(super) expected: VecDeque<Expected>,
}

/// The command that an answer belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expected {
    /// `end`, which closed the session before this one.
    End,
    Port,
    Connection,
    /// The step at this index of the scenario.
    Step(usize),
}

impl<'a> RoleState<'a> {
    pub(super) fn new(role: Role, slot: &'a mut Slot) -> Self {
        let expected = VecDeque::from_iter(slot.owes_end().then_some(Expected::End));
        Self {
            role,
            slot,
            expected,
        }
    }

    /// Queues a command for the peer. It is written together with the next one, or when the peer is
    /// next polled.
    pub(super) fn prepare(&mut self, command: &Command, expected: Expected) -> Result<(), Ending> {
        let role = self.role;
        let process = self.slot.process().ok_or_else(|| gone(role))?;
        process.prepare(command).map_err(|why| lost(role, why))?;
        self.expected.push_back(expected);
        Ok(())
    }

    pub(super) fn poll(&mut self) -> Result<Option<Answer>, Ending> {
        let role = self.role;
        let process = self.slot.process().ok_or_else(|| gone(role))?;
        process.poll().map_err(|why| lost(role, why))
    }

    /// The process ID of the peer, if the system provides it.
    pub(super) fn process_id(&mut self) -> Option<u32> {
        self.slot.process()?.id()
    }

    pub(super) fn stderr(&mut self) -> String {
        let process = self.slot.process();
        process
            .map(|process| process.stderr_tail())
            .unwrap_or_default()
    }

    /// The step that the peer is working on; `None` if it works on no step.
    pub(super) fn step(&self) -> Option<usize> {
        match self.expected.front()? {
            Expected::Step(step) => Some(*step),
            _ => None,
        }
    }
}

fn gone(role: Role) -> Ending {
    Ending::Crash(role, "its process is gone".to_owned())
}

fn lost(role: Role, why: PeerError) -> Ending {
    if why.is_death() {
        Ending::Crash(role, why.to_string())
    } else {
        Ending::Violation(role, why.to_string())
    }
}

pub(super) fn unexpected(role: Role, answer: &Answer) -> Ending {
    Ending::Violation(role, format!("answers {answer:?} out of turn"))
}
