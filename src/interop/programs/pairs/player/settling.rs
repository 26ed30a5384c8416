//! Whether a server goes on after its clients have ended, or is about to end by itself.

use std::time::{Duration, Instant};

use super::relays::Relays;
use super::session::Session;
use crate::system::process::threads::{Waits, are_asleep, asleep};

/// What was seen of a server since its clients ended.
#[derive(Debug)]
pub(super) struct Settling {
    start: Instant,
    /// When a thread of it last ran, or something was under way.
    awake: Instant,
    /// What it waits for, how often its threads had run, and when that was first seen.
    waited: Option<(Waits, u64, Instant)>,
}

impl Settling {
    pub(super) fn new() -> Self {
        Self {
            start: Instant::now(),
            awake: Instant::now(),
            waited: None,
        }
    }

    /// Whether the server does nothing any more before a client or its input makes it.
    ///
    /// If none of its threads wakes up by itself, that is so once they have slept for a moment.
    /// Otherwise it is a guess: the server has slept whenever it was looked at for some time.
    pub(super) fn is_settled(&mut self, session: &Session<'_>, silence: Duration) -> bool {
        let server = session.server();
        let is_still = |moment| {
            let mut relays = session.relays();
            server.has_its_input() && relays.all(|relays: &Relays| relays.are_still_since(moment))
        };
        // Before the server is looked at: a connection that reaches it only now wakes it up.
        let was_still = self.waited.is_some_and(|(_, _, since)| is_still(since));
        let supervisor = server.supervisor();
        let asleep = supervisor.and_then(asleep);
        let waits = asleep.map(|asleep| (asleep.waits, asleep.runs));
        self.waited = match (waits, self.waited) {
            (Some((waits, runs)), Some((before, ran, since))) if (waits, runs) == (before, ran) => {
                let is_long = since.elapsed() >= CONFIRMED && silence >= CONFIRMED;
                if is_long && was_still {
                    return true;
                }
                self.waited
            }
            (Some((waits, runs)), _) => Some((waits, runs, Instant::now())),
            (None, _) => None,
        };
        if !is_still(self.start) || !supervisor.and_then(are_asleep).unwrap_or(true) {
            self.awake = Instant::now();
        }
        silence.min(self.awake.elapsed()) >= ASLEEP
    }
}

/// A server whose threads all wait for something that only a client can do has to be seen so for
/// this long.
const CONFIRMED: Duration = Duration::from_millis(20);

/// A server that may wake up by itself has to sleep, and to print and send nothing, for this long.
const ASLEEP: Duration = Duration::from_millis(200);
