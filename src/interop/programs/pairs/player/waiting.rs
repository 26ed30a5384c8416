//! Whether anything on a stage can still move, according to the kernel.

use super::actor::Actor;
use super::relays::Relays;
use super::stage::Stage;
use crate::interop::model::deadlock::Deadlock;
use crate::interop::model::pair::ActorName;
use crate::interop::model::pair::run::WaitsFor;
use crate::system::process::threads::{Waits, waits};

impl Stage<'_> {
    /// What each running program waits for, if nothing can move any more: no thread runs or wakes
    /// up by itself, no bytes are under way, and no input is left to give.
    pub(super) fn waiting(&self) -> Option<Vec<(ActorName, WaitsFor)>> {
        let before = self.notify.count();
        if !self
            .relays()
            .all(|relays| relays.are_still() && !relays.wait_for_server())
        {
            return None;
        }
        let running: Vec<&Actor> = self.actors.iter().filter(|a| a.is_running()).collect();
        if running.is_empty() || !running.iter().all(|actor| actor.has_its_input()) {
            return None;
        }
        let mut waiting = Vec::new();
        for actor in running {
            waiting.push((actor.name.clone(), waits_for(waits(actor.supervisor()?)?)));
        }
        let open: usize = self.relays().map(Relays::open).sum();
        if open == 1
            && let [(_, one), (_, other)] = &mut waiting[..]
            && let Some(deadlock) = deadlock(*one, *other)
        {
            (*one, *other) = (deadlock, deadlock);
        }
        // Something may have moved between two questions to the kernel.
        (self.notify.count() == before).then_some(waiting)
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
