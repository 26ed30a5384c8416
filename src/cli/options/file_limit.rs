//! The limit of open files of this process; each connection is one.

use rustix::process::{Resource, getrlimit, setrlimit};

/// Raises the limit as far as the system allows; the default is often about a thousand.
pub(crate) fn ask_for_all() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    // If this fails, the first connection over the limit reports an error.
    let _ = setrlimit(Resource::Nofile, limit);
}

/// The current limit.
pub(crate) fn limit() -> u64 {
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}
