//! Starting programs, hearing them out and leaving none behind.
//!
//! The only place that spawns. Both output pipes are drained from the start, so that no program
//! blocks on a full one; input is written by a thread of its own for the same reason; waiting is
//! always bounded. A program and all that it started are killed by its [guard] when its [`Running`] is
//! dropped, and when the harness itself is killed.

pub(crate) mod command;
pub(crate) mod namespace;
pub(crate) mod output;
pub(crate) mod request;
pub(crate) mod supervisor;
pub(crate) mod tree;

use std::io::{self, Write};
use std::process::{Child, ExitStatus};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{fmt, thread};

pub(crate) use command::{Invocation, StartError};
use output::{Capture, Limit};
pub(crate) use request::RequestPipe;

use super::wait::{Notify, TimedOut, Timeouts};

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// By itself, with this code.
    Code(i32),
    /// By this signal.
    Signal(i32),
}

impl Exit {
    /// Whether it ended as a program that has done its work.
    pub fn success(self) -> bool {
        self == Self::Code(0)
    }

    fn of(status: ExitStatus) -> Self {
        if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
            return Self::Signal(signal);
        }
        Self::Code(status.code().unwrap_or(-1))
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "exit code {code}"),
            Self::Signal(signal) => write!(f, "killed by signal {signal}"),
        }
    }
}

/// All that a program has said and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// Every byte of its stdout.
    pub stdout: Vec<u8>,
    /// How many bytes of it had been read when: each was printed before that.
    pub printed: Vec<(usize, Instant)>,
    /// Every byte of its stderr.
    pub stderr: Vec<u8>,
    /// How it ended; none if it had to be killed.
    pub exit: Option<Exit>,
}

/// A program that runs; killed with all that it started when this is dropped.
#[derive(Debug)]
pub struct Running {
    invocation: String,
    guard: u32,
    stdout: Arc<Capture>,
    stderr: Arc<Capture>,
    exit: Arc<Mutex<Option<Exit>>>,
    notify: Arc<Notify>,
}

impl Running {
    /// Hears `child` out, and gives it `stdin` through `pipe`.
    fn hear(
        child: Child,
        invocation: String,
        mut pipe: impl Write + Send + 'static,
        stdin: Vec<u8>,
        notify: &Arc<Notify>,
    ) -> io::Result<Self> {
        let running = Self::watch(child, invocation, notify)?;
        thread::Builder::new().spawn(move || {
            // A program may end without reading its input: that is no error of the harness.
            let _ = pipe.write_all(&stdin);
        })?;
        Ok(running)
    }

    /// Hears out what of `child` nobody else has taken, and waits for its end.
    ///
    /// If the system gives no threads for that, the child is killed.
    fn watch(mut child: Child, invocation: String, notify: &Arc<Notify>) -> io::Result<Self> {
        let guard = child.id();
        let exit = Arc::new(Mutex::new(None));
        let watched = || -> io::Result<_> {
            let stdout = Capture::of(child.stdout.take(), Limit::OF_STDOUT, notify)?;
            let stderr = Capture::of(child.stderr.take(), Limit::OF_STDERR, notify)?;
            let (exit, notify) = (Arc::clone(&exit), Arc::clone(notify));
            thread::Builder::new().spawn(move || {
                reap(&mut child, &exit);
                notify.notify();
            })?;
            Ok((stdout, stderr))
        };
        let (stdout, stderr) = watched().inspect_err(|_| abandon(guard))?;
        Ok(Self {
            invocation,
            guard,
            stdout,
            stderr,
            exit,
            notify: Arc::clone(notify),
        })
    }

    /// The command line.
    pub fn invocation(&self) -> &str {
        &self.invocation
    }

    /// The number of its process; none if it has ended, or this system does not tell.
    pub fn id(&self) -> Option<u32> {
        // The first that the guard has started.
        let children = format!("/proc/{0}/task/{0}/children", self.guard);
        let children = std::fs::read_to_string(children).ok()?;
        children.split_ascii_whitespace().next()?.parse().ok()
    }

    /// What it has printed so far.
    pub fn stdout(&self) -> Vec<u8> {
        self.stdout.bytes()
    }

    /// What it has printed to stderr so far.
    pub fn stderr(&self) -> Vec<u8> {
        self.stderr.bytes()
    }

    /// How it ended; none while it runs.
    pub fn exit(&self) -> Option<Exit> {
        *self.exit.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it has ended and all that it printed has been read.
    pub fn is_over(&self) -> bool {
        self.exit().is_some() && self.stdout.is_closed() && self.stderr.is_closed()
    }

    /// Waits for its end.
    ///
    /// # Errors
    ///
    /// What ran out; the program is still running then.
    pub fn wait(&self, timeouts: Timeouts) -> Result<(), TimedOut> {
        self.notify.wait(timeouts, || self.is_over())
    }

    /// Ends it if it still runs, and returns all that it said.
    pub fn finish(self) -> Finished {
        let exit = self.exit();
        self.kill();
        // All that it has started is dead, so its pipes close; elsewhere than on Linux a process that
        // left the group could hold them.
        let _ = self.wait(AFTER_KILL);
        Finished {
            stdout: self.stdout.bytes(),
            printed: self.stdout.times(),
            stderr: self.stderr.bytes(),
            exit,
        }
    }

    fn kill(&self) {
        // Under the lock: once reaped, the number could name another process.
        let exit = self.exit.lock().unwrap_or_else(PoisonError::into_inner);
        if exit.is_none() {
            end(self.guard);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

/// How long the pipes of a killed program may stay open before they are left alone.
const AFTER_KILL: Timeouts = Timeouts {
    idle: Duration::from_secs(2),
    total: Duration::from_secs(5),
};

/// Waits for the end of `child`, kills what it has left running in its group, and sets `exit`.
fn reap(child: &mut Child, exit: &Mutex<Option<Exit>>) {
    wait_without_taking(child.id());
    // From here to the end nobody else may kill: once the child is taken, its number is free.
    let mut exit = exit.lock().unwrap_or_else(PoisonError::into_inner);
    kill_group(child.id());
    *exit = Some(child.wait().map_or(Exit::Code(-1), Exit::of));
}

/// Returns when the child has ended; as long as it has not been taken, its number is its own.
fn wait_without_taking(id: u32) {
    use rustix::process::{WaitId, WaitIdOptions, waitid};

    let Some(pid) = pid(id) else { return };
    let look = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    while let Err(rustix::io::Errno::INTR) = waitid(WaitId::Pid(pid), look) {}
}

/// Has the guard kill all that its program has started, and end.
///
/// Before it listens to this signal, it has started nothing, and the signal ends it. A program that
/// stops its group stops its guard too.
fn end(guard: u32) {
    use rustix::process::{Signal, kill_process};

    if let Some(guard) = pid(guard) {
        let _ = kill_process(guard, Signal::TERM);
        let _ = kill_process(guard, Signal::CONT);
    }
}

/// Ends a guard that no thread waits for, and with it all that its program has started.
fn abandon(guard: u32) {
    use rustix::process::{WaitOptions, waitpid};

    end(guard);
    let Some(pid) = pid(guard) else { return };
    while let Err(rustix::io::Errno::INTR) = waitpid(Some(pid), WaitOptions::empty()) {}
}

/// What to do about an error of the system in starting a process or a thread, behind the error.
pub(crate) fn advised(why: io::Error) -> io::Error {
    let advice = match why.kind() {
        io::ErrorKind::WouldBlock => {
            "this user may have no more processes and threads: end some, play fewer at a time with \
             --jobs, or raise the limit with `ulimit -u`"
        }
        io::ErrorKind::OutOfMemory => "end other programs, or play fewer at a time with --jobs",
        _ if is_out_of_files(&why) => {
            "play fewer at a time with --jobs, or raise the limit of open files with `ulimit -n`"
        }
        _ => return why,
    };
    io::Error::new(why.kind(), format!("{why}; {advice}"))
}

/// Says whether the system gives so many more threads now.
///
/// Some programs, and some libraries, do not tell what they are short of.
pub(crate) fn spare_threads(count: usize) -> io::Result<()> {
    let gate = Mutex::new(());
    thread::scope(|scope| {
        // As long as it is closed, none of them ends.
        let closed = gate.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = || drop(gate.lock());
        let started = (0..count).try_for_each(|_| {
            let waiting = thread::Builder::new().spawn_scoped(scope, waits);
            waiting.map(drop)
        });
        drop(closed);
        started
    })
}

fn is_out_of_files(why: &io::Error) -> bool {
    use rustix::io::Errno;

    let of_files = [Errno::MFILE, Errno::NFILE].map(Errno::raw_os_error);
    why.raw_os_error()
        .is_some_and(|number| of_files.contains(&number))
}

fn kill_group(group: u32) {
    if let Some(group) = pid(group) {
        // It may be gone already.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
}

fn pid(id: u32) -> Option<rustix::process::Pid> {
    rustix::process::Pid::from_raw(i32::try_from(id).ok()?)
}
