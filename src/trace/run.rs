//! Letting two programs talk, and watching both.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::packets::Capture;
use super::process::{Stillness, Watched};
use super::socket_calls::Listening;
use super::strace::Tap;
use super::streams::Passage;
use super::timeline::{Seen, Side, Story, moments};
use super::{socket_calls, strace};
use crate::interop::model::fields::Naming;
use crate::interop::model::participant::Role;
use crate::interop::programs::{announced, is_listened_on};
use crate::system::jdk::stack;
use crate::system::jdk::stack::Recorder;
use crate::system::process::{Invocation, StartError};
use crate::system::wait::{Bell, GaveUp, Patience};
use crate::text::count::plural;

/// A program that plays a role.
pub struct Program<'a> {
    /// Who it is.
    pub name: String,
    /// How it is started, told the port.
    pub invocation: Box<dyn Fn(u16) -> Invocation + 'a>,
    /// Whether it may go on after the conversation, and wait for the next.
    pub may_go_on: bool,
}

/// What is to be played, and how.
pub struct Play<'a> {
    /// The executable that guards both.
    pub javatalk: &'a Path,
    /// Who connects.
    pub client: Program<'a>,
    /// Who listens.
    pub server: Program<'a>,
    /// Where the server listens, if nobody sees it; none if the system chooses, and the server says
    /// which.
    pub port: Option<u16>,
    /// What the client is told.
    pub input: Vec<u8>,
    /// What the bytes of the client mean, and those of the server.
    pub naming: [Naming; 2],
    /// For how long nothing may happen.
    pub patience: Patience,
    /// Set when nobody wants to wait any more; then the bell rings.
    pub stop: &'a AtomicBool,
    /// Rung whenever something happens.
    pub bell: &'a Arc<Bell>,
}

/// What came of it.
pub struct Played {
    /// What happened.
    pub story: Story,
    /// The packets.
    pub passage: Passage,
    /// Whether it has come to its end.
    pub ending: Ending,
}

/// How it came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The client has ended, and the server has too, or waits for the next client.
    Complete,
    /// The server never listened.
    NeverListened,
    /// Nothing happened any more.
    GaveUp,
    /// Somebody wanted it so.
    Stopped,
}

impl Play<'_> {
    /// Plays it.
    ///
    /// # Errors
    ///
    /// If a program cannot be started, or there is no room for what is said of it.
    pub fn perform(&self) -> Result<Played, Trouble> {
        let folder = tempfile::tempdir().map_err(Trouble::Folder)?;
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
        let stage = Stage {
            play: self,
            folder: folder.path(),
            strace: strace.as_deref(),
        };
        let mut server = stage.start(&self.server, Role::Server, self.port.unwrap_or(0))?;
        let mut client = None;
        let mut port = self.port.unwrap_or(0);
        let mut ending = Ending::NeverListened;
        if let Some(listened) = stage.wait_until_it_listens(&server) {
            port = listened;
            server.take_accept(self, &mut missing);
            let client = client.insert(stage.start(&self.client, Role::Client, port)?);
            ending = stage.wait_for_the_end(client, &server);
        } else if self.is_stopped() {
            ending = Ending::Stopped;
        }
        // Before anything is killed: that would leave its marks.
        let frames = capture.map_or_else(Vec::new, Capture::finish);
        let had_capture = !missing.iter().any(|why| why.starts_with("the packets"));
        let passage = Passage::of(frames, port, self.naming);
        let server_calls = server.hear_out(self);
        let client = client.map(|mut client| (client.hear_out(self), client));
        let (server_side, server_seen) = server.finish(server_calls, self, &mut missing);
        let (client_side, client_seen) = match client {
            Some((calls, client)) => client.finish(calls, self, &mut missing),
            None => (Side::absent(&self.client.name), Seen::default()),
        };
        if passage.lost > 0 {
            missing.push(format!(
                "{} {} passed too fast to be captured",
                passage.lost,
                plural(passage.lost, "byte")
            ));
        }
        if had_capture && passage.is_empty() && ending == Ending::Complete {
            missing.push(format!(
                "no segment to or from port {port} of the loopback interface has passed: do the \
                 programs meet elsewhere?"
            ));
        }
        let story = Story {
            client: client_side,
            server: server_side,
            port,
            missing,
            moments: moments(client_seen, server_seen, &passage),
        };
        Ok(Played {
            story,
            passage,
            ending,
        })
    }

    /// Whether nobody wants to wait any more.
    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// Where the programs are started.
struct Stage<'a> {
    play: &'a Play<'a>,
    folder: &'a Path,
    strace: Option<&'a Path>,
}

impl Stage<'_> {
    fn start(&self, program: &Program<'_>, role: Role, port: u16) -> Result<Watched, Trouble> {
        let mut invocation = (program.invocation)(port);
        let command = invocation.to_string();
        let recorder = stack::of_program(invocation.program())
            .map(|jdk| Recorder::new(&jdk, &self.folder.join(format!("{role}-recorder"))));
        if let Some(Ok(recorder)) = &recorder {
            invocation = invocation.first_args(recorder.options());
        }
        let mut tap = None;
        if let Some(strace) = self.strace {
            let pipe = self.folder.join(format!("{role}-calls"));
            let tapped = Tap::on(invocation, strace, &pipe, self.play.bell);
            let (with, by) = tapped.map_err(Trouble::Folder)?;
            invocation = with;
            tap = Some(by);
        }
        let stdin = match role {
            Role::Client => self.play.input.clone(),
            Role::Server => Vec::new(),
        };
        let invocation = invocation
            .with_scratch(self.folder)
            .with_residue(stack::ATTACHED);
        let running = invocation.start(self.play.javatalk, stdin, self.play.bell);
        let running = running.map_err(Trouble::Start)?;
        let name = program.name.clone();
        Ok(Watched::new(name, command, running, tap, recorder))
    }

    /// The port, once the server listens there; none if it never does.
    ///
    /// Nobody knocks: that would take the one connection that a server accepts.
    fn wait_until_it_listens(&self, server: &Watched) -> Option<u16> {
        let mut listened = None;
        let mut looked_at = 0;
        let deadline = Instant::now() + self.play.patience.quiet;
        let said = || match self.play.port {
            Some(port) => Some(port),
            None => announced(&server.running.stderr())?.ok(),
        };
        let mut listening = None;
        let mut look = || match &server.tap {
            Some(tap) => {
                tap.with(|log| {
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
            // Who says where it listens listens there.
            None => said().filter(|port| self.play.port.is_none() || is_listened_on(*port)),
        };
        let mut stillness = Stillness::of(self.play.patience.quiet);
        let mut over = || {
            server.running.is_over() || self.play.is_stopped() || stillness.is_too_long(&[server])
        };
        // Without strace nothing rings when a port begins to be listened on, so it is looked again.
        let patience = Patience {
            quiet: if server.tap.is_some() {
                self.play.patience.quiet
            } else {
                LOOK_AGAIN
            },
            ..self.play.patience
        };
        loop {
            let waited = self.play.bell.wait(patience, || {
                listened = look();
                listened.is_some() || over()
            });
            let may_go_on = server.tap.is_none() && Instant::now() < deadline;
            if waited.is_ok() || !may_go_on {
                return listened;
            }
        }
    }

    fn wait_for_the_end(&self, client: &Watched, server: &Watched) -> Ending {
        let both_over = || client.running.is_over() && server.running.is_over();
        let goes_on = || {
            self.play.server.may_go_on
                && client.running.is_over()
                && server
                    .tap
                    .as_ref()
                    .is_some_and(|tap| tap.with(|log| socket_calls::has_served(log.returned())))
        };
        let bell = self.play.bell;
        let mut stillness = Stillness::of(self.play.patience.quiet);
        let mut is_still = false;
        let waited = bell.wait(self.play.patience, || {
            is_still = stillness.is_too_long(&[client, server]);
            both_over() || goes_on() || self.play.is_stopped() || is_still
        });
        if self.play.is_stopped() {
            return Ending::Stopped;
        }
        match waited {
            Ok(()) if !is_still => {
                // It may be on its way to its end.
                let _ = bell.wait(AFTER_THE_END, both_over);
                Ending::Complete
            }
            // Without strace nobody sees what it still does.
            _ if client.running.is_over() && self.play.server.may_go_on => Ending::Complete,
            Ok(()) | Err(GaveUp::Quiet | GaveUp::Overdue) => Ending::GaveUp,
        }
    }
}

/// How long it takes at most to notice that a port is listened on.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// How long a server is watched that goes on, or seems to, when its client has ended.
const AFTER_THE_END: Patience = Patience {
    quiet: Duration::from_millis(500),
    total: Duration::from_secs(5),
};

/// Why nothing could be played.
#[derive(Debug)]
pub enum Trouble {
    /// There is no folder for what is said of the programs.
    Folder(std::io::Error),
    /// A program cannot be started.
    Start(StartError),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(why) => write!(f, "no folder for what is said of the programs: {why}"),
            Self::Start(why) => why.fmt(f),
        }
    }
}

impl std::error::Error for Trouble {}
