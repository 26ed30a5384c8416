//! Waiting for a condition, without polling and without fixed sleeps.
//!
//! A thread that changes something calls [`Notify::notify`]. A thread that waits checks its condition
//! again after every notification. `Notify` hides threads and time from the rest of the harness.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Notified when a byte is transferred, a line is printed or a process ends.
#[derive(Debug, Default)]
pub struct Notify {
    notifications: Mutex<u64>,
    changed: Condvar,
}

/// How long to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Give up when nothing has happened for this long.
    pub idle: Duration,
    /// Give up after this long even if things still happen.
    pub total: Duration,
}

impl Timeouts {
    /// For two running peers, which respond within a millisecond.
    pub const fn of_a_scenario() -> Self {
        Self {
            idle: Duration::from_secs(5),
            total: Duration::from_secs(60),
        }
    }

    /// For two programs that exchange messages: a JVM on a busy machine needs time to start.
    pub const fn of_a_conversation() -> Self {
        Self {
            idle: Duration::from_secs(10),
            total: Duration::from_secs(120),
        }
    }
}

/// The limit that ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimedOut {
    /// Nothing happened for [`Timeouts::idle`].
    Idle,
    /// [`Timeouts::total`] has passed.
    Overdue,
}

impl Notify {
    /// Makes all waiting threads check their condition again.
    pub fn notify(&self) {
        // A counter cannot be left in an inconsistent state.
        *self
            .notifications
            .lock()
            .unwrap_or_else(PoisonError::into_inner) += 1;
        self.changed.notify_all();
    }

    /// How many notifications there have been.
    pub(crate) fn count(&self) -> u64 {
        *self
            .notifications
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until there have been more than `seen` notifications, for at most this time.
    pub(crate) fn wait_past(&self, seen: u64, at_most: Duration) {
        let notifications = self
            .notifications
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // A poisoned lock is as good as another.
        let _ = self
            .changed
            .wait_timeout_while(notifications, at_most, |count| *count <= seen);
    }

    /// Waits until `so` returns true. It is called at once and after every notification.
    ///
    /// # Errors
    ///
    /// The limit that ran out first.
    pub fn wait(&self, timeouts: Timeouts, mut so: impl FnMut() -> bool) -> Result<(), TimedOut> {
        let start = Instant::now();
        let mut last = start;
        let mut seen = *self
            .notifications
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        loop {
            // Called without the lock, because `so` may take locks of its own.
            if so() {
                return Ok(());
            }
            let mut notifications = self
                .notifications
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            while *notifications == seen {
                let idle = timeouts.idle.saturating_sub(last.elapsed());
                let total = timeouts.total.saturating_sub(start.elapsed());
                if total.is_zero() {
                    return Err(TimedOut::Overdue);
                }
                if idle.is_zero() {
                    return Err(TimedOut::Idle);
                }
                notifications = self
                    .changed
                    .wait_timeout(notifications, idle.min(total))
                    .unwrap_or_else(PoisonError::into_inner)
                    .0;
            }
            seen = *notifications;
            last = Instant::now();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(60);
    const SHORT: Duration = Duration::from_millis(20);

    #[test]
    fn a_condition_that_already_holds_needs_no_notification() {
        let timeouts = Timeouts {
            idle: Duration::ZERO,
            total: Duration::ZERO,
        };
        assert_eq!(Notify::default().wait(timeouts, || true), Ok(()));
    }

    #[test]
    fn a_notification_from_another_thread_ends_the_wait() {
        let notify = Notify::default();
        let there = Mutex::new(false);
        let timeouts = Timeouts {
            idle: LONG,
            total: LONG,
        };
        std::thread::scope(|scope| {
            scope.spawn(|| {
                *there.lock().unwrap() = true;
                notify.notify();
            });
            assert_eq!(notify.wait(timeouts, || *there.lock().unwrap()), Ok(()));
        });
    }

    #[test]
    fn idle_and_total_timeouts_are_distinguished() {
        let notify = Notify::default();
        let idle = Timeouts {
            idle: SHORT,
            total: LONG,
        };
        assert_eq!(notify.wait(idle, || false), Err(TimedOut::Idle));
        let overdue = Timeouts {
            idle: LONG,
            total: SHORT,
        };
        assert_eq!(notify.wait(overdue, || false), Err(TimedOut::Overdue));
    }
}
