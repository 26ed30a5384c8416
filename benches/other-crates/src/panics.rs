//! Panics of the measured crates: caught, counted, and not printed by the million.

use std::panic::{self, AssertUnwindSafe};

/// Replaces the panic hook, which would print each of them; this program's own panics still end it
/// with their message.
pub(crate) fn keep_silent() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let ours = info
            .location()
            .is_some_and(|location| location.file().starts_with("src/"));
        if ours {
            usual(info);
        }
    }));
}

/// What the work gives, or `None` if it panics.
pub(crate) fn caught<T>(work: impl FnOnce() -> T) -> Option<T> {
    panic::catch_unwind(AssertUnwindSafe(work)).ok()
}
