//! The connection as Java treats it.

use std::io;
use std::net::{Shutdown, TcpStream};

/// A connection that ends as a Java socket does when it is closed.
///
/// A socket that is dropped while bytes lie unread resets the connection, and what was written
/// last may never arrive. Java shuts down its output first (since 13), so that the other side sees
/// the end of the stream instead.
#[derive(Debug)]
pub(crate) struct Connection(TcpStream);

impl Connection {
    pub(crate) fn new(stream: TcpStream) -> io::Result<Self> {
        // A message is one write: waiting for more to send with it has no use.
        stream.set_nodelay(true)?;
        Ok(Self(stream))
    }

    pub(crate) fn stream(&self) -> &TcpStream {
        &self.0
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // The other side may have gone first.
        let _ = self.0.shutdown(Shutdown::Write);
    }
}
