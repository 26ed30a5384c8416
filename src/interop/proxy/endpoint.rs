//! The harness's own place on the wire: a thread that passes on or talks, and the record it keeps.
//!
//! What is done there is the business of `relay` and `raw`; a hop hides the thread, its ways out
//! when a program does not play along, and the record.

use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use std::{io, thread};

use socket2::{Domain, Socket, Type};

use crate::interop::model::deadlock::Deadlock;
use crate::interop::model::traffic::Traffic;
use crate::system::listener::Listener;
use crate::system::process::advised;
use crate::system::process::namespace::Sockets;
use crate::system::sock_diag::Kernel;
use crate::system::wait::{Notify, Timeouts};

/// The sockets that a hop works with: one that a client can call, one that can call a server.
#[derive(Debug)]
pub(crate) struct Listeners {
    listener: Listener,
    /// Taken when it is used: a connection is closed when its last handle is.
    connector: Mutex<Option<Socket>>,
    /// Whom to ask about the client's socket and the server's; taken when they are used.
    kernels: Mutex<[Kernel; 2]>,
}

impl Listeners {
    /// On this machine's loopback interface, with a port that the system chooses.
    ///
    /// # Errors
    ///
    /// If the system has no port.
    pub(crate) fn here() -> io::Result<Self> {
        Ok(Self {
            listener: Listener::bind()?,
            connector: Mutex::new(Some(Socket::new(Domain::IPV4, Type::STREAM, None)?)),
            kernels: Mutex::default(),
        })
    }

    /// In the networks of a client and a server that have their own.
    ///
    /// # Errors
    ///
    /// If these are not a listener for the client and a connector for the server.
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
            _ => Err(io::Error::other("the doors are the wrong way round")),
        }
    }
}

/// One connection, or the two sides of a relayed one, and what has passed there so far.
#[derive(Debug)]
pub(crate) struct Endpoint {
    shared: Arc<Shared>,
    upstream: Option<Sender<Upstream>>,
}

/// Where the server is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Upstream {
    address: SocketAddr,
    /// It may not listen yet.
    not_yet: bool,
}

/// What the thread of a hop works with.
#[derive(Debug)]
pub(crate) struct Shared {
    listeners: Listeners,
    notify: Arc<Notify>,
    state: Mutex<State>,
}

/// What has happened so far.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) wire: Traffic,
    pub(crate) connected: bool,
    reached_server: bool,
    /// Open sockets, so that a thread that waits on one can be woken.
    pub(crate) sockets: Vec<Arc<TcpStream>>,
    over: bool,
    trouble: Option<String>,
    peer_waits: bool,
    dropped: bool,
    deadlock: Option<Deadlock>,
}

impl Endpoint {
    /// Starts `work` behind `doors`; `bell` rings whenever something passes.
    pub(crate) fn start(
        listeners: Listeners,
        notify: &Arc<Notify>,
        work: impl FnOnce(&Shared, &Receiver<Upstream>) -> io::Result<()> + Send + 'static,
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
                // The last handles: what was reset is reset only when they are gone.
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

    /// The port that a client is to be told.
    pub(crate) fn port(&self) -> u16 {
        self.shared.listeners.listener.port()
    }

    /// Says where the server listens. The client may have connected long before.
    pub(crate) fn connect_to(&mut self, server: SocketAddr) {
        self.tell(Upstream {
            address: server,
            not_yet: false,
        });
    }

    /// Says on which port of 127.0.0.1 the server will listen, sooner or later: the hop knocks
    /// until it does.
    pub(crate) fn connect_when_it_listens(&mut self, port: u16) {
        self.tell(Upstream {
            address: (Ipv4Addr::LOCALHOST, port).into(),
            not_yet: true,
        });
    }

    fn tell(&mut self, server: Upstream) {
        if let Some(upstream) = self.upstream.take() {
            // Gone only if the hop is already over.
            let _ = upstream.send(server);
        }
    }

    /// Says that no client will come any more; one that has already connected is still served.
    pub(crate) fn last_call(&self) {
        self.shared.listeners.listener.last_call();
    }

    /// Whether the program has come, or has been reached.
    pub(crate) fn is_connected(&self) -> bool {
        self.shared.with_quietly(|state| state.connected)
    }

    /// Whether the server has been reached.
    pub(crate) fn has_reached_server(&self) -> bool {
        self.shared.with_quietly(|state| state.reached_server)
    }

    /// Whether nothing more will pass.
    pub(crate) fn is_over(&self) -> bool {
        self.shared.with_quietly(|state| state.over)
    }

    /// How client and server wait for each other, if they do and that is certain.
    pub(crate) fn deadlock(&self) -> Option<Deadlock> {
        self.shared.with_quietly(|state| state.deadlock)
    }

    /// Says that the program on the other side has come to the point where it waits for bytes.
    pub(crate) fn peer_waits(&self) {
        if !self.shared.with_quietly(|state| state.peer_waits) {
            self.shared.with(|state| state.peer_waits = true);
        }
    }

    /// What has passed so far, and what went wrong in the hop itself.
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
    /// Waits for the connection of a client; none if the hop was dropped.
    pub(crate) fn accept(&self) -> io::Result<Option<Arc<TcpStream>>> {
        self.listeners
            .listener
            .accept()?
            .map(|stream| self.connected(stream))
            .transpose()
    }

    /// Waits for the server's address and connects to it; none if there will be no server.
    pub(crate) fn connect(
        &self,
        upstream: &Receiver<Upstream>,
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
        let knock = || connector.connect_timeout(&server.address.into(), CONNECT);
        while let Err(why) = knock() {
            // Linux says aborted of the try after a refusal, and lets the next one through.
            let refused = matches!(
                why.kind(),
                io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted
            );
            if !server.not_yet || !refused {
                return Err(why);
            }
            if self.with_quietly(|state| state.dropped) {
                return Ok(None);
            }
            // Nothing tells when a port begins to be listened on.
            let _ = self.notify.wait(KNOCK_AGAIN, || false);
        }
        let stream = self.connected(connector.into())?;
        self.with(|state| state.reached_server = true);
        Ok(Some(stream))
    }

    /// Whom to ask about the client's socket and the server's.
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

    /// Lets so much time pass, less if nobody wants the hop any more.
    pub(crate) fn linger(&self, time: Duration) {
        let timeouts = Timeouts {
            idle: time,
            total: time,
        };
        let _ = self.notify.wait(timeouts, || self.is_dropped());
    }

    /// Lets `work` add to the record, and everybody know if that moved anything.
    pub(crate) fn pass(&self, work: impl FnOnce(&mut Traffic) -> bool) -> bool {
        let moved = self.with_quietly(|state| work(&mut state.wire));
        if moved {
            self.notify.notify();
        }
        moved
    }

    /// Says how client and server wait for each other.
    pub(crate) fn set_deadlock(&self, deadlock: Deadlock) {
        self.with(|state| state.deadlock = Some(deadlock));
    }

    /// Whether nobody wants it any more.
    pub(crate) fn is_dropped(&self) -> bool {
        self.with_quietly(|state| state.dropped)
    }

    /// Changes the state and lets everybody know.
    pub(crate) fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = self.with_quietly(change);
        self.notify.notify();
        result
    }

    fn with_quietly<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A refusal costs some microseconds, a server some milliseconds to start.
const KNOCK_AGAIN: Timeouts = Timeouts {
    idle: Duration::from_millis(2),
    total: Duration::from_millis(2),
};

/// The server has said that it listens, so this is only for one that lied or died since.
const CONNECT: Duration = Duration::from_secs(5);
