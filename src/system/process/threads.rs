//! What the threads of a running program are doing, according to the kernel.

use std::collections::BTreeSet;
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

/// The state of processes none of whose threads runs or wakes up by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asleep {
    /// What they wait for: of several things the first in the order of [`Waits`].
    pub(crate) waits: Waits,
    /// How often their threads have run so far.
    pub(crate) runs: u64,
    /// The inodes of the sockets that they wait for, except for those that listen.
    pub(crate) sockets: BTreeSet<u32>,
}

/// The state of the processes below `supervisor`; `None` if one of their threads runs now or wakes up
/// by itself, or where the system does not say.
pub(crate) fn asleep(supervisor: u32) -> Option<Asleep> {
    if !are_asleep(supervisor)? {
        return None;
    }
    let mut first = None;
    let mut runs = 0;
    let mut sockets = BTreeSet::new();
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
            let waits = of_call(process, thread.call, &mut sockets);
            first = Some(first.map_or(waits, |first: Waits| first.min(waits)));
            // The number of threads counts too.
            runs += 1 + runs_of(process, thread.id);
        }
    }
    Some(Asleep {
        waits: first?,
        runs,
        sockets,
    })
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

/// What a thread waits for in this call. Adds the sockets to `awaited`.
fn of_call(process: u32, call: Call, awaited: &mut BTreeSet<u32>) -> Waits {
    let mut socket = |descriptor| {
        let link = fs::read_link(format!("/proc/{process}/fd/{descriptor}"));
        let inode = link.ok().and_then(|target| socket_inode(&target));
        awaited.extend(inode);
        inode.is_some()
    };
    match call {
        Call::Write(descriptor) if socket(descriptor) => Waits::Room,
        Call::Read(descriptor) if socket(descriptor) => Waits::Bytes,
        Call::Read(0) => Waits::Stdin,
        Call::Accept => Waits::Accept,
        Call::Poll => polled(process, awaited),
        Call::Read(_) | Call::Write(_) | Call::None | Call::Other => Waits::Other,
    }
}

/// What a process that waits for several descriptors waits for, judged by the sockets that it has.
/// Adds those that do not listen to `awaited`.
fn polled(process: u32, awaited: &mut BTreeSet<u32>) -> Waits {
    const ESTABLISHED: &str = "01";
    const CLOSE_WAIT: &str = "08";
    const LISTEN: &str = "0A";
    let mut sockets: BTreeSet<u32> = fs::read_dir(format!("/proc/{process}/fd"))
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| socket_inode(&fs::read_link(entry.path()).ok()?))
        .collect();
    let mut waits = Waits::Other;
    for table in ["tcp", "tcp6"] {
        let table = fs::read_to_string(format!("/proc/{process}/net/{table}"));
        for line in table.unwrap_or_default().lines().skip(1) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let (Some(state), Some(inode)) = (words.get(3), words.get(9)) else {
                continue;
            };
            let Some(inode) = inode.parse().ok().filter(|inode| sockets.contains(inode)) else {
                continue;
            };
            waits = waits.min(match *state {
                ESTABLISHED | CLOSE_WAIT => Waits::Bytes,
                LISTEN => {
                    sockets.remove(&inode);
                    Waits::Accept
                }
                _ => Waits::Other,
            });
        }
    }
    awaited.append(&mut sockets);
    waits
}

/// The inode of a socket, from the link that stands for its descriptor.
fn socket_inode(link: &Path) -> Option<u32> {
    let inode = link.to_str()?.strip_prefix("socket:[")?;
    inode.strip_suffix(']')?.parse().ok()
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
/// system does not say. A program that is about to end is not asleep.
pub(crate) fn are_asleep(supervisor: u32) -> Option<bool> {
    let programs = children(supervisor)?;
    // The supervisor has yet to notice that its program has ended.
    let is_ending = |program: &u32| matches!(states(*program)[..], [] | [b'Z' | b'X']);
    if programs.is_empty() || programs.iter().any(is_ending) {
        return Some(false);
    }
    let mut states = descendants(supervisor)?.into_iter().flat_map(states);
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

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    // This process is the parent of no other while it asks, or of some that other tests start: so a
    // process without children is asked about.
    #[test]
    fn a_program_that_has_ended_is_not_asleep() {
        let mut child = std::process::Command::new("cat")
            .stdin(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        assert_eq!(children(child.id()), Some(Vec::new()));
        assert_eq!(are_asleep(child.id()), Some(false));
        assert_eq!(asleep(child.id()), None);
        drop(child.stdin.take());
        child.wait().unwrap();
        assert_eq!(are_asleep(child.id()), None);
    }

    /// The kernel says so as soon as the program waits.
    fn once_asleep(supervisor: u32) -> Asleep {
        loop {
            match asleep(supervisor) {
                Some(asleep) => return asleep,
                None => std::thread::yield_now(),
            }
        }
    }

    #[test]
    fn the_sockets_that_a_program_waits_for_are_named() {
        let listener = std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).unwrap();
        let own = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let stdin = std::os::fd::OwnedFd::from(listener.accept().unwrap().0);
        let mut shell = std::process::Command::new("sh")
            .args(["-c", "cat; true"])
            .stdin(stdin)
            .spawn()
            .unwrap();
        let asleep = once_asleep(shell.id());
        let link = fs::read_link(format!("/proc/{}/fd/0", shell.id())).unwrap();
        assert_eq!(asleep.waits, Waits::Bytes);
        assert_eq!(
            asleep.sockets,
            BTreeSet::from([socket_inode(&link).unwrap()])
        );
        drop(own);
        shell.wait().unwrap();
    }

    #[test]
    fn what_a_program_waits_for_is_found_below_its_shell() {
        let mut shell = std::process::Command::new("sh")
            // Two processes, so that the shell stays the parent of the other.
            .args(["-c", "cat; true"])
            .stdin(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let asleep = once_asleep(shell.id());
        assert_eq!(asleep.waits, Waits::Stdin);
        assert_eq!(asleep.sockets, BTreeSet::new());
        assert_eq!(are_asleep(shell.id()), Some(true));
        drop(shell.stdin.take());
        shell.wait().unwrap();
    }
}
