//! A log line whose cause can occur thousands of times a second.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Decides which occurrence gets a log line: the first one. Further ones are counted, and the count
/// is logged from time to time.
#[derive(Debug, Default)]
pub(crate) struct Repeated {
    said: AtomicBool,
    more: AtomicU64,
    /// The event has occurred since the last count.
    recent: AtomicBool,
}

impl Repeated {
    /// Whether this occurrence is to be logged; otherwise it is counted.
    pub(crate) fn is_first(&self) -> bool {
        self.recent.store(true, Ordering::Relaxed);
        let first = !self.said.swap(true, Ordering::Relaxed);
        if !first {
            self.more.fetch_add(1, Ordering::Relaxed);
        }
        first
    }

    /// The count since the last call. If the event has not occurred since then, its next occurrence
    /// is a first one again.
    pub(crate) fn take(&self) -> u64 {
        if !self.recent.swap(false, Ordering::Relaxed) {
            self.said.store(false, Ordering::Relaxed);
        }
        self.more.swap(0, Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_events_are_logged_once_and_counted_until_a_quiet_period() {
        let repeated = Repeated::default();
        let logged = (0..1000).filter(|_| repeated.is_first()).count();
        assert_eq!(logged, 1);
        assert_eq!(repeated.take(), 999);
        assert!(!repeated.is_first());
        assert_eq!(repeated.take(), 1);
        assert_eq!(repeated.take(), 0);
        assert!(repeated.is_first());
        // An instant before it is counted is no quiet period.
        assert_eq!(repeated.take(), 0);
        assert!(!repeated.is_first());
    }
}
