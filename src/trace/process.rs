//! A running program and its tracers: strace, Flight Recorder and jcmd.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::plan::Play;
use super::socket_calls;
use super::socket_calls::accepts;
use super::strace::Strace;
use super::strace::parse::Call;
use super::timeline::{Seen, Side};
use crate::system::jdk::stack;
use crate::system::jdk::stack::{Frames, Recorder};
use crate::system::process::Running;
use crate::system::wait::Timeouts;

/// A running program and its tracers.
#[derive(Debug)]
pub(crate) struct TracedProcess {
    name: String,
    command: String,
    pub(crate) running: Running,
    pub(crate) tracer: Option<Strace>,
    /// The flight recorder of a JVM, or why there is none.
    recorder: Option<Result<Recorder, String>>,
    accept: Option<Frames>,
    /// The thread that was still waiting when the trace ended, and its stack.
    waits: Option<(u32, Frames)>,
    /// Whether the program had ended before it was killed.
    is_over: bool,
    /// Its stdout and stderr before any program was killed.
    said: [Vec<u8>; 2],
}

impl TracedProcess {
    /// Traces a program that has just been started.
    pub(crate) fn new(
        name: String,
        command: String,
        running: Running,
        tracer: Option<Strace>,
        recorder: Option<Result<Recorder, String>>,
    ) -> Self {
        Self {
            name,
            command,
            running,
            tracer,
            recorder,
            accept: None,
            waits: None,
            is_over: false,
            said: [Vec::new(), Vec::new()],
        }
    }

    /// A measure of progress: it grows with every relevant event.
    fn progress(&self) -> usize {
        let said = self.running.stdout().len() + self.running.stderr().len();
        let tracer = self.tracer.as_ref();
        let calls = tracer.map_or(0, |tracer| {
            tracer.with(|log| socket_calls::of(log.returned()).len())
        });
        said + calls + usize::from(self.running.is_over())
    }

    /// Records the stack of a JVM that waits in accept.
    pub(crate) fn take_accept(&mut self, play: &Play<'_>, missing: &mut Vec<String>) {
        let Some(process) = self.process().filter(|process| is_jvm(*process)) else {
            return;
        };
        let mut accepting = None;
        if let Some(tracer) = &self.tracer {
            let waited = play.notify.wait(UNTIL_IT_ACCEPTS, || {
                accepting = tracer.with(|log| {
                    let mut waiting = log.waiting();
                    waiting
                        .find(|(_, name)| accepts(name))
                        .map(|(thread, _)| thread)
                });
                accepting.is_some() || self.running.is_over() || play.is_stopped()
            });
            if waited.is_err() {
                missing.push(
                    "no stack under the server's accept: the server does not wait in accept"
                        .to_owned(),
                );
            }
            if accepting.is_none() {
                return;
            }
        }
        // If strace has seen the thread enter the call, one attempt is enough.
        let times = if accepting.is_some() { 1 } else { ATTEMPTS };
        let mut asked = Err(String::new());
        for _ in 0..times {
            asked = stack::of_thread(process, accepting, play.javatalk);
            if asked.is_ok() {
                break;
            }
        }
        match asked {
            Ok(frames) => self.accept = Some(frames),
            Err(why) => missing.push(format!("no stack under the server's accept: {why}")),
        }
    }

    /// The process that listened or connected, or else its first process.
    fn process(&self) -> Option<u32> {
        let Some(tracer) = &self.tracer else {
            return self.running.id();
        };
        let threads = tracer.with(|log| {
            let calls = log.returned();
            let sockets = socket_calls::of(calls).into_iter().map(|call| call.thread);
            let threads = sockets.chain(calls.first().map(|call| call.thread));
            threads.collect::<Vec<_>>()
        });
        // A thread may have ended while its process still runs.
        threads.into_iter().find_map(process_of)
    }

    /// Stops recording, and returns its calls. `None` without strace.
    pub(crate) fn stop_recording(&mut self, play: &Play<'_>) -> Option<Vec<Call>> {
        self.is_over = self.running.is_over();
        self.said = [self.running.stdout(), self.running.stderr()];
        if self.is_over {
            return self.tracer.take().map(Strace::finish);
        }
        let process = self.process();
        if let (Some(Ok(recorder)), Some(process)) = (&self.recorder, process) {
            // An error is reported when the recording is read.
            let _ = recorder.write(process, play.javatalk);
        }
        // strace continues, and its pipe must stay open.
        let calls = self.tracer.as_ref()?.so_far();
        let waiting = socket_calls::of(&calls)
            .into_iter()
            .rfind(|call| call.ended.is_none());
        if let (Some(call), Some(process)) = (waiting, process.filter(|it| is_jvm(*it))) {
            let stack = stack::of_thread(process, Some(call.thread), play.javatalk);
            self.waits = stack.ok().map(|stack| (call.thread, stack));
        }
        Some(calls)
    }

    pub(crate) fn finish(
        self,
        calls: Option<Vec<Call>>,
        play: &Play<'_>,
        missing: &mut Vec<String>,
    ) -> (Side, Seen) {
        let is_over = self.is_over;
        let finished = self.running.finish();
        let reads = match self.recorder {
            Some(Ok(recorder)) => recorder.reads(play.javatalk),
            Some(Err(why)) => Err(why),
            None => Ok(Vec::new()),
        };
        let reads = reads.unwrap_or_else(|why| {
            missing.push(format!("no stacks under the reads of {}: {why}", self.name));
            Vec::new()
        });
        let text = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes);
            let lines = text.lines().filter(|line| !stack::is_of_the_recorder(line));
            lines.collect::<Vec<_>>().join("\n")
        };
        let mut seen = Seen {
            calls: socket_calls::of(calls.as_deref().unwrap_or_default()),
            accept: self.accept,
            reads,
            waits: self.waits,
        };
        let side = Side {
            name: self.name,
            command: self.command,
            stdout: text(&self.said[0]),
            stderr: text(&self.said[1]),
            exit: finished
                .exit
                .filter(|_| is_over)
                .map(|exit| exit.to_string()),
            stacks: if calls.is_none() {
                seen.unseen()
            } else {
                Vec::new()
            },
        };
        (side, seen)
    }
}

impl Side {
    /// A program that was not started.
    pub(crate) fn absent(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            command: String::new(),
            stdout: String::new(),
            stderr: String::new(),
            exit: Some("was not started".to_owned()),
            stacks: Vec::new(),
        }
    }
}

/// Measures how long no relevant event has occurred. Timers do not count: Flight Recorder, for
/// example, writes every second.
pub(crate) struct IdleTimer {
    idle: Duration,
    progress: usize,
    since: Instant,
    looked: Instant,
}

impl IdleTimer {
    pub(crate) fn of(idle: Duration) -> Self {
        let now = Instant::now();
        Self {
            idle,
            progress: 0,
            since: now,
            looked: now,
        }
    }

    /// Whether the programs have neither made a socket call nor printed anything for this long.
    pub(crate) fn is_too_long(&mut self, programs: &[&TracedProcess]) -> bool {
        // The check is expensive, and this is called at every system call.
        if self.looked.elapsed() < self.idle / 8 {
            return false;
        }
        self.looked = Instant::now();
        let progress = programs.iter().map(|program| program.progress()).sum();
        if progress != self.progress {
            self.progress = progress;
            self.since = self.looked;
        }
        self.since.elapsed() >= self.idle
    }
}

/// The process ID of a thread.
fn process_of(thread: u32) -> Option<u32> {
    let status = std::fs::read_to_string(format!("/proc/{thread}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("Tgid:"))?;
    line.trim().parse().ok()
}

fn is_jvm(process: u32) -> bool {
    let program = std::fs::read_link(format!("/proc/{process}/exe"));
    program.is_ok_and(|program: PathBuf| stack::of_program(&program).is_some())
}

/// The time that a JVM takes at most from listening to waiting in accept, if it does so at all and
/// does not use a selector.
const UNTIL_IT_ACCEPTS: Timeouts = Timeouts {
    idle: Duration::from_secs(1),
    total: Duration::from_secs(5),
};

/// The number of attempts to get the stack of a thread that strace does not observe.
const ATTEMPTS: usize = 5;
