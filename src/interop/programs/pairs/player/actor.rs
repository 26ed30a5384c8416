//! One program of a run: its process, its streams, and how far its output has been matched.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use tempfile::TempDir;

use super::files;
use super::relays::Relays;
use crate::interop::model::pair::run::{Connection, FileContent, ProgramEnd, ProgramRun};
use crate::interop::model::pair::{ActorName, Pattern, Stream};
use crate::interop::model::participant::Role;
use crate::system::process::Running;
use crate::system::process::control::Control;
use crate::system::process::prepared::{Prepared, Stdin};
use crate::system::process::{Exit, StartError};

/// A program of a run.
#[derive(Debug)]
pub(super) struct Actor {
    pub(super) name: ActorName,
    pub(super) role: Role,
    control: Arc<Control>,
    process: Process,
    /// The relays of a client to each port of the server.
    pub(super) relays: Vec<Relays>,
    /// The copy of the files of the case in which it runs.
    folder: Option<TempDir>,
    /// How much of stdout and stderr the script has matched.
    matched: [usize; 2],
    is_told_to_stop: bool,
}

#[derive(Debug)]
enum Process {
    Prepared(Prepared),
    Running(Running, Stdin),
    /// It could not be started.
    Failed,
}

impl Actor {
    pub(super) fn new(
        name: ActorName,
        role: Role,
        prepared: Prepared,
        relays: Vec<Relays>,
        folder: Option<TempDir>,
    ) -> Self {
        Self {
            name,
            role,
            control: prepared.control(),
            process: Process::Prepared(prepared),
            relays,
            folder,
            matched: [0, 0],
            is_told_to_stop: false,
        }
    }

    /// Starts the program, unless it was started before.
    pub(super) fn start(&mut self) -> Result<(), StartError> {
        let process = std::mem::replace(&mut self.process, Process::Failed);
        self.process = match process {
            Process::Prepared(prepared) => {
                let (running, stdin) = prepared.start()?;
                Process::Running(running, stdin)
            }
            Process::Running(..) | Process::Failed => process,
        };
        Ok(())
    }

    fn running(&self) -> Option<&Running> {
        match &self.process {
            Process::Running(running, _) => Some(running),
            Process::Prepared(_) | Process::Failed => None,
        }
    }

    fn stdin(&self) -> Option<&Stdin> {
        match &self.process {
            Process::Running(_, stdin) => Some(stdin),
            Process::Prepared(_) | Process::Failed => None,
        }
    }

    /// The supervisor of the program, if it runs.
    pub(super) fn supervisor(&self) -> Option<u32> {
        let running = self.running().filter(|running| !running.is_over())?;
        Some(running.supervisor())
    }

    /// Whether it was started and still runs.
    pub(super) fn is_running(&self) -> bool {
        self.running().is_some_and(|running| !running.is_over())
    }

    /// Whether it was started and has ended.
    pub(super) fn is_over(&self) -> bool {
        self.running().is_some_and(Running::is_over)
    }

    pub(super) fn exit(&self) -> Option<Exit> {
        self.running()?.exit()
    }

    pub(super) fn command_line(&self) -> String {
        match &self.process {
            Process::Prepared(prepared) => prepared.running().invocation().to_owned(),
            Process::Running(running, _) => running.invocation().to_owned(),
            Process::Failed => String::new(),
        }
    }

    pub(super) fn stdout(&self) -> Vec<u8> {
        self.output(Stream::Stdout)
    }

    pub(super) fn output(&self, stream: Stream) -> Vec<u8> {
        self.look_at(stream, <[u8]>::to_vec)
    }

    /// Reads what it has printed by now.
    pub(super) fn read_output(&self) {
        if let Some(running) = self.running() {
            running.capture().read_available();
            running.error_capture().read_available();
        }
    }

    /// Calls `look` with the output so far, without a copy.
    pub(super) fn look_at<T>(&self, stream: Stream, look: impl FnOnce(&[u8]) -> T) -> T {
        match (self.running(), stream) {
            (Some(running), Stream::Stdout) => running.capture().look(look),
            (Some(running), Stream::Stderr) => running.error_capture().look(look),
            (None, _) => look(&[]),
        }
    }

    pub(super) fn types(&self, bytes: Vec<u8>) {
        if let Some(stdin) = self.stdin() {
            stdin.write(bytes);
        }
    }

    pub(super) fn close_stdin(&self) {
        if let Some(stdin) = self.stdin() {
            stdin.close();
        }
    }

    /// Whether the program has been given all its input so far.
    pub(super) fn has_its_input(&self) -> bool {
        self.stdin().is_none_or(Stdin::is_given)
    }

    /// Where the pattern ends in the output, behind what was matched before.
    pub(super) fn find(&self, stream: Stream, pattern: &Pattern) -> Option<usize> {
        let from = self.matched[place(stream)];
        self.look_at(stream, |output| {
            let (_, end) = pattern.find(output.get(from..)?)?;
            Some(from + end)
        })
    }

    /// The output up to here is matched.
    pub(super) fn set_matched(&mut self, stream: Stream, end: usize) {
        self.matched[place(stream)] = end;
    }

    /// Sends SIGTERM to the program.
    pub(super) fn terminate(&mut self) {
        if self.is_running() {
            self.is_told_to_stop = true;
            // It may end at the same moment.
            let _ = self.control.terminate();
        }
    }

    /// What it does from now on, it does because it was told to stop.
    pub(super) fn set_told_to_stop(&mut self) {
        self.is_told_to_stop = true;
    }

    /// Whether a signal that the harness did not send ended it, or it panicked.
    pub(super) fn crash(&self) -> Option<Exit> {
        let is_crash = |exit: &Exit| matches!(exit, Exit::Signal(_) | Exit::Code(101));
        self.exit()
            .filter(is_crash)
            .filter(|_| !self.is_told_to_stop)
    }

    /// The connections that it made.
    pub(super) fn connections(&self) -> Vec<Connection> {
        let of_port = |relays: &Relays| {
            let (port, transport) = (relays.port, relays.transport());
            let numbered = relays.traffic().into_iter().enumerate();
            numbered
                .map(|(number, traffic)| Connection {
                    client: self.name.clone(),
                    port,
                    transport,
                    number,
                    traffic,
                })
                .collect::<Vec<_>>()
        };
        self.relays.iter().flat_map(of_port).collect()
    }

    /// What it has shown by now, without its files. To be taken of all programs before the first of
    /// them is killed: the others react to that.
    pub(super) fn shown(&self) -> ProgramRun {
        let mut shown = ProgramRun {
            name: self.name.clone(),
            role: self.role,
            stdout: Vec::new(),
            stderr: Vec::new(),
            printed: Vec::new(),
            logged: Vec::new(),
            end: ProgramEnd::NotStarted,
            files: BTreeMap::new(),
        };
        let Some(running) = self.running() else {
            return shown;
        };
        shown.end = match running.exit() {
            None => ProgramEnd::Killed,
            Some(exit) if self.is_told_to_stop => ProgramEnd::Stopped(exit),
            Some(exit) => ProgramEnd::Exited(exit),
        };
        self.read_output();
        shown.stdout = self.output(Stream::Stdout);
        shown.stderr = running.stderr();
        shown.printed = running.capture().times();
        shown.logged = running.error_capture().times();
        // It may have printed more in between.
        let (stdout, stderr) = (shown.stdout.len(), shown.stderr.len());
        shown.printed.retain(|(length, _)| *length <= stdout);
        shown.logged.retain(|(length, _)| *length <= stderr);
        shown
    }

    /// Kills it if it still runs, and returns the files in its folder if they are compared.
    pub(super) fn finish(self, with_files: bool) -> BTreeMap<PathBuf, FileContent> {
        if let Process::Running(running, _stdin) = self.process {
            running.finish();
        }
        match &self.folder {
            Some(folder) if with_files => files::contents(folder.path()),
            Some(_) | None => BTreeMap::new(),
        }
    }
}

fn place(stream: Stream) -> usize {
    match stream {
        Stream::Stdout => 0,
        Stream::Stderr => 1,
    }
}
