//! Plays a case on its session: the steps of the script, the end of the server, and how the run ends.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::actor::Actor;
use super::relays::Relays;
use super::session::{Means, Session};
use super::settling::Settling;
use super::waiting::{WAITING_AFTER, Waiting};
use crate::interop::model::pair::run::{PairEnding, PairRun, ProgramRun};
use crate::interop::model::pair::{
    Action, ActorName, Announcement, Aspect, Pattern, PortNumber, ScriptStep, Where,
};
use crate::interop::programs::pairs::definition::{ServerEnd, Stop};
use crate::interop::programs::set_up_error::SetUpError;
use crate::system::wait::Timeouts;

/// Why a run broke off.
#[derive(Debug)]
pub(super) enum Broken {
    /// It has this ending.
    Off(PairEnding),
    /// It could not be set up.
    SetUp(SetUpError),
}

impl From<PairEnding> for Broken {
    fn from(ending: PairEnding) -> Self {
        Self::Off(ending)
    }
}

impl From<SetUpError> for Broken {
    fn from(why: SetUpError) -> Self {
        Self::SetUp(why)
    }
}

/// What a check found while the session waits.
pub(super) enum Look<T> {
    Done(T),
    /// Not yet; to be looked at again at the latest after this time.
    NotYet(Duration),
}

impl Session<'_> {
    /// Plays the case, and returns everything that was observed.
    ///
    /// # Errors
    ///
    /// If a program cannot be started, or finds its port taken by another one of this machine.
    pub(super) fn play(mut self) -> Result<PairRun, SetUpError> {
        let ending = match self.perform() {
            Ok(()) => PairEnding::Complete,
            Err(Broken::Off(ending)) => ending,
            Err(Broken::SetUp(why)) => return Err(why),
        };
        let ending = self.crash().unwrap_or_else(|| self.refined(ending));
        // Before the programs are killed, since that changes the record. The outputs first: nothing
        // is printed whose cause is not recorded.
        let shown: Vec<ProgramRun> = self.actors.iter().map(Actor::shown).collect();
        let connections = self.clients().iter().flat_map(Actor::connections).collect();
        self.upstreams.iter().for_each(|port| port.give_up());
        let unobserved = match &self.means {
            Means::Direct(why) => Some(why.clone()),
            Means::Relays | Means::Networks => None,
        };
        let with_files = self.player.pair.comparison.aspects.contains(&Aspect::Files);
        let ended = self.actors.into_iter().zip(shown);
        let ended = ended.map(|(actor, shown)| ProgramRun {
            files: actor.finish(with_files),
            ..shown
        });
        Ok(PairRun {
            programs: ended.collect(),
            connections,
            steps: self.steps,
            unobserved,
            ending,
        })
    }

    fn perform(&mut self) -> Result<(), Broken> {
        if let Means::Direct(why) = &self.means {
            self.await_listener(why)?;
        }
        let script = &self.case.script;
        for step in script {
            self.step(step)?;
            self.steps.push(Instant::now());
        }
        for actor in self.clients() {
            actor.close_stdin();
        }
        let server_end = &self.player.pair.server_end;
        if !matches!(server_end, ServerEnd::AfterClients(Stop::Stdin(_))) {
            self.server().close_stdin();
        }
        self.wait(None, |session, _| {
            match session.clients().iter().all(|actor| !actor.is_running()) {
                true => Look::Done(Ok(())),
                false => Look::NotYet(LAST_LOOK),
            }
        })?;
        self.end_server(server_end)
    }

    fn step(&mut self, step: &ScriptStep) -> Result<(), Broken> {
        let place = self
            .actors
            .iter()
            .position(|actor| actor.name == step.actor);
        // The session has an actor for every name of the script.
        let Some(place) = place else { return Ok(()) };
        self.actors[place].start().map_err(SetUpError::Start)?;
        match &step.action {
            Action::Start => {}
            Action::Type(bytes) => self.actors[place].types(bytes.clone()),
            Action::Close => self.actors[place].close_stdin(),
            Action::Stop => self.actors[place].terminate(),
            Action::AwaitEnd => self.wait(Some(&step.at), |session, _| {
                match session.actors[place].is_running() {
                    true => Look::NotYet(LAST_LOOK),
                    false => Look::Done(Ok(())),
                }
            })?,
            Action::Expect(stream, pattern) => {
                let end = self.wait(Some(&step.at), |session, _| {
                    let actor = &session.actors[place];
                    // In this order: an actor that is over prints no more.
                    let is_over = actor.is_over();
                    match actor.find(*stream, pattern) {
                        Some(end) => Look::Done(Ok(end)),
                        None if is_over => Look::Done(Err(PairEnding::EndedBefore(
                            actor.name.clone(),
                            step.at.clone(),
                        ))),
                        None => Look::NotYet(LAST_LOOK),
                    }
                })?;
                self.actors[place].set_matched(*stream, end);
            }
        }
        Ok(())
    }

    /// Waits for the end of the server, which is told to stop if it goes on.
    fn end_server(&mut self, server_end: &ServerEnd) -> Result<(), Broken> {
        let is_over =
            |session: &Self| session.server().is_over() && session.relays().all(Relays::are_over);
        let stop = match server_end {
            ServerEnd::ByItself => {
                self.wait(None, |session, _| match is_over(session) {
                    true => Look::Done(Ok(())),
                    false => Look::NotYet(LAST_LOOK),
                })?;
                return Ok(());
            }
            ServerEnd::AfterClients(stop) => stop,
        };
        let mut settling = Settling::new();
        let goes_on = self.wait(None, |session, silence| {
            if is_over(session) {
                return Look::Done(Ok(false));
            }
            match settling.is_settled(session, silence) {
                true => Look::Done(Ok(session.server().is_running())),
                false => Look::NotYet(LOOK_FOR_SLEEP),
            }
        })?;
        if goes_on {
            self.stop_server(stop)?;
        }
        Ok(())
    }

    fn stop_server(&mut self, stop: &Stop) -> Result<(), Broken> {
        let mut last_client = None;
        let grace = match stop {
            Stop::Terminate => {
                self.actors[0].terminate();
                GRACE
            }
            Stop::Stdin(bytes) => {
                let server = &mut self.actors[0];
                server.set_told_to_stop();
                server.types(bytes.clone());
                server.close_stdin();
                self.player.timeouts.idle
            }
            Stop::Client(bytes) => {
                self.actors[0].set_told_to_stop();
                let name = ActorName(Arc::from("the last client"));
                let mut client = self.prepare_client(name)?;
                client.start().map_err(SetUpError::Start)?;
                client.types(bytes.clone());
                client.close_stdin();
                last_client = Some(client);
                self.player.timeouts.idle
            }
        };
        let timeouts = Timeouts {
            idle: grace,
            total: self.player.timeouts.total.max(grace),
        };
        // One that does not stop is killed, which its end says.
        let _ = self.notify.wait(timeouts, || !self.server().is_running());
        drop(last_client);
        // What the server sent at last is recorded, and how it closed its connections.
        if self.server().is_over() {
            let _ = self
                .notify
                .wait(AFTER_STOP, || self.relays().all(Relays::are_over));
        }
        Ok(())
    }

    /// Waits until `so` has a result. It is called with the time for which nothing has happened.
    pub(super) fn wait<T>(
        &self,
        at: Option<&Where>,
        mut so: impl FnMut(&Self, Duration) -> Look<Result<T, PairEnding>>,
    ) -> Result<T, PairEnding> {
        let timeouts = self.player.timeouts;
        let mut seen = self.notify.count();
        let mut last = Instant::now();
        let mut again = FIRST_LOOK;
        let mut waited: Option<Waiting> = None;
        loop {
            let count = self.notify.count();
            if count != seen {
                (seen, last, again) = (count, Instant::now(), FIRST_LOOK);
                waited = None;
            }
            let silence = last.elapsed();
            if silence >= WAITING_AFTER {
                // What a program printed before it was seen to wait may not have been read yet.
                self.actors.iter().for_each(Actor::read_output);
            }
            self.look()?;
            let most = match so(self, silence) {
                Look::Done(result) => return result,
                Look::NotYet(most) => most,
            };
            let running = || {
                let running = self.actors.iter().filter(|actor| actor.is_running());
                running.map(|actor| actor.name.clone()).collect()
            };
            if silence >= timeouts.idle {
                return Err(self
                    .unmet()
                    .unwrap_or_else(|| PairEnding::Silent(running(), at.cloned())));
            }
            if silence >= WAITING_AFTER {
                let since = waited.as_ref().map_or(last, Waiting::at);
                waited = match (self.waiting(since, silence), waited) {
                    (Some(now), Some(before)) => match now.confirmed(&before) {
                        Some(true) => {
                            let waiting = || PairEnding::Waiting(now.programs, at.cloned());
                            return Err(self.unmet().unwrap_or_else(waiting));
                        }
                        Some(false) => Some(before),
                        None => Some(now),
                    },
                    (now, _) => now,
                };
            }
            if self.start.elapsed() >= timeouts.total {
                return Err(PairEnding::Overdue(running(), at.cloned()));
            }
            let left = timeouts.idle - silence;
            self.notify.wait_past(seen, again.min(most).min(left));
            again = (2 * again).min(LAST_LOOK);
        }
    }

    /// Reacts to what the server has announced, and to its end.
    fn look(&self) -> Result<(), PairEnding> {
        let server = self.server();
        let is_over = server.is_over();
        for (port, upstream) in self.player.pair.ports.iter().zip(&self.upstreams) {
            if let PortNumber::Announced(announcement) = &port.number
                && upstream.port().is_none()
            {
                let announced = server.look_at(announcement.on, |output| {
                    announced(announcement, output, is_over)
                });
                match announced {
                    None => {}
                    Some(Ok(port)) => upstream.set_port(port),
                    Some(Err(why)) => return Err(PairEnding::Unreachable(why)),
                }
            }
            if is_over {
                upstream.give_up();
            }
        }
        if is_over {
            let unmet =
                |relays: &&Relays| relays.are_used() && !self.upstreams[relays.port].is_reached();
            if let Some(relays) = self.relays().find(unmet) {
                return Err(PairEnding::NeverListened(relays.port));
            }
        }
        match self.relays().find_map(Relays::trouble) {
            Some(why) => Err(PairEnding::Unreachable(why)),
            None => Ok(()),
        }
    }

    /// The port on which a client waits for a server that does not listen.
    fn unmet(&self) -> Option<PairEnding> {
        let relays = self.relays().find(|relays| relays.wait_for_server())?;
        Some(PairEnding::NoListener(relays.port, self.start.elapsed()))
    }

    /// The relays of all clients.
    pub(super) fn relays(&self) -> impl Iterator<Item = &Relays> {
        self.clients().iter().flat_map(|actor| &actor.relays)
    }

    fn crash(&self) -> Option<PairEnding> {
        let crash = |actor: &Actor| Some(PairEnding::Crashed(actor.name.clone(), actor.crash()?));
        self.actors.iter().find_map(crash)
    }

    /// A program that failed before it printed could not start.
    fn refined(&self, ending: PairEnding) -> PairEnding {
        let actor = match &ending {
            PairEnding::NeverListened(_) => Some(self.server()),
            PairEnding::NeverConnected(name) => {
                self.clients().iter().find(|actor| actor.name == *name)
            }
            PairEnding::Complete => self.clients().iter().find(|actor| {
                let is_unused = !actor.relays.iter().any(Relays::are_used);
                actor.is_over() && !actor.relays.is_empty() && is_unused
            }),
            PairEnding::Waiting(..)
            | PairEnding::Silent(..)
            | PairEnding::Overdue(..)
            | PairEnding::EndedBefore(..)
            | PairEnding::NoListener(..)
            | PairEnding::Unreachable(_)
            | PairEnding::NotStarted(..)
            | PairEnding::Crashed(..) => None,
        };
        let Some(actor) = actor else { return ending };
        match actor.exit() {
            Some(exit) if !exit.success() && actor.stdout().is_empty() => {
                PairEnding::NotStarted(actor.name.clone(), actor.command_line(), exit)
            }
            _ if ending == PairEnding::Complete => PairEnding::NeverConnected(actor.name.clone()),
            _ => ending,
        }
    }
}

/// The port that the server has said. The match must not be at the end of the output, where more
/// digits may follow, unless the server has ended.
fn announced(
    announcement: &Announcement,
    output: &[u8],
    is_over: bool,
) -> Option<Result<u16, String>> {
    let (all, number) = match &announcement.pattern {
        Pattern::Regex(regex) => {
            let captures = regex.captures(output)?;
            (captures.get(0)?, captures.get(1)?)
        }
        Pattern::Text(_) => return None,
    };
    if all.end() == output.len() && !is_over {
        return None;
    }
    let text = String::from_utf8_lossy(number.as_bytes());
    let port = text.parse().ok().filter(|&port| port != 0);
    Some(port.ok_or_else(|| {
        let said = String::from_utf8_lossy(all.as_bytes());
        format!("it says {said:?}, and {text:?} is no port")
    }))
}

const FIRST_LOOK: Duration = Duration::from_millis(1);
const LAST_LOOK: Duration = Duration::from_millis(250);

/// How often a server is looked at until it goes on.
const LOOK_FOR_SLEEP: Duration = Duration::from_millis(10);

/// How long the relays of two programs that have ended may take to notice it.
const AFTER_STOP: Timeouts = Timeouts {
    idle: Duration::from_secs(5),
    total: Duration::from_secs(5),
};

/// How long a server may take to end after SIGTERM.
const GRACE: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interop::model::pair::Stream;

    #[test]
    fn an_announced_port_is_taken_once_its_number_is_complete() {
        let announcement = Announcement {
            pattern: Pattern::Regex(regex::bytes::Regex::new(r"on port (\d+)").unwrap()),
            on: Stream::Stdout,
        };
        let port = |output: &str, is_over| announced(&announcement, output.as_bytes(), is_over);
        assert_eq!(port("ready", false), None);
        assert_eq!(port("on port 20", false), None);
        assert_eq!(port("on port 2017\n", false), Some(Ok(2017)));
        assert_eq!(port("on port 2017", true), Some(Ok(2017)));
        let no_port = Some(Err("it says \"on port 0\", and \"0\" is no port".to_owned()));
        assert_eq!(port("on port 0 ", false), no_port);
    }
}
