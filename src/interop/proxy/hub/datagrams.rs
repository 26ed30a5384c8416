//! The relay for the datagrams of one client to one UDP port of the server.
//!
//! Each port from which the client sends has a record and a socket to the server of its own. What
//! the server sends to that socket, from whatever port, goes back to the client. Nothing is sent to
//! the server before it has bound its port: the system would drop it.

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
    /// The traffic of each port of the client, in the order in which they first sent.
    flows: Vec<(SocketAddr, Traffic)>,
    /// How many datagrams wait for the server.
    waiting: usize,
    /// When no datagram was to be relayed last.
    looked: Option<Instant>,
    trouble: Option<String>,
}

impl DatagramHub {
    /// Relays what the client sends to `socket`.
    ///
    /// # Errors
    ///
    /// If the system allows no more threads.
    pub(crate) fn start(
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
                    socket,
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

    /// The datagrams so far, by the port of the client.
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

    /// Records a datagram, and returns the index of its port of the client.
    fn record(&self, client: SocketAddr, sender: Role, datagram: &[u8]) -> usize {
        self.outputs
            .iter()
            .for_each(|output| output.read_available());
        let index = self.with(|state| {
            let known = state.flows.iter().position(|(port, _)| *port == client);
            let index = known.unwrap_or_else(|| {
                state.flows.push((client, Traffic::default()));
                state.flows.len() - 1
            });
            state.flows[index].1.pass(sender, datagram, Instant::now());
            state.looked = None;
            index
        });
        self.notify.notify();
        index
    }
}

/// The thread's own part.
struct DatagramRelay<'a> {
    shared: &'a Shared,
    /// Where the client sends.
    socket: UdpSocket,
    /// A socket to the server for each port of the client.
    to_server: Vec<(SocketAddr, UdpSocket)>,
    /// Datagrams for the server, with the index of the client's port, until it has bound its port.
    waiting: Vec<(usize, Vec<u8>)>,
    buffer: Vec<u8>,
}

impl DatagramRelay<'_> {
    fn run(&mut self, wake: &PipeReader) -> io::Result<()> {
        loop {
            let now = Instant::now();
            while self.take_from_client()? {}
            for index in 0..self.to_server.len() {
                while self.take_from_server(index)? {}
            }
            self.send_waiting();
            let is_idle = self.waiting.is_empty();
            self.shared
                .with(|state| state.looked = is_idle.then_some(now));
            let mut awaited = PollSet::default();
            awaited.input(wake);
            awaited.input(&self.socket);
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

    fn take_from_client(&mut self) -> io::Result<bool> {
        let Some((length, client)) = received(self.socket.recv_from(&mut self.buffer))? else {
            return Ok(false);
        };
        let index = self
            .shared
            .record(client, Role::Client, &self.buffer[..length]);
        if index == self.to_server.len() {
            let socket = match self.shared.upstream.place().sender() {
                Ok(socket) => socket,
                // The server has ended, and nothing reaches it.
                Err(_) if self.shared.upstream.is_over() => return Ok(false),
                Err(why) => return Err(why),
            };
            socket.set_nonblocking(true)?;
            self.to_server.push((client, socket));
        }
        self.waiting.push((index, self.buffer[..length].to_vec()));
        let waiting = self.waiting.len();
        self.shared.with(|state| state.waiting = waiting);
        self.send_waiting();
        Ok(true)
    }

    fn take_from_server(&mut self, index: usize) -> io::Result<bool> {
        let (client, socket) = &self.to_server[index];
        let Some((length, _)) = received(socket.recv_from(&mut self.buffer))? else {
            return Ok(false);
        };
        let datagram = &self.buffer[..length];
        self.shared.record(*client, Role::Server, datagram);
        // A client that has closed its socket does not receive it, as without a relay.
        let _ = self.socket.send_to(datagram, client);
        Ok(true)
    }

    /// Sends what waits for the server, once it has bound its port.
    fn send_waiting(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let Some(port) = self.shared.upstream.bound() else {
            return;
        };
        for (index, datagram) in self.waiting.drain(..) {
            if let Some((_, socket)) = self.to_server.get(index) {
                // A server that has ended does not receive it, as without a relay.
                let _ = socket.send_to(&datagram, loopback(port));
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
