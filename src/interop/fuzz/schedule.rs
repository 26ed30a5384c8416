//! Which case of a campaign is played next, and when the campaign is over.

use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::campaign::{Extent, Plan};
use super::counts::End;

/// The cases of a plan that have not begun, for all workers.
pub(super) struct Schedule<'a> {
    numbers: Mutex<Box<dyn Iterator<Item = usize> + Send>>,
    deadline: Option<Instant>,
    most: NonZero<usize>,
    found: AtomicUsize,
    /// How the campaign ends, once it is over before all cases have begun.
    end: Mutex<Option<End>>,
    stop: &'a AtomicBool,
}

impl<'a> Schedule<'a> {
    /// The cases of `plan`, until `stop` is true.
    pub(super) fn new(plan: &Plan, stop: &'a AtomicBool) -> Self {
        Self {
            numbers: Mutex::new(Box::new(plan.numbers())),
            deadline: match plan.extent {
                Extent::Time(time) => Instant::now().checked_add(time),
                Extent::Cases(_) | Extent::Only(_) => None,
            },
            most: plan.most,
            found: AtomicUsize::new(0),
            end: Mutex::default(),
            stop,
        }
    }

    /// The number of the next case; none if the campaign is over.
    pub(super) fn next(&self) -> Option<usize> {
        if lock(&self.end).is_some() {
            return None;
        }
        let next = lock(&self.numbers).next();
        if self.deadline.is_some_and(|end| Instant::now() >= end) {
            return None;
        }
        if next.is_some() && self.stop.load(Ordering::Relaxed) {
            self.end(End::Interrupted);
            return None;
        }
        next
    }

    /// Ends the campaign; the first end counts.
    pub(super) fn end(&self, end: End) {
        lock(&self.end).get_or_insert(end);
    }

    /// Counts a finding, of which there may be enough now.
    pub(super) fn found(&self) {
        if self.found.fetch_add(1, Ordering::Relaxed) + 1 >= self.most.get() {
            self.end(End::Enough);
        }
    }

    /// How the campaign has ended.
    pub(super) fn ended(&self) -> End {
        lock(&self.end).unwrap_or_default()
    }
}

/// Locks what no panic can leave in an inconsistent state.
pub(super) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
