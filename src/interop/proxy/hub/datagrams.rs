//! The relay for the datagrams of one client to one UDP port of the server.
//!
//! Each pair of a port of the client and a port of the server has a record of its own. Each port from
//! which the client sends has a socket to the server. If the server answers from another port than
//! the one that was asked, the client gets the answer from another port too, and can answer to it,
//! as without a relay. Nothing is sent to the server before it has bound its port: the system would
//! drop it.

use std::io::{ErrorKind, PipeReader, PipeWriter};
use std::net::{SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{io, thread};

use super::{Place, Upstream, loopback};
use crate::interop::model::participant::Role;
use crate::interop::model::traffic::Traffic;
use crate::system::poll::PollSet;
use crate::system::process::advised;
use crate::system::process::control::has_ended;
use crate::system::process::output::Capture;
use crate::system::wait::Notify;

/// The relay between one client and one UDP port of the server. Dropping this ends it.
#[derive(Debug)]
pub(crate) struct DatagramHub {
    shared: Arc<Shared>,
    /// Closing this ends the thread.
    _end: PipeWriter,
}

#[derive(Debug)]
struct Shared {
    upstream: Arc<Upstream>,
    notify: Arc<Notify>,
    /// Read before each datagram is recorded.
    outputs: Vec<Arc<Capture>>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The traffic between each port of the client and each of the server's, in the order in which
    /// they first sent.
    flows: Vec<(Between, Traffic)>,
    /// How many datagrams wait for the server.
    waiting: usize,
    /// When no datagram was to be relayed last.
    looked: Option<Instant>,
    trouble: Option<String>,
}

/// A port of the client, and the index of the face through which it sees a port of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Between {
    client: SocketAddr,
    face: usize,
}

impl DatagramHub {
    /// Relays what the client, which runs at `client`, sends to `socket`.
    ///
    /// # Errors
    ///
    /// If the system allows no more threads.
    pub(crate) fn start(
        client: Place,
        socket: UdpSocket,
        upstream: Arc<Upstream>,
        outputs: Vec<Arc<Capture>>,
        notify: &Arc<Notify>,
    ) -> io::Result<Self> {
        socket.set_nonblocking(true)?;
        let (wake, end) = io::pipe()?;
        let shared = Arc::new(Shared {
            upstream,
            notify: Arc::clone(notify),
            outputs,
            state: Mutex::default(),
        });
        let worker = Arc::clone(&shared);
        thread::Builder::new()
            .spawn(move || {
                let mut relay = DatagramRelay {
                    shared: &worker,
                    client,
                    faces: vec![Face { port: None, socket }],
                    to_server: Vec::new(),
                    waiting: Vec::new(),
                    buffer: vec![0; LARGEST],
                };
                if let Err(why) = relay.run(&wake) {
                    worker.with(|state| state.trouble = Some(why.to_string()));
                    worker.notify.notify();
                }
            })
            .map_err(advised)?;
        Ok(Self { shared, _end: end })
    }

    /// The datagrams so far, by the port of the client and that of the server.
    pub(crate) fn traffic(&self) -> Vec<Traffic> {
        self.shared
            .with(|state| state.flows.iter().map(|(_, wire)| wire.clone()).collect())
    }

    /// Whether datagrams wait until the server has bound its port.
    pub(crate) fn waits_for_server(&self) -> bool {
        self.shared.with(|state| state.waiting > 0)
    }

    /// Whether there has been no datagram to relay since some time after `moment`.
    pub(crate) fn is_still_since(&self, moment: Instant) -> bool {
        self.shared.with(|state| state.looked >= Some(moment))
    }

    /// The error of the relay itself, if there was one.
    pub(crate) fn trouble(&self) -> Option<String> {
        self.shared.with(|state| state.trouble.clone())
    }
}

impl Shared {
    fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn record(&self, between: Between, sender: Role, datagram: &[u8]) {
        self.outputs
            .iter()
            .for_each(|output| output.read_available());
        self.with(|state| {
            let known = state.flows.iter().position(|(other, _)| *other == between);
            let index = known.unwrap_or_else(|| {
                state.flows.push((between, Traffic::default()));
                state.flows.len() - 1
            });
            state.flows[index].1.pass(sender, datagram, Instant::now());
            state.looked = None;
        });
        self.notify.notify();
    }
}

/// A socket that stands for a port of the server towards the client.
struct Face {
    /// The port, if it is not the one that the pair names.
    port: Option<u16>,
    socket: UdpSocket,
}

/// A datagram for the server.
struct Waiting {
    client: SocketAddr,
    face: usize,
    datagram: Vec<u8>,
}

/// The thread's own part.
struct DatagramRelay<'a> {
    shared: &'a Shared,
    /// Where the client runs.
    client: Place,
    /// The first one is where the client sends at first.
    faces: Vec<Face>,
    /// A socket to the server for each port of the client.
    to_server: Vec<(SocketAddr, UdpSocket)>,
    /// What waits until the server has bound its port.
    waiting: Vec<Waiting>,
    buffer: Vec<u8>,
}

impl DatagramRelay<'_> {
    fn run(&mut self, wake: &PipeReader) -> io::Result<()> {
        loop {
            let now = Instant::now();
            for face in 0..self.faces.len() {
                while self.take_from_client(face)? {}
            }
            for index in 0..self.to_server.len() {
                while self.take_from_server(index)? {}
            }
            self.send_waiting();
            let is_idle = self.waiting.is_empty();
            self.shared
                .with(|state| state.looked = is_idle.then_some(now));
            let mut awaited = PollSet::default();
            awaited.input(wake);
            for face in &self.faces {
                awaited.input(&face.socket);
            }
            for (_, socket) in &self.to_server {
                awaited.input(socket);
            }
            // No event announces that a port is bound.
            awaited.wait(if is_idle {
                super::LOOK_AGAIN
            } else {
                LOOK_AGAIN
            });
            let mut end = PollSet::default();
            end.input(wake);
            if end.wait(Duration::ZERO) {
                return Ok(());
            }
        }
    }

    fn take_from_client(&mut self, face: usize) -> io::Result<bool> {
        let socket = &self.faces[face].socket;
        let Some((length, client)) = received(socket.recv_from(&mut self.buffer))? else {
            return Ok(false);
        };
        let datagram = &self.buffer[..length];
        let between = Between { client, face };
        self.shared.record(between, Role::Client, datagram);
        if !self.to_server.iter().any(|(port, _)| *port == client) {
            let socket = match self.shared.upstream.place().sender() {
                Ok(socket) => socket,
                // The server has ended, and nothing reaches it.
                Err(why) if has_ended(&why) => return Ok(true),
                Err(why) => return Err(why),
            };
            socket.set_nonblocking(true)?;
            self.to_server.push((client, socket));
        }
        self.waiting.push(Waiting {
            client,
            face,
            datagram: datagram.to_vec(),
        });
        let waiting = self.waiting.len();
        self.shared.with(|state| state.waiting = waiting);
        self.send_waiting();
        Ok(true)
    }

    fn take_from_server(&mut self, index: usize) -> io::Result<bool> {
        let (client, socket) = &self.to_server[index];
        let client = *client;
        let Some((length, server)) = received(socket.recv_from(&mut self.buffer))? else {
            return Ok(false);
        };
        let face = self.face(server.port())?;
        let datagram = &self.buffer[..length];
        let between = Between { client, face };
        self.shared.record(between, Role::Server, datagram);
        // A client that has closed its socket does not receive it, as without a relay.
        let _ = self.faces[face].socket.send_to(datagram, client);
        Ok(true)
    }

    /// The face of this port of the server.
    fn face(&mut self, port: u16) -> io::Result<usize> {
        if self.shared.upstream.port() == Some(port) {
            return Ok(0);
        }
        if let Some(face) = self.faces.iter().position(|face| face.port == Some(port)) {
            return Ok(face);
        }
        // The same number if it is free, or any other.
        let socket = self.client.receiver(port);
        let socket = match socket.or_else(|_| self.client.receiver(0)) {
            Ok(socket) => socket,
            // The client has ended, and nothing reaches it.
            Err(why) if has_ended(&why) => self.faces[0].socket.try_clone()?,
            Err(why) => return Err(why),
        };
        socket.set_nonblocking(true)?;
        self.faces.push(Face {
            port: Some(port),
            socket,
        });
        Ok(self.faces.len() - 1)
    }

    /// Sends what waits for the server, once it has bound its port.
    fn send_waiting(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let Some(port) = self.shared.upstream.bound() else {
            return;
        };
        for waiting in self.waiting.drain(..) {
            let mut sockets = self.to_server.iter();
            let socket = sockets.find(|(client, _)| *client == waiting.client);
            if let Some((_, socket)) = socket {
                let port = self.faces[waiting.face].port.unwrap_or(port);
                // A server that has ended does not receive it, as without a relay.
                let _ = socket.send_to(&waiting.datagram, loopback(port));
            }
        }
        self.shared.with(|state| state.waiting = 0);
        self.shared.notify.notify();
    }
}

/// Nothing if there is no datagram now.
fn received<T>(received: io::Result<T>) -> io::Result<Option<T>> {
    match received {
        Ok(datagram) => Ok(Some(datagram)),
        Err(why) => match why.kind() {
            // A datagram that was sent before has met a closed port.
            ErrorKind::WouldBlock | ErrorKind::Interrupted | ErrorKind::ConnectionRefused => {
                Ok(None)
            }
            _ => Err(why),
        },
    }
}

impl Place {
    /// A UDP socket on this port; on 0 the system chooses one.
    pub(crate) fn receiver(&self, port: u16) -> io::Result<UdpSocket> {
        match self {
            Self::Here => UdpSocket::bind(loopback(port)),
            Self::There(control) => control.receiver(port),
        }
    }

    fn sender(&self) -> io::Result<UdpSocket> {
        match self {
            Self::Here => UdpSocket::bind(loopback(0)),
            Self::There(control) => control.sender(),
        }
    }
}

/// No datagram is larger.
const LARGEST: usize = 64 << 10;

/// How often the relay checks whether the server has bound its port.
const LOOK_AGAIN: Duration = Duration::from_millis(2);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::process::control::Control;
    use crate::system::wait::Timeouts;

    const PATIENCE: Timeouts = Timeouts {
        idle: Duration::from_secs(20),
        total: Duration::from_secs(20),
    };

    /// A hub between a client at `client` and the port `port` of a server at `server`, and where
    /// the client finds it.
    fn hub(client: Place, server: Place, port: u16) -> (DatagramHub, Arc<Notify>, SocketAddr) {
        let notify = Arc::new(Notify::default());
        let upstream = Arc::new(Upstream::new(server, std::process::id(), Some(port)));
        let socket = Place::Here.receiver(0).unwrap();
        let address = socket.local_addr().unwrap();
        let hub = DatagramHub::start(client, socket, upstream, Vec::new(), &notify);
        (hub.unwrap(), notify, address)
    }

    fn ended() -> Place {
        Place::There(Arc::new(Control::of_ended_supervisor()))
    }

    /// The supervisor of the server ends before the run knows it.
    #[test]
    fn datagrams_to_a_server_that_has_ended_are_lost() {
        let (hub, notify, address) = hub(Place::Here, ended(), 1);
        let client = Place::Here.receiver(0).unwrap();
        for sent in 1..=3 {
            client.send_to(b"x", address).unwrap();
            let has_come = || {
                let traffic = hub.traffic();
                hub.trouble().is_some()
                    || traffic
                        .first()
                        .is_some_and(|t| t.to_server.bytes.len() == sent)
            };
            notify.wait(PATIENCE, has_come).unwrap();
            assert_eq!(hub.trouble(), None);
        }
        assert!(!hub.waits_for_server());
    }

    #[test]
    fn datagrams_from_another_port_to_a_client_that_has_ended_are_lost() {
        let server = Place::Here.receiver(0).unwrap();
        let other = Place::Here.receiver(0).unwrap();
        let port = server.local_addr().unwrap().port();
        let (hub, notify, address) = hub(ended(), Place::Here, port);
        let client = Place::Here.receiver(0).unwrap();
        client.send_to(b"x", address).unwrap();
        let (_, from) = server.recv_from(&mut [0; 1]).unwrap();
        other.send_to(b"y", from).unwrap();
        let has_come = || hub.trouble().is_some() || hub.traffic().len() == 2;
        notify.wait(PATIENCE, has_come).unwrap();
        assert_eq!(hub.trouble(), None);
    }
}
