//! Starts programs, collects their output, and leaves no process behind.
//!
//! Only this module starts processes. Both output pipes are drained from the start, so that no
//! program blocks on a full pipe. Input is written by a separate thread for the same reason. Every
//! wait is bounded. The [supervisor] kills a program and all its descendants when its
//! [`Running`] is dropped, and when the harness itself is killed. A program that ends by itself in
//! both cases can run without a supervisor: see [`Guard`]. A [`host`] runs one program after another
//! in one process.

pub(crate) mod command;
mod command_line;
pub(crate) mod control;
pub(crate) mod host;
pub(crate) mod namespace;
pub(crate) mod output;
pub(crate) mod prepared;
pub(crate) mod request;
pub(crate) mod supervisor;
pub(crate) mod threads;
pub(crate) mod tree;
mod usage;

use std::io::{self, Write};
use std::process::{Child, ExitStatus};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{fmt, thread};

pub(crate) use command::{Guard, Invocation, StartError};
pub(crate) use command_line::CommandLineError;
use output::{Capture, Limit};
pub(crate) use request::RequestPipe;
pub use usage::Usage;

use super::wait::{Notify, TimedOut, Timeouts};

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It exited with this code.
    Code(i32),
    Signal(i32),
}

impl Exit {
    /// Whether it exited successfully.
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

/// The complete output of a program, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// Every byte of its stdout.
    pub stdout: Vec<u8>,
    /// The length of stdout at each time of reading: these bytes were printed before that time.
    pub printed: Vec<(usize, Instant)>,
    /// Every byte of its stderr.
    pub stderr: Vec<u8>,
    /// How it ended. `None` if it had to be killed.
    pub exit: Option<Exit>,
}

/// A running program. Dropping this kills the program and all its descendants.
#[derive(Debug)]
pub struct Running {
    invocation: String,
    child: Started,
    stdout: Arc<Capture>,
    stderr: Arc<Capture>,
    exit: Arc<Mutex<Option<Exit>>>,
    notify: Arc<Notify>,
}

impl Running {
    /// Collects the output of `child`, and writes `stdin` to `pipe`.
    fn hear(
        child: Child,
        is_supervised: bool,
        invocation: String,
        pipe: impl Write + Send + 'static,
        stdin: Vec<u8>,
        notify: &Arc<Notify>,
    ) -> io::Result<Self> {
        let running = Self::watch(child, is_supervised, invocation, notify)?;
        write_all(pipe, stdin)?;
        Ok(running)
    }

    /// Collects the output pipes of `child` that the caller has not taken, and waits for its end.
    ///
    /// If the system allows no more threads, the child is killed.
    fn watch(
        child: Child,
        is_supervised: bool,
        invocation: String,
        notify: &Arc<Notify>,
    ) -> io::Result<Self> {
        Self::watch_up_to(Limit::OF_STDERR, child, is_supervised, invocation, notify)
    }

    /// As [`watch`](Self::watch) of a supervised program, but keeps as much of stderr as of stdout.
    fn watch_all(child: Child, invocation: String, notify: &Arc<Notify>) -> io::Result<Self> {
        Self::watch_up_to(Limit::OF_STDOUT, child, true, invocation, notify)
    }

    fn watch_up_to(
        limit_of_stderr: Limit,
        mut child: Child,
        is_supervised: bool,
        invocation: String,
        notify: &Arc<Notify>,
    ) -> io::Result<Self> {
        let started = if is_supervised {
            Started::Supervisor(child.id())
        } else {
            Started::Program(child.id())
        };
        let exit = Arc::new(Mutex::new(None));
        let watched = || -> io::Result<_> {
            let stdout = Capture::of(child.stdout.take(), Limit::OF_STDOUT, notify)?;
            let stderr = Capture::of(child.stderr.take(), limit_of_stderr, notify)?;
            let (exit, notify) = (Arc::clone(&exit), Arc::clone(notify));
            let is_stoppable = !is_supervised;
            thread::Builder::new().spawn(move || {
                reap(&mut child, is_stoppable, &exit);
                notify.notify();
            })?;
            Ok((stdout, stderr))
        };
        let (stdout, stderr) = watched().inspect_err(|_| started.abandon())?;
        Ok(Self {
            invocation,
            child: started,
            stdout,
            stderr,
            exit,
            notify: Arc::clone(notify),
        })
    }

    pub fn invocation(&self) -> &str {
        &self.invocation
    }

    /// The process ID of the program. `None` if it has ended, or on systems that do not show it.
    pub fn id(&self) -> Option<u32> {
        let supervisor = match &self.child {
            Started::Supervisor(id) => id,
            Started::Program(id) => return self.exit().is_none().then_some(*id),
            Started::In(host) => return self.exit().is_none().then(|| host.id())?,
        };
        // The first child of the supervisor.
        let children = format!("/proc/{supervisor}/task/{supervisor}/children");
        let children = std::fs::read_to_string(children).ok()?;
        children.split_ascii_whitespace().next()?.parse().ok()
    }

    /// Its stdout so far.
    pub fn stdout(&self) -> Vec<u8> {
        self.stdout.bytes()
    }

    /// Where its stdout is collected, for a caller that needs to know what was printed by a moment.
    pub(crate) fn capture(&self) -> Arc<Capture> {
        Arc::clone(&self.stdout)
    }

    /// Where its stderr is collected.
    pub(crate) fn error_capture(&self) -> Arc<Capture> {
        Arc::clone(&self.stderr)
    }

    /// The process ID of its supervisor, whose children are the program and what it has left; of the
    /// program itself, if it runs without one.
    pub(crate) fn supervisor(&self) -> u32 {
        match &self.child {
            Started::Supervisor(id) | Started::Program(id) => *id,
            Started::In(host) => host.supervisor(),
        }
    }

    /// Its stderr so far.
    pub fn stderr(&self) -> Vec<u8> {
        self.stderr.bytes()
    }

    /// How it ended. `None` while it runs.
    pub fn exit(&self) -> Option<Exit> {
        *self.exit.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it has ended and all its output has been read.
    pub fn is_over(&self) -> bool {
        self.exit().is_some() && self.stdout.is_closed() && self.stderr.is_closed()
    }

    /// Waits until it has ended and all its output has been read.
    ///
    /// # Errors
    ///
    /// The timeout that expired; the program is still running then.
    pub fn wait(&self, timeouts: Timeouts) -> Result<(), TimedOut> {
        self.notify.wait(timeouts, || self.is_over())
    }

    /// Kills it if it still runs, and returns all its output.
    pub fn finish(self) -> Finished {
        let exit = self.exit();
        self.kill();
        // All descendants are dead, so their pipes close. On systems other than Linux, a process
        // that has left the group may keep them open.
        let _ = self.wait(AFTER_KILL);
        Finished {
            stdout: self.stdout.bytes(),
            printed: self.stdout.times(),
            stderr: self.stderr.bytes(),
            exit,
        }
    }

    fn kill(&self) {
        // Under the lock: once the process is reaped, its ID could be reused.
        let exit = self.exit.lock().unwrap_or_else(PoisonError::into_inner);
        if exit.is_none() {
            self.child.end();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Writes a program's complete stdin in a thread of its own: the program may not read for a long
/// time.
fn write_all(mut pipe: impl Write + Send + 'static, stdin: Vec<u8>) -> io::Result<()> {
    thread::Builder::new().spawn(move || {
        // A program may end without reading its input; that is not an error of the harness.
        let _ = pipe.write_all(&stdin);
    })?;
    Ok(())
}

/// How long the pipes of a killed program may stay open before they are abandoned.
const AFTER_KILL: Timeouts = Timeouts {
    idle: Duration::from_secs(2),
    total: Duration::from_secs(5),
};

/// Waits for the end of `child`, kills what still runs in its group, and sets `exit`.
fn reap(child: &mut Child, is_stoppable: bool, exit: &Mutex<Option<Exit>>) {
    wait_without_taking(child.id(), is_stoppable);
    // No other thread may kill from here on: once the child is reaped, its ID may be reused.
    let mut exit = exit.lock().unwrap_or_else(PoisonError::into_inner);
    kill_group(child.id());
    *exit = Some(child.wait().map_or(Exit::Code(-1), Exit::of));
}

/// Returns when the child has ended. It stays a zombie, so its process ID is not reused.
///
/// A child that is not stoppable is continued whenever it is stopped: a program that stops its process
/// group also stops its supervisor, which then could not end the program.
fn wait_without_taking(id: u32, is_stoppable: bool) {
    use rustix::io::Errno;
    use rustix::process::{Signal, WaitId, WaitIdOptions, kill_process, waitid};

    let Some(pid) = pid(id) else { return };
    let mut look = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    if !is_stoppable {
        look |= WaitIdOptions::STOPPED;
    }
    loop {
        match waitid(WaitId::Pid(pid), look) {
            Ok(Some(status)) if status.stopped() => {
                let _ = kill_process(pid, Signal::CONT);
            }
            Err(Errno::INTR) => {}
            Ok(_) | Err(_) => return,
        }
    }
}

/// The process in which a program runs.
#[derive(Debug)]
enum Started {
    /// A child with this process ID, whose only child is the program.
    Supervisor(u32),
    /// The program itself, which leads a process group of its own.
    Program(u32),
    /// A host that runs one program after another.
    In(Arc<Running>),
}

impl Started {
    /// Ends the program and all its descendants.
    ///
    /// A supervisor does so when it receives this signal. Until it has installed its handler for the
    /// signal, it has started nothing, and the signal kills it.
    fn end(&self) {
        use rustix::process::{Signal, kill_process};

        match self {
            Self::Supervisor(id) => {
                if let Some(supervisor) = pid(*id) {
                    let _ = kill_process(supervisor, Signal::TERM);
                }
            }
            Self::Program(id) => kill_group(*id),
            Self::In(host) => host.kill(),
        }
    }

    /// Ends a child that no thread waits for, and all descendants of its program.
    fn abandon(&self) {
        use rustix::process::{WaitOptions, waitpid};

        self.end();
        let (id, is_stoppable) = match self {
            Self::Supervisor(id) => (*id, false),
            Self::Program(id) => (*id, true),
            // The thread that waits for the host reaps it.
            Self::In(_) => return,
        };
        wait_without_taking(id, is_stoppable);
        let Some(pid) = pid(id) else { return };
        while let Err(rustix::io::Errno::INTR) = waitpid(Some(pid), WaitOptions::empty()) {}
    }
}

/// Appends advice to an error of starting a process or a thread.
pub(crate) fn advised(why: io::Error) -> io::Error {
    let advice = match why.kind() {
        io::ErrorKind::WouldBlock => {
            "this user may have no more processes and threads: end some, run fewer at a time with \
             --jobs, or raise the limit with `ulimit -u`"
        }
        io::ErrorKind::OutOfMemory => "end other programs, or run fewer at a time with --jobs",
        _ if is_out_of_files(&why) => {
            "run fewer at a time with --jobs, or raise the limit of open files with `ulimit -n`"
        }
        _ => return why,
    };
    io::Error::new(why.kind(), format!("{why}; {advice}"))
}

/// Checks whether the system currently allows `count` more threads.
///
/// Some programs and libraries do not report that they lack threads.
pub(crate) fn spare_threads(count: usize) -> io::Result<()> {
    let gate = Mutex::new(());
    thread::scope(|scope| {
        // No thread ends while the gate is closed.
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
        // The group may already be gone.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
}

fn pid(id: u32) -> Option<rustix::process::Pid> {
    rustix::process::Pid::from_raw(i32::try_from(id).ok()?)
}
