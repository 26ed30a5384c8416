//! A command line, and starting it under the supervisor.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, io};

use super::control::Control;
use super::namespace::{SocketRequest, Sockets};
use super::prepared::Prepared;
use super::supervisor::{Duties, Network};
use super::{RequestPipe, Running, advised, supervisor};
use crate::system::wait::Notify;

/// What ends a program if the harness is killed.
#[derive(Debug, Clone, Copy)]
pub enum Guard<'a> {
    /// The supervisor in this executable, which also ends everything that the program has started.
    Supervisor(&'a Path),
    /// The program itself. It starts no other program, and exits at the end of its stdin, or within
    /// some seconds in any case.
    Itself,
}

impl Guard<'_> {
    fn is_supervisor(self) -> bool {
        match self {
            Self::Supervisor(_) => true,
            Self::Itself => false,
        }
    }
}

impl<'a, P: AsRef<Path> + ?Sized> From<&'a P> for Guard<'a> {
    fn from(javatalk: &'a P) -> Self {
        Self::Supervisor(javatalk.as_ref())
    }
}

/// A program, its arguments, and the environment variables to hide from it.
#[derive(Debug, Clone)]
pub struct Invocation {
    program: PathBuf,
    arguments: Vec<OsString>,
    without: Vec<&'static str>,
    environment: Vec<(OsString, OsString)>,
    folder: Option<PathBuf>,
    scratch: Option<PathBuf>,
    residue: Option<PathBuf>,
}

impl Invocation {
    /// A command without arguments.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            arguments: Vec::new(),
            without: Vec::new(),
            environment: Vec::new(),
            folder: None,
            scratch: None,
            residue: None,
        }
    }

    #[must_use]
    pub fn arg(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    #[must_use]
    pub fn args<A: Into<OsString>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Adds arguments before the existing ones.
    #[must_use]
    pub fn first_args<A: Into<OsString>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments
            .splice(0..0, arguments.into_iter().map(Into::into));
        self
    }

    /// Runs this command through another program: `wrapper ARGS program ARGS`.
    #[must_use]
    pub fn under(self, other: Self) -> Self {
        let program = OsString::from(self.program);
        let mut both = other.arg(program).args(self.arguments);
        both.without.extend(self.without);
        both.environment.extend(self.environment);
        both.folder = both.folder.or(self.folder);
        both.scratch = both.scratch.or(self.scratch);
        both.residue = both.residue.or(self.residue);
        both
    }

    /// Removes this folder if the harness is killed while the program runs.
    #[must_use]
    pub fn with_scratch(mut self, folder: impl Into<PathBuf>) -> Self {
        self.scratch = Some(folder.into());
        self
    }

    /// Removes a file for each process of the program that has to be killed. Its name is `prefix`
    /// followed by the process ID. The process would have removed the file itself on a normal exit.
    #[must_use]
    pub fn with_residue(mut self, prefix: impl Into<PathBuf>) -> Self {
        self.residue = Some(prefix.into());
        self
    }

    /// Hides these environment variables from the program.
    #[must_use]
    pub fn without(mut self, variables: &[&'static str]) -> Self {
        self.without.extend_from_slice(variables);
        self
    }

    /// Sets an environment variable of the program.
    #[must_use]
    pub fn with_variable(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Runs the program in this folder.
    #[must_use]
    pub fn in_folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// Starts the program with `stdin` as its complete input.
    ///
    /// `guard` is the executable that contains the supervisor, or another guard; `notify` is
    /// notified when the program prints or ends.
    ///
    /// # Errors
    ///
    /// If the program does not exist or cannot be started.
    pub fn start<'a>(
        &self,
        guard: impl Into<Guard<'a>>,
        stdin: Vec<u8>,
        notify: &Arc<Notify>,
    ) -> Result<Running, StartError> {
        let guard = guard.into();
        let mut child = self.spawn(guard, Setting::Plain, Stdio::piped())?;
        let pipe = child.stdin.take().ok_or_else(|| self.failed(no_pipe()))?;
        Running::hear(
            child,
            guard.is_supervisor(),
            self.to_string(),
            pipe,
            stdin,
            notify,
        )
        .map_err(|why| self.failed(why))
    }

    /// Starts the program for requests and responses.
    ///
    /// `guard` is the executable that contains the supervisor, or another guard. A program that
    /// takes longer than `timeout` for a request is killed.
    ///
    /// # Errors
    ///
    /// If the program does not exist or cannot be started.
    pub fn talk<'a>(
        &self,
        guard: impl Into<Guard<'a>>,
        timeout: Duration,
    ) -> Result<RequestPipe, StartError> {
        let guard = guard.into();
        let mut child = self.spawn(guard, Setting::Plain, Stdio::piped())?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let notify = Arc::new(Notify::default());
        let running = Running::watch(child, guard.is_supervisor(), self.to_string(), &notify);
        running
            .and_then(|running| RequestPipe::new(running, input, output, timeout))
            .map_err(|why| self.failed(why))
    }

    /// Starts the program and leaves its stdin and stdout to the caller; its stderr is collected.
    ///
    /// `javatalk` is the executable that contains the supervisor; `notify` is notified
    /// when the program ends.
    ///
    /// # Errors
    ///
    /// If the program does not exist or cannot be started.
    pub fn start_with_pipes(
        &self,
        javatalk: &Path,
        notify: &Arc<Notify>,
    ) -> Result<(Running, ChildStdin, ChildStdout), StartError> {
        let mut child = self.spawn(javatalk.into(), Setting::Plain, Stdio::piped())?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let running = Running::watch(child, true, self.to_string(), notify);
        let running = running.map_err(|why| self.failed(why))?;
        match (input, output) {
            (Some(input), Some(output)) => Ok((running, input, output)),
            _ => Err(self.failed(no_pipe())),
        }
    }

    /// Starts the program as [`Invocation::start`] does, but in a network namespace of its own,
    /// with a socket into it.
    ///
    /// The program's stdin is a socket instead of a pipe.
    ///
    /// # Errors
    ///
    /// As for [`Invocation::start`]. If the system does not allow network namespaces,
    /// `StartError::is_no_network` returns true.
    #[cfg(target_os = "linux")]
    pub fn start_in_own_network(
        &self,
        javatalk: &Path,
        stdin: Vec<u8>,
        notify: &Arc<Notify>,
        request: SocketRequest,
    ) -> Result<(Running, Sockets), StartError> {
        use std::os::fd::OwnedFd;
        use std::os::unix::net::UnixStream;

        let failed = |why| self.failed(why);
        let (ours, theirs) = UnixStream::pair().map_err(failed)?;
        let child = self.spawn(
            javatalk.into(),
            Setting::WithSocket(request),
            Stdio::from(OwnedFd::from(theirs)),
        )?;
        let sockets = super::namespace::receive(&ours, request);
        // Watched even after an error, so that the supervisor is reaped.
        let running =
            Running::hear(child, true, self.to_string(), ours, stdin, notify).map_err(failed)?;
        Ok((running, sockets.map_err(failed)?))
    }

    /// There are no network namespaces on other systems.
    #[cfg(not(target_os = "linux"))]
    pub fn start_in_own_network(
        &self,
        _javatalk: &Path,
        _stdin: Vec<u8>,
        _notify: &Arc<Notify>,
        _request: SocketRequest,
    ) -> Result<(Running, Sockets), StartError> {
        Err(self.failed(io::Error::new(
            io::ErrorKind::Unsupported,
            "only Linux has network namespaces",
        )))
    }

    /// Sets up the program under a supervisor with a control connection, and does not start it yet.
    ///
    /// `javatalk` is the executable that contains the supervisor; `notify` is notified
    /// when the program prints or ends.
    ///
    /// # Errors
    ///
    /// If the program does not exist, or the supervisor cannot be started. If the system does not
    /// allow network namespaces, `StartError::is_no_network` returns true.
    pub(crate) fn prepare(
        &self,
        javatalk: &Path,
        network: Network,
        notify: &Arc<Notify>,
    ) -> Result<Prepared, StartError> {
        use std::os::fd::OwnedFd;
        use std::os::unix::net::UnixStream;

        let failed = |why| self.failed(why);
        let (ours, theirs) = UnixStream::pair().map_err(failed)?;
        let stdin = Stdio::from(OwnedFd::from(theirs));
        let child = self.spawn(javatalk.into(), Setting::Controlled(network), stdin)?;
        let running = Running::watch_all(child, self.to_string(), notify).map_err(failed)?;
        let control = Control::new(ours).map_err(failed)?;
        Ok(Prepared::new(running, Arc::new(control)))
    }

    fn spawn(&self, guard: Guard<'_>, setting: Setting, stdin: Stdio) -> Result<Child, StartError> {
        // Checked here, because the supervisor could only report it on the program's own stderr.
        if !self.program.is_file() {
            return Err(self.failed(io::Error::new(
                io::ErrorKind::NotFound,
                "there is no such file",
            )));
        }
        let mut command = match guard {
            Guard::Supervisor(javatalk) => {
                let (socket_request, controlled) = match setting {
                    Setting::Plain => (None, None),
                    Setting::WithSocket(request) => (Some(request), None),
                    Setting::Controlled(network) => (None, Some(network)),
                };
                let duties = Duties {
                    socket_request,
                    controlled,
                    scratch: self.scratch.clone(),
                    residue: self.residue.clone(),
                };
                supervisor::command(javatalk, &self.program, &duties)
            }
            Guard::Itself => Command::new(&self.program),
        };
        command
            .args(&self.arguments)
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        for variable in &self.without {
            command.env_remove(variable);
        }
        for (name, value) in &self.environment {
            command.env(name, value);
        }
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.spawn().map_err(|why| self.failed(why))
    }

    fn failed(&self, why: io::Error) -> StartError {
        StartError::new(self.to_string(), why)
    }
}

/// What the supervisor of a program does besides supervising it.
#[derive(Debug, Clone, Copy)]
enum Setting {
    Plain,
    /// It makes a socket in a network namespace of its own.
    WithSocket(SocketRequest),
    /// It takes requests.
    Controlled(Network),
}

fn no_pipe() -> io::Error {
    io::Error::other("it has no pipe")
}

/// Displays the command line as a user would type it in a shell.
impl fmt::Display for Invocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", quoted(self.program.as_os_str()))?;
        for argument in &self.arguments {
            write!(f, " {}", quoted(argument))?;
        }
        Ok(())
    }
}

fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    // Unquoted, these characters are safe in a shell and easier to read.
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=+@,%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.into_owned();
    }
    // Quoting fails only for NUL, which no argument can contain.
    shlex::try_quote(&word).unwrap_or_default().into_owned()
}

/// A program that could not be started.
#[derive(Debug, thiserror::Error)]
#[error("`{invocation}` cannot be started: {why}")]
pub struct StartError {
    invocation: String,
    #[source]
    why: io::Error,
}

impl StartError {
    pub(super) fn new(invocation: String, why: io::Error) -> Self {
        Self {
            invocation,
            why: advised(why),
        }
    }

    /// Whether the reason is that the system does not allow network namespaces.
    pub fn is_no_network(&self) -> bool {
        self.why.kind() == io::ErrorKind::Unsupported
    }

    /// The error of the operating system, without the command line.
    pub fn reason(&self) -> &io::Error {
        &self.why
    }
}
