//! The hub: a relay for every connection that one client makes to one port of the server.
//!
//! An [`Endpoint`](super::endpoint::Endpoint) takes part in exactly one connection. A hub accepts
//! any number, and gives each a thread, a relay and a record of its own. The relay connects to the
//! server only once the client has connected, since a server may accept only one connection.

mod datagrams;
mod line;
mod upstream;

use std::io::{ErrorKind, PipeWriter};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{io, thread};

pub(crate) use datagrams::DatagramHub;
pub(crate) use line::Line;
pub(crate) use upstream::{Place, Upstream};

use super::plan::NetworkPlan;
use super::{Relay, drive};
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
    lines: Vec<Arc<Line>>,
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
    pub(crate) fn lines(&self) -> Vec<Arc<Line>> {
        self.shared.with(|state| state.lines.clone())
    }

    /// Whether no client has been waiting, and nothing has been under way on any connection, since
    /// some time after `moment`.
    pub(crate) fn is_still_since(&self, moment: Instant) -> bool {
        self.shared.with(|state| {
            let mut lines = state.lines.iter();
            state.looked >= Some(moment) && lines.all(|line| line.is_still_since(moment))
        })
    }

    /// The error of the hub itself, if there was one.
    pub(crate) fn trouble(&self) -> Option<String> {
        self.shared.with(|state| state.trouble.clone())
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.lines().iter().for_each(|line| line.end());
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
    let line = Arc::new(Line::new(outputs, Arc::clone(&shared.notify)));
    shared.with(|state| state.lines.push(Arc::clone(&line)));
    shared.notify.notify();
    let worker = Arc::clone(shared);
    let started = {
        let line = Arc::clone(&line);
        thread::Builder::new().spawn(move || {
            if let Err(why) = serve(&worker, &line, client) {
                worker.trouble(&why);
            }
            line.finish();
        })
    };
    if let Err(why) = started {
        shared.trouble(&advised(why));
        line.finish();
    }
}

/// Relays one connection until both directions have ended.
fn serve(shared: &Shared, line: &Line, client: TcpStream) -> io::Result<()> {
    client.set_nonblocking(false)?;
    let client = line.keep(client)?;
    let Some(server) = shared
        .upstream
        .connect(&shared.notify, || line.is_ended())?
    else {
        line.refuse(client);
        return Ok(());
    };
    let server = line.keep(server)?;
    line.set_reached();
    let kernels = [shared.client.kernel(), shared.upstream.place().kernel()];
    let mut relay = Relay::new([client, server], kernels, shared.network)?;
    drive(&mut relay, line);
    Ok(())
}

/// A hub that is idle says so as often as this.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// The address of this port on the loopback interface.
fn loopback(port: u16) -> std::net::SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}
