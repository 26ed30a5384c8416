//! What the threads of a running program are doing, according to the kernel.

use std::fs;
use std::path::Path;

use crate::system::blocked::{Call, threads};

/// What a program waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Waits {
    /// For room in the buffer of a socket.
    Room,
    /// For its stdin.
    Stdin,
    /// For bytes from a socket.
    Bytes,
    /// For a client that connects.
    Accept,
    /// For something else.
    Other,
}

/// What the processes below `supervisor` wait for, and how often their threads have run so far; if
/// none of their threads runs now, and none wakes up by itself. Of several things it is the first in
/// the order of [`Waits`]. `None` also where the system does not say.
pub(crate) fn waits(supervisor: u32) -> Option<(Waits, u64)> {
    let mut first = None;
    let mut runs = 0;
    for process in descendants(supervisor)? {
        for thread in threads(process) {
            // While a JVM collects garbage or ends, only such a thread runs.
            if thread.call == Call::None {
                return None;
            }
            if is_housekeeping(&thread.name) {
                continue;
            }
            if thread.is_timed {
                return None;
            }
            let waits = of_call(process, thread.call);
            first = Some(first.map_or(waits, |first: Waits| first.min(waits)));
            // The number of threads counts too.
            runs += 1 + runs_of(process, thread.id);
        }
    }
    Some((first?, runs))
}

/// How often a thread has given up a processor.
fn runs_of(process: u32, thread: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/task/{thread}/status"));
    let status = status.unwrap_or_default();
    let counts = status.lines().filter_map(|line| {
        let (name, count) = line.split_once(':')?;
        let is_count = name.ends_with("voluntary_ctxt_switches");
        is_count.then(|| count.trim().parse::<u64>().ok())?
    });
    counts.sum()
}

fn of_call(process: u32, call: Call) -> Waits {
    match call {
        Call::Write(descriptor) if is_socket(process, descriptor) => Waits::Room,
        Call::Read(descriptor) if is_socket(process, descriptor) => Waits::Bytes,
        Call::Read(0) => Waits::Stdin,
        Call::Accept => Waits::Accept,
        Call::Poll => polled(process),
        Call::Read(_) | Call::Write(_) | Call::None | Call::Other => Waits::Other,
    }
}

/// What a process that waits for several descriptors waits for, judged by the sockets that it has.
fn polled(process: u32) -> Waits {
    const ESTABLISHED: &str = "01";
    const CLOSE_WAIT: &str = "08";
    const LISTEN: &str = "0A";
    let sockets: Vec<String> = fs::read_dir(format!("/proc/{process}/fd"))
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let target = fs::read_link(entry.path()).ok()?;
            let target = target.to_str()?.strip_prefix("socket:[")?;
            Some(target.strip_suffix(']')?.to_owned())
        })
        .collect();
    let mut waits = Waits::Other;
    for table in ["tcp", "tcp6"] {
        let table = fs::read_to_string(format!("/proc/{process}/net/{table}"));
        for line in table.unwrap_or_default().lines().skip(1) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let (Some(state), Some(inode)) = (words.get(3), words.get(9)) else {
                continue;
            };
            if !sockets.iter().any(|socket| socket == inode) {
                continue;
            }
            waits = waits.min(match *state {
                ESTABLISHED | CLOSE_WAIT => Waits::Bytes,
                LISTEN => Waits::Accept,
                _ => Waits::Other,
            });
        }
    }
    waits
}

fn is_socket(process: u32, descriptor: u32) -> bool {
    let target = fs::read_link(format!("/proc/{process}/fd/{descriptor}"));
    target.is_ok_and(|target| is_socket_name(&target))
}

fn is_socket_name(target: &Path) -> bool {
    target
        .to_str()
        .is_some_and(|name| name.starts_with("socket:"))
}

/// Whether a thread of this name belongs to a JVM, which wakes it up now and then for work of its
/// own.
fn is_housekeeping(name: &str) -> bool {
    HOUSEKEEPING.iter().any(|begin| name.starts_with(begin))
}

/// How the names begin, which the system cuts after fifteen bytes.
const HOUSEKEEPING: [&str; 19] = [
    "Attach Listener",
    "C1 CompilerThre",
    "C2 CompilerThre",
    "Common-Cleaner",
    "Concurrent Mark",
    "Finalizer",
    "G1 ",
    "GC Thread",
    "JVMCI",
    "Monitor Deflati",
    "Notification Th",
    "ParGC Thread",
    "Reference Handl",
    "Service Thread",
    "Shenandoah",
    "Signal Dispatch",
    "Sweeper thread",
    "VM ",
    "process reaper",
];

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
