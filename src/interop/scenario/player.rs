//! Leads two peers through a scenario and writes down what both saw.
//!
//! Each role is given its steps in the order of the file, both at once and without waiting for the
//! answers, up to the next `sync`. The relay stands between them. Nothing is parsed here, and
//! nothing is judged.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use super::cast::Seat;
use super::performance::{Entry, Finale, Performance};
use crate::interop::bell::{Bell, Patience};
use crate::interop::call::{CallResult, Method};
use crate::interop::hop::{Doors, Hop};
use crate::interop::pairing::Role;
use crate::interop::peer::{Answer, Command, PeerError};
use crate::interop::relay;
use crate::interop::script::{Scenario, Step};
use crate::interop::wire::{End, Wire};

/// Plays `scenario` with the peers of these two seats.
///
/// A peer that died, or can no longer be trusted, is dismissed from its seat.
pub(super) fn play(
    scenario: &Arc<Scenario>,
    client: &mut Seat,
    server: &mut Seat,
    patience: Patience,
) -> Performance {
    let bell = Arc::new(Bell::default());
    let mut stage = Stage {
        scenario,
        patience,
        parts: [
            Part::new(Role::Client, client, &bell),
            Part::new(Role::Server, server, &bell),
        ],
        bell,
        hop: None,
        entries: scenario
            .steps
            .iter()
            .map(|step| step.role().map(|_| Entry::Unanswered))
            .collect(),
    };
    let finale = match stage.perform() {
        Ok(()) => Finale::Complete,
        Err(finale) => finale,
    };
    let wire = stage.wire();
    // Before a peer is dismissed, and takes it along.
    let [client_stderr, server_stderr] = stage.parts.each_mut().map(Part::stderr);
    stage.clear(&finale);
    Performance {
        scenario: Arc::clone(scenario),
        wire,
        finale,
        client_stderr,
        server_stderr,
        entries: stage.entries,
    }
}

/// One role, who plays it, and what is due from it.
struct Part<'a> {
    role: Role,
    seat: &'a mut Seat,
    /// The steps that were given and not answered yet, by their place in the scenario.
    due: VecDeque<usize>,
}

impl<'a> Part<'a> {
    fn new(role: Role, seat: &'a mut Seat, bell: &Arc<Bell>) -> Self {
        if let Some((_, own)) = seat.process() {
            own.also_ring(bell);
        }
        Self {
            role,
            seat,
            due: VecDeque::new(),
        }
    }

    fn send(&mut self, command: &Command) -> Result<(), Finale> {
        let role = self.role;
        let (process, _) = self.seat.process().ok_or_else(|| gone(role))?;
        process.send(command).map_err(|why| lost(role, why))
    }

    fn poll(&mut self) -> Result<Option<Answer>, Finale> {
        let role = self.role;
        let (process, _) = self.seat.process().ok_or_else(|| gone(role))?;
        process.poll().map_err(|why| lost(role, why))
    }

    fn stderr(&mut self) -> String {
        let process = self.seat.process();
        process
            .map(|(process, _)| process.stderr_tail())
            .unwrap_or_default()
    }
}

fn gone(role: Role) -> Finale {
    Finale::Crash(role, "its process is gone".to_owned())
}

fn lost(role: Role, why: PeerError) -> Finale {
    if why.is_death() {
        Finale::Crash(role, why.to_string())
    } else {
        Finale::Violation(role, why.to_string())
    }
}

fn odd(role: Role, answer: &Answer) -> Finale {
    Finale::Violation(role, format!("answers {answer:?} out of turn"))
}

struct Stage<'a> {
    scenario: &'a Scenario,
    patience: Patience,
    /// The client's and the server's.
    parts: [Part<'a>; 2],
    bell: Arc<Bell>,
    hop: Option<Hop>,
    entries: Vec<Option<Entry>>,
}

impl<'a> Stage<'a> {
    fn part(&mut self, role: Role) -> &mut Part<'a> {
        let [client, server] = &mut self.parts;
        match role {
            Role::Client => client,
            Role::Server => server,
        }
    }

    fn wire(&self) -> Wire {
        self.hop
            .as_ref()
            .map(|hop| hop.record().0)
            .unwrap_or_default()
    }

    fn perform(&mut self) -> Result<(), Finale> {
        self.connect()?;
        let scenario = self.scenario;
        for (index, step) in scenario.steps.iter().enumerate() {
            match step {
                Step::Call { role, call, .. } => {
                    let part = self.part(*role);
                    part.send(&Command::Do(call.clone()))?;
                    part.due.push_back(index);
                }
                Step::Sync { .. } => self.answers()?,
            }
        }
        self.answers()?;
        self.drain();
        Ok(())
    }

    fn connect(&mut self) -> Result<(), Finale> {
        self.part(Role::Server).send(&Command::Listen)?;
        let port = match self.answer(Role::Server)? {
            Answer::Port(port) => port,
            other => return Err(odd(Role::Server, &other)),
        };
        let doors = Doors::here().map_err(|_| Finale::Timeout(None))?;
        let mut hop = relay::start(doors, &self.bell);
        hop.connect_to(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        let connect = Command::Connect(hop.port());
        self.hop = Some(hop);
        self.part(Role::Client).send(&connect)?;
        self.part(Role::Server).send(&Command::Accept)?;
        for role in [Role::Client, Role::Server] {
            match self.answer(role)? {
                Answer::Ok => {}
                other => return Err(odd(role, &other)),
            }
        }
        Ok(())
    }

    /// Waits for the next answer of `role`, which is not to a step.
    fn answer(&mut self, role: Role) -> Result<Answer, Finale> {
        let mut answer = None;
        let waited = self.wait(|stage| {
            answer = stage.part(role).poll()?;
            Ok(answer.is_some())
        });
        waited.map_err(|finale| match finale {
            Finale::Timeout(None) => Finale::Timeout(Some(role)),
            other => other,
        })?;
        answer.ok_or(Finale::Timeout(Some(role)))
    }

    /// Waits until every step that was given is answered.
    fn answers(&mut self) -> Result<(), Finale> {
        self.wait(|stage| {
            for role in [Role::Client, Role::Server] {
                while !stage.part(role).due.is_empty()
                    && let Some(answer) = stage.part(role).poll()?
                {
                    let entry = match answer {
                        Answer::Observed(observation) => Entry::Observed(observation),
                        Answer::Unsupported => Entry::Unsupported,
                        other => return Err(odd(role, &other)),
                    };
                    if let Some(index) = stage.part(role).due.pop_front() {
                        stage.entries[index] = Some(entry);
                    }
                }
            }
            Ok(stage.parts.iter().all(|part| part.due.is_empty()))
        })
    }

    /// Waits until the relay has seen what the roles say they have written and closed. What never
    /// arrives there is missing in the record, and judged as such.
    fn drain(&mut self) {
        let expected = [Role::Client, Role::Server].map(|role| self.expected(role));
        let Some(hop) = &self.hop else { return };
        let _ = self.bell.wait(DRAIN, || {
            let (wire, _) = hop.record();
            expected.iter().all(|(role, bytes, ends)| {
                let flow = wire.sent_by(*role);
                flow.bytes.len() as u64 >= *bytes && (!ends || flow.end != End::Open)
            })
        });
    }

    /// How many bytes a role says it has written, and whether it has ended its direction.
    fn expected(&self, own: Role) -> (Role, u64, bool) {
        let (mut bytes, mut ends) = (0, false);
        for (step, entry) in self.scenario.steps.iter().zip(&self.entries) {
            if let (Step::Call { role, call, .. }, Some(Entry::Observed(seen))) = (step, entry)
                && *role == own
            {
                bytes = seen.written;
                ends |= matches!(seen.result, CallResult::Returned(_))
                    && matches!(
                        call.method,
                        Method::Close | Method::ShutdownOutput | Method::Reset
                    );
            }
        }
        (own, bytes, ends)
    }

    fn wait(
        &mut self,
        mut so: impl FnMut(&mut Self) -> Result<bool, Finale>,
    ) -> Result<(), Finale> {
        let bell = Arc::clone(&self.bell);
        let mut finale = None;
        let waited = bell.wait(self.patience, || match so(self) {
            Ok(so) => so,
            Err(why) => {
                finale = Some(why);
                true
            }
        });
        match (finale, waited) {
            (Some(finale), _) => Err(finale),
            (None, Ok(())) => Ok(()),
            (None, Err(_)) => Err(self.stuck()),
        }
    }

    /// Why nothing moves: every role that owes an answer waits for bytes, or one of them owes what
    /// it could give.
    fn stuck(&self) -> Finale {
        let mut owing = self.parts.iter().filter_map(|part| {
            let index = part.due.front()?;
            Some((part.role, &self.scenario.steps[*index]))
        });
        let waits = |step: &Step| matches!(step, Step::Call { call, .. } if call.method.reads());
        if owing.clone().next().is_none() {
            return Finale::Timeout(None);
        }
        match owing.find(|(_, step)| !waits(step)) {
            Some((role, _)) => Finale::Timeout(Some(role)),
            None => Finale::Deadlock,
        }
    }

    /// Brings both peers back to where the next conversation can begin, or dismisses them.
    fn clear(&mut self, finale: &Finale) {
        let stuck = *finale != Finale::Complete;
        if stuck {
            // Whoever waits for bytes sees the end of the connection.
            self.hop = None;
        }
        self.patience = CLEAR;
        let cleared = !matches!(finale, Finale::Crash(..) | Finale::Violation(..))
            && (!stuck || self.answers().is_ok())
            && self.end().is_ok();
        self.hop = None;
        for part in &mut self.parts {
            if let Some((_, bell)) = part.seat.process() {
                bell.ring_alone();
            }
            if !cleared {
                part.seat.dismiss();
            }
        }
    }

    fn end(&mut self) -> Result<(), Finale> {
        for role in [Role::Client, Role::Server] {
            self.part(role).send(&Command::End)?;
        }
        for role in [Role::Client, Role::Server] {
            match self.answer(role)? {
                Answer::Ok => {}
                other => return Err(odd(role, &other)),
            }
        }
        Ok(())
    }
}

/// Bytes that a role says it has written are in the kernel's hands, and reach the relay at once.
const DRAIN: Patience = Patience {
    quiet: Duration::from_secs(1),
    total: Duration::from_secs(5),
};

/// How long a peer may take to let go of a conversation before it is started anew.
const CLEAR: Patience = Patience {
    quiet: Duration::from_secs(2),
    total: Duration::from_secs(5),
};
