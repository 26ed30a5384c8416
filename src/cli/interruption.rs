//! Ctrl-C and SIGTERM during a long run: what was played is reported, and marked as partial.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::process::{Signal, getpid, kill_process};

use super::complain;

/// A flag that becomes true at the first Ctrl-C, SIGTERM or SIGHUP. A second one ends the process at
/// once, without a report.
///
/// It starts a thread, so whatever needs a process of one thread comes before it.
pub(crate) fn watch() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&flag);
    let watched = ctrlc::set_handler(move || {
        if seen.swap(true, Ordering::Relaxed) {
            // Each program has a guard, which ends it with this process.
            let _ = kill_process(getpid(), Signal::KILL);
        }
        complain("interrupted: a report of what was played follows; once more ends this at once");
    });
    if let Err(why) = watched {
        complain(format!("Ctrl-C ends this run without a report: {why}"));
    }
    flag
}
