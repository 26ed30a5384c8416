//! A program that runs, and who watches it: strace, the flight recorder, and who asks where it is.

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

/// A program that runs, and who watches it.
#[derive(Debug)]
pub(crate) struct TracedProcess {
    name: String,
    command: String,
    pub(crate) running: Running,
    pub(crate) tracer: Option<Strace>,
    /// The flight recorder of a JVM, or why there is none.
    recorder: Option<Result<Recorder, String>>,
    accept: Option<Frames>,
    /// The thread that waits to the end, and where.
    waits: Option<(u32, Frames)>,
    /// Whether it had ended by itself.
    is_over: bool,
    /// What it had said on stdout and stderr before anybody was killed.
    said: [Vec<u8>; 2],
}

impl TracedProcess {
    /// A program that has just been started.
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

    /// Something that grows whenever it does something that matters.
    fn moved(&self) -> usize {
        let said = self.running.stdout().len() + self.running.stderr().len();
        let tracer = self.tracer.as_ref();
        let calls = tracer.map_or(0, |tracer| {
            tracer.with(|log| socket_calls::of(log.returned()).len())
        });
        said + calls + usize::from(self.running.is_over())
    }

    /// Asks a JVM that accepts where it is.
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
                missing
                    .push("no stack under the server's accept: it does not wait there".to_owned());
            }
            if accepting.is_none() {
                return;
            }
        }
        // Who was seen going there is there.
        let times = if accepting.is_some() { 1 } else { ASKED };
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

    /// The process that has made it listen or connect, or its first.
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
        // A thread may have ended before its process.
        threads.into_iter().find_map(process_of)
    }

    /// Its calls; none if nobody could see them.
    pub(crate) fn hear_out(&mut self, play: &Play<'_>) -> Option<Vec<Call>> {
        self.is_over = self.running.is_over();
        self.said = [self.running.stdout(), self.running.stderr()];
        if self.is_over {
            return self.tracer.take().map(Strace::finish);
        }
        let process = self.process();
        if let (Some(Ok(recorder)), Some(process)) = (&self.recorder, process) {
            // What has come of it is said when the recording is read.
            let _ = recorder.write(process, play.javatalk);
        }
        // strace goes on too, and must not find its pipe closed.
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
    /// One that was not started.
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

/// How long nothing has happened that matters: programs have things to do by the clock, the flight
/// recorder writes every second.
pub(crate) struct IdleTimer {
    idle: Duration,
    moved: usize,
    since: Instant,
    looked: Instant,
}

impl IdleTimer {
    pub(crate) fn of(idle: Duration) -> Self {
        let now = Instant::now();
        Self {
            idle,
            moved: 0,
            since: now,
            looked: now,
        }
    }

    /// Whether these have neither made a call on a socket nor said a word for so long.
    pub(crate) fn is_too_long(&mut self, programs: &[&TracedProcess]) -> bool {
        // To look takes time, and it is asked at every call.
        if self.looked.elapsed() < self.idle / 8 {
            return false;
        }
        self.looked = Instant::now();
        let moved = programs.iter().map(|program| program.moved()).sum();
        if moved != self.moved {
            self.moved = moved;
            self.since = self.looked;
        }
        self.since.elapsed() >= self.idle
    }
}

/// The process that this thread belongs to.
fn process_of(thread: u32) -> Option<u32> {
    let status = std::fs::read_to_string(format!("/proc/{thread}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("Tgid:"))?;
    line.trim().parse().ok()
}

fn is_jvm(process: u32) -> bool {
    let program = std::fs::read_link(format!("/proc/{process}/exe"));
    program.is_ok_and(|program: PathBuf| stack::of_program(&program).is_some())
}

/// How long it takes a JVM at most from listening to accepting, if it does so at all and does not look
/// for many connections at a time.
const UNTIL_IT_ACCEPTS: Timeouts = Timeouts {
    idle: Duration::from_secs(1),
    total: Duration::from_secs(5),
};

/// How often it is asked where a thread is that nobody has seen going there.
const ASKED: usize = 5;
