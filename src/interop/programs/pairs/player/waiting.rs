//! Whether anything on a session can still move, according to the kernel.

use std::time::{Duration, Instant};

use super::actor::Actor;
use super::relays::Relays;
use super::session::Session;
use crate::interop::model::deadlock::Deadlock;
use crate::interop::model::pair::ActorName;
use crate::interop::model::pair::run::WaitsFor;
use crate::system::process::threads::{Waits, asleep};

/// What each running program waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Waiting {
    pub(super) programs: Vec<(ActorName, WaitsFor)>,
    /// How often their threads have run so far.
    runs: u64,
    /// Whether each program waits only for other programs of the run or for the harness, so that
    /// nothing else can wake it up.
    is_within: bool,
    at: Instant,
}

impl Waiting {
    /// When the programs were seen to wait.
    pub(super) fn at(&self) -> Instant {
        self.at
    }

    /// Whether they have waited for long enough since `before`; `None` if a program has run since.
    pub(super) fn confirmed(&self, before: &Self) -> Option<bool> {
        let is_same = self.programs == before.programs
            && self.runs == before.runs
            && self.is_within == before.is_within;
        is_same.then(|| self.at - before.at >= self.confirmed_after())
    }

    /// How long nothing must have moved before the programs count as waiting at all, and then again
    /// until that is confirmed: on a busy machine, bytes may be under way for a while. Whatever is not
    /// of the run may need longer to answer.
    fn confirmed_after(&self) -> Duration {
        match self.is_within {
            true => WAITING_AFTER,
            false => Duration::from_secs(1),
        }
    }
}

/// The kernel is not asked whether anything can still move before nothing has moved for this long.
pub(super) const WAITING_AFTER: Duration = Duration::from_millis(200);

impl Session<'_> {
    /// What each running program waits for, if nothing can move any more: no thread runs or wakes
    /// up by itself, nothing has been under way since `moment`, and no input is left to give. Nothing
    /// has moved for the time `silence`.
    pub(super) fn waiting(&self, moment: Instant, silence: Duration) -> Option<Waiting> {
        let before = self.notify.count();
        if !self.relays().all(|relays| relays.are_stuck_since(moment)) {
            return None;
        }
        let running: Vec<&Actor> = self.actors.iter().filter(|a| a.is_running()).collect();
        if running.is_empty() || !running.iter().all(|actor| actor.has_its_input()) {
            return None;
        }
        let relayed: Vec<u32> = self.relays().flat_map(Relays::sockets).collect();
        let mut programs = Vec::new();
        let mut runs = 0;
        let mut is_within = true;
        for actor in running {
            let asleep = asleep(actor.supervisor()?)?;
            programs.push((actor.name.clone(), waits_for(asleep.waits)));
            runs += asleep.runs;
            is_within &= asleep.waits != Waits::Other;
            is_within &= asleep.sockets.iter().all(|socket| relayed.contains(socket));
        }
        let open: usize = self.relays().map(Relays::open).sum();
        if open == 1
            && let [(_, one), (_, other)] = &mut programs[..]
            && let Some(deadlock) = deadlock(*one, *other)
        {
            (*one, *other) = (deadlock, deadlock);
        }
        // Something may have moved between two questions to the kernel.
        let at = Instant::now();
        let waiting = Waiting {
            programs,
            runs,
            is_within,
            at,
        };
        // A server that waits for somebody else may listen later.
        let may_listen = !waiting.is_within && self.relays().any(Relays::wait_for_server);
        let is_long = silence >= waiting.confirmed_after();
        (is_long && !may_listen && self.notify.count() == before).then_some(waiting)
    }
}

/// What both sides of the only connection wait for, if they wait for each other.
fn deadlock(one: WaitsFor, other: WaitsFor) -> Option<WaitsFor> {
    let deadlock = match one {
        WaitsFor::Bytes => Deadlock::Read,
        WaitsFor::Room => Deadlock::Write,
        WaitsFor::Accept | WaitsFor::Stdin | WaitsFor::Other | WaitsFor::Deadlock(_) => {
            return None;
        }
    };
    (one == other).then_some(WaitsFor::Deadlock(deadlock))
}

fn waits_for(waits: Waits) -> WaitsFor {
    match waits {
        Waits::Room => WaitsFor::Room,
        Waits::Stdin => WaitsFor::Stdin,
        Waits::Bytes => WaitsFor::Bytes,
        Waits::Accept => WaitsFor::Accept,
        Waits::Other => WaitsFor::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_waits_for_somebody_else_gets_longer() {
        let at = |is_within, after| Waiting {
            programs: Vec::new(),
            runs: 7,
            is_within,
            at: after,
        };
        let start = Instant::now();
        let later = start + 2 * WAITING_AFTER;
        assert_eq!(at(true, later).confirmed(&at(true, start)), Some(true));
        assert_eq!(at(false, later).confirmed(&at(false, start)), Some(false));
        assert_eq!(at(true, later).confirmed(&at(false, start)), None);
        let has_run = Waiting {
            runs: 8,
            ..at(true, later)
        };
        assert_eq!(has_run.confirmed(&at(true, start)), None);
    }
}
