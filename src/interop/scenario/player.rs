//! Leads two peers through a scenario and writes down what both saw.
//!
//! Each role is given its steps in the order of the file, both at once and without waiting for the
//! answers, up to the next `sync`. The relay stands between them. One thread does all of it: it
//! takes answers and passes bytes on as they come, and waits when there is nothing to do. Nothing is
//! parsed here, and nothing is judged.

use std::collections::VecDeque;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use socket2::{Domain, Socket, Type};

use super::language::{Scenario, Step};
use super::quiescence::Quiescence;
use super::transcript::{Ending, Entry, Transcript};
use crate::interop::model::deadlock::Deadlock;
use crate::interop::model::participant::Role;
use crate::interop::model::traffic::{End, Traffic};
use crate::interop::peer::error::PeerError;
use crate::interop::peer::pool::Slot;
use crate::interop::protocol::call::{CallResult, Method};
use crate::interop::protocol::message::{Answer, Command};
use crate::interop::proxy::{Liveness, Relay};
use crate::system::poll::PollSet;
use crate::system::sock_diag::Kernel;
use crate::system::wait::Timeouts;

/// Plays `scenario` with the peers of these two seats.
///
/// A peer that died, or can no longer be trusted, is dismissed from its seat. Tells too whether the
/// performance was given up only because nothing moved for so long.
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
    let ending = match session.perform() {
        Ok(()) => Ending::Complete,
        Err(ending) => ending,
    };
    let wire = std::mem::take(&mut session.wire);
    // Before a peer is dismissed, and takes it along.
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

/// One role, who plays it, and what is due from it.
struct RoleState<'a> {
    role: Role,
    slot: &'a mut Slot,
    /// The answers that have not come yet.
    expected: VecDeque<Expected>,
}

/// What an answer is to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    /// The end of the conversation before this one.
    End,
    /// `listen`.
    Port,
    /// `connect` or `accept`.
    Connection,
    /// The step at this place in the scenario.
    Step(usize),
}

impl<'a> RoleState<'a> {
    fn new(role: Role, slot: &'a mut Slot) -> Self {
        let expected = VecDeque::from_iter(slot.owes_end().then_some(Expected::End));
        Self {
            role,
            slot,
            expected,
        }
    }

    /// Writes down what the peer is to do; it is told with the next thing that is asked of it.
    fn prepare(&mut self, command: &Command, expected: Expected) -> Result<(), Ending> {
        let role = self.role;
        let process = self.slot.process().ok_or_else(|| gone(role))?;
        process.prepare(command).map_err(|why| lost(role, why))?;
        self.expected.push_back(expected);
        Ok(())
    }

    fn poll(&mut self) -> Result<Option<Answer>, Ending> {
        let role = self.role;
        let process = self.slot.process().ok_or_else(|| gone(role))?;
        process.poll().map_err(|why| lost(role, why))
    }

    fn stderr(&mut self) -> String {
        let process = self.slot.process();
        process
            .map(|process| process.stderr_tail())
            .unwrap_or_default()
    }

    /// The step that it is at; none if it has done all that it was told.
    fn step(&self) -> Option<usize> {
        match self.expected.front()? {
            Expected::Step(step) => Some(*step),
            _ => None,
        }
    }
}

fn gone(role: Role) -> Ending {
    Ending::Crash(role, "its process is gone".to_owned())
}

fn lost(role: Role, why: PeerError) -> Ending {
    if why.is_death() {
        Ending::Crash(role, why.to_string())
    } else {
        Ending::Violation(role, why.to_string())
    }
}

fn odd(role: Role, answer: &Answer) -> Ending {
    Ending::Violation(role, format!("answers {answer:?} out of turn"))
}

struct Session<'a> {
    scenario: &'a Scenario,
    timeouts: Timeouts,
    /// The client's and the server's.
    role_states: [RoleState<'a>; 2],
    /// Where the client knocks.
    listener: Option<TcpListener>,
    /// The relay's connection to the server, until there is one of the client.
    to_server: Option<TcpStream>,
    relay: Option<Relay>,
    wire: Traffic,
    entries: Vec<Option<Entry>>,
    /// Who has closed, and is still connected to the relay.
    closed: Vec<Role>,
    /// What has to be so before the network does what it is to do; none if there is nothing, or
    /// nothing any more.
    quiescence: Option<Quiescence>,
    /// Whether the patience has run out.
    ran_out: bool,
    /// What is still answered belongs to no step any more: the connection has been taken away.
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

    fn perform(&mut self) -> Result<(), Ending> {
        let scenario = self.scenario;
        let mut from = 0;
        let stretches = scenario
            .steps
            .iter()
            .enumerate()
            .filter(|(_, step)| matches!(step, Step::Sync { .. }))
            .map(|(index, _)| index)
            .chain([scenario.steps.len()]);
        for to in stretches {
            if from == 0 {
                self.connect(from..to)?;
            } else {
                for role in ROLES {
                    self.give(role, from..to)?;
                }
            }
            self.answers()?;
            from = to + 1;
        }
        self.drain();
        Ok(())
    }

    /// Brings client and server together, and gives both what they have to do then.
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
        self.give(Role::Client, steps.clone())?;
        self.wait(|session| session.to_server.is_some() || session.relay.is_some())?;
        self.role_state(Role::Server)
            .prepare(&Command::Accept, Expected::Connection)?;
        self.give(Role::Server, steps)
    }

    /// Tells a role to make its calls among `steps`.
    fn give(&mut self, role: Role, steps: Range<usize>) -> Result<(), Ending> {
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

    /// Takes what has come: answers, connections, bytes. Whether there was anything.
    fn turn(&mut self) -> Result<bool, Ending> {
        let mut moved = false;
        for role in ROLES {
            // Also with nothing due: that is when it would speak unasked, or die.
            while let Some(answer) = self.role_state(role).poll()? {
                moved = true;
                let expected = self.role_state(role).expected.pop_front();
                self.hear(role, expected, answer)?;
            }
        }
        if self.relay.is_none()
            && let (Some(listener), Some(_)) = (&self.listener, &self.to_server)
        {
            match listener.accept() {
                Ok((client, _)) => {
                    let server = self.to_server.take().ok_or(Ending::Timeout(None))?;
                    self.relay = Some(relay(client, server, self.scenario)?);
                    self.listener = None;
                    moved = true;
                }
                Err(why) if why.kind() == ErrorKind::WouldBlock => {}
                Err(_) => return Err(Ending::Timeout(None)),
            }
        }
        if let Some(relay) = &mut self.relay {
            moved |= relay.turn(&mut self.wire);
            self.closed.retain(|role| !relay.let_go(*role));
        }
        if !moved && self.is_quiescent() {
            self.trigger_fault();
            moved = true;
        }
        Ok(moved)
    }

    /// Whether the network is to do now what it is to do: all calls are answered that can be, and
    /// who waits for bytes has taken all that have come.
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
            // One that waits for room to write reads nothing.
            Some(false) => {
                since.elapsed() > A_MOMENT && relay.liveness(role_state.role) == Liveness::Writing
            }
            None => since.elapsed() > A_MOMENT,
        })
    }

    /// Lets the network do what it is to do, if all has passed up to there; whether it has.
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

    fn hear(
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
                    Step::Call { call, .. } => Err(Ending::Unsupported(role, call.method)),
                    Step::Sync { .. } => Err(odd(role, &Answer::Unsupported)),
                }
            }
            (_, answer) => Err(odd(role, &answer)),
        }
    }

    fn answered(&mut self, role: Role, index: usize, entry: Entry) {
        if matches!(&self.scenario.steps[index], Step::Call { call, .. } if call.method == Method::Close)
        {
            self.closed.push(role);
        }
        self.entries[index] = Some(entry);
        if let Some(quiescence) = &mut self.quiescence {
            quiescence.missing(role, |missing| missing.saturating_sub(1));
        }
    }

    /// Waits until the relay has seen what the roles say they have written and closed. What never
    /// arrives there is missing in the record, and judged as such.
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

    /// Takes turns until `so`; what cannot be done at once is waited for.
    fn wait(&mut self, so: impl Fn(&Self) -> bool) -> Result<(), Ending> {
        let start = Instant::now();
        let mut last = start;
        let mut look_again = FIRST_LOOK;
        loop {
            let may_happen = self.quiescence.is_some();
            let moved = self.turn()?;
            if so(self) {
                return Ok(());
            }
            if moved {
                last = Instant::now();
                look_again = FIRST_LOOK;
                if may_happen {
                    // It has happened, or that may have been the last thing before they rest.
                    continue;
                }
            }
            let idle = self.timeouts.idle.saturating_sub(last.elapsed());
            let total = self.timeouts.total.saturating_sub(start.elapsed());
            let left = idle.min(total);
            if left.is_zero() {
                if self.trigger_fault() {
                    last = Instant::now();
                    continue;
                }
                self.ran_out = true;
                return Err(self.stuck());
            }
            if last.elapsed() >= look_again {
                if let Some(deadlock) = self.deadlock() {
                    // They may have come to rest somewhere else than they should have.
                    if self.trigger_fault() {
                        last = Instant::now();
                        look_again = FIRST_LOOK;
                        continue;
                    }
                    return Err(Ending::Deadlock(deadlock));
                }
                look_again = 2 * last.elapsed();
            }
            let mut awaited = PollSet::default();
            awaited.look_again_in(look_again.saturating_sub(last.elapsed()));
            for role_state in &self.role_states {
                role_state.slot.await_more(&mut awaited);
            }
            match (&self.relay, &self.listener) {
                (Some(relay), _) => relay.await_more(&mut awaited),
                (None, Some(listener)) if self.to_server.is_some() => awaited.input(listener),
                (None, _) => {}
            }
            if let Some(since) = self
                .quiescence
                .as_ref()
                .and_then(|quiescence| quiescence.since)
            {
                // Nothing tells when bytes are taken, mostly at once.
                let is_late = since.elapsed() > A_MOMENT;
                awaited.look_again_in(if is_late { LATER } else { Duration::ZERO });
            }
            awaited.wait(left);
        }
    }

    /// How the roles that owe an answer wait for each other, if that is certain.
    fn deadlock(&mut self) -> Option<Deadlock> {
        let owes = self
            .role_states
            .each_ref()
            .map(|role_state| !role_state.expected.is_empty());
        if owes == [false, false] {
            return None;
        }
        // Whatever else it owes, it is not at its connection.
        let mut owing = self
            .role_states
            .iter()
            .filter(|role_state| !role_state.expected.is_empty());
        if owing.any(|role_state| role_state.step().is_none()) {
            return None;
        }
        self.relay.as_mut()?.deadlock(owes)
    }

    /// Why nothing moves, where the kernel does not tell: every role that owes an answer waits for
    /// bytes, or one of them owes what it could give.
    fn stuck(&self) -> Ending {
        let waits = |role_state: &RoleState<'_>| {
            let step = role_state.step().map(|step| &self.scenario.steps[step]);
            matches!(step, Some(Step::Call { call, .. }) if call.method.reads())
        };
        let mut owing = self
            .role_states
            .iter()
            .filter(|role_state| !role_state.expected.is_empty());
        if owing.clone().next().is_none() {
            return Ending::Timeout(None);
        }
        // A client that has not been answered may wait for a server that does not listen.
        match owing.clone().rev().find(|role_state| !waits(role_state)) {
            Some(role_state) => Ending::Timeout(Some(role_state.role)),
            None if owing.all(waits) => Ending::Deadlock(Deadlock::Read),
            None => Ending::Timeout(None),
        }
    }

    /// Brings both peers back to where the next conversation can begin, or dismisses them.
    fn clear(&mut self, ending: &Ending) {
        let stuck = *ending != Ending::Complete;
        if let Some(relay) = &mut self.relay
            && matches!(ending, Ending::Complete | Ending::Unsupported(..))
        {
            // All has been seen. An address that waits for stragglers would be in the way of the
            // next thousand conversations.
            relay.abort();
        }
        // Whoever waits for bytes sees the end of the connection.
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

    /// Tells both to end; their answers are the first that the next conversation hears.
    fn end(&mut self) -> Result<(), PeerError> {
        for role_state in &mut self.role_states {
            role_state.slot.end()?;
        }
        Ok(())
    }
}

/// Connects, on Linux from one of many addresses of this machine: a connection that has ended keeps
/// its port for a minute, and thousands of them would leave none of one address.
fn connection(server: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    if cfg!(target_os = "linux") {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let [_, _, high, low] = NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        // Where there is no such address, any will do.
        let _ = socket.bind(&SocketAddr::from(([127, 64, high, low], 0)).into());
    }
    socket.connect_timeout(&server.into(), CONNECT)?;
    Ok(socket.into())
}

fn relay(client: TcpStream, server: TcpStream, scenario: &Scenario) -> Result<Relay, Ending> {
    let sides = [Arc::new(client), Arc::new(server)];
    for side in &sides {
        // What arrives is passed on at once.
        side.set_nodelay(true).map_err(|_| Ending::Timeout(None))?;
    }
    Relay::new(sides, [Kernel::Here, Kernel::Here], scenario.network)
        .map_err(|_| Ending::Timeout(None))
}

/// The server has said that it listens, so this is only for one that lied or died since.
const CONNECT: Duration = Duration::from_secs(5);

/// Where it cannot be seen whether bytes are taken, they have been by then.
const A_MOMENT: Duration = Duration::from_millis(5);

/// How often it is looked whether bytes are taken, of a program that does not take them at once.
const LATER: Duration = Duration::from_millis(1);

/// After so long a silence it is asked for the first time whether the roles wait for each other.
const FIRST_LOOK: Duration = Duration::from_millis(20);

/// Bytes that a role says it has written are in the kernel's hands, and reach the relay at once.
const DRAIN: Timeouts = Timeouts {
    idle: Duration::from_secs(1),
    total: Duration::from_secs(5),
};

/// How long a peer may take to let go of a conversation before it is started anew.
const CLEAR: Timeouts = Timeouts {
    idle: Duration::from_secs(2),
    total: Duration::from_secs(5),
};
