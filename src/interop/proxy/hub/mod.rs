//! The hub: a relay for every connection that one client makes to one port of the server.
//!
//! An [`Endpoint`](super::endpoint::Endpoint) takes part in exactly one connection. A hub accepts
//! any number, and gives each a thread, a relay and a record of its own. The relay connects to the
//! server only once the client has connected, since a server may accept only one connection.

mod connection;
mod datagrams;
mod upstream;

use std::io::{ErrorKind, PipeWriter};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{io, thread};

pub(crate) use connection::RelayedConnection;
pub(crate) use datagrams::DatagramHub;
use upstream::Turn;
pub(crate) use upstream::{Place, Upstream, is_bound};

use super::plan::NetworkPlan;
use super::{Program, Relay, drive};
use crate::system::poll::PollSet;
use crate::system::process::advised;
use crate::system::process::output::Capture;
use crate::system::wait::Notify;

/// The relays between one client and one port of the server. Dropping this ends them.
#[derive(Debug)]
pub(crate) struct Hub {
    shared: Arc<Shared>,
    /// Closing this ends the thread that accepts.
    _end: PipeWriter,
}

#[derive(Debug)]
struct Shared {
    /// Where the client runs.
    client: Place,
    upstream: Arc<Upstream>,
    network: NetworkPlan,
    notify: Arc<Notify>,
    /// Read before each piece of traffic is recorded.
    outputs: Vec<Arc<Capture>>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    connections: Vec<Arc<RelayedConnection>>,
    /// When no client was waiting to be accepted last.
    looked: Option<Instant>,
    trouble: Option<String>,
}

impl Hub {
    /// Relays what the client, which runs at `client`, sends to `listener`. What `outputs` hold is
    /// read before each piece of traffic is recorded: what a program printed before it was sent a
    /// byte then has an earlier time than the byte.
    ///
    /// # Errors
    ///
    /// If the system allows no more threads.
    pub(crate) fn start(
        client: Place,
        listener: TcpListener,
        upstream: Arc<Upstream>,
        network: NetworkPlan,
        outputs: Vec<Arc<Capture>>,
        notify: &Arc<Notify>,
    ) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let (wake, end) = io::pipe()?;
        let shared = Arc::new(Shared {
            client,
            upstream,
            network,
            notify: Arc::clone(notify),
            outputs,
            state: Mutex::default(),
        });
        let worker = Arc::clone(&shared);
        thread::Builder::new()
            .spawn(move || accept(&worker, &listener, &wake))
            .map_err(advised)?;
        Ok(Self { shared, _end: end })
    }

    /// The connections so far, in the order in which the client made them.
    pub(crate) fn connections(&self) -> Vec<Arc<RelayedConnection>> {
        self.shared.with(|state| state.connections.clone())
    }

    /// Whether no client has been waiting, and nothing has been under way on any connection, since
    /// some time after `moment`.
    pub(crate) fn is_still_since(&self, moment: Instant) -> bool {
        self.shared.with(|state| {
            let mut connections = state.connections.iter();
            state.looked >= Some(moment)
                && connections.all(|connection| connection.is_still_since(moment))
        })
    }

    /// The same, but what a client sends to a server that does not listen is not under way.
    pub(crate) fn is_stuck_since(&self, moment: Instant) -> bool {
        let refuses = self.shared.upstream.refuses_since(moment);
        self.shared.with(|state| {
            let mut connections = state.connections.iter();
            state.looked >= Some(moment)
                && connections.all(|connection| {
                    connection.is_still_since(moment) || refuses && connection.waits_for_server()
                })
        })
    }

    /// The inodes of the programs' sockets, as far as nothing is under way on them.
    pub(crate) fn sockets(&self) -> Vec<u32> {
        let kernel = self.shared.client.kernel();
        let connections = self.connections().into_iter();
        connections
            .flat_map(|connection| connection.sockets(&kernel))
            .collect()
    }

    /// The error of the hub itself, if there was one.
    pub(crate) fn trouble(&self) -> Option<String> {
        self.shared.with(|state| state.trouble.clone())
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.connections()
            .iter()
            .for_each(|connection| connection.end());
    }
}

impl Shared {
    fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn trouble(&self, why: &io::Error) {
        self.with(|state| {
            state.trouble.get_or_insert_with(|| why.to_string());
        });
        self.notify.notify();
    }
}

/// Accepts connections until the hub is dropped.
fn accept(shared: &Arc<Shared>, listener: &TcpListener, wake: &io::PipeReader) {
    loop {
        let now = Instant::now();
        match listener.accept() {
            Ok((client, _)) => take_on(shared, client),
            Err(why) if why.kind() == ErrorKind::WouldBlock => {
                shared.with(|state| state.looked = Some(now));
                let mut awaited = PollSet::default();
                awaited.input(listener);
                awaited.input(wake);
                awaited.wait(LOOK_AGAIN);
                let mut end = PollSet::default();
                end.input(wake);
                if end.wait(Duration::ZERO) {
                    return;
                }
            }
            // The client has given the connection up meanwhile.
            Err(why) if why.kind() == ErrorKind::ConnectionAborted => {}
            Err(why) if why.kind() == ErrorKind::Interrupted => {}
            Err(why) => {
                shared.trouble(&advised(why));
                return;
            }
        }
    }
}

/// Gives a connection a thread of its own.
fn take_on(shared: &Arc<Shared>, client: TcpStream) {
    let outputs = shared.outputs.clone();
    let connection = Arc::new(RelayedConnection::new(outputs, Arc::clone(&shared.notify)));
    shared.with(|state| state.connections.push(Arc::clone(&connection)));
    let turn = Turn::new(&shared.upstream);
    shared.notify.notify();
    let worker = Arc::clone(shared);
    let started = {
        let connection = Arc::clone(&connection);
        thread::Builder::new().spawn(move || {
            if let Err(why) = serve(&worker, &connection, turn, client) {
                worker.trouble(&why);
            }
            connection.finish();
        })
    };
    if let Err(why) = started {
        shared.trouble(&advised(why));
        connection.finish();
    }
}

/// Relays one connection until both directions have ended.
fn serve(
    shared: &Shared,
    connection: &RelayedConnection,
    turn: Turn,
    client: TcpStream,
) -> io::Result<()> {
    client.set_nonblocking(false)?;
    let client = connection.keep(client)?;
    let is_ended = || connection.is_ended();
    let server = shared.upstream.connect(&turn, &shared.notify, is_ended)?;
    drop(turn);
    let Some(server) = server else {
        connection.refuse(client);
        return Ok(());
    };
    let server = connection.keep(server)?;
    connection.set_reached();
    let kernels = [shared.client.kernel(), shared.upstream.place().kernel()];
    let programs = kernels.map(Program::new);
    let mut relay = Relay::new([client, server], programs, shared.network)?.acknowledging();
    drive(&mut relay, connection);
    Ok(())
}

/// A hub that is idle says so as often as this.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// The address of this port on the loopback interface.
fn loopback(port: u16) -> std::net::SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::Shutdown;

    use super::*;
    use crate::interop::model::traffic::End;
    use crate::system::wait::Timeouts;

    const PATIENCE: Timeouts = Timeouts {
        idle: Duration::from_secs(20),
        total: Duration::from_secs(20),
    };

    /// A hub to a server that has not said its port, and where a client finds it.
    fn hub() -> (Hub, Arc<Upstream>, Arc<Notify>, std::net::SocketAddr) {
        let notify = Arc::new(Notify::default());
        let upstream = Arc::new(Upstream::new(Place::Here, std::process::id(), None));
        let listener = Place::Here.listener(0).unwrap();
        let address = listener.local_addr().unwrap();
        let network = NetworkPlan::default();
        let to_server = Arc::clone(&upstream);
        let hub = Hub::start(
            Place::Here,
            listener,
            to_server,
            network,
            Vec::new(),
            &notify,
        );
        (hub.unwrap(), upstream, notify, address)
    }

    #[test]
    fn connections_reach_the_server_in_the_order_in_which_they_were_made() {
        const MANY: u8 = 20;
        let (hub, upstream, notify, address) = hub();
        let clients: Vec<TcpStream> = (0..MANY)
            .map(|number| {
                let mut client = TcpStream::connect(address).unwrap();
                client.write_all(&[number]).unwrap();
                client
            })
            .collect();
        let all = || hub.connections().len() == usize::from(MANY);
        notify.wait(PATIENCE, all).unwrap();
        let server = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        upstream.set_port(server.local_addr().unwrap().port());
        for number in 0..MANY {
            let mut first = [0];
            let (mut stream, _) = server.accept().unwrap();
            stream.read_exact(&mut first).unwrap();
            assert_eq!(first, [number]);
        }
        drop(clients);
        let are_over = || {
            hub.connections()
                .iter()
                .all(|connection| connection.is_over())
        };
        notify.wait(PATIENCE, are_over).unwrap();
        let connections = hub.connections();
        let sent = connections
            .iter()
            .map(|connection| connection.traffic().to_server.bytes);
        assert_eq!(
            sent.collect::<Vec<_>>(),
            (0..MANY).map(|n| vec![n]).collect::<Vec<_>>()
        );
    }

    #[test]
    fn a_connection_is_still_only_while_nothing_moves() {
        let (hub, upstream, notify, address) = hub();
        let start = Instant::now();
        let still_since = |moment| {
            // Whoever is still says so again and again.
            let mut again = 0;
            notify.wait_past(notify.count(), Duration::from_millis(1));
            while !hub.is_still_since(moment) && again < 20_000 {
                notify.wait_past(notify.count(), Duration::from_millis(1));
                again += 1;
            }
            hub.is_still_since(moment)
        };
        assert!(still_since(start));
        let mut client = TcpStream::connect(address).unwrap();
        notify
            .wait(PATIENCE, || !hub.connections().is_empty())
            .unwrap();
        // It waits for the server.
        assert!(!hub.is_still_since(Instant::now()));
        let server = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        upstream.set_port(server.local_addr().unwrap().port());
        let (mut stream, _) = server.accept().unwrap();
        client.write_all(b"hello").unwrap();
        stream.read_exact(&mut [0; 5]).unwrap();
        assert!(still_since(Instant::now()));
        client.shutdown(Shutdown::Both).unwrap();
        drop(stream);
        assert!(still_since(Instant::now()));
        let connection = &hub.connections()[0];
        notify.wait(PATIENCE, || connection.is_over()).unwrap();
        assert_eq!(connection.traffic().to_server.end, End::Finished);
    }
}
