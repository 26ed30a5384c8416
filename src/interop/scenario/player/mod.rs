//! Plays a scenario with two peers and records what both did.
//!
//! Each role receives its steps in the order of the file, up to the next `sync`. Both roles receive
//! them at once, and the player does not wait for answers in between. The relay stands between the
//! peers. A single thread reads answers and passes bytes on as they arrive, and blocks when nothing
//! is due. The player parses nothing and compares nothing.

mod connection;
mod role_state;
mod stall;

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use connection::{connection, relay};
use role_state::{Expected, RoleState, unexpected};

use super::language::{Scenario, Step};
use super::quiescence::Quiescence;
use super::transcript::{Ending, Entry, Transcript};
use crate::interop::model::participant::Role;
use crate::interop::model::traffic::{End, Traffic};
use crate::interop::peer::error::PeerError;
use crate::interop::peer::pool::Slot;
use crate::interop::protocol::call::{CallResult, Method};
use crate::interop::protocol::message::{Answer, Command};
use crate::interop::proxy::{Liveness, Relay};
use crate::system::wait::Timeouts;

/// Plays `scenario` with the peers in these two slots.
///
/// A peer that died or can no longer be trusted is removed from its slot. Also returns whether the
/// session ended only because the idle or total timeout expired.
pub(crate) fn play(
    scenario: &Arc<Scenario>,
    client: &mut Slot,
    server: &mut Slot,
    timeouts: Timeouts,
) -> (Transcript, bool) {
    let mut session = Session {
        scenario,
        timeouts,
        role_states: [
            RoleState::new(Role::Client, client),
            RoleState::new(Role::Server, server),
        ],
        listener: None,
        to_server: None,
        relay: None,
        wire: Traffic::default(),
        entries: scenario
            .steps
            .iter()
            .map(|step| step.role().map(|_| Entry::Unanswered))
            .collect(),
        closed: Vec::new(),
        quiescence: Quiescence::of(scenario),
        ran_out: false,
        is_over: false,
    };
    let ending = match session.play_steps() {
        Ok(()) => Ending::Complete,
        Err(ending) => ending,
    };
    let wire = std::mem::take(&mut session.wire);
    // Before a peer is removed and its stderr is lost.
    let [client_stderr, server_stderr] = session.role_states.each_mut().map(RoleState::stderr);
    let ran_out = session.ran_out;
    session.clear(&ending);
    let transcript = Transcript {
        scenario: Arc::clone(scenario),
        wire,
        ending,
        client_stderr,
        server_stderr,
        entries: session.entries,
    };
    (transcript, ran_out)
}

struct Session<'a> {
    scenario: &'a Scenario,
    timeouts: Timeouts,
    /// The client's state and the server's.
    role_states: [RoleState<'a>; 2],
    /// The listener that the client connects to.
    listener: Option<TcpListener>,
    /// The relay's connection to the server, until the client has connected too.
    to_server: Option<TcpStream>,
    relay: Option<Relay>,
    wire: Traffic,
    entries: Vec<Option<Entry>>,
    /// The roles that have called `close` and are still connected to the relay.
    closed: Vec<Role>,
    /// The condition under which the fault fires; `None` if there is no fault or it has fired.
    quiescence: Option<Quiescence>,
    /// Whether a timeout has expired.
    ran_out: bool,
    /// Whether the connection is gone. Answers that still arrive belong to no step.
    is_over: bool,
}

const ROLES: [Role; 2] = [Role::Client, Role::Server];

impl<'a> Session<'a> {
    fn role_state(&mut self, role: Role) -> &mut RoleState<'a> {
        let [client, server] = &mut self.role_states;
        match role {
            Role::Client => client,
            Role::Server => server,
        }
    }

    fn play_steps(&mut self) -> Result<(), Ending> {
        let scenario = self.scenario;
        let mut from = 0;
        let sections = scenario
            .steps
            .iter()
            .enumerate()
            .filter(|(_, step)| matches!(step, Step::Sync { .. }))
            .map(|(index, _)| index)
            .chain([scenario.steps.len()]);
        for to in sections {
            if from == 0 {
                self.connect(from..to)?;
            } else {
                for role in ROLES {
                    self.prepare_steps(role, from..to)?;
                }
            }
            self.answers()?;
            from = to + 1;
        }
        self.drain();
        Ok(())
    }

    /// Connects client and server, and queues the first steps of both.
    fn connect(&mut self, steps: Range<usize>) -> Result<(), Ending> {
        let here = |why: std::io::Error| Ending::Violation(Role::Client, format!("no port: {why}"));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(here)?;
        listener.set_nonblocking(true).map_err(here)?;
        let port = listener.local_addr().map_err(here)?.port();
        self.listener = Some(listener);
        self.role_state(Role::Server)
            .prepare(&Command::Listen, Expected::Port)?;
        self.role_state(Role::Client)
            .prepare(&Command::Connect(port), Expected::Connection)?;
        self.prepare_steps(Role::Client, steps.clone())?;
        self.wait(|session| session.to_server.is_some() || session.relay.is_some())?;
        self.role_state(Role::Server)
            .prepare(&Command::Accept, Expected::Connection)?;
        self.prepare_steps(Role::Server, steps)
    }

    /// Queues the calls of `role` among `steps`.
    fn prepare_steps(&mut self, role: Role, steps: Range<usize>) -> Result<(), Ending> {
        let scenario = self.scenario;
        for index in steps {
            match &scenario.steps[index] {
                Step::Call {
                    role: caller, call, ..
                } if *caller == role => {
                    let command = Command::Do(call.clone());
                    self.role_state(role)
                        .prepare(&command, Expected::Step(index))?;
                }
                Step::Call { .. } | Step::Sync { .. } => {}
            }
        }
        Ok(())
    }

    /// Reads answers, accepts connections and passes bytes on, without waiting. Returns whether
    /// anything arrived.
    fn turn(&mut self) -> Result<bool, Ending> {
        let mut moved = false;
        for role in ROLES {
            // Poll even if no answer is pending: the peer may send an unexpected line or die.
            while let Some(answer) = self.role_state(role).poll()? {
                moved = true;
                let expected = self.role_state(role).expected.pop_front();
                self.handle_answer(role, expected, answer)?;
            }
        }
        if self.relay.is_none()
            && let (Some(listener), Some(_)) = (&self.listener, &self.to_server)
        {
            match listener.accept() {
                Ok((client, _)) => {
                    let server = self.to_server.take().ok_or(Ending::Timeout(None))?;
                    let processes = self.role_states.each_mut().map(RoleState::process_id);
                    self.relay = Some(relay(client, server, processes, self.scenario)?);
                    self.listener = None;
                    moved = true;
                }
                Err(why) if why.kind() == ErrorKind::WouldBlock => {}
                Err(_) => return Err(Ending::Timeout(None)),
            }
        }
        if let Some(relay) = &mut self.relay {
            moved |= relay.turn(&mut self.wire);
            self.closed.retain(|role| !relay.release(*role));
        }
        if !moved && self.is_quiescent() {
            self.trigger_fault();
            moved = true;
        }
        Ok(moved)
    }

    /// Whether the fault must fire now: every call that can complete has been answered, and each
    /// role that waits for bytes has read all that arrived.
    fn is_quiescent(&mut self) -> bool {
        let (Some(quiescence), Some(relay)) = (&mut self.quiescence, &mut self.relay) else {
            return false;
        };
        if !relay.is_at_its_fault() || !quiescence.is_answered() {
            return false;
        }
        let since = *quiescence.since.get_or_insert_with(Instant::now);
        let mut waiting = self
            .role_states
            .iter()
            .filter(|role_state| role_state.step().is_some());
        waiting.all(|role_state| match relay.is_taken_by(role_state.role) {
            Some(true) => true,
            // A role that waits for buffer space to write is not reading.
            Some(false) => {
                since.elapsed() > TAKEN_AS_READ
                    && relay.liveness(role_state.role) == Liveness::Writing
            }
            None => since.elapsed() > TAKEN_AS_READ,
        })
    }

    /// Fires the fault if every byte before it has been passed on. Returns whether it fired.
    fn trigger_fault(&mut self) -> bool {
        let Some(relay) = &mut self.relay else {
            return false;
        };
        if !relay.is_at_its_fault() || self.quiescence.take().is_none() {
            return false;
        }
        relay.trigger_fault();
        true
    }

    fn handle_answer(
        &mut self,
        role: Role,
        expected: Option<Expected>,
        answer: Answer,
    ) -> Result<(), Ending> {
        match (expected, answer) {
            (Some(_), _) if self.is_over => Ok(()),
            (Some(Expected::End | Expected::Connection), Answer::Ok) => Ok(()),
            (Some(Expected::Port), Answer::Port(port)) => {
                let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
                let server = connection(address).map_err(|why| {
                    let what = format!("says that it listens on port {port}, and does not: {why}");
                    Ending::Violation(role, what)
                })?;
                self.to_server = Some(server);
                Ok(())
            }
            (Some(Expected::Step(index)), Answer::Observed(observation)) => {
                self.answered(role, index, Entry::Observed(observation));
                Ok(())
            }
            (Some(Expected::Step(index)), Answer::Unsupported) => {
                self.answered(role, index, Entry::Unsupported);
                match &self.scenario.steps[index] {
                    Step::Call { call, .. } => Err(Ending::Unsupported(role, call.method())),
                    Step::Sync { .. } => Err(unexpected(role, &Answer::Unsupported)),
                }
            }
            (_, answer) => Err(unexpected(role, &answer)),
        }
    }

    fn answered(&mut self, role: Role, index: usize, entry: Entry) {
        let step = &self.scenario.steps[index];
        if matches!(step, Step::Call { call, .. } if call.method() == Method::Close) {
            self.closed.push(role);
        }
        self.entries[index] = Some(entry);
        if let Some(quiescence) = &mut self.quiescence {
            quiescence.missing(role, |missing| missing.saturating_sub(1));
        }
    }

    /// Waits until the relay has seen every byte that the roles report as written, and every end.
    /// Bytes that never arrive are missing from the record, and the comparison reports them.
    fn drain(&mut self) {
        let expected = ROLES.map(|role| self.expected(role));
        if let Some(relay) = &mut self.relay {
            relay.take_all();
        }
        self.timeouts = DRAIN;
        let _ = self.wait(|session| {
            session.relay.as_ref().is_none_or(Relay::is_over)
                || expected.iter().all(|(role, bytes, ends)| {
                    let flow = session.wire.sent_by(*role);
                    flow.bytes.len() as u64 >= *bytes && (!ends || flow.end != End::Open)
                })
        });
    }

    /// How many bytes a role reports as written, and whether it has ended its direction.
    fn expected(&self, own: Role) -> (Role, u64, bool) {
        let (mut bytes, mut ends) = (0, false);
        for (step, entry) in self.scenario.steps.iter().zip(&self.entries) {
            if let (Step::Call { role, call, .. }, Some(Entry::Observed(seen))) = (step, entry)
                && *role == own
            {
                bytes = seen.written;
                ends |=
                    matches!(seen.result, CallResult::Returned(_)) && call.method().ends_output();
            }
        }
        (own, bytes, ends)
    }

    /// Returns both peers to the state in which the next session can begin, or removes them from
    /// their slots.
    fn clear(&mut self, ending: &Ending) {
        let stuck = *ending != Ending::Complete;
        if let Some(relay) = &mut self.relay
            && matches!(ending, Ending::Complete | Ending::Unsupported(..))
        {
            // Everything has been recorded. An address left in TIME_WAIT would block the next
            // thousand sessions.
            relay.abort();
        }
        // A peer that waits for bytes now sees the end of the connection.
        (self.relay, self.to_server, self.listener, self.quiescence) = (None, None, None, None);
        self.is_over = true;
        self.timeouts = CLEAR;
        let cleared = !matches!(ending, Ending::Crash(..) | Ending::Violation(..))
            && (!stuck || self.answers().is_ok())
            && self.end().is_ok();
        if !cleared {
            for role_state in &mut self.role_states {
                role_state.slot.dismiss();
            }
        }
    }

    fn answers(&mut self) -> Result<(), Ending> {
        self.wait(|session| {
            session
                .role_states
                .iter()
                .all(|role_state| role_state.expected.is_empty())
        })
    }

    /// Sends `end` to both peers. The next session reads their answers first.
    fn end(&mut self) -> Result<(), PeerError> {
        for role_state in &mut self.role_states {
            role_state.slot.end()?;
        }
        Ok(())
    }
}

/// Where the kernel cannot tell whether bytes were read, they are taken as read after this time.
const TAKEN_AS_READ: Duration = Duration::from_millis(5);

/// Bytes that a role reports as written are in the kernel's buffers and reach the relay at once.
const DRAIN: Timeouts = Timeouts {
    idle: Duration::from_secs(1),
    total: Duration::from_secs(5),
};

/// How long a peer may take to end a session before it is restarted.
const CLEAR: Timeouts = Timeouts {
    idle: Duration::from_secs(2),
    total: Duration::from_secs(5),
};
