//! Accepting exactly one connection, with a way out if nobody comes.

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
    /// Where the last call came from, once it was made.
    last_call: Mutex<Option<SocketAddr>>,
}

impl Listener {
    /// Listens on a port that the system chooses.
    pub(crate) fn bind() -> io::Result<Self> {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        Self::new(socket, Socket::new(Domain::IPV4, Type::STREAM, None)?)
    }

    /// Takes a listener that may stand in another network, and a socket that can call it there.
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

    /// Waits for the connection; none if there was none before [`Listener::last_call`].
    pub(crate) fn accept(&self) -> io::Result<Option<TcpStream>> {
        let (stream, from) = self.socket.accept()?;
        let last_call = self
            .last_call
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        Ok(Some(stream).filter(|_| *last_call != Some(from)))
    }

    /// Ends [`Listener::accept`], but not before it has served who has already connected.
    pub(crate) fn last_call(&self) {
        let mut last_call = self
            .last_call
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if last_call.is_none() {
            // `accept` cannot be interrupted, but it can be given what it waits for; connections
            // are accepted in the order in which they were made.
            let _ = self.caller.connect(&self.address.into());
            *last_call = self
                .caller
                .local_addr()
                .ok()
                .and_then(|own| own.as_socket());
        }
    }
}
