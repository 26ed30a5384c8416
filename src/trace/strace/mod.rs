//! What `strace` says of one program, heard while it runs.

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

/// The calls that are asked for: all that sockets know, and what makes and shares numbers.
///
/// Behind a question mark stands what not every processor or release has.
const CALLS: &str = "trace=network,read,write,readv,writev,close,fcntl,ioctl,?poll,?ppoll,?epoll_ctl,\
                     ?sendfile,dup,?dup2,?dup3,clone,?clone3,?fork,?vfork";

/// As many bytes of a string as are printed: more than the longest message.
const LONGEST: &str = "70000";

/// An `strace` that works here.
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
    // It may be there and not be allowed to look.
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
    Err(failed(said.lines().next().unwrap_or("it says nothing")))
}

/// A program under `strace`, and what it has said.
#[derive(Debug)]
pub(crate) struct Strace {
    log: Arc<Mutex<Log>>,
    reader: Option<JoinHandle<()>>,
    /// To be dropped to end the reader.
    end: Option<io::PipeWriter>,
}

impl Strace {
    /// Lets `program` be started by `strace`, which writes into a pipe in this folder; `bell` rings
    /// for every call.
    ///
    /// # Errors
    ///
    /// If the pipe cannot be made.
    pub(crate) fn on(
        program: Invocation,
        strace: &Path,
        pipe: &Path,
        notify: &Arc<Notify>,
    ) -> io::Result<(Invocation, Self)> {
        let heard = named_pipe(pipe)?;
        let (ended, end) = io::pipe()?;
        let log = Arc::new(Mutex::new(Log::default()));
        let reader = {
            let (log, notify) = (Arc::clone(&log), Arc::clone(notify));
            thread::Builder::new()
                .name("strace".to_owned())
                .spawn(move || hear(heard, &ended, &log, &notify))?
        };
        // No signals, no numbers of processes, strings in hex.
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

    /// Looks at what has been said so far.
    pub(crate) fn with<T>(&self, look: impl FnOnce(&Log) -> T) -> T {
        look(&self.log.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// All calls so far. The program may go on, and is heard out, but what it does is not kept.
    pub(crate) fn so_far(&self) -> Vec<Call> {
        std::mem::take(&mut *self.log.lock().unwrap_or_else(PoisonError::into_inner)).finish()
    }

    /// All calls, once the program has ended.
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

/// Makes a pipe with a name.
#[cfg(target_os = "linux")]
fn named_pipe(pipe: &Path) -> io::Result<File> {
    use rustix::fs::{CWD, Mode, OFlags, mkfifoat, open};

    mkfifoat(CWD, pipe, Mode::RUSR | Mode::WUSR)?;
    // Who reads and writes waits for nobody to open the other end.
    let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::CLOEXEC;
    Ok(File::from(open(pipe, flags, Mode::empty())?))
}

/// Elsewhere there is nobody to write into it.
#[cfg(not(target_os = "linux"))]
fn named_pipe(_: &Path) -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

fn hear(mut heard: File, ended: &io::PipeReader, log: &Mutex<Log>, notify: &Notify) {
    let mut buffer = vec![0; 1 << 16];
    loop {
        let mut awaited = [
            PollFd::new(&heard, PollFlags::IN),
            PollFd::new(ended, PollFlags::IN),
        ];
        let waited = poll(&mut awaited, None);
        let is_end = !awaited[1].revents().is_empty();
        // Also at the end: what was written before it is already here.
        while let Ok(length @ 1..) = heard.read(&mut buffer) {
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
