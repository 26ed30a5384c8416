//! Accepts exactly one connection, or gives up if none is made.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Mutex, PoisonError};

use socket2::{Domain, Socket, Type};

/// A port of a loopback interface, for one connection.
#[derive(Debug)]
pub(crate) struct Listener {
    socket: TcpListener,
    address: SocketAddr,
    caller: Socket,
    /// The local address of the socket that ended the wait, once `last_call` has connected it.
    last_call: Mutex<Option<SocketAddr>>,
}

impl Listener {
    /// Listens on a port that the system chooses.
    pub(crate) fn bind() -> io::Result<Self> {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        Self::new(socket, Socket::new(Domain::IPV4, Type::STREAM, None)?)
    }

    /// Takes a listener that may be in another network namespace, and an unconnected socket from
    /// the same namespace.
    pub(crate) fn new(socket: TcpListener, caller: Socket) -> io::Result<Self> {
        let address = socket.local_addr()?;
        Ok(Self {
            socket,
            address,
            caller,
            last_call: Mutex::default(),
        })
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Waits for the connection. `None` if none was made before [`Listener::last_call`].
    pub(crate) fn accept(&self) -> io::Result<Option<TcpStream>> {
        let (stream, from) = self.socket.accept()?;
        let last_call = self
            .last_call
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        Ok(Some(stream).filter(|_| *last_call != Some(from)))
    }

    /// Ends [`Listener::accept`]; a connection made before this call is still accepted.
    pub(crate) fn last_call(&self) {
        let mut last_call = self
            .last_call
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if last_call.is_none() {
            // `accept` cannot be interrupted, so a connection is made to end it. Connections are
            // accepted in the order in which they were made.
            let _ = self.caller.connect(&self.address.into());
            *last_call = self
                .caller
                .local_addr()
                .ok()
                .and_then(|own| own.as_socket());
        }
    }
}
