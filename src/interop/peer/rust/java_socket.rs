//! A socket that behaves like a Java socket: once it has reported an end or an error, it always
//! reports it.
//!
//! | situation | the kernel | Java, and this socket |
//! |---|---|---|
//! | the other side has reset the connection | reports it once, then reports the end | every read throws |
//! | the other side has ended its direction | lets a reader try again | every read reports the end, even after a local close |
//! | after a local close | there is no socket | reads and writes throw |
//! | a write of more than 128 KiB | takes it in one call | several calls: after an end, the second one fails |
//! | a close with unread bytes | sends a reset | ends the output first, so that the other side sees an end |

use std::cell::{Cell, RefCell};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::rc::Rc;
use std::time::Duration;

use socket2::SockRef;

/// A connection and its byte counts, shared by its two directions.
#[derive(Debug)]
pub(crate) struct Connection {
    /// `None` once closed.
    stream: RefCell<Option<TcpStream>>,
    ended: Cell<bool>,
    reset: Cell<bool>,
    output_is_shut: Cell<bool>,
    read: Cell<u64>,
    written: Cell<u64>,
}

impl Connection {
    pub(crate) fn new(stream: TcpStream) -> Self {
        Self {
            stream: RefCell::new(Some(stream)),
            ended: Cell::default(),
            reset: Cell::default(),
            output_is_shut: Cell::default(),
            read: Cell::default(),
            written: Cell::default(),
        }
    }

    /// How many bytes have been read from it and written to it.
    pub(crate) fn counts(&self) -> (u64, u64) {
        (self.read.get(), self.written.get())
    }

    pub(crate) fn shutdown_output(&self) -> io::Result<()> {
        let stream = self.stream.borrow();
        let stream = stream.as_ref().ok_or_else(|| closed("Socket is closed"))?;
        if self.output_is_shut.replace(true) {
            return Err(closed("Socket output is already shutdown"));
        }
        match stream.shutdown(Shutdown::Write) {
            // The other side has reset the connection.
            Err(why) if why.kind() == ErrorKind::NotConnected => Ok(()),
            other => other,
        }
    }

    pub(crate) fn close(&self) {
        if let Some(stream) = self.stream.take() {
            // The other side may already have closed the connection.
            let _ = stream.shutdown(Shutdown::Write);
        }
    }

    /// Closes the connection with a reset.
    pub(crate) fn reset(&self) -> io::Result<()> {
        let stream = self
            .stream
            .take()
            .ok_or_else(|| closed("Socket is closed"))?;
        SockRef::from(&stream).set_linger(Some(Duration::ZERO))
    }

    fn with<T>(&self, work: impl FnOnce(&TcpStream) -> io::Result<T>) -> io::Result<T> {
        match &*self.stream.borrow() {
            Some(stream) => work(stream).map_err(in_javas_words),
            None => Err(closed("Socket closed")),
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.close();
    }
}

/// In Java a `SocketException`.
fn closed(why: &str) -> io::Error {
    io::Error::new(ErrorKind::NotConnected, why)
}

fn in_javas_words(why: io::Error) -> io::Error {
    let words = match why.kind() {
        ErrorKind::ConnectionReset => "Connection reset",
        ErrorKind::BrokenPipe => "Broken pipe",
        _ => return why,
    };
    io::Error::new(why.kind(), words)
}

/// The input direction.
#[derive(Debug)]
pub(crate) struct Input(pub(crate) Rc<Connection>);

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let connection = &*self.0;
        if connection.ended.get() || buffer.is_empty() {
            return Ok(0);
        }
        let result = connection.with(|mut stream| {
            if connection.reset.get() {
                return Err(ErrorKind::ConnectionReset.into());
            }
            stream.read(buffer)
        });
        match &result {
            Ok(0) => connection.ended.set(true),
            Ok(count) => add(&connection.read, *count),
            Err(why) if why.kind() == ErrorKind::ConnectionReset => connection.reset.set(true),
            Err(_) => {}
        }
        result
    }
}

/// The output direction.
#[derive(Debug)]
pub(crate) struct Output(pub(crate) Rc<Connection>);

impl Write for Output {
    /// Writes everything or, as far as the count shows, nothing, like the stream of a Java socket.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.with(|mut stream| {
            let mut pieces = bytes.chunks(AT_A_TIME);
            pieces.try_for_each(|piece| stream.write_all(piece))
        })?;
        add(&self.0.written, bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The most that a JDK socket passes to the kernel in one call.
const AT_A_TIME: usize = 128 << 10;

fn add(count: &Cell<u64>, bytes: usize) {
    count.set(count.get() + bytes as u64);
}
