//! Ctrl-C and SIGTERM during a long run: the results so far are reported and marked as partial.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::process::{Signal, getpid, kill_process};

use super::complain;

/// A flag that becomes true at the first Ctrl-C, SIGTERM or SIGHUP. A second one ends the process at
/// once, without a report.
///
/// It starts a thread, so anything that needs a single-threaded process must run first.
pub(crate) fn watch() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&flag);
    let watched = ctrlc::set_handler(move || {
        if seen.swap(true, Ordering::Relaxed) {
            // The supervisor of each program ends it together with this process.
            let _ = kill_process(getpid(), Signal::KILL);
        }
        complain(
            "interrupted: a report of the results so far follows; interrupt again to stop at once",
        );
    });
    if let Err(why) = watched {
        complain(format!("Ctrl-C will end this run without a report: {why}"));
    }
    flag
}
