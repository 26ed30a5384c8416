//! The relay between client and server, and the scripted peer.
//!
//! The client connects to the relay, and the relay connects to the server. It records every byte of
//! each direction and passes it on at once: bytes as bytes, the end of a direction as its end, a
//! reset as a reset. A [`NetworkPlan`] changes how the relay passes bytes on, never what it
//! records. The relay decodes nothing and never blocks: its driver gives it turns, and waits in
//! between for the events that the relay names. A [`Forwarder`] is one of its directions.

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

/// Starts a relay for one connection in a thread of its own. The relay ends when both directions
/// have ended. It records a deadlock between client and server.
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

/// Gives a relay turns until it ends. A pending fault fires once both programs are idle.
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
            if is_quiescent(relay, silence) {
                relay.trigger_fault();
                last = Instant::now();
                look_again = FIRST_LOOK;
                continue;
            }
        } else if silence >= DEADLOCK_AFTER
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

/// Whether both programs are idle, given how long nothing has moved.
fn is_quiescent(relay: &mut Relay, silence: Duration) -> bool {
    match relay.is_quiescent() {
        Some(true) => true,
        // Both programs sleep, but not at their connection: they may be waiting for something else.
        Some(false) => silence >= ASLEEP_AFTER && !relay.are_awake(),
        None => silence >= IDLE_AFTER,
    }
}

/// No event announces that a program starts to wait, so the relay checks at growing intervals.
const FIRST_LOOK: Duration = Duration::from_millis(1);
const LAST_LOOK: Duration = Duration::from_millis(250);

/// No deadlock is looked for before nothing has moved for this long: a program may have one thread
/// that waits for bytes and another that sleeps before it writes.
const DEADLOCK_AFTER: Duration = Duration::from_secs(2);

/// After this long, a program that sleeps somewhere other than at its connection is taken to be
/// idle.
const ASLEEP_AFTER: Duration = Duration::from_secs(1);

/// Where the kernel cannot be asked, a program that has not moved for this long is taken to be
/// idle.
const IDLE_AFTER: Duration = Duration::from_millis(100);

/// The buffer size of the relay's sockets. The system's own limits grow to many megabytes, and two
/// peers that both write would never notice that neither reads.
///
/// A buffer smaller than a segment of the loopback interface (64 KiB) would make sender and
/// receiver wait for each other's timers.
const BUFFER: usize = 64 << 10;

/// The two connections, and the forwarder of each direction.
#[derive(Debug)]
pub(crate) struct Relay {
    /// The connections to the client and to the server; `None` once reset or released.
    sides: [Option<Arc<TcpStream>>; 2],
    /// The client program and the server program.
    programs: [Program; 2],
    /// Whether both connections look closed to the programs.
    is_closed: bool,
    /// The client's direction and the server's.
    forwarders: [Forwarder; 2],
    buffer: Vec<u8>,
}

/// The most bytes recorded of a direction, far more than any scenario sends. The limit is lower in
/// unit tests, so that a test can exceed it.
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

    /// Does everything that can be done without waiting. Returns whether anything moved.
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
            // A program that floods the connection must not exhaust memory, so the relay ends the
            // connection.
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
                None => forwarder.output_ended = true,
            }
        }
        if self.forwarders.iter().any(Forwarder::is_to_be_reset) {
            // A reset ends the other direction too, whether or not its sender was about to end it.
            for role in ROLES {
                if wire.sent_by(role).end == End::Open {
                    wire.end(role, End::Finished);
                }
            }
            self.abort();
        }
        moved
    }

    /// Adds the events that the next turn has to wait for.
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

    /// Whether every byte before the fault has been passed on.
    pub(crate) fn is_at_its_fault(&self) -> bool {
        !self.is_over() && self.forwarders.iter().any(Forwarder::holds)
    }

    /// Whether only the fault keeps the relay from passing something on.
    fn holds_something_back(&self) -> bool {
        let mut held = self.forwarders.iter().filter(|forwarder| forwarder.holds());
        held.any(|forwarder| forwarder.has_more() || forwarder.end.is_some())
    }

    /// Whether `role` has read everything that was passed on to it; `None` if that cannot be known.
    pub(crate) fn is_taken_by(&self, role: Role) -> Option<bool> {
        let forwarder = &self.forwarders[index(role.other())];
        if !forwarder.holds() && forwarder.has_more() {
            return Some(false);
        }
        self.programs[index(role)].is_taken(self.sides[index(role)].as_ref()?, forwarder.passed)
    }

    /// Fires the pending fault.
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
                forwarder.output_ended = true;
            }
            FaultKind::Close => {
                // Data that arrives now is answered with a reset, as on a closed connection. The
                // relay keeps the sockets, so that it can later release them without leaving an
                // address in TIME_WAIT.
                for side in self.sides.iter().flatten() {
                    let _ = side.shutdown(Shutdown::Both);
                }
                self.is_closed = true;
            }
            FaultKind::Reset => self.abort(),
        }
    }

    /// Reads everything from now on, whether it can be passed on or not: both programs have made
    /// their calls, and their bytes only have to be recorded.
    pub(crate) fn take_all(&mut self) {
        self.forwarders.iter_mut().for_each(Forwarder::take_all);
    }

    /// Whether no more bytes will pass.
    pub(crate) fn is_over(&self) -> bool {
        self.is_closed
            || self.sides.iter().all(Option::is_none)
            || self
                .forwarders
                .iter()
                .all(|forwarder| forwarder.end.is_some() && forwarder.output_ended)
    }

    /// Releases the connection to the program in `role`, which has closed its socket and reads no
    /// more. Returns false if bytes from that program have yet to be recorded.
    pub(crate) fn release(&mut self, role: Role) -> bool {
        let has_ended = self.forwarders[index(role)].end.is_some();
        if has_ended {
            reset(&mut self.sides[index(role)]);
        }
        has_ended
    }

    /// Resets both connections, which leaves no address in TIME_WAIT.
    pub(crate) fn abort(&mut self) {
        self.sides.iter_mut().for_each(reset);
    }
}

/// Closing a socket with a linger time of zero sends RST.
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

    /// A relay with this network plan and a live socket at each end.
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
        // The relay's thread releases the port some time after it has sent its last notification.
        let moment = Timeouts {
            idle: Duration::from_millis(10),
            total: Duration::from_millis(10),
        };
        let is_free = || TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
        assert!((0..2000).any(|_| notify.wait(moment, is_free).is_ok()));
    }
}
