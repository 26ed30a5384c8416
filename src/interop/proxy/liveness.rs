//! Whether client and server can still make progress, according to the kernel.

use super::relay::{ROLES, Relay, index};
use crate::interop::model::deadlock::Deadlock;
use crate::interop::model::participant::Role;
use crate::interop::model::traffic::End;
use crate::system::blocked::Blocked;
use crate::system::sock_diag::{Facts, FarEnd};

/// What the program in a role is doing at its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Liveness {
    /// The kernel cannot be asked.
    Unknown,
    /// The program may make progress by itself, or bytes from it or for it are in transit.
    Moving,
    /// The program has closed the connection.
    Closed,
    /// The program waits for bytes, and has read everything that was passed on.
    Reading,
    /// The program waits for buffer space to write, and the other program does not read.
    Writing,
    /// The program waits for one of several events, and has read everything that was passed on.
    Polling,
}

impl Relay {
    /// What the program in `role` is doing. Call it only after a turn in which nothing moved.
    pub(crate) fn liveness(&mut self, role: Role) -> Liveness {
        let facts = match self.facts(role) {
            Ok(facts) => facts,
            Err(liveness) => return liveness,
        };
        if self.is_under_way(role, &facts) {
            return Liveness::Moving;
        }
        if facts.is_closed() {
            return Liveness::Closed;
        }
        let blocked = self.programs[index(role)].blocked(&facts);
        // The program may have read, written and blocked again between the two questions to the
        // kernel. If the facts have not changed, it was waiting for bytes that have not arrived
        // yet.
        if self.facts(role) != Ok(facts) {
            return Liveness::Moving;
        }
        let (own, to) = (
            &self.forwarders[index(role)],
            &self.forwarders[index(role.other())],
        );
        // The end of the direction counts as a byte.
        let passed = to.passed + u64::from(to.output_ended);
        let has_read_all =
            facts.unread == 0 && facts.received >= passed && (to.holds() || !to.has_more());
        match blocked {
            Some(Blocked::Reading) if has_read_all => Liveness::Reading,
            Some(Blocked::Polling) if has_read_all => Liveness::Polling,
            Some(Blocked::Writing) if !own.takes_more() => Liveness::Writing,
            _ => Liveness::Moving,
        }
    }

    /// Whether neither program can make progress before a fault fires; `None` if the kernel cannot
    /// be asked.
    pub(crate) fn is_quiescent(&mut self) -> Option<bool> {
        let states = ROLES.map(|role| self.liveness(role));
        if states.contains(&Liveness::Unknown) {
            return None;
        }
        Some(!states.contains(&Liveness::Moving))
    }

    /// Whether no bytes are under way in either direction, and no fault is to come. What a program
    /// does not read is not under way. Where the kernel cannot be asked, the relay's last turn has
    /// to do. Call it only after a turn in which nothing moved.
    pub(crate) fn is_still(&self) -> bool {
        !self.holds_something_back()
            && ROLES.into_iter().all(|role| match self.facts(role) {
                Ok(facts) => !self.is_under_way(role, &facts),
                Err(liveness) => matches!(liveness, Liveness::Closed | Liveness::Unknown),
            })
    }

    /// Whether no byte is under way and neither program is about to send one: it waits for something,
    /// or has closed its connection. False where the kernel cannot be asked. Call it only after a turn
    /// in which nothing moved.
    pub(crate) fn is_silent(&mut self) -> bool {
        // In this order: a program that sleeps has sent everything.
        !self.are_awake()
            && ROLES.into_iter().all(|role| match self.facts(role) {
                Ok(facts) => !self.is_under_way(role, &facts),
                Err(liveness) => liveness == Liveness::Closed,
            })
    }

    /// The inodes of the programs' sockets, as far as the kernel says them.
    pub(super) fn sockets(&self) -> Vec<u32> {
        let facts = ROLES.into_iter().filter_map(|role| self.facts(role).ok());
        facts.map(|facts| facts.inode).collect()
    }

    /// Whether any thread of the programs is running or runnable.
    pub(crate) fn are_awake(&mut self) -> bool {
        let sides = self.sides.iter().zip(&mut self.programs);
        sides
            .filter_map(|(side, program)| Some(program.is_awake(side.as_ref()?)))
            .any(|is_awake| is_awake)
    }

    /// How the programs wait for each other, if that is certain. `owes` tells for each role whether
    /// a call is pending. A role without a pending call cannot act, so what it waits for does not
    /// matter.
    pub(crate) fn deadlock(&mut self, owes: [bool; 2]) -> Option<Deadlock> {
        let mut waiting = Vec::new();
        for role in ROLES {
            if owes[index(role)] {
                waiting.push((role, self.liveness(role)));
                continue;
            }
            match self.facts(role) {
                Ok(facts) if !self.is_under_way(role, &facts) => {}
                Err(Liveness::Closed) => {}
                _ => return None,
            }
        }
        match waiting[..] {
            [(_, Liveness::Reading)] | [(_, Liveness::Reading), (_, Liveness::Reading)] => {
                Some(Deadlock::Read)
            }
            [(_, Liveness::Writing), (_, Liveness::Writing)] => Some(Deadlock::Write),
            [(role, Liveness::Writing)] => Some(Deadlock::Unread(role)),
            _ => None,
        }
    }

    /// What the kernel reports about the program's socket, or what it means that there is no such
    /// socket.
    fn facts(&self, role: Role) -> Result<Facts, Liveness> {
        let forwarder = &self.forwarders[index(role)];
        let Some(side) = &self.sides[index(role)] else {
            return Err(Liveness::Closed);
        };
        if forwarder.end == Some(End::Reset) {
            return Err(Liveness::Closed);
        }
        match self.programs[index(role)].socket(side) {
            FarEnd::Socket(facts) => Ok(facts),
            FarEnd::Unknown => Err(Liveness::Unknown),
            FarEnd::Gone if forwarder.end.is_some() => Err(Liveness::Closed),
            FarEnd::Gone => Err(Liveness::Moving),
        }
    }

    /// Whether bytes that the program in `role` has sent can still move.
    fn is_under_way(&self, role: Role, facts: &Facts) -> bool {
        let forwarder = &self.forwarders[index(role)];
        let comes = facts.written > forwarder.taken || facts.has_ended && forwarder.end.is_none();
        let goes = forwarder.has_more() && !forwarder.is_blocked && !forwarder.holds();
        forwarder.takes_more() && comes || goes || forwarder.again().is_some()
    }
}

#[cfg(all(test, target_os = "linux"))]
pub(super) mod tests {
    use std::io::{ErrorKind, Read, Write};
    use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
    use std::sync::Arc;
    use std::thread;

    use super::*;
    use crate::interop::model::traffic::Traffic;

    /// The two ends of a connection.
    pub(crate) fn connected() -> [TcpStream; 2] {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let one = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (other, _) = listener.accept().unwrap();
        [one, other]
    }

    /// A relay, and the sockets of client and server.
    fn relayed(network: &str) -> (Relay, TcpStream, TcpStream) {
        let ([client, to_client], [server, to_server]) = (connected(), connected());
        let sides = [to_client, to_server].map(Arc::new);
        let relay = Relay::new(sides, Default::default(), network.parse().unwrap());
        (relay.unwrap(), client, server)
    }

    /// Gives the relay turns until `so` is true.
    fn turn_until(relay: &mut Relay, mut so: impl FnMut(&mut Relay) -> bool) {
        let mut wire = Traffic::default();
        while relay.turn(&mut wire) || !so(relay) {}
    }

    #[test]
    fn a_fault_waits_until_the_relayed_bytes_are_read() {
        let (mut relay, mut client, mut server) = relayed("client to server split at 3");
        client.write_all(b"hello").unwrap();
        let arrived = |relay: &Relay| relay.facts(Role::Server).unwrap().unread == 3;
        turn_until(&mut relay, |relay| arrived(relay));
        thread::scope(|scope| {
            let reader = scope.spawn(|| client.read(&mut [0]));
            turn_until(&mut relay, |relay| {
                relay.liveness(Role::Client) == Liveness::Reading
            });
            // However long the server takes.
            assert_eq!(relay.is_quiescent(), Some(false));
            let pieces = scope.spawn(move || {
                let mut buffer = [0; 8];
                [(); 2].map(|()| {
                    let count = server.read(&mut buffer).unwrap();
                    buffer[..count].to_vec()
                })
            });
            turn_until(&mut relay, |relay| relay.is_quiescent() == Some(true));
            relay.trigger_fault();
            turn_until(&mut relay, |_| pieces.is_finished());
            assert_eq!(pieces.join().unwrap(), [&b"hel"[..], b"lo"]);
            turn_until(&mut relay, |_| reader.is_finished());
        });
    }

    #[test]
    fn two_sides_that_wait_for_bytes_are_in_a_read_deadlock() {
        let (mut relay, client, server) = relayed("plain");
        thread::scope(|scope| {
            scope.spawn(|| (&client).read(&mut [0]));
            let waits = |relay: &mut Relay| relay.liveness(Role::Client) == Liveness::Reading;
            turn_until(&mut relay, waits);
            assert_eq!(relay.deadlock([true, true]), None);
            // A server without a pending call writes nothing.
            assert_eq!(relay.deadlock([true, false]), Some(Deadlock::Read));
            scope.spawn(|| (&server).read(&mut [0]));
            turn_until(&mut relay, |relay| {
                relay.deadlock([true, true]) == Some(Deadlock::Read)
            });
            for side in [&client, &server] {
                side.shutdown(Shutdown::Both).unwrap();
            }
        });
    }

    #[test]
    fn two_sides_that_write_without_reading_are_in_a_write_deadlock() {
        let (mut relay, client, server) = relayed("plain");
        let much = vec![0; 64 << 20];
        thread::scope(|scope| {
            scope.spawn(|| (&client).write_all(&much));
            turn_until(&mut relay, |relay| {
                relay.deadlock([true, false]) == Some(Deadlock::Unread(Role::Client))
            });
            assert_eq!(relay.deadlock([true, true]), None);
            scope.spawn(|| (&server).write_all(&much));
            turn_until(&mut relay, |relay| {
                relay.deadlock([true, true]) == Some(Deadlock::Write)
            });
            for side in [&client, &server] {
                side.shutdown(Shutdown::Both).unwrap();
            }
        });
    }

    #[test]
    fn two_sides_that_converse_are_never_in_a_deadlock() {
        const MESSAGES: usize = 2000;
        let (mut relay, client, server) = relayed("plain");
        let talk = |own: &TcpStream, mut speaks: bool| {
            let mut own = own;
            for _ in 0..MESSAGES {
                if speaks {
                    own.write_all(b"hello").unwrap();
                } else {
                    own.read_exact(&mut [0; 5]).unwrap();
                }
                speaks = !speaks;
            }
        };
        thread::scope(|scope| {
            let sides = [
                scope.spawn(|| talk(&client, true)),
                scope.spawn(|| talk(&server, false)),
            ];
            turn_until(&mut relay, |relay| {
                let is_over = sides.iter().all(|side| side.is_finished());
                assert_eq!(relay.deadlock([true, true]), None);
                is_over
            });
        });
    }

    /// How many bytes two programs can write if neither reads.
    fn capacity(programs: [&TcpStream; 2], mut relay: Option<&mut Relay>) -> [usize; 2] {
        let piece = [0; 64 << 10];
        let mut wire = Traffic::default();
        let mut written = [0, 0];
        let mut idle = 0;
        // Acknowledged bytes free buffer space only a moment later.
        while idle < 10_000 {
            idle += 1;
            for (program, written) in programs.into_iter().zip(&mut written) {
                program.set_nonblocking(true).unwrap();
                match (&*program).write(&piece) {
                    Ok(count) => (*written, idle) = (*written + count, 0),
                    Err(why) => assert_eq!(why.kind(), ErrorKind::WouldBlock),
                }
            }
            if relay.as_mut().is_some_and(|relay| relay.turn(&mut wire)) {
                idle = 0;
            }
            thread::yield_now();
        }
        written
    }

    #[test]
    fn a_relay_buffers_little_more_than_a_direct_connection() {
        const MORE: usize = 1 << 20;
        let [one, other] = connected();
        let direct = capacity([&one, &other], None);
        let (mut relay, client, server) = relayed("plain");
        let relayed = capacity([&client, &server], Some(&mut relay));
        for (direct, relayed) in direct.into_iter().zip(relayed) {
            assert!(
                relayed <= direct + MORE,
                "{relayed} bytes through a relay, {direct} without"
            );
        }
    }
}
