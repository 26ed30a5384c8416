//! Runs two programs, and traces both.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::packets::Capture;
use super::plan::{Play, Program};
use super::process::{IdleTimer, TracedProcess};
use super::socket_calls::Listening;
use super::strace::Strace;
use super::streams::Streams;
use super::timeline::{Seen, Side, Timeline, moments};
use super::{socket_calls, strace};
use crate::interop::model::participant::Role;
use crate::interop::programs::{announced, is_listened_on};
use crate::system::jdk::stack;
use crate::system::jdk::stack::Recorder;
use crate::system::process::StartError;
use crate::system::wait::{TimedOut, Timeouts};
use crate::text::count::plural;

/// The result of a trace.
pub(crate) struct Played {
    pub timeline: Timeline,
    pub streams: Streams,
    /// How the conversation ended.
    pub ending: Ending,
}

/// How a conversation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The client has ended. The server has also ended, or waits for another client.
    Complete,
    /// The server never listened.
    NeverListened,
    /// A timeout expired.
    TimedOut,
    /// The user stopped it.
    Stopped,
}

impl Play<'_> {
    /// Runs and traces the conversation.
    ///
    /// # Errors
    ///
    /// If a program cannot be started, or the folder for the trace cannot be created.
    pub(crate) fn perform(&self) -> Result<Played, Error> {
        let folder = tempfile::tempdir().map_err(Error::Folder)?;
        let mut missing = Vec::new();
        let strace = strace::strace(self.javatalk)
            .map_err(|why| missing.push(why))
            .ok();
        let capture = Capture::start()
            .map_err(|why| {
                missing.push(format!(
                    "the packets cannot be captured ({why}), so no segments are shown: run it as \
                     root, or allow user namespaces"
                ));
            })
            .ok();
        let session = Session {
            play: self,
            folder: folder.path(),
            strace: strace.as_deref(),
        };
        let mut server = session.start(&self.server, Role::Server, self.port.unwrap_or(0))?;
        let mut client = None;
        let mut port = self.port.unwrap_or(0);
        let mut ending = Ending::NeverListened;
        if let Some(listened) = session.wait_until_it_listens(&server) {
            port = listened;
            server.take_accept(self, &mut missing);
            let client = client.insert(session.start(&self.client, Role::Client, port)?);
            ending = session.wait_for_the_end(client, &server);
        } else if self.is_stopped() {
            ending = Ending::Stopped;
        }
        let had_capture = capture.is_some();
        // Before any program is killed, which would cause more segments.
        let frames = capture.map_or_else(Vec::new, Capture::finish);
        let streams = Streams::of(frames, port, self.framings);
        let server_calls = server.stop_recording(self);
        let client = client.map(|mut client| (client.stop_recording(self), client));
        let (server_side, server_seen) = server.finish(server_calls, self, &mut missing);
        let (client_side, client_seen) = match client {
            Some((calls, client)) => client.finish(calls, self, &mut missing),
            None => (Side::absent(&self.client.name), Seen::default()),
        };
        if streams.lost > 0 {
            missing.push(format!(
                "the capture could not keep up and lost {} {}",
                streams.lost,
                plural(streams.lost, "byte")
            ));
        }
        if had_capture && streams.is_empty() && ending == Ending::Complete {
            missing.push(format!(
                "no segment to or from port {port} was seen on the loopback interface: do the \
                 programs connect over another one?"
            ));
        }
        let timeline = Timeline {
            client: client_side,
            server: server_side,
            port,
            missing,
            moments: moments(client_seen, server_seen, &streams),
        };
        Ok(Played {
            timeline,
            streams,
            ending,
        })
    }

    /// Whether the trace should end early.
    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// The environment in which the programs are started.
struct Session<'a> {
    play: &'a Play<'a>,
    folder: &'a Path,
    strace: Option<&'a Path>,
}

impl Session<'_> {
    fn start(&self, program: &Program<'_>, role: Role, port: u16) -> Result<TracedProcess, Error> {
        let mut invocation = (program.invocation)(port);
        let command = invocation.to_string();
        let recorder = stack::of_program(invocation.program())
            .map(|jdk| Recorder::new(&jdk, &self.folder.join(format!("{role}-recorder"))));
        if let Some(Ok(recorder)) = &recorder {
            invocation = invocation.first_args(recorder.options());
        }
        let mut tracer = None;
        if let Some(strace) = self.strace {
            let pipe = self.folder.join(format!("{role}-calls"));
            let tapped = Strace::on(invocation, strace, &pipe, self.play.notify);
            let (with, by) = tapped.map_err(Error::Folder)?;
            invocation = with;
            tracer = Some(by);
        }
        let stdin = match role {
            Role::Client => self.play.input.clone(),
            Role::Server => Vec::new(),
        };
        let invocation = invocation
            .with_scratch(self.folder)
            .with_residue(stack::ATTACHED);
        let running = invocation.start(self.play.javatalk, stdin, self.play.notify)?;
        let name = program.name.clone();
        Ok(TracedProcess::new(name, command, running, tracer, recorder))
    }

    /// The port once the server listens on it. `None` if it never does.
    ///
    /// This must not connect to the port: a server may accept only one connection.
    fn wait_until_it_listens(&self, server: &TracedProcess) -> Option<u16> {
        let mut listened = None;
        let mut looked_at = 0;
        let deadline = Instant::now() + self.play.timeouts.idle;
        let said = || match self.play.port {
            Some(port) => Some(port),
            None => announced(&server.running.stderr())?.ok(),
        };
        let mut listening = None;
        let mut look = || match &server.tracer {
            Some(tracer) => {
                tracer.with(|log| {
                    let calls = log.returned();
                    if listening.is_none() && calls.len() > looked_at {
                        looked_at = calls.len();
                        listening = socket_calls::listening(calls);
                    }
                });
                match listening? {
                    Listening::On(port) => Some(port),
                    Listening::Somewhere => said(),
                }
            }
            // A server that prints its port is already listening on it.
            None => said().filter(|port| self.play.port.is_none() || is_listened_on(*port)),
        };
        let mut idle_timer = IdleTimer::of(self.play.timeouts.idle);
        let mut over = || {
            server.running.is_over() || self.play.is_stopped() || idle_timer.is_too_long(&[server])
        };
        // Without strace, no event signals that a port is open, so it is checked periodically.
        let timeouts = Timeouts {
            idle: if server.tracer.is_some() {
                self.play.timeouts.idle
            } else {
                CHECK_INTERVAL
            },
            ..self.play.timeouts
        };
        loop {
            let waited = self.play.notify.wait(timeouts, || {
                listened = look();
                listened.is_some() || over()
            });
            let may_go_on = server.tracer.is_none() && Instant::now() < deadline;
            if waited.is_ok() || !may_go_on {
                return listened;
            }
        }
    }

    fn wait_for_the_end(&self, client: &TracedProcess, server: &TracedProcess) -> Ending {
        let both_over = || client.running.is_over() && server.running.is_over();
        let goes_on = || {
            self.play.server.may_go_on
                && client.running.is_over()
                && server.tracer.as_ref().is_some_and(|tracer| {
                    tracer.with(|log| socket_calls::has_served(log.returned()))
                })
        };
        let notify = self.play.notify;
        let mut idle_timer = IdleTimer::of(self.play.timeouts.idle);
        let mut is_still = false;
        let waited = notify.wait(self.play.timeouts, || {
            is_still = idle_timer.is_too_long(&[client, server]);
            both_over() || goes_on() || self.play.is_stopped() || is_still
        });
        if self.play.is_stopped() {
            return Ending::Stopped;
        }
        match waited {
            Ok(()) if !is_still => {
                // The server may be about to end.
                let _ = notify.wait(AFTER_THE_END, both_over);
                Ending::Complete
            }
            // Without strace, the server's further actions are unknown.
            _ if client.running.is_over() && self.play.server.may_go_on => Ending::Complete,
            Ok(()) | Err(TimedOut::Idle | TimedOut::Overdue) => Ending::TimedOut,
        }
    }
}

/// How often to check whether a port is open.
const CHECK_INTERVAL: Duration = Duration::from_millis(10);

/// How long to wait for a server that is still running after its client has ended.
const AFTER_THE_END: Timeouts = Timeouts {
    idle: Duration::from_millis(500),
    total: Duration::from_secs(5),
};

/// Why nothing was traced.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The folder for the trace cannot be created.
    #[error("the folder for the trace cannot be created: {0}")]
    Folder(#[source] std::io::Error),
    /// A program cannot be started.
    #[error(transparent)]
    Start(#[from] StartError),
}
