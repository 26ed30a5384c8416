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
use super::quiescence::Rest;
use super::transcript::{Entry, Finale, Performance};
use crate::interop::model::deadlock::Deadlock;
use crate::interop::model::participant::Role;
use crate::interop::model::traffic::{End, Wire};
use crate::interop::peer::pool::Seat;
use crate::interop::peer::process::{Answer, Command, PeerError};
use crate::interop::protocol::call::{CallResult, Method};
use crate::interop::proxy::{Relay, Standing};
use crate::system::poll::Awaited;
use crate::system::sock_diag::Kernel;
use crate::system::wait::Patience;

/// Plays `scenario` with the peers of these two seats.
///
/// A peer that died, or can no longer be trusted, is dismissed from its seat. Tells too whether the
/// performance was given up only because nothing moved for so long.
pub(crate) fn play(
    scenario: &Arc<Scenario>,
    client: &mut Seat,
    server: &mut Seat,
    patience: Patience,
) -> (Performance, bool) {
    let mut stage = Stage {
        scenario,
        patience,
        parts: [
            Part::new(Role::Client, client),
            Part::new(Role::Server, server),
        ],
        door: None,
        to_server: None,
        relay: None,
        wire: Wire::default(),
        entries: scenario
            .steps
            .iter()
            .map(|step| step.role().map(|_| Entry::Unanswered))
            .collect(),
        closed: Vec::new(),
        rest: Rest::of(scenario),
        ran_out: false,
        is_over: false,
    };
    let finale = match stage.perform() {
        Ok(()) => Finale::Complete,
        Err(finale) => finale,
    };
    let wire = std::mem::take(&mut stage.wire);
    // Before a peer is dismissed, and takes it along.
    let [client_stderr, server_stderr] = stage.parts.each_mut().map(Part::stderr);
    let ran_out = stage.ran_out;
    stage.clear(&finale);
    let performance = Performance {
        scenario: Arc::clone(scenario),
        wire,
        finale,
        client_stderr,
        server_stderr,
        entries: stage.entries,
    };
    (performance, ran_out)
}

/// One role, who plays it, and what is due from it.
struct Part<'a> {
    role: Role,
    seat: &'a mut Seat,
    /// The answers that have not come yet.
    due: VecDeque<Due>,
}

/// What an answer is to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    /// The end of the conversation before this one.
    End,
    /// `listen`.
    Port,
    /// `connect` or `accept`.
    Connection,
    /// The step at this place in the scenario.
    Step(usize),
}

impl<'a> Part<'a> {
    fn new(role: Role, seat: &'a mut Seat) -> Self {
        let due = VecDeque::from_iter(seat.owes_end().then_some(Due::End));
        Self { role, seat, due }
    }

    /// Writes down what the peer is to do; it is told with the next thing that is asked of it.
    fn prepare(&mut self, command: &Command, due: Due) -> Result<(), Finale> {
        let role = self.role;
        let process = self.seat.process().ok_or_else(|| gone(role))?;
        process.prepare(command).map_err(|why| lost(role, why))?;
        self.due.push_back(due);
        Ok(())
    }

    fn poll(&mut self) -> Result<Option<Answer>, Finale> {
        let role = self.role;
        let process = self.seat.process().ok_or_else(|| gone(role))?;
        process.poll().map_err(|why| lost(role, why))
    }

    fn stderr(&mut self) -> String {
        let process = self.seat.process();
        process
            .map(|process| process.stderr_tail())
            .unwrap_or_default()
    }

    /// The step that it is at; none if it has done all that it was told.
    fn step(&self) -> Option<usize> {
        match self.due.front()? {
            Due::Step(step) => Some(*step),
            _ => None,
        }
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
    /// Where the client knocks.
    door: Option<TcpListener>,
    /// The relay's connection to the server, until there is one of the client.
    to_server: Option<TcpStream>,
    relay: Option<Relay>,
    wire: Wire,
    entries: Vec<Option<Entry>>,
    /// Who has closed, and is still connected to the relay.
    closed: Vec<Role>,
    /// What has to be so before the network does what it is to do; none if there is nothing, or
    /// nothing any more.
    rest: Option<Rest>,
    /// Whether the patience has run out.
    ran_out: bool,
    /// What is still answered belongs to no step any more: the connection has been taken away.
    is_over: bool,
}

const ROLES: [Role; 2] = [Role::Client, Role::Server];

impl<'a> Stage<'a> {
    fn part(&mut self, role: Role) -> &mut Part<'a> {
        let [client, server] = &mut self.parts;
        match role {
            Role::Client => client,
            Role::Server => server,
        }
    }

    fn perform(&mut self) -> Result<(), Finale> {
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
    fn connect(&mut self, steps: Range<usize>) -> Result<(), Finale> {
        let here = |why: std::io::Error| Finale::Violation(Role::Client, format!("no port: {why}"));
        let door = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(here)?;
        door.set_nonblocking(true).map_err(here)?;
        let port = door.local_addr().map_err(here)?.port();
        self.door = Some(door);
        self.part(Role::Server)
            .prepare(&Command::Listen, Due::Port)?;
        self.part(Role::Client)
            .prepare(&Command::Connect(port), Due::Connection)?;
        self.give(Role::Client, steps.clone())?;
        self.wait(|stage| stage.to_server.is_some() || stage.relay.is_some())?;
        self.part(Role::Server)
            .prepare(&Command::Accept, Due::Connection)?;
        self.give(Role::Server, steps)
    }

    /// Tells a role to make its calls among `steps`.
    fn give(&mut self, role: Role, steps: Range<usize>) -> Result<(), Finale> {
        let scenario = self.scenario;
        for index in steps {
            match &scenario.steps[index] {
                Step::Call {
                    role: caller, call, ..
                } if *caller == role => {
                    let command = Command::Do(call.clone());
                    self.part(role).prepare(&command, Due::Step(index))?;
                }
                Step::Call { .. } | Step::Sync { .. } => {}
            }
        }
        Ok(())
    }

    /// Takes what has come: answers, connections, bytes. Whether there was anything.
    fn turn(&mut self) -> Result<bool, Finale> {
        let mut moved = false;
        for role in ROLES {
            // Also with nothing due: that is when it would speak unasked, or die.
            while let Some(answer) = self.part(role).poll()? {
                moved = true;
                let due = self.part(role).due.pop_front();
                self.hear(role, due, answer)?;
            }
        }
        if self.relay.is_none()
            && let (Some(door), Some(_)) = (&self.door, &self.to_server)
        {
            match door.accept() {
                Ok((client, _)) => {
                    let server = self.to_server.take().ok_or(Finale::Timeout(None))?;
                    self.relay = Some(relay(client, server, self.scenario)?);
                    self.door = None;
                    moved = true;
                }
                Err(why) if why.kind() == ErrorKind::WouldBlock => {}
                Err(_) => return Err(Finale::Timeout(None)),
            }
        }
        if let Some(relay) = &mut self.relay {
            moved |= relay.turn(&mut self.wire);
            self.closed.retain(|role| !relay.let_go(*role));
        }
        if !moved && self.has_come_to_rest() {
            self.let_it_happen();
            moved = true;
        }
        Ok(moved)
    }

    /// Whether the network is to do now what it is to do: all calls are answered that can be, and
    /// who waits for bytes has taken all that have come.
    fn has_come_to_rest(&mut self) -> bool {
        let (Some(rest), Some(relay)) = (&mut self.rest, &mut self.relay) else {
            return false;
        };
        if !relay.has_come_to_its_fault() || !rest.is_answered() {
            return false;
        }
        let since = *rest.since.get_or_insert_with(Instant::now);
        let mut waiting = self.parts.iter().filter(|part| part.step().is_some());
        waiting.all(|part| match relay.is_taken_by(part.role) {
            Some(true) => true,
            // One that waits for room to write reads nothing.
            Some(false) => {
                since.elapsed() > A_MOMENT && relay.standing(part.role) == Standing::Writing
            }
            None => since.elapsed() > A_MOMENT,
        })
    }

    /// Lets the network do what it is to do, if all has passed up to there; whether it has.
    fn let_it_happen(&mut self) -> bool {
        let Some(relay) = &mut self.relay else {
            return false;
        };
        if !relay.has_come_to_its_fault() || self.rest.take().is_none() {
            return false;
        }
        relay.let_it_happen();
        true
    }

    fn hear(&mut self, role: Role, due: Option<Due>, answer: Answer) -> Result<(), Finale> {
        match (due, answer) {
            (Some(_), _) if self.is_over => Ok(()),
            (Some(Due::End | Due::Connection), Answer::Ok) => Ok(()),
            (Some(Due::Port), Answer::Port(port)) => {
                let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
                let server = connection(address).map_err(|why| {
                    let what = format!("says that it listens on port {port}, and does not: {why}");
                    Finale::Violation(role, what)
                })?;
                self.to_server = Some(server);
                Ok(())
            }
            (Some(Due::Step(index)), Answer::Observed(observation)) => {
                self.answered(role, index, Entry::Observed(observation));
                Ok(())
            }
            (Some(Due::Step(index)), Answer::Unsupported) => {
                self.answered(role, index, Entry::Unsupported);
                match &self.scenario.steps[index] {
                    Step::Call { call, .. } => Err(Finale::Unsupported(role, call.method)),
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
        if let Some(rest) = &mut self.rest {
            rest.missing(role, |missing| missing.saturating_sub(1));
        }
    }

    /// Waits until the relay has seen what the roles say they have written and closed. What never
    /// arrives there is missing in the record, and judged as such.
    fn drain(&mut self) {
        let expected = ROLES.map(|role| self.expected(role));
        if let Some(relay) = &mut self.relay {
            relay.take_all();
        }
        self.patience = DRAIN;
        let _ = self.wait(|stage| {
            stage.relay.as_ref().is_none_or(Relay::is_over)
                || expected.iter().all(|(role, bytes, ends)| {
                    let flow = stage.wire.sent_by(*role);
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
    fn wait(&mut self, so: impl Fn(&Self) -> bool) -> Result<(), Finale> {
        let start = Instant::now();
        let mut last = start;
        let mut look_again = FIRST_LOOK;
        loop {
            let may_happen = self.rest.is_some();
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
            let quiet = self.patience.quiet.saturating_sub(last.elapsed());
            let total = self.patience.total.saturating_sub(start.elapsed());
            let left = quiet.min(total);
            if left.is_zero() {
                if self.let_it_happen() {
                    last = Instant::now();
                    continue;
                }
                self.ran_out = true;
                return Err(self.stuck());
            }
            if last.elapsed() >= look_again {
                if let Some(deadlock) = self.deadlock() {
                    // They may have come to rest somewhere else than they should have.
                    if self.let_it_happen() {
                        last = Instant::now();
                        look_again = FIRST_LOOK;
                        continue;
                    }
                    return Err(Finale::Deadlock(deadlock));
                }
                look_again = 2 * last.elapsed();
            }
            let mut awaited = Awaited::default();
            awaited.look_again_in(look_again.saturating_sub(last.elapsed()));
            for part in &self.parts {
                part.seat.await_more(&mut awaited);
            }
            match (&self.relay, &self.door) {
                (Some(relay), _) => relay.await_more(&mut awaited),
                (None, Some(door)) if self.to_server.is_some() => awaited.input(door),
                (None, _) => {}
            }
            if let Some(since) = self.rest.as_ref().and_then(|rest| rest.since) {
                // Nothing tells when bytes are taken, mostly at once.
                let is_late = since.elapsed() > A_MOMENT;
                awaited.look_again_in(if is_late { LATER } else { Duration::ZERO });
            }
            awaited.wait(left);
        }
    }

    /// How the roles that owe an answer wait for each other, if that is certain.
    fn deadlock(&mut self) -> Option<Deadlock> {
        let owes = self.parts.each_ref().map(|part| !part.due.is_empty());
        if owes == [false, false] {
            return None;
        }
        // Whatever else it owes, it is not at its connection.
        let mut owing = self.parts.iter().filter(|part| !part.due.is_empty());
        if owing.any(|part| part.step().is_none()) {
            return None;
        }
        self.relay.as_mut()?.deadlock(owes)
    }

    /// Why nothing moves, where the kernel does not tell: every role that owes an answer waits for
    /// bytes, or one of them owes what it could give.
    fn stuck(&self) -> Finale {
        let waits = |part: &Part<'_>| {
            let step = part.step().map(|step| &self.scenario.steps[step]);
            matches!(step, Some(Step::Call { call, .. }) if call.method.reads())
        };
        let mut owing = self.parts.iter().filter(|part| !part.due.is_empty());
        if owing.clone().next().is_none() {
            return Finale::Timeout(None);
        }
        // A client that has not been answered may wait for a server that does not listen.
        match owing.clone().rev().find(|part| !waits(part)) {
            Some(part) => Finale::Timeout(Some(part.role)),
            None if owing.all(waits) => Finale::Deadlock(Deadlock::Read),
            None => Finale::Timeout(None),
        }
    }

    /// Brings both peers back to where the next conversation can begin, or dismisses them.
    fn clear(&mut self, finale: &Finale) {
        let stuck = *finale != Finale::Complete;
        if let Some(relay) = &mut self.relay
            && matches!(finale, Finale::Complete | Finale::Unsupported(..))
        {
            // All has been seen. An address that waits for stragglers would be in the way of the
            // next thousand conversations.
            relay.abort();
        }
        // Whoever waits for bytes sees the end of the connection.
        (self.relay, self.to_server, self.door, self.rest) = (None, None, None, None);
        self.is_over = true;
        self.patience = CLEAR;
        let cleared = !matches!(finale, Finale::Crash(..) | Finale::Violation(..))
            && (!stuck || self.answers().is_ok())
            && self.end().is_ok();
        if !cleared {
            for part in &mut self.parts {
                part.seat.dismiss();
            }
        }
    }

    fn answers(&mut self) -> Result<(), Finale> {
        self.wait(|stage| stage.parts.iter().all(|part| part.due.is_empty()))
    }

    /// Tells both to end; their answers are the first that the next conversation hears.
    fn end(&mut self) -> Result<(), PeerError> {
        for part in &mut self.parts {
            part.seat.end()?;
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

fn relay(client: TcpStream, server: TcpStream, scenario: &Scenario) -> Result<Relay, Finale> {
    let sides = [Arc::new(client), Arc::new(server)];
    for side in &sides {
        // What arrives is passed on at once.
        side.set_nodelay(true).map_err(|_| Finale::Timeout(None))?;
    }
    Relay::new(sides, [Kernel::Here, Kernel::Here], scenario.network)
        .map_err(|_| Finale::Timeout(None))
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
const DRAIN: Patience = Patience {
    quiet: Duration::from_secs(1),
    total: Duration::from_secs(5),
};

/// How long a peer may take to let go of a conversation before it is started anew.
const CLEAR: Patience = Patience {
    quiet: Duration::from_secs(2),
    total: Duration::from_secs(5),
};
