//! How many files this process may have open: each connection is one.

use rustix::process::{Resource, getrlimit, setrlimit};

/// Asks for as many as there may be: systems give a thousand or so unless asked for more.
pub(crate) fn ask_for_all() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    // Then there are fewer, and whoever runs out of them says so.
    let _ = setrlimit(Resource::Nofile, limit);
}

/// How many there may be now.
pub(crate) fn limit() -> u64 {
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}
