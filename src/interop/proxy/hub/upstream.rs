//! The server's end of a hub: where sockets to it come from, and when it can be reached.

use std::io;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use socket2::{Domain, Socket, Type};

use super::loopback;
use crate::system::process::control::Control;
use crate::system::sock_diag::Kernel;
use crate::system::wait::{Notify, Timeouts};

/// The network in which a program runs.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// That of the harness.
    Here,
    /// One of its own, in which its supervisor makes sockets.
    There(Arc<Control>),
}

impl Place {
    /// Listens on this port; on 0 the system chooses one.
    pub(crate) fn listener(&self, port: u16) -> io::Result<TcpListener> {
        match self {
            Self::Here => TcpListener::bind((Ipv4Addr::LOCALHOST, port)),
            Self::There(control) => control.listener(port),
        }
    }

    fn connector(&self) -> io::Result<Socket> {
        match self {
            Self::Here => Socket::new(Domain::IPV4, Type::STREAM, None),
            Self::There(control) => control.connector(),
        }
    }

    /// Where to ask about sockets in this network.
    pub(super) fn kernel(&self) -> Kernel {
        match self {
            Self::Here => Kernel::Here,
            Self::There(control) => control.kernel(),
        }
    }
}

/// One port of the server.
#[derive(Debug)]
pub(crate) struct Upstream {
    place: Place,
    /// A process in the server's network.
    supervisor: u32,
    state: Mutex<State>,
}

#[derive(Debug, Clone, Copy)]
struct State {
    /// `None` until the server has said it.
    port: Option<u16>,
    /// Whether a connection to it has succeeded.
    is_reached: bool,
    /// Whether the server, or the run, has ended.
    is_over: bool,
}

impl Upstream {
    /// A port of the server that runs at `place` under `supervisor`; without a number until the
    /// server says it.
    pub(crate) fn new(place: Place, supervisor: u32, port: Option<u16>) -> Self {
        Self {
            place,
            supervisor,
            state: Mutex::new(State {
                port,
                is_reached: false,
                is_over: false,
            }),
        }
    }

    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// The port, once it is known.
    pub(crate) fn port(&self) -> Option<u16> {
        self.state().port
    }

    /// Sets the port that the server has said.
    pub(crate) fn set_port(&self, port: u16) {
        self.with(|state| state.port = Some(port));
    }

    /// Whether no server will listen any more.
    pub(super) fn is_over(&self) -> bool {
        self.state().is_over
    }

    /// The UDP port, once the server has bound it. Where the system does not say, it is assumed to
    /// be.
    pub(super) fn bound(&self) -> Option<u16> {
        let state = self.state();
        let port = state.port?;
        if !state.is_reached {
            if !is_bound(self.supervisor, port).unwrap_or(true) {
                return None;
            }
            self.with(|state| state.is_reached = true);
        }
        Some(port)
    }

    /// Whether a connection to the server has succeeded, or it has bound its UDP port.
    pub(crate) fn is_reached(&self) -> bool {
        self.state().is_reached
    }

    /// No server will listen any more.
    pub(crate) fn give_up(&self) {
        self.with(|state| state.is_over = true);
    }

    /// Connects to the server. The first connection waits until the server listens; a later one
    /// that is refused is refused. `None` if it is refused, or `is_ended` says that the connection
    /// is not needed any more.
    pub(super) fn connect(
        &self,
        notify: &Notify,
        is_ended: impl Fn() -> bool,
    ) -> io::Result<Option<TcpStream>> {
        let mut connector = None;
        loop {
            let state = self.state();
            if is_ended() {
                return Ok(None);
            }
            if let Some(port) = state.port {
                // A server that has ended refuses it.
                let socket = match connector.take() {
                    Some(socket) => socket,
                    None => match self.place.connector() {
                        Ok(socket) => socket,
                        // Its supervisor has ended with it.
                        Err(_) if self.state().is_over => return Ok(None),
                        Err(why) => return Err(why),
                    },
                };
                match socket.connect_timeout(&loopback(port).into(), CONNECT) {
                    Ok(()) => {
                        self.with(|state| state.is_reached = true);
                        notify.notify();
                        return Ok(Some(socket.into()));
                    }
                    // On Linux a connect after a refused one fails with ECONNABORTED; the next one
                    // works again.
                    Err(why) if why.kind() == ErrorKind::ConnectionAborted => {}
                    Err(why) if why.kind() == ErrorKind::ConnectionRefused => {
                        if self.state().is_reached {
                            return Ok(None);
                        }
                    }
                    Err(why) => return Err(why),
                }
                connector = Some(socket);
            }
            if state.is_over {
                return Ok(None);
            }
            // No event announces that a port starts to be listened on.
            let _ = notify.wait(RETRY_CONNECT, || false);
        }
    }

    fn state(&self) -> State {
        self.with(|state| *state)
    }

    fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Whether a UDP socket in the network of `process` is bound to this port; `None` where the system
/// does not say.
fn is_bound(process: u32, port: u16) -> Option<bool> {
    // A process that has ended has no sockets.
    let table =
        |process: &str, name| std::fs::read_to_string(format!("/proc/{process}/net/{name}"));
    table("self", "udp").ok()?;
    let has_port = |table: String| {
        table.lines().skip(1).any(|line| {
            let local = line.split_whitespace().nth(1);
            let hex = local.and_then(|local| local.rsplit_once(':'));
            hex.is_some_and(|(_, hex)| u16::from_str_radix(hex, 16) == Ok(port))
        })
    };
    let process = process.to_string();
    Some(
        ["udp", "udp6"]
            .into_iter()
            .any(|name| table(&process, name).is_ok_and(has_port)),
    )
}

/// A refused connect takes some microseconds; a server takes some milliseconds to start.
const RETRY_CONNECT: Timeouts = Timeouts {
    idle: Duration::from_millis(2),
    total: Duration::from_millis(2),
};

/// Applies only if the server listens and does not accept.
const CONNECT: Duration = Duration::from_secs(5);
