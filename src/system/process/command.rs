//! A command line, and starting it under the guard.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, io};

use super::namespace::{Door, Sockets};
use super::supervisor::Duties;
use super::{RequestPipe, Running, advised, supervisor};
use crate::system::wait::Notify;

/// A program, its arguments, and what of the environment it must not see.
#[derive(Debug, Clone)]
pub struct Invocation {
    program: PathBuf,
    arguments: Vec<OsString>,
    without: Vec<&'static str>,
    scratch: Option<PathBuf>,
    residue: Option<PathBuf>,
}

impl Invocation {
    /// Starts with the program alone.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            arguments: Vec::new(),
            without: Vec::new(),
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

    /// Adds arguments before all that there are.
    #[must_use]
    pub fn first_args<A: Into<OsString>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments
            .splice(0..0, arguments.into_iter().map(Into::into));
        self
    }

    /// The same, started by another program, whose own arguments come first.
    #[must_use]
    pub fn under(self, other: Self) -> Self {
        let program = OsString::from(self.program);
        let mut both = other.arg(program).args(self.arguments);
        both.without.extend(self.without);
        both.scratch = both.scratch.or(self.scratch);
        both.residue = both.residue.or(self.residue);
        both
    }

    /// Has this folder removed if the harness is killed while the program runs.
    #[must_use]
    pub fn with_scratch(mut self, folder: impl Into<PathBuf>) -> Self {
        self.scratch = Some(folder.into());
        self
    }

    /// Has the file removed whose name is `prefix` and the number of the process, of each process of the
    /// program that has to be killed: what it would have removed by itself at its end.
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

    /// Starts the program, with `stdin` as its whole input.
    ///
    /// `javatalk` is the executable that offers the [guard]; `bell` rings whenever the program
    /// prints or ends.
    ///
    /// # Errors
    ///
    /// If the program is not there or cannot be started.
    pub fn start(
        &self,
        javatalk: &Path,
        stdin: Vec<u8>,
        notify: &Arc<Notify>,
    ) -> Result<Running, StartError> {
        let mut child = self.spawn(javatalk, None, Stdio::piped())?;
        let pipe = child.stdin.take().ok_or_else(|| self.failed(no_pipe()))?;
        Running::hear(child, self.to_string(), pipe, stdin, notify).map_err(|why| self.failed(why))
    }

    /// Starts the program, to be asked and to answer for as long as it is wanted.
    ///
    /// `javatalk` is the executable that offers the [guard]; a program that keeps its asker waiting
    /// for longer than `patience` is killed.
    ///
    /// # Errors
    ///
    /// If the program is not there or cannot be started.
    pub fn talk(&self, javatalk: &Path, timeouts: Duration) -> Result<RequestPipe, StartError> {
        let mut child = self.spawn(javatalk, None, Stdio::piped())?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let running = Running::watch(child, self.to_string(), &Arc::new(Notify::default()));
        running
            .and_then(|running| RequestPipe::new(running, input, output, timeouts))
            .map_err(|why| self.failed(why))
    }

    /// Starts the program and leaves its stdin and stdout to the caller; its stderr is heard out.
    ///
    /// `javatalk` is the executable that offers the [guard]; `bell` rings when the program ends.
    ///
    /// # Errors
    ///
    /// If the program is not there or cannot be started.
    pub fn start_with_pipes(
        &self,
        javatalk: &Path,
        notify: &Arc<Notify>,
    ) -> Result<(Running, ChildStdin, ChildStdout), StartError> {
        let mut child = self.spawn(javatalk, None, Stdio::piped())?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let running = Running::watch(child, self.to_string(), notify);
        let running = running.map_err(|why| self.failed(why))?;
        match (input, output) {
            (Some(input), Some(output)) => Ok((running, input, output)),
            _ => Err(self.failed(no_pipe())),
        }
    }

    /// Starts the program as [`Invocation::start`] does, in a network of its own, and opens a door to
    /// it.
    ///
    /// Its stdin is a socket instead of a pipe.
    ///
    /// # Errors
    ///
    /// As [`Invocation::start`]; or if this system does not allow such a network:
    /// [`StartError::is_no_network`].
    #[cfg(target_os = "linux")]
    pub fn start_in_own_network(
        &self,
        javatalk: &Path,
        stdin: Vec<u8>,
        notify: &Arc<Notify>,
        door: Door,
    ) -> Result<(Running, Sockets), StartError> {
        use std::os::fd::OwnedFd;
        use std::os::unix::net::UnixStream;

        let failed = |why| self.failed(why);
        let (ours, theirs) = UnixStream::pair().map_err(failed)?;
        let child = self.spawn(javatalk, Some(door), Stdio::from(OwnedFd::from(theirs)))?;
        let sockets = super::namespace::receive(&ours, door);
        // Heard in any case, so that a guard that failed is reaped.
        let running =
            Running::hear(child, self.to_string(), ours, stdin, notify).map_err(failed)?;
        Ok((running, sockets.map_err(failed)?))
    }

    /// Elsewhere there are no networks of one's own.
    #[cfg(not(target_os = "linux"))]
    pub fn start_in_own_network(
        &self,
        _javatalk: &Path,
        _stdin: Vec<u8>,
        _bell: &Arc<Notify>,
        _door: Door,
    ) -> Result<(Running, Sockets), StartError> {
        Err(self.failed(io::Error::new(
            io::ErrorKind::Unsupported,
            "only Linux has network namespaces",
        )))
    }

    fn spawn(
        &self,
        javatalk: &Path,
        door: Option<Door>,
        stdin: Stdio,
    ) -> Result<Child, StartError> {
        // Asked here, since the guard could only say so on the program's own stderr.
        if !self.program.is_file() {
            return Err(self.failed(io::Error::new(
                io::ErrorKind::NotFound,
                "there is no such file",
            )));
        }
        let duties = Duties {
            door,
            scratch: self.scratch.clone(),
            residue: self.residue.clone(),
        };
        let mut command = supervisor::command(javatalk, &self.program, &duties);
        command
            .args(&self.arguments)
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        for variable in &self.without {
            command.env_remove(variable);
        }
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.spawn().map_err(|why| self.failed(why))
    }

    fn failed(&self, why: io::Error) -> StartError {
        StartError {
            invocation: self.to_string(),
            why: advised(why),
        }
    }
}

fn no_pipe() -> io::Error {
    io::Error::other("it has no pipe")
}

/// The command as a person would type it.
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
    // A shell takes these for themselves, and a person reads them better without quotes.
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=+@,%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.into_owned();
    }
    // Only a NUL cannot be quoted, and no argument can hold one.
    shlex::try_quote(&word).unwrap_or_default().into_owned()
}

/// A program that could not be started.
#[derive(Debug)]
pub struct StartError {
    invocation: String,
    why: io::Error,
}

impl StartError {
    /// Whether the reason is that this system allows no network of one's own.
    pub fn is_no_network(&self) -> bool {
        self.why.kind() == io::ErrorKind::Unsupported
    }

    /// What the system said, without the command line.
    pub fn reason(&self) -> &io::Error {
        &self.why
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` cannot be started: {}", self.invocation, self.why)
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.why)
    }
}
