//! Accepting exactly one connection, with a way out if nobody comes.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Mutex, PoisonError};

/// A port of the loopback interface, chosen by the system, for one connection.
#[derive(Debug)]
pub(super) struct Listener {
    socket: TcpListener,
    address: SocketAddr,
    last_call: Mutex<Option<TcpStream>>,
}

impl Listener {
    pub(super) fn bind() -> io::Result<Self> {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = socket.local_addr()?;
        Ok(Self {
            socket,
            address,
            last_call: Mutex::default(),
        })
    }

    pub(super) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Waits for the connection; none if there was none before [`Listener::last_call`].
    pub(super) fn accept(&self) -> io::Result<Option<TcpStream>> {
        let (stream, from) = self.socket.accept()?;
        let last_call = self
            .last_call
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let is_own = last_call
            .as_ref()
            .is_some_and(|own| own.local_addr().is_ok_and(|own| own == from));
        Ok(Some(stream).filter(|_| !is_own))
    }

    /// Ends [`Listener::accept`], but not before it has served who has already connected.
    pub(super) fn last_call(&self) {
        let mut last_call = self
            .last_call
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if last_call.is_none() {
            // `accept` cannot be interrupted, but it can be given what it waits for; connections
            // are accepted in the order in which they were made.
            *last_call = TcpStream::connect(self.address).ok();
        }
    }
}
