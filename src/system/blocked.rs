//! Finds out in which system call a program waits, if it concerns one of its sockets.
//!
//! A program that waits for bytes, or for buffer space, cannot proceed by itself. On Linux `/proc`
//! shows which processes have a socket open, and in which system call each of their threads is. If
//! `/proc` cannot be read, the state is unknown.

use std::time::{Duration, Instant};

/// What a program waits for at a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Blocked {
    /// Waits for bytes, in a call that reads from this socket.
    Reading,
    /// Waits for buffer space, in a call that writes to this socket.
    Writing,
    /// Waits for an event, in a call that waits for several descriptors or for a timeout.
    Polling,
}

/// A process and its descriptor of the socket.
#[cfg_attr(
    not(target_os = "linux"),
    allow(dead_code, reason = "read only on Linux")
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Holder {
    process: u32,
    descriptor: u32,
}

/// The programs that have a socket open, once found.
#[derive(Debug, Default)]
pub(crate) struct Holders {
    /// The process that is expected to have it open.
    expected: Option<u32>,
    inode: u32,
    found: Vec<Holder>,
    /// When the search was done.
    at: Option<Instant>,
}

/// The socket may be passed to another process, so the search is repeated if a program is not
/// blocked. It is limited in frequency, because it visits every process of the machine.
const FIND_AGAIN: Duration = Duration::from_millis(100);

impl Holders {
    /// Looks at this process first: most likely it alone has the socket open.
    pub(crate) fn expect(&mut self, process: Option<u32>) {
        self.expected = process;
    }

    /// What the programs that have the socket `inode` open wait for there. `None` if they do not
    /// wait there, or if it is unknown.
    pub(crate) fn blocked(&mut self, inode: u32) -> Option<Blocked> {
        let is_new = self.find(inode);
        let blocked = self.ask();
        if blocked.is_some() || is_new || self.at.is_some_and(|at| at.elapsed() < FIND_AGAIN) {
            return blocked;
        }
        self.found = holders(inode);
        self.at = Some(Instant::now());
        self.ask()
    }

    /// Whether any thread of the programs that have the socket `inode` open is running or runnable.
    pub(crate) fn are_awake(&mut self, inode: u32) -> bool {
        self.find(inode);
        let mut threads = self.found.iter().flat_map(|holder| threads(holder.process));
        threads.any(|thread| thread.call == Call::None)
    }

    /// Searches for the programs, unless they are already known. Returns whether it searched.
    fn find(&mut self, inode: u32) -> bool {
        if self.inode == inode && self.at.is_some() {
            return false;
        }
        self.inode = inode;
        let expected = self.expected.and_then(|process| holder(process, inode));
        self.found = match expected {
            Some(holder) => vec![holder],
            None => holders(inode),
        };
        self.at = Some(Instant::now());
        true
    }

    fn ask(&self) -> Option<Blocked> {
        let mut polling = None;
        for holder in &self.found {
            let mut is_awake = false;
            for thread in threads(holder.process) {
                match thread.call {
                    Call::Read(descriptor) if descriptor == holder.descriptor => {
                        return Some(Blocked::Reading);
                    }
                    Call::Write(descriptor) if descriptor == holder.descriptor => {
                        return Some(Blocked::Writing);
                    }
                    Call::Poll => polling = Some(Blocked::Polling),
                    Call::None => is_awake = true,
                    Call::Read(_) | Call::Write(_) | Call::Accept | Call::Other => {}
                }
            }
            if is_awake {
                // One thread may poll something else while another handles the bytes.
                polling = None;
            }
        }
        polling
    }
}

/// A thread of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Thread {
    pub(crate) id: u32,
    /// Its name, cut after fifteen bytes.
    pub(crate) name: String,
    pub(crate) call: Call,
    /// Whether its call ends by itself after some time.
    pub(crate) is_timed: bool,
}

/// What a thread is doing.
#[cfg_attr(
    not(target_os = "linux"),
    allow(dead_code, reason = "read only on Linux")
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    /// It is running or runnable.
    None,
    /// It waits for bytes from this descriptor.
    Read(u32),
    /// It waits for buffer space at this descriptor.
    Write(u32),
    /// It waits for one of several descriptors.
    Poll,
    /// It waits for a connection.
    Accept,
    /// It waits for something else.
    Other,
}

#[cfg(not(target_os = "linux"))]
fn holders(_inode: u32) -> Vec<Holder> {
    Vec::new()
}

#[cfg(not(target_os = "linux"))]
fn holder(_process: u32, _inode: u32) -> Option<Holder> {
    None
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn threads(_process: u32) -> Vec<Thread> {
    Vec::new()
}

#[cfg(target_os = "linux")]
pub(crate) use linux::threads;
#[cfg(target_os = "linux")]
use linux::{holder, holders};

#[cfg(target_os = "linux")]
mod linux {
    use std::fs;
    use std::path::Path;

    use nix::libc;

    use super::{Call, Holder, Thread};

    /// The entries of a folder whose names are numbers.
    fn numbered(folder: &str) -> impl Iterator<Item = u32> {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
    }

    /// Every accessible process that has the socket `inode` open.
    pub(crate) fn holders(inode: u32) -> Vec<Holder> {
        numbered("/proc")
            .filter_map(|process| holder(process, inode))
            .collect()
    }

    /// This process, if it has the socket `inode` open.
    pub(crate) fn holder(process: u32, inode: u32) -> Option<Holder> {
        let socket = format!("socket:[{inode}]");
        let folder = format!("/proc/{process}/fd");
        let descriptor = numbered(&folder).find(|descriptor| {
            fs::read_link(format!("{folder}/{descriptor}"))
                .is_ok_and(|target| target == Path::new(&socket))
        })?;
        Some(Holder {
            process,
            descriptor,
        })
    }

    /// The threads of `process`.
    pub(crate) fn threads(process: u32) -> Vec<Thread> {
        let folder = format!("/proc/{process}/task");
        let thread = |id| {
            let text = fs::read_to_string(format!("{folder}/{id}/syscall")).ok()?;
            let name = fs::read(format!("{folder}/{id}/comm")).unwrap_or_default();
            let (call, is_timed) = parse(&text);
            Some(Thread {
                id,
                name: String::from_utf8_lossy(name.trim_ascii_end()).into_owned(),
                call,
                is_timed,
            })
        };
        numbered(&folder).filter_map(thread).collect()
    }

    /// Parses `running`, or the number of a system call and its arguments. Also returns whether the
    /// call ends after some time.
    fn parse(text: &str) -> (Call, bool) {
        let mut words = text.split_ascii_whitespace();
        let Some(number) = words.next().and_then(|word| word.parse().ok()) else {
            return (Call::None, false);
        };
        let number: libc::c_long = number;
        let arguments: Vec<u64> = words
            .map_while(|word| u64::from_str_radix(word.trim_start_matches("0x"), 16).ok())
            .collect();
        let descriptor = arguments
            .first()
            .and_then(|first| u32::try_from(*first).ok());
        let is_one_of = |calls: &[libc::c_long]| calls.contains(&number);
        let call = match descriptor {
            Some(descriptor) if is_one_of(&READS) => Call::Read(descriptor),
            Some(descriptor) if is_one_of(&WRITES) => Call::Write(descriptor),
            Some(_) if is_one_of(&ACCEPTS) => Call::Accept,
            _ if is_one_of(POLLS) => Call::Poll,
            _ => Call::Other,
        };
        (call, is_timed(number, &arguments))
    }

    /// Whether a call with these arguments ends after some time.
    fn is_timed(number: libc::c_long, arguments: &[u64]) -> bool {
        let argument = |index: usize| arguments.get(index).copied().unwrap_or_default();
        // Milliseconds as an `int`; a negative number is for ever.
        let milliseconds = |index| argument(index) & 0x8000_0000 == 0;
        let pointer = |index| argument(index) != 0;
        match number {
            libc::SYS_nanosleep | libc::SYS_clock_nanosleep => true,
            libc::SYS_futex => pointer(3),
            libc::SYS_ppoll | libc::SYS_rt_sigtimedwait => pointer(2),
            libc::SYS_pselect6 => pointer(4),
            libc::SYS_epoll_pwait => milliseconds(3),
            #[cfg(target_arch = "x86_64")]
            libc::SYS_poll => milliseconds(2),
            #[cfg(target_arch = "x86_64")]
            libc::SYS_select => pointer(4),
            #[cfg(target_arch = "x86_64")]
            libc::SYS_epoll_wait => milliseconds(3),
            _ => false,
        }
    }

    const READS: [libc::c_long; 4] = [
        libc::SYS_read,
        libc::SYS_readv,
        libc::SYS_recvfrom,
        libc::SYS_recvmsg,
    ];

    const WRITES: [libc::c_long; 4] = [
        libc::SYS_write,
        libc::SYS_writev,
        libc::SYS_sendto,
        libc::SYS_sendmsg,
    ];

    const ACCEPTS: [libc::c_long; 2] = [libc::SYS_accept, libc::SYS_accept4];

    const POLLS: &[libc::c_long] = &[
        libc::SYS_ppoll,
        libc::SYS_pselect6,
        libc::SYS_epoll_pwait,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_poll,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_select,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_epoll_wait,
    ];

    #[cfg(test)]
    mod tests {
        use super::*;

        /// What a thread does in this call with these arguments.
        fn parsed(number: libc::c_long, arguments: [u64; 6]) -> (Call, bool) {
            let arguments = arguments.map(|argument| format!("{argument:#x}"));
            parse(&format!("{number} {} 0x7ffd 0x7f00", arguments.join(" ")))
        }

        #[test]
        fn calls_that_end_by_themselves_are_told_apart() {
            const FOR_EVER: u64 = 0xffff_ffff;
            assert_eq!(parse("running"), (Call::None, false));
            let accept = parsed(libc::SYS_accept4, [3, 0, 0, 0, 0, 0]);
            assert_eq!(accept, (Call::Accept, false));
            let read = parsed(libc::SYS_recvfrom, [4, 1, 2, 0, 0, 0]);
            assert_eq!(read, (Call::Read(4), false));
            for (number, at) in [
                (libc::SYS_ppoll, 2),
                (libc::SYS_pselect6, 4),
                (libc::SYS_futex, 3),
            ] {
                let mut arguments = [9, 0, 0, 0, 0, 0];
                assert!(!parsed(number, arguments).1, "{number}");
                arguments[at] = 0x7ffd_1234_5678;
                assert!(parsed(number, arguments).1, "{number}");
            }
            let epoll = |timeout| parsed(libc::SYS_epoll_pwait, [5, 1, 16, timeout, 0, 8]);
            assert_eq!(epoll(FOR_EVER), (Call::Poll, false));
            assert_eq!(epoll(u64::MAX), (Call::Poll, false));
            assert_eq!(epoll(1000), (Call::Poll, true));
            assert_eq!(
                parsed(libc::SYS_clock_nanosleep, [0; 6]),
                (Call::Other, true)
            );
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::io::{Read, Write};
    use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
    use std::thread;

    use super::*;
    use crate::system::sock_diag::{FarEnd, Kernel};

    /// Waits until the program at the other end of `stream` is blocked.
    fn blocked(stream: &TcpStream) -> Blocked {
        let mut holders = Holders::default();
        loop {
            let FarEnd::Socket(facts) = Kernel::Here.far_end(stream) else {
                panic!("no socket");
            };
            if let Some(blocked) = holders.blocked(facts.inode) {
                return blocked;
            }
            thread::yield_now();
        }
    }

    #[test]
    fn blocked_readers_and_writers_are_distinguished() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let ours = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (mut theirs, _) = listener.accept().unwrap();
        thread::scope(|scope| {
            scope.spawn(|| {
                let _ = theirs.read(&mut [0]);
                // More than any socket buffers hold, to a peer that does not read.
                let _ = theirs.write_all(&vec![0; 64 << 20]);
            });
            assert_eq!(blocked(&ours), Blocked::Reading);
            (&ours).write_all(b"x").unwrap();
            while blocked(&ours) != Blocked::Writing {}
            ours.shutdown(Shutdown::Both).unwrap();
            drop(ours);
        });
    }
}
