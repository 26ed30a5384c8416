//! A client that says what it is told to, when it is told to.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use javatalk::data::{DataInput, DataInputStream, DataOutput, DataOutputStream, Error};

use super::server::Server;

pub(crate) struct Client(TcpStream);

impl Client {
    pub(crate) fn of(server: &Server) -> Self {
        let stream = TcpStream::connect(server.address()).unwrap();
        stream.set_nodelay(true).unwrap();
        // What does not come by then does not come.
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        Self(stream)
    }

    /// The same connection once more.
    pub(crate) fn second(&self) -> Self {
        Self(self.0.try_clone().unwrap())
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).unwrap();
    }

    pub(crate) fn say(&mut self, message: &str) {
        self.try_to_say(message).unwrap();
    }

    pub(crate) fn try_to_say(&mut self, message: &str) -> Result<(), Error> {
        DataOutputStream::new(&self.0).write_utf(message)
    }

    pub(crate) fn hear(&mut self) -> String {
        self.try_to_hear().unwrap()
    }

    pub(crate) fn try_to_hear(&mut self) -> Result<String, Error> {
        let text = DataInputStream::new(&self.0).read_utf()?;
        Ok(text.to_string())
    }

    pub(crate) fn close_output(&mut self) {
        self.0.shutdown(Shutdown::Write).unwrap();
    }

    /// Waits for the next byte, or the end.
    pub(crate) fn is_at_end(&mut self) -> bool {
        self.0.read(&mut [0]).unwrap() == 0
    }

    /// Whether the server has closed without a word, in whatever manner.
    pub(crate) fn is_disconnected(&mut self) -> bool {
        match self.0.read(&mut [0]) {
            Ok(count) => count == 0,
            Err(why) => why.kind() == ErrorKind::ConnectionReset,
        }
    }

    /// Whether nothing has come yet.
    pub(crate) fn has_received_nothing(&mut self) -> bool {
        self.0.set_nonblocking(true).unwrap();
        let read = self.0.peek(&mut [0]);
        self.0.set_nonblocking(false).unwrap();
        matches!(read, Err(why) if why.kind() == ErrorKind::WouldBlock)
    }
}
