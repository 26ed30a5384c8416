//! One connection of a hub: its record, and the sockets that keep it open.

use std::io;
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use socket2::SockRef;

use crate::interop::model::deadlock::Deadlock;
use crate::interop::model::participant::Role;
use crate::interop::model::traffic::{End, Traffic};
use crate::interop::proxy::{Recorder, Still};
use crate::system::process::output::Capture;
use crate::system::sock_diag::{FarEnd, Kernel};
use crate::system::wait::Notify;

/// A connection of a client, through a relay to the server.
#[derive(Debug)]
pub(crate) struct RelayedConnection {
    outputs: Vec<Arc<Capture>>,
    notify: Arc<Notify>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    wire: Traffic,
    /// The open sockets, so that the relay can be woken.
    sockets: Vec<Arc<TcpStream>>,
    /// Whether the server has been reached.
    is_reached: bool,
    /// Whether no more bytes will pass.
    is_over: bool,
    /// Whether the run has ended.
    is_ended: bool,
    /// When nothing was under way last, according to the kernel; `None` if something has moved
    /// since.
    still: Option<Still>,
}

impl RelayedConnection {
    pub(super) fn new(outputs: Vec<Arc<Capture>>, notify: Arc<Notify>) -> Self {
        Self {
            outputs,
            notify,
            state: Mutex::new(State {
                wire: Traffic::default(),
                sockets: Vec::new(),
                is_reached: false,
                is_over: false,
                is_ended: false,
                still: None,
            }),
        }
    }

    /// The traffic so far.
    pub(crate) fn traffic(&self) -> Traffic {
        self.with(|state| state.wire.clone())
    }

    /// Whether no more bytes will pass.
    pub(crate) fn is_over(&self) -> bool {
        self.with(|state| state.is_over)
    }

    /// Whether nothing was under way in either direction at some time since `moment`, and nothing
    /// has moved since.
    pub(super) fn is_still_since(&self, moment: Instant) -> bool {
        self.with(|state| {
            let still = state.still.as_ref();
            state.is_over || still.is_some_and(|still| still.at >= moment)
        })
    }

    /// Whether the client waits for the server to listen.
    pub(crate) fn waits_for_server(&self) -> bool {
        self.with(|state| !state.is_reached && !state.is_over)
    }

    /// The inodes of the sockets of client and server, if nothing has moved since they were asked for;
    /// that of a client that waits for the server to listen, which `kernel` is asked for.
    pub(super) fn sockets(&self, kernel: &Kernel) -> Vec<u32> {
        self.with(|state| match (&state.still, &state.sockets[..]) {
            (Some(still), _) => still.sockets.clone(),
            (None, [client]) => match kernel.far_end(client) {
                FarEnd::Socket(facts) => vec![facts.inode],
                FarEnd::Unknown | FarEnd::Gone => Vec::new(),
            },
            (None, _) => Vec::new(),
        })
    }

    /// Keeps a socket, so that it can be shut down.
    pub(super) fn keep(&self, stream: TcpStream) -> io::Result<Arc<TcpStream>> {
        stream.set_nodelay(true)?;
        let stream = Arc::new(stream);
        self.with(|state| state.sockets.push(Arc::clone(&stream)));
        if self.is_ended() {
            let _ = stream.shutdown(Shutdown::Both);
        }
        Ok(stream)
    }

    pub(super) fn set_reached(&self) {
        self.with(|state| state.is_reached = true);
    }

    /// Resets the connection of a client that the server has refused.
    pub(super) fn refuse(&self, client: Arc<TcpStream>) {
        let _ = SockRef::from(&*client).set_linger(Some(Duration::ZERO));
        self.with(|state| state.wire.end(Role::Server, End::Reset));
    }

    /// Lets go of the sockets: no more bytes will pass.
    pub(super) fn finish(&self) {
        self.with(|state| {
            // These are the last handles. A reset is sent only once they are dropped.
            state.sockets.clear();
            state.is_over = true;
        });
        self.notify.notify();
    }

    /// Ends the connection from both sides.
    pub(super) fn end(&self) {
        self.with(|state| {
            state.is_ended = true;
            for socket in &state.sockets {
                let _ = socket.shutdown(Shutdown::Both);
            }
        });
    }

    pub(super) fn is_ended(&self) -> bool {
        self.with(|state| state.is_ended)
    }

    fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Recorder for RelayedConnection {
    fn pass(&self, work: &mut dyn FnMut(&mut Traffic) -> bool) -> bool {
        self.outputs
            .iter()
            .for_each(|output| output.read_available());
        let moved = self.with(|state| {
            let moved = work(&mut state.wire);
            if moved {
                state.still = None;
            }
            moved
        });
        if moved {
            self.notify.notify();
        }
        moved
    }

    fn is_dropped(&self) -> bool {
        self.is_ended()
    }

    fn set_still(&self, still: &dyn Fn() -> Option<Still>) {
        let still = still();
        self.with(|state| state.still = still);
    }

    /// A process of a user may have passed its socket on.
    fn processes(&self) -> [Option<u32>; 2] {
        [None, None]
    }

    /// The player judges by all programs of a run, since a program may also wait elsewhere.
    fn set_deadlock(&self, _: Deadlock) {}
}
