//! The server's end of a hub: where sockets to it come from, and when it can be reached.

use std::collections::BTreeSet;
use std::io;
use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use socket2::{Domain, Socket, Type};

use crate::system::process::control::{Control, has_ended};
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

    /// A socket that can connect to an address of this kind.
    fn connector(&self, to: IpAddr) -> io::Result<Socket> {
        match (self, to) {
            (Self::Here, _) => {
                let domain = Domain::for_address((to, 0).into());
                Socket::new(domain, Type::STREAM, None)
            }
            (Self::There(control), IpAddr::V4(_)) => control.connector(),
            (Self::There(control), IpAddr::V6(_)) => control.connector_6(),
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

/// The place of a connection among those that the clients have made. The relays connect to the
/// server in this order.
#[derive(Debug)]
pub(super) struct Turn {
    upstream: Arc<Upstream>,
    number: u64,
}

impl Turn {
    pub(super) fn new(upstream: &Arc<Upstream>) -> Self {
        let number = upstream.with(|state| {
            let number = state.turns.last().map_or(0, |last| last + 1);
            state.turns.insert(number);
            number
        });
        Self {
            upstream: Arc::clone(upstream),
            number,
        }
    }

    fn has_come(&self) -> bool {
        self.upstream
            .with(|state| state.turns.first() == Some(&self.number))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.upstream.with(|state| state.turns.remove(&self.number));
    }
}

#[derive(Debug)]
struct State {
    /// `None` until the server has said it.
    port: Option<u16>,
    /// Whether a connection to it has succeeded.
    is_reached: bool,
    /// When a connection was last tried that the server refused because it does not listen.
    refused: Option<Instant>,
    /// Whether the server, or the run, has ended.
    is_over: bool,
    /// The connections that have yet to be made to the server.
    turns: BTreeSet<u64>,
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
                refused: None,
                is_over: false,
                turns: BTreeSet::new(),
            }),
        }
    }

    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// The port, once it is known.
    pub(crate) fn port(&self) -> Option<u16> {
        self.with(|state| state.port)
    }

    /// Sets the port that the server has said.
    pub(crate) fn set_port(&self, port: u16) {
        self.with(|state| state.port = Some(port));
    }

    /// The UDP port, once the server has bound it. Where the system does not say, it is assumed to
    /// be.
    pub(super) fn bound(&self) -> Option<u16> {
        let (port, is_reached) = self.with(|state| (state.port, state.is_reached));
        let port = port?;
        if !is_reached {
            if !is_bound(self.supervisor, port).unwrap_or(true) {
                return None;
            }
            self.with(|state| state.is_reached = true);
        }
        Some(port)
    }

    /// Whether a connection to the server has succeeded, or it has bound its UDP port.
    pub(crate) fn is_reached(&self) -> bool {
        self.with(|state| state.is_reached)
    }

    /// Whether the server could not be reached at some time after `moment`: it does not listen, or has
    /// not said its port.
    pub(super) fn refuses_since(&self, moment: Instant) -> bool {
        self.with(|state| match state.port {
            Some(_) => state.refused >= Some(moment),
            None => true,
        })
    }

    /// No server will listen any more.
    pub(crate) fn give_up(&self) {
        self.with(|state| state.is_over = true);
    }

    /// Connects to the server when it is the turn of this connection. The first connection waits
    /// until the server listens; a later one that is refused is refused. `None` if it is refused, or
    /// `is_ended` says that the connection is not needed any more.
    pub(super) fn connect(
        &self,
        turn: &Turn,
        notify: &Notify,
        is_ended: impl Fn() -> bool,
    ) -> io::Result<Option<TcpStream>> {
        let mut address = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let mut elsewhere = None;
        let mut connector = None;
        loop {
            let (port, is_over) = self.with(|state| (state.port, state.is_over));
            if is_ended() {
                return Ok(None);
            }
            if let Some(port) = port.filter(|_| turn.has_come()) {
                let made = connector.take();
                match made.map_or_else(|| self.place.connector(address), Ok) {
                    Ok(socket) => {
                        let to = SocketAddr::from((address, port));
                        let now = Instant::now();
                        match socket.connect_timeout(&to.into(), CONNECT) {
                            Ok(()) => {
                                self.with(|state| state.is_reached = true);
                                notify.notify();
                                return Ok(Some(socket.into()));
                            }
                            // On Linux a connect after a refused one fails with ECONNABORTED; the
                            // next one works again.
                            Err(why) if why.kind() == ErrorKind::ConnectionAborted => {
                                connector = Some(socket);
                            }
                            Err(why) if why.kind() == ErrorKind::ConnectionRefused => {
                                let other = listening_address(self.supervisor, port);
                                let other = other.filter(|other| *other != address);
                                // It may have begun to listen after the refusal, and on every
                                // address.
                                if let Some(other) = other.filter(|_| other == elsewhere) {
                                    address = other;
                                    continue;
                                }
                                if other.is_none() && self.is_reached() {
                                    return Ok(None);
                                }
                                if other.is_none() {
                                    self.with(|state| state.refused = Some(now));
                                }
                                elsewhere = other;
                                connector = Some(socket);
                            }
                            Err(why) => return Err(why),
                        }
                    }
                    // The server has ended. The run is about to notice it.
                    Err(why) if has_ended(&why) => {}
                    Err(why) => return Err(why),
                }
            }
            if is_over {
                return Ok(None);
            }
            // No event announces that a port starts to be listened on.
            let _ = notify.wait(RETRY_CONNECT, || false);
        }
    }

    fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(target_os = "linux")]
use crate::system::descriptors::listening_in;

#[cfg(not(target_os = "linux"))]
fn listening_in(_process: &str, _port: u16) -> Vec<IpAddr> {
    Vec::new()
}

/// Where a server in the network of `process` listens on this TCP port, if that is not every address
/// of IPv4: a server may bind one address only.
fn listening_address(process: u32, port: u16) -> Option<IpAddr> {
    let is_everywhere = |address: &IpAddr| address.is_unspecified();
    let addresses = listening_in(&process.to_string(), port);
    if addresses.iter().any(is_everywhere) {
        let is_4 = |address: &IpAddr| address.is_ipv4();
        // A socket of IPv6 is usually for IPv4 as well, so this is tried only after a refusal.
        return (!addresses.iter().any(is_4)).then_some(Ipv6Addr::LOCALHOST.into());
    }
    addresses.first().copied()
}

/// Whether a UDP socket in the network of `process` is bound to this port; `None` where the system
/// does not say.
pub(crate) fn is_bound(process: u32, port: u16) -> Option<bool> {
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

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// The supervisor ends before the run knows it.
    #[test]
    fn a_server_that_has_ended_refuses() {
        let place = Place::There(Arc::new(Control::of_ended_supervisor()));
        let upstream = Arc::new(Upstream::new(place, std::process::id(), Some(1)));
        let turn = Turn::new(&upstream);
        let looks = Cell::new(0);
        let is_ended = || {
            looks.set(looks.get() + 1);
            if looks.get() == 3 {
                upstream.give_up();
            }
            false
        };
        let connection = upstream.connect(&turn, &Notify::default(), is_ended);
        assert!(connection.unwrap().is_none());
        assert!(looks.get() >= 3, "it was not asked again");
    }

    #[test]
    fn connections_have_their_turns_in_the_order_in_which_they_were_made() {
        let upstream = Arc::new(Upstream::new(Place::Here, std::process::id(), None));
        let [first, second, third] = [(); 3].map(|()| Turn::new(&upstream));
        let come = |turns: &[&Turn]| turns.iter().map(|turn| turn.has_come()).collect::<Vec<_>>();
        assert_eq!(come(&[&first, &second, &third]), [true, false, false]);
        // The client has given it up.
        drop(second);
        assert_eq!(come(&[&first, &third]), [true, false]);
        drop(first);
        assert_eq!(come(&[&third]), [true]);
        drop(third);
        assert!(Turn::new(&upstream).has_come());
    }
}
