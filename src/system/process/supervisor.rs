//! The supervisor: a small process between the harness and a program, so that no process is left
//! behind.
//!
//! On Linux the supervisor is the subreaper of all descendants of the program: a process whose
//! parent ends becomes a child of the supervisor, even if it has left the process group and the
//! session. So the supervisor ends a program by killing its own children until none is left. It
//! does so when
//!
//! - the program has ended: processes that it left running are killed;
//! - the harness asks for it, with SIGTERM;
//! - the harness is gone. The harness holds the reading ends of the program's stdout and stderr.
//!   However the harness ends (a return, a panic, Ctrl-C, SIGKILL), those ends are closed, and the
//!   kernel reports that to the supervisor. This needs no extra file descriptor and no periodic
//!   polling.
//!
//! All of this is set up before the program starts. Other systems have no subreaper; there the
//! supervisor kills the process group that it shares with the program.
//!
//! With a control connection, the supervisor first makes the sockets that the harness asks for, and
//! starts the program when it is told to, with a pipe as its stdin.
//!
//! Otherwise the supervisor is transparent. The three standard streams are the program's own. The
//! supervisor keeps no copy of stdin, so that a program that closes its stdin is seen to do so. It
//! exits with the status of the program.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::control::Requests;
use super::namespace::SocketRequest;
use super::tree::ProcessTree;
use super::{advised, namespace};

/// The first argument of a supervisor.
const FIRST_ARGUMENT: &str = "guard-program";

/// What the supervisor does in addition to running its program.
#[derive(Debug, Clone, Default)]
pub(crate) struct Duties {
    /// Enters a new network namespace and creates this socket in it.
    pub socket_request: Option<SocketRequest>,
    /// Takes requests over the socket that is its stdin.
    pub(crate) controlled: Option<Network>,
    /// Removes this folder if the harness is gone and cannot remove it.
    pub scratch: Option<PathBuf>,
    /// Removes a file for each process that it has to kill. The name is this path followed by the
    /// process ID. The process would have removed the file itself on a normal exit.
    pub residue: Option<PathBuf>,
}

/// The network of a program whose supervisor has a control connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Network {
    /// That of the harness.
    Shared,
    /// A network namespace of its own.
    Own,
}

impl Network {
    /// Its name in the supervisor's command line.
    fn name(self) -> &'static str {
        match self {
            Self::Shared => "shared",
            Self::Own => "own",
        }
    }
}

impl Network {
    fn of_name(name: &str) -> Option<Self> {
        [Self::Shared, Self::Own]
            .into_iter()
            .find(|network| network.name() == name)
    }
}

/// The command line that runs `program` under the supervisor in the executable `javatalk`.
pub(crate) fn command(javatalk: &Path, program: &Path, duties: &Duties) -> Command {
    let mut command = Command::new(javatalk);
    command.arg(FIRST_ARGUMENT);
    if let Some(request) = duties.socket_request {
        command.arg("--network").arg(request.to_string());
    }
    if let Some(network) = duties.controlled {
        command.arg("--controlled").arg(network.name());
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

/// What a supervisor has been started for.
#[derive(Debug)]
pub(crate) struct Supervised {
    program: PathBuf,
    arguments: Vec<OsString>,
    duties: Duties,
}

impl Supervised {
    /// Runs the program until it ends, or until the harness closes its output. Returns its exit code.
    ///
    /// # Errors
    ///
    /// If the program cannot be started, or the network namespace cannot be created.
    pub(crate) fn run(self) -> io::Result<u8> {
        run(self.program, self.arguments, self.duties)
    }
}

/// What this process has been started for; `None` if it is no supervisor.
pub(crate) fn requested() -> Option<Supervised> {
    parse(std::env::args_os().skip(1))
}

/// Reads the arguments that [`command`] writes. `None` if they are others.
fn parse(mut arguments: impl Iterator<Item = OsString>) -> Option<Supervised> {
    if arguments.next()? != FIRST_ARGUMENT {
        return None;
    }
    let mut duties = Duties::default();
    loop {
        let option = arguments.next()?;
        if option == "--" {
            break;
        }
        let value = arguments.next()?;
        match option.to_str()? {
            "--network" => duties.socket_request = Some(value.to_str()?.parse().ok()?),
            "--controlled" => duties.controlled = Some(Network::of_name(value.to_str()?)?),
            "--scratch" => duties.scratch = Some(value.into()),
            "--residue" => duties.residue = Some(value.into()),
            _ => return None,
        }
    }
    Some(Supervised {
        program: arguments.next()?.into(),
        arguments: arguments.collect(),
        duties,
    })
}

fn run(program: PathBuf, arguments: Vec<OsString>, duties: Duties) -> io::Result<u8> {
    if let Some(request) = duties.socket_request {
        // Before a second thread exists.
        namespace::enter_own_network(request)?;
    }
    let mut requests = match duties.controlled {
        None => None,
        Some(network) => {
            // Before a second thread exists.
            let mut requests = Requests::accept(network == Network::Own)?;
            if !requests.until_start() {
                return Ok(0);
            }
            Some(requests)
        }
    };
    let tree = Arc::new(ProcessTree::new(duties.residue)?);
    {
        let tree = Arc::clone(&tree);
        ctrlc::set_handler(move || tree.end()).map_err(io::Error::other)?;
    }
    // Before the program starts; without this thread it could not be killed.
    watch_the_harness(Arc::clone(&tree)).map_err(advised)?;
    let mut command = Command::new(program);
    command.args(arguments);
    let child = match &mut requests {
        None => command.spawn(),
        Some(requests) => spawn_with_pipe(command, requests),
    };
    let child = child.map_err(advised)?;
    let_go_of_stdin()?;
    if let Some(requests) = requests {
        serve(requests, &tree, child.id())?;
    }
    let status = tree.wait_for(child.id())?;
    if let Some(scratch) = duties.scratch
        && tree.is_orphaned.load(Ordering::Relaxed)
    {
        // Another supervisor may have removed it already.
        let _ = std::fs::remove_dir_all(scratch);
    }
    Ok(exit_like(status))
}

/// Starts the program with a pipe as its stdin, and hands over the writing end.
fn spawn_with_pipe(mut command: Command, requests: &mut Requests) -> io::Result<Child> {
    let (reader, writer) = io::pipe()?;
    command.stdin(reader);
    // SIGTERM goes to the whole group, but not to the supervisor. Other systems need the group of
    // the supervisor to end the program's descendants.
    #[cfg(target_os = "linux")]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let child = command.spawn();
    // The command holds the reading end.
    drop(command);
    let writer = match &child {
        Ok(_) => Ok(writer.into()),
        Err(why) => Err(io::Error::new(why.kind(), why.to_string())),
    };
    requests.started(writer)?;
    child
}

fn serve(mut requests: Requests, tree: &Arc<ProcessTree>, program: u32) -> io::Result<()> {
    let tree = Arc::clone(tree);
    std::thread::Builder::new()
        .name("requests".to_owned())
        .spawn(move || requests.serve(|| tree.terminate(program)))
        .map_err(advised)?;
    Ok(())
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
            // No event is requested: closing the other end is always reported.
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

/// If a signal killed the program, the supervisor kills itself with the same signal, so that the
/// harness sees it.
fn exit_like(status: ExitStatus) -> u8 {
    use std::os::unix::process::ExitStatusExt;
    if let Some(number) = status.signal() {
        // The supervisor itself handles SIGTERM, SIGINT and SIGHUP. This does not return if the
        // signal can be handled at all.
        let _ = signal_hook::low_level::emulate_default_handler(number);
        if let Some(signal) = rustix::process::Signal::from_named_raw(number) {
            // Twice: Rust's handler for SIGSEGV, which detects stack overflows, receives the first
            // signal and then uninstalls itself.
            for _ in 0..2 {
                let _ = rustix::process::kill_process(rustix::process::getpid(), signal);
            }
        }
        // The exit code that a shell reports for a signal.
        return u8::try_from(128 + number).unwrap_or(u8::MAX);
    }
    status
        .code()
        .and_then(|code| u8::try_from(code & 0xff).ok())
        .unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_supervisor_reads_the_command_line_that_starts_it() {
        let all = Duties {
            socket_request: Some(SocketRequest::Listener(666)),
            controlled: Some(Network::Own),
            scratch: Some("/a folder".into()),
            residue: Some("--".into()),
        };
        for duties in [all, Duties::default()] {
            let mut command = command("javatalk".as_ref(), "/bin/program".as_ref(), &duties);
            command.args(["--", "--network", "x"]);
            let arguments = command.get_args().map(OsString::from);
            let supervised = parse(arguments).unwrap();
            assert_eq!(format!("{:?}", supervised.duties), format!("{duties:?}"));
            assert_eq!(supervised.program, Path::new("/bin/program"));
            assert_eq!(supervised.arguments, ["--", "--network", "x"]);
        }
    }

    #[test]
    fn other_arguments_are_not_for_the_supervisor() {
        for words in [
            &[][..],
            &["--list"],
            &["--", "/bin/program"],
            &[FIRST_ARGUMENT],
            &[FIRST_ARGUMENT, "--scratch"],
            &[FIRST_ARGUMENT, "--network", "nowhere", "--", "/bin/program"],
            &[FIRST_ARGUMENT, "--nocapture", "name", "--", "/bin/program"],
            &[FIRST_ARGUMENT, "--"],
        ] {
            let arguments = words.iter().map(OsString::from);
            assert!(parse(arguments).is_none(), "{words:?}");
        }
    }
}
