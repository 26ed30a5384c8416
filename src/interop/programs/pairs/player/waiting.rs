//! Whether anything on a session can still move, according to the kernel.

use std::time::{Duration, Instant};

use super::actor::Actor;
use super::relays::Relays;
use super::session::Session;
use crate::interop::model::deadlock::Deadlock;
use crate::interop::model::pair::ActorName;
use crate::interop::model::pair::run::WaitsFor;
use crate::system::process::threads::{Waits, waits};

/// What each running program waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Waiting {
    pub(super) programs: Vec<(ActorName, WaitsFor)>,
    /// How often their threads have run so far.
    runs: u64,
    at: Instant,
}

impl Waiting {
    /// When the programs were seen to wait.
    pub(super) fn at(&self) -> Instant {
        self.at
    }

    /// Whether they have waited for long enough since `before`; `None` if a program has run since.
    pub(super) fn confirmed(&self, before: &Self) -> Option<bool> {
        let is_same = self.programs == before.programs && self.runs == before.runs;
        is_same.then(|| self.at - before.at >= LONG_ENOUGH)
    }
}

/// After a program has been seen to wait, it has to wait for as long as this until that is
/// confirmed. On a busy machine, bytes may be under way for a while.
const LONG_ENOUGH: Duration = Duration::from_secs(1);

impl Session<'_> {
    /// What each running program waits for, if nothing can move any more: no thread runs or wakes
    /// up by itself, nothing has been under way since `moment`, and no input is left to give.
    pub(super) fn waiting(&self, moment: Instant) -> Option<Waiting> {
        let before = self.notify.count();
        let is_still =
            |relays: &Relays| !relays.wait_for_server() && relays.are_still_since(moment);
        if !self.relays().all(is_still) {
            return None;
        }
        let running: Vec<&Actor> = self.actors.iter().filter(|a| a.is_running()).collect();
        if running.is_empty() || !running.iter().all(|actor| actor.has_its_input()) {
            return None;
        }
        let mut programs = Vec::new();
        let mut runs = 0;
        for actor in running {
            let (waits, so_far) = waits(actor.supervisor()?)?;
            programs.push((actor.name.clone(), waits_for(waits)));
            runs += so_far;
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
        (self.notify.count() == before).then_some(Waiting { programs, runs, at })
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
