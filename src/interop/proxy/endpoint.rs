//! An endpoint: the thread with which the harness takes part in a connection, and the record of the
//! traffic.
//!
//! The relay and the scripted peer decide what happens on the connection. An endpoint hides the
//! thread, how it stops when a program never connects or never answers, and the record.

use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use std::{io, thread};

use socket2::{Domain, Socket, Type};

use super::relay::index;
use super::{Recorder, Still};
use crate::interop::model::deadlock::Deadlock;
use crate::interop::model::participant::Role;
use crate::interop::model::traffic::Traffic;
use crate::system::listener::Listener;
use crate::system::process::advised;
use crate::system::process::namespace::Sockets;
use crate::system::process::output::Capture;
use crate::system::sock_diag::Kernel;
use crate::system::wait::{Notify, Timeouts};

/// The sockets of an endpoint: one that a client can connect to, and one that can connect to a
/// server.
#[derive(Debug)]
pub(crate) struct Listeners {
    listener: Listener,
    /// Taken on first use: a connection closes only when its last handle is dropped.
    connector: Mutex<Option<Socket>>,
    /// Where to ask about the client's socket and the server's; taken on first use.
    kernels: Mutex<[Kernel; 2]>,
}

impl Listeners {
    /// Sockets on the loopback interface, with a port that the system chooses.
    ///
    /// # Errors
    ///
    /// If no port is free.
    pub(crate) fn here() -> io::Result<Self> {
        Ok(Self {
            listener: Listener::bind()?,
            connector: Mutex::new(Some(Socket::new(Domain::IPV4, Type::STREAM, None)?)),
            kernels: Mutex::default(),
        })
    }

    /// Sockets in the network namespaces of a client and a server that run isolated.
    ///
    /// # Errors
    ///
    /// If the arguments are not a listener for the client and a connector for the server.
    pub(crate) fn into_networks(client: Sockets, server: Sockets) -> io::Result<Self> {
        match (client, server) {
            (
                Sockets::Listener(listener, caller, at_client),
                Sockets::Connector(connector, at_server),
            ) => Ok(Self {
                listener: Listener::new(listener, caller)?,
                connector: Mutex::new(Some(connector)),
                kernels: Mutex::new([at_client, at_server]),
            }),
            _ => Err(io::Error::other(
                "the client needs a listener and the server a connector",
            )),
        }
    }
}

/// One connection of the harness, or the two sides of a relayed one, and the traffic recorded so
/// far.
#[derive(Debug)]
pub(crate) struct Endpoint {
    shared: Arc<Shared>,
    upstream: Option<Sender<SocketAddr>>,
}

/// The state that an endpoint shares with its thread.
#[derive(Debug)]
pub(crate) struct Shared {
    listeners: Listeners,
    notify: Arc<Notify>,
    state: Mutex<State>,
}

/// What has happened on the connection so far.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) wire: Traffic,
    pub(crate) connected: bool,
    reached_server: bool,
    /// The open sockets, so that a thread blocked on one can be woken.
    pub(crate) sockets: Vec<Arc<TcpStream>>,
    over: bool,
    trouble: Option<String>,
    peer_waits: bool,
    dropped: bool,
    deadlock: Option<Deadlock>,
    /// The stdout of the programs on both sides.
    outputs: Vec<Arc<Capture>>,
    /// The processes of the client and the server, as far as they are known.
    processes: [Option<u32>; 2],
}

impl Endpoint {
    /// Runs `work` in a new thread, and notifies `notify` whenever bytes pass.
    pub(crate) fn start(
        listeners: Listeners,
        notify: &Arc<Notify>,
        work: impl FnOnce(&Shared, &Receiver<SocketAddr>) -> io::Result<()> + Send + 'static,
    ) -> Self {
        let shared = Arc::new(Shared {
            listeners,
            notify: Arc::clone(notify),
            state: Mutex::default(),
        });
        let (upstream, address) = channel();
        let worker = Arc::clone(&shared);
        let started = thread::Builder::new().spawn(move || {
            let trouble = work(&worker, &address).err().map(|why| why.to_string());
            worker.with(|state| {
                state.trouble = trouble;
                // These are the last handles. A reset is sent only once they are dropped.
                state.sockets.clear();
                state.over = true;
            });
        });
        if let Err(why) = started {
            shared.with(|state| {
                state.trouble = Some(format!("no thread for the relay: {}", advised(why)));
                state.over = true;
            });
        }
        Self {
            shared,
            upstream: Some(upstream),
        }
    }

    /// Reads these outputs before each piece of traffic is recorded. What a program printed before
    /// it was sent a byte then has an earlier time than the byte, however late the thread runs that
    /// drains the output.
    pub(crate) fn read_outputs_first(&self, outputs: Vec<Arc<Capture>>) {
        self.shared.with_quietly(|state| state.outputs = outputs);
    }

    /// Tells the endpoint which process most likely plays this role.
    pub(crate) fn expect(&self, role: Role, process: u32) {
        self.shared
            .with_quietly(|state| state.processes[index(role)] = Some(process));
    }

    /// The port that the client has to connect to.
    pub(crate) fn port(&self) -> u16 {
        self.shared.listeners.listener.port()
    }

    /// Sets the address of the server. The client may have connected long before.
    pub(crate) fn connect_to(&mut self, server: SocketAddr) {
        if let Some(upstream) = self.upstream.take() {
            // The receiver is gone only if the endpoint is already finished.
            let _ = upstream.send(server);
        }
    }

    /// Stops accepting clients. A client that has already connected is still served.
    pub(crate) fn stop_accepting(&self) {
        self.shared.listeners.listener.last_call();
    }

    /// Whether the program has connected, or has been reached.
    pub(crate) fn is_connected(&self) -> bool {
        self.shared.with_quietly(|state| state.connected)
    }

    pub(crate) fn has_reached_server(&self) -> bool {
        self.shared.with_quietly(|state| state.reached_server)
    }

    /// Whether no more bytes will pass.
    pub(crate) fn is_over(&self) -> bool {
        self.shared.with_quietly(|state| state.over)
    }

    /// The deadlock between client and server, if it is confirmed.
    pub(crate) fn deadlock(&self) -> Option<Deadlock> {
        self.shared.with_quietly(|state| state.deadlock)
    }

    /// Tells the endpoint that the program on the other side now waits for bytes.
    pub(crate) fn peer_waits(&self) {
        if !self.shared.with_quietly(|state| state.peer_waits) {
            self.shared.with(|state| state.peer_waits = true);
        }
    }

    /// The traffic so far, and the error of the endpoint itself, if there was one.
    pub(crate) fn record(&self) -> (Traffic, Option<String>) {
        self.shared
            .with_quietly(|state| (state.wire.clone(), state.trouble.clone()))
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.upstream = None;
        if self.is_over() {
            return;
        }
        self.shared.listeners.listener.last_call();
        self.shared.with(|state| {
            state.dropped = true;
            for socket in &state.sockets {
                let _ = socket.shutdown(Shutdown::Both);
            }
        });
    }
}

impl Shared {
    /// Waits for a client to connect; returns `None` if the endpoint was dropped.
    pub(crate) fn accept(&self) -> io::Result<Option<Arc<TcpStream>>> {
        self.listeners
            .listener
            .accept()?
            .map(|stream| self.connected(stream))
            .transpose()
    }

    /// Waits for the server's address and connects to it; returns `None` if there will be no
    /// server.
    pub(crate) fn connect(
        &self,
        upstream: &Receiver<SocketAddr>,
    ) -> io::Result<Option<Arc<TcpStream>>> {
        let Ok(server) = upstream.recv() else {
            return Ok(None);
        };
        let connector = &self.listeners.connector;
        let Some(connector) = connector
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
        else {
            return Ok(None);
        };
        connector.connect_timeout(&server.into(), CONNECT)?;
        let stream = self.connected(connector.into())?;
        self.with(|state| state.reached_server = true);
        Ok(Some(stream))
    }

    /// Where to ask about the client's socket and the server's.
    pub(crate) fn kernels(&self) -> [Kernel; 2] {
        std::mem::take(
            &mut *self
                .listeners
                .kernels
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    fn connected(&self, stream: TcpStream) -> io::Result<Arc<TcpStream>> {
        stream.set_nodelay(true)?;
        let stream = Arc::new(stream);
        self.with(|state| {
            state.connected = true;
            state.sockets.push(Arc::clone(&stream));
        });
        Ok(stream)
    }

    /// Waits until the harness has called [`Endpoint::peer_waits`].
    pub(crate) fn wait_for_peer(&self) {
        let forever = Timeouts {
            idle: Duration::MAX,
            total: Duration::MAX,
        };
        let _ = self.notify.wait(forever, || {
            self.with_quietly(|state| state.peer_waits || state.dropped)
        });
    }

    /// Waits for `time`, or until the endpoint is dropped.
    pub(crate) fn linger(&self, time: Duration) {
        let timeouts = Timeouts {
            idle: time,
            total: time,
        };
        let _ = self.notify.wait(timeouts, || Recorder::is_dropped(self));
    }

    /// Lets `work` change the record, and notifies all waiters if it returns true.
    pub(crate) fn pass(&self, work: impl FnOnce(&mut Traffic) -> bool) -> bool {
        let moved = self.with_quietly(|state| {
            state
                .outputs
                .iter()
                .for_each(|output| output.read_available());
            work(&mut state.wire)
        });
        if moved {
            self.notify.notify();
        }
        moved
    }

    /// Changes the state and notifies all waiters.
    pub(crate) fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = self.with_quietly(change);
        self.notify.notify();
        result
    }

    fn with_quietly<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Recorder for Shared {
    fn pass(&self, work: &mut dyn FnMut(&mut Traffic) -> bool) -> bool {
        Self::pass(self, work)
    }

    fn is_dropped(&self) -> bool {
        self.with_quietly(|state| state.dropped)
    }

    fn set_still(&self, _: &dyn Fn() -> Option<Still>) {}

    fn processes(&self) -> [Option<u32>; 2] {
        self.with_quietly(|state| state.processes)
    }

    fn set_deadlock(&self, deadlock: Deadlock) {
        self.with(|state| state.deadlock = Some(deadlock));
    }
}

/// Applies only if the server announced a port and does not accept, or died since.
const CONNECT: Duration = Duration::from_secs(5);
