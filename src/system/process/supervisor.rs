//! The guard: a small process between the harness and a program, so that nothing is left behind.
//!
//! On Linux the guard is the subreaper of all that the program starts: a process whose parent ends
//! becomes the guard's child, also one that has left the process group and the session. So the guard
//! ends a program by killing its own children until it has none. It does so when
//!
//! - the program has ended: what it has left running ends with it;
//! - the harness asks for it, by SIGTERM;
//! - the harness is gone. The harness holds the reading ends of the program's stdout and stderr.
//!   Whatever ends the harness (a return, a panic, Ctrl-C, SIGKILL) closes those ends, and the system
//!   tells the guard so. No file descriptor is passed for this, and nothing is polled at intervals.
//!
//! All of this is in place before the program starts. Elsewhere there is no subreaper, and the guard
//! kills the process group that it shares with the program.
//!
//! Otherwise the guard is transparent: the three standard streams are the program's own, of stdin
//! it keeps nothing, so that a program that closes it is seen to do so, and it ends as the program
//! ends.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::namespace::Door;
use super::tree::ProcessTree;
use super::{advised, namespace};

/// The hidden subcommand of `javatalk` that [`run`] stands behind.
pub(crate) const SUBCOMMAND: &str = "guard-program";

/// What the guard does besides running its program.
#[derive(Debug, Clone, Default)]
pub(crate) struct Duties {
    /// Moves into a network of its own, in which there is to be this door.
    pub door: Option<Door>,
    /// Removes this folder if the harness is gone, and cannot do so itself.
    pub scratch: Option<PathBuf>,
    /// Removes the file with this name, followed by the number of the process, of each process that it
    /// has to kill: what it would have removed by itself at its end.
    pub residue: Option<PathBuf>,
}

/// The command line that runs `program` under the guard of the executable `javatalk`.
pub(crate) fn command(javatalk: &Path, program: &Path, duties: &Duties) -> Command {
    let mut command = Command::new(javatalk);
    command.arg(SUBCOMMAND);
    if let Some(door) = duties.door {
        command.arg("--network").arg(door.to_string());
    }
    if let Some(scratch) = &duties.scratch {
        command.arg("--scratch").arg(scratch);
    }
    if let Some(residue) = &duties.residue {
        command.arg("--residue").arg(residue);
    }
    command.arg("--").arg(program);
    command
}

/// Runs a program until it ends or the reader of its output is gone; returns its exit code.
///
/// # Errors
///
/// If the program cannot be started, or the network cannot be made.
pub(crate) fn run(program: PathBuf, arguments: Vec<OsString>, duties: Duties) -> io::Result<u8> {
    if let Some(door) = duties.door {
        // Before there is a second thread.
        namespace::move_in(door)?;
    }
    let tree = Arc::new(ProcessTree::new(duties.residue)?);
    {
        let tree = Arc::clone(&tree);
        ctrlc::set_handler(move || tree.end()).map_err(io::Error::other)?;
    }
    // Before the program, which could not be killed without it.
    watch_the_harness(Arc::clone(&tree)).map_err(advised)?;
    let child = Command::new(program).args(arguments).spawn();
    let child = child.map_err(advised)?;
    let_go_of_stdin()?;
    let status = tree.wait_for(child.id())?;
    if let Some(scratch) = duties.scratch
        && tree.is_orphaned.load(Ordering::Relaxed)
    {
        // Another guard may have removed it already.
        let _ = std::fs::remove_dir_all(scratch);
    }
    Ok(exit_like(status))
}

fn let_go_of_stdin() -> io::Result<()> {
    let nothing = std::fs::File::open("/dev/null")?;
    Ok(rustix::stdio::dup2_stdin(nothing)?)
}

fn watch_the_harness(tree: Arc<ProcessTree>) -> io::Result<()> {
    use rustix::event::{PollFd, PollFlags, poll};

    std::thread::Builder::new()
        .name("watch the harness".to_owned())
        .spawn(move || {
            let (stdout, stderr) = (io::stdout(), io::stderr());
            // No event is asked for: the closing of the other end is always reported.
            let mut ends = [
                PollFd::new(&stdout, PollFlags::empty()),
                PollFd::new(&stderr, PollFlags::empty()),
            ];
            loop {
                match poll(&mut ends, None) {
                    Ok(_) => break,
                    Err(rustix::io::Errno::INTR) => {}
                    Err(_) => return,
                }
            }
            tree.is_orphaned.store(true, Ordering::Relaxed);
            tree.end();
        })?;
    Ok(())
}

/// A program that a signal ended ends its guard by the same signal, so that the harness sees it.
fn exit_like(status: ExitStatus) -> u8 {
    use std::os::unix::process::ExitStatusExt;
    if let Some(number) = status.signal() {
        if let Some(signal) = rustix::process::Signal::from_named_raw(number) {
            // Twice: Rust's own handler for SIGSEGV takes the first for a stack overflow that
            // was none, and gives up its place.
            for _ in 0..2 {
                let _ = rustix::process::kill_process(rustix::process::getpid(), signal);
            }
        }
        // What a shell says of a signal.
        return u8::try_from(128 + number).unwrap_or(u8::MAX);
    }
    status
        .code()
        .and_then(|code| u8::try_from(code & 0xff).ok())
        .unwrap_or(u8::MAX)
}
