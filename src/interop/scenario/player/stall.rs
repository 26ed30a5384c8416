//! Waiting for the peers, and why nothing moves any more.

use std::time::{Duration, Instant};

use super::role_state::RoleState;
use super::{Session, TAKEN_AS_READ};
use crate::interop::model::deadlock::Deadlock;
use crate::interop::proxy::Relay;
use crate::interop::scenario::language::Step;
use crate::interop::scenario::transcript::Ending;
use crate::system::poll::PollSet;

impl Session<'_> {
    /// Takes turns until `so` is true, and waits whenever a turn moves nothing.
    pub(super) fn wait(&mut self, so: impl Fn(&Self) -> bool) -> Result<(), Ending> {
        let start = Instant::now();
        let mut last = start;
        let mut look_again = FIRST_LOOK;
        loop {
            let may_happen = self.quiescence.is_some();
            let moved = self.turn()?;
            if so(self) {
                return Ok(());
            }
            if moved {
                last = Instant::now();
                look_again = FIRST_LOOK;
                if may_happen {
                    // The fault may have fired, or this turn may have been the last before both
                    // roles are idle.
                    continue;
                }
            }
            let idle = self.timeouts.idle.saturating_sub(last.elapsed());
            let total = self.timeouts.total.saturating_sub(start.elapsed());
            let left = idle.min(total);
            if left.is_zero() {
                if self.trigger_fault() {
                    last = Instant::now();
                    continue;
                }
                self.ran_out = true;
                return Err(self.stuck());
            }
            if last.elapsed() >= look_again {
                if self.nothing_comes() {
                    return Err(self.stuck());
                }
                if let Some(deadlock) = self.deadlock() {
                    // The roles may be idle at another point than the simulation predicted.
                    if self.trigger_fault() {
                        last = Instant::now();
                        look_again = FIRST_LOOK;
                        continue;
                    }
                    return Err(Ending::Deadlock(deadlock));
                }
                look_again = 2 * last.elapsed();
            }
            let mut awaited = PollSet::default();
            awaited.look_again_in(look_again.saturating_sub(last.elapsed()));
            for role_state in &self.role_states {
                role_state.slot.await_more(&mut awaited);
            }
            match (&self.relay, &self.listener) {
                (Some(relay), _) => relay.await_more(&mut awaited),
                (None, Some(listener)) if self.to_server.is_some() => awaited.input(listener),
                (None, _) => {}
            }
            if let Some(since) = self
                .quiescence
                .as_ref()
                .and_then(|quiescence| quiescence.since)
            {
                // No event announces that bytes have been read; mostly that happens at once.
                let is_late = since.elapsed() > TAKEN_AS_READ;
                awaited.look_again_in(if is_late { LATER } else { Duration::ZERO });
            }
            awaited.wait(left);
        }
    }

    /// Whether both roles have given all their answers, and the kernel says that no byte of theirs
    /// will arrive any more.
    fn nothing_comes(&mut self) -> bool {
        let mut role_states = self.role_states.iter();
        role_states.all(|role_state| role_state.expected.is_empty())
            && self.relay.as_mut().is_some_and(Relay::is_silent)
    }

    /// How the roles with pending answers wait for each other, if that is certain.
    fn deadlock(&mut self) -> Option<Deadlock> {
        let owes = self
            .role_states
            .each_ref()
            .map(|role_state| !role_state.expected.is_empty());
        if owes == [false, false] {
            return None;
        }
        // A role that owes another kind of answer is not blocked on its connection.
        let mut owing = self
            .role_states
            .iter()
            .filter(|role_state| !role_state.expected.is_empty());
        if owing.any(|role_state| role_state.step().is_none()) {
            return None;
        }
        self.relay.as_mut()?.deadlock(owes)
    }

    /// Why nothing moves, as far as the player can tell without the kernel: either every role with
    /// a pending answer waits for bytes, or one of them could answer and does not.
    fn stuck(&self) -> Ending {
        let waits = |role_state: &RoleState<'_>| {
            let step = role_state.step().map(|step| &self.scenario.steps[step]);
            matches!(step, Some(Step::Call { call, .. }) if call.method().reads())
        };
        let mut owing = self
            .role_states
            .iter()
            .filter(|role_state| !role_state.expected.is_empty());
        if owing.clone().next().is_none() {
            return Ending::Timeout(None);
        }
        // A client without an answer may be waiting for a server that does not listen.
        match owing.clone().rev().find(|role_state| !waits(role_state)) {
            Some(role_state) => Ending::Timeout(Some(role_state.role)),
            None if owing.all(waits) => Ending::Deadlock(Deadlock::Read),
            None => Ending::Timeout(None),
        }
    }
}

/// How long nothing must have moved before the player first looks for a deadlock.
const FIRST_LOOK: Duration = Duration::from_millis(20);

/// How often the kernel is asked whether bytes were read, once the first moment has passed.
const LATER: Duration = Duration::from_millis(1);
