//! The relay of one connection: two sockets, and a forwarder for each direction.

use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use socket2::SockRef;

use super::forwarder::{CHUNK, Forwarder};
use super::plan::{FaultKind, NetworkPlan};
use super::program::Program;
use crate::interop::model::participant::Role;
use crate::interop::model::traffic::{End, Traffic};
use crate::system::poll::PollSet;

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
    pub(super) sides: [Option<Arc<TcpStream>>; 2],
    /// The client program and the server program.
    pub(super) programs: [Program; 2],
    /// Whether both connections look closed to the programs.
    is_closed: bool,
    /// The client's direction and the server's.
    pub(super) forwarders: [Forwarder; 2],
    buffer: Vec<u8>,
    /// Whether what is read is acknowledged at once.
    acknowledges: bool,
}

/// The most bytes recorded of a direction, far more than any scenario sends. The limit is lower in
/// unit tests, so that a test can exceed it.
pub(crate) const MOST_RECORDED: usize = if cfg!(test) { 8 << 20 } else { 256 << 20 };

pub(super) const ROLES: [Role; 2] = [Role::Client, Role::Server];

pub(super) fn index(role: Role) -> usize {
    match role {
        Role::Client => 0,
        Role::Server => 1,
    }
}

impl Relay {
    /// A relay between the client's connection and the server's.
    pub(crate) fn new(
        sides: [Arc<TcpStream>; 2],
        programs: [Program; 2],
        network: NetworkPlan,
    ) -> std::io::Result<Self> {
        for side in &sides {
            side.set_nonblocking(true)?;
            SockRef::from(&**side).set_recv_buffer_size(BUFFER)?;
            SockRef::from(&**side).set_send_buffer_size(BUFFER)?;
        }
        Ok(Self {
            sides: sides.map(Some),
            programs,
            is_closed: false,
            forwarders: [network.to_server, network.to_client].map(Forwarder::new),
            buffer: vec![0; CHUNK],
            acknowledges: false,
        })
    }

    /// Acknowledges from now on what it reads at once. A program that writes a message in two calls
    /// and has not set `TCP_NODELAY` waits before the second one for the acknowledgement of the
    /// first, which the kernel delays by 40 ms.
    #[must_use]
    pub(crate) fn acknowledging(mut self) -> Self {
        self.acknowledges = true;
        self
    }

    /// Says which processes most likely play client and server.
    pub(super) fn expect(&mut self, processes: [Option<u32>; 2]) {
        for (program, process) in self.programs.iter_mut().zip(processes) {
            program.expect(process);
        }
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
                let has_taken = forwarder.take(from, &mut self.buffer, |bytes| {
                    wire.pass(role, bytes, Instant::now());
                });
                if has_taken && self.acknowledges {
                    acknowledge(from);
                }
                moved |= has_taken;
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
    pub(super) fn holds_something_back(&self) -> bool {
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

/// Sends the acknowledgement that the kernel would delay. The kernel forgets the option, so it is set
/// after each read. Elsewhere than on Linux the other side waits.
pub(super) fn acknowledge(stream: &TcpStream) {
    #[cfg(target_os = "linux")]
    let _ = rustix::net::sockopt::set_tcp_quickack(stream, true);
    #[cfg(not(target_os = "linux"))]
    let _ = stream;
}

/// Closing a socket with a linger time of zero sends RST.
fn reset(side: &mut Option<Arc<TcpStream>>) {
    if let Some(side) = side.take() {
        let _ = SockRef::from(&*side).set_linger(Some(Duration::ZERO));
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::io::{Read, Write};

    use rustix::net::sockopt::tcp_quickack;

    use super::*;
    use crate::interop::proxy::liveness::tests::connected;

    /// Whether a relay acknowledges at once what a client sends after it has received an answer.
    fn acknowledges(made: impl FnOnce(Relay) -> Relay) -> bool {
        let ([mut client, to_client], [mut server, to_server]) = (connected(), connected());
        let sides = [to_client, to_server].map(Arc::new);
        let side = Arc::clone(&sides[0]);
        let relay = Relay::new(sides, Default::default(), NetworkPlan::default()).unwrap();
        let mut relay = made(relay);
        let mut wire = Traffic::default();
        for _ in 0..2 {
            client.write_all(b"a").unwrap();
            while !relay.turn(&mut wire) {}
            server.read_exact(&mut [0]).unwrap();
            if wire.sent_by(Role::Server).bytes.is_empty() {
                server.write_all(b"b").unwrap();
                while !relay.turn(&mut wire) {}
                client.read_exact(&mut [0]).unwrap();
            }
        }
        tcp_quickack(&*side).unwrap()
    }

    #[test]
    fn a_relay_of_programs_acknowledges_at_once() {
        assert!(acknowledges(Relay::acknowledging));
        // The kernel by itself would wait, unless this machine is too slow for a conversation.
        assert!((0..100).any(|_| !acknowledges(|relay| relay)));
    }
}
