//! Runs a program under `strace`, and reads its output while the program runs.

pub(crate) mod parse;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use parse::{Call, Log};
use rustix::event::{PollFd, PollFlags, poll};

use crate::system::process::Invocation;
use crate::system::wait::{Notify, Timeouts};

/// The traced calls: all on sockets, and those that create and duplicate descriptors.
///
/// A question mark marks calls that some processors or releases do not have.
const CALLS: &str = "trace=network,read,write,readv,writev,close,fcntl,ioctl,?poll,?ppoll,?epoll_ctl,\
                     ?sendfile,dup,?dup2,?dup3,clone,?clone3,?fork,?vfork";

/// How many bytes of a string are printed: more than the longest message has.
const LONGEST: &str = "70000";

/// The path of an `strace` that works on this machine.
///
/// # Errors
///
/// Why there is none, and what to do about it.
pub(crate) fn strace(javatalk: &Path) -> Result<PathBuf, String> {
    if !cfg!(target_os = "linux") {
        return Err("only Linux has strace, so no calls are shown".to_owned());
    }
    let strace = which::which("strace").map_err(|_| {
        "strace is not on PATH, so no calls are shown: install it, with `sudo apt-get install strace` \
         for example"
            .to_owned()
    })?;
    // It may be installed but not permitted to trace.
    let notify = Arc::new(Notify::default());
    let look = Invocation::new(&strace)
        .args(["-f", "-qq", "-o", "/dev/null"])
        .arg(javatalk)
        .arg("--version");
    let failed = |why: &str| format!("strace does not work here, so no calls are shown: {why}");
    let running = look.start(javatalk, Vec::new(), &notify);
    let running = running.map_err(|e| failed(&e.to_string()))?;
    let _ = running.wait(Timeouts::of_a_conversation());
    let finished = running.finish();
    if finished.exit.is_some_and(|exit| exit.success()) {
        return Ok(strace);
    }
    let said = String::from_utf8_lossy(&finished.stderr);
    Err(failed(said.lines().next().unwrap_or("it printed nothing")))
}

/// A program under `strace`, and the calls so far.
#[derive(Debug)]
pub(crate) struct Strace {
    log: Arc<Mutex<Log>>,
    reader: Option<JoinHandle<()>>,
    /// Dropping this ends the reader.
    end: Option<io::PipeWriter>,
}

impl Strace {
    /// Wraps `program` in `strace`, which writes to a named pipe in this folder. `notify` is
    /// notified of every call.
    ///
    /// # Errors
    ///
    /// If the pipe cannot be created.
    pub(crate) fn on(
        program: Invocation,
        strace: &Path,
        pipe: &Path,
        notify: &Arc<Notify>,
    ) -> io::Result<(Invocation, Self)> {
        let output = named_pipe(pipe)?;
        let (ended, end) = io::pipe()?;
        let log = Arc::new(Mutex::new(Log::default()));
        let reader = {
            let (log, notify) = (Arc::clone(&log), Arc::clone(notify));
            thread::Builder::new()
                .name("strace".to_owned())
                .spawn(move || read_log(output, &ended, &log, &notify))?
        };
        // No messages about signals and processes; strings in hex.
        let strace = Invocation::new(strace)
            .args(["-f", "-qq", "-ttt", "-T", "-xx", "-e", "signal=none"])
            .args(["-s", LONGEST, "-e", CALLS, "-o"])
            .arg(pipe);
        let tracer = Self {
            log,
            reader: Some(reader),
            end: Some(end),
        };
        Ok((program.under(strace), tracer))
    }

    /// Gives access to the calls so far.
    pub(crate) fn with<T>(&self, look: impl FnOnce(&Log) -> T) -> T {
        look(&self.log.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// All calls so far. The program may continue and its output is still read, but later calls are
    /// not kept.
    pub(crate) fn so_far(&self) -> Vec<Call> {
        std::mem::take(&mut *self.log.lock().unwrap_or_else(PoisonError::into_inner)).finish()
    }

    /// All calls, after the program has ended.
    pub(crate) fn finish(mut self) -> Vec<Call> {
        self.stop();
        self.so_far()
    }

    fn stop(&mut self) {
        self.end = None;
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
    }
}

impl Drop for Strace {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Creates a named pipe.
#[cfg(target_os = "linux")]
fn named_pipe(pipe: &Path) -> io::Result<File> {
    use rustix::fs::{CWD, Mode, OFlags, mkfifoat, open};

    mkfifoat(CWD, pipe, Mode::RUSR | Mode::WUSR)?;
    // Opening it for reading and writing does not wait for the other end.
    let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::CLOEXEC;
    Ok(File::from(open(pipe, flags, Mode::empty())?))
}

/// Other systems have no `strace`.
#[cfg(not(target_os = "linux"))]
fn named_pipe(_: &Path) -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

fn read_log(mut pipe: File, ended: &io::PipeReader, log: &Mutex<Log>, notify: &Notify) {
    let mut buffer = vec![0; 1 << 16];
    loop {
        let mut awaited = [
            PollFd::new(&pipe, PollFlags::IN),
            PollFd::new(ended, PollFlags::IN),
        ];
        let waited = poll(&mut awaited, None);
        let is_end = !awaited[1].revents().is_empty();
        // Also after the end signal: output written before it is already in the pipe.
        while let Ok(length @ 1..) = pipe.read(&mut buffer) {
            let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
            log.push(&buffer[..length]);
            drop(log);
            notify.notify();
        }
        if is_end || !matches!(waited, Ok(_) | Err(rustix::io::Errno::INTR)) {
            return;
        }
    }
}
