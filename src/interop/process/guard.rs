//! The guard: a small process between the harness and a program, so that nothing is left behind.
//!
//! The guard and its program stand in a process group of their own. The harness holds the reading
//! ends of their stdout and stderr. Whatever ends the harness (a return, a panic, Ctrl-C, SIGKILL)
//! closes those ends, the system tells the guard so, and the guard kills the group: the program,
//! whatever that has started, and itself. No file descriptor is passed for this, nothing is polled
//! at intervals, and there is no moment in which the program runs unguarded.
//!
//! Otherwise the guard is transparent: the three standard streams are the program's own, of stdin
//! it keeps nothing, so that a program that closes it is seen to do so, and it ends as the program
//! ends.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use super::advised;
use super::network::{self, Door};

/// The hidden subcommand of `javatalk` that [`run`] stands behind.
pub(crate) const SUBCOMMAND: &str = "guard-program";

/// The command line that runs `program` under the guard of the executable `javatalk`, in a network
/// of its own if there is to be a door to it.
pub(super) fn command(javatalk: &Path, program: &Path, door: Option<Door>) -> Command {
    let mut command = Command::new(javatalk);
    command.arg(SUBCOMMAND);
    if let Some(door) = door {
        command.arg("--network").arg(door.to_string());
    }
    command.arg("--").arg(program);
    command
}

/// Runs a program until it ends or the reader of its output is gone; returns its exit code.
///
/// # Errors
///
/// If the program cannot be started, or the network cannot be made.
pub fn run(program: PathBuf, arguments: Vec<OsString>, door: Option<Door>) -> std::io::Result<u8> {
    if let Some(door) = door {
        // Before there is a second thread.
        network::move_in(door)?;
    }
    // Before the program, which could not be killed without it.
    watch_the_harness().map_err(advised)?;
    let child = Command::new(program).args(arguments).spawn();
    let mut child = child.map_err(advised)?;
    let_go_of_stdin()?;
    Ok(exit_like(child.wait()?))
}

fn let_go_of_stdin() -> std::io::Result<()> {
    let nothing = std::fs::File::open("/dev/null")?;
    Ok(rustix::stdio::dup2_stdin(nothing)?)
}

fn watch_the_harness() -> std::io::Result<()> {
    use rustix::event::{PollFd, PollFlags, poll};
    use rustix::process::{Signal, getpgrp, kill_process_group};

    std::thread::Builder::new()
        .name("watch the harness".to_owned())
        .spawn(|| {
            let (stdout, stderr) = (std::io::stdout(), std::io::stderr());
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
            // This process belongs to the group: nothing after this line runs.
            let _ = kill_process_group(getpgrp(), Signal::KILL);
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
