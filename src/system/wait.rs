//! Waiting until something is so, without polling and without fixed sleeps.
//!
//! Whoever changes something that another thread may wait for rings; whoever waits looks again at
//! every ring. A bell hides threads and time from the rest of the harness.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Rung whenever a byte moved, a line was printed or a process ended.
#[derive(Debug, Default)]
pub struct Notify {
    rings: Mutex<u64>,
    rung: Condvar,
    /// Rung with this one.
    other: Mutex<Option<Arc<Notify>>>,
}

/// How long to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Give up when nothing at all has happened for so long.
    pub quiet: Duration,
    /// Give up after so long even if something still happens.
    pub total: Duration,
}

impl Timeouts {
    /// For two peers that run already and answer within a millisecond.
    pub const fn of_a_scenario() -> Self {
        Self {
            quiet: Duration::from_secs(5),
            total: Duration::from_secs(60),
        }
    }

    /// For two programs that say hello: a JVM on a busy machine is given time to start, and an
    /// answer that never comes is given up before anybody loses theirs.
    pub const fn of_a_conversation() -> Self {
        Self {
            quiet: Duration::from_secs(10),
            total: Duration::from_secs(120),
        }
    }
}

/// What ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimedOut {
    /// Nothing happened for [`Timeouts::quiet`].
    Quiet,
    /// [`Timeouts::total`] has passed.
    Overdue,
}

impl Notify {
    /// Makes everyone who waits look again.
    pub fn ring(&self) {
        // A poisoned count is still a count.
        *self.rings.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.rung.notify_all();
        let other = self.other.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(other) = &*other {
            other.ring();
        }
    }

    /// From now on `other` is rung with this one, and no third one any more.
    pub fn also_ring(&self, other: &Arc<Self>) {
        *self.other.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(other));
    }

    /// From now on no other bell is rung with this one.
    pub fn ring_alone(&self) {
        *self.other.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Waits until `so` is true; it is asked at once and after every ring.
    ///
    /// # Errors
    ///
    /// Says what ran out first.
    pub fn wait(&self, timeouts: Timeouts, mut so: impl FnMut() -> bool) -> Result<(), TimedOut> {
        let start = Instant::now();
        let mut last_ring = start;
        let mut heard = *self.rings.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            // Not under the lock: `so` may take locks of its own.
            if so() {
                return Ok(());
            }
            let mut rings = self.rings.lock().unwrap_or_else(PoisonError::into_inner);
            while *rings == heard {
                let quiet = timeouts.quiet.saturating_sub(last_ring.elapsed());
                let total = timeouts.total.saturating_sub(start.elapsed());
                if total.is_zero() {
                    return Err(TimedOut::Overdue);
                }
                if quiet.is_zero() {
                    return Err(TimedOut::Quiet);
                }
                rings = self
                    .rung
                    .wait_timeout(rings, quiet.min(total))
                    .unwrap_or_else(PoisonError::into_inner)
                    .0;
            }
            heard = *rings;
            last_ring = Instant::now();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(60);
    const SHORT: Duration = Duration::from_millis(20);

    #[test]
    fn what_is_already_so_needs_no_ring() {
        let timeouts = Timeouts {
            quiet: Duration::ZERO,
            total: Duration::ZERO,
        };
        assert_eq!(Notify::default().wait(timeouts, || true), Ok(()));
    }

    #[test]
    fn a_ring_from_another_thread_is_heard() {
        let notify = Notify::default();
        let there = Mutex::new(false);
        let timeouts = Timeouts {
            quiet: LONG,
            total: LONG,
        };
        std::thread::scope(|scope| {
            scope.spawn(|| {
                *there.lock().unwrap() = true;
                notify.ring();
            });
            assert_eq!(notify.wait(timeouts, || *there.lock().unwrap()), Ok(()));
        });
    }

    #[test]
    fn silence_and_lateness_are_told_apart() {
        let notify = Notify::default();
        let quiet = Timeouts {
            quiet: SHORT,
            total: LONG,
        };
        assert_eq!(notify.wait(quiet, || false), Err(TimedOut::Quiet));
        let overdue = Timeouts {
            quiet: LONG,
            total: SHORT,
        };
        assert_eq!(notify.wait(overdue, || false), Err(TimedOut::Overdue));
    }
}
