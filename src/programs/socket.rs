//! A connection that behaves like a Java socket.

use std::io;
use std::net::{Shutdown, TcpStream};

/// A connection that ends as a Java socket does when it is closed.
///
/// Dropping a socket with unread bytes resets the connection, and the last bytes written may be
/// lost. Java (since 13) shuts down its output first, so that the other side sees the end of the
/// stream instead.
#[derive(Debug)]
pub(crate) struct Connection(TcpStream);

impl Connection {
    pub(crate) fn new(stream: TcpStream) -> io::Result<Self> {
        // A message is one write: there is no point in waiting for more data to send with it.
        stream.set_nodelay(true)?;
        Ok(Self(stream))
    }

    pub(crate) fn stream(&self) -> &TcpStream {
        &self.0
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // The other side may have closed first.
        let _ = self.0.shutdown(Shutdown::Write);
    }
}
