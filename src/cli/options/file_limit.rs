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

/// How many connections the current limit allows.
pub(crate) fn connections() -> usize {
    let limit = usize::try_from(limit()).unwrap_or(usize::MAX);
    limit.saturating_sub(OTHERS).max(1)
}

/// What the user can do so that this many connections are possible.
pub(crate) fn how_to_raise(connections: usize) -> String {
    let wanted = connections.saturating_add(OTHERS);
    format!("raise the limit with `ulimit -n {wanted}`, as root or in /etc/security/limits.conf")
}

/// The open files of a process that are no connections, at most.
const OTHERS: usize = 64;
