//! What the threads of a running program are doing, according to the kernel.

use std::fs;

/// Whether no thread of the processes below `supervisor` is running or runnable; `None` where the
/// system does not say.
pub(crate) fn are_asleep(supervisor: u32) -> Option<bool> {
    let programs = descendants(supervisor)?;
    let mut states = programs.into_iter().flat_map(states);
    Some(!states.any(|state| matches!(state, b'R' | b'D')))
}

/// All processes below `supervisor`; `None` where the system does not say, or if it has ended.
pub(crate) fn descendants(supervisor: u32) -> Option<Vec<u32>> {
    let mut found = children(supervisor)?;
    let mut at = 0;
    while let Some(&process) = found.get(at) {
        found.extend(children(process).unwrap_or_default());
        at += 1;
    }
    Some(found)
}

fn children(process: u32) -> Option<Vec<u32>> {
    let mut children = Vec::new();
    for thread in fs::read_dir(format!("/proc/{process}/task"))
        .ok()?
        .flatten()
    {
        let list = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
        children.extend(list.split_ascii_whitespace().flat_map(str::parse::<u32>));
    }
    Some(children)
}

/// The letter of the state of each thread, as in `ps`.
fn states(process: u32) -> Vec<u8> {
    let threads = fs::read_dir(format!("/proc/{process}/task"));
    let state = |thread: fs::DirEntry| {
        let stat = fs::read(thread.path().join("stat")).ok()?;
        // The name before the state may contain parentheses.
        let end = stat.iter().rposition(|&byte| byte == b')')?;
        stat.get(end + 2).copied()
    };
    let threads = threads.into_iter().flatten().flatten();
    threads.filter_map(state).collect()
}
