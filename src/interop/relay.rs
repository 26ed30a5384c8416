//! The relay between client and server.
//!
//! The client connects to the relay, the relay to the server. It records every byte, direction by
//! direction, and passes on what it gets as it gets it: bytes as bytes, the end of a direction as
//! the end of that direction, a reset as a reset. Asked by a [`Network`], it misbehaves: not in what
//! it records, but in how it passes it on. It decodes nothing and waits for nothing: whoever drives
//! it gives it turns, and is told what to wait for in between.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use socket2::SockRef;

use super::bell::Bell;
use super::hop::{Doors, Hop, Shared};
use super::network::{Direction, Fault, FaultKind, Manner, Network};
use super::pairing::Role;
use super::queue;
use super::random::Random;
use super::ready::Awaited;
use super::wire::{End, Wire};

/// A relay for one connection, in a thread of its own; it is over when both directions have ended.
pub fn start(doors: Doors, network: Network, bell: &Arc<Bell>) -> Hop {
    Hop::start(doors, bell, move |hop, upstream| {
        let Some(client) = hop.accept()? else {
            return Ok(());
        };
        let Some(server) = hop.connect(upstream)? else {
            return Ok(());
        };
        let mut relay = Relay::new([client, server], network)?;
        drive(&mut relay, hop);
        Ok(())
    })
}

/// Gives a relay its turns until it is over. What is to happen when both sides have come to rest
/// happens after a silence: nobody tells what a program is at.
fn drive(relay: &mut Relay, hop: &Shared) {
    let mut last = Instant::now();
    while !relay.is_over() && !hop.is_dropped() {
        if hop.pass(|wire| relay.turn(wire)) {
            last = Instant::now();
            continue;
        }
        let mut patience = Duration::from_secs(1);
        if relay.holds_something_back() {
            patience = REST.saturating_sub(last.elapsed());
            if patience.is_zero() {
                relay.let_it_happen();
                last = Instant::now();
                continue;
            }
        }
        let mut awaited = Awaited::default();
        relay.await_more(&mut awaited);
        awaited.wait(patience);
    }
}

/// A program that has not moved for so long waits for something.
const REST: Duration = Duration::from_millis(100);

/// The two connections, and what lies between them.
#[derive(Debug)]
pub(super) struct Relay {
    /// The client's and the server's; none once they are reset.
    sides: Option<[Arc<TcpStream>; 2]>,
    /// Both are closed, as far as anybody can see.
    is_closed: bool,
    /// What the client sends, and what the server sends.
    lanes: [Lane; 2],
    buffer: Vec<u8>,
}

/// One direction.
#[derive(Debug)]
struct Lane {
    manner: Manner,
    /// None once it has happened.
    fault: Option<Fault>,
    /// What has come and was not passed on yet, from `given` on.
    pending: Vec<u8>,
    given: usize,
    passed: u64,
    /// How its sender has ended it.
    end: Option<End>,
    /// Nobody is there any more to pass it on to, or has been told of its end.
    is_deaf: bool,
    /// The receiver's socket takes no more for now.
    is_blocked: bool,
    pace: Pace,
}

/// Where a lane stands that does not pass on all at once.
#[derive(Debug)]
struct Pace {
    /// When the first of what is pending came, and the last.
    first: Instant,
    last: Instant,
    /// How much of the piece under way is left.
    piece: u64,
    pieces: usize,
    /// When to look again.
    again: Option<Duration>,
    random: Random,
}

const ROLES: [Role; 2] = [Role::Client, Role::Server];

fn index(role: Role) -> usize {
    match role {
        Role::Client => 0,
        Role::Server => 1,
    }
}

impl Relay {
    /// A relay between the client's connection and the server's.
    pub(super) fn new(sides: [Arc<TcpStream>; 2], network: Network) -> std::io::Result<Self> {
        for side in &sides {
            side.set_nonblocking(true)?;
        }
        let slow = [network.to_server, network.to_client].map(|direction| direction.manner);
        for (side, manner) in sides.iter().zip(slow) {
            if matches!(manner, Manner::Slow(_)) {
                // The sender is to notice.
                SockRef::from(&**side).set_recv_buffer_size(SMALL)?;
            }
        }
        Ok(Self {
            sides: Some(sides),
            is_closed: false,
            lanes: [network.to_server, network.to_client].map(Lane::new),
            buffer: vec![0; CHUNK],
        })
    }

    /// Does what can be done at once; whether anything moved.
    pub(super) fn turn(&mut self, wire: &mut Wire) -> bool {
        let (false, Some(sides)) = (self.is_closed, &self.sides) else {
            return false;
        };
        let mut moved = false;
        for role in ROLES {
            let (lane, from) = (&mut self.lanes[index(role)], &sides[index(role)]);
            moved |= lane.take(from, &mut self.buffer, |bytes| {
                wire.from(role).bytes.extend_from_slice(bytes);
            });
            if let Some(end) = lane.end {
                wire.from(role).end = end;
            }
        }
        for role in ROLES {
            let (lane, to) = (&mut self.lanes[index(role)], &sides[index(role.other())]);
            moved |= lane.give(to);
        }
        if self.lanes.iter().any(Lane::is_to_be_reset) {
            // That is the end of the other direction too, whether its sender was about to say so
            // or not.
            for role in ROLES {
                let end = &mut wire.from(role).end;
                if *end == End::Open {
                    *end = End::Finished;
                }
            }
            self.abort();
        }
        moved
    }

    /// What has to happen before the next turn can do anything.
    pub(super) fn await_more<'a>(&'a self, awaited: &mut Awaited<'a>) {
        let (false, Some(sides)) = (self.is_closed, &self.sides) else {
            return;
        };
        for role in ROLES {
            let (from, to) = (&sides[index(role)], &sides[index(role.other())]);
            let lane = &self.lanes[index(role)];
            if lane.takes_more() {
                awaited.input(&**from);
            }
            if lane.is_blocked {
                awaited.room(&**to);
            }
            if let Some(time) = lane.pace.again {
                awaited.look_again_in(time);
            }
        }
    }

    /// Whether all has passed up to where something is to happen.
    pub(super) fn has_come_to_its_fault(&self) -> bool {
        !self.is_over() && self.lanes.iter().any(Lane::holds)
    }

    /// Whether it would pass something on there, if it did not hold it back.
    fn holds_something_back(&self) -> bool {
        let mut held = self.lanes.iter().filter(|lane| lane.holds());
        held.any(|lane| lane.given < lane.pending.len() || lane.end.is_some())
    }

    /// Whether what was passed on to `role` has been taken by it; none if that cannot be known.
    pub(super) fn is_taken_by(&self, role: Role) -> Option<bool> {
        let lane = &self.lanes[index(role.other())];
        let sides = self.sides.as_ref()?;
        if !lane.holds() && lane.given < lane.pending.len() {
            return Some(false);
        }
        queue::is_taken(&sides[index(role)])
    }

    /// Lets happen what is to happen.
    pub(super) fn let_it_happen(&mut self) {
        let Some(role) = ROLES
            .into_iter()
            .find(|role| self.lanes[index(*role)].holds())
        else {
            return;
        };
        let lane = &mut self.lanes[index(role)];
        let Some(fault) = lane.fault.take() else {
            return;
        };
        match (fault.kind, &self.sides) {
            (FaultKind::HalfClose, Some(sides)) => {
                let _ = sides[index(role.other())].shutdown(Shutdown::Write);
                lane.is_deaf = true;
            }
            (FaultKind::Close, Some(sides)) => {
                // What is sent to it now is answered with a reset, as if it were gone; but it can
                // still be let go of without an address that waits for stragglers.
                for side in sides {
                    let _ = side.shutdown(Shutdown::Both);
                }
                self.is_closed = true;
            }
            (FaultKind::Reset, _) => self.abort(),
            (FaultKind::Split, _) | (_, None) => {}
        }
    }

    /// Whether nothing more will pass.
    pub(super) fn is_over(&self) -> bool {
        self.is_closed
            || self.sides.is_none()
            || self
                .lanes
                .iter()
                .all(|lane| lane.end.is_some() && lane.is_deaf)
    }

    /// Resets both connections: nothing of them is left behind, not even an address that waits.
    pub(super) fn abort(&mut self) {
        for side in self.sides.take().iter().flatten() {
            // Closing with a linger time of nothing is what sends RST.
            let _ = SockRef::from(&**side).set_linger(Some(Duration::ZERO));
        }
    }
}

impl Lane {
    fn new(plan: Direction) -> Self {
        let now = Instant::now();
        let seed = match plan.manner {
            Manner::SliceRandomly(seed) => seed,
            _ => 0,
        };
        Self {
            manner: plan.manner,
            fault: plan.fault,
            pending: Vec::new(),
            given: 0,
            passed: 0,
            end: None,
            is_deaf: false,
            is_blocked: false,
            pace: Pace {
                first: now,
                last: now,
                piece: 0,
                pieces: 0,
                again: None,
                random: Random::of(seed, "slice", 0),
            },
        }
    }

    /// Whether it has come to where something is to happen: then it passes nothing on, not even
    /// its end.
    fn holds(&self) -> bool {
        self.fault.is_some_and(|fault| fault.at == self.passed)
    }

    /// Whether its sender has reset the connection, and all before that has passed.
    fn is_to_be_reset(&self) -> bool {
        self.end == Some(End::Reset) && self.given == self.pending.len() && !self.holds()
    }

    fn takes_more(&self) -> bool {
        let most = match self.manner {
            Manner::Slow(_) => SMALL,
            _ => MOST_PENDING,
        };
        self.end.is_none() && self.pending.len() - self.given < most
    }

    /// Takes what has come from its sender.
    fn take(&mut self, from: &TcpStream, buffer: &mut [u8], mut record: impl FnMut(&[u8])) -> bool {
        let mut moved = false;
        while self.takes_more() {
            let mut reader = from;
            match reader.read(buffer) {
                Ok(0) => self.end = Some(End::Finished),
                Ok(count) => {
                    record(&buffer[..count]);
                    self.pace.last = Instant::now();
                    if self.given == self.pending.len() {
                        self.pace.first = self.pace.last;
                    }
                    if !self.is_deaf {
                        self.pending.extend_from_slice(&buffer[..count]);
                    }
                    if count < buffer.len() {
                        return true;
                    }
                }
                Err(why) if why.kind() == ErrorKind::Interrupted => continue,
                Err(why) if why.kind() == ErrorKind::WouldBlock => return moved,
                Err(_) => self.end = Some(End::Reset),
            }
            moved = true;
        }
        moved
    }

    /// Passes on what is to be passed on now, and the end behind it.
    fn give(&mut self, to: &TcpStream) -> bool {
        let mut moved = false;
        self.is_blocked = false;
        self.pace.again = None;
        while self.given < self.pending.len() && !self.holds() {
            let until_fault = self.fault.map_or(u64::MAX, |fault| fault.at - self.passed);
            let allowed = self.allowed(to).min(until_fault);
            let pending = &self.pending[self.given..];
            let count =
                usize::try_from(allowed).map_or(pending.len(), |most| most.min(pending.len()));
            if count == 0 {
                break;
            }
            let mut writer = to;
            let given = match writer.write(&pending[..count]) {
                Ok(given) => given,
                Err(why) if why.kind() == ErrorKind::Interrupted => continue,
                Err(why) if why.kind() == ErrorKind::WouldBlock => {
                    self.is_blocked = true;
                    break;
                }
                // A receiver that is gone does not keep the sender from being recorded.
                Err(_) => {
                    self.is_deaf = true;
                    pending.len()
                }
            };
            moved = true;
            self.given += given;
            self.passed += given as u64;
            self.pace.piece = self.pace.piece.saturating_sub(given as u64);
        }
        if self.given == self.pending.len() {
            self.pending.clear();
            self.given = 0;
            if self.end == Some(End::Finished) && !self.is_deaf && !self.holds() {
                let _ = to.shutdown(Shutdown::Write);
                self.is_deaf = true;
                moved = true;
            }
        }
        moved
    }

    /// How many bytes may be passed on now.
    fn allowed(&mut self, to: &TcpStream) -> u64 {
        let now = Instant::now();
        let due = match self.manner {
            Manner::Plain => return u64::MAX,
            Manner::Slice(_) | Manner::SliceRandomly(_) => return self.piece(to),
            Manner::Slow(rate) => {
                let due = self.pace.first + TICK;
                if due <= now {
                    self.pace.first = now;
                    return rate;
                }
                due
            }
            Manner::Coalesce if self.end.is_some() => return u64::MAX,
            Manner::Coalesce => self.pace.last + TOGETHER,
            Manner::Pause(time) => self.pace.first + Duration::from_millis(time),
        };
        if due <= now {
            return u64::MAX;
        }
        self.pace.again = Some(due - now);
        0
    }

    /// What is left of the piece under way, or the next one if that has been taken.
    fn piece(&mut self, to: &TcpStream) -> u64 {
        let pace = &mut self.pace;
        if pace.piece > 0 {
            return pace.piece;
        }
        if (1..PIECES_WAITED_FOR).contains(&pace.pieces) {
            let waited = pace.first.elapsed();
            let is_taken = queue::is_taken(to).unwrap_or(waited >= TICK);
            if !is_taken && waited < PIECE {
                // Nothing tells when it is read.
                pace.again = Some(Duration::ZERO);
                return 0;
            }
        }
        pace.first = Instant::now();
        pace.pieces += 1;
        pace.piece = match self.manner {
            Manner::Slice(size) => size,
            _ => 1 + pace.random.next() % 8,
        };
        pace.piece
    }
}

/// As much as is read at a time.
const CHUNK: usize = 16 << 10;

/// A receiver that does not read does not keep its sender waiting before this much lies here.
const MOST_PENDING: usize = 4 << 20;

/// The least that a socket can be made to hold, more or less, so that a slow receiver is felt.
const SMALL: usize = 4 << 10;

/// The time in which a slow direction passes on what it passes on at a time.
const TICK: Duration = Duration::from_millis(1);

/// What is sent in one go comes in less.
const TOGETHER: Duration = Duration::from_millis(2);

/// Of so many pieces each is taken before the next one comes; of a longer flow the rest only comes
/// in pieces.
const PIECES_WAITED_FOR: usize = 256;

/// A receiver that reads at all has taken a piece by then.
const PIECE: Duration = Duration::from_millis(2);

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, TcpListener};

    use super::*;
    use crate::interop::bell::Patience;

    const PATIENCE: Patience = Patience {
        quiet: Duration::from_secs(20),
        total: Duration::from_secs(20),
    };

    /// A relay with a live socket at each end.
    fn connected() -> (Hop, Arc<Bell>, TcpStream, TcpStream) {
        connected_by("plain")
    }

    /// The same, with a network that misbehaves.
    fn connected_by(network: &str) -> (Hop, Arc<Bell>, TcpStream, TcpStream) {
        let network = network.parse().unwrap();
        let bell = Arc::new(Bell::default());
        let mut relay = start(Doors::here().unwrap(), network, &bell);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let client = TcpStream::connect((Ipv4Addr::LOCALHOST, relay.port())).unwrap();
        relay.connect_to(listener.local_addr().unwrap());
        let (server, _) = listener.accept().unwrap();
        (relay, bell, client, server)
    }

    #[test]
    fn both_directions_are_passed_on_and_recorded() {
        let (relay, bell, mut client, mut server) = connected();
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
        bell.wait(PATIENCE, || relay.is_over()).unwrap();
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
    fn a_half_close_leaves_the_other_direction_open() {
        let (relay, bell, client, mut server) = connected();
        client.shutdown(Shutdown::Write).unwrap();
        assert_eq!(server.read(&mut [0]).unwrap(), 0);
        bell.wait(PATIENCE, || relay.record().0.to_server.end == End::Finished)
            .unwrap();
        assert_eq!(relay.record().0.to_client.end, End::Open);
        assert!(!relay.is_over());
    }

    #[test]
    fn a_reset_arrives_as_a_reset() {
        let (relay, bell, client, mut server) = connected();
        SockRef::from(&client)
            .set_linger(Some(Duration::ZERO))
            .unwrap();
        drop(client);
        let error = server.read(&mut [0]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionReset);
        bell.wait(PATIENCE, || relay.is_over()).unwrap();
        assert_eq!(relay.record().0.to_server.end, End::Reset);
    }

    #[test]
    fn without_a_server_the_client_is_sent_away() {
        let bell = Arc::new(Bell::default());
        let relay = start(Doors::here().unwrap(), Network::default(), &bell);
        let mut client = TcpStream::connect((Ipv4Addr::LOCALHOST, relay.port())).unwrap();
        bell.wait(PATIENCE, || relay.is_connected()).unwrap();
        drop(relay);
        assert_eq!(client.read(&mut [0]).unwrap(), 0);
    }

    #[test]
    fn a_relay_that_nobody_calls_ends_when_it_is_dropped() {
        let bell = Arc::new(Bell::default());
        let relay = start(Doors::here().unwrap(), Network::default(), &bell);
        let port = relay.port();
        drop(relay);
        // Its thread lets go of the port, sooner or later; it rings before that.
        let moment = Patience {
            quiet: Duration::from_millis(10),
            total: Duration::from_millis(10),
        };
        let is_free = || TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
        assert!((0..2000).any(|_| bell.wait(moment, is_free).is_ok()));
    }
}
