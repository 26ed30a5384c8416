//! The relay between client and server.
//!
//! The client connects to the relay, the relay to the server. It records every byte, direction by
//! direction, and passes on what it gets as it gets it: bytes as bytes, the end of a direction as
//! the end of that direction, a reset as a reset. Asked by a [`NetworkPlan`], it misbehaves: not in what
//! it records, but in how it passes it on. It decodes nothing and waits for nothing: whoever drives
//! it gives it turns, and is told what to wait for in between. A `lane` is one of its directions.

pub(crate) mod endpoint;
pub(crate) mod forwarder;
pub(crate) mod liveness;
pub(crate) mod plan;
mod program;
pub(crate) mod scripted;

use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use endpoint::{Endpoint, Listeners, Shared};
use forwarder::{CHUNK, Forwarder};
pub(crate) use liveness::Liveness;
use plan::{FaultKind, NetworkPlan};
use program::Program;
use socket2::SockRef;

use super::model::participant::Role;
use super::model::traffic::{End, Traffic};
use crate::system::poll::PollSet;
use crate::system::sock_diag::Kernel;
use crate::system::wait::Notify;

/// A relay for one connection, in a thread of its own; it is over when both directions have ended.
/// It says so when client and server wait for each other.
pub(crate) fn start(listeners: Listeners, network: NetworkPlan, notify: &Arc<Notify>) -> Endpoint {
    Endpoint::start(listeners, notify, move |endpoint, upstream| {
        let Some(client) = endpoint.accept()? else {
            return Ok(());
        };
        let Some(server) = endpoint.connect(upstream)? else {
            return Ok(());
        };
        let mut relay = Relay::new([client, server], endpoint.kernels(), network)?;
        drive(&mut relay, endpoint);
        Ok(())
    })
}

/// Gives a relay its turns until it is over. What is to happen when both sides have come to rest
/// happens when the kernel says that both wait.
fn drive(relay: &mut Relay, endpoint: &Shared) {
    let mut last = Instant::now();
    let mut look_again = FIRST_LOOK;
    while !relay.is_over() && !endpoint.is_dropped() {
        if endpoint.pass(|wire| relay.turn(wire)) {
            last = Instant::now();
            look_again = FIRST_LOOK;
            continue;
        }
        let silence = last.elapsed();
        if relay.holds_something_back() {
            if is_at_rest(relay, silence) {
                relay.trigger_fault();
                last = Instant::now();
                look_again = FIRST_LOOK;
                continue;
            }
        } else if silence >= STILL
            && let Some(deadlock) = relay.deadlock([true, true])
        {
            endpoint.set_deadlock(deadlock);
        }
        let mut awaited = PollSet::default();
        relay.await_more(&mut awaited);
        awaited.wait(look_again);
        look_again = (2 * look_again).min(LAST_LOOK);
    }
}

/// Whether both programs have come to rest, after such a silence.
fn is_at_rest(relay: &mut Relay, silence: Duration) -> bool {
    match relay.is_at_rest() {
        Some(true) => true,
        // Both sleep, and not at their connection: they may wait for something else.
        Some(false) => silence >= ASLEEP && !relay.are_awake(),
        None => silence >= REST,
    }
}

/// Nothing tells when a program begins to wait, so it is looked again, sooner and later.
const FIRST_LOOK: Duration = Duration::from_millis(1);
const LAST_LOOK: Duration = Duration::from_millis(250);

/// Before so long a silence no deadlock is looked for: a program may have a thread that waits for
/// bytes, and another that sleeps for a while before it writes.
const STILL: Duration = Duration::from_secs(2);

/// After so long a silence a program that sleeps, but not at its connection, is taken to wait.
const ASLEEP: Duration = Duration::from_secs(1);

/// Where the kernel cannot be asked, a program that has not moved for so long waits for something.
const REST: Duration = Duration::from_millis(100);

/// What the relay's sockets may hold. Left to itself the system lets them grow to many megabytes,
/// and two peers that both write would never notice that neither reads.
///
/// With less than a segment of the loopback interface, of 64 KiB, sender and receiver would wait
/// for each other's timers.
const BUFFER: usize = 64 << 10;

/// The two connections, and what lies between them.
#[derive(Debug)]
pub(crate) struct Relay {
    /// The client's and the server's; none once it is reset or let go.
    sides: [Option<Arc<TcpStream>>; 2],
    /// The programs behind them.
    programs: [Program; 2],
    /// Both are closed, as far as anybody can see.
    is_closed: bool,
    /// What the client sends, and what the server sends.
    forwarders: [Forwarder; 2],
    buffer: Vec<u8>,
}

/// The most that is recorded of a direction: far more than any scenario sends. In the unit tests it
/// is less, so that one can be a flood.
pub(crate) const MOST_RECORDED: usize = if cfg!(test) { 8 << 20 } else { 256 << 20 };

const ROLES: [Role; 2] = [Role::Client, Role::Server];

fn index(role: Role) -> usize {
    match role {
        Role::Client => 0,
        Role::Server => 1,
    }
}

impl Relay {
    /// A relay between the client's connection and the server's.
    pub(crate) fn new(
        sides: [Arc<TcpStream>; 2],
        kernels: [Kernel; 2],
        network: NetworkPlan,
    ) -> std::io::Result<Self> {
        for side in &sides {
            side.set_nonblocking(true)?;
            SockRef::from(&**side).set_recv_buffer_size(BUFFER)?;
            SockRef::from(&**side).set_send_buffer_size(BUFFER)?;
        }
        Ok(Self {
            sides: sides.map(Some),
            programs: kernels.map(Program::new),
            is_closed: false,
            forwarders: [network.to_server, network.to_client].map(Forwarder::new),
            buffer: vec![0; CHUNK],
        })
    }

    /// Does what can be done at once; whether anything moved.
    pub(crate) fn turn(&mut self, wire: &mut Traffic) -> bool {
        if self.is_closed {
            return false;
        }
        let mut moved = false;
        for role in ROLES {
            let forwarder = &mut self.forwarders[index(role)];
            if let Some(from) = &self.sides[index(role)] {
                moved |= forwarder.take(from, &mut self.buffer, |bytes| {
                    wire.pass(role, bytes, Instant::now());
                });
            }
            if let Some(end) = forwarder.end {
                wire.end(role, end);
            }
        }
        if ROLES.map(|role| wire.from(role).bytes.len()).iter().max() > Some(&MOST_RECORDED) {
            // A program that floods must not take all memory: the connection ends here.
            for role in ROLES {
                wire.from(role).end = End::Reset;
            }
            self.abort();
            return true;
        }
        for role in ROLES {
            let forwarder = &mut self.forwarders[index(role)];
            match &self.sides[index(role.other())] {
                Some(to) => moved |= forwarder.give(to, &mut self.programs[index(role.other())]),
                None => forwarder.is_deaf = true,
            }
        }
        if self.forwarders.iter().any(Forwarder::is_to_be_reset) {
            // That is the end of the other direction too, whether its sender was about to say so
            // or not.
            for role in ROLES {
                if wire.sent_by(role).end == End::Open {
                    wire.end(role, End::Finished);
                }
            }
            self.abort();
        }
        moved
    }

    /// What has to happen before the next turn can do anything.
    pub(crate) fn await_more<'a>(&'a self, awaited: &mut PollSet<'a>) {
        if self.is_closed {
            return;
        }
        for role in ROLES {
            let forwarder = &self.forwarders[index(role)];
            if let Some(from) = &self.sides[index(role)]
                && forwarder.takes_more()
            {
                awaited.input(&**from);
            }
            if let Some(to) = &self.sides[index(role.other())]
                && forwarder.is_blocked
            {
                awaited.room(&**to);
            }
            if let Some(time) = forwarder.again() {
                awaited.look_again_in(time);
            }
        }
    }

    /// Whether all has passed up to where something is to happen.
    pub(crate) fn is_at_its_fault(&self) -> bool {
        !self.is_over() && self.forwarders.iter().any(Forwarder::holds)
    }

    /// Whether it would pass something on there, if it did not hold it back.
    fn holds_something_back(&self) -> bool {
        let mut held = self.forwarders.iter().filter(|forwarder| forwarder.holds());
        held.any(|forwarder| forwarder.has_more() || forwarder.end.is_some())
    }

    /// Whether what was passed on to `role` has been taken by it; none if that cannot be known.
    pub(crate) fn is_taken_by(&self, role: Role) -> Option<bool> {
        let forwarder = &self.forwarders[index(role.other())];
        if !forwarder.holds() && forwarder.has_more() {
            return Some(false);
        }
        self.programs[index(role)].is_taken(self.sides[index(role)].as_ref()?, forwarder.passed)
    }

    /// Lets happen what is to happen.
    pub(crate) fn trigger_fault(&mut self) {
        let Some(role) = ROLES
            .into_iter()
            .find(|role| self.forwarders[index(*role)].holds())
        else {
            return;
        };
        let forwarder = &mut self.forwarders[index(role)];
        let Some(fault) = forwarder.fault.take() else {
            return;
        };
        match fault.kind {
            FaultKind::Split => {}
            FaultKind::HalfClose => {
                if let Some(to) = &self.sides[index(role.other())] {
                    let _ = to.shutdown(Shutdown::Write);
                }
                forwarder.is_deaf = true;
            }
            FaultKind::Close => {
                // What is sent to it now is answered with a reset, as if it were gone; but it can
                // still be let go of without an address that waits for stragglers.
                for side in self.sides.iter().flatten() {
                    let _ = side.shutdown(Shutdown::Both);
                }
                self.is_closed = true;
            }
            FaultKind::Reset => self.abort(),
        }
    }

    /// Takes from now on all that comes, whether it can be passed on or not: both programs have made
    /// their calls, and what they have written is only to be recorded.
    pub(crate) fn take_all(&mut self) {
        self.forwarders.iter_mut().for_each(Forwarder::take_all);
    }

    /// Whether nothing more will pass.
    pub(crate) fn is_over(&self) -> bool {
        self.is_closed
            || self.sides.iter().all(Option::is_none)
            || self
                .forwarders
                .iter()
                .all(|forwarder| forwarder.end.is_some() && forwarder.is_deaf)
    }

    /// Says that the program in `role` has closed its socket: nobody sees any more what comes there.
    /// Whether it could be let go; it cannot before all that it has sent is recorded.
    pub(crate) fn let_go(&mut self, role: Role) -> bool {
        let is_heard_out = self.forwarders[index(role)].end.is_some();
        if is_heard_out {
            reset(&mut self.sides[index(role)]);
        }
        is_heard_out
    }

    /// Resets both connections: nothing of them is left behind, not even an address that waits.
    pub(crate) fn abort(&mut self) {
        self.sides.iter_mut().for_each(reset);
    }
}

/// Closing with a linger time of nothing is what sends RST.
fn reset(side: &mut Option<Arc<TcpStream>>) {
    if let Some(side) = side.take() {
        let _ = SockRef::from(&*side).set_linger(Some(Duration::ZERO));
    }
}

#[cfg(test)]
mod tests {
    use std::io::{ErrorKind, Read, Write};
    use std::net::{Ipv4Addr, TcpListener};

    use super::*;
    use crate::system::wait::Timeouts;

    const PATIENCE: Timeouts = Timeouts {
        idle: Duration::from_secs(20),
        total: Duration::from_secs(20),
    };

    /// A relay with a live socket at each end.
    fn connected() -> (Endpoint, Arc<Notify>, TcpStream, TcpStream) {
        connected_by("plain")
    }

    /// The same, with a network that misbehaves.
    fn connected_by(network: &str) -> (Endpoint, Arc<Notify>, TcpStream, TcpStream) {
        let network = network.parse().unwrap();
        let notify = Arc::new(Notify::default());
        let mut relay = start(Listeners::here().unwrap(), network, &notify);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let client = TcpStream::connect((Ipv4Addr::LOCALHOST, relay.port())).unwrap();
        relay.connect_to(listener.local_addr().unwrap());
        let (server, _) = listener.accept().unwrap();
        (relay, notify, client, server)
    }

    #[test]
    fn both_directions_are_passed_on_and_recorded() {
        let (relay, notify, mut client, mut server) = connected();
        client.write_all(b"hello").unwrap();
        client.shutdown(Shutdown::Write).unwrap();
        let mut heard = Vec::new();
        server.read_to_end(&mut heard).unwrap();
        assert_eq!(heard, b"hello");
        server.write_all(b"hi").unwrap();
        drop(server);
        heard.clear();
        client.read_to_end(&mut heard).unwrap();
        assert_eq!(heard, b"hi");
        notify.wait(PATIENCE, || relay.is_over()).unwrap();
        let (wire, trouble) = relay.record();
        assert_eq!(trouble, None);
        assert_eq!(
            (wire.to_server.bytes, wire.to_server.end),
            (b"hello".to_vec(), End::Finished)
        );
        assert_eq!(
            (wire.to_client.bytes, wire.to_client.end),
            (b"hi".to_vec(), End::Finished)
        );
    }

    #[test]
    fn a_flood_is_recorded_up_to_a_limit_and_reset() {
        let (relay, notify, mut client, mut server) = connected();
        let sink = std::thread::spawn(move || std::io::copy(&mut server, &mut std::io::sink()));
        while client.write_all(&[b'a'; 1 << 16]).is_ok() {}
        assert!(sink.join().unwrap().is_err());
        notify.wait(PATIENCE, || relay.is_over()).unwrap();
        let flow = relay.record().0.to_server;
        assert_eq!(flow.end, End::Reset);
        assert!(flow.bytes.len() < 2 * MOST_RECORDED);
    }

    #[test]
    fn a_half_close_leaves_the_other_direction_open() {
        let (relay, notify, client, mut server) = connected();
        client.shutdown(Shutdown::Write).unwrap();
        assert_eq!(server.read(&mut [0]).unwrap(), 0);
        notify
            .wait(PATIENCE, || relay.record().0.to_server.end == End::Finished)
            .unwrap();
        assert_eq!(relay.record().0.to_client.end, End::Open);
        assert!(!relay.is_over());
    }

    #[test]
    fn a_reset_arrives_as_a_reset() {
        let (relay, notify, client, mut server) = connected();
        SockRef::from(&client)
            .set_linger(Some(Duration::ZERO))
            .unwrap();
        drop(client);
        let error = server.read(&mut [0]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionReset);
        notify.wait(PATIENCE, || relay.is_over()).unwrap();
        assert_eq!(relay.record().0.to_server.end, End::Reset);
    }

    #[test]
    fn without_a_server_the_client_is_sent_away() {
        let notify = Arc::new(Notify::default());
        let relay = start(Listeners::here().unwrap(), NetworkPlan::default(), &notify);
        let mut client = TcpStream::connect((Ipv4Addr::LOCALHOST, relay.port())).unwrap();
        notify.wait(PATIENCE, || relay.is_connected()).unwrap();
        drop(relay);
        assert_eq!(client.read(&mut [0]).unwrap(), 0);
    }

    #[test]
    fn a_relay_that_nobody_calls_ends_when_it_is_dropped() {
        let notify = Arc::new(Notify::default());
        let relay = start(Listeners::here().unwrap(), NetworkPlan::default(), &notify);
        let port = relay.port();
        drop(relay);
        // Its thread lets go of the port, sooner or later; it rings before that.
        let moment = Timeouts {
            idle: Duration::from_millis(10),
            total: Duration::from_millis(10),
        };
        let is_free = || TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
        assert!((0..2000).any(|_| notify.wait(moment, is_free).is_ok()));
    }
}
