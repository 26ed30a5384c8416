//! The scripted peer: the harness itself in a role. It sends what a well-behaved program would
//! never send, and records the replies.
//!
//! No relay is involved; the scripted peer keeps the record itself.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use socket2::SockRef;

use super::MOST_RECORDED;
use super::endpoint::{Endpoint, Listeners, Shared};
use crate::interop::model::participant::Role;
use crate::interop::model::traffic::{End, Flow, Traffic};
use crate::system::wait::Notify;

/// One step of a scripted peer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Writes the bytes in one call.
    Send(Vec<u8>),
    /// Writes the bytes one by one, each in its own segment.
    SendOneByOne(Vec<u8>),
    /// Writes the bytes one by one, and pauses before each for longer than a program waits for
    /// more.
    SendSlowly(Vec<u8>),
    /// Waits until the program is known to wait for bytes. This replaces a pause of fixed length.
    WaitUntilIdle,
    /// Waits until the program has sent more bytes or ended its direction, and reads once.
    Receive,
    /// Resets the connection; no step can follow.
    Reset,
}

/// What a scripted server reads before its first step, since the client speaks first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opening {
    /// One message of `writeUTF`.
    Utf,
    /// Everything up to and including a line feed.
    Line,
    /// The result of one read.
    Piece,
}

/// Starts a scripted peer in `role`; a server first reads `opening`. After the last step the peer
/// shuts down its output and reads its input to the end.
pub(crate) fn start(
    role: Role,
    opening: Opening,
    script: Vec<Step>,
    listeners: Listeners,
    notify: &Arc<Notify>,
) -> Endpoint {
    Endpoint::start(listeners, notify, move |endpoint, upstream| {
        let stream = match role {
            Role::Client => endpoint.connect(upstream)?,
            Role::Server => endpoint.accept()?,
        };
        let Some(stream) = stream else {
            return Ok(());
        };
        let raw = ScriptedPeer {
            endpoint,
            stream,
            role,
        };
        if role == Role::Server {
            match opening {
                Opening::Utf => raw.receive_message(),
                Opening::Line => raw.receive_line(),
                Opening::Piece => raw.receive_piece(),
            }
        }
        raw.play(&script);
        Ok(())
    })
}

/// Longer than any program of this family waits for the rest of a message, if it has such a limit
/// at all.
const SLOWLY: Duration = Duration::from_millis(300);

struct ScriptedPeer<'a> {
    endpoint: &'a Shared,
    stream: Arc<TcpStream>,
    role: Role,
}

impl ScriptedPeer<'_> {
    fn play(&self, script: &[Step]) {
        for step in script {
            match step {
                Step::Send(bytes) => self.send(bytes),
                Step::SendOneByOne(bytes) => bytes.chunks(1).for_each(|byte| self.send(byte)),
                Step::SendSlowly(bytes) => bytes.chunks(1).for_each(|byte| {
                    self.endpoint.linger(SLOWLY);
                    self.send(byte);
                }),
                Step::WaitUntilIdle => self.endpoint.wait_for_peer(),
                Step::Receive => self.receive_piece(),
                Step::Reset => {
                    let _ = SockRef::from(&*self.stream).set_linger(Some(Duration::ZERO));
                    self.endpoint
                        .with(|state| state.wire.end(self.role, End::Reset));
                    return;
                }
            }
        }
        // The program may already have closed the connection; then there is nothing to shut down.
        let _ = self.stream.shutdown(Shutdown::Write);
        self.endpoint
            .with(|state| state.wire.end(self.role, End::Finished));
        let end = self.receive(usize::MAX).unwrap_or(End::Open);
        self.endpoint
            .with(|state| state.wire.end(self.role.other(), end));
    }

    fn send(&self, bytes: &[u8]) {
        // The script defines what counts as sent. A program that closed earlier shows that in its
        // output and its exit status.
        self.endpoint.pass(|wire| {
            wire.pass(self.role, bytes, Instant::now());
            true
        });
        let _ = (&*self.stream).write_all(bytes);
    }

    /// Reads one message, or the part of it that arrives before the end.
    fn receive_message(&self) {
        if self.receive(2).is_some() {
            return;
        }
        let length = self.endpoint.with(|state| {
            let bytes = &self.received(&state.wire).bytes;
            u16::from_be_bytes([bytes[0], bytes[1]])
        });
        self.receive(usize::from(length));
    }

    /// Reads up to a line feed, or to the end if none arrives.
    fn receive_line(&self) {
        let has_ended = || {
            self.endpoint
                .with(|state| self.received(&state.wire).bytes.ends_with(b"\n"))
        };
        while self.receive(1).is_none() && !has_ended() {}
    }

    /// Reads once. If that read meets the end, the final read finds the end again.
    fn receive_piece(&self) {
        let _ = self.read(&mut [0; 64 << 10]);
    }

    /// Reads up to `n` bytes. Returns how the direction ended, if it did.
    fn receive(&self, n: usize) -> Option<End> {
        let mut missing = n;
        let mut buffer = vec![0; 64 << 10];
        while missing > 0 {
            let room = missing.min(buffer.len());
            match self.read(&mut buffer[..room]) {
                Ok(count) => missing -= count,
                Err(end) => return Some(end),
            }
        }
        None
    }

    /// Reads once, records the bytes, and returns their number.
    fn read(&self, buffer: &mut [u8]) -> Result<usize, End> {
        loop {
            match (&*self.stream).read(buffer) {
                Ok(0) => return Err(End::Finished),
                Ok(count) => {
                    let recorded = self.endpoint.with(|state| {
                        let sender = self.role.other();
                        state.wire.pass(sender, &buffer[..count], Instant::now());
                        state.wire.sent_by(sender).bytes.len()
                    });
                    // A program that floods the connection must not exhaust memory.
                    if recorded > MOST_RECORDED {
                        return Err(End::Reset);
                    }
                    return Ok(count);
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return Err(End::Reset),
            }
        }
    }

    fn received<'w>(&self, wire: &'w Traffic) -> &'w Flow {
        wire.sent_by(self.role.other())
    }
}
